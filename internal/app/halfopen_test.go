package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/packets"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/test/edge"
)

// tunnel stands between a client and the house. From a moment on it can carry
// nothing any more, there or back, while both sockets stay open and take what
// is written: as a radio link that is gone, or a firewall that forgot the line.
type tunnel struct {
	addr string
	mu   sync.Mutex
	shut map[bool]chan struct{} // by direction, true to the house; nil: open
	done chan struct{}
}

func dig(t *testing.T, to string) *tunnel {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &tunnel{addr: l.Addr().String(), shut: map[bool]chan struct{}{}, done: make(chan struct{})}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			work.Go(func() { x.carry(far, near, true) })
			work.Go(func() { x.carry(near, far, false) })
		}
	})
	t.Cleanup(func() {
		close(x.done)
		_ = l.Close()
		work.Wait()
	})
	return x
}

// carry hands on what one side says. Once the tunnel is shut that way it goes on
// taking it, and the end of it too, and tells nobody.
func (x *tunnel) carry(to, from net.Conn, there bool) {
	defer to.Close()
	stop := context.AfterFunc(x.context(), func() { _, _ = from.Close(), to.Close() })
	defer stop()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if x.isShut(there) {
			if err != nil {
				<-x.done
				return
			}
			continue
		}
		if _, gone := to.Write(b[:n]); err != nil || gone != nil {
			return
		}
	}
}

func (x *tunnel) context() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-x.done; cancel() }()
	return ctx
}

func (x *tunnel) isShut(there bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.shut[there] != nil
}

func (x *tunnel) close(there ...bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, way := range there {
		x.shut[way] = x.done
	}
}

// box is a bridge that speaks MQTT 5 packet by packet, as its own socket sees it.
type box struct {
	net.Conn
	in *bufio.Reader
}

// enters signs in with a keepalive of one second.
func enters(t *testing.T, addr string, c device.Credential, password string) *box {
	t.Helper()
	conn := attempt(t, addr)
	t.Cleanup(func() { _ = conn.Close() })
	x, hour := &box{conn, bufio.NewReader(conn)}, uint32(3600)
	hello := packets.Connect{
		ProtocolName: "MQTT", ProtocolVersion: 5, ClientID: "box", KeepAlive: 1, UsernameFlag: true, Username: c.Username, PasswordFlag: true, Password: []byte(password),
		Properties: &packets.Properties{SessionExpiryInterval: &hour},
	}
	x.puts(t, &hello)
	if ack, ok := x.gets(t).Content.(*packets.Connack); !ok || ack.ReasonCode != 0 {
		t.Fatal("not let in")
	}
	return x
}

func (x *box) puts(t *testing.T, p io.WriterTo) {
	t.Helper()
	if _, err := p.WriteTo(x.Conn); err != nil {
		t.Fatal(err)
	}
}

func (x *box) gets(t *testing.T) *packets.ControlPacket {
	t.Helper()
	_ = x.SetReadDeadline(time.Now().Add(30 * time.Second))
	p, err := packets.ReadPacket(x.in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func says(qos byte, id uint16, again bool, body string) *packets.Publish {
	return &packets.Publish{Topic: "z2m/kitchen", QoS: qos, PacketID: id, Duplicate: again, Payload: []byte(body), Properties: &packets.Properties{}}
}

// S30: a bridge's line is gone and nobody said so, with smoke under way. The
// house closes it after one and a half of the keepalive, the bridge comes back
// and sends what was not acknowledged again: that is on disk once (at QoS 1,
// where it had come and only the answer was lost, once more: the protocol has no
// way to know), and it is one alarm.
func TestS30_HalfOpenLineOfABridge(t *testing.T) {
	for _, qos := range []byte{1, 2} {
		for what, tt := range map[string]struct {
			shut   []bool
			stored int
		}{
			"lost on the way": {[]bool{true, false}, 1},
			"answer lost":     {[]bool{false}, 3 - int(qos)},
		} {
			t.Run(fmt.Sprintf("QoS %d, %s", qos, what), func(t *testing.T) {
				w := watch(t)
				c, password, err := w.Devices.Issue(t.Context(), w.admin, w.xiwu, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
				if err != nil {
					t.Fatal(err)
				}
				addr, err := w.ListenMQTT("127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				line := dig(t, addr)
				first := enters(t, line.addr, c, password)
				heard := time.Now()
				first.puts(t, says(1, 1, false, `{"smoke":false}`))
				first.gets(t)
				w.decoded(t, c)
				w.bind(t, "zigbee:"+c.Device+"/kitchen", "guihua-6-402")
				line.close(tt.shut...)
				first.puts(t, says(qos, 2, false, `{"smoke":true}`))
				if !slices.Contains(tt.shut, true) {
					until(t, "it is on disk", func() bool { return w.smokes(t, c) == 1 })
					line.close(true)
				}
				until(t, "the house lets the line go", func() bool { return w.Connected() == 0 })
				if took := time.Since(heard); took < 3*time.Second/2 || took > 8*time.Second {
					t.Errorf("the line was let go after %v, the keepalive is 1 s", took)
				}
				second := enters(t, addr, c, password)
				second.puts(t, says(qos, 2, true, `{"smoke":true}`))
				second.gets(t)
				if qos == 2 {
					second.puts(t, &packets.Pubrel{PacketID: 2, Properties: &packets.Properties{}})
					second.gets(t)
				}
				until(t, "all is read", func() bool {
					backlog, err := w.Inbox.Backlog(t.Context(), w.xiwu)
					return err == nil && backlog == (inbox.Backlog{Troubled: backlog.Troubled})
				})
				if n := w.smokes(t, c); n != tt.stored {
					t.Errorf("it is on disk %d times, want %d", n, tt.stored)
				}
				guard, err := w.Door.ActorFor(t.Context(), w.xiwu, w.guard.ID)
				if err != nil {
					t.Fatal(err)
				}
				if open, err := w.Alarms.Open(t.Context(), guard); err != nil || len(open) != 1 || open[0].Signals != 1 {
					t.Errorf("%d alarms, %v: %+v", len(open), err, open)
				}
			})
		}
	}
}

// smokes counts what says smoke on the disk.
func (w *watched) smokes(t *testing.T, c device.Credential) (n int) {
	t.Helper()
	list, err := w.Inbox.Recent(t.Context(), w.xiwu, c.Username, inbox.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if string(m.Body) == `{"smoke":true}` {
			n++
		}
	}
	return n
}

// S31 (a4): the gateway for messages takes every call and answers none. The
// group hears at once, the calls by voice come at their time to everybody, and
// the page has what it has.
func TestS31_GatewayThatNeverAnswersHoldsUpNoOtherChannel(t *testing.T) {
	out := edge.Open(t)
	eachCall(t, func(t *testing.T, h *callHouse) {
		h.t = t
		h.rung(out)
		before := len(out.Calls())
		came := func(ch notify.Channel) (n int) {
			for _, c := range out.Calls()[before:] {
				if c.Channel == ch {
					n++
				}
			}
			return n
		}
		out.Hold(notify.SMS)
		h.Notify.Start()
		id := h.smoke()
		v, err := h.Alarms.View(t.Context(), h.guard(), id)
		if err != nil {
			t.Fatal(err)
		}
		passes := func(d time.Duration) {
			h.clock.Advance(d)
			if _, err := h.Jobs.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		until(t, "the group hears", func() bool { return came(notify.Robot) == 1 })
		passes(10 * time.Second)
		until(t, "as many messages are under way as may be", func() bool { return came(notify.SMS) >= min(len(v.Responders), 8) })
		began := time.Now()
		passes(10 * time.Second)
		until(t, "everybody is rung", func() bool { return came(notify.Voice) == len(v.Responders) })
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the calls took %v while messages hang", took)
		}
		if list, err := h.Notify.Receipts(t.Context(), h.xiwu, id); err != nil || slices.ContainsFunc(list, func(m notify.Message) bool { return m.Channel == notify.SMS && !m.Handed.IsZero() }) {
			t.Errorf("a message counts as handed over that no gateway took: %v", err)
		}
		out.Release()
	}, func(o *app.Options) { o.HookHosts = []string{out.Host()} })
}
