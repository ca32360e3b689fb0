package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/packets"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/simulate"
)

// slow are those who take their time: browsers that read nothing of their
// stream, subscribers that read nothing of what they asked for, pushers that
// send a byte at a time.
type slow struct {
	*watched
	http, mqtt string
	bridge     device.Credential
	password   string
	token      string
	session    []*http.Cookie // of the property
}

// narrow is a connection that takes as little as it can.
func narrow(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn := attempt(t, addr)
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(1); err != nil { // the system gives the least it has
		t.Fatal(err)
	}
	return conn
}

// browser opens the stream of the desk.
func (s *slow) browser(t *testing.T) net.Conn {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://"+s.http+"/alarms/live", http.NoBody)
	r.RequestURI = ""
	for _, c := range s.session {
		r.AddCookie(c)
	}
	conn := narrow(t, s.http)
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	return conn
}

// subscriber asks for everything of its bridge.
func (s *slow) subscriber(t *testing.T, id string) net.Conn {
	t.Helper()
	conn := narrow(t, s.mqtt)
	hello := packets.Connect{ProtocolName: "MQTT", ProtocolVersion: 5, ClientID: id, KeepAlive: 600, UsernameFlag: true, Username: s.bridge.Username, PasswordFlag: true, Password: []byte(s.password), Properties: &packets.Properties{}}
	wants := packets.Subscribe{PacketID: 1, Subscriptions: []packets.SubOptions{{Topic: "zigbee2mqtt/#"}}, Properties: &packets.Properties{}}
	if _, err := hello.WriteTo(conn); err != nil {
		t.Fatal(err)
	}
	if _, err := wants.WriteTo(conn); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := packets.ReadPacket(conn); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// crowd is browsers and subscribers, and reads what they are sent, or nothing.
func (s *slow) crowd(t *testing.T, some int, reads bool) (leave func()) {
	t.Helper()
	var all []net.Conn
	for n := range some {
		all = append(all, s.browser(t), s.subscriber(t, fmt.Sprint("subscriber", n)))
	}
	until(t, "all are there", func() bool { return s.Connected() == some+1 && s.Hub.Listening() >= some })
	var reading sync.WaitGroup
	for _, conn := range all {
		if reads {
			reading.Go(func() { _, _ = io.Copy(io.Discard, conn) })
		}
	}
	return func() {
		for _, conn := range all {
			_ = conn.Close()
		}
		reading.Wait()
		until(t, "all are gone", func() bool { return s.Connected() == 1 && s.Hub.Listening() == 0 })
	}
}

// pusher sends a push of a kilobyte, a byte each ten milliseconds, until the
// test ends.
func (s *slow) pusher(t *testing.T) {
	t.Helper()
	conn := narrow(t, s.http)
	_, err := fmt.Fprintf(conn, "POST /push/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", s.token)
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range 999 {
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
			if _, err := conn.Write([]byte(" ")); err != nil {
				return
			}
		}
		<-t.Context().Done()
	})
	t.Cleanup(work.Wait)
}

// alarms lets detectors see smoke one after the other, and returns how long each
// took from the bridge to an incident in which everybody was told: of all, what
// nineteen of twenty took at most.
func (s *slow) alarms(t *testing.T, w *simulate.Wire, from, to int) time.Duration {
	t.Helper()
	l := s.Hub.Listen(alarm.Topic(s.xiwu))
	defer l.Close()
	late := time.After(time.Minute)
	var took []time.Duration
	for n := from; n < to; n++ {
		began := time.Now()
		if err := w.Send("zigbee2mqtt/"+simulate.Detector(n), []byte(`{"smoke":true}`), func() {}); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		for open := 0; open <= n; {
			select {
			case <-l.C():
			case <-late:
				t.Fatalf("%d of %d alarms within a minute", n, to)
			}
			err := s.Store.Reader().QueryRowContext(context.Background(), `SELECT COUNT(*) FROM alarm_incident i WHERE tenant_id = $1 AND open = 1
				AND EXISTS (SELECT 1 FROM notify_told m WHERE m.tenant_id = i.tenant_id AND m.matter_id = i.matter_id AND m.handed_at > 0)`, s.xiwu).Scan(&open)
			if err != nil {
				t.Fatal(err)
			}
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)*19/20]
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// S30: browsers, subscribers and pushers that take their time delay nobody's
// alarm, take a bounded memory, and the subscribers are dropped. The measure is
// the same house a moment before, with as many that read. (That a stream is
// dropped is shown on a virtual clock where streams are made.)
func TestS30_SlowReadersDelayNobodysAlarm(t *testing.T) {
	const each, some = 40, 20
	ctx := t.Context()
	s := &slow{watched: watch(t)}
	var err error
	if s.http, err = s.Start(ctx, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if s.mqtt, err = s.ListenMQTT("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if s.bridge, s.password, err = s.Devices.Issue(ctx, s.admin, s.xiwu, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt", ClientID: device.AnyClient}); err != nil {
		t.Fatal(err)
	}
	push, secret, err := s.Devices.Issue(ctx, s.admin, s.xiwu, device.Granting{Format: decode.JSON})
	if err != nil {
		t.Fatal(err)
	}
	s.token = push.Username + "." + secret
	if err := demo.Hang(ctx, s.App, s.bridge, 2*each); err != nil {
		t.Fatal(err)
	}
	cast, err := demo.Cast(ctx, s.App)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(cast, func(p demo.Person) bool { return p.Role == "property" })
	answer := httptest.NewRecorder()
	s.Mux.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, cast[at].Link, nil))
	s.session = answer.Result().Cookies()
	w := dialled(t, simulate.Login{Addr: s.mqtt, ID: "bridge", User: s.bridge.Username, Password: s.password}).Wire

	size, leave := heap(), s.crowd(t, some, true)
	before := s.alarms(t, w, 0, each)
	leave()
	s.crowd(t, some, false)
	for range some {
		s.pusher(t)
	}
	for range 200 { // for the subscribers, each more than a line holds
		if err := w.Send("zigbee2mqtt/attic", []byte(`{"battery":97,"note":"`+strings.Repeat("x", 60<<10)+`"}`), func() {}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := w.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	beside := s.alarms(t, w, each, 2*each)
	until(t, "subscribers that do not read are dropped", func() bool { return s.Connected() == 1 })
	grown, looked := int64(1<<62), 0
	until(t, "what they held is given back, or is not", func() bool {
		grown = int64(heap()) - int64(size)
		looked++
		return grown <= 32<<20 || looked > 100
	})
	t.Logf("19 of 20 alarms took %v beside quick readers and %v beside slow ones; the heap grew by %d KiB", before, beside, grown>>10)
	if beside > 5*before+200*time.Millisecond {
		t.Errorf("beside slow readers an alarm took %v, beside quick ones %v", beside, before)
	}
	if grown > 32<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}
