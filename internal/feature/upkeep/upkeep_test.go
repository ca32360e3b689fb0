package upkeep_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const day = 24 * time.Hour

// S33: a detector that is silent for a day is a matter of the property's, with
// a name, a time and one message; the day after it is late, and the committee
// knows.
func TestS33_SilenceIsATicketThatClimbs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.After(25*time.Hour + time.Minute)
		v := h.ticket(h.detector.ID)
		if v.Detail.Cause != upkeep.Silent || v.Phase != matter.Raised || v.Holder.Group != people.Property || v.Visibility != matter.Staff {
			t.Errorf("%+v", v.Case)
		}
		if want := v.RaisedAt.Add(day); !v.Due.Equal(want) {
			t.Errorf("due %s, want %s", v.Due, want)
		}
		if diff := cmp.Diff([]string{"silent"}, h.told(h.Guard())); diff != "" {
			t.Error(diff)
		}
		if m := h.Messages(h.Guard())[0]; m.Matter != v.ID || m.Link != upkeep.Kind().Path(v.ID) {
			t.Errorf("%+v", m)
		}
		if got := h.told(h.Committee()); len(got) != 0 {
			t.Errorf("the committee was told %q at once", got)
		}
		h.After(day)
		h.After(day)
		lasting := func(key string) bool { return key == "silent" } // told again every four hours
		if diff := cmp.Diff([]string{"late", "late"}, slices.DeleteFunc(h.told(h.Guard()), lasting)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"late", "late"}, h.told(h.Committee())); diff != "" {
			t.Error(diff)
		}
	})
}

// S33: a low battery is a ticket; after seven days, and again each week, the
// committee is told with the property, once each.
func TestS33_LowBatteryReachesTheCommitteeAfterAWeek(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		low := func() { h.Says("zigbee:smk", battery(decode.On)) }
		low()
		if v := h.ticket(h.detector.ID); v.Detail.Cause != upkeep.BatteryLow || !v.Due.Equal(h.Clock.Now().Add(7*day)) {
			t.Errorf("%+v", v.Case)
		}
		for range 14 { // it speaks each day, the battery stays low
			h.After(day)
			low()
		}
		h.After(time.Minute)
		if diff := cmp.Diff([]string{"battery", "battery", "battery"}, h.told(h.Guard())); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"battery", "battery"}, h.told(h.Committee())); diff != "" {
			t.Error(diff)
		}
		v := h.ticket(h.detector.ID)
		if diff := cmp.Diff([]matter.Verb{matter.Raise, matter.Chase, matter.Chase}, verbs(v)); diff != "" || v.Detail.Times != 1 {
			t.Error(diff, v.Detail.Times)
		}
	})
}

// S33: the same trouble again extends the open ticket and never opens a second;
// one that comes and goes tells nobody twice within the hour.
func TestS33_OneTicketForOneDeviceAndCause(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 5 {
			h.Says("zigbee:smk", faulty(decode.On))
			h.Says("zigbee:smk", faulty(decode.Off))
		}
		h.After(50 * time.Minute)
		h.Says("zigbee:smk", faulty(decode.On))
		if diff := cmp.Diff([]matter.Verb{matter.Raise}, verbs(h.ticket(h.detector.ID))); diff != "" {
			t.Error(diff)
		}
		h.Says("zigbee:smk", faulty(decode.Off))
		h.After(30 * time.Minute) // told more than an hour ago, well for half an hour
		h.Says("zigbee:smk", faulty(decode.On))
		v := h.ticket(h.detector.ID)
		if diff := cmp.Diff([]matter.Verb{matter.Raise, upkeep.Again}, verbs(v)); diff != "" || v.Detail.Times != 2 {
			t.Error(diff, v.Detail.Times)
		}
		if diff := cmp.Diff([]string{"fault", "fault"}, h.told(h.Guard())); diff != "" {
			t.Error(diff)
		}
		h.Says("zigbee:smk", battery(decode.On))
		if got := h.tickets(h.detector.ID); len(got) != 2 {
			t.Errorf("another cause: %d tickets, want 2", len(got))
		}
	})
}

// S33: a device that is well for an hour closes its ticket by itself; the record
// says that nobody did, and whoever was on the way is told.
func TestS33_ADeviceThatIsWellClosesItsTicketAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Says("zigbee:smk", battery(decode.On))
		h.do(h.Guard(), casework.Act{ID: h.ticket(h.detector.ID).ID, Verb: matter.Take})
		h.After(2 * time.Hour)
		h.Says("zigbee:smk", battery(decode.Off))
		h.After(upkeep.WellFor - time.Minute)
		if v := h.ticket(h.detector.ID); v.Phase != matter.Taken || upkeep.ClosesAt(v.Case).IsZero() {
			t.Fatalf("too early: %+v", v.Case)
		}
		h.After(time.Minute)
		v := h.ticket(h.detector.ID)
		e := v.Timeline[len(v.Timeline)-1]
		if v.Phase != matter.Confirmed || e.Key != "upkeep.did.mended" || e.Actor != "" || e.Args["since"] == "" || v.Detail.Remedy != "" {
			t.Errorf("%+v %+v", v.Case, e)
		}
		if diff := cmp.Diff([]string{"battery", "mended"}, h.told(h.Guard())); diff != "" {
			t.Error(diff)
		}
		h.After(30 * day)
		if got := h.told(h.Committee()); slices.Contains(got, "late") {
			t.Errorf("asked for after it was closed: %q", got)
		}
	})
}

// S33: heard again, understood again and registered anew close their tickets
// too.
func TestS33_EachTroubleEndsItsTicket(t *testing.T) {
	unclear := decode.Observation{Kind: decode.Unclear, Value: decode.On, Extra: map[string]string{"smoke": "maybe"}}
	for cause, x := range map[upkeep.Cause]struct{ begin, end func(*house) }{
		upkeep.Silent:        {func(h *house) { h.After(26 * time.Hour) }, func(h *house) { h.Says("zigbee:smk") }},
		upkeep.NotUnderstood: {func(h *house) { h.Says("zigbee:smk", unclear) }, func(h *house) { h.Says("zigbee:smk") }},
		upkeep.Tampered: {
			func(h *house) { h.Says("zigbee:smk", decode.Observation{Kind: decode.Tamper, Value: decode.On}) },
			func(h *house) { h.Says("zigbee:smk", decode.Observation{Kind: decode.Tamper, Value: decode.Off}) },
		},
		upkeep.ReplaceSoon: {
			func(h *house) { h.replaceBy(10 * day); h.After(time.Minute) },
			func(h *house) { h.replaceBy(3650 * day) },
		},
	} {
		t.Run(string(cause), func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				x.begin(h)
				if v := h.ticket(h.detector.ID); v.Detail.Cause != cause || v.Phase != matter.Raised {
					t.Fatalf("%+v", v.Case)
				}
				x.end(h)
				h.After(upkeep.WellFor)
				if v := h.ticket(h.detector.ID); v.Phase != matter.Confirmed {
					t.Errorf("%+v", v.Case)
				}
			})
		})
	}
}

// replaceBy registers the detector with a date.
func (h *house) replaceBy(in time.Duration) {
	h.T.Helper()
	b := device.Binding{Place: h.detector.Place, Spot: h.detector.Spot, ReplaceBy: h.Clock.Now().Add(in)}
	if _, err := h.Devices.Bind(context.Background(), h.Guard(), h.Xiwu, h.detector.ID, b); err != nil {
		h.T.Fatal(err)
	}
}

// The property takes a ticket and closes it with what was done; nothing is not
// done without a reason; the same key counts once; nobody else sees any of it.
func TestS33_ThePropertySeesToTheTicketAndNobodyElseKnows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.Says("zigbee:smk", battery(decode.On))
		id := h.ticket(h.detector.ID).ID
		for _, x := range []casework.Act{
			{Verb: matter.Finish}, {Verb: matter.Finish, Form: remedy("luck")}, {Verb: matter.Decline, Words: " "}, {Verb: matter.Note},
		} {
			x.ID = id
			if _, err := h.Upkeep.Do(ctx, h.Guard(), x); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", x, err)
			}
		}
		for range 2 {
			h.do(h.Guard(), casework.Act{ID: id, Verb: matter.Take, Key: "k"})
		}
		v := h.ticket(h.detector.ID)
		if v.Phase != matter.Taken || v.Holder.Person != h.Guard().Person || v.Version != 2 || v.Due.IsZero() {
			t.Fatalf("%+v", v.Case)
		}
		for _, a := range []people.Actor{h.Actor("xiwu", "r0424"), h.Actor("yeqing", "s017"), h.Actor("wanhang", "s026"), h.Actor("caojiadu", "s001")} {
			if _, err := h.Upkeep.View(ctx, a, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s opens it: %v", a.Name, err)
			}
			if _, err := h.Upkeep.Do(ctx, a, casework.Act{ID: id, Verb: matter.Take}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s takes it: %v", a.Name, err)
			}
			if list, _ := h.Upkeep.List(ctx, a, casework.Filter{}); len(list.Cases) != 0 { // refused, or nothing
				t.Errorf("%s lists %d", a.Name, len(list.Cases))
			}
		}
		h.do(h.Guard(), casework.Act{ID: id, Verb: matter.Finish, Form: remedy(upkeep.BatteryChanged), Words: "两节五号"})
		if v = h.ticket(h.detector.ID); v.Phase != matter.Confirmed || v.Detail.Remedy != upkeep.BatteryChanged || !v.Due.IsZero() {
			t.Errorf("%+v", v.Case)
		}
		for show, want := range map[matter.Show]int{matter.ShowOpen: 0, matter.ShowLate: 0, matter.ShowClosed: 1} {
			if list, err := h.Upkeep.List(ctx, h.Guard(), casework.Filter{Show: show}); err != nil || list.Next != "" || len(list.Cases) != want {
				t.Errorf("%q lists %d, %v", show, len(list.Cases), err)
			}
		}
	})
}

// S33: a grave trouble that lasts is told again every four hours until somebody
// takes it on; it is due when it was due, and what a person closed is not
// opened again by that.
func TestS33_WhatLastsIsToldAgainUntilSomebodySeesToIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Says("zigbee:smk", faulty(decode.On))
		v := h.ticket(h.detector.ID)
		h.After(4*time.Hour + time.Minute)
		if diff := cmp.Diff([]string{"fault", "fault"}, h.told(h.Guard())); diff != "" {
			t.Error(diff)
		}
		again := h.ticket(h.detector.ID)
		if !again.Due.Equal(v.Due) || again.Detail.Times != 1 {
			t.Errorf("due %v, before %v; reported %d times", again.Due, v.Due, again.Detail.Times)
		}
		h.do(h.Guard(), casework.Act{ID: v.ID, Verb: matter.Take})
		h.After(4 * time.Hour)
		h.do(h.Guard(), casework.Act{ID: v.ID, Verb: matter.Finish, Form: remedy(upkeep.Cleaned)})
		h.After(4 * time.Hour)
		if n := len(h.told(h.Guard())); n != 2 {
			t.Errorf("told %d times though somebody saw to it", n)
		}
		if n := len(h.tickets(h.detector.ID)); n != 1 {
			t.Errorf("%d tickets", n)
		}
	})
}

// "Done" is not silence: a detector that still has the trouble a day later gets
// a new ticket that names the old one.
func TestS33_DoneIsLookedAtAgainADayLater(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Says("zigbee:smk", faulty(decode.On))
		old := h.ticket(h.detector.ID)
		h.do(h.Guard(), casework.Act{ID: old.ID, Verb: matter.Finish, Form: remedy(upkeep.Cleaned)})
		h.After(20 * time.Hour)
		h.Says("zigbee:smk") // alive, the fault stays
		h.After(6 * time.Hour)
		list := h.tickets(h.detector.ID)
		if len(list) != 2 || list[0].Detail.Cause != upkeep.Faulty || list[0].Phase != matter.Raised {
			t.Fatalf("%+v", list)
		}
		v, err := h.Upkeep.View(context.Background(), h.Guard(), list[0].ID)
		if err != nil || v.Timeline[0].Key != "upkeep.did.still" || v.Timeline[0].Args["number"] != old.Number || len(v.Links) != 1 || v.Links[0].From != old.ID {
			t.Errorf("%+v %v", v, err)
		}
		if n := len(h.told(h.Guard())); n < 2 {
			t.Errorf("told %d times", n)
		}
		if diff := cmp.Diff([]string{"fault"}, h.told(h.Committee())); diff != "" {
			t.Error(diff)
		}
	})
}

// Where no property serves the place the committee holds the ticket.
func TestWithoutPropertyTheCommitteeHoldsTheTicket(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Update(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM people_post WHERE tenant_id = $1 AND role IN ('property_manager', 'property_staff')", h.Xiwu)
			return err
		})
		h.Says("zigbee:smk", battery(decode.On))
		if v := h.ticket(h.detector.ID); v.Holder.Group != people.Committee {
			t.Errorf("%+v", v.Case)
		}
		if diff := cmp.Diff([]string{"battery"}, h.told(h.Committee())); diff != "" {
			t.Error(diff)
		}
	})
}

// closed is an alarm of a device that was closed with a concern; it returns the
// incident's id.
func (h *house) closed(u device.Unit, c upkeep.Cause) (id string) {
	h.T.Helper()
	h.Update(func(ctx context.Context, tx *store.Tx) error {
		m, _, err := h.Spine.Raise(ctx, tx, matter.Raising{Tenant: h.Xiwu, Kind: "alarm", Place: u.Place, As: matter.ByClock, Visibility: matter.Staff})
		if err != nil {
			return err
		}
		id = m.ID
		return h.Upkeep.OnAlarm(ctx, tx, upkeep.Concern{Tenant: h.Xiwu, Device: u.ID, Place: u.Place, Incident: m.ID, Cause: c})
	})
	return id
}

// S33: what people have seen of a device, as three false alarms, is a ticket
// that waits for a person; property and committee are told, and one more
// extends it. Each incident leads to it.
func TestS33_FalseAlarmsAreATicketThatWaitsForAPerson(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.closed(h.detector, upkeep.FalseAlarms)
		v := h.ticket(h.detector.ID)
		if v.Detail.Cause != upkeep.FalseAlarms || v.Detail.ByItself || v.Place != h.detector.Place || v.Holder.Group != people.Property || len(v.Links) != 1 || v.Links[0].From != first {
			t.Errorf("%+v %+v", v.Case, v.Links)
		}
		h.closed(h.detector, upkeep.FalseAlarms)
		if v = h.ticket(h.detector.ID); v.Detail.Times != 2 || len(v.Links) != 2 {
			t.Errorf("%+v %+v", v.Case, v.Links)
		}
		for _, a := range []people.Actor{h.Guard(), h.Committee()} {
			if diff := cmp.Diff([]string{"false_alarms", "false_alarms"}, h.told(a)); diff != "" {
				t.Errorf("%s: %s", a.Name, diff)
			}
		}
		led, err := h.Upkeep.LedTo(context.Background(), h.Guard(), h.Xiwu, first)
		if err != nil || len(led) != 1 || led[0].ID != v.ID {
			t.Errorf("the incident led to %+v, %v", led, err)
		}
	})
}

// lift is the box of a lift in building 6.
func (h *house) lift() device.Unit {
	h.T.Helper()
	h.Says("elevator:elev-6", decode.Observation{Kind: decode.Elevator, Value: "running"})
	return h.Bind("elevator:elev-6", "guihua-6")
}

// S56: a lift that held somebody is a ticket that waits for a person, whatever
// the lift says of itself.
func TestS56_ALiftThatHeldSomebodyIsServiced(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lift := h.lift()
		h.closed(lift, upkeep.Lift)
		v := h.ticket(lift.ID)
		if v.Detail.Cause != upkeep.Lift || v.Detail.ByItself || !v.Due.Equal(h.Clock.Now().Add(day)) || v.Holder.Group != people.Property {
			t.Errorf("%+v", v.Case)
		}
		for _, a := range []people.Actor{h.Guard(), h.Committee()} {
			if diff := cmp.Diff([]string{"lift"}, h.told(a)); diff != "" {
				t.Errorf("%s: %s", a.Name, diff)
			}
		}
		h.Says("elevator:elev-6", faulty(decode.On))
		h.Says("elevator:elev-6", faulty(decode.Off))
		h.After(2 * upkeep.WellFor)
		if v = h.ticket(lift.ID); v.Phase != matter.Raised || v.Detail.Times != 2 || v.Detail.Well.IsZero() {
			t.Errorf("%+v", v.Case)
		}
		h.do(h.Committee(), casework.Act{ID: v.ID, Verb: matter.Finish, Form: remedy(upkeep.Repaired)})
		if v = h.ticket(lift.ID); v.Phase != matter.Confirmed || v.Detail.Remedy != upkeep.Repaired {
			t.Errorf("%+v", v.Case)
		}
	})
}

// S56: a lift that reports a fault is a ticket of a day, and closes by itself
// when the fault is gone.
func TestS56_ALiftOutOfOrderIsATicket(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lift := h.lift()
		h.Says("elevator:elev-6", faulty(decode.On))
		if v := h.ticket(lift.ID); v.Detail.Cause != upkeep.Lift || !v.Detail.ByItself || !v.Due.Equal(h.Clock.Now().Add(day)) {
			t.Errorf("%+v", v.Case)
		}
		h.Says("elevator:elev-6", faulty(decode.Off))
		h.After(upkeep.WellFor)
		if v := h.ticket(lift.ID); v.Phase != matter.Confirmed {
			t.Errorf("%+v", v.Case)
		}
	})
}

// S33: what is late goes to the committee, and late again to the subdistrict,
// once; its officers read it wherever they work, and work on nothing.
func TestS33_LateAgainClimbsToTheSubdistrict(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, officer := context.Background(), h.Actor("caojiadu", "s001")
		h.After(25*time.Hour + time.Minute)
		id := h.ticket(h.detector.ID).ID
		h.After(day)
		if got := h.told(officer); len(got) != 0 || h.ticket(h.detector.ID).Level != 1 {
			t.Errorf("the first time it is late the subdistrict was told %q", got)
		}
		if _, err := h.Upkeep.View(ctx, officer, id); !fault.Is(err, fault.NotFound) {
			t.Errorf("the officer opens what did not climb: %v", err)
		}
		for range 3 {
			h.After(day)
		}
		if diff := cmp.Diff([]string{"office"}, h.told(officer)); diff != "" {
			t.Error(diff)
		}
		if got := h.Messages(officer)[0]; got.Link != upkeep.Kind().Path(id) {
			t.Errorf("the message leads to %s", got.Link)
		}
		n := 0
		for _, e := range h.ticket(h.detector.ID).Timeline {
			if e.Key == "upkeep.did.chase_office" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the record has it %d times", n)
		}
		if v, err := h.Upkeep.View(ctx, officer, id); err != nil || len(v.Can) > 0 || v.Scene.Door == "" {
			t.Errorf("the officer sees %+v, %v", v, err)
		}
		if _, err := h.Upkeep.Do(ctx, officer, casework.Act{ID: id, Verb: matter.Take}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the officer takes it: %v", err)
		}
		for show, want := range map[matter.Show]int{matter.ShowOpen: 1, matter.ShowClosed: 0} {
			if list, err := h.Upkeep.List(ctx, officer, casework.Filter{Show: show}); err != nil || len(list.Cases) != want {
				t.Errorf("%q lists %d for the officer, %v", show, len(list.Cases), err)
			}
		}
		if tally, err := h.Upkeep.Tally(ctx, officer, casework.Filter{}); err != nil || tally.Count() != 1 {
			t.Errorf("counted %+v, %v", tally, err)
		}
		for _, a := range []people.Actor{h.Actor("yeqing", "s017"), h.Actor("xiwu", "r0424")} {
			if _, err := h.Upkeep.View(ctx, a, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s opens it: %v", a.Name, err)
			}
		}
	})
}

// S33: what the committee itself holds goes to the subdistrict when it is late.
func TestS33_TheCommitteesTicketClimbsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Update(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM people_post WHERE tenant_id = $1 AND role IN ('property_manager', 'property_staff')", h.Xiwu)
			return err
		})
		h.After(25*time.Hour + time.Minute)
		h.After(day)
		if diff := cmp.Diff([]string{"office"}, h.told(h.Actor("caojiadu", "s001"))); diff != "" {
			t.Error(diff)
		}
	})
}
