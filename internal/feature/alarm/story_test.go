package alarm_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

// S30: one alarm, three parties at once, in the transaction that notes it.
func TestS30_ThreePartiesAreCalledInTheSameInstant(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		v := h.open()
		told := map[string]int{}
		for _, r := range v.Responders {
			told[r.Audience]++
			if !r.Handed.Equal(h.Clock.Now()) {
				t.Errorf("%s was handed over at %v, want %v", r.Audience, r.Handed, h.Clock.Now())
			}
		}
		if told["property"] == 0 || told["committee"] == 0 || told["volunteer"] == 0 || len(told) != 3 {
			t.Fatalf("called %v, want three parties", told)
		}
		receipts, err := h.Notify.Receipts(context.Background(), h.Xiwu, v.ID)
		receipts = slices.DeleteFunc(receipts, func(m notify.Message) bool { return m.Key == "alarm.told.home" }) // the household is told, not called
		if err != nil || len(receipts) != len(v.Responders) {
			t.Fatalf("%d receipts for %d responders, %v", len(receipts), len(v.Responders), err)
		}
		if v.Visibility != matter.Staff {
			t.Errorf("an alarm at a home is visible to %s", v.Visibility)
		}
	})
}

// Of the property only those on duty are called, if anybody is.
func TestS30_ThoseOnDutyAreCalledForTheProperty(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, guard := context.Background(), h.Guard()
		compound, err := h.Places.ByRef(ctx, h.Xiwu, "guihua")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Alarms.BeginDuty(ctx, guard, compound.ID); err != nil {
			t.Fatal(err)
		}
		h.signal(true)
		var property []string
		for _, r := range h.open().Responders {
			if r.Audience == "property" {
				property = append(property, r.Person)
			}
		}
		if !slices.Equal(property, []string{guard.Person}) {
			t.Fatalf("called %v, want the guard on duty alone", property)
		}
		if err := h.Alarms.EndDuty(ctx, guard, compound.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Alarms.BeginDuty(ctx, h.Actor("wanhang", "s026"), compound.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's guard: %v", err)
		}
	})
}

// S31: nobody answers, and each next level is called to the second.
func TestS31_NobodyAnswersAndTheClockCallsOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		for _, tt := range []struct {
			wait time.Duration
			want []string
		}{
			{9 * time.Second, nil},
			{time.Second, []string{"no_gateway"}},
			{49 * time.Second, []string{"no_gateway"}},
			{time.Second, []string{"no_gateway", "repeat"}},
			{60 * time.Second, []string{"no_gateway", "repeat", "office"}},
			{60 * time.Second, []string{"no_gateway", "repeat", "office", "call119"}},
			{60 * time.Second, []string{"no_gateway", "repeat", "office", "call119", "repeat"}},
		} {
			h.After(tt.wait)
			if got := h.steps(id); !slices.Equal(got, tt.want) {
				t.Fatalf("after %v more: %v, want %v", tt.wait, got, tt.want)
			}
		}
		officer := h.Actor("caojiadu", "s001")
		if n, err := h.Notify.Unseen(context.Background(), officer.Tenant, officer.Person); err != nil || n == 0 {
			t.Fatalf("the subdistrict's officer has %d messages, %v", n, err)
		}
		if v, err := h.Alarms.View(context.Background(), officer, id); err != nil || v.Phase != matter.Raised {
			t.Fatalf("the officer sees %+v, %v", v.Phase, err)
		}
	})
}

// S31: somebody goes but does not arrive; then somebody does, and the record
// has the second.
func TestS31_GoingIsNotArriving(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.Clock.Advance(20 * time.Second)
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Go})
		h.After(4*time.Minute + 59*time.Second)
		if got := h.steps(id); !slices.Equal(got, []string{"remind"}) {
			t.Fatalf("called on although somebody goes: %v", got)
		}
		h.After(time.Second)
		h.After(5 * time.Minute)
		if got := h.steps(id); !slices.Equal(got, []string{"remind", "nobody", "nobody"}) {
			t.Fatalf("nobody arrived: %v", got)
		}
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		h.After(time.Hour)
		v := h.view(id)
		if len(h.steps(id)) != 3 || v.Phase != matter.Doing || v.DoorAt.Sub(v.RaisedAt) != 20*time.Second+10*time.Minute {
			t.Fatalf("phase %s, at the door after %v", v.Phase, v.DoorAt.Sub(v.RaisedAt))
		}
	})
}

// S31: who said "I go" and then cannot leaves the alarm as if nobody had
// answered.
func TestS31_BackingOutCallsAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Go})
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Cannot})
		if v := h.view(id); v.Phase != matter.Taken {
			t.Fatalf("the committee still goes, phase %s", v.Phase)
		}
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Cannot})
		h.After(time.Minute)
		if v := h.view(id); v.Phase != matter.Raised || !slices.Equal(h.steps(id), []string{"repeat"}) {
			t.Fatalf("phase %s, steps %v", v.Phase, h.steps(id))
		}
	})
}

// A sensor that sees nothing any more closes nothing; only a person on site
// does, with a cause; the same signal again extends the one incident.
func TestS31_OnlyAPersonOnSiteCloses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.signal(true)
		h.signal(false)
		h.signal(true)
		v := h.open()
		if v.Signals != 2 || v.Phase != matter.Raised || !slices.Equal(verbs(v), []matter.Verb{matter.Raise, alarm.Repeated, alarm.Repeated}) {
			t.Fatalf("signals %d, phase %s, %v", v.Signals, v.Phase, verbs(v))
		}
		for _, x := range []alarm.Act{{ID: v.ID, Verb: alarm.Shut, Cause: alarm.Cooking}, {ID: v.ID, Verb: alarm.Outcome}} {
			if _, err := h.Alarms.Do(ctx, h.Guard(), x); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s without anybody there: %v", x.Verb, err)
			}
		}
		h.do(h.Guard(), alarm.Act{ID: v.ID, Verb: alarm.AtDoor})
		if _, err := h.Alarms.Do(ctx, h.Guard(), alarm.Act{ID: v.ID, Verb: alarm.Shut}); !fault.Is(err, fault.Invalid) {
			t.Errorf("closed without a cause: %v", err)
		}
		h.do(h.Guard(), alarm.Act{ID: v.ID, Verb: alarm.Shut, Cause: alarm.Cooking})
		if len(h.list()) != 0 {
			t.Fatal("still open")
		}
		if got := h.view(v.ID); got.Cause != alarm.Cooking || !got.Cause.False() || !got.Phase.Closed() {
			t.Fatalf("closed as %+v", got.Incident)
		}
	})
}

// Retriggered soon after all-clear it is a new incident that says "again".
func TestS31_SoonAgainIsANewIncidentThatSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		first := h.close(alarm.Steam)
		h.Clock.Advance(9 * time.Minute)
		h.signal(true)
		if v := h.open(); v.ID == first || v.Again != first {
			t.Fatalf("again is %q, want %q", v.Again, first)
		}
		h.close(alarm.Steam)
		h.Clock.Advance(11 * time.Minute)
		h.signal(true)
		if v := h.open(); v.Again != "" {
			t.Fatalf("eleven minutes later it still says again: %q", v.Again)
		}
	})
}

// A late fire alarm is still raised, and says that it is late.
func TestLateAlarmIsRaisedAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true, func(s *alarm.Signal) { s.DeviceTime = h.Clock.Now().Add(-40 * time.Minute) })
		if v := h.open(); v.Late != 40*time.Minute || len(v.Responders) == 0 {
			t.Fatalf("late %v, %d called", v.Late, len(v.Responders))
		}
	})
}

// Two flats of one building at once are two incidents that know of each other.
func TestNeighboursAlarmsAreLinkedNotMerged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		h.signal(true, func(s *alarm.Signal) { s.Device = "smk-402" })
		list := h.list()
		if len(list) != 2 {
			t.Fatalf("%d incidents, want 2", len(list))
		}
		links, err := h.Spine.Links(context.Background(), h.Xiwu, list[0].ID)
		if err != nil || len(links) != 1 {
			t.Fatalf("links %v %v", links, err)
		}
	})
}

// S32: the stove left on twice proposes a follow-up to the committee.
func TestS32_StoveLeftOnTwiceProposesAValve(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		proposed := func(id string) bool {
			return slices.ContainsFunc(h.view(id).Timeline, func(e matter.Entry) bool { return e.Key == "alarm.propose.valve" })
		}
		h.signal(true)
		if id := h.close(alarm.StoveLeftOn); proposed(id) {
			t.Fatal("proposed after the first time")
		}
		h.Clock.Advance(30 * 24 * time.Hour)
		h.signal(true)
		if id := h.close(alarm.StoveLeftOn); !proposed(id) {
			t.Fatal("not proposed after the second time")
		}
	})
}

// asked are the causes of the tickets that an incident led to.
func (h *house) asked(incident string) []string {
	h.T.Helper()
	list, err := h.Upkeep.LedTo(context.Background(), h.Guard(), h.Xiwu, incident)
	if err != nil {
		h.T.Fatal(err)
	}
	var causes []string
	for _, v := range list {
		causes = append(causes, string(v.Detail.Cause))
	}
	return causes
}

// toldOf counts the messages of a key that somebody got.
func (h *house) toldOf(a people.Actor, key string) (n int) {
	h.T.Helper()
	for _, k := range h.Told(a) {
		if k == key {
			n++
		}
	}
	return n
}

// S33: three false alarms in thirty days call a technician, as one ticket told
// once to property and committee; nothing is muted.
func TestS33_ThreeFalseAlarmsCallATechnician(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var last string
		for _, cause := range []alarm.Cause{alarm.Cooking, alarm.Steam, alarm.Dust} {
			if last != "" && h.asked(last) != nil {
				t.Fatalf("asked for before the third: %q", h.asked(last))
			}
			h.Clock.Advance(24 * time.Hour)
			h.signal(true)
			last = h.close(cause)
		}
		if line := h.view(last).Timeline; line[len(line)-1].Key != "alarm.propose.technician" {
			t.Fatalf("last entry %s", line[len(line)-1].Key)
		}
		if got := h.asked(last); !slices.Equal(got, []string{"false_alarms"}) {
			t.Errorf("asked for %q", got)
		}
		for _, a := range []people.Actor{h.Guard(), h.Committee()} {
			if n := h.toldOf(a, "upkeep.told.false_alarms"); n != 1 {
				t.Errorf("%s was told %d times", a.Name, n)
			}
		}
		if list, err := h.Alarms.Followups(context.Background(), h.Committee()); err != nil || len(list) != 0 {
			t.Errorf("and a follow-up beside the ticket: %+v %v", list, err)
		}
		h.signal(true)
		if v := h.open(); len(v.Responders) == 0 {
			t.Fatal("the fourth alarm called nobody")
		}
	})
}

// S56: a lift that held somebody is to be serviced; a test of it is not.
func TestS56_ALiftThatHeldSomebodyIsServiced(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		building, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua-6")
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			cause alarm.Cause
			want  []string
		}{{alarm.TestCause, nil}, {alarm.Released, []string{"lift"}}} {
			h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device, s.Place = alarm.Entrapment, "lift-6-1", building.ID })
			if got := h.asked(h.close(x.cause)); !slices.Equal(got, x.want) {
				t.Errorf("%s: asked for %q, want %q", x.cause, got, x.want)
			}
		}
		if n := h.toldOf(h.Guard(), "upkeep.told.lift"); n != 1 {
			t.Errorf("the guard was told %d times", n)
		}
	})
}

// S56: a lift that holds people is called like smoke.
func TestS56_EntrapmentIsCalledLikeSmoke(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		building, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua-6")
		if err != nil {
			t.Fatal(err)
		}
		h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device, s.Place = alarm.Entrapment, "lift-6-1", building.ID })
		v := h.open()
		if len(v.Responders) == 0 || v.Signal != alarm.Entrapment {
			t.Fatalf("%+v", v.Incident)
		}
		h.After(time.Minute)
		if got := h.steps(v.ID); !slices.Contains(got, "repeat") {
			t.Fatalf("steps %v", got)
		}
	})
}

// S28: who does not serve the place knows nothing of an alarm; a volunteer
// knows of it while it is open.
func TestS28_AlarmIsKnownOnlyToThoseWhoServe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.signal(true)
		v := h.open()
		strangers := map[string]people.Actor{
			"neighbour": h.Actor("xiwu", "r0285"), "other guard": h.Actor("wanhang", "s026"), "other committee": h.Actor("wanhang", "s007"),
		}
		for name, a := range strangers {
			if _, err := h.Alarms.View(ctx, a, v.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := h.Alarms.Do(ctx, a, alarm.Act{ID: v.ID, Verb: alarm.Go}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s answered: %v", name, err)
			}
		}
		var volunteer people.Actor
		for _, r := range v.Responders {
			if r.Audience == "volunteer" {
				a, err := h.Door.ActorFor(ctx, h.Xiwu, r.Person)
				if err != nil {
					t.Fatal(err)
				}
				volunteer = a
			}
		}
		if _, err := h.Alarms.View(ctx, volunteer, v.ID); err != nil {
			t.Fatalf("volunteer while open: %v", err)
		}
		h.close(alarm.Cooking)
		if _, err := h.Alarms.View(ctx, volunteer, v.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("volunteer after closing: %v", err)
		}
	})
}

// A double tap on "I go" is one answer.
func TestAnsweringTwiceIsOneAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		for range 2 {
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go, Key: "tap"})
		}
		if v := h.view(id); len(v.Timeline) != 2 {
			t.Fatalf("%d entries", len(v.Timeline))
		}
	})
}

// Timers are rows: what fell due while nobody ran fires at once, each level
// once, and the rounds that were missed as one.
func TestOverdueTimersFireAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.After(10 * time.Minute)
		want := []string{"no_gateway", "repeat", "office", "call119"}
		if got := h.steps(id); !slices.Equal(got, want) {
			t.Fatalf("after ten minutes: %v, want %v", got, want)
		}
		h.After(59 * time.Second)
		h.After(time.Second)
		if got := h.steps(id); !slices.Equal(got, append(want, "repeat")) {
			t.Fatalf("a minute later: %v", got)
		}
	})
}

// The chain of an incident holds.
func TestIncidentsPastIsSealed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		h.close(alarm.Cooking)
		held, err := h.Spine.Verify(context.Background(), h.Xiwu, func(b matter.Breach) { t.Errorf("breach %+v", b) })
		if err != nil || held < 4 {
			t.Fatalf("held %d, %v", held, err)
		}
	})
}
