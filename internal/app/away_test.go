package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/simulate"
)

// cable is the only way to the database, and can be cut.
type cable struct {
	to string
	l  net.Listener

	mu    sync.Mutex
	cut   bool
	lines []net.Conn
}

// plug lays a cable to a database and returns the URL that goes through it.
func plug(t *testing.T, base string) (*cable, string) {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{to: u.Host, l: l}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() { c.carry(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		c.set(true)
		work.Wait()
	})
	u.Host = l.Addr().String()
	return c, u.String()
}

// carry hands on what both sides say until one of them ends or the cable is cut.
func (c *cable) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer far.Close()
	c.mu.Lock()
	cut := c.cut
	c.lines = append(c.lines, near, far)
	c.mu.Unlock()
	if cut {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
	_, _ = io.Copy(near, far)
	_ = near.Close()
	both.Wait()
}

func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	if cut {
		for _, line := range c.lines {
			_ = line.Close()
		}
		c.lines = nil
	}
}

// bridgeTo is an MQTT bridge that counts what it was told is kept.
type bridgeTo struct {
	simulate.Login
	*simulate.Wire
	kept atomic.Int64
}

// dialled is let in, once the house can ask whether it may.
func dialled(t *testing.T, l simulate.Login) *bridgeTo {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		w, err := simulate.Dial(ctx, l)
		if err == nil {
			t.Cleanup(w.Close)
			return &bridgeTo{Login: l, Wire: w}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("never let in: %v", err)
		}
	}
}

// smoke lets detectors see smoke, and waits until each is acknowledged or the
// line ends.
func (b *bridgeTo) smoke(t *testing.T, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		if err := b.Send("zigbee2mqtt/"+simulate.Detector(n), fmt.Appendf(nil, `{"smoke":true,"linkquality":%d}`, n), func() { b.kept.Add(1) }); err != nil {
			return
		}
	}
	if b.Flush() == nil {
		_ = b.Wait(t.Context()) // it ends too when the line does
	}
}

// While PostgreSQL is away nothing is acknowledged, to MQTT or to a push; when
// it is back, what was not acknowledged is sent again, and every alarm is an
// incident once.
func TestPostgresAwayAcknowledgesNothing(t *testing.T) {
	base, ok := storetest.Postgres(t)
	if !ok {
		return
	}
	cable, through := plug(t, base)
	ctx, clock := t.Context(), new(demo.Clock)
	a, err := app.New(ctx, app.Options{Dir: t.TempDir(), Postgres: through, OneClick: true, Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := demo.Fill(ctx, a, clock); err != nil {
		t.Fatal(err)
	}
	at, err := a.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mqtt, err := a.ListenMQTT("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bridge, password, err := demo.Issue(ctx, a, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt"})
	if err != nil {
		t.Fatal(err)
	}
	push, secret, err := demo.Issue(ctx, a, device.Granting{Format: decode.JSON})
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Hang(ctx, a, bridge, 20); err != nil {
		t.Fatal(err)
	}
	login := simulate.Login{Addr: mqtt, ID: "bridge", User: bridge.Username, Password: password}
	pushed := func() int {
		res, err := http.Post("http://"+at+"/push/"+push.Username+"."+secret, "application/json", strings.NewReader(`{"n":1}`))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}

	before := dialled(t, login)
	before.smoke(t, 0, 10)
	if n := before.kept.Load(); n != 10 || pushed() != http.StatusOK {
		t.Fatalf("%d of 10 acknowledged while the database is there", n)
	}
	cable.set(true)
	before.smoke(t, 10, 20)
	if n := before.kept.Load(); n != 10 {
		t.Errorf("%d acknowledged while the database was away", n-10)
	}
	if status := pushed(); status/100 == 2 {
		t.Errorf("a push was answered %d while the database was away", status)
	}
	cable.set(false)
	until(t, "all are acknowledged once the database is back", func() bool {
		again := dialled(t, login)
		again.smoke(t, 10, 20)
		t.Logf("%d of 10 acknowledged", again.kept.Load())
		return again.kept.Load() == 10
	})
	if status := pushed(); status != http.StatusOK {
		t.Errorf("a push was answered %d once the database was back", status)
	}
	until(t, "each alarm is one incident, and nothing is left to read", func() bool {
		var incidents, devices, waiting int
		err := errors.Join(
			a.Store.Reader().QueryRowContext(ctx, `SELECT COUNT(*), COUNT(DISTINCT device_id) FROM alarm_incident WHERE tenant_id = $1 AND open = 1`, bridge.Tenant).Scan(&incidents, &devices),
			a.Store.Reader().QueryRowContext(ctx, `SELECT COUNT(*) FROM inbox_message WHERE tenant_id = $1 AND decoded_at = 0`, bridge.Tenant).Scan(&waiting),
		)
		if err != nil { // a connection from before the cut
			t.Log(err)
			return false
		}
		return incidents == 20 && devices == 20 && waiting == 0
	})
}

// Whether it can write is found out at most once a second, whoever asks; /healthz
// says that the program lives though its database does not.
func TestS31_ReadySaysWhatIsMissingAndHealthDoesNotAsk(t *testing.T) {
	base, ok := storetest.Postgres(t)
	if !ok {
		return
	}
	cable, through := plug(t, base)
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), Postgres: through})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	at, err := a.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string) (int, string) {
		r, err := http.NewRequest(http.MethodGet, "http://"+at+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", "en")
		r.AddCookie(&http.Cookie{Name: people.CookieName, Value: string(a.Office.ID) + "." + strings.Repeat("A", 43)})
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	if status, body := ask("/readyz"); status != http.StatusOK || body != "ready\n" {
		t.Errorf("ready: %d %q", status, body)
	}
	cable.set(true)
	until(t, "it is not ready", func() bool {
		status, body := ask("/readyz")
		return status == http.StatusServiceUnavailable && body == "not ready: the database cannot be reached\n"
	})
	if status, body := ask("/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("health: %d %q", status, body)
	}
	if status, _ := ask("/"); status != http.StatusServiceUnavailable {
		t.Errorf("a page: %d", status)
	}
	if status, _ := ask("/static/linli.css"); status != http.StatusOK {
		t.Errorf("a stylesheet: %d", status)
	}
	cable.set(false)
	until(t, "it is ready again", func() bool { status, _ := ask("/readyz"); return status == http.StatusOK })
}
