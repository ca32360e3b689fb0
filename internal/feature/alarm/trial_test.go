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
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// tested is a register of devices that notes which were tested, and by whom.
type tested struct {
	boxes
	by map[string]string
}

func (x tested) At(_ context.Context, _ store.Tenant, _ string) (string, error) { return x.at, nil }
func (x tested) Tested(_ context.Context, _ store.Tenant, device, person string) error {
	x.by[device] = person
	return nil
}

// trial opens a test window at the flat as the committee and returns its page.
func (h *house) trial(minutes string) {
	h.T.Helper()
	status, where, _ := h.Visit(h.Committee()).Send("/alarms/trial", url.Values{"place": {h.flat.ID}, "minutes": {minutes}})
	if status != http.StatusSeeOther || where != "/alarms" {
		h.T.Fatalf("test window: %d %s", status, where)
	}
}

// calledFor are the persons an incident called.
func calledFor(v alarm.View) (out []string) {
	for _, r := range v.Responders {
		out = append(out, r.Person)
	}
	slices.Sort(out)
	return out
}

// A test window: until it closes, the detectors of that home are told to whoever
// opened it and to the desk on duty, as a drill, and count as tested; those of
// another home are as real as ever, and the window closes by itself.
func TestTestWindowTellsOnlyWhoTests(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		devices := tested{boxes{h.flat.ID}, map[string]string{}}
		h.Alarms.Devices = devices
		h.Must(h.Alarms.BeginDuty(t.Context(), h.Guard(), h.desk()))
		h.Must(h.Alarms.Beat(t.Context(), h.Guard()))
		furnished.Says(t, h.Visit(h.Committee()).Must("/alarms/drill?q="+url.QueryEscape("6号302")), "开测试窗口", "/alarms/trial")
		if status, _, _ := h.Visit(h.Committee()).Send("/alarms/trial", url.Values{"place": {h.flat.ID}, "minutes": {"16"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("a window of 16 minutes: %d", status)
		}
		h.trial("15")
		furnished.Says(t, h.Visit(h.Committee()).Must("/alarms"), "测试窗口：静安桂花园 6号 302")
		h.signal(true)
		id := h.open().ID
		v := h.view(id)
		want := []string{h.Committee().Person, h.Guard().Person}
		slices.Sort(want)
		if !v.Drill || !slices.Equal(calledFor(v), want) {
			t.Fatalf("drill %v, called %v", v.Drill, calledFor(v))
		}
		h.After(0)
		if devices.by["smk-302"] != h.Committee().Person {
			t.Errorf("tested by %v", devices.by)
		}
		furnished.Says(t, h.Visit(h.Committee()).Must(alarm.Path(id)), `class="plate drill">演练<`, "在测试窗口里")
		if page := h.Visit(h.colleague()).Must("/alarms"); strings.Contains(page, "data-ring") || strings.Contains(page, id) {
			t.Error("another desk rings")
		}
		before := len(h.Told(h.Officer()))
		for range 4 {
			h.Must(h.Alarms.Beat(t.Context(), h.Guard()))
			h.After(time.Minute)
		}
		if got := h.steps(id); slices.Contains(got, "office") || slices.Contains(got, "repeat") || len(h.Told(h.Officer())) != before || slices.Contains(h.Told(h.volunteer()), "alarm.told.raise") {
			t.Errorf("the test calls on: %v", got)
		}

		other := h.second()
		if v := h.view(other); v.Drill || len(v.Responders) < 5 {
			t.Errorf("another home in the window: drill %v, %d called", v.Drill, len(v.Responders))
		}
		h.do(h.Guard(), alarm.Act{ID: other, Verb: alarm.AtDoor})
		h.signal(false)
		h.Must(h.Alarms.Beat(t.Context(), h.Guard()))
		h.After(11 * time.Minute)
		if v := h.view(id); v.Phase != matter.Confirmed || v.Cause != alarm.TestCause {
			t.Fatalf("after the window: %s %s", v.Phase, v.Cause)
		}
		h.signal(true)
		for _, r := range h.list() {
			if r.Device == "smk-302" && r.Drill {
				t.Error("after the window it is still a test")
			}
		}
		if len(h.list()) != 2 {
			t.Errorf("%d open after the window", len(h.list()))
		}
	})
}

// A fire that begins in a test window is not swallowed: if the detector still
// alarms when the window closes and nobody was at the door, everybody is called;
// so is what it says between the window's end and its closing.
func TestFireInATestWindowIsAnAlarmWhenItCloses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.trial("5")
		h.signal(true)
		test := h.view(h.owed()[0]).ID
		h.After(5*time.Minute - time.Millisecond)
		if len(h.list()) != 0 {
			t.Fatal("called before the window closed")
		}
		h.After(time.Millisecond)
		if v := h.open(); v.Drill || len(v.Responders) < 5 || v.ID == test {
			t.Fatalf("drill %v, %d called", v.Drill, len(v.Responders))
		}
		h.close(alarm.StoveLeftOn)

		h.trial("5")
		h.signal(true)
		h.Clock.Advance(5 * time.Minute) // the clock's job has not run yet
		h.signal(true)
		if v := h.open(); v.Drill || len(v.Responders) < 5 {
			t.Fatalf("drill %v, %d called", v.Drill, len(v.Responders))
		}
		h.close(alarm.StoveLeftOn)

		h.trial("5")
		h.signal(true)
		h.do(h.Committee(), alarm.Act{ID: h.owed()[0], Verb: alarm.AtDoor})
		h.After(5 * time.Minute)
		if len(h.list())+len(h.owed()) != 0 {
			t.Error("somebody was at the door, and it is an alarm all the same")
		}
	})
}

// owed are the ids of what stands before the committee.
func (h *house) owed() (out []string) {
	h.T.Helper()
	list, err := h.Alarms.Open(context.Background(), h.Committee())
	h.Must(err)
	for _, r := range list {
		out = append(out, r.ID)
	}
	return out
}

// Who opens and closes a test window; a window for one device covers no other
// of the same home.
func TestWhoOpensATestWindow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.Alarms.Devices = tested{boxes{h.flat.ID}, map[string]string{}}
		for name, x := range map[string]struct {
			a    people.Actor
			at   string
			d    time.Duration
			want fault.Code
		}{
			"another's guard": {h.Actor("wanhang", "s026"), h.flat.ID, time.Minute, fault.Invalid}, "a volunteer": {h.volunteer(), h.flat.ID, time.Minute, fault.Forbidden},
			"an officer": {h.Officer(), h.flat.ID, time.Minute, fault.Invalid}, "a building": {h.Guard(), h.building("guihua-6").ID, time.Minute, fault.Invalid}, "no time": {h.Guard(), h.flat.ID, 0, fault.Invalid},
		} {
			if _, err := h.Alarms.OpenTrial(ctx, x.a, x.at, "", x.d); !fault.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		trial, err := h.Alarms.OpenTrial(ctx, h.Guard(), "", "smk-302", alarm.TrialMost)
		h.Must(err)
		h.signal(true, func(s *alarm.Signal) { s.Device = "gas-302" })
		if v := h.open(); v.Drill || len(v.Responders) < 5 {
			t.Error("the home's other detector is a test")
		}
		h.close(alarm.Cooking)
		if err := h.Alarms.EndTrial(ctx, h.Actor("wanhang", "s026"), trial.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's guard closes it: %v", err)
		}
		if status, _, _ := h.Visit(h.Committee()).Send("/alarms/trial/"+trial.ID+"/end", nil); status != http.StatusSeeOther {
			t.Errorf("the committee closes it: %d", status)
		}
		h.Clock.Advance(time.Second)
		h.signal(true)
		if v := h.open(); v.Drill {
			t.Error("it was closed and is still a test")
		}
	})
}
