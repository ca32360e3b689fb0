package alarm_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/furnished"
)

// livesAt is the first of those who live in a flat.
func (h *house) livesAt(n place.Node) people.Actor {
	h.T.Helper()
	ctx := context.Background()
	ids, err := h.Register.MembersAt(ctx, h.Xiwu, n.ID)
	if err != nil || len(ids) == 0 {
		h.T.Fatalf("nobody lives at %s: %v", n.Name, err)
	}
	a, err := h.Door.ActorFor(ctx, h.Xiwu, ids[0])
	h.Must(err)
	return a
}

// S31: who lives where it calls says on their own page that they are cooking. It
// is on the record with its second; the first wave, the timers and the desk stay
// as they are, it ends by itself, and it is said once.
func TestS31_HushByTheHousehold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		path, home, guard := alarm.HouseholdPath(id), h.Visit(h.livesAt(h.flat)), h.Visit(h.Guard())
		furnished.Says(t, home.Must("/"), `href="`+path+`"`, "您家：烟雾报警")
		furnished.Says(t, home.Must("/inbox"), `href="`+path+`"`)
		for _, page := range []string{guard.Must("/alarms"), guard.Must(alarm.Path(id))} {
			if mine := h.livesAt(h.flat).Name; strings.Contains(page, mine) {
				t.Error("the desk names who lives there")
			}
		}
		h.Clock.Advance(7 * time.Second)
		at := h.Clock.Now()
		for range 2 { // pressed twice is said once
			if status, where, body := home.Send(path+"/hush", nil); status != http.StatusSeeOther || where != path {
				t.Fatalf("hush: %d %s", status, body)
			}
		}
		furnished.Says(t, home.Must(path), words.Seconds(at), words.Seconds(at.Add(alarm.HushMost)), path+"/unhush")
		furnished.Says(t, guard.Must("/alarms"), "现场静音到", "住户：说是在做饭", words.Seconds(at), "data-ring")
		if n := countKey(h.view(id), "alarm.did.cooking"); n != 1 {
			t.Errorf("said %d times", n)
		}
		for _, step := range []time.Duration{3 * time.Second, 10 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
			h.After(step)
		}
		for _, step := range []string{"repeat", "office", "call119"} {
			if !slices.Contains(h.steps(id), step) {
				t.Errorf("%s did not come while it is hushed: %v", step, h.steps(id))
			}
		}
		h.Clock.Advance(alarm.HushMost)
		if page := guard.Must("/alarms"); strings.Contains(page, "现场静音到") {
			t.Error("it does not end by itself")
		}
		page := home.Must(path)
		if furnished.Says(t, page, "不能再静音"); strings.Contains(page, path+"/hush") {
			t.Error("it is offered again")
		}
		if status, _, _ := home.Send(path+"/hush", nil); status != http.StatusConflict {
			t.Errorf("said again: %d", status)
		}
		h.close(alarm.Cooking)
		if page := home.Must("/"); strings.Contains(page, path) {
			t.Error("it stands at home after its end")
		}
		if status, _, page := home.Do("GET", path, "", ""); status != http.StatusGone || !strings.Contains(page, "已经结束") {
			t.Errorf("after its end: %d", status)
		}
		if status, _, _ := home.Send(path+"/hush", nil); status != http.StatusGone {
			t.Errorf("said after its end: %d", status)
		}
	})
}

func countKey(v alarm.View, key string) (n int) {
	for _, e := range v.Timeline {
		if e.Key == key {
			n++
		}
	}
	return n
}

// S31: it can be ended before its time, which is on the record too.
func TestS31_HushIsEndedEarly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		home := h.Visit(h.livesAt(h.flat))
		path := alarm.HouseholdPath(id)
		home.Press(home.Must(path), path+"/hush")
		h.Clock.Advance(time.Minute)
		home.Press(home.Must(path), path+"/unhush")
		if got := h.last(id); got != "alarm.did.cooking_over" {
			t.Errorf("the record ends with %s", got)
		}
		if page := h.Visit(h.Guard()).Must("/alarms"); strings.Contains(page, "现场静音到") {
			t.Error("the desk still says that it is hushed")
		}
		if status, _, _ := home.Send(path+"/unhush", nil); status != http.StatusSeeOther || countKey(h.view(id), "alarm.did.cooking_over") != 1 {
			t.Error("ended twice")
		}
	})
}

// S31: another detector of the home, and gas all the more, ends it at once, and
// then nobody there may say it; a drill ends nothing.
func TestS31_HushIsBrokenByTheSecondDetector(t *testing.T) {
	for _, kind := range []alarm.SignalKind{alarm.Smoke, alarm.Gas, alarm.CO} {
		each(t, func(t *testing.T, h *house) {
			h.signal(true)
			id, home := h.open().ID, h.Visit(h.livesAt(h.flat))
			path := alarm.HouseholdPath(id)
			home.Press(home.Must(path), path+"/hush")
			h.signal(true, func(s *alarm.Signal) { s.Device, s.Drill = "smk-drill", true })
			if got := h.last(id); got != "alarm.did.cooking" {
				t.Errorf("a drill: %s", got)
			}
			h.signal(true, func(s *alarm.Signal) { s.Device, s.Kind = "second", kind })
			if got := h.last(id); got != "alarm.did.hush_broken" {
				t.Errorf("the second detector: %s", got)
			}
			page := home.Must(path)
			if furnished.Says(t, page, "不止一个报警"); strings.Contains(page, path+"/hush") {
				t.Error("it is offered beside a second alarm")
			}
			if status, _, _ := home.Send(path+"/hush", nil); status != http.StatusConflict {
				t.Errorf("said beside a second alarm: %d", status)
			}
		})
	}
}

// S31: what cooking does not set off is not hushed by the household, but shown,
// with what to do of it: nobody is told of flames where there are none, or to
// make a call in a room full of gas.
func TestS31_HushOfSmokeAndHeatOnly(t *testing.T) {
	for kind, todo := range map[alarm.SignalKind]string{alarm.Gas: "不要在屋里打电话", alarm.CO: "不要用明火", alarm.SOS: "", alarm.WaterLeak: ""} {
		h := onSQLite(t)
		h.signal(true, func(s *alarm.Signal) { s.Kind = kind })
		path, home := alarm.HouseholdPath(h.open().ID), h.Visit(h.livesAt(h.flat))
		if page := home.Must(path); strings.Contains(page, path+"/hush") || strings.Contains(page, "做饭") {
			t.Errorf("%s is offered", kind)
		} else if !strings.Contains(page, todo) || strings.Contains(page, "有火") || todo == "" && strings.Contains(page, `class="run"`) {
			t.Errorf("%s: what to do is not said, or that of another kind", kind)
		}
		if status, _, _ := home.Send(path+"/hush", nil); status != http.StatusConflict {
			t.Errorf("%s: %d", kind, status)
		}
	}
}

// S31: only those who live there see it or say so: no neighbour, nobody who
// moved out, no other neighbourhood, nobody of the property without a home
// there; a drill is shown to none of them.
func TestS31_HushIsForTheHouseholdAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id, mine := h.open().ID, h.livesAt(h.flat)
		path := alarm.HouseholdPath(id)
		refused := func(who string, a people.Actor, want ...int) {
			t.Helper()
			b := h.Visit(a)
			for _, p := range []string{path, path + "/live"} {
				if status, _, page := b.Do("GET", p, "", ""); !slices.Contains(want, status) || strings.Contains(page, "烟雾") {
					t.Errorf("%s sees %s: %d", who, p, status)
				}
			}
			for _, p := range []string{path + "/hush", path + "/unhush"} {
				if status, _, _ := b.Send(p, nil); !slices.Contains(want, status) {
					t.Errorf("%s: %s: %d", who, p, status)
				}
			}
		}
		neighbour := h.livesAt(h.Place("guihua-6-402"))
		refused("the neighbour", neighbour, http.StatusNotFound)
		refused("another neighbourhood", h.Actor("wanhang", "r0001"), http.StatusNotFound)
		refused("the guard", h.Guard(), http.StatusForbidden)
		if page := h.Visit(neighbour).Must("/"); strings.Contains(page, "烟雾") || strings.Contains(page, id) {
			t.Error("the neighbour's home shows it")
		}
		if page := h.Visit(neighbour).Must("/inbox"); strings.Contains(page, id) {
			t.Error("the neighbour is told")
		}
		moved := mine
		moved.Dwelling = h.Place("guihua-6-402").ID
		if err := h.Alarms.Cook(t.Context(), moved, id, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("who moved out: %v", err)
		}
		feigned := neighbour
		feigned.Dwelling = h.flat.ID
		if err := h.Alarms.Cook(t.Context(), feigned, id, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("whom the register does not know there: %v", err)
		}
		if got := verbs(h.view(id)); len(got) != 1 {
			t.Errorf("the record has %v", got)
		}
		h.close(alarm.Cooking)
		h.signal(true, func(s *alarm.Signal) { s.Drill, s.Device = true, "smk-drill" })
		drill := h.open().ID
		b := h.Visit(mine)
		if page := b.Must("/"); strings.Contains(page, alarm.HouseholdPath(drill)) {
			t.Error("a drill stands at home")
		}
		if status, _, _ := b.Send(alarm.HouseholdPath(drill)+"/hush", nil); status != http.StatusNotFound {
			t.Errorf("a drill: %d", status)
		}
	})
}

// S31: the home page of who lives there follows without being asked again.
func TestS31_HouseholdsHomeFollows(t *testing.T) {
	h := onSQLite(t)
	home := h.Visit(h.livesAt(h.flat))
	next := home.Stream("/home/live")
	if strings.Contains(next(), "您家") {
		t.Fatal("it begins with an alarm")
	}
	h.signal(true)
	path := alarm.HouseholdPath(h.open().ID)
	furnished.Says(t, next(), path)
	page := home.Stream(path + "/live")
	furnished.Says(t, page(), path+"/hush")
	h.do(h.Guard(), alarm.Act{ID: h.open().ID, Verb: alarm.Go})
	furnished.Says(t, page(), "在路上")
}
