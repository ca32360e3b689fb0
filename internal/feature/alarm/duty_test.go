package alarm_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// desk is the compound at which the guard is on duty.
func (h *house) desk() string {
	h.T.Helper()
	compound, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua")
	if err != nil {
		h.T.Fatal(err)
	}
	return compound.ID
}

// colleague is another of the property at the desk.
func (h *house) colleague() people.Actor {
	h.T.Helper()
	served, err := h.Register.PostsAt(context.Background(), h.Xiwu, h.flat.Path)
	if err != nil {
		h.T.Fatal(err)
	}
	for _, p := range served {
		if p.Tenant == h.Xiwu && p.Role.Group() == people.Property && p.Person != h.Guard().Person {
			a, err := h.Door.ActorFor(context.Background(), h.Xiwu, p.Person)
			if err != nil {
				h.T.Fatal(err)
			}
			return a
		}
	}
	h.T.Fatal("the guard is alone")
	return people.Actor{}
}

func (h *house) onDuty() alarm.Shift {
	h.T.Helper()
	list, err := h.Alarms.Duty(context.Background(), h.Guard())
	if err != nil || len(list) != 1 {
		h.T.Fatalf("%d on duty, %v", len(list), err)
	}
	return list[0]
}

// A desk on duty that is not heard for 25 seconds is itself an alarm: the
// others are told, and from then on an alarm calls all of the property. It
// comes back, and all is as before.
func TestS30_SilentDeskIsItselfAnAlarm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, guard := context.Background(), h.Guard()
		h.Must(h.Alarms.BeginDuty(ctx, guard, h.desk()))
		for range 6 {
			h.Must(h.Alarms.Beat(ctx, guard))
			h.After(10 * time.Second)
		}
		h.After(15*time.Second - time.Millisecond)
		if s := h.onDuty(); !s.Lost.IsZero() {
			t.Fatal("lost before its time")
		}
		h.After(time.Millisecond)
		if s := h.onDuty(); !s.Lost.Equal(h.Clock.Now()) {
			t.Fatalf("lost at %v, want %v", s.Lost, h.Clock.Now())
		}
		for name, a := range map[string]people.Actor{"committee": h.Committee(), "colleague": h.colleague()} {
			if !slices.Contains(h.Told(a), "alarm.told.desk") {
				t.Errorf("the %s is not told", name)
			}
		}
		if slices.Contains(h.Told(guard), "alarm.told.desk") {
			t.Error("whose desk is silent is told on it")
		}
		furnished.Says(t, h.Visit(h.Committee()).Must("/alarms"), "断线", "请去看看")
		h.signal(true)
		if n := h.property(); n < 2 {
			t.Fatalf("%d of the property called although the desk is silent", n)
		}
		h.close(alarm.Cooking)
		h.Must(h.Alarms.Beat(ctx, guard))
		if s := h.onDuty(); !s.Lost.IsZero() {
			t.Fatal("it is heard again and still lost")
		}
		h.signal(true)
		if n := h.property(); n != 1 {
			t.Fatalf("%d of the property called, want the desk", n)
		}
	})
}

// S30: a shift whose desk was never heard, its page shut at once or a browser
// that cannot answer, is missed after 25 seconds like one that fell silent.
func TestS30_DeskThatWasNeverHeardIsMissed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.After(time.Minute) // we ourselves have been here for a while
		h.Must(h.Alarms.BeginDuty(t.Context(), h.Guard(), h.desk()))
		h.After(alarm.LostAfter - time.Millisecond)
		if s := h.onDuty(); !s.Lost.IsZero() {
			t.Fatal("lost before its time")
		}
		h.After(time.Millisecond)
		if s := h.onDuty(); !s.Lost.Equal(h.Clock.Now()) {
			t.Fatalf("lost at %v, want %v", s.Lost, h.Clock.Now())
		}
		if !slices.Contains(h.Told(h.Committee()), "alarm.told.desk") {
			t.Error("the committee is not told")
		}
		h.signal(true)
		if n := h.property(); n < 2 {
			t.Errorf("%d of the property called although nobody is at the desk", n)
		}
	})
}

// property counts those of the property that the open incident called.
func (h *house) property() (n int) {
	for _, r := range h.open().Responders {
		if r.Audience == "property" {
			n++
		}
	}
	return n
}

// After the program itself was away the desks have 25 seconds to come back; one
// that ended its shift is not missed.
func TestDeskIsNotBlamedForOurOwnAbsence(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, guard := context.Background(), h.Guard()
		h.Must(h.Alarms.BeginDuty(ctx, guard, h.desk()))
		h.Must(h.Alarms.Beat(ctx, guard))
		h.After(10 * time.Minute)
		if s := h.onDuty(); !s.Lost.IsZero() {
			t.Fatal("blamed at once")
		}
		h.After(25 * time.Second)
		if s := h.onDuty(); s.Lost.IsZero() {
			t.Fatal("never missed")
		}
		h.Must(h.Alarms.Beat(ctx, guard))
		h.Must(h.Alarms.EndDuty(ctx, guard, h.desk()))
		before := len(h.Told(h.Committee()))
		h.After(25 * time.Second)
		if len(h.Told(h.Committee())) != before {
			t.Error("missed after its shift")
		}
		h.Must(h.Alarms.Beat(ctx, guard)) // a page left open
		h.After(time.Hour)
		if len(h.Told(h.Committee())) != before {
			t.Error("a page left open is watched")
		}
	})
}

// A shift is handed over with a note; until it is taken the first one has it.
func TestShiftIsHandedOverWithoutAGap(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guard, next := h.Visit(h.Guard()), h.Visit(h.colleague())
		guard.Send("/alarms/duty", url.Values{"place": {h.desk()}, "on": {"1"}})
		furnished.Says(t, guard.Must("/alarms/handover?place="+h.desk()), h.colleague().Person, "要交代的事")
		if status, _, _ := guard.Send("/alarms/handover", url.Values{"place": {h.desk()}, "to": {h.Committee().Person}, "note": {"x"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("handed to the committee: %d", status)
		}
		if status, _, _ := next.Send("/alarms/takeover", url.Values{"place": {h.desk()}}); status != http.StatusConflict {
			t.Errorf("taken though not offered: %d", status)
		}
		guard.Send("/alarms/handover", url.Values{"place": {h.desk()}, "to": {h.colleague().Person}, "note": {"6-402 的烟感要换电池"}})
		if s := h.onDuty(); s.Person != h.Guard().Person || s.Offered != h.colleague().Person {
			t.Fatalf("on duty %+v", s)
		}
		furnished.Says(t, next.Must("/alarms"), "班交给您", "6-402 的烟感要换电池", "接班")
		if !slices.Contains(h.Told(h.colleague()), "alarm.told.handover") {
			t.Error("the next one is not told")
		}
		next.Send("/alarms/takeover", url.Values{"place": {h.desk()}})
		if s := h.onDuty(); s.Person != h.colleague().Person {
			t.Fatalf("on duty %+v", s)
		}
		furnished.Says(t, next.Must("/alarms/roster"), h.Guard().Name, "6-402 的烟感要换电池")
	})
}

// The roster says who comes next; who does not come is noticed.
func TestRosterIsPlannedAndMissedShiftsAreNoticed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		committee := h.Visit(h.Committee())
		from := h.Clock.Now().Add(2 * time.Hour).In(time.FixedZone("", 8*3600)).Format("2006-01-02T15:04")
		form := url.Values{"who": {h.desk() + "/" + h.colleague().Person}, "from": {from}, "hours": {"8"}}
		for name, bend := range map[string]func(url.Values){
			"nobody": func(v url.Values) { v.Set("who", "") }, "a resident": func(v url.Values) { v.Set("who", h.desk()+"/"+h.Committee().Person) },
			"too long": func(v url.Values) { v.Set("hours", "25") }, "last year": func(v url.Values) { v.Set("from", "2020-01-01T00:00") }, "no time": func(v url.Values) { v.Set("from", "soon") },
		} {
			bad := url.Values{}
			for k, v := range form {
				bad[k] = slices.Clone(v)
			}
			bend(bad)
			if status, _, _ := committee.Send("/alarms/roster", bad); status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, status)
			}
		}
		for range 2 {
			if status, _, _ := committee.Send("/alarms/roster", form); status != http.StatusSeeOther {
				t.Fatalf("plan: %d", status)
			}
		}
		page := committee.Must("/alarms/roster")
		furnished.Says(t, page, h.colleague().Name, from[11:])
		list, err := h.Alarms.Roster(context.Background(), h.Committee())
		if err != nil || len(list) != 2 {
			t.Fatalf("%d planned, %v", len(list), err)
		}
		committee.Send("/alarms/roster/"+list[0].ID+"/end", url.Values{})
		if err := h.Alarms.Unplan(context.Background(), h.Actor("wanhang", "s007"), list[1].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's committee: %v", err)
		}
		h.After(2*time.Hour + 5*time.Minute - time.Second)
		missed := func() int {
			n := 0
			for _, k := range h.Told(h.Committee()) {
				if k == "alarm.told.missed" {
					n++
				}
			}
			return n
		}
		if missed() != 0 {
			t.Fatal("missed too early")
		}
		h.After(time.Second)
		if missed() != 1 {
			t.Fatalf("%d told that nobody came, want one", missed())
		}
	})
}

// Somebody who is on duty in time is not missed; a volunteer plans nothing.
func TestWhoCameIsNotMissed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, guard := context.Background(), h.Guard()
		_, err := h.Alarms.Plan(ctx, h.Committee(), alarm.Planned{Place: h.desk(), Person: guard.Person, From: h.Clock.Now().Add(time.Hour), To: h.Clock.Now().Add(9 * time.Hour)})
		h.Must(err)
		h.Must(h.Alarms.BeginDuty(ctx, guard, h.desk()))
		h.After(2 * time.Hour)
		if slices.Contains(h.Told(h.Committee()), "alarm.told.missed") {
			t.Error("missed although on duty")
		}
		if status, _, _ := h.Visit(h.volunteer()).Send("/alarms/roster", url.Values{}); status != http.StatusForbidden {
			t.Errorf("a volunteer plans: %d", status)
		}
	})
}

// S30: a guard's desk is not signed out in the shift, though nobody touches it;
// it then opens alarms and nothing else.
func TestS30_DeskStaysSignedInForTheShift(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guard := h.Visit(h.Guard())
		guard.Send("/alarms/duty", url.Values{"place": {h.desk()}, "on": {"1"}})
		for range 12 * 6 * 5 / 6 {
			h.Clock.Advance(10 * time.Minute)
			if status, _, _ := guard.Send("/alarms/beat", url.Values{}); status != http.StatusNoContent {
				t.Fatalf("the desk is signed out: %d", status)
			}
		}
		h.signal(true)
		page := guard.Must("/alarms")
		if !strings.Contains(page, "烟雾报警") {
			t.Error("the desk shows no alarm")
		}
		if status, where, _ := guard.Do("GET", "/today", "", ""); status != http.StatusSeeOther || !strings.HasPrefix(where, "/sign-in") {
			t.Errorf("the desk opens more than alarms: %d %s", status, where)
		}
		guard.Press(page, alarm.Path(h.open().ID)+"/go")
		guard.Send("/alarms/duty", url.Values{"place": {h.desk()}})
		if status, _, _ := guard.Send("/alarms/beat", url.Values{}); status != http.StatusUnauthorized {
			t.Errorf("signed in after the shift: %d", status)
		}
	})
}
