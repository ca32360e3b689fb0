package alarm_test

import (
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

// neighbour is somebody of a flat of building 6 who serves nothing.
func (h *house) neighbour(not ...people.Actor) people.Actor {
	h.T.Helper()
	for _, id := range h.neighbours() {
		a, err := h.Door.ActorFor(h.T.Context(), h.Xiwu, id)
		h.Must(err)
		if len(a.Posts) == 0 && a.Dwelling != "" && a.Dwelling != h.flat.ID && !slices.ContainsFunc(not, func(x people.Actor) bool { return x.Dwelling == a.Dwelling }) {
			return a
		}
	}
	h.T.Fatal("no neighbour")
	return people.Actor{}
}

// doorOf is the name of a person's flat.
func (h *house) doorOf(a people.Actor) string {
	h.T.Helper()
	n, err := h.Places.ByID(h.T.Context(), h.Xiwu, a.Dwelling)
	h.Must(err)
	return n.Name
}

// toldBuilding is an incident whose building was told by the guard.
func (h *house) toldBuilding() string {
	h.T.Helper()
	h.signal(true)
	id := h.open().ID
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Evacuate})
	return id
}

// S30: a neighbour's open page turns red at once, whatever page it is, and the
// all-clear turns it back; who is not of the building sees nothing.
func TestS30_NeighboursOpenPagesTurnRedAndBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		neighbour := h.Visit(h.neighbour())
		home, other := neighbour.Stream("/home/live"), neighbour.Stream("/home/told")
		for _, part := range []string{home(), other(), neighbour.Must("/"), neighbour.Must("/reports"), neighbour.Must("/me")} {
			if strings.Contains(part, "takeover") {
				t.Fatal("red before anything burns")
			}
		}
		id := h.toldBuilding()
		for name, part := range map[string]string{"the open home page": home(), "any open page": other(), "home": neighbour.Must("/"), "the reports": neighbour.Must("/reports"), "me": neighbour.Must("/me")} {
			furnished.Says(t, part, "takeover", "请马上从楼梯下楼", "我平安", "我要帮忙", "tel:119", alarm.ToldPath(id))
			_, red, _ := strings.Cut(part, "takeover")
			if red, _, _ = strings.Cut(red, "tel:119"); strings.Contains(red, "302") {
				t.Errorf("%s names the flat", name)
			}
		}
		stranger := h.Visit(h.Actor("wanhang", "s026"))
		if page := stranger.Must("/me"); strings.Contains(page, "takeover") {
			t.Error("another neighbourhood is told")
		}
		h.close(alarm.Cooking)
		for name, part := range map[string]string{"the open home page": home(), "any open page": other(), "me": neighbour.Must("/me")} {
			if strings.Contains(part, "takeover") || strings.Contains(part, "alarmbar") {
				t.Errorf("%s stays red", name)
			}
		}
	})
}

// S30: "I am safe" and "I need help", by forms: the desk has them by flat, help
// first; help rings until somebody goes; the latest answer of a person counts,
// and the record names the flat and nobody.
func TestS30_TheDeskCountsTheBuildingByFlat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		safe, needy := h.neighbour(), h.neighbour(h.neighbour())
		id := h.toldBuilding()
		told, desk := alarm.ToldPath(id), h.Visit(h.Guard())
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
		if page := desk.Must("/alarms"); strings.Contains(page, "data-ring") {
			t.Fatal("it rings before anybody calls for help")
		}
		one, two := h.Visit(safe), h.Visit(needy)
		answer := func(b furnished.Browser, what string) {
			t.Helper()
			if status, where, _ := b.Send(told, url.Values{"answer": {what}}); status != http.StatusSeeOther || where != told {
				t.Fatalf("%s: %d to %s", what, status, where)
			}
		}
		h.Clock.Advance(time.Minute)
		answer(one, "safe")
		furnished.Says(t, one.Must(told), "09:01 记下了：您平安", "我要帮忙")
		if page := one.Must("/me"); strings.Contains(page, "takeover") || !strings.Contains(page, told) {
			t.Error("who answered has their page back, with a line that leads to it")
		}
		answer(two, "help")
		answer(two, "help")
		furnished.Says(t, two.Must(told), "09:01 记下了：您家要帮忙")
		page := desk.Must("/alarms")
		furnished.Says(t, page, "平安 1 户 · 要帮忙 1 户", `class="flat">`+h.doorOf(needy)+`<`, "要帮忙 · 09:01:00", "我派人去", "data-ring")
		furnished.Says(t, h.Visit(h.Committee()).Must("/today"), "1 户要帮忙", "data-ring")
		if got := persons(h.toldIn(id)["alarm.told.help"]); len(got) != 0 {
			t.Error("neighbours are told who needs help")
		}
		furnished.Says(t, h.Visit(h.Committee()).Must("/inbox"), "要帮忙：请马上去人")
		if status, _, _ := desk.Send(alarm.Path(id)+"/help", url.Values{"flat": {needy.Dwelling}, "back": {"/alarms"}}); status != http.StatusSeeOther {
			t.Fatalf("somebody goes: %d", status)
		}
		page = desk.Must("/alarms")
		if strings.Contains(page, "data-ring") {
			t.Error("it rings on though somebody goes")
		}
		furnished.Says(t, two.Must(told), "有人去您家帮忙了")
		h.Clock.Advance(time.Minute)
		answer(two, "safe")
		furnished.Says(t, desk.Must("/alarms"), "平安 2 户 · 要帮忙 0 户")
		var lines []string
		for _, e := range h.view(id).Timeline {
			if strings.HasPrefix(e.Key, "alarm.did.help") {
				lines = append(lines, e.Key+" "+e.Args["flat"])
			}
		}
		door := h.doorOf(needy)
		if want := []string{"alarm.did.help " + door, "alarm.did.help_coming " + door, "alarm.did.help_over " + door}; !slices.Equal(lines, want) {
			t.Errorf("the record has %v, want %v", lines, want)
		}
		if page := desk.Must("/alarms"); strings.Contains(page, people.MaskName(needy.Name)) || strings.Contains(page, needy.Name) {
			t.Error("the desk names who called")
		}
		h.close(alarm.Steam)
		if last := h.view(id).Timeline; last[len(last)-1].Args["safe"] != "2" {
			t.Errorf("the end says %v", last[len(last)-1].Args)
		}
	})
}

// S30: a flat needs help as long as one of its people says so; and who calls
// for help after the end is told that nobody heard it.
func TestS30_NoCallForHelpIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.toldBuilding()
		var two []people.Actor
		for _, person := range h.neighbours() {
			a, err := h.Door.ActorFor(t.Context(), h.Xiwu, person)
			h.Must(err)
			if len(two) == 1 && a.Dwelling == two[0].Dwelling {
				two = append(two, a)
				break
			}
			members, err := h.Register.MembersAt(t.Context(), h.Xiwu, a.Dwelling)
			h.Must(err)
			if len(two) == 0 && len(members) > 1 {
				two = append(two, a)
			}
		}
		if len(two) != 2 {
			t.Fatal("no flat with two people of 14 or older")
		}
		h.Must(h.Alarms.Report(t.Context(), two[0], id, alarm.NeedsHelp))
		h.Clock.Advance(time.Second)
		h.Must(h.Alarms.Report(t.Context(), two[1], id, alarm.SaysSafe))
		furnished.Says(t, h.Visit(h.Guard()).Must("/alarms"), "平安 0 户 · 要帮忙 1 户")
		h.Must(h.Alarms.GoTo(t.Context(), h.Guard(), id, two[0].Dwelling))
		h.Clock.Advance(time.Second)
		h.Must(h.Alarms.Report(t.Context(), two[1], id, alarm.NeedsHelp))
		furnished.Says(t, h.Visit(h.Guard()).Must("/alarms"), "我派人去", "data-ring")
		if err := h.Alarms.GoTo(t.Context(), h.Actor("wanhang", "s026"), id, two[0].Dwelling); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger goes: %v", err)
		}
		if err := h.Alarms.Report(t.Context(), h.Actor("wanhang", "s026"), id, alarm.SaysSafe); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger answers: %v", err)
		}
		h.close(alarm.Cooking)
		if status, _, page := h.Visit(two[0]).Send(alarm.ToldPath(id), url.Values{"answer": {"help"}}); status != http.StatusConflict || !strings.Contains(page, "没有送到") {
			t.Errorf("help after the end: %d", status)
		}
	})
}
