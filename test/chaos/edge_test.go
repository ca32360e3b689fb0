package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/simulate"
	"github.com/linli/linli/test/edge"
)

// rings sets up gateways and a group's robot at the edge, and gives everybody of
// the neighbourhood a number.
func (c *card) rings(ctx context.Context, e *edge.Edge) (err error) {
	c.Hosts = []string{e.Host()}
	a, err := app.New(ctx, app.Options{Dir: c.Dir, HookHosts: c.Hosts})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	for _, ch := range []notify.Channel{notify.SMS, notify.Voice} {
		if _, _, err := a.Notify.SetGateway(ctx, people.Actor{Tenant: a.Office.ID}, ch, e.Gateway(ch)); err != nil {
			return err
		}
	}
	if err := a.Notify.AddRobot(ctx, people.Actor{Tenant: c.Tenant}, e.Robot()); err != nil {
		return err
	}
	list, _, err := a.Register.Persons(ctx, c.Tenant, people.Filter{}, people.Page{Limit: 5000})
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		for n, p := range list {
			sealed, err := a.Sealer.Seal(c.Tenant, p.ID, people.FieldPhone, fmt.Sprintf("1690000%04d", n))
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "UPDATE people_person SET phone_sealed = $1 WHERE tenant_id = $2 AND id = $3", sealed, c.Tenant, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// smokes publishes smoke at a detector and returns once it is acknowledged.
func (c card) smokes(t *testing.T, p *program, detector string) {
	t.Helper()
	w, err := simulate.Dial(t.Context(), simulate.Login{Addr: p.doors.MQTT, ID: "edge", User: c.User, Password: c.Password})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	kept := make(chan struct{}, 1)
	if err := w.Send("zigbee2mqtt/"+detector, []byte(`{"smoke":true}`), func() { kept <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-kept:
	case <-time.After(patience):
		t.Fatal("not acknowledged")
	}
}

// The program is killed while gateways are called: before one has answered, as
// one answers, a moment after. What gateways then keep of what reached them is
// counted there, not in the house: each acknowledged alarm reached all three
// parties; each person was sent a round once, but for what was on its way when
// the program died, and that came again under its key, and once.
func TestS31_KilledWhileGatewaysAreCalled(t *testing.T) {
	out, l, c := edge.Open(t), newLedger(), furnish(t, t.TempDir()+"/data")
	if err := c.rings(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(*flags.seed, 40))
	t.Logf("-chaos.seed=%d", *flags.seed)
	for n := range times(3) {
		detector := simulate.Detector(n % smokers)
		p := c.open(t)
		c.smokes(t, p, detector)
		l.acknowledged(fmt.Sprint("edge-", n), detector)
		p.kill() // before anybody is called, or while the group is
		for len(out.Came()) > 0 {
			<-out.Came()
		}
		if n%3 == 0 {
			out.Hold(notify.SMS)
		}
		c.Ahead += 15 * time.Second // the messages of ten seconds are overdue
		p = c.open(t)
		for call := range out.Came() {
			if call.Channel == notify.SMS {
				break
			}
		}
		if n%3 == 2 {
			<-time.After(time.Duration(dice.IntN(30)) * time.Millisecond)
		}
		p.kill()
		out.Release()
		c.Ahead += 45 * time.Second // what it had in hand is free
		p = c.open(t)
		await(t, "everything is handed over", func() (left string) {
			err := query(t, c.Dir, `SELECT channel, COUNT(*) FROM notify_message
				WHERE channel IN ('sms', 'voice', 'robot') AND handed_at = 0 AND trouble <> 'no phone' GROUP BY channel`, func(ch, n string) { left += " " + n + " " + ch })
			if err != nil {
				t.Fatal(err)
			}
			return left
		})
		l.told(t, c.Dir)
		if err := p.stop(); err != nil {
			t.Errorf("stop: %v\n%s", err, p.logs)
		}
	}
	c.books(t, out, l)
}

// books holds the gateways' ledger against the outbox and what was acknowledged.
func (c card) books(t *testing.T, out *edge.Edge, l *ledger) {
	t.Helper()
	round, party := map[string]string{}, map[string]string{}
	err := query(t, c.Dir, `SELECT tenant_id || '.' || id, channel || ' ' || matter_id || ' ' || seq || ' ' || to_id FROM notify_message`, func(id, r string) { round[id] = r })
	if err != nil {
		t.Fatal(err)
	}
	err = query(t, c.Dir, `SELECT m.tenant_id || '.' || m.id, u.name || ' ' || r.audience FROM notify_message m
		JOIN alarm_incident i ON i.tenant_id = m.tenant_id AND i.matter_id = m.matter_id
		JOIN device_unit u ON u.tenant_id = i.tenant_id AND u.id = i.device_id
		JOIN alarm_called r ON r.tenant_id = m.tenant_id AND r.matter_id = m.matter_id AND r.person_id = m.to_id`, func(id, p string) { party[id] = p })
	if err != nil {
		t.Fatal(err)
	}
	calls, keys, reached, again := map[string]int{}, map[string]string{}, map[string]bool{}, 0
	for _, call := range out.Calls() {
		if call.Channel == notify.Robot {
			continue
		}
		r, known := round[call.ID]
		if !known || !strings.HasPrefix(r, string(call.Channel)+" ") || call.Key != call.ID {
			t.Errorf("a %s came under id %q and key %q, in the outbox it is %q", call.Channel, call.ID, call.Key, r)
		}
		if before, ok := keys[r+call.Phone]; ok && before != call.ID {
			t.Errorf("%s came under two keys, %s and %s", r, before, call.ID)
		}
		keys[r+call.Phone] = call.ID
		reached[party[call.ID]] = true
		if calls[call.ID]++; calls[call.ID] == 2 {
			again++
		}
	}
	for id, n := range calls {
		if n > 2 { // it was killed once in each round's messages
			t.Errorf("%s came %d times", round[id], n)
		}
	}
	if again == 0 || again == len(calls) {
		t.Errorf("%d of %d messages came again: the kill was not where it was meant to be", again, len(calls))
	}
	for _, detector := range l.alarms {
		for _, audience := range []string{"property", "committee", "volunteer"} {
			if !reached[detector+" "+audience] {
				t.Errorf("smoke at %s was acknowledged and no gateway was called for the %s", detector, audience)
			}
		}
	}
	t.Logf("%d messages and calls, %d of them came again under their key, %d alarms", len(calls), again, len(l.alarms))
}
