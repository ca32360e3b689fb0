package mqtt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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

const east, west = store.Tenant("east"), store.Tenant("west")

// house is a door with what is behind it.
type house struct {
	store  *store.Store
	box    *inbox.Box
	door   *mqtt.Door
	keeper *keeper
	addr   string
}

func openDoor(t testing.TB, s *store.Store) *house {
	t.Helper()
	h := &house{store: s, box: inbox.NewBox(inbox.Options{Store: s}), keeper: &keeper{}}
	h.open(t, mqtt.Options{Inbox: h.box, Keeper: h.keeper})
	return h
}

func (h *house) open(t testing.TB, o mqtt.Options) {
	t.Helper()
	var err error
	if h.door, err = mqtt.New(o); err != nil {
		t.Fatal(err)
	}
	addr, err := h.door.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	h.addr = addr.String()
	t.Cleanup(h.close)
}

func (h *house) close() {
	h.door.Stop()
	h.box.Stop()
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) { fn(t, openDoor(t, s)) })
}

// bothVersions runs a test on both databases and with both versions of MQTT.
func bothVersions(t *testing.T, fn func(t *testing.T, h *house, v5 bool)) {
	t.Helper()
	each(t, func(t *testing.T, h *house) {
		for _, v5 := range []bool{false, true} {
			t.Run(map[bool]string{false: "3.1.1", true: "5"}[v5], func(t *testing.T) { fn(t, h, v5) })
		}
	})
}

func (h *house) in(t testing.TB, l login) *client {
	t.Helper()
	c := dial(t, h.addr)
	l.pass = l.user + "!"
	if code := c.hello(l); code != 0 {
		t.Fatalf("not let in: %d", code)
	}
	return c
}

// The library's own hook acknowledged thousands of messages of which none was
// stored. Here none is, and none is refused either: a refusal would be the last
// word, while a line that ends has its sender send again.
func TestFailedCommitIsNeverAcknowledged(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		letGo := inboxtest.FailCommits(t, h.store)
		defer letGo()
		before := inboxtest.Count(t, h.store)
		for _, qos := range []byte{1, 2} {
			c := h.in(t, login{v5: v5, id: "a", user: "bridge"})
			const n = 300
			var all []byte
			for i := range n {
				all = append(all, c.publish(qos, uint16(i+1), "zigbee2mqtt/x", "{}", false)...)
			}
			c.send(all)
			if acks := c.wantClosed(); acks != 0 {
				t.Fatalf("QoS %d: %d acknowledgements of messages that were not stored", qos, acks)
			}
		}
		if got := inboxtest.Count(t, h.store); got != before {
			t.Fatalf("%d rows were kept", got-before)
		}
	})
}

func TestAcknowledgedInOrderAndStored(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		before := inboxtest.Count(t, h.store)
		c := h.in(t, login{v5: v5, id: "a", user: "bridge"})
		const n = 600
		var all []byte
		for i := range n {
			all = append(all, c.publish(1+byte(i%2), uint16(i+1), "zigbee2mqtt/x", fmt.Sprint(i), false)...)
		}
		c.send(all)
		for i := range n {
			if reason := c.wantAck(0x40+0x10*byte(i%2), uint16(i+1)); reason != 0 {
				t.Fatalf("message %d refused: %x", i, reason)
			}
		}
		if got := inboxtest.Count(t, h.store) - before; got != n {
			t.Fatalf("%d acknowledged, %d stored", n, got)
		}
	})
}

func TestQoS2IsStoredOnceEvenAcrossARestart(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		before := inboxtest.Count(t, h.store)
		stored := func() int { return inboxtest.Count(t, h.store) - before }
		me := login{v5: v5, id: "a", user: "bridge", keepSession: true}
		c := h.in(t, me)
		c.send(c.publish(2, 7, "zigbee2mqtt/x", "one", false))
		c.wantAck(0x50, 7)
		c.send(c.publish(2, 7, "zigbee2mqtt/x", "one", true))
		if reason := c.wantAck(0x50, 7); reason != 0 || stored() != 1 {
			t.Fatalf("reason %x, %d rows", reason, stored())
		}
		again := openDoor(t, h.store) // as after kill -9: nothing in memory
		c = again.in(t, me)
		c.send(c.publish(2, 7, "zigbee2mqtt/x", "one", true))
		c.wantAck(0x50, 7)
		if stored() != 1 {
			t.Fatalf("%d rows of one message", stored())
		}
		for range 2 { // a repeated PUBREL is answered too
			c.send(packet(0x62, []byte{0, 7}))
			c.wantAck(0x70, 7)
		}
		c.send(c.publish(2, 7, "zigbee2mqtt/x", "two", true))
		c.wantAck(0x50, 7)
		c.send(c.publish(2, 7, "zigbee2mqtt/x", "three", false))
		c.wantAck(0x50, 7)
		if stored() != 3 {
			t.Fatalf("%d rows, want three: a released id is free, and a new message is new", stored())
		}
	})
}

func TestQoS0IsStoredAsUnsure(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.in(t, login{id: "a", user: "detector"})
		c.send(c.publish(0, 0, "smoke/d1", "fire", false))
		c.send(c.publish(1, 1, "smoke/d1/state", "fire", false))
		c.wantAck(0x40, 1)
		list, err := h.box.Recent(t.Context(), east, "d1", inbox.Page{})
		if err != nil || len(list) != 2 {
			t.Fatal(len(list), err)
		}
		if sure, unsure := list[0], list[1]; sure.Unsure || !unsure.Unsure || !sure.Urgent || sure.Topic != "smoke/d1/state" || sure.Source != "mqtt" {
			t.Fatalf("%+v", list)
		}
	})
}

func TestNobodyComesInWithoutPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, v5 := range []bool{false, true} {
			for name, l := range map[string]login{
				"anonymous": {id: "a"}, "wrong": {id: "a", user: "bridge", pass: "detector!"}, "unknown": {id: "a", user: "nobody", pass: "nobody!"},
				"empty": {id: "a", user: "bridge"}, "a will elsewhere": {id: "a", user: "bridge", pass: "bridge!", willTopic: "smoke/d1", willBody: "x"},
			} {
				c := dial(t, h.addr)
				l.v5 = v5
				if code := c.hello(l); code == 0 {
					t.Errorf("%s was let in", name)
				}
				c.wantClosed()
			}
		}
	})
}

func TestPasswordIsRememberedUntilForgotten(t *testing.T) {
	s, clock := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	var c *client
	for range 5 {
		c = h.in(t, login{id: "a", user: "bridge"})
	}
	other := h.in(t, login{id: "a", user: "western"})
	if n := h.keeper.asked.Load(); n != 2 {
		t.Fatalf("asked %d times for two credentials", n)
	}
	h.door.Forget("b1")
	c.wantClosed()
	other.ping()
	h.in(t, login{id: "a", user: "bridge"})
	clock.Advance(11 * 60e9)
	h.in(t, login{id: "b", user: "bridge"})
	if n := h.keeper.asked.Load(); n != 4 {
		t.Fatalf("asked %d times, want once more after each forgetting", n)
	}
}

func TestAnotherCredentialCannotTakeAClientID(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		detector := h.in(t, login{id: "same", user: "detector"})
		thief := h.in(t, login{id: "same", user: "bridge"})
		thief.ping()
		detector.ping()
		back := h.in(t, login{id: "same", user: "detector"})
		detector.wantClosed() // its own credential may
		back.ping()
	})
}

// Whoever has the password but not the client id is kept out, and does not end
// the connection of the one that has both, remembered password or not.
func TestClientIDIsPinnedToItsCredential(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		owner := h.in(t, login{id: "p1-only", user: "pinned", v5: v5})
		for _, id := range []string{"p1", "P1-only", ""} {
			c := dial(t, h.addr)
			if code := c.hello(login{id: id, user: "pinned", pass: "pinned!", v5: v5}); code == 0 {
				t.Errorf("let in as %q", id)
			}
			c.wantClosed()
		}
		owner.ping()
	})
}

// The first id that will come again becomes the credential's own; one that a
// library makes up at each start does not, and shuts nobody out.
func TestFirstLastingClientIDIsPinned(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		for _, id := range []string{"mqttjs_1a2b3c4d", "mosq-Zx81", "mqttjs_99"} {
			h.in(t, login{id: id, user: "taking", v5: v5})
		}
		owner := h.in(t, login{id: "esp-4f", user: "taking", v5: v5})
		for _, id := range []string{"esp-50", "other"} {
			c := dial(t, h.addr)
			if code := c.hello(login{id: id, user: "taking", pass: "taking!", v5: v5}); code == 0 {
				t.Errorf("let in as %q", id)
			}
			c.wantClosed()
		}
		owner.ping()
		h.in(t, login{id: "esp-4f", user: "taking", v5: v5})
	})
}

// A bridge that says nothing for a while but keeps its connection is present;
// one that only listens is not.
func TestPresentAreThoseThatSpokeAndKeepTheirConnection(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	bridge := h.in(t, login{id: "a", user: "bridge"})
	listener := h.in(t, login{id: "a", user: "western"})
	listener.subscribe("zigbee2mqtt/#")
	if got := h.door.Present(time.Hour); len(got) != 0 {
		t.Fatalf("%+v before anybody spoke", got)
	}
	bridge.send(bridge.publish(1, 1, "zigbee2mqtt/a", "{}", false))
	bridge.wantAck(0x40, 1)
	bridge.ping()
	listener.ping()
	if got := h.door.Present(time.Hour); len(got) != 1 || got[0].Device != "b1" || got[0].Tenant != east {
		t.Fatalf("%+v", got)
	}
	if got := h.door.Present(-time.Hour); len(got) != 0 {
		t.Fatalf("%+v are from the future", got)
	}
}

func TestPublishOutsideThePrefix(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		outside := []string{"smoke/d1", "zigbee2mqttx/a", "zigbee2mqt", "/zigbee2mqtt", "$SYS/broker"}
		for _, topic := range outside {
			c := h.in(t, login{id: "a", user: "bridge"})
			c.send(c.publish(1, 1, topic, "x", false))
			if topic[0] != '$' { // the library itself drops those
				c.wantClosed()
			}
		}
		c := h.in(t, login{v5: true, id: "b", user: "bridge"})
		c.send(append(c.publish(1, 1, "zigbee2mqtt/x", "good", false), c.publish(1, 2, "smoke/d1", "bad", false)...))
		if first, second := c.wantAck(0x40, 1), c.wantAck(0x40, 2); first != 0 || second != 0x87 {
			t.Fatalf("reasons %x and %x", first, second)
		}
		c.send(c.publish(0, 0, "smoke/d1", "bad", false))
		c.ping()
		if n := inboxtest.Count(t, h.store); n != 1 {
			t.Fatalf("%d rows, want the good one", n)
		}
	})
}

func TestSubscribersHearTheirOwnOnly(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		const id = "l"
		listener := h.in(t, login{v5: v5, id: id, user: "bridge"})
		for _, filter := range []string{"#", "+/x", "smoke/#", "$SYS/#", "$share/g/zigbee2mqtt/#", "zigbee2mqttx/#"} {
			if code := listener.subscribe(filter); code < 0x80 {
				t.Errorf("may listen to %s", filter)
			}
		}
		if code := listener.subscribe("zigbee2mqtt/#"); code != 0 {
			t.Fatalf("may not listen to its own: %x", code)
		}
		stranger := h.in(t, login{id: id + "w", user: "western"})
		stranger.send(stranger.publish(1, 1, "zigbee2mqtt/x", "western", false))
		stranger.wantAck(0x40, 1)
		own := h.in(t, login{id: id + "o", user: "bridge"})
		own.send(own.publish(1, 1, "zigbee2mqtt/x", "own", false))
		head, body, err := listener.read()
		if !bytes.HasPrefix(body, str("zigbee2mqtt/x")) || !bytes.HasSuffix(body, []byte("own")) || err != nil || head != 0x30 {
			t.Fatalf("heard %x %q %v, want its own", head, body, err)
		}
		if err := h.door.Publish(east, "b1", "zigbee2mqtt/valve/set", []byte("shut")); err != nil {
			t.Fatal(err)
		}
		if _, body, err := listener.read(); err != nil || string(body[len(body)-4:]) != "shut" {
			t.Fatalf("%q %v", body, err)
		}
	})
}

func TestUnsubscribed(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	c := h.in(t, login{id: "l", user: "bridge"})
	c.subscribe("zigbee2mqtt/#")
	c.send(packet(0xA2, append([]byte{0, 3}, str("zigbee2mqtt/#")...)))
	c.wantAck(0xB0, 3)
	c.send(c.publish(1, 1, "zigbee2mqtt/x", "own", false))
	c.wantAck(0x40, 1)
	c.ping()
}

func TestLastWillIsStored(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stored := make(chan inbox.Message, 1)
		h.box.Handle(inbox.InTransaction(func(_ context.Context, tx *store.Tx, m inbox.Message) error {
			tx.AfterCommit(func() { stored <- m })
			return nil
		}), nil)
		h.box.Start()
		c := h.in(t, login{id: "a", user: "bridge", willTopic: "zigbee2mqtt/bridge/state", willBody: "offline"})
		_ = c.conn.Close()
		if m := <-stored; string(m.Body) != "offline" || m.Note != "will" || m.Tenant != east {
			t.Fatalf("%+v", m)
		}
	})
}

func TestTooLargeAndNonsense(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	c := h.in(t, login{id: "a", user: "bridge"})
	c.send([]byte{0x32, 0xFF, 0xFF, 0xFF, 0x7F})
	c.wantClosed()
	nonsense := dial(t, h.addr)
	nonsense.send([]byte("GET / HTTP/1.1\r\n\r\n"))
	nonsense.wantClosed()
	alias := h.in(t, login{v5: true, id: "b", user: "bridge"})
	body := append(str(""), 0, 1, 3, 0x23, 0, 1)
	alias.send(packet(0x32, append(body, 'x')))
	alias.wantClosed()
	h.in(t, login{id: "a", user: "bridge"}).ping()
	if n := inboxtest.Count(t, s); n != 0 {
		t.Fatalf("%d rows of nonsense", n)
	}
}

func TestStopTwiceWithClientsConnected(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	c, stranger := h.in(t, login{id: "a", user: "bridge"}), dial(t, h.addr)
	h.close()
	c.wantClosed()
	stranger.wantClosed()
	h.close()
	if _, err := h.door.Listen("127.0.0.1:0", nil); err == nil {
		t.Fatal("a closed door listens")
	}
}

// A stranger who knocks in the instant the door closes holds nobody up.
func TestStopWhileStrangersArrive(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	for range 40 {
		h := openDoor(t, s)
		var knocking sync.WaitGroup
		for range 4 {
			knocking.Go(func() {
				for {
					c, err := net.Dial("tcp", h.addr)
					if err != nil {
						return
					}
					_ = c.Close()
				}
			})
		}
		h.close()
		knocking.Wait()
	}
}

// What a bridge says plainly as telemetry stands behind, all else before.
func TestOnlyTheCalmOfALifeSavingBridgeStandsBehind(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		c := h.in(t, login{v5: v5, id: "m", user: "mixed"})
		for i, body := range []string{"calm", "smoke"} {
			c.send(c.publish(1, uint16(i+1), "mixed/hall", body, false))
			c.wantAck(0x40, uint16(i+1))
		}
		list, err := h.box.Recent(t.Context(), east, "m1", inbox.Page{Limit: 2})
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		for _, m := range list {
			if m.Urgent != (string(m.Body) == "smoke") {
				t.Errorf("%s: urgent %v", m.Body, m.Urgent)
			}
		}
	})
}

// Nobody makes the door take memory for a long first packet by announcing one,
// however slowly.
func TestLongHelloIsCutOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, pieces := range [][][]byte{{{0x10, 0xff, 0xff, 0xff, 0x7f}}, {{0x10, 0x80}, {0x80, 0x80}, {0x03}}} {
			c := dial(t, h.addr)
			for _, p := range pieces {
				c.send(p)
			}
			if _, err := c.in.ReadByte(); !errors.Is(err, io.EOF) {
				t.Errorf("%x: %v", pieces, err)
			}
		}
	})
}
