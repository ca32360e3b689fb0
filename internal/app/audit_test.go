package app_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// audited is who and what the readings of this test are about: somebody who
// lives alone in a building of a neighbourhood, what they reported, and what a
// program reported there for somebody else.
type audited struct {
	person   people.Person
	report   string
	program  string // a report that came with a contact
	elder    string // the person's entry in the register of elders who live alone
	alarm    string // what is open at their home
	device   string // what hangs there
	watchers map[people.Group]people.Person
}

const watchedPhone = "13700004321"

func audit(t *testing.T, h house) audited {
	t.Helper()
	ctx, xiwu := context.Background(), h.tenant(t, "xiwu").ID
	w := audited{person: h.person(t, "xiwu", "r0260"), watchers: map[people.Group]people.Person{
		people.Committee: h.person(t, "xiwu", "s012"), people.Property: h.person(t, "xiwu", "s029"), people.OwnersCommittees: h.person(t, "xiwu", "r0151"),
	}}
	compound, err := h.Places.ByRef(ctx, xiwu, "guihua")
	if err != nil {
		t.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: xiwu, Person: w.watchers[people.OwnersCommittees].ID, Role: people.OwnersCommittee, Place: compound.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	actor, err := h.Door.ActorFor(ctx, xiwu, w.person.ID)
	if err != nil {
		t.Fatal(err)
	}
	building, err := h.Places.ByRef(ctx, xiwu, "guihua-5")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := h.Reports.Create(ctx, actor, report.Draft{Place: building.ID, Category: "corridor.clutter", Words: "x", Anonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	key, err := h.Keys.Renew(ctx, "audit")
	if err != nil {
		t.Fatal(err)
	}
	status, body := send(t, http.DefaultClient, h.url+"/open311/v2/requests.json", url.Values{
		"api_key": {key}, "service_code": {"corridor.light"}, "address_id": {"guihua-5"}, "phone": {watchedPhone},
	})
	_, rest, found := strings.Cut(body, `"service_request_id":"`)
	if status != http.StatusOK || !found {
		t.Fatalf("%d %s", status, body)
	}
	w.care(t, h)
	w.sensor(t, h)
	w.report = r.ID
	w.program, _, _ = strings.Cut(rest, `"`)
	return w
}

// sensor hangs a device in the person's home that has sent something.
func (w *audited) sensor(t *testing.T, h house) {
	t.Helper()
	ctx, xiwu := context.Background(), h.tenant(t, "xiwu").ID
	w.watchers[people.Administrators] = h.person(t, "caojiadu", "s003")
	w.device = h.sensor(t, xiwu, "z")
	home, err := h.Places.ByRef(ctx, xiwu, "guihua-5-1101")
	if err != nil {
		t.Fatal(err)
	}
	admin := people.Actor{Tenant: xiwu, Person: "x", Posts: []people.Held{{Role: people.Administrator}}}
	if _, err := h.Devices.Bind(ctx, admin, xiwu, w.device, device.Binding{Place: home.ID}); err != nil {
		t.Fatal(err)
	}
	keys, err := h.Devices.Credentials(ctx, admin, xiwu)
	if err != nil || len(keys) != 1 {
		t.Fatal(len(keys), err)
	}
	h.Inbox.Start()
	if _, err := h.Inbox.Append(ctx, inbox.Message{Tenant: xiwu, Device: keys[0].Username, Topic: "z", Body: []byte(watchedBody)}); err != nil {
		t.Fatal(err)
	}
}

const watchedBody = `{"lives_here":"陆小满"}`

// care enters the person into the register of elders, with carers of each group,
// and lets it smoke at their home until the subdistrict is called.
func (w *audited) care(t *testing.T, h house) {
	t.Helper()
	ctx, xiwu := context.Background(), h.tenant(t, "xiwu").ID
	for group, ref := range map[people.Group]string{people.Volunteers: "r0157", people.BuildingLeads: "r0164"} {
		w.watchers[group] = h.person(t, "xiwu", ref)
	}
	w.watchers[people.Subdistrict] = h.person(t, "caojiadu", "s001")
	worker, err := h.Door.ActorFor(ctx, xiwu, w.watchers[people.Committee].ID)
	if err != nil {
		t.Fatal(err)
	}
	home, err := h.Places.ByRef(ctx, xiwu, "guihua-5-1101")
	if err != nil {
		t.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: xiwu, Person: w.watchers[people.BuildingLeads].ID, Role: people.BuildingLead, Place: home.Parent})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.elder, err = h.Care.Enter(ctx, worker, care.Entry{
		Person: w.person.ID, Ground: "fire-14-duty", Grade: "daily", Hints: watchedHint,
		Volunteers: []string{w.watchers[people.Volunteers].ID, w.watchers[people.BuildingLeads].ID},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		early := tx.At(tx.Now().Add(-alarm.ToOffice))
		return h.Alarms.OnSignal(ctx, early, alarm.Signal{Tenant: xiwu, Device: "d", Kind: alarm.Smoke, On: true, Place: home.ID, ReceivedAt: early.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.Alarms.Open(ctx, worker)
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	w.alarm = list[0].ID
	officer, err := h.Door.ActorFor(ctx, h.Office.ID, w.watchers[people.Subdistrict].ID)
	if err == nil {
		_, err = h.Alarms.Do(ctx, officer, alarm.Act{ID: w.alarm, Verb: alarm.Go})
	}
	if err != nil {
		t.Fatal(err)
	}
}

const watchedHint = "膝盖不便走楼梯慢"

func send(t *testing.T, c *http.Client, target string, form url.Values) (int, string) {
	t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = c.Get(target)
	} else {
		res, err = c.PostForm(target, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// reading is how a page shows what a cell of the access table protects.
type reading struct {
	path  string
	form  url.Values // nil: it is shown by looking
	id    string     // of what is read, as in the trail
	field string
	says  string // what the page must show
}

func (w audited) readings() map[people.Cell]reading {
	show := func(field, says string) reading {
		return reading{"/admin/people/" + w.person.ID + "/show", url.Values{"field": {field}}, w.person.ID, field, says}
	}
	return map[people.Cell]reading{
		{Resource: "person", Field: "phone"}:       show("phone", "16900000227"),
		{Resource: "person", Field: "lives_alone"}: show("lives_alone", "<b>是</b>"),
		{Resource: "person", Field: "child"}:       show("child", "<b>不是</b>"),
		{Resource: "report", Field: "reporter"}:    {"/report/" + w.report, nil, w.report, "reporter", w.person.Name},
		{Resource: "care", Field: "sheet"}:         {care.Path(w.elder), nil, w.elder, "name contacts key hints", watchedHint},
		{Resource: "alarm", Field: "sheet"}:        {alarm.Path(w.alarm), nil, w.elder, "name contacts key hints", watchedHint},
		{Resource: "device", Field: "messages"}:    {"/devices/" + w.device + "/messages", nil, w.device, "messages", html.EscapeString(watchedBody)},
		{Resource: "report", Field: "contact"}:     {"/report/" + w.program + "/contact", url.Values{}, w.program, "contact", watchedPhone},
	}
}

// Every cell of the access table that says "logged" has a page that shows the
// thing, and each showing stands in the audit trail.
func TestEachLoggedCellRecordsItsReading(t *testing.T) {
	h := open(t)
	w := audit(t, h)
	table, err := people.Access{}.Cells()
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for cell, row := range table {
		for group, rules := range row {
			if !slices.Contains(rules, "logged") {
				continue
			}
			cells++
			t.Run(cell.Resource+"."+cell.Field+"/"+string(group), func(t *testing.T) {
				read, known := w.readings()[cell]
				who, serves := w.watchers[group]
				if !known || !serves {
					t.Fatalf("no page is known that shows this to %s", group)
				}
				tenant := "xiwu"
				if group == people.Subdistrict || group == people.Administrators {
					tenant = "caojiadu"
				}
				if group == people.Administrators { // who works elsewhere says where
					read.path += "?n=" + string(h.tenant(t, "xiwu").ID)
				}
				c := h.as(t, tenant, who.Ref)
				before := h.readings(t, who.ID, read)
				for n := 1; n <= 2; n++ {
					status, body := send(t, c, h.url+read.path, read.form)
					if status != http.StatusOK || !strings.Contains(body, read.says) {
						t.Fatalf("%d, and %q is not shown", status, read.says)
					}
					want := before + n
					if sealed := cell.Resource == "care" || cell.Resource == "alarm"; sealed {
						want = before + 1 // refreshing a sealed sheet is one look
					}
					if got := h.readings(t, who.ID, read); got != want {
						t.Fatalf("%d readings recorded after looking %d times, want %d", got, n, want)
					}
				}
			})
		}
	}
	if cells < 6 {
		t.Fatalf("only %d logged cells", cells)
	}
}

// What is not asked for is not shown, and no reading is made up: pictures and
// acts on a report record nothing.
func TestNoReadingIsRecordedWhereNothingIsShown(t *testing.T) {
	h := open(t)
	w := audit(t, h)
	worker := w.watchers[people.Committee]
	c := h.as(t, "xiwu", worker.Ref)
	for cell, read := range w.readings() {
		before := h.readings(t, worker.ID, read)
		for _, path := range []string{"/board", "/today", "/reports", "/admin/people/" + w.person.ID, "/report/" + w.program, "/report/" + w.report + "/photo/none", "/report/" + w.report + "/note"} {
			_, body := send(t, c, h.url+path, nil)
			if cell.Field != "child" && cell.Field != "lives_alone" && cell.Field != "reporter" && strings.Contains(body, read.says) {
				t.Errorf("%s shows %v", path, cell)
			}
		}
		if got := h.readings(t, worker.ID, read); got != before {
			t.Errorf("%v: %d readings recorded, %d before", cell, got, before)
		}
	}
}

// readings counts the entries of the trail that tell of one.
func (h house) readings(t *testing.T, who string, r reading) (n int) {
	t.Helper()
	err := h.Store.Reader().QueryRowContext(context.Background(),
		"SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1 AND actor_id = $2 AND resource_id = $3 AND fields = $4",
		h.tenant(t, "xiwu").ID, who, r.id, r.field).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
