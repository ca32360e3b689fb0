package app_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// audited is who and what the readings of this test are about: somebody who
// lives alone in a building of a neighbourhood, what they reported, and what a
// program reported there for somebody else.
type audited struct {
	person   people.Person
	report   string
	program  string // a report that came with a contact
	elder    string // an entry of the register of elders
	incident string // smoke in that elder's home
	watchers map[people.Group]watcher
	carers   map[people.Group]watcher // instead of these, who is a named carer of the elder
}

// watcher is somebody of a group, by the keys of the register.
type watcher struct{ tenant, ref string }

const watchedPhone = "13700004321"

func audit(t *testing.T, h house) audited {
	t.Helper()
	ctx, xiwu := context.Background(), h.tenant(t, "xiwu").ID
	w := audited{person: h.person(t, "xiwu", "r0260"), watchers: map[people.Group]watcher{
		people.Committee: {"xiwu", "s012"}, people.Property: {"xiwu", "s029"}, people.OwnersCommittees: {"xiwu", "r0151"},
		people.BuildingLeads: {"xiwu", "r0154"}, people.Volunteers: {"xiwu", "r0358"}, people.Subdistrict: {"caojiadu", "s001"},
	}, carers: map[people.Group]watcher{people.BuildingLeads: {"xiwu", "r0428"}}}
	h.serves(t, "r0151", people.OwnersCommittee, "guihua")
	h.serves(t, "r0154", people.BuildingLead, "guihua-6")
	h.serves(t, "r0428", people.BuildingLead, "guihua-6")
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
	w.report = r.ID
	w.program, _, _ = strings.Cut(rest, `"`)
	w.elder, w.incident = h.smokeAtHome(t)
	return w
}

// serves gives somebody of the neighbourhood a post.
func (h house) serves(t *testing.T, ref string, role people.Role, at string) {
	t.Helper()
	ctx, p := context.Background(), h.person(t, "xiwu", ref)
	n, err := h.Places.ByRef(ctx, p.Tenant, at)
	if err != nil {
		t.Fatal(err)
	}
	err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: p.Tenant, Person: p.ID, Role: role, Place: n.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// acting is a person under all their posts.
func (h house) acting(t *testing.T, tenant, ref string) people.Actor {
	t.Helper()
	p := h.person(t, tenant, ref)
	a, err := h.Door.ActorFor(context.Background(), p.Tenant, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// smokeAtHome lets the home of an elder of the sample smoke; the subdistrict
// answers. It returns the elder's entry and the incident.
func (h house) smokeAtHome(t *testing.T) (elder, incident string) {
	t.Helper()
	ctx := context.Background()
	rows, err := h.Care.List(ctx, h.acting(t, "xiwu", "s012"))
	if err != nil {
		t.Fatal(err)
	}
	tenant := h.tenant(t, "xiwu").ID
	for _, r := range rows {
		if strings.HasSuffix(r.Door, "402") {
			elder = r.Elder.ID
		}
	}
	flat, err := h.Places.ByRef(ctx, tenant, "guihua-6-402")
	if err != nil || elder == "" {
		t.Fatalf("nobody of 402 is on the register of elders: %v", err)
	}
	sig := alarm.Signal{Tenant: tenant, Device: "smk-402", Kind: alarm.Smoke, On: true, Place: flat.ID, ReceivedAt: h.Store.Now()}
	if err := h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return h.Alarms.OnSignal(ctx, tx, sig) }); err != nil {
		t.Fatal(err)
	}
	open, err := h.Alarms.Open(ctx, h.acting(t, "xiwu", "s029"))
	if err != nil || len(open) == 0 {
		t.Fatal(len(open), err)
	}
	incident = open[0].ID
	if _, err := h.Alarms.Do(ctx, h.acting(t, "caojiadu", "s001"), alarm.Act{ID: incident, Verb: alarm.Go}); err != nil {
		t.Fatal(err)
	}
	return elder, incident
}

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
		{Resource: "alarm", Field: "sheet"}:        {"/alarm/" + w.incident, nil, w.elder, "name contacts key hints", "A-17"},
		{Resource: "care", Field: "sheet"}:         {"/care/elder/" + w.elder, nil, w.elder, "name contacts key hints", "A-17"},
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
				one, serves := w.watchers[group]
				if carer, named := w.carers[group]; named && cell.Resource == "care" {
					one = carer
				}
				if !known || !serves {
					t.Fatalf("no page is known that shows this to %s", group)
				}
				who, c := h.person(t, one.tenant, one.ref), h.as(t, one.tenant, one.ref)
				before := h.readings(t, who.ID, read)
				for n := 1; n <= 2; n++ {
					status, body := send(t, c, h.url+read.path, read.form)
					if status != http.StatusOK || !strings.Contains(body, read.says) {
						t.Fatalf("%d, and %q is not shown", status, read.says)
					}
					if got := h.readings(t, who.ID, read); got != before+n {
						t.Fatalf("%d readings recorded after looking %d times, %d before", got, n, before)
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
	worker := h.person(t, "xiwu", "s012")
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
