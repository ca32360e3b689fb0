package alarm_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/test/furnished"
)

// volunteer is one who serves the flat.
func (h *house) volunteer() people.Actor {
	h.T.Helper()
	served, err := h.Register.PostsAt(context.Background(), h.Xiwu, h.flat.Path)
	if err != nil {
		h.T.Fatal(err)
	}
	for _, p := range served {
		if p.Role.Group() == people.Volunteers {
			return people.Actor{Tenant: p.Tenant, Person: p.Person}
		}
	}
	h.T.Fatal("nobody is a volunteer here")
	return people.Actor{}
}

// S30, S31: the whole path without JavaScript, on both databases.
func TestS31_SmokeToClosingWithoutJavaScript(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guard, volunteer := h.Visit(h.Guard()), h.Visit(h.volunteer())
		furnished.Says(t, guard.Must("/alarms"), "现在没有报警", "还没有人值班", "这台设备现在不会响")
		h.signal(true)
		id := h.open().ID
		path := alarm.Path(id)
		furnished.Says(t, guard.Must("/alarms"), "烟雾报警", "href=\"tel:119\"", "上海市静安区万航渡路660弄静安桂花园6号302室", "没有回执就发短信", "class=\"fh\"")
		furnished.Says(t, guard.Must("/today"), `data-alarm="`+id+`"`, `class="r hot">1<`, "/alarms/banner")
		furnished.Says(t, volunteer.Must("/inbox"), "烟雾报警：", path)

		volunteer.Press(volunteer.Must(path), path+"/go")
		h.Clock.Advance(30 * time.Second)
		furnished.Says(t, guard.Must("/alarms"), "在路上", "没人到场就再叫所有人")
		volunteer.Press(volunteer.Must(path), path+"/at_door")
		furnished.Says(t, volunteer.Must(path), "已到门口", path+"/outcome")
		volunteer.Press(volunteer.Must(path+"/outcome"), path+"/outcome", "fire", "false", "words", "锅烧干了")
		furnished.Says(t, volunteer.Must(path), "等物业或居委会关闭", "没有起火", "锅烧干了")

		form := guard.Must(path + "/shut")
		if status, _, page := guard.Send(path+"/shut", url.Values{"key": {"k"}, "words": {"已关火"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "请选原因") || !strings.Contains(page, "已关火") {
			t.Errorf("closed without a cause: %d", status)
		}
		guard.Press(form, path+"/shut", "cause", string(alarm.StoveLeftOn), "words", "已关火")
		furnished.Says(t, guard.Must(path), "已关闭", "忘关灶火", "谢谢每一位赶来的人")
		furnished.Says(t, guard.Must("/alarms"), "现在没有报警", "忘关灶火")
		if status, _, _ := volunteer.Do("GET", path, "", ""); status != http.StatusNotFound {
			t.Errorf("the volunteer still sees the closed alarm: %d", status)
		}
	})
}

// The same press twice is one answer.
func TestPressedTwiceIsOneAnswer(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	path, guard := alarm.Path(h.open().ID), h.Visit(h.Guard())
	page := guard.Must(path)
	guard.Press(page, path+"/go")
	guard.Press(page, path+"/go")
	if got := verbs(h.open()); !cmp.Equal(got, []matter.Verb{matter.Raise, alarm.Go}) {
		t.Errorf("the record has %v", got)
	}
}

// Open desks, phones and banners follow without being asked.
func TestS30_OpenPagesFollow(t *testing.T) {
	h := onSQLite(t)
	guard, officer := h.Visit(h.Guard()), h.Visit(h.Actor("caojiadu", "s001"))
	pages := map[string]func() string{
		"the desk": guard.Stream("/alarms/live"), "the banner": h.Visit(h.Committee()).Stream("/alarms/banner"), "the officer's desk": officer.Stream("/alarms/live"),
	}
	for _, next := range pages {
		next()
	}
	h.signal(true)
	for name, next := range pages {
		if part := next(); !strings.Contains(part, "烟雾报警") || !strings.Contains(part, "data-ring") {
			t.Errorf("%s does not show the alarm: %s", name, part)
		}
	}
	id := h.open().ID
	phone := h.Visit(h.volunteer()).Stream("/alarm/" + id + "/live")
	phone()
	if list, err := h.Notify.Receipts(context.Background(), h.Xiwu, id); err != nil || !slices.ContainsFunc(list, func(m notify.Message) bool {
		return m.To == h.Guard().Person && m.Delivered.Equal(h.Clock.Now())
	}) {
		t.Errorf("what stands on the guard's page has not arrived: %v", err)
	}
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
	for _, next := range pages { // receipts may come in between
		for part := next(); !strings.Contains(part, "有人在赶去"); part = next() {
		}
	}
	for part := phone(); !strings.Contains(part, "在路上"); part = phone() {
	}
	h.close(alarm.Cooking)
	for part := phone(); !strings.Contains(part, "报警已关闭"); part = phone() {
		if strings.Contains(part, "现在没有") {
			t.Fatal("the volunteer's phone never says that it is over")
		}
	}
}

// A desk that answered rings no more; the others ring on.
func TestTheSoundStopsWhereItWasAnswered(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	h.do(h.Guard(), alarm.Act{ID: h.open().ID, Verb: alarm.Cannot})
	if page := h.Visit(h.Guard()).Must("/alarms"); strings.Contains(page, "data-ring") {
		t.Error("the desk that answered still rings")
	}
	if page := h.Visit(h.Committee()).Must("/today"); !strings.Contains(page, "data-ring") {
		t.Error("another desk does not ring")
	}
}

func TestShiftsBeginAndEndOnTheDesk(t *testing.T) {
	h := onSQLite(t)
	guard := h.Visit(h.Guard())
	compound, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua")
	if err != nil {
		t.Fatal(err)
	}
	furnished.Says(t, guard.Must("/alarms"), "开始值班：静安桂花园", `value="`+compound.ID+`"`)
	guard.Send("/alarms/duty", url.Values{"place": {compound.ID}, "on": {"1"}})
	furnished.Says(t, guard.Must("/alarms"), "交班：静安桂花园", h.Guard().Name)
	guard.Send("/alarms/duty", url.Values{"place": {compound.ID}})
	furnished.Says(t, guard.Must("/alarms"), "还没有人值班")
	if status, _, _ := h.Visit(h.Committee()).Send("/alarms/duty", url.Values{"place": {compound.ID}, "on": {"1"}}); status != http.StatusForbidden {
		t.Errorf("the committee began a shift of the property: %d", status)
	}
}

// A drill says on every screen that it is one, offers no 119 and ends itself.
func TestDrillIsMarkedAndEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		guard := h.Visit(h.Guard())
		furnished.Says(t, guard.Must("/alarms/drill?q="+url.QueryEscape("6号302")), h.flat.ID, "开始演练")
		if status, _, _ := guard.Send("/alarms/drill", url.Values{"place": {h.flat.ID}, "minutes": {"16"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("a drill of 16 minutes: %d", status)
		}
		status, where, _ := guard.Send("/alarms/drill", url.Values{"place": {h.flat.ID}, "minutes": {"15"}})
		if status != http.StatusSeeOther {
			t.Fatalf("drill: %d", status)
		}
		id := h.open().ID
		for _, path := range []string{where, "/today", alarm.Path(id), alarm.Path(id) + "/note"} {
			page := guard.Must(path)
			furnished.Says(t, page, `class="plate drill">演练<`)
			if strings.Contains(page, "tel:119") {
				t.Errorf("%s offers 119 in a drill", path)
			}
		}
		furnished.Says(t, h.Visit(h.Committee()).Must("/inbox"), "演练：静安桂花园")
		h.After(15*time.Minute - time.Second)
		if len(h.list()) != 1 {
			t.Fatal("the drill ended too early")
		}
		h.After(time.Second)
		for range 8 { // where it met the timer of the same second and had to stand back
			if len(h.list()) == 0 {
				break
			}
			h.After(7 * time.Second)
		}
		v := h.view(id)
		if len(h.list()) != 0 || v.Phase != matter.Confirmed || v.Cause != alarm.TestCause {
			t.Fatalf("the drill has not ended: %s %s", v.Phase, v.Cause)
		}
		if _, err := h.Alarms.BeginDrill(context.Background(), h.Actor("wanhang", "s026"), h.flat.ID, time.Minute); !fault.Is(err, fault.NotFound) {
			t.Errorf("another neighbourhood's guard drills here: %v", err)
		}
	})
}

// What belongs to another neighbourhood is not there, on any route.
func TestAnotherNeighbourhoodsAlarmIsNotThere(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id := h.open().ID
	guard, resident := h.Visit(h.Actor("wanhang", "s026")), h.Visit(h.Actor("wanhang", "r0001"))
	for _, r := range (alarm.Web{Service: h.Alarms}).Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if !strings.Contains(path, "{id}") {
			continue
		}
		path = strings.Replace(path, "{id}", id, 1)
		stranger := guard
		if r.Access == "alarm.family" || r.Access == "alarm.told" || r.Access == "alarm.home" {
			stranger = resident
		}
		status, _, page := stranger.Do(method, path, "", "")
		if method == http.MethodPost {
			status, _, page = stranger.Send(path, url.Values{"key": {"k"}, "words": {"x"}, "cause": {"fire"}})
		}
		if status != http.StatusNotFound || strings.Contains(page, "烟雾") {
			t.Errorf("%s answers %d", r.Pattern, status)
		}
	}
	if got := verbs(h.open()); len(got) != 1 {
		t.Errorf("the record has %v", got)
	}
	if page := guard.Must("/alarms"); strings.Contains(page, id) {
		t.Error("the stranger's desk shows the alarm")
	}
}

// The JSON interface: what is open, when each party was called, and answers.
func TestAlarmsForPrograms(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signal(true, func(s *alarm.Signal) { s.DeviceTime = s.ReceivedAt.Add(-time.Hour) })
		guard := h.Visit(h.Guard())
		var list alarm.WireIncidentList
		read := func(path string) {
			t.Helper()
			list = alarm.WireIncidentList{}
			if err := json.Unmarshal([]byte(guard.Must(path)), &list); err != nil {
				t.Fatal(err)
			}
		}
		read("/api/v1/alarms?state=open")
		if len(list.Alarms) != 1 {
			t.Fatalf("%d alarms", len(list.Alarms))
		}
		w := list.Alarms[0]
		if w.Kind != "smoke" || w.Place != h.flat.ID || w.Stage != "raised" || w.Drill || !w.Late || w.AckedAt != nil || len(w.Called) != 3 {
			t.Errorf("%+v", w)
		}
		for _, c := range w.Called {
			if c.HandedAt == nil || !c.HandedAt.Equal(h.Clock.Now()) || c.Waiting != 0 || c.People == 0 || c.AckedAt != nil {
				t.Errorf("%+v", c)
			}
		}
		h.Clock.Advance(time.Minute)
		status, _, body := guard.Do("POST", "/api/v1/alarms/"+w.ID+"/go", "application/json", `{"key":"k1"}`)
		if status != http.StatusOK || !strings.Contains(body, `"stage":"acknowledged"`) {
			t.Fatalf("go: %d %s", status, body)
		}
		if status, _, _ := guard.Do("POST", "/api/v1/alarms/"+w.ID+"/shut", "application/json", `{"cause":"bored"}`); status != http.StatusUnprocessableEntity {
			t.Errorf("a cause nobody knows: %d", status)
		}
		h.close(alarm.Steam)
		read("/api/v1/alarms?state=closed")
		if len(list.Alarms) != 1 || list.Alarms[0].Cause != "steam" || list.Alarms[0].ClosedAt == nil {
			t.Errorf("%+v", list.Alarms)
		}
		read("/api/v1/alarms?state=open")
		if len(list.Alarms) != 0 {
			t.Errorf("%+v", list.Alarms)
		}
	})
}

// The building's face has a window for each of its dwellings, one of them red,
// those beside it warm.
func TestFaceShowsTheFlat(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	page := h.Visit(h.Guard()).Must("/alarms")
	flats, err := h.Places.Subtree(context.Background(), h.Xiwu, h.open().Building, place.Dwelling)
	if err != nil {
		t.Fatal(err)
	}
	count := func(class string) int { return strings.Count(page, `<rect class="`+class+`"`) }
	if count("fh") != 1 || count("fn") != 4 || count("fh")+count("fn")+count("fw") != len(flats) {
		t.Errorf("%d red, %d beside, %d others for %d flats", count("fh"), count("fn"), count("fw"), len(flats))
	}
}

// Every stage, each with its word.
func TestStagesAreSaid(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id, guard := h.open().ID, h.Visit(h.Guard())
	furnished.Says(t, guard.Must(alarm.Path(id)), "还没有人应答")
	for _, step := range []struct {
		act  alarm.Act
		says string
	}{
		{alarm.Act{Verb: alarm.Go}, "有人在赶去"},
		{alarm.Act{Verb: alarm.AtDoor}, "已到门口"},
		{alarm.Act{Verb: alarm.Outcome, IsFire: true}, "确认险情，待关闭"},
		{alarm.Act{Verb: alarm.Shut, Cause: alarm.Fire}, "已关闭"},
	} {
		step.act.ID = id
		h.do(h.Guard(), step.act)
		furnished.Says(t, guard.Must(alarm.Path(id)), step.says)
	}
}

// S56: an entrapment in a lift calls like smoke, three parties at once.
func TestS56_PeopleInALiftCallLikeSmoke(t *testing.T) {
	h := onSQLite(t)
	building, err := h.Places.ByRef(context.Background(), h.Xiwu, "guihua-6")
	if err != nil {
		t.Fatal(err)
	}
	h.signal(true, func(s *alarm.Signal) { s.Kind, s.Device, s.Place = alarm.Entrapment, "lift-6", building.ID })
	page := h.Visit(h.Committee()).Must("/alarms")
	furnished.Says(t, page, "电梯困人", "同时通知了物业", "#arrow-down-up")
	if strings.Contains(page, `class="fh"`) {
		t.Error("a lift lit a flat")
	}
}

// The desk and the phone as they are, in both languages.
func TestPagesGolden(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	id := h.open().ID
	h.Clock.Advance(24 * time.Second)
	h.do(h.Guard(), alarm.Act{ID: id, Verb: alarm.Go})
	h.Visit(h.Guard()).Must(alarm.Path(id)) // seen once, so that no later look changes the record
	for name, path := range map[string]string{"desk": "/alarms", "phone": alarm.Path(id)} {
		for _, lang := range []string{"zh", "en"} {
			b := h.Visit(h.Guard())
			b.Lang = lang
			golden(t, name+"."+lang+".html", b.Must(path))
		}
	}
}

// golden compares the main part of a page with a file of testdata, ids and
// hashes left out; UPDATE_GOLDEN=1 writes it anew.
func golden(t *testing.T, name, page string) {
	t.Helper()
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	page = regexp.MustCompile(`[0-9a-hjkmnp-tv-z]{26}|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}-[0-9a-f-]{27}`).ReplaceAllString(page, "ID")
	page = strings.ReplaceAll(regexp.MustCompile(`\?v=[0-9a-f]+`).ReplaceAllString(page, ""), "><", ">\n<")
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
