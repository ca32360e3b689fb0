package care_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// S34: the grade says when, the roster who; a visit made promises the next.
func TestS34_VisitsGoRoundByGradeAndRoster(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.enter()
		v := h.visit(id)
		if want := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC); !v.Due.Equal(want) || v.Detail.Volunteer != h.first().Person || v.Holder.Person != v.Detail.Volunteer {
			t.Fatalf("the first visit is due %s by %s", v.Due, v.Detail.Volunteer)
		}
		h.at("2026-11-23", "15:00")
		h.do(h.first(), care.Done{ID: v.ID, Verb: care.Visited, Key: "tap"})
		h.do(h.first(), care.Done{ID: v.ID, Verb: care.Visited, Key: "tap"})
		if h.Phase(v.ID) != matter.Confirmed {
			t.Errorf("the visit is %s", h.Phase(v.ID))
		}
		next := h.visit(id)
		if want := v.Due.AddDate(0, 0, 7); !next.Due.Equal(want) || next.Detail.Volunteer != h.second().Person || next.ID == v.ID {
			t.Fatalf("the next visit is due %s by %s", next.Due, next.Detail.Volunteer)
		}
		h.at("2026-11-30", "07:59")
		if got := h.Told(h.second()); len(got) != 0 {
			t.Errorf("reminded too early: %q", got)
		}
		h.at("2026-11-30", "08:00")
		if got := h.Told(h.second()); !slices.Equal(got, []string{"care.told.today"}) {
			t.Errorf("the second volunteer was told %q", got)
		}
	})
}

// S34: a visit of which nobody says that it was made alerts the committee, by a
// timer on the store's clock, and again each day until somebody does.
func TestS34_AMissedVisitAlertsTheCommittee(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.enter()
		v := h.visit(id)
		h.at("2026-11-23", "17:59")
		if got := h.Told(h.Committee()); len(got) != 0 {
			t.Fatalf("told before its time: %q", got)
		}
		h.at("2026-11-23", "18:00")
		if got := h.Told(h.Committee()); !slices.Equal(got, []string{"care.told.missed"}) {
			t.Fatalf("the committee was told %q", got)
		}
		if got := h.Told(h.colleague()); len(got) != 0 {
			t.Errorf("who is not responsible was told %q", got)
		}
		after := h.visit(id)
		if after.ID != v.ID || after.Detail.Missed != 1 || after.Holder.Group != people.Committee || after.Due.IsZero() {
			t.Errorf("after it: %+v", after)
		}
		h.at("2026-11-24", "18:00")
		if got := h.Told(h.Committee()); len(got) != 2 {
			t.Errorf("a day later the committee was told %q", got)
		}
		h.do(h.first(), care.Done{ID: v.ID, Verb: care.Visited})
		h.at("2026-11-25", "18:00")
		if got := h.Told(h.Committee()); len(got) != 2 {
			t.Errorf("told after the visit was made: %q", got)
		}
		if next := h.visit(id); !next.Due.Equal(time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("the round lost its day: %s", next.Due)
		}
	})
}

// S34: a timer that was overdue while the program was down fires at once.
func TestS34_AnOverdueTimerFiresAtTheNextStart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.enter()
		h.at("2026-11-26", "10:00")
		if got := h.Told(h.Committee()); !slices.Equal(got, []string{"care.told.missed"}) {
			t.Errorf("the committee was told %q", got)
		}
	})
}

// S34: nobody answered the door: the committee knows at once and finds out.
func TestS34_NobodyAnsweredAlertsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.enter()
		v := h.visit(id)
		h.do(h.first(), care.Done{ID: v.ID, Verb: care.Nobody, Note: "敲了三次"})
		if got := h.Told(h.Committee()); !slices.Equal(got, []string{"care.told.nobody"}) {
			t.Fatalf("the committee was told %q", got)
		}
		v = h.visit(id)
		if v.Phase != matter.Taken || v.Holder.Person != h.Committee().Person || !v.Due.Equal(h.Clock.Now().Add(care.FindOut)) {
			t.Errorf("the visit is %s with %+v until %s", v.Phase, v.Holder, v.Due)
		}
		h.at("2026-11-23", "11:00")
		if got := h.Told(h.Committee()); !slices.Equal(got, []string{"care.told.nobody", "care.told.missed"}) {
			t.Errorf("two hours later the committee was told %q", got)
		}
		if err := h.Care.Do(context.Background(), h.first(), care.Done{ID: v.ID, Verb: care.Settle}); err == nil {
			t.Error("a volunteer settled what the committee has to find out")
		}
		h.do(h.Committee(), care.Done{ID: v.ID, Verb: care.Settle, Note: "在女儿家"})
		if h.Phase(v.ID) != matter.Confirmed || h.visit(id).ID == v.ID {
			t.Error("it is not settled")
		}
	})
}

// S34: who cannot go hands over to the other volunteer; if nobody is left, the
// committee is told.
func TestS34_WhoCannotGoHandsOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.enter()
		v := h.visit(id)
		h.do(h.first(), care.Done{ID: v.ID, Verb: care.CouldNot})
		if got := h.visit(id); got.Phase != matter.Raised || got.Detail.Volunteer != h.second().Person || !got.Due.Equal(v.Due) {
			t.Fatalf("handed to %s, %s, due %s", got.Detail.Volunteer, got.Phase, got.Due)
		}
		if got := h.Told(h.second()); !slices.Equal(got, []string{"care.told.assign"}) {
			t.Errorf("the second volunteer was told %q", got)
		}
		if err := h.Care.GoAway(context.Background(), h.first(), h.Clock.Now(), h.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		h.do(h.second(), care.Done{ID: v.ID, Verb: care.CouldNot})
		if got := h.visit(id); got.Phase != matter.Taken || got.Holder.Group != people.Committee {
			t.Errorf("nobody is left, and it is %s with %+v", got.Phase, got.Holder)
		}
		if got := h.Told(h.Committee()); !slices.Equal(got, []string{"care.told.could_not"}) {
			t.Errorf("the committee was told %q", got)
		}
		h.do(h.Committee(), care.Done{ID: v.ID, Verb: matter.Assign, To: h.second().Person})
		if got := h.visit(id); got.Phase != matter.Raised || got.Detail.Volunteer != h.second().Person {
			t.Errorf("handed back to %s, %s", got.Detail.Volunteer, got.Phase)
		}
		err := h.Care.Do(context.Background(), h.Committee(), care.Done{ID: v.ID, Verb: matter.Assign, To: h.third().Person})
		hidden(t, "handed to somebody who is no carer", err)
	})
}

// S34: what a volunteer promised for a time in which they are away is handed to
// the next, and later turns pass them over until they are back.
func TestS34_AbsenceHandsOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		v := h.visit(id)
		if err := h.Care.GoAway(ctx, h.first(), h.Clock.Now(), h.Clock.Now().AddDate(0, 0, 10)); err != nil {
			t.Fatal(err)
		}
		if got := h.visit(id); got.Detail.Volunteer != h.second().Person {
			t.Fatal("the open visit stayed with who is away")
		}
		h.do(h.second(), care.Done{ID: v.ID, Verb: care.Visited})
		if got := h.visit(id); got.Detail.Volunteer != h.second().Person { // 30 November: the first is away
			t.Errorf("the visit of %s went to who is away", got.Due)
		}
		h.at("2026-11-30", "12:00")
		h.do(h.second(), care.Done{ID: h.visit(id).ID, Verb: care.Visited})
		if got := h.visit(id); got.Detail.Volunteer != h.first().Person { // 7 December: back
			t.Errorf("the visit of %s did not go to who is back", got.Due)
		}
		if err := h.Care.GoAway(ctx, h.first(), h.Clock.Now(), h.Clock.Now().AddDate(0, 0, -1)); err == nil {
			t.Error("an absence ends before it begins")
		}
	})
}

// S34: notes are for carers only.
func TestS34_NotesArePrivate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		v := h.visit(id)
		h.do(h.first(), care.Done{ID: v.ID, Verb: care.Visited, Note: "膝盖疼"})
		for _, a := range []people.Actor{h.first(), h.second(), h.Committee()} {
			g, err := h.Care.Visit(ctx, a, v.ID)
			if err != nil || g.Visit.Detail.Note != "膝盖疼" {
				t.Errorf("%s reads %q, %v", a.Name, g.Visit.Detail.Note, err)
			}
		}
		for _, a := range []people.Actor{h.colleague(), h.third(), h.Guard(), h.elder(), h.daughter(), h.stranger()} {
			_, err := h.Care.Visit(ctx, a, v.ID)
			hidden(t, a.Name+" opens the visit", err)
		}
		line, err := h.Spine.Timeline(ctx, h.Xiwu, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range line {
			if len(e.Args) > 0 && e.Args["words"] != "" || e.Audience != matter.Staff {
				t.Errorf("the timeline says %+v", e)
			}
		}
	})
}

// The round of a volunteer: what is due, what is ahead, what was done; it shows
// masked names and is written down.
func TestS34_TheRound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		r, err := h.Care.Round(ctx, h.first())
		if err != nil || len(r.Today) != 1 || len(r.Week) != 0 || r.Today[0].Name != "章**" {
			t.Fatalf("%+v %v", r, err)
		}
		if h.audited(h.first(), "care.list", "") != 1 {
			t.Error("the round is not in the trail")
		}
		h.do(h.first(), care.Done{ID: h.visit(id).ID, Verb: care.Visited})
		if r, err = h.Care.Round(ctx, h.first()); err != nil || len(r.Today) != 0 || len(r.Done) != 1 {
			t.Errorf("after it: %+v %v", r, err)
		}
		h.at("2026-11-24", "09:00")
		if r, err = h.Care.Round(ctx, h.second()); err != nil || len(r.Week) != 1 {
			t.Errorf("the second's week: %+v %v", r, err)
		}
		if r, err = h.Care.Round(ctx, h.third()); err != nil || len(r.Today)+len(r.Week)+len(r.Done) != 0 {
			t.Errorf("who is not named has %+v %v", r, err)
		}
	})
}

// Who moved away or died is owed no visit: the entry ends by itself.
func TestWhoIsNotOnTheRegisterAnyMoreIsErased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.enter()
		v := h.visit(id)
		err := h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE people_person SET until = $1 WHERE tenant_id = $2 AND id = $3", store.Ms(tx.Now()), h.Xiwu, h.elder().Person)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.at("2026-11-23", "18:00")
		ends, err := h.Care.Withdrawals(ctx, h.Committee())
		if err != nil || len(ends) != 1 || ends[0].How != care.ByEnd || h.Phase(v.ID) != matter.Withdrawn {
			t.Errorf("%+v, %v; the visit is %s", ends, err, h.Phase(v.ID))
		}
		_, err = h.Care.Open(ctx, h.Committee(), id, care.ForCare)
		hidden(t, "opened after it", err)
	})
}
