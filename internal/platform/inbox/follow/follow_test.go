package follow_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"testing"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/follow"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const east = store.Tenant("east")

// theirs is somebody else's broker, which knows one listener.
type theirs struct {
	*broker.Server
	at *url.URL
}

// flavours are brokers that know MQTT 5, and those that do not.
var flavours = map[string]func(t *testing.T, at string) string{
	"5":                         func(_ *testing.T, at string) string { return at },
	"3.1.1":                     func(t *testing.T, at string) string { return inboxtest.OnlyOlder(t, at, inboxtest.RefusesAsOld) },
	"3.1.1, refuses as 5 does":  func(t *testing.T, at string) string { return inboxtest.OnlyOlder(t, at, inboxtest.RefusesAsNew) },
	"3.1.1, refuses by silence": func(t *testing.T, at string) string { return inboxtest.OnlyOlder(t, at, inboxtest.RefusesMutely) },
}

func (l *listener) newBroker(t *testing.T) theirs {
	t.Helper()
	b := broker.New(&broker.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	ledger := &auth.Ledger{Auth: auth.AuthRules{{Username: "linli", Password: "right", Allow: true}}}
	if err := b.AddHook(new(auth.Hook), &auth.Options{Ledger: ledger}); err != nil {
		t.Fatal(err)
	}
	at := listeners.NewTCP(listeners.Config{ID: "t", Address: "127.0.0.1:0"})
	if err := b.AddListener(at); err != nil {
		t.Fatal(err)
	}
	if err := b.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return theirs{b, &url.URL{Scheme: "mqtt", Host: l.flavour(t, at.Address())}}
}

func (b theirs) say(t *testing.T, body string, qos byte) {
	t.Helper()
	if err := b.Publish("smoke/d1", []byte(body), false, qos); err != nil {
		t.Fatal(err)
	}
}

// listener follows a broker into an inbox.
type listener struct {
	t      *testing.T
	store  *store.Store
	box    *inbox.Box
	line   *follow.Line
	states chan error

	device  string
	flavour func(t *testing.T, at string) string
}

func (l *listener) follow(b theirs, password string) {
	l.line = follow.Follow(follow.Options{
		Inbox: l.box, Server: b.at, ClientID: "linli-1", Username: "linli", Password: password, Filter: "smoke/#",
		Credential: inbox.Credential{Tenant: east, Device: l.device, LifeSafety: true}, State: func(err error) { l.states <- err }, Pause: time.Millisecond,
	})
	l.t.Cleanup(l.line.Stop)
}

func each(t *testing.T, fn func(t *testing.T, l *listener)) {
	t.Helper()
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		for name, flavour := range flavours {
			t.Run(name, func(t *testing.T) {
				l := &listener{t: t, store: s, box: inbox.NewBox(inbox.Options{Store: s}), states: make(chan error, 10_000), flavour: flavour}
				l.device = "far " + name
				t.Cleanup(l.box.Stop)
				fn(t, l)
			})
		}
	})
}

// isUp waits until the connection stands.
func (l *listener) isUp() {
	l.t.Helper()
	for {
		select {
		case err := <-l.states:
			if err == nil {
				return
			}
		case <-time.After(20 * time.Second):
			l.t.Fatal("no connection")
		}
	}
}

// isDown waits until the connection is lost and says why.
func (l *listener) isDown() error {
	l.t.Helper()
	for {
		select {
		case err := <-l.states:
			if err != nil {
				return err
			}
		case <-time.After(20 * time.Second):
			l.t.Fatal("still connected")
		}
	}
}

// has waits until the inbox has n messages and the broker waits for none.
func (l *listener) has(b theirs, n int) []inbox.Message {
	l.t.Helper()
	for range 5000 {
		list, err := l.box.Recent(context.Background(), east, l.device, inbox.Page{})
		if err != nil {
			l.t.Fatal(err)
		}
		if len(list) >= n && b.owed() == 0 {
			if len(list) > n {
				l.t.Fatalf("%d messages, want %d", len(list), n)
			}
			return list
		}
		<-time.After(2 * time.Millisecond)
	}
	l.t.Fatalf("not %d messages, or %d never acknowledged", n, b.owed())
	return nil
}

// owed is how many messages the broker has no acknowledgement for.
func (b theirs) owed() int {
	c, ok := b.Clients.Get("linli-1")
	if !ok {
		return 0
	}
	return c.State.Inflight.Len()
}

func TestStoredAsItCameAndAcknowledged(t *testing.T) {
	each(t, func(t *testing.T, l *listener) {
		b := l.newBroker(t)
		l.follow(b, "right")
		l.isUp()
		b.say(t, "sure", 1)
		b.say(t, "unsure", 0)
		list := l.has(b, 2)
		if m := list[1]; string(m.Body) != "sure" || m.Unsure || !m.Urgent || m.Topic != "smoke/d1" || m.Source != "follow" {
			t.Errorf("%+v", m)
		}
		if !list[0].Unsure {
			t.Errorf("QoS 0 counts as sure: %+v", list[0])
		}
	})
}

// While nothing can be stored nothing is acknowledged; the broker delivers
// again, and then it is stored, once.
func TestNotAcknowledgedUntilStored(t *testing.T) {
	each(t, func(t *testing.T, l *listener) {
		b := l.newBroker(t)
		l.follow(b, "right")
		l.isUp()
		before := inboxtest.Count(t, l.store)
		letGo := inboxtest.FailCommits(t, l.store)
		b.say(t, "smoke", 1)
		for range 3 { // each time it comes again and cannot be stored
			if err := l.isDown(); !errors.Is(err, follow.ErrUnreachable) {
				t.Fatal(err)
			}
		}
		if n := inboxtest.Count(t, l.store) - before; n != 0 {
			t.Fatalf("%d rows", n)
		}
		if n := b.owed(); n != 1 {
			t.Fatalf("the broker waits for %d acknowledgements, want 1", n)
		}
		letGo()
		if got := l.has(b, 1); string(got[0].Body) != "smoke" {
			t.Fatalf("%+v", got)
		}
		b.say(t, "after", 1)
		l.has(b, 2)
	})
}

// What arrives while linli is away waits at the broker.
func TestWhatCameWhileAwayIsDelivered(t *testing.T) {
	each(t, func(t *testing.T, l *listener) {
		b := l.newBroker(t)
		l.follow(b, "right")
		l.isUp()
		l.line.Stop()
		l.line.Stop()
		for range 20 {
			b.say(t, "smoke", 1)
		}
		l.follow(b, "right")
		l.has(b, 20)
	})
}

func TestRefusedAndUnreachableAreTold(t *testing.T) {
	each(t, func(t *testing.T, l *listener) {
		b := l.newBroker(t)
		l.follow(b, "wrong")
		if err := l.isDown(); !errors.Is(err, follow.ErrRefused) {
			t.Errorf("wrong password: %v", err)
		}
		l.line.Stop()
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		nobody := theirs{at: &url.URL{Scheme: "mqtt", Host: free.Addr().String()}}
		_ = free.Close()
		l.states = make(chan error, 10_000)
		l.follow(nobody, "right")
		if err := l.isDown(); !errors.Is(err, follow.ErrUnreachable) {
			t.Errorf("nobody there: %v", err)
		}
	})
}
