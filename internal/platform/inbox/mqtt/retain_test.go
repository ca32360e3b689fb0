package mqtt_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// retain publishes a retained message and waits until it is stored.
func (c *client) retain(topic, body string) {
	c.t.Helper()
	b := c.publish(1, 1, topic, body, false)
	b[0] |= 1
	c.send(b)
	if reason := c.wantAck(0x40, 1); reason != 0 {
		c.t.Fatalf("refused: %x", reason)
	}
}

// last is the topic after all others, whose message is handed over last.
const last = "zigbee2mqtt/~"

// hears reads deliveries up to the one of the last topic, each as "topic=body",
// with a * if it is marked as retained; or only those that are marked, as what
// is acknowledged may yet be passing by.
func (c *client) hears(marked bool) (list []string) {
	c.t.Helper()
	for {
		head, body, err := c.read()
		if err != nil || head&^1 != 0x30 {
			c.t.Fatalf("%x %q %v, after %v", head, body, err, list)
		}
		n := 2 + int(binary.BigEndian.Uint16(body))
		topic, rest := string(body[2:n]), body[n:]
		if marked && head&1 == 0 {
			continue
		}
		if c.v5 {
			rest = rest[1+int(rest[0]):]
		}
		if topic == last {
			return list
		}
		list = append(list, topic+"="+string(rest)+strings.Repeat("*", int(head&1)))
	}
}

// wantHanded is for what is handed over, wantHears for whatever comes.
func (c *client) wantHanded(want ...string) { c.t.Helper(); c.want(c.hears(true), want) }
func (c *client) wantHears(want ...string)  { c.t.Helper(); c.want(c.hears(false), want) }

func (c *client) want(got, want []string) {
	c.t.Helper()
	if !slices.Equal(got, want) {
		c.t.Errorf("heard %v, want %v", got, want)
	}
}

// later subscribes with a client of its own.
func (h *house) later(t *testing.T, v5 bool, user, filter string) *client {
	t.Helper()
	c := h.in(t, login{v5: v5, id: "later " + store.NewID(), user: user})
	if code := c.subscribe(filter); code != 0 {
		t.Fatalf("may not listen: %x", code)
	}
	return c
}

// Whoever subscribes later hears the last retained message of each topic, also
// after a restart, and nobody else's; an empty one takes it away.
func TestRetainedIsForWhoeverSubscribesLater(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		b, w := h.in(t, login{v5: v5, id: "b", user: "bridge"}), h.in(t, login{v5: v5, id: "w", user: "western"})
		w.retain(last, "x")
		b.retain("zigbee2mqtt/a", "one")
		b.retain("zigbee2mqtt/a", "two")
		b.retain("zigbee2mqtt/a/deep", "\x00\xff")
		b.retain(last, "x")
		b.send(b.publish(1, 2, "zigbee2mqtt/c", "passing", false))
		b.wantAck(0x40, 2)
		for name, at := range map[string]*house{"at once": h, "after a restart": openDoor(t, h.store)} {
			t.Log(name)
			at.later(t, v5, "bridge", "zigbee2mqtt/#").wantHanded("zigbee2mqtt/a=two*", "zigbee2mqtt/a/deep=\x00\xff*")
			at.later(t, v5, "bridge", "zigbee2mqtt/+").wantHanded("zigbee2mqtt/a=two*")
			at.later(t, v5, "western", "zigbee2mqtt/#").wantHanded()
		}
		b.retain("zigbee2mqtt/a", "")
		b.retain(last, "")
		b.retain(last, "y")
		h.later(t, v5, "bridge", "zigbee2mqtt/#").wantHanded("zigbee2mqtt/a/deep=\x00\xff*")
		list, err := h.box.Recent(t.Context(), east, "b1", inbox.Page{Limit: 3})
		if err != nil || list[2].Note != inbox.Cleared || list[0].Note != "" {
			t.Errorf("%+v %v", list, err)
		}
		b.retain("zigbee2mqtt/a/deep", "")
	})
}

// A filter fits the topics that the standard says.
func TestRetainedFitsTheFilter(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	b := h.in(t, login{id: "b", user: "bridge"})
	topics := []string{"zigbee2mqtt", "zigbee2mqtt/", "zigbee2mqtt/a", "zigbee2mqtt/a/", "zigbee2mqtt/a/b", "zigbee2mqtt/ab", "zigbee2mqtt/c/b/d"}
	for _, topic := range append(topics, last) {
		b.retain(topic, "x")
	}
	for filter, want := range map[string][]int{
		"zigbee2mqtt/#": {0, 1, 2, 3, 4, 5, 6}, "zigbee2mqtt": {0}, "zigbee2mqtt/+": {1, 2, 5}, "zigbee2mqtt/a": {2}, "zigbee2mqtt/a/#": {2, 3, 4},
		"zigbee2mqtt/a/+": {3, 4}, "zigbee2mqtt/+/b": {4}, "zigbee2mqtt/+/b/#": {4, 6}, "zigbee2mqtt/+/+/+": {6}, "zigbee2mqtt/+/#": {1, 2, 3, 4, 5, 6}, "zigbee2mqtt/": {1},
		"zigbee2mqtt/d/#": nil,
	} {
		c := h.in(t, login{id: "l " + filter, user: "bridge"})
		filters := map[string]byte{filter: 1}
		if filter != "zigbee2mqtt/#" && filter != "zigbee2mqtt/+" && filter != "zigbee2mqtt/+/#" {
			filters[last] = 1
		}
		if code := c.subscribeAll(filters); code != 0 {
			t.Fatalf("%s: %x", filter, code)
		}
		var all []string
		for _, i := range want {
			all = append(all, topics[i]+"=x*")
		}
		if got := c.hears(true); !slices.Equal(got, all) {
			t.Errorf("%s fits %v, want %v", filter, got, all)
		}
	}
}

// MQTT 5 lets a subscriber say when it wants what is retained, and whether it
// wants to know of a message passing by that it is.
func TestRetainHandlingAndRetainAsPublished(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.in(t, login{v5: true, id: "b", user: "bridge"})
		b.retain("zigbee2mqtt/a", "one")
		b.retain(last, "x")
		for _, tt := range []struct {
			name          string
			options       byte
			first, second []string
		}{
			{"always", 0x01, []string{"zigbee2mqtt/a=one*"}, []string{"zigbee2mqtt/a=one*"}},
			{"when new", 0x11, []string{"zigbee2mqtt/a=one*"}, nil},
			{"never", 0x21, nil, nil},
		} {
			c := h.in(t, login{v5: true, id: tt.name, user: "bridge"})
			for _, want := range [][]string{tt.first, tt.second} {
				if code := c.subscribeAll(map[string]byte{"zigbee2mqtt/a": tt.options, last: 1}); code != 0 {
					t.Fatalf("%s: %x", tt.name, code)
				}
				c.wantHanded(want...)
			}
		}
		plain, told := h.in(t, login{v5: true, id: "plain", user: "bridge"}), h.in(t, login{v5: true, id: "told", user: "bridge"})
		plain.subscribeWith("zigbee2mqtt/#", 0x21)
		told.subscribeWith("zigbee2mqtt/#", 0x29)
		b.retain("zigbee2mqtt/a", "two")
		b.send(b.publish(1, 2, "zigbee2mqtt/a", "passing", false))
		b.wantAck(0x40, 2)
		b.retain(last, "y")
		plain.wantHears("zigbee2mqtt/a=two", "zigbee2mqtt/a=passing")
		told.wantHears("zigbee2mqtt/a=two*", "zigbee2mqtt/a=passing")
		h.later(t, true, "bridge", "zigbee2mqtt/#").wantHanded("zigbee2mqtt/a=two*")
	})
}

// What was not stored is not retained, and a retained message that comes twice
// changes nothing.
func TestOnlyWhatIsStoredIsRetained(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.in(t, login{v5: true, id: "b", user: "bridge"})
		b.retain("zigbee2mqtt/a", "one")
		b.retain(last, "x")
		letGo := inboxtest.FailCommits(t, h.store)
		p := b.publish(1, 9, "zigbee2mqtt/a", "lost", false)
		p[0] |= 1
		b.send(p)
		if acks := b.wantClosed(); acks != 0 {
			t.Errorf("%d acknowledgements", acks)
		}
		letGo()
		b = h.in(t, login{v5: true, id: "b", user: "bridge"})
		h.later(t, true, "bridge", "zigbee2mqtt/#").wantHanded("zigbee2mqtt/a=one*")
		twice := b.publish(2, 7, "zigbee2mqtt/a", "two", false)
		twice[0] |= 1
		b.send(twice)
		b.wantAck(0x50, 7)
		b.retain("zigbee2mqtt/a", "three")
		twice[0] |= 8
		b.send(twice)
		b.wantAck(0x50, 7)
		h.later(t, true, "bridge", "zigbee2mqtt/#").wantHanded("zigbee2mqtt/a=three*")
	})
}

// A last will may be retained: whoever comes later hears that the bridge is
// off the line.
func TestLastWillIsRetained(t *testing.T) {
	bothVersions(t, func(t *testing.T, h *house, v5 bool) {
		b := h.in(t, login{v5: v5, id: "b", user: "bridge", willTopic: last, willBody: "offline", willRetain: true})
		b.retain(last, "online")
		b.ping()
		listener := h.later(t, v5, "bridge", last)
		listener.wantHanded()
		_ = b.conn.Close()
		for body := []byte{}; !strings.HasSuffix(string(body), "offline"); { // the will, as it passes
			var err error
			if _, body, err = listener.read(); err != nil {
				t.Fatal(err)
			}
		}
		if head, body, err := h.later(t, v5, "bridge", last).read(); err != nil || head != 0x31 || !strings.HasSuffix(string(body), "offline") {
			t.Errorf("%x %q %v", head, body, err)
		}
	})
}

// Alarms overtake telemetry, but of what is retained the last word stays the
// last.
func TestRetainedKeepsItsOrderAcrossTheLanes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.in(t, login{v5: true, id: "m", user: "mixed"})
		var all []byte
		const n = 300
		for i := range n {
			body := "calm"
			if i%3 == 0 {
				body = fmt.Sprint("fire ", i)
			}
			p := c.publish(1, uint16(i+1), "mixed/hall", body, false)
			p[0] |= 1
			all = append(all, p...)
		}
		end := c.publish(1, n+1, "mixed/hall", "", false)
		end[0] |= 1
		c.send(append(all, end...))
		for i := range n + 1 {
			c.wantAck(0x40, uint16(i+1))
		}
		list, err := h.box.Retained(t.Context(), east, "m1", "")
		if err != nil || len(list) != 0 {
			t.Errorf("%q is retained after it was taken back: %v", list, err)
		}
	})
}

// held is an inbox whose readers wait between reading and answering.
type held struct {
	*inbox.Box
	reads, goOn chan struct{}
}

func (h held) Retained(ctx context.Context, tenant store.Tenant, device, after string) ([]inbox.Retained, error) {
	list, err := h.Box.Retained(ctx, tenant, device, after)
	if after == "" {
		h.reads <- struct{}{}
		<-h.goOn
	}
	return list, err
}

// Whoever is being handed what is retained and hears news of a topic meanwhile
// does not hear the old word after the new one.
func TestOldWordDoesNotFollowTheNew(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		box := held{inbox.NewBox(inbox.Options{Store: s}), make(chan struct{}), make(chan struct{})}
		door, err := mqtt.New(mqtt.Options{Inbox: box, Keeper: &keeper{}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { door.Stop(); box.Stop() })
		addr, err := door.Listen("127.0.0.1:0", nil)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{store: s, box: box.Box, door: door, addr: addr.String()}
		b := h.in(t, login{id: "b", user: "bridge"})
		b.retain("zigbee2mqtt/a", "old")
		b.retain("zigbee2mqtt/b", "old")
		b.retain(last, "x")
		c := h.later(t, false, "bridge", "zigbee2mqtt/#")
		<-box.reads
		b.retain("zigbee2mqtt/a", "new")
		if head, body, err := c.read(); err != nil || head != 0x30 || !strings.HasSuffix(string(body), "new") {
			t.Fatalf("%x %q %v", head, body, err)
		}
		close(box.goOn)
		c.wantHanded("zigbee2mqtt/b=old*")
	})
}

// A retained message that expires is handed over with what is left of its
// time, and then no more.
func TestRetainedExpires(t *testing.T) {
	storetest.Each(t, inboxtest.Rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		h := openDoor(t, s)
		b := h.in(t, login{v5: true, id: "b", user: "bridge"})
		body := append(binary.BigEndian.AppendUint16(str("zigbee2mqtt/a"), 5), 5, 2, 0, 0, 0, 60)
		b.send(packet(0x33, append(body, "short"...)))
		b.wantAck(0x40, 5)
		b.retain(last, "x")
		clock.Advance(20 * time.Second)
		c := h.later(t, true, "bridge", "zigbee2mqtt/#")
		_, got, err := c.read()
		if want := append(str("zigbee2mqtt/a"), 5, 2, 0, 0, 0, 40); err != nil || string(got) != string(append(want, "short"...)) {
			t.Errorf("%q %v", got, err)
		}
		c.wantHanded()
		clock.Advance(40 * time.Second)
		h.later(t, true, "bridge", "zigbee2mqtt/#").wantHanded()
	})
}
