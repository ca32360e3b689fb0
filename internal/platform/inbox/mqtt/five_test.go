package mqtt_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// listening is a house that tells of each message once it is stored.
func listening(h *house) <-chan inbox.Message {
	stored := make(chan inbox.Message, 64)
	h.box.Handle(inbox.InTransaction(func(_ context.Context, tx *store.Tx, m inbox.Message) error {
		tx.AfterCommit(func() { stored <- m })
		return nil
	}), nil)
	h.box.Start()
	return stored
}

func next(t *testing.T, stored <-chan inbox.Message) inbox.Message {
	t.Helper()
	select {
	case m := <-stored:
		return m
	case <-time.After(patience):
		t.Fatal("nothing was stored")
	}
	return inbox.Message{}
}

const state = "zigbee2mqtt/bridge/state"

// A last will without a payload is a last will like any other (MQTT 3.1.1,
// 3.1.3.3: zero or more bytes). Retained, it takes away what is retained.
func TestS31_ALastWillMayBeEmpty(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stored := listening(h)
		for _, v5 := range []bool{false, true} {
			for _, retain := range []bool{false, true} {
				c := h.in(t, login{v5: v5, id: "a", user: "bridge", willTopic: state, willRetain: retain})
				p := c.publish(1, 1, state, "online", false)
				p[0] |= 1
				c.send(p)
				c.wantAck(0x40, 1)
				next(t, stored)
				_ = c.conn.Close()
				want := map[bool]string{false: "will", true: inbox.Cleared}[retain]
				if m := next(t, stored); len(m.Body) != 0 || m.Topic != state || m.Note != want {
					t.Fatalf("MQTT 5 %t: %+v", v5, m)
				}
				list, err := h.box.Retained(t.Context(), east, "b1", "")
				if err != nil || (len(list) == 0) != retain {
					t.Errorf("MQTT 5 %t: retained %v %v", v5, list, err)
				}
			}
		}
	})
}

// A last will waits for as long as its client wished (MQTT 5, 3.1.3.2.2), and is not
// said if it comes back meanwhile: a short cut in the line is no alarm.
func TestS31_ALastWillWaitsForItsDelay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stored := listening(h)
		me := login{v5: true, id: "a", user: "bridge", keepSession: true, willTopic: state, willBody: "offline", willDelay: 200}
		_ = h.in(t, me).conn.Close()
		back := h.in(t, me)
		back.send(back.publish(1, 1, state, "still here", false))
		back.wantAck(0x40, 1)
		if m := next(t, stored); string(m.Body) != "still here" {
			t.Fatalf("%+v", m)
		}
		_ = back.conn.Close()
		fresh := me
		fresh.keepSession, fresh.willDelay = false, 0
		last := h.in(t, fresh) // it wants nothing of the session before, which ends by it
		if m := next(t, stored); string(m.Body) != "offline" || m.Note != "will" {
			t.Fatalf("%+v", m)
		}
		last.send([]byte{0xE0, 0}) // a farewell: nothing is to be said
		last.wantClosed()

		me.willDelay = 1
		began := time.Now()
		_ = h.in(t, me).conn.Close()
		if m := next(t, stored); string(m.Body) != "offline" || time.Since(began) < time.Second {
			t.Fatalf("after %s: %+v", time.Since(began), m)
		}
		noSession := me
		noSession.keepSession, noSession.willDelay = false, 200 // the session ends with the connection, and so does the delay
		_ = h.in(t, noSession).conn.Close()
		next(t, stored)
	})
}

// Nobody remembers a will that waits when the door closes, so it is said then.
func TestS31_ALastWillThatWaitsIsSaidWhenTheDoorCloses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		me := login{v5: true, id: "a", user: "bridge", keepSession: true, willTopic: state, willBody: "offline", willDelay: 200}
		c := h.in(t, me)
		if err := c.conn.(*net.TCPConn).CloseWrite(); err != nil { // gone without a word; closed from the other side, the door has seen it
			t.Fatal(err)
		}
		c.wantClosed()
		h.in(t, login{id: "another", user: "bridge"}).ping()
		h.close()
		list, err := h.box.Recent(t.Context(), east, "b1", inbox.Page{})
		if err != nil || len(list) != 1 || list[0].Note != "will" {
			t.Fatalf("%+v %v", list, err)
		}
	})
}

// tardy is an inbox at which a last will comes a while later, or behind what says
// that its client is online.
type tardy struct {
	mqtt.Inbox
	online chan struct{}
}

func (s *tardy) Submit(ctx context.Context, m inbox.Message, done func(bool, error)) {
	if m.Note == "will" {
		select {
		case <-s.online:
		case <-time.After(200 * time.Millisecond):
		}
	}
	s.Inbox.Submit(ctx, m, done)
	if string(m.Body) == "online" {
		s.online <- struct{}{}
	}
}

// A client that comes back while its old connection still hangs: what the old one
// leaves is stored before anything the new one says, and the new one keeps what it
// subscribes to.
func TestS31_AClientThatReplacesItselfHasTheLastWord(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := &house{store: s, box: inbox.NewBox(inbox.Options{Store: s}), keeper: &keeper{}}
	h.open(t, mqtt.Options{Inbox: &tardy{h.box, make(chan struct{}, 1)}, Keeper: h.keeper})
	for _, v5 := range []bool{false, true} {
		me := login{v5: v5, id: fmt.Sprintf("a%t", v5), user: "bridge", willTopic: state, willBody: "offline"}
		before := h.in(t, me)
		if code := before.subscribe("zigbee2mqtt/#"); code != 0 {
			t.Fatal(code)
		}
		c := h.in(t, me)
		if code := c.subscribe("zigbee2mqtt/#"); code != 0 {
			t.Fatal(code)
		}
		c.send(c.publish(1, 1, state, "online", false))
		c.wantOneOf(0x30, 0x40)
		list, err := h.box.Recent(t.Context(), east, "b1", inbox.Page{Limit: 2})
		if err != nil || len(list) != 2 || string(list[0].Body) != "online" || string(list[1].Body) != "offline" {
			t.Fatalf("MQTT 5 %t: %+v %v", v5, list, err)
		}
		before.wantClosed()
		c.send([]byte{0xE0, 0})
		c.wantClosed()
	}
}

// What MQTT 5 has pass unaltered reaches a subscriber; who wants to hear nothing of
// its own hears nothing of its own.
func TestS31_PropertiesPassAndNoLocalHolds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.in(t, login{v5: true, id: "a", user: "bridge"})
		if code := c.subscribeWith("zigbee2mqtt/#", 4); code != 0 {
			t.Fatal(code)
		}
		other := h.in(t, login{v5: true, id: "b", user: "bridge"})
		if code := other.subscribeWith("zigbee2mqtt/#", 0); code != 0 {
			t.Fatal(code)
		}
		// payload format, expiry, content type, response topic, correlation data, user property
		properties := []byte{1, 1, 2, 0, 0, 0, 77}
		properties = append(append(properties, 3), str("text/plain")...)
		properties = append(append(properties, 8), str("zigbee2mqtt/answer")...)
		properties = append(append(properties, 9), str("c7")...)
		properties = append(append(properties, 38), append(str("floor"), str("six")...)...)
		body := append(str("zigbee2mqtt/x"), 0, 1, byte(len(properties)))
		c.send(packet(0x32, append(append(body, properties...), "own"...)))
		c.wantAck(0x40, 1) // and nothing before it
		head, got, err := other.read()
		if err != nil || head != 0x30 {
			t.Fatalf("%x %v", head, err)
		}
		for _, want := range [][]byte{{1, 1}, {2, 0, 0, 0, 77}, str("text/plain"), str("zigbee2mqtt/answer"), str("c7"), append(str("floor"), str("six")...)} {
			if !bytes.Contains(got, want) {
				t.Errorf("%q does not pass: %q", want, got)
			}
		}
		other.send(other.publish(1, 1, "zigbee2mqtt/x", "another's", false))
		other.wantOneOf(0x30, 0x40)
		if head, got, err = c.read(); err != nil || head != 0x30 || !bytes.HasSuffix(got, []byte("another's")) || bytes.Contains(got, []byte{2, 0, 1, 0x51, 0x80}) {
			t.Errorf("%x %q %v, want the other's message, without an expiry that nobody gave it", head, got, err)
		}
		c.ping()
	})
}

// wantOneOf reads two packets of these kinds, in any order.
func (c *client) wantOneOf(kinds ...byte) {
	c.t.Helper()
	for range kinds {
		if head, _, err := c.read(); err != nil || !bytes.Contains(kinds, []byte{head}) {
			c.t.Fatalf("%x %v", head, err)
		}
	}
}

// Nobody publishes what is the server's own, and nobody waits for an answer.
func TestS31_PublishingToTheServersTopicsIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, topic := range []string{"$SYS/broker/uptime", "$sys/x", "$SYS"} {
			c := h.in(t, login{v5: true, id: "a", user: "bridge"})
			for qos := range byte(3) {
				c.send(c.publish(qos, uint16(qos), topic, "x", false))
			}
			if one, two := c.wantAck(0x40, 1), c.wantAck(0x50, 2); one != 0x87 || two != 0x87 {
				t.Errorf("%s: reasons %x and %x", topic, one, two)
			}
			old := h.in(t, login{id: "b", user: "bridge"})
			old.send(old.publish(1, 1, topic, "x", false))
			if acks := old.wantClosed(); acks != 0 {
				t.Errorf("%s: acknowledged in 3.1.1", topic)
			}
			if n, ok := h.door.Noticed(east, "b1"); !ok || n.Why != mqtt.Outside || n.Topic != topic {
				t.Errorf("nobody is told: %+v", n)
			}
		}
		if n := inboxtest.Count(t, h.store); n != 0 {
			t.Errorf("%d stored", n)
		}
	})
}

// slow is an inbox whose database takes its time.
type slow struct {
	mqtt.Inbox
	mu   sync.Mutex
	owed []func(bool, error)
}

func (s *slow) Submit(_ context.Context, _ inbox.Message, done func(bool, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owed = append(s.owed, done)
}

// A client that has more under way than it was told it may is sent away with the
// reason (MQTT 5, 3.3.4); one that keeps to it is answered when all is stored.
func TestS31_WhoExceedsTheReceiveMaximumIsTold(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := &house{store: s, box: inbox.NewBox(inbox.Options{Store: s}), keeper: &keeper{}}
	held := &slow{Inbox: h.box}
	h.open(t, mqtt.Options{Inbox: held, Keeper: h.keeper})
	c := h.in(t, login{v5: true, id: "a", user: "bridge"})
	const announced = 1024
	for i := range announced {
		c.send(c.publish(1, uint16(i+1), "zigbee2mqtt/x", "{}", false))
	}
	c.ping()
	held.mu.Lock()
	for _, done := range held.owed {
		done(true, nil)
	}
	held.owed = nil
	held.mu.Unlock()
	for i := range announced {
		c.wantAck(0x40, uint16(i+1))
	}
	for i := range announced + 1 {
		c.send(c.publish(1, uint16(i+1), "zigbee2mqtt/x", "{}", false))
	}
	head, body, err := c.read()
	if err != nil || head != 0xE0 || body[0] != 0x93 {
		t.Errorf("%x %x %v, want DISCONNECT, receive maximum exceeded", head, body, err)
	}
	c.wantClosed()
}
