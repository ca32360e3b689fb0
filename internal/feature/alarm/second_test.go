package alarm_test

import (
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/test/furnished"
)

// part is the beginning tag of an element that carries an attribute; empty if
// there is none.
func part(page, attribute string) string {
	before, after, found := strings.Cut(page, attribute)
	if !found {
		return ""
	}
	tag, _, _ := strings.Cut(after, ">")
	return before[strings.LastIndex(before, "<"):] + attribute + tag
}

// second lets a detector of another flat of the building see smoke, and is its
// incident.
func (h *house) second() string {
	h.T.Helper()
	flat, err := h.Places.ByRef(h.T.Context(), h.Xiwu, "guihua-6-402")
	h.Must(err)
	h.signal(true, func(s *alarm.Signal) { s.Device, s.Place = "smk-402", flat.ID })
	for _, r := range h.list() {
		if r.Device == "smk-402" {
			return r.ID
		}
	}
	h.T.Fatal("the second detector raised nothing")
	return ""
}

// rings fails unless the alarm stands on the page, is said and rings there.
func rings(t *testing.T, where, page, id string) {
	t.Helper()
	for _, sign := range []string{"data-say=", "data-ring"} {
		if tag := part(page, `data-alarm="`+id+`"`); !strings.Contains(tag, sign) {
			t.Errorf("%s has no %s for the alarm: %s", where, sign, tag)
		}
	}
}

// once fails unless a page names an alarm once, in a wide window and in a narrow
// one.
func once(t *testing.T, where, page, id string) {
	t.Helper()
	all := strings.Count(page, `data-alarm="`+id+`"`)
	wide, narrow := strings.Count(page, `id="alarm-`+id+`"`), strings.Count(page, `id="alarm-phone-`+id+`"`)
	if wide != 1 || narrow > 1 || all != wide+narrow {
		t.Errorf("%s names the alarm %d times in a wide window, %d in a narrow one and %d in all", where, wide, narrow, all)
	}
}

// S30: whoever is on the way to one alarm hears the next: the desk keeps the
// first under their hand and the second stands above it, as on their phone.
func TestS30_SecondAlarmRingsWhileTheFirstIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		first := h.open().ID
		h.do(h.Guard(), alarm.Act{ID: first, Verb: alarm.Go})
		guard, desk := h.Visit(h.Guard()), "/alarms?open="+first
		if page := guard.Must(desk); strings.Contains(page, "data-ring") {
			t.Error("the alarm that was answered rings")
		}
		h.Clock.Advance(time.Minute)
		second := h.second()
		for where, path := range map[string]string{"the desk": desk, "the phone": alarm.Path(first)} {
			page := guard.Must(path)
			rings(t, where, page, second)
			if bar, main := strings.Index(page, `id="alarm-`+second), strings.Index(page, `id="alarm-`+first); bar < 0 || main < bar {
				t.Errorf("%s does not show the new alarm above the first", where)
			}
			once(t, where, page, second)
		}
		if live := guard.Stream("/alarms/live?open=" + first); !strings.Contains(live(), `data-alarm="`+second+`"`) {
			t.Error("the open desk is not told")
		}
		h.do(h.Guard(), alarm.Act{ID: second, Verb: alarm.Cannot})
		if page := guard.Must(desk); strings.Contains(page, "data-ring") {
			t.Error("the second one rings on though it was answered")
		}
	})
}

// S30: who only looks at an alarm that another has taken is shown the new one.
func TestS30_NewAlarmTakesTheDeskOfWhoOnlyLooks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		first := h.open().ID
		h.do(h.Committee(), alarm.Act{ID: first, Verb: alarm.Go})
		second := h.second()
		page := h.Visit(h.Guard()).Must("/alarms?open=" + first)
		if !strings.Contains(part(page, `id="alarm-`+second), "alarmbar pulse") {
			t.Error("the new alarm is not the one on the desk")
		}
		rings(t, "the desk", page, second)
		rings(t, "the desk", page, first)
		if page := h.Visit(h.Guard()).Must("/alarms?open=" + second); !strings.Contains(part(page, `id="alarm-`+second), "alarmbar pulse") {
			t.Error("the one asked for is not on the desk")
		}
	})
}

// In a storm too the alarms beyond the bars ring and are said.
func TestAlarmsBeyondTheBarsRingInTheList(t *testing.T) {
	h := onSQLite(t)
	for _, device := range []string{"a", "b", "c", "d", "e", "f"} {
		h.signal(true, func(s *alarm.Signal) { s.Device = device })
		h.Clock.Advance(time.Second)
	}
	page := h.Visit(h.Guard()).Must("/alarms")
	for _, r := range h.list() {
		rings(t, "the desk", page, r.ID)
		once(t, "the desk", page, r.ID)
	}
}

// A late alarm says so and by how much wherever it stands: in the banner, at the
// head of the desk and the phone, and in the messages.
func TestLateAlarmSaysSoEverywhere(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		h.reachable(o)
		h.signal(true, func(s *alarm.Signal) { s.DeviceTime = s.ReceivedAt.Add(-45 * time.Minute) })
		id := h.open().ID
		for lang, want := range map[string]string{"zh-CN": "迟到的报警（晚 45 分钟）", "en": "45 min late"} {
			b := h.Visit(h.Committee())
			b.Lang = lang
			for _, path := range []string{"/today", "/alarms", alarm.Path(id), "/inbox"} {
				page := b.Must(path)
				furnished.Says(t, page, want)
				if path != "/inbox" && !strings.Contains(page, `<b class="late">`+want) {
					t.Errorf("%s does not have it at its head", path)
				}
			}
		}
		h.watch(o, 9)
		o.take()
		h.After(time.Second)
		if texts := o.take()["sms"]; len(texts) == 0 || !strings.Contains(texts[0], "迟到的报警（晚 45 分钟）：烟雾报警") {
			t.Errorf("the message says %v", texts)
		}
	}, o.allow)
}
