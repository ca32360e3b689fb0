package alarm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/fault"
)

// The detector on site is hushed for ten minutes at most: the record and the desk
// say so, people are called as before, and a second detector ends it.
func TestHushIsOnRecordAndCallsGoOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		path, guard := alarm.Path(id), h.visit(h.guard())
		guard.press(guard.must(path), path+"/hush")
		until := "09:10"
		says(t, guard.must("/alarms"), "现场静音到 "+until, "叫人照常")
		if page := guard.must(path); strings.Contains(page, path+"/hush") {
			t.Error("hushed twice")
		}
		if _, err := h.Alarms.Do(t.Context(), h.guard(), alarm.Act{ID: id, Verb: alarm.Hush}); !fault.Is(err, fault.Conflict) {
			t.Errorf("hushed again while it is: %v", err)
		}
		h.after(alarm.Repeat)
		if got := h.steps(id); !slices.Contains(got, "repeat") {
			t.Errorf("nobody is called while it is hushed: %v", got)
		}
		if page := h.visit(h.committee()).must("/alarms"); !strings.Contains(page, "data-ring") {
			t.Error("the desks are silent")
		}
		h.second() // of another home
		if strings.Contains(h.last(id), "hush_broken") {
			t.Error("another home's detector ends it")
		}
		h.signal(true, func(s *alarm.Signal) { s.Device = "smk-302-bed" })
		if got := h.last(id); got != "alarm.did.hush_broken" {
			t.Errorf("the home's second detector: %s", got)
		}
		if page := guard.must("/alarms?open=" + id); strings.Contains(page, "现场静音到") {
			t.Error("the desk still says that it is hushed")
		}
		guard.press(guard.must(path), path+"/hush")
		h.clock.Advance(alarm.HushMost + time.Second)
		if page := guard.must(path); strings.Contains(page, "现场静音到") || !strings.Contains(page, path+"/hush") {
			t.Error("it does not end by itself")
		}
	})
}

// Gas and a held lift are not hushed, nor is a drill.
func TestOnlyWhatCookingSetsOffIsHushed(t *testing.T) {
	h := newHouse(t, "")
	for _, kind := range []alarm.SignalKind{alarm.Gas, alarm.CO, alarm.Entrapment, alarm.SOS} {
		h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device = kind, string(kind) })
	}
	h.signal(true, func(s *alarm.Signal) { s.Drill = true })
	for _, r := range h.list() {
		if _, err := h.Alarms.Do(t.Context(), h.guard(), alarm.Act{ID: r.ID, Verb: alarm.Hush}); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", r.Signal, err)
		}
	}
}

// last is the key of the record's last line.
func (h *house) last(id string) string {
	h.t.Helper()
	lines := h.view(id).Timeline
	return lines[len(lines)-1].Key
}
