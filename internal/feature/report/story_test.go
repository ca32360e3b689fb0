package report_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// lead gives a resident of a building the post of its lead.
func (h *house) lead(building string) string {
	h.T.Helper()
	who := h.resident(building, 5)
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Register.SetPost(ctx, tx, people.Post{Tenant: h.Xiwu, Person: who.Person, Role: people.BuildingLead, Place: h.Place(building).ID})
		return err
	})
	if err != nil {
		h.T.Fatal(err)
	}
	return who.Person
}

func (h *house) told(r report.Report) []string {
	h.T.Helper()
	list, err := h.Notify.Receipts(context.Background(), r.Tenant, r.ID)
	if err != nil {
		h.T.Fatal(err)
	}
	var ids []string
	for _, m := range list {
		ids = append(ids, m.To)
	}
	return ids
}

func TestS1_ReportFromBuilding6ReachesExactlyThoseWhoServeIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		six, five := h.lead("guihua-6"), h.lead("guihua-5")
		guard := h.staff(people.PropertyStaff, "guihua-6")
		l := h.Hub.Listen(notify.Topic(guard.Person))
		defer l.Close()
		r := h.raise(h.resident("guihua-6", 0))
		select {
		case <-l.C():
		default:
			t.Error("the guard's open page was not told at the commit")
		}
		var want []string
		path := h.Place("guihua-6").Path
		posts, err := h.Register.PostsAt(context.Background(), h.Xiwu, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range posts {
			if p.Tenant == h.Xiwu && !slices.Contains(want, p.Person) {
				want = append(want, p.Person)
			}
		}
		got := h.told(r)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || len(got) < 9 {
			t.Errorf("told %d persons, %d serve building 6 and its parents", len(got), len(want))
		}
		if !slices.Contains(got, six) || slices.Contains(got, five) {
			t.Error("the lead of building 6 is to be told, that of building 5 not")
		}
	})
}

func TestS1_OtherCompoundsAndNeighbourhoodsHearNothing(t *testing.T) {
	h := onSQLite(t)
	r := h.raise(h.resident("guihua-6", 0))
	told := h.told(r)
	for _, other := range []string{"wanhang", "gaorong", "yeqing"} {
		tenant := h.Tenant(other)
		for _, id := range told {
			if _, err := h.Register.Person(context.Background(), tenant, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("somebody of %s was told", other)
			}
		}
	}
}

func TestS40_OfflineReportKeepsItsTimeAndArrivesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.resident("guihua-6", 0)
		shot := h.Clock.Now().Add(-3 * time.Hour)
		draft := func(d *report.Draft) { d.HappenedAt, d.Key = shot, "draft-1" }
		first := h.raise(a, draft)
		again := h.raise(a, draft)
		if first.ID != again.ID || first.Number != again.Number {
			t.Errorf("sent twice, %s and %s were made", first.Number, again.Number)
		}
		if !first.Detail.HappenedAt.Equal(shot) || !again.Detail.HappenedAt.Equal(shot) {
			t.Errorf("photographed at %v, kept as %v", shot, first.Detail.HappenedAt)
		}
		if want := h.Clock.Now().Add(time.Hour); !first.Due.Equal(want) {
			t.Errorf("to be taken by %v, want an hour from the arrival, %v", first.Due, want)
		}
	})
}

func TestS41_MissedDeadlineClimbsToCommitteeThenSubdistrict(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := h.raise(h.resident("guihua-6", 0))
		director := h.staff(people.CommitteeDirector, "guihua-6")
		officer := h.staff(people.SubdistrictOfficer, "guihua-6")
		h.Clock.Advance(61 * time.Minute)
		h.RunDue()
		if v := h.view(director, r.ID); v.Level != 1 || !h.heard(director, "report.told.chase") || h.heard(officer, "report.told.chase") {
			t.Errorf("an hour late: level %d, the committee and nobody above it is to be told", v.Level)
		}
		h.Clock.Advance(61 * time.Minute)
		h.RunDue()
		v := h.view(officer, r.ID)
		if v.Level != 2 || !h.heard(officer, "report.told.chase") {
			t.Errorf("two hours late: level %d, the subdistrict is to be told", v.Level)
		}
		if v.Holder.Group != people.Property {
			t.Errorf("the work went to %s; it stays with who owes it", v.Holder.Group)
		}
		if s := h.standing(officer); s.Late != 1+pastLate(t, h) || s.Lifted == 0 {
			t.Errorf("the overview says late %d, lifted %d", s.Late, s.Lifted)
		}
	})
}

// pastLate is how many reports of the register are late before the test.
func pastLate(t *testing.T, h *house) int {
	t.Helper()
	fresh := onSQLite(t)
	fresh.Clock.Set(h.Clock.Now())
	return fresh.standing(fresh.staff(people.SubdistrictOfficer, "guihua-6")).Late
}

func (h *house) standing(a people.Actor) report.Standing {
	h.T.Helper()
	all, err := h.Reports.Overview(context.Background(), a)
	if err != nil {
		h.T.Fatal(err)
	}
	for _, s := range all {
		if s.Neighbourhood.ID == h.Xiwu {
			return s
		}
	}
	h.T.Fatal("the neighbourhood is missing from the overview")
	return report.Standing{}
}

func (h *house) view(a people.Actor, id string) report.View {
	h.T.Helper()
	v, err := h.Reports.View(context.Background(), a, id)
	if err != nil {
		h.T.Fatal(err)
	}
	return v
}

func (h *house) heard(a people.Actor, key string) bool {
	h.T.Helper()
	list, err := h.Notify.Inbox(context.Background(), a.Tenant, a.Person, "", 100)
	if err != nil {
		h.T.Fatal(err)
	}
	return slices.ContainsFunc(list, func(m notify.Message) bool { return m.Key == key })
}

func TestS41_EachStageHasItsOwnClock(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, guard := h.resident("guihua-6", 0), h.staff(people.PropertyStaff, "guihua-6")
		r, now := h.raise(a), h.Clock.Now()
		if !r.Due.Equal(now.Add(time.Hour)) || r.Holder.Group != people.Property {
			t.Errorf("raised: %s by %v", r.Holder.Group, r.Due)
		}
		h.Clock.Advance(30 * time.Minute)
		r = h.do(guard, report.Act{ID: r.ID, Verb: matter.Take, Version: r.Version})
		if !r.Due.Equal(now.Add(72*time.Hour)) || r.Holder.Person != guard.Person {
			t.Errorf("taken: %s by %v", r.Holder.Person, r.Due)
		}
		r = h.do(guard, report.Act{ID: r.ID, Verb: matter.Finish, Version: r.Version, Photos: h.photoTaken()})
		if !r.Due.Equal(h.Clock.Now().Add(7*24*time.Hour)) || r.Holder.Group != matter.ByRaiser {
			t.Errorf("done: %s by %v", r.Holder.Group, r.Due)
		}
	})
}

func TestS41_FinishNeedsAPhotographOfTheResult(t *testing.T) {
	h := onSQLite(t)
	guard := h.staff(people.PropertyStaff, "guihua-6")
	r := h.raise(h.resident("guihua-6", 0))
	h.do(guard, report.Act{ID: r.ID, Verb: matter.Take})
	_, err := h.Reports.Do(context.Background(), guard, report.Act{ID: r.ID, Verb: matter.Finish})
	if f := fault.As(err); f == nil || f.Code != fault.Invalid || f.Fields[0].Name != "photo" {
		t.Errorf("without a photograph: %v", err)
	}
}

// mended is a report that waits for its reporter.
func (h *house) mended(a people.Actor) report.Report {
	h.T.Helper()
	guard := h.staff(people.PropertyStaff, "guihua-6")
	r := h.raise(a)
	h.do(guard, report.Act{ID: r.ID, Verb: matter.Take})
	return h.do(guard, report.Act{ID: r.ID, Verb: matter.Finish, Photos: h.photoTaken()})
}

func TestS41_ReporterReopensWithAReason(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.resident("guihua-6", 0)
		r := h.mended(a)
		if _, err := h.Reports.Do(context.Background(), a, report.Act{ID: r.ID, Verb: matter.Reopen, Words: "  "}); !fault.Is(err, fault.Invalid) {
			t.Errorf("reopened without a reason: %v", err)
		}
		r = h.do(a, report.Act{ID: r.ID, Verb: matter.Reopen, Words: "还有两箱"})
		if r.Phase != matter.Reopened || !r.Due.Equal(h.Clock.Now().Add(time.Hour)) || r.Holder.Group != people.Property {
			t.Errorf("reopened: %s, %s by %v", r.Phase, r.Holder.Group, r.Due)
		}
		if !h.heard(h.staff(people.PropertyStaff, "guihua-6"), "report.told.reopen") {
			t.Error("the property was not told")
		}
	})
}

func TestS41_SilenceClosesAfterSevenDaysAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.resident("guihua-6", 0)
		r := h.mended(a)
		h.Clock.Advance(7*24*time.Hour - time.Minute)
		h.RunDue()
		if v := h.view(a, r.ID); v.Phase != matter.Done {
			t.Fatalf("closed a minute early: %s", v.Phase)
		}
		h.Clock.Advance(2 * time.Minute)
		h.RunDue()
		v := h.view(a, r.ID)
		last := v.Timeline[len(v.Timeline)-1]
		if v.Phase != matter.Confirmed || last.Verb != matter.Close || last.Actor != "" || last.Args["days"] != "7" {
			t.Errorf("after seven days: %s, last entry %s by %q", v.Phase, last.Verb, last.Actor)
		}
		if !h.heard(a, "report.told.close") {
			t.Error("the reporter was not told")
		}
		h.do(a, report.Act{ID: r.ID, Verb: matter.Reopen, Words: "没有好"})
	})
}

func TestS41_NobodyActsForAnother(t *testing.T) {
	h := onSQLite(t)
	a, neighbour := h.resident("guihua-6", 0), h.resident("guihua-6", 1)
	r := h.mended(a)
	for _, x := range []report.Act{{ID: r.ID, Verb: matter.Confirm}, {ID: r.ID, Verb: matter.Reopen, Words: "x"}} {
		if _, err := h.Reports.Do(context.Background(), neighbour, x); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a neighbour could %s: %v", x.Verb, err)
		}
	}
	if can := h.view(neighbour, r.ID).Can; len(can) != 0 {
		t.Errorf("a neighbour is offered %v", can)
	}
}

func TestAnonymousReporterIsKnownToTheCommitteeOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.resident("guihua-6", 0)
		r := h.raise(a, func(d *report.Draft) { d.Anonymous = true })
		for _, tt := range []struct {
			who    string
			actor  people.Actor
			hidden bool
		}{
			{"neighbour", h.resident("guihua-6", 1), true}, {"property", h.staff(people.PropertyStaff, "guihua-6"), true},
			{"committee", h.staff(people.CommitteeWorker, "guihua-6"), false}, {"reporter", a, false},
		} {
			who := h.view(tt.actor, r.ID).Names[a.Person]
			if who.Hidden != tt.hidden || tt.hidden && who.Name != "" {
				t.Errorf("%s sees %+v", tt.who, who)
			}
		}
		var n int
		err := h.Store.Reader().QueryRowContext(context.Background(),
			"SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1 AND action = $2 AND resource_id = $3", h.Xiwu, "report.reporter", r.ID).Scan(&n)
		if err != nil || n != 1 {
			t.Errorf("%d readings of the name are in the audit trail (%v), want the committee's one", n, err)
		}
	})
}

func TestWhatConcernsPeopleIsNotForNeighbours(t *testing.T) {
	h := onSQLite(t)
	r := h.raise(h.resident("guihua-6", 0), func(d *report.Draft) { d.Category = "people.noise" })
	neighbour := h.resident("guihua-6", 1)
	if _, err := h.Reports.View(context.Background(), neighbour, r.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a neighbour reads it: %v", err)
	}
	page, err := h.Reports.List(context.Background(), neighbour, report.Filter{Category: "people.noise"}, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(page.Rows, func(x report.Row) bool { return x.ID == r.ID }) {
		t.Error("a neighbour finds it in the list")
	}
	receipts, err := h.Notify.Receipts(context.Background(), h.Xiwu, r.ID)
	if err != nil || len(receipts) == 0 {
		t.Fatalf("%d told, %v", len(receipts), err)
	}
	for _, m := range receipts {
		a, err := h.Door.ActorFor(context.Background(), h.Xiwu, m.To)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Reports.View(context.Background(), a, r.ID); err != nil {
			t.Errorf("somebody was told who may not read it: %v", err)
		}
	}
}

func TestS42_CounterEqualsClosedAndNotReopened(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, a := context.Background(), h.resident("guihua-6", 0)
		before := h.settled(a)
		r := h.mended(a)
		h.do(a, report.Act{ID: r.ID, Verb: matter.Confirm, Rating: 5})
		if got := h.settled(a); got != before+1 {
			t.Errorf("after closing one: %d, was %d", got, before)
		}
		page, err := h.Reports.List(ctx, a, report.Filter{Phases: []matter.Phase{matter.Confirmed}}, "", 500)
		if err != nil || len(page.Rows) != before+1 {
			t.Errorf("the list behind the counter holds %d: %v", len(page.Rows), err)
		}
		h.do(a, report.Act{ID: r.ID, Verb: matter.Reopen, Words: "又堆了"})
		if got := h.settled(a); got != before {
			t.Errorf("after reopening: %d, want %d", got, before)
		}
	})
}

func (h *house) settled(a people.Actor) int {
	h.T.Helper()
	n, err := h.Reports.Settled(context.Background(), a, report.Filter{}, time.Time{})
	if err != nil {
		h.T.Fatal(err)
	}
	return n
}
