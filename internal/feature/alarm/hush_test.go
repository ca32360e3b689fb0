package alarm_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// The detector on site is hushed for ten minutes at most, after somebody was at
// the door and looked twice: the record and the desk say so, and a second
// detector ends it.
func TestS31_HushIsOnRecordAfterASecondLook(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		path, guard := alarm.Path(id), h.Visit(h.Guard())
		form := guard.Must(path + "/hush")
		furnished.Says(t, form, "再看一眼", "叫人照常")
		if status, _, page := guard.Send(path+"/hush", url.Values{"key": {"k"}, "looked": {"false"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "说不准就不要静音") {
			t.Errorf("hushed without a second look: %d", status)
		}
		guard.Press(form, path+"/hush", "looked", "true")
		until := "09:10"
		furnished.Says(t, guard.Must("/alarms"), "现场静音到 "+until, "叫人照常")
		if page := guard.Must(path); strings.Contains(page, path+"/hush") {
			t.Error("hushed twice")
		}
		if _, err := h.Alarms.Do(t.Context(), h.Guard(), alarm.Act{ID: id, Verb: alarm.Hush, Looked: true}); !fault.Is(err, fault.Conflict) {
			t.Errorf("hushed again while it is: %v", err)
		}
		h.second() // of another home
		if strings.Contains(h.last(id), "hush_broken") {
			t.Error("another home's detector ends it")
		}
		h.signal(true, func(s *alarm.Signal) { s.Device = "smk-302-bed" })
		if got := h.last(id); got != "alarm.did.hush_broken" {
			t.Errorf("the home's second detector: %s", got)
		}
		if page := guard.Must("/alarms?open=" + id); strings.Contains(page, "现场静音到") {
			t.Error("the desk still says that it is hushed")
		}
		guard.Press(guard.Must(path+"/hush"), path+"/hush", "looked", "true")
		h.Clock.Advance(alarm.HushMost + time.Second)
		if page := guard.Must(path); strings.Contains(page, "现场静音到") || !strings.Contains(page, path+"/hush") {
			t.Error("it does not end by itself")
		}
	})
}

// S31: nobody mutes a detector from afar. As long as nobody was at the door, and
// by who said that they cannot come, it is refused, however it is asked for.
func TestS31_OnlySomebodyAtTheDoorMutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		hush := alarm.Act{ID: id, Verb: alarm.Hush, Looked: true}
		path := alarm.Path(id) + "/hush"
		refused := func(who people.Actor, why, says string) {
			t.Helper()
			if _, err := h.Alarms.Do(t.Context(), who, hush); !fault.Is(err, fault.Conflict) || fault.As(err).Key != why {
				t.Errorf("%v, want %s", err, why)
			}
			b := h.Visit(who)
			if strings.Contains(b.Must(alarm.Path(id)), path) {
				t.Error("it is offered")
			}
			if status, _, page := b.Do("GET", path, "", ""); status != http.StatusConflict || !strings.Contains(page, says) {
				t.Errorf("the page asks: %d", status)
			}
			if status, _, _ := b.Send(path, url.Values{"key": {"k"}, "looked": {"true"}}); status != http.StatusConflict {
				t.Errorf("sent all the same: %d", status)
			}
		}
		refused(h.Guard(), "alarm.hush_nobody", "还没有人到门口")
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
		refused(h.Guard(), "alarm.hush_nobody", "还没有人到门口")
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Cannot})
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		refused(h.Committee(), "alarm.hush_cannot", "您说了去不了")
		if !h.view(id).HushUntil.IsZero() {
			t.Fatal("hushed all the same")
		}
		h.do(h.Guard(), hush)
		if h.view(id).HushUntil.IsZero() {
			t.Error("who is at the door cannot")
		}
	})
}

// Gas and a held lift are not hushed, nor is a drill.
func TestOnlyWhatCookingSetsOffIsHushed(t *testing.T) {
	h := onSQLite(t)
	for _, kind := range []alarm.SignalKind{alarm.Gas, alarm.CO, alarm.Entrapment, alarm.SOS} {
		h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device = kind, string(kind) })
	}
	h.signal(true, func(s *alarm.Signal) { s.Drill = true })
	for _, r := range h.list() {
		if _, err := h.Alarms.Do(t.Context(), h.Guard(), alarm.Act{ID: r.ID, Verb: alarm.Hush, Looked: true}); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", r.Signal, err)
		}
	}
}

// last is the key of the record's last line.
func (h *house) last(id string) string {
	h.T.Helper()
	lines := h.view(id).Timeline
	return lines[len(lines)-1].Key
}
