package mqtt_test

import (
	"testing"

	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
)

const stateOf = "$SYS/broker/connection/gw.linli/state"

// A bridge with Mosquitto's ordinary settings comes in, whichever version it
// speaks, and is heard; what it says of its own connection is answered, and what
// is not for us neither stored nor in the way.
func TestS33_ABridgeWithItsOrdinarySettingsIsHeard(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, l := range map[string]login{
			"3.1": {old: true, bridge: true}, "3.1.1": {bridge: true}, "5": {v5: true, bridge: true}, "without the mark": {willTopic: stateOf},
		} {
			t.Run(name, func(t *testing.T) {
				before := inboxtest.Count(t, h.store)
				l.id, l.user, l.willTopic, l.willBody, l.willRetain, l.keepSession = "gw.linli", "bridge", stateOf, "0", true, true
				c := h.in(t, l)
				c.send(c.publish(1, 1, stateOf, "1", false))
				c.wantAck(0x40, 1)
				c.send(append(c.publish(1, 2, "homeassistant/x", "{}", false), c.publish(1, 3, "zigbee2mqtt/kitchen", "{}", false)...))
				reason := c.wantAck(0x40, 2)
				if v5 := reason == 0x87; v5 != l.v5 {
					t.Errorf("outside the prefix: reason %x", reason)
				}
				c.wantAck(0x40, 3)
				if got := inboxtest.Count(t, h.store) - before; got != 1 {
					t.Errorf("%d stored", got)
				}
				n, ok := h.door.Noticed(east, "b1")
				if !ok || n.Why != mqtt.Outside || n.Topic != "homeassistant/x" || n.At.IsZero() {
					t.Errorf("nobody is told: %+v %v", n, ok)
				}
			})
		}
	})
}

// The version may come in pieces.
func TestTheMarkOfABridgeIsFoundInPieces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := dial(t, h.addr)
		hello := packet(0x10, append(append(append(str("MQTT"), 0x84, 0xc2, 0, 60), str("gw")...), append(str("bridge"), str("bridge!")...)...))
		for i := range hello {
			c.send(hello[i : i+1])
		}
		if code := c.welcome(); code != 0 {
			t.Fatalf("not let in: %d", code)
		}
	})
}

func TestS33_MQTT31IsServed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.in(t, login{old: true, id: "old", user: "bridge"})
		if code := c.subscribe("zigbee2mqtt/#"); code != 0 {
			t.Fatalf("subscribed: %x", code)
		}
		c.send(c.publish(1, 7, "zigbee2mqtt/kitchen", "{}", false))
		acked, heard := false, false
		for !acked || !heard {
			head, _, err := c.read()
			if err != nil {
				t.Fatal(err)
			}
			acked, heard = acked || head == 0x40, heard || head&0xf0 == 0x30
		}
		if n := inboxtest.Count(t, h.store); n != 1 {
			t.Errorf("%d stored", n)
		}
	})
}

// Whoever has the right password and is not let in, or not heard, can be found out
// without the log.
func TestWhatAKnownClientDoesWrongIsNoticed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tt := range []struct {
			login
			device string
			want   mqtt.Notice
		}{
			{login{id: "x", user: "bridge", willTopic: "elsewhere/state", willBody: "off"}, "b1", mqtt.Notice{Why: mqtt.Will, Topic: "elsewhere/state"}},
			{login{id: "another", user: "pinned"}, "p1", mqtt.Notice{Why: mqtt.Pinned}},
		} {
			tt.pass = tt.user + "!"
			if code := dial(t, h.addr).hello(tt.login); code == 0 {
				t.Fatal("let in")
			}
			got, _ := h.door.Noticed(east, tt.device)
			if got.At.IsZero() || got.Why != tt.want.Why || got.Topic != tt.want.Topic {
				t.Errorf("%s: %+v", tt.device, got)
			}
		}
		if n, ok := h.door.Noticed(east, "d1"); ok {
			t.Errorf("of one that did nothing: %+v", n)
		}
	})
}
