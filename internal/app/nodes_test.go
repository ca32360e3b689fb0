package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/simulate"
	"github.com/linli/linli/test/edge"
	"github.com/linli/linli/test/furnished"
)

// rung gives everybody of the neighbourhood a number and sets up both gateways
// and a group's robot at the edge.
func (h *callHouse) rung(e *edge.Edge) {
	h.t.Helper()
	ctx := context.Background()
	for _, ch := range []notify.Channel{notify.SMS, notify.Voice} {
		if _, _, err := h.Notify.SetGateway(ctx, people.Actor{Tenant: h.Office.ID}, ch, e.Gateway(ch)); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := h.Notify.AddRobot(ctx, people.Actor{Tenant: h.xiwu}, e.Robot()); err != nil {
		h.t.Fatal(err)
	}
	list, _, err := h.Register.Persons(ctx, h.xiwu, people.Filter{}, people.Page{Limit: 5000})
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		for n, p := range list {
			sealed, err := h.Sealer.Seal(h.xiwu, p.ID, people.FieldPhone, fmt.Sprintf("1690000%04d", n))
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "UPDATE people_person SET phone_sealed = $1 WHERE tenant_id = $2 AND id = $3", sealed, h.xiwu, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// hangs has a bridge's detectors in homes of building 6, and how it signs in.
func (h *callHouse) hangs(n int) (device.Credential, string) {
	h.t.Helper()
	ctx := context.Background()
	c, password, err := h.Devices.Issue(ctx, h.administrator(), h.xiwu, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt", ClientID: device.AnyClient})
	if err != nil {
		h.t.Fatal(err)
	}
	homes := []string{"guihua-6-402", "guihua-6-302", "guihua-6-202", "guihua-6-101", "guihua-6-201", "guihua-6-301"}[:n]
	l := &line{h, c, password}
	for i, home := range homes {
		l.says("zigbee2mqtt/"+simulate.Detector(i), `{"smoke":false}`)
		u, err := h.Devices.ByKey(ctx, h.xiwu, "zigbee:"+c.Device+"/"+simulate.Detector(i))
		if err != nil {
			h.t.Fatal(err)
		}
		at, err := h.Places.ByRef(ctx, h.xiwu, home)
		if err != nil {
			h.t.Fatal(err)
		}
		if _, err := h.Devices.Bind(ctx, h.administrator(), h.xiwu, u.ID, device.Binding{Place: at.ID, Spot: "厨房"}); err != nil {
			h.t.Fatal(err)
		}
	}
	return c, password
}

// handed waits until the lanes have nothing left, of all that was told so far.
// What a slow machine's patience had put off waits for the clock: tick moves
// it a second on, after each two seconds of waiting and five times at most, so that
// no lease of a call in hand runs out.
func (h *callHouse) handed(tick func()) {
	h.t.Helper()
	looked := 0
	until(h.t, "everything is handed over", func() bool {
		if looked++; looked%400 == 0 && looked <= 5*400 {
			tick()
		}
		var left int
		err := h.Store.Reader().QueryRowContext(context.Background(), `SELECT COUNT(*) FROM notify_message
			WHERE tenant_id = $1 AND channel <> 'app' AND handed_at = 0 AND trouble <> 'no phone'`, h.xiwu).Scan(&left)
		if err != nil {
			h.t.Fatal(err)
		}
		return left == 0
	})
}

// S30, S31: two nodes on one PostgreSQL are told of the same smoke at the same
// instant, by a bridge that has a line to each. It is one incident; the group
// hears of it once, and at each step of the clock, which both nodes look at
// together, each number is called once. That is what the gateways count.
func TestS30_SameSmokeAtTwoNodesIsOneIncident(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	const detectors = 4
	ctx, out := t.Context(), edge.Open(t)
	one := called(t, furnished.Registers.Postgres(t, func(o *app.Options) { o.HookHosts = []string{out.Host()} }))
	dir := t.TempDir()
	if err := os.Rename(filepath.Join(one.Dir, "keys"), filepath.Join(dir, "keys")); err != nil { // the first has read them
		t.Fatal(err)
	}
	two, err := app.New(ctx, app.Options{Dir: dir, Postgres: one.Postgres, Clock: one.clock.Now, HookHosts: one.HookHosts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := two.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	one.rung(out)
	nodes := []*app.App{one.App, two}
	var lines []*simulate.Wire
	for _, n := range nodes {
		n.Inbox.Start()
		n.Notify.Start()
	}
	bridge, password := one.hangs(detectors)
	for _, n := range nodes {
		at, err := n.ListenMQTT("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, dialled(t, simulate.Login{Addr: at, ID: fmt.Sprint("line", len(lines)), User: bridge.Username, Password: password}).Wire)
	}
	var all sync.WaitGroup
	for _, w := range lines {
		all.Go(func() {
			for d := range detectors {
				if err := w.Send("zigbee2mqtt/"+simulate.Detector(d), []byte(`{"smoke":true}`), func() {}); err != nil {
					t.Error(err)
				}
			}
			if err := w.Flush(); err != nil {
				t.Error(err)
			}
			if err := w.Wait(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	until(t, "both are read", func() bool {
		backlog, err := one.Inbox.Backlog(ctx, one.xiwu)
		return err == nil && backlog.Urgent == 0 && backlog.Ordinary == 0
	})
	together := func(d time.Duration) {
		one.clock.Advance(d)
		for _, n := range nodes {
			all.Go(func() {
				if _, err := n.Jobs.RunDue(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	second := func() { together(time.Second) }
	one.handed(second)
	open := (&line{callHouse: one}).open()
	if len(open) != detectors {
		t.Fatalf("%d incidents of %d detectors", len(open), detectors)
	}
	numbers := map[string]bool{}
	for _, i := range open {
		numbers[i.Number] = true
		v, err := one.Alarms.View(ctx, one.guard(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(slices.DeleteFunc(v.Timeline, func(e matter.Entry) bool { return e.Verb != matter.Raise })); n != 1 {
			t.Errorf("%s was raised %d times", i.Number, n)
		}
	}
	once(t, out, notify.Robot, numbers)
	for ch, after := range []time.Duration{10 * time.Second, 6 * time.Second} {
		ch := []notify.Channel{notify.SMS, notify.Voice}[ch]
		out.Hold(ch)
		together(after)
		until(t, "the gateway is called", func() bool {
			return slices.ContainsFunc(out.Calls(), func(c edge.Call) bool { return c.Channel == ch })
		})
		together(4 * time.Second) // both look for what was left, while one has it in hand
		out.Release()
		one.handed(second)
		once(t, out, ch, numbers)
	}
}

// once: on a channel each number of an alarm has come once to each phone, or
// once to the group. A call is given up after ten seconds of the machine's, however
// little the house's clock moved; one that hung up so on a loaded machine is made
// again, as it must be, and is not the one that counts.
func once(t *testing.T, out *edge.Edge, ch notify.Channel, numbers map[string]bool) {
	t.Helper()
	came, reached := map[string]int{}, map[string]bool{}
	for _, c := range out.Calls() {
		if c.Channel != ch || c.Left {
			continue
		}
		for n := range numbers {
			if c.Number == n || ch == notify.Robot && strings.Contains(c.Text, n) {
				came[n+" "+c.Phone]++
				reached[n] = true
			}
		}
		if ch != notify.Robot && (c.Key == "" || c.Key != c.ID) {
			t.Errorf("a %s came under the key %q and the id %q", ch, c.Key, c.ID)
		}
	}
	for who, n := range came {
		if n != 1 {
			t.Errorf("%s of %s came %d times", ch, who, n)
		}
	}
	if len(reached) != len(numbers) {
		t.Errorf("of %d alarms %d came by %s", len(numbers), len(reached), ch)
	}
	t.Logf("%s: %d calls of %d alarms", ch, len(came), len(reached))
}
