package mqtt_test

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/inboxtest"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// from dials from one of this machine's addresses.
func from(t testing.TB, own, addr string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(own)}, Timeout: patience}
	c, err := d.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// crowd opens silent connections and waits until the door has pushed out the
// first of them.
func crowd(t testing.TB, own, addr string, n int) {
	t.Helper()
	first := from(t, own, addr)
	for range n {
		from(t, own, addr)
	}
	_ = first.SetReadDeadline(time.Now().Add(patience))
	if _, err := first.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Fatalf("the oldest silent connection keeps its seat: %v", err)
	}
}

// However many connections of one address say nothing, before and after it came, a
// detector elsewhere that takes its time keeps its seat.
func TestS31_SilentConnectionsOfOneAddressTakeNobodysSeat(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	crowd(t, "127.0.0.1", h.addr, 300)
	detector := talk(t, from(t, "127.0.0.2", h.addr))
	crowd(t, "127.0.0.1", h.addr, 300)
	if code := detector.hello(login{id: "d", user: "detector", pass: "detector!"}); code != 0 {
		t.Fatalf("not let in: %d", code)
	}
	detector.ping()
}

// Where all seats are taken by the silent of many addresses, the address that has
// the most gives way.
func TestS31_SilentConnectionsOfManyAddressesGiveWay(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	for _, own := range []string{"127.0.0.3", "127.0.0.4", "127.0.0.5"} {
		for range 90 {
			from(t, own, h.addr)
		}
	}
	detector := talk(t, from(t, "127.0.0.2", h.addr))
	crowd(t, "127.0.0.3", h.addr, 200)
	if code := detector.hello(login{id: "d", user: "detector", pass: "detector!"}); code != 0 {
		t.Fatalf("not let in: %d", code)
	}
}

// Four hundred a second, and a detector at the very address that sends them, as
// behind one router: it gets in each time.
func TestS31_ADetectorGetsInBesideAFlood(t *testing.T) {
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := openDoor(t, s)
	crowd(t, "127.0.0.1", h.addr, 300)
	var flood sync.WaitGroup
	over := make(chan struct{})
	flood.Go(func() {
		tick := time.NewTicker(time.Second / 400)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-over:
				return
			}
			c, err := net.Dial("tcp", h.addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
		}
	})
	defer flood.Wait()
	defer close(over)
	for range 40 {
		c := h.in(t, login{id: "d", user: "detector"})
		for range 5 { // while some more of the flood come
			c.send(c.publish(1, 1, "smoke/d1", "{}", false))
			c.wantAck(0x40, 1)
		}
		_ = c.conn.Close()
	}
}

// stuck is a client that subscribes to megabytes and reads none of them.
func stuck(t *testing.T, h *house, id string) *client {
	t.Helper()
	raw, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = raw.(*net.TCPConn).SetReadBuffer(4096)
	c := talk(t, raw)
	if code := c.hello(login{id: id, user: "bridge", pass: "bridge!", forEver: true}); code != 0 {
		t.Fatalf("not let in: %d", code)
	}
	c.send(packet(0x82, append(append([]byte{0, 9}, str("zigbee2mqtt/#")...), 0)))
	return c
}

// heavy is a door with many megabytes to be handed to who subscribes.
func heavy(t *testing.T, within time.Duration) *house {
	t.Helper()
	s, _ := storetest.SQLite(t, inboxtest.Rooms())
	h := &house{store: s, box: inbox.NewBox(inbox.Options{Store: s}), keeper: &keeper{}}
	h.open(t, mqtt.Options{Inbox: h.box, Keeper: h.keeper, TakeWithin: within})
	c := h.in(t, login{id: "full", user: "bridge"})
	for i := range 12 {
		p := c.publish(1, 1, "zigbee2mqtt/"+string(rune('a'+i)), strings.Repeat("x", 1<<20), false)
		p[0] |= 1
		c.send(p)
		c.wantAck(0x40, 1)
	}
	_ = c.conn.Close()
	return h
}

// A client that takes nothing of what is written to it is let go, though it goes on
// sending and has no keepalive.
func TestS31_AClientThatReadsNothingIsLetGo(t *testing.T) {
	h := heavy(t, time.Second/2)
	c := stuck(t, h, "stuck")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	began := time.Now()
	for range tick.C {
		if _, err := c.conn.Write(c.publish(0, 0, "zigbee2mqtt/x", "{}", false)); err != nil {
			return
		}
		if time.Since(began) > patience {
			t.Fatal("it holds its connection")
		}
	}
}

// The door closes at once though clients take nothing, and though others wait for
// their password to be checked.
func TestS31_TheDoorClosesThoughClientsReadNothing(t *testing.T) {
	h := heavy(t, time.Hour)
	for _, id := range []string{"a", "b", "c", "d"} {
		stuck(t, h, id)
	}
	crowd(t, "127.0.0.1", h.addr, 300)
	began := time.Now()
	h.door.Stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}
