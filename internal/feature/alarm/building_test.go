package alarm_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// neighbours are the ids of those who live in building 6, by the register.
func (h *house) neighbours() []string {
	h.T.Helper()
	building, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua-6")
	if err != nil {
		h.T.Fatal(err)
	}
	list, _, err := h.Register.Persons(context.Background(), h.Xiwu, people.Filter{Under: building.Path}, people.Page{Limit: 500})
	if err != nil {
		h.T.Fatal(err)
	}
	var ids []string
	for _, p := range list {
		if p.AgeBand != people.Child {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// toldIn are the messages that a building got about an incident, by key.
func (h *house) toldIn(id string) map[string][]notify.Message {
	h.T.Helper()
	list, err := h.Notify.Receipts(context.Background(), h.Xiwu, id+"/building")
	if err != nil {
		h.T.Fatal(err)
	}
	out := map[string][]notify.Message{}
	for _, m := range list {
		if m.Channel == notify.App {
			out[m.Key] = append(out[m.Key], m)
		}
	}
	return out
}

func persons(list []notify.Message) []string {
	var ids []string
	for _, m := range list {
		ids = append(ids, m.To)
	}
	slices.Sort(ids)
	return ids
}

// S30: one confirmed press tells everybody of the building and nobody else, in
// words without flat or person; whoever presses next changes nothing; the end
// is told too.
func TestS30_TheWholeBuildingIsToldOnceAndThatItIsOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		h.Clock.Advance(30 * time.Second)
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Evacuate})
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Evacuate})
		h.do(h.Committee(), alarm.Act{ID: id, Verb: alarm.Evacuate})

		want := h.neighbours()
		told := h.toldIn(id)
		if got := persons(told["alarm.told.building"]); len(want) == 0 || !slices.Equal(got, want) || len(told) != 1 {
			t.Fatalf("told %d of %d neighbours (%v)", len(got), len(want), told)
		}
		elder, err := h.Register.MembersAt(context.Background(), h.Xiwu, h.flat.ID)
		if err != nil || len(elder) == 0 {
			t.Fatal(elder, err)
		}
		person, err := h.Register.Person(context.Background(), h.Xiwu, elder[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range told["alarm.told.building"] {
			for k, v := range m.Args {
				if strings.Contains(v, "302") || strings.Contains(v, person.Name) {
					t.Fatalf("the building is told %s=%q", k, v)
				}
			}
			if m.Args["place"] != "静安桂花园 6号" || !m.Handed.Equal(h.Clock.Now()) {
				t.Fatalf("told %+v at %v", m.Args, m.Handed)
			}
		}
		v := h.view(id)
		var lines []matter.Entry
		for _, e := range v.Timeline {
			if e.Verb == alarm.Evacuate {
				lines = append(lines, e)
			}
		}
		if len(lines) != 1 || lines[0].Actor != h.Guard().Person || lines[0].Args["n"] != strconv.Itoa(len(want)) || !v.Evacuated.Equal(h.Clock.Now()) {
			t.Fatalf("the record has %+v", lines)
		}

		h.close(alarm.StoveLeftOn)
		told = h.toldIn(id)
		if got := persons(told["alarm.told.building_clear"]); !slices.Equal(got, want) || len(told["alarm.told.building"]) != len(want) {
			t.Fatalf("%d were told that it is over, want %d", len(got), len(want))
		}
		if _, err := h.Alarms.Do(context.Background(), h.Guard(), alarm.Act{ID: id, Verb: alarm.Evacuate}); !fault.Is(err, fault.Conflict) || fault.As(err).Key != "alarm.building_closed" {
			t.Fatalf("told of a closed alarm: %v", err)
		}
	})
}

// S30: two guards at one instant tell the building once.
func TestS30_TwoWhoTellTheBuildingAtOnceTellItOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id, guard, committee := h.open().ID, h.Guard(), h.Committee()
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for n, who := range []people.Actor{guard, committee} {
			wait.Go(func() {
				_, errs[n] = h.Alarms.Do(context.Background(), who, alarm.Act{ID: id, Verb: alarm.Evacuate})
			})
		}
		wait.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Fatal(errs)
		}
		n := 0
		for _, v := range verbs(h.view(id)) {
			if v == alarm.Evacuate {
				n++
			}
		}
		if got := persons(h.toldIn(id)["alarm.told.building"]); n != 1 || !slices.Equal(got, h.neighbours()) {
			t.Fatalf("%d entries, %d messages", n, len(got))
		}
	})
}

// S30: nobody is sent home while another detector of the building still calls;
// its closing says it, to all.
func TestS30_NobodyIsSentHomeWhileAnotherAlarmIsOpenInTheBuilding(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		first := h.open().ID
		h.do(h.Guard(), alarm.Act{ID: first, Verb: alarm.Evacuate})
		above, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua-6-402")
		if err != nil {
			t.Fatal(err)
		}
		h.signal(true, func(s *alarm.Signal) { s.Device, s.Place = "smk-402", above.ID })
		second := h.list()[0].ID
		if second == first {
			second = h.list()[1].ID
		}
		shut := func(id string) {
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.AtDoor})
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Outcome})
			h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Shut, Cause: alarm.Cooking})
		}
		shut(first)
		if told := h.toldIn(first)["alarm.told.building_clear"]; len(told) > 0 {
			t.Fatalf("%d were sent home while it burns above", len(told))
		}
		shut(second)
		if got := persons(h.toldIn(second)["alarm.told.building_clear"]); !slices.Equal(got, h.neighbours()) {
			t.Fatalf("%d were told that it is over", len(got))
		}
	})
}

// S30: who may not tell a building, and what does not concern one.
func TestS30_WhoMayTellTheWholeBuilding(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.signal(true)
		id := h.open().ID
		volunteer := h.volunteer()
		full, err := h.Door.ActorFor(ctx, volunteer.Tenant, volunteer.Person)
		if err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			who  people.Actor
			want fault.Code
		}{
			"a volunteer":                    {full, fault.Forbidden},
			"the subdistrict":                {h.Actor("caojiadu", "s001"), fault.Forbidden},
			"another neighbourhood's guard":  {h.Actor("wanhang", "s026"), fault.NotFound},
			"somebody who lives there alone": {h.resident(), fault.NotFound},
		} {
			if _, err := h.Alarms.Do(ctx, tt.who, alarm.Act{ID: id, Verb: alarm.Evacuate}); !fault.Is(err, tt.want) {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
		}
		if told := h.toldIn(id); len(told) > 0 {
			t.Fatalf("told all the same: %v", told)
		}
		h.close(alarm.Steam)
		refused := func(why string) {
			t.Helper()
			if _, err := h.Alarms.Do(ctx, h.Guard(), alarm.Act{ID: h.open().ID, Verb: alarm.Evacuate}); !fault.Is(err, fault.Conflict) || fault.As(err).Key != why {
				t.Errorf("refused with %v, want %s", err, why)
			}
		}
		h.signal(true, func(s *alarm.Signal) { s.Drill = true })
		refused("alarm.building_drill")
		h.close(alarm.TestCause)
		h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device = alarm.SOS, "sos-302" })
		refused("alarm.building_kind")
		h.close(alarm.Unknown)
		h.signal(true)
		h.do(h.Guard(), alarm.Act{ID: h.open().ID, Verb: alarm.AtDoor})
		h.do(h.Guard(), alarm.Act{ID: h.open().ID, Verb: alarm.Outcome})
		refused("alarm.building_no_fire")
	})
}

// read is what a page says, without its tags.
func read(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
}

// resident is somebody of building 6 who serves nothing.
func (h *house) resident() people.Actor {
	h.T.Helper()
	for _, id := range h.neighbours() {
		a, err := h.Door.ActorFor(context.Background(), h.Xiwu, id)
		if err != nil {
			h.T.Fatal(err)
		}
		if len(a.Posts) == 0 && a.Dwelling != "" {
			return a
		}
	}
	h.T.Fatal("nobody lives there")
	return people.Actor{}
}

// S30: without JavaScript: the desk's button leads to a page that says who is
// told and what; only the second press tells; residents read what to do, and
// others find no page.
func TestS30_TellingTheBuildingIsAskedOnceMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guard, resident, stranger := h.Visit(h.Guard()), h.Visit(h.resident()), h.Visit(h.Actor("wanhang", "s026"))
		h.signal(true)
		id := h.open().ID
		path := alarm.Path(id) + "/building"
		desk := guard.Must("/alarms")
		furnished.Says(t, desk, "通知全楼", path+"?back=")
		page := guard.Must(path + "?back=%2Falarms")
		furnished.Says(t, page, "静安桂花园", "户 "+strconv.Itoa(len(h.neighbours()))+" 人", "请马上从楼梯下楼，不要乘电梯", "没有短信和电话网关", "确认，通知全楼")
		if strings.Contains(read(page), "302") || len(h.toldIn(id)) > 0 {
			t.Fatal("asking names the flat, or tells already")
		}
		if status, _, _ := resident.Do("GET", alarm.ToldPath(id), "", ""); status != http.StatusNotFound {
			t.Errorf("a page of what was not told: %d", status)
		}
		if status, _, _ := resident.Do("GET", path, "", ""); status != http.StatusForbidden {
			t.Errorf("a resident is asked: %d", status)
		}
		if status, _, _ := stranger.Send(path, url.Values{"key": {"k"}}); status != http.StatusNotFound {
			t.Errorf("another neighbourhood's guard: %d", status)
		}
		guard.Press(page, path, "back", "/alarms")
		if got := persons(h.toldIn(id)["alarm.told.building"]); !slices.Equal(got, h.neighbours()) {
			t.Fatalf("%d told", len(got))
		}
		desk = guard.Must("/alarms")
		furnished.Says(t, desk, "已通知全楼")
		if strings.Contains(desk, path) {
			t.Error("it is offered again")
		}
		furnished.Says(t, resident.Must("/inbox"), "烟雾报警：请马上从楼梯下楼", alarm.ToldPath(id))
		told := resident.Must(alarm.ToldPath(id))
		furnished.Says(t, told, "不要乘电梯", "tel:119")
		if strings.Contains(read(told), "302") {
			t.Error("a neighbour reads the flat")
		}
		h.close(alarm.Cooking)
		furnished.Says(t, resident.Must(alarm.ToldPath(id)), "已经解除，可以回家了")
		if status, _, body := guard.Send(path, url.Values{"key": {"k2"}}); status != http.StatusConflict || !strings.Contains(body, "报警已经关闭，没有再通知全楼") {
			t.Errorf("told of a closed alarm: %d", status)
		}
	})
}

// S30: programs may do what their person may, and no more.
func TestS30_ThroughTheAPIOnlyDeskStaffTellTheBuilding(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true)
		id := h.open().ID
		path := "/api/v1/alarms/" + id + "/building"
		for who, a := range map[string]people.Actor{"a volunteer": h.volunteer(), "the subdistrict": h.Actor("caojiadu", "s001")} {
			if status, _, _ := h.Visit(a).Do("POST", path, "application/json", "{}"); status != http.StatusForbidden {
				t.Errorf("%s: %d", who, status)
			}
		}
		if status, _, _ := h.Visit(h.Actor("wanhang", "s026")).Do("POST", path, "application/json", "{}"); status != http.StatusNotFound {
			t.Errorf("another neighbourhood: %d", status)
		}
		if len(h.toldIn(id)) > 0 {
			t.Fatal("told all the same")
		}
		if status, _, body := h.Visit(h.Guard()).Do("POST", path, "application/json", "{}"); status != http.StatusOK || !strings.Contains(body, `"building_told_at"`) {
			t.Errorf("the guard: %d %s", status, body)
		}
	})
}

// The page that asks once more and the neighbour's page, in both languages.
func TestBuildingPagesGolden(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id := h.open().ID
	for _, lang := range []string{"zh", "en"} {
		b := h.Visit(h.Guard())
		b.Lang = lang
		golden(t, "building."+lang+".html", b.Must(alarm.Path(id)+"/building"))
	}
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Evacuate})
	for _, lang := range []string{"zh", "en"} {
		b := h.Visit(h.resident())
		b.Lang = lang
		golden(t, "told."+lang+".html", b.Must(alarm.ToldPath(id)))
	}
}

// S30: by every way at once, whatever the hour: a message and a call to each
// number, nothing to the property's chat group, and no word of flat or person.
func TestS30_TheWholeBuildingIsRungAndWrittenToAtOnce(t *testing.T) {
	o := newOutside(t)
	each(t, func(t *testing.T, h *house) {
		h.reachable(o)
		h.Clock.Advance(17 * time.Hour) // two in the morning
		h.signal(true)
		h.Notify.Flush(context.Background())
		o.take()
		id, want := h.open().ID, len(h.neighbours())
		h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Evacuate})
		h.Notify.Flush(context.Background())
		came := o.take()
		if len(came["sms"]) != want || len(came["voice"]) != want || len(came["robot"]) != 0 {
			t.Fatalf("%d messages, %d calls, %d groups for %d neighbours", len(came["sms"]), len(came["voice"]), len(came["robot"]), want)
		}
		for _, body := range append(came["sms"], came["voice"]...) {
			var x struct{ Text string }
			if err := json.Unmarshal([]byte(body), &x); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(x.Text, "【邻里】静安桂花园 6号烟雾报警：请马上从楼梯下楼，不要乘电梯") || strings.Contains(x.Text, "302") {
				t.Fatalf("%s", x.Text)
			}
		}
		h.close(alarm.StoveLeftOn)
		h.Notify.Flush(context.Background())
		came = o.take()
		clear := slices.DeleteFunc(came["sms"], func(s string) bool { return !strings.Contains(s, "已经解除，可以回家了") })
		if len(clear) != want || len(came["voice"]) != 0 {
			t.Errorf("%d are told that it is over, %d rung for it", len(clear), len(came["voice"]))
		}
	}, o.allow)
}
