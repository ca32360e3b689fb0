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
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// S31: one tap says "I go"; who likes says how far away they are, and the desk
// counts down to it, then says that they should be there. Nothing is guessed.
func TestS31_WhoGoesMaySayWhenTheyAreThere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		path, guard, volunteer := alarm.Path(id), h.Visit(h.Guard()), h.Visit(h.volunteer())
		h.Clock.Advance(18 * time.Second)
		desk := guard.Must("/alarms")
		furnished.Says(t, desk, "呼叫中", `data-elapsed="18000">00:18</span>`)
		if strings.Contains(desk, "data-then") {
			t.Error("an arrival nobody spoke of")
		}
		phone := volunteer.Must(path)
		furnished.Says(t, phone, `name="minutes" value="1"`, `name="minutes" value="10"`)
		volunteer.Press(phone, path+"/go", "minutes", "3")
		h.Clock.Advance(20 * time.Second)
		guard.Press(guard.Must(path), path+"/go")
		desk = guard.Must("/alarms")
		furnished.Says(t, desk, "还有约", `data-left="160000" data-then>02:40`, "我去，约 3 分钟到")
		if strings.Count(desk, "data-then") != 1 {
			t.Error("who said nothing of it is expected at a time too")
		}
		if !strings.Contains(desk, `<b class="due" hidden>应已到</b>`) {
			t.Error("said to be there too early")
		}
		h.Clock.Advance(161 * time.Second)
		furnished.Says(t, guard.Must("/alarms"), `<b class="due">应已到</b>`)

		volunteer.Press(volunteer.Must(path), path+"/go", "minutes", "1")
		v := h.view(id)
		me := v.Responders[slices.IndexFunc(v.Responders, func(r alarm.Responder) bool { return r.Person == h.volunteer().Person })]
		if !me.DueAt.Equal(h.Clock.Now().Add(time.Minute)) || me.AnsweredAt.Sub(v.RaisedAt) != 18*time.Second || v.Phase != matter.Taken {
			t.Fatalf("answered %v, due %v, phase %s", me.AnsweredAt, me.DueAt, v.Phase)
		}
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
		if desk := guard.Must("/alarms"); strings.Contains(desk, "呼叫中") {
			t.Error("people are called although somebody is at the door")
		}
	})
}

// S31: those who have not answered are named on the desk.
func TestS31_WhoIsCalledAndSilentIsNamed(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	desk := h.Visit(h.Guard()).Must("/alarms")
	for _, r := range h.open().Responders {
		p, err := h.Register.Person(context.Background(), h.Xiwu, r.Person)
		if err != nil || p.Name == "" {
			t.Fatal(p, err)
		}
		if r.Audience == "committee" && !strings.Contains(desk, p.Name) {
			t.Errorf("%s is called and not named", p.Name)
		}
	}
}

// A number of minutes that nobody offered is refused, on the page and by
// programs; so is one with another answer.
func TestS31_OtherMinutesAreRefused(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id, guard := h.open().ID, h.Visit(h.Guard())
	for _, n := range []string{"2", "-1", "x", "99999999999999999999"} {
		if status, _, _ := guard.Send(alarm.Path(id)+"/go", url.Values{"key": {"k" + n}, "minutes": {n}}); status != http.StatusUnprocessableEntity {
			t.Errorf("%s minutes: %d", n, status)
		}
	}
	if _, err := h.Alarms.Do(context.Background(), h.Guard(), alarm.Act{ID: id, Verb: alarm.Cannot, Away: 3}); !fault.Is(err, fault.Invalid) {
		t.Errorf("cannot, in three minutes: %v", err)
	}
	api := "/api/v1/alarms/" + id + "/go"
	if status, _, _ := guard.Do("POST", api, "application/json", `{"minutes":7}`); status != http.StatusUnprocessableEntity {
		t.Errorf("seven minutes by a program: %d", status)
	}
	if status, _, body := guard.Do("POST", api, "application/json", `{"minutes":5}`); status != http.StatusOK || !strings.Contains(body, `"due_at"`) {
		t.Errorf("five minutes by a program: %d %s", status, body)
	}
}
