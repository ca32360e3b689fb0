package alarm_test

import (
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/furnished"
)

// laneOf is what became of a person's call.
func (h *house) laneOf(id string, who people.Actor) alarm.Responder {
	h.T.Helper()
	for _, r := range h.view(id).Responders {
		if r.Person == who.Person {
			return r
		}
	}
	h.T.Fatal("the person was not called")
	return alarm.Responder{}
}

// S31: who comes second and third is on record too: that they go, when they
// came, after the first is at the door and after it was found out what it is.
func TestS31_EveryResponderRecordsGoingAndArriving(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		path, first, second := alarm.Path(id), h.Visit(h.volunteer()), h.Visit(h.Committee())
		first.Press(first.Must(path), path+"/at_door")
		door := h.view(id).DoorAt
		h.Clock.Advance(20 * time.Second)
		second.Press(second.Must(path), path+"/go", "minutes", "3")
		going := h.laneOf(id, h.Committee())
		if going.Lane() != 2 || !going.AnsweredAt.Equal(h.Clock.Now()) || !going.DueAt.Equal(h.Clock.Now().Add(3*time.Minute)) {
			t.Fatalf("the second goes: %+v", going)
		}
		furnished.Says(t, second.Must("/alarms"), "在路上")
		h.Clock.Advance(40 * time.Second)
		second.Press(second.Must(path), path+"/at_door")
		if came := h.laneOf(id, h.Committee()); !came.DoorAt.Equal(h.Clock.Now()) || !came.AnsweredAt.Equal(going.AnsweredAt) {
			t.Errorf("the second came: %+v", came)
		}
		first.Press(first.Must(path+"/outcome"), path+"/outcome", "fire", "true")
		h.Clock.Advance(30 * time.Second)
		third := h.Visit(h.Guard())
		third.Press(third.Must(path), path+"/go")
		third.Press(third.Must(path), path+"/at_door")
		v := h.view(id)
		if came := h.laneOf(id, h.Guard()); came.Lane() != 3 || !came.DoorAt.Equal(h.Clock.Now()) {
			t.Errorf("the third came: %+v", came)
		}
		if !v.DoorAt.Equal(door) || v.Phase != "done" {
			t.Errorf("the first arrival or the stage moved: %v, %s", v.DoorAt, v.Phase)
		}
		var came int
		for _, verb := range verbs(v) {
			if verb == alarm.AtDoor {
				came++
			}
		}
		if came != 3 {
			t.Errorf("%d arrivals on the record", came)
		}
	})
}

// S31: nothing burns: nobody else is asked to go, and who is on the way still
// says that they came.
func TestS31_WhereNothingBurnsNobodyElseIsAskedToGo(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id := h.open().ID
	path := alarm.Path(id)
	h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Go})
	volunteer, err := h.Door.ActorFor(t.Context(), h.Xiwu, h.volunteer().Person)
	if err != nil {
		t.Fatal(err)
	}
	h.do(volunteer, alarm.Act{ID: id, Verb: alarm.AtDoor})
	h.do(volunteer, alarm.Act{ID: id, Verb: alarm.Outcome})
	if page := h.Visit(h.Guard()).Must(path); strings.Contains(page, path+`/go"`) || !strings.Contains(page, path+"/shut") {
		t.Error("the guard is asked to go, or may not close it")
	}
	if page := h.Visit(h.Committee()).Must(path); !strings.Contains(page, path+`/at_door"`) {
		t.Error("who is on the way cannot say that they came")
	}
}

// S31: who cannot go sees that it was taken, when, who is still called, and how
// to change it; where nobody is left, that the subdistrict is called.
func TestS31_CannotIsSeenToBeTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		path, b := alarm.Path(id), h.Visit(h.volunteer())
		b.Press(b.Must(path), path+"/cannot")
		page := b.Must(path)
		furnished.Says(t, page, "09:00:00 记下了：您去不了。还在叫", "我又能去了", path+`/go"`)
		if strings.Contains(page, path+`/cannot"`) {
			t.Error("it is asked for once more")
		}
		furnished.Says(t, b.Must("/alarms"), "09:00:00 记下了：您去不了")
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Go})
		furnished.Says(t, b.Must(path), "已有 1 人去。")
		h.Clock.Advance(time.Minute)
		b.Press(b.Must(path), path+"/go")
		page = b.Must(path)
		furnished.Says(t, page, "09:01:00 记下了：您去。", path+`/cannot"`)
		if strings.Contains(page, "我又能去了") {
			t.Error("it still says that they cannot")
		}
	})
}
