package chaos_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"testing"

	"github.com/linli/linli/internal/platform/inbox/fireline/frame"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/simulate"
)

// events is what devices were told: the mark of each message that was
// acknowledged, and of the alarms among them the detector that gave it.
type events struct {
	mu     sync.Mutex
	acked  map[string]bool
	alarms map[string]string // detector by mark
	count  chan struct{}
}

func newEvents() *events {
	return &events{acked: map[string]bool{}, alarms: map[string]string{}, count: make(chan struct{}, 1<<16)}
}

func (e *events) acknowledged(mark, detector string) {
	e.mu.Lock()
	e.acked[mark] = true
	if detector != "" {
		e.alarms[mark] = detector
	}
	e.mu.Unlock()
	e.count <- struct{}{}
}

// sender is one device, or one bridge, that sends until its door is gone.
type sender interface {
	send(ctx context.Context, d doors, e *events) error
}

// bridge publishes telemetry of its detectors, and now and then the smoke of
// one that has not smoked before.
type bridge struct {
	card
	name  int
	dice  *rand.Rand
	next  int
	smoke func() string // the next detector that shall see smoke; empty: all have
}

func (b *bridge) send(ctx context.Context, d doors, e *events) error {
	w, err := simulate.Dial(ctx, simulate.Login{Addr: d.MQTT, ID: fmt.Sprint("chaos", b.name), User: b.User, Password: b.Password, Window: 50})
	if err != nil {
		return err
	}
	defer w.Close()
	stop := context.AfterFunc(ctx, func() { w.Close() })
	defer stop()
	for {
		b.next++
		mark, detector, body := fmt.Sprintf("mqtt%d-%d", b.name, b.next), simulate.Detector(b.dice.IntN(smokers)), `{"battery":97,"linkquality":%d,"n":"%s"}`
		smoking := ""
		if b.dice.IntN(50) == 0 {
			if smoking = b.smoke(); smoking != "" {
				detector, body = smoking, `{"smoke":true,"linkquality":%d,"n":"%s"}`
			}
		}
		text := fmt.Sprintf(body, b.dice.IntN(255), mark)
		if err := w.Send("zigbee2mqtt/"+detector, []byte(text), func() { e.acknowledged(mark, smoking) }); err != nil {
			return err
		}
	}
}

// platform pushes over HTTP, and sends again under the same key what was not
// acknowledged.
type platform struct {
	card
	name int
	next int
	http http.Client
}

func (p *platform) send(ctx context.Context, d doors, e *events) error {
	for {
		mark := fmt.Sprintf("push%d-%d", p.name, p.next)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.HTTP+"/push/"+p.Token, strings.NewReader(`{"n":"`+mark+`"}`))
		if err != nil {
			return err
		}
		r.Header.Set("Idempotency-Key", mark)
		res, err := p.http.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode/100 != 2 {
			return fmt.Errorf("status %d, %w", res.StatusCode, err)
		}
		e.acknowledged(mark, "")
		p.next++
	}
}

// station is a fire panel on its line: the next frame goes out when the last
// was confirmed.
type station struct {
	name int
	next int
}

func (s *station) send(ctx context.Context, d doors, e *events) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.TCP)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	for {
		s.next++
		mark := fmt.Sprintf("line%d-%d", s.name, s.next)
		none := func(serial int) error { return fmt.Errorf("frame %d was confirmed as %d", s.next, serial) }
		if err := s.frame(conn, mark, none); err != nil {
			return err
		}
		e.acknowledged(mark, "")
	}
}

// frame sends one and waits until it is confirmed. Of one confirmed before it,
// late is told, which returns an error if none may be.
func (s *station) frame(conn net.Conn, mark string, late func(serial int) error) error {
	if _, err := conn.Write(s.bytes(mark)); err != nil {
		return err
	}
	var got []byte
	piece := make([]byte, 256)
	for {
		answer, taken := frame.Next(got)
		got = got[taken:]
		switch {
		case answer != nil && int(answer.Serial) == s.next:
			return nil
		case answer != nil:
			if err := late(int(answer.Serial)); err != nil {
				return err
			}
		case taken == 0:
			n, err := conn.Read(piece)
			if err != nil {
				return err
			}
			got = append(got, piece[:n]...)
		}
	}
}

func (s *station) bytes(mark string) []byte {
	return frame.Frame{Serial: uint16(s.next), Version: [2]byte{1, 1}, Source: frame.Address{1}, Command: frame.Send, Data: []byte(`{"n":"` + mark + `"}`), Check: frame.Sum}.Bytes()
}

// smokers is how many detectors hang in the sample neighbourhood.
const smokers = 250

// crowd is everybody who sends, with the choices of a seed.
func crowd(c card, seed uint64) []sender {
	var mu sync.Mutex
	smoked := 0
	smoke := func() string {
		mu.Lock()
		defer mu.Unlock()
		if smoked == smokers {
			return ""
		}
		smoked++
		return simulate.Detector(smoked - 1)
	}
	list := []sender{&station{name: 0}}
	for i := range 2 {
		list = append(list, &bridge{card: c, name: i, dice: rand.New(rand.NewPCG(seed, uint64(i+2))), smoke: smoke}, &platform{card: c, name: i, http: http.Client{Transport: &http.Transport{}}})
	}
	return list
}

// storm lets everybody send until so many messages were acknowledged, calls
// end while they go on, and waits for them. An end that does not take the
// house away ends them through the context it is given.
func (e *events) storm(t *testing.T, p *program, all []sender, acks int, end func(context.CancelFunc)) {
	t.Helper()
	ctx, halt := context.WithCancel(t.Context())
	defer halt()
	var wg sync.WaitGroup
	broken := make(chan error, len(all))
	for _, s := range all {
		wg.Go(func() { broken <- s.send(ctx, p.doors, e) })
	}
	late := time.After(patience)
	for range acks {
		select {
		case <-e.count:
		case err := <-broken:
			t.Fatalf("a sender ended before its time: %v\n%s", err, p.logs)
		case <-late:
			t.Fatalf("too few acknowledged: %s", p.logs)
		}
	}
	end(halt)
	wg.Wait()
	for len(e.count) > 0 {
		<-e.count
	}
}

// compare holds what is stored against what was acknowledged: each message is
// there, and once.
func (e *events) compare(t *testing.T, dir string) {
	t.Helper()
	stored := map[string]int{}
	mark := regexp.MustCompile(`"n":"([a-z0-9-]+)"`)
	err := query(t, dir, "SELECT form, body FROM inbox_message", func(form, body string) {
		if form == "base64" {
			b, err := base64.StdEncoding.DecodeString(body)
			if err != nil {
				t.Errorf("stored body: %v", err)
			}
			body = string(b)
		}
		if m := mark.FindStringSubmatch(body); m != nil {
			stored[m[1]]++
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for m := range e.acked {
		if stored[m] != 1 {
			t.Errorf("%s was acknowledged and is stored %d times", m, stored[m])
		}
	}
}

// decoded waits until nothing is left to decode.
func decoded(t *testing.T, dir string) {
	t.Helper()
	await(t, dir, "everything is decoded", "SELECT COUNT(*), '' FROM inbox_message WHERE decoded_at = 0", func(n, _ string) bool { return n == "0" })
}

// await asks until the answer's one row is as wanted.
func await(t *testing.T, dir, what, text string, wanted func(a, b string) bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		done, last := false, ""
		err := query(t, dir, text, func(a, b string) { done, last = wanted(a, b), a+" "+b })
		if err != nil {
			t.Fatal(err)
		}
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("in vain: %s; last answer %q", what, last)
		}
	}
}

// told holds the messages of the house against the acknowledged alarms: each
// reached all three audiences, and nobody twice in one round on one channel.
func (e *events) told(t *testing.T, dir string) {
	t.Helper()
	reached := map[string]map[string]bool{}
	err := query(t, dir, `SELECT DISTINCT u.name, r.audience FROM device_unit u
		JOIN alarm_incident i ON i.tenant_id = u.tenant_id AND i.device_id = u.id
		JOIN alarm_responder r ON r.tenant_id = i.tenant_id AND r.matter_id = i.matter_id
		JOIN notify_message m ON m.tenant_id = r.tenant_id AND m.matter_id = r.matter_id AND m.to_id = r.person_id AND m.handed_at > 0`, func(name, audience string) {
		if reached[name] == nil {
			reached[name] = map[string]bool{}
		}
		reached[name][audience] = true
	})
	if err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for mark, detector := range e.alarms {
		for _, audience := range []string{"property", "committee", "volunteer"} {
			if !reached[detector][audience] {
				t.Errorf("%s: smoke at %s was acknowledged and no %s was told", mark, detector, audience)
			}
		}
	}
	err = query(t, dir, `SELECT matter_id || ' ' || seq, to_id || ' ' || channel FROM notify_message GROUP BY tenant_id, matter_id, seq, to_id, channel HAVING COUNT(*) > 1`, func(round, who string) {
		t.Errorf("told twice: %s %s", round, who)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = query(t, dir, `SELECT device_id, kind FROM alarm_incident WHERE open = 1 GROUP BY tenant_id, device_id, kind HAVING COUNT(*) > 1`, func(device, kind string) {
		t.Errorf("two open incidents: %s %s", device, kind)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sound looks at the house's books while nobody writes them.
func sound(t *testing.T, binary string, c card, e *events) {
	t.Helper()
	verified(t, binary, c.Dir)
	e.compare(t, c.Dir)
}

// What devices were told is on disk is there, once, however often the house is
// killed under load; every alarm among it reached everybody, and the timers it
// set fire.
func TestKilledUnderDevicesLosesNothing(t *testing.T) {
	seed := *flags.seed
	t.Logf("-chaos.seed=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 100))
	binary, c := build(t), furnish(t, t.TempDir()+"/data")
	all, e := crowd(c, seed), newEvents()
	p := c.open(t)
	for kill := range times() {
		e.storm(t, p, all, 100+dice.IntN(600), func(context.CancelFunc) { p.kill() })
		sound(t, binary, c, e)
		p = c.open(t)
		t.Logf("kill %d: %d acknowledged so far, %d alarms among them, ready again after %v", kill+1, len(e.acked), len(e.alarms), p.took)
		if p.took > readyWithin {
			t.Errorf("ready again after %v, promised within %v", p.took, readyWithin)
		}
	}
	e.finish(t, p, all, binary, c)
}

// finish sends a little more, lets the house end, and looks at it as a whole:
// also whether timers that fell due while nobody was there fire.
func (e *events) finish(t *testing.T, p *program, all []sender, binary string, c card) {
	t.Helper()
	e.storm(t, p, all, 100, func(halt context.CancelFunc) { halt() })
	decoded(t, c.Dir)
	e.told(t, c.Dir)
	p.kill()
	c.Ahead = 4 * time.Minute
	p = c.open(t)
	await(t, c.Dir, "overdue timers fire", "SELECT MIN(level), COUNT(*) FROM alarm_incident WHERE open = 1 AND raised_at < "+fmt.Sprint(store.Ms(time.Now())), func(level, open string) bool {
		return open != "0" && level != "0"
	})
	e.told(t, c.Dir)
	if err := p.stop(); err != nil {
		t.Errorf("stop: %v\n%s", err, p.logs)
	}
	sound(t, binary, c, e)
	if len(e.alarms) == 0 {
		t.Error("no alarm was acknowledged, so nothing was shown of alarms")
	}
}
