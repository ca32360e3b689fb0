package alarm_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
)

// Window after window does not keep a fire silent: what still alarms when its
// own window closes is an alarm, whatever other window is open by then.
func TestWindowAfterWindowSilencesNoFire(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.trial("5")
		h.signal(true)
		h.After(4 * time.Minute)
		h.trial("15")
		h.After(time.Minute)
		if v := h.open(); v.Drill || len(v.Responders) < 5 {
			t.Fatalf("drill %v, %d called", v.Drill, len(v.Responders))
		}
		h.close(alarm.StoveLeftOn)
	})
	each(t, func(t *testing.T, h *house) {
		h.trial("5")
		h.signal(true)
		h.After(4 * time.Minute)
		h.trial("15")
		h.Clock.Advance(time.Minute) // the clock's job has not run yet
		h.signal(true)
		if v := h.open(); v.Drill || len(v.Responders) < 5 {
			t.Fatalf("drill %v, %d called", v.Drill, len(v.Responders))
		}
	})
}

// What a person reports is no test, though the lift's box is being tested.
func TestEntrapmentByHandIsNoTestInAWindow(t *testing.T) {
	for name, boxFirst := range map[string]bool{"before the box": false, "after the box": true} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				six := h.building("guihua-6")
				h.Alarms.Devices = boxes{six.ID}
				_, err := h.Alarms.OpenTrial(t.Context(), h.Committee(), "", "box-6", alarm.TrialMost)
				h.Must(err)
				if boxFirst {
					h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device, s.Place = alarm.Entrapment, "box-6", six.ID })
				}
				id, err := h.Alarms.LogEntrapment(t.Context(), h.Guard(), alarm.ByHand{Device: "box-6", Words: "12 楼，两个人"})
				h.Must(err)
				if v := h.view(id); v.Drill || len(v.Responders) < 5 {
					t.Errorf("drill %v, %d called", v.Drill, len(v.Responders))
				}
			})
		})
	}
}

// A lift without a box has one name, and stands in a building.
func TestLiftWithoutABoxHasOneName(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		six := h.building("guihua-6")
		guard := h.Visit(h.Guard())
		for _, device := range []string{"lift:" + six.ID + ":+1", "lift:" + six.ID + ":01", "lift:" + h.flat.ID + ":1"} {
			if status, where, _ := guard.Send("/alarms/lifts", url.Values{"device": {device}}); status < 400 {
				t.Errorf("%s: %d %s", device, status, where)
			}
		}
		if n := len(h.list()); n != 0 {
			t.Errorf("%d open", n)
		}
	})
}

// A form that is sent again after the incident was closed calls nobody again.
func TestEntrapmentSentAgainAfterClosingCallsNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		x := alarm.ByHand{Place: h.building("guihua-6").ID, Number: 1, Key: "once"}
		first, err := h.Alarms.LogEntrapment(t.Context(), h.Guard(), x)
		h.Must(err)
		if again, err := h.Alarms.LogEntrapment(t.Context(), h.Guard(), x); err != nil || again != first || h.view(first).Signals != 1 {
			t.Errorf("while it is open: %s, %d signals, %v", again, h.view(first).Signals, err)
		}
		h.close(alarm.Released)
		again, err := h.Alarms.LogEntrapment(t.Context(), h.Guard(), x)
		if n := len(h.list()); err != nil || again != first || n != 0 {
			t.Errorf("%v, %v, %d open", again == first, err, n)
		}
	})
}
