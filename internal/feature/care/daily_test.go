package care_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/care"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// daily enters the elder with a visit every day.
func (h *house) daily() string {
	h.T.Helper()
	e := h.entry()
	e.Grade = "daily"
	id, err := h.Care.Enter(context.Background(), h.Committee(), e)
	if err != nil {
		h.T.Fatal(err)
	}
	return id
}

// S34: a daily visit that nobody made takes nothing from the next day's: that is
// promised by 18:00 of its own day, to the next of the volunteers, and the missed
// one stays on record as missed. The committee is told of each.
func TestS34_AMissedDailyVisitDoesNotBlockTheNextDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, id := context.Background(), h.daily()
		monday := h.visit(id)
		h.at("2026-11-23", "18:00")
		row := h.listed(id)
		if row.Visit.ID != monday.ID || row.Visit.Detail.Missed != 1 {
			t.Fatalf("Monday's visit: %+v", row.Visit)
		}
		tuesday := row.Next
		if want := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC); !tuesday.Due.Equal(want) || tuesday.Detail.Volunteer != h.second().Person || tuesday.Phase != matter.Raised {
			t.Fatalf("Tuesday's visit is due %s by %s", tuesday.Due, tuesday.Detail.Volunteer)
		}
		h.at("2026-11-24", "08:00")
		if got := h.Told(h.second()); !slices.Equal(got, []string{"care.told.today"}) {
			t.Errorf("on Tuesday morning the second volunteer was told %q", got)
		}
		h.at("2026-11-24", "18:00")
		if got := h.Told(h.Committee()); !slices.Equal(got, []string{"care.told.missed", "care.told.missed"}) {
			t.Errorf("the committee was told %q", got)
		}
		row = h.listed(id)
		if row.Visit.ID != tuesday.ID || row.Next.Detail.PromisedFor.Sub(tuesday.Detail.PromisedFor) != 24*time.Hour || h.Phase(monday.ID) != matter.Declined {
			t.Errorf("Monday is %s; open are %+v and %+v", h.Phase(monday.ID), row.Visit, row.Next)
		}
		wednesday := row.Next
		h.at("2026-11-25", "10:00")
		h.do(h.first(), care.Done{ID: wednesday.ID, Verb: care.Visited})
		row = h.listed(id)
		if h.Phase(tuesday.ID) != matter.Declined || row.Next.ID != "" || row.Visit.Detail.PromisedFor.Sub(wednesday.Detail.PromisedFor) != 24*time.Hour {
			t.Errorf("after Wednesday's visit Tuesday is %s; open are %+v and %+v", h.Phase(tuesday.ID), row.Visit, row.Next)
		}
		told := len(h.Told(h.Committee()))
		h.at("2026-11-26", "17:59")
		if n := len(h.Told(h.Committee())); n != told {
			t.Errorf("told %d times more though the elder was seen", n-told)
		}
		g, err := h.Care.Visit(ctx, h.Committee(), monday.ID)
		if err != nil || g.Visit.Detail.Outcome != care.Missed || g.Visit.Detail.DoneBy != "" || g.Visit.Detail.Missed == 0 {
			t.Errorf("on record: %+v, %v", g.Visit, err)
		}
	})
}

// A visit missed today may still be made tonight; the next day's stays as it is.
// One at whose door nobody answered stays with the committee whatever is missed
// after it, until the elder was seen.
func TestS34_WhatIsMadeLateOrNotAnsweredStaysOpen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.daily()
		monday := h.visit(id)
		h.at("2026-11-23", "20:00")
		tuesday := h.listed(id).Next
		h.do(h.first(), care.Done{ID: monday.ID, Verb: care.Visited})
		if row := h.listed(id); h.Phase(monday.ID) != matter.Confirmed || row.Visit.ID != tuesday.ID || row.Next.ID != "" {
			t.Fatalf("Monday is %s; open are %+v and %+v", h.Phase(monday.ID), row.Visit, row.Next)
		}
		h.at("2026-11-24", "12:00")
		h.do(h.second(), care.Done{ID: tuesday.ID, Verb: care.Nobody})
		h.at("2026-11-24", "14:00")
		h.at("2026-11-25", "18:00")
		if p := h.Phase(tuesday.ID); p != matter.Taken {
			t.Errorf("nobody answered on Tuesday, and on Wednesday it is %s", p)
		}
		row := h.listed(id)
		h.at("2026-11-26", "09:00")
		h.do(h.Committee(), care.Done{ID: row.Next.ID, Verb: care.Visited})
		if p := h.Phase(tuesday.ID); p != matter.Declined {
			t.Errorf("the elder was seen, and Tuesday's is %s", p)
		}
		row = h.listed(id)
		if err := h.Care.Withdraw(context.Background(), h.elder(), id); err != nil {
			t.Fatal(err)
		}
		if p := h.Phase(row.Visit.ID); p != matter.Withdrawn {
			t.Errorf("after the withdrawal a visit is %s", p)
		}
	})
}

// S34: the hour by which a visit is due stands on the volunteer's list, on the
// committee's board, at the visit and in the reminders, in both languages.
func TestS34_TheHourIsSaid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.daily()
		v := h.visit(id)
		in := func(a people.Actor, lang string) furnished.Browser {
			b := h.Visit(a)
			b.Lang = lang
			return b
		}
		const zh, en = "11 月 23 日 周一 18:00 前", "Mon 23 November, by 18:00"
		for lang, hour := range map[string]string{"zh-CN": zh, "en": en} {
			furnished.Says(t, in(h.first(), lang).Must("/care/rounds"), hour)
			furnished.Says(t, in(h.first(), lang).Must(care.VisitPath(v.ID)), "18:00")
			furnished.Says(t, in(h.Committee(), lang).Must("/care"), hour)
			furnished.Says(t, in(h.Committee(), lang).Must(care.Path(id)), hour)
			furnished.Says(t, in(h.elder(), lang).Must("/care/mine"), hour)
		}
		furnished.Says(t, in(h.first(), "zh-CN").Must("/"), "今天要看望 1 位老人", "18:00 前。点开")
		furnished.Says(t, in(h.first(), "en").Must("/"), "1 elder to visit today", "By 18:00.")
		h.at("2026-11-23", "08:00")
		furnished.Says(t, in(h.first(), "zh-CN").Must("/inbox"), "今天轮到您看望老人，请在 18:00 前去")
		furnished.Says(t, in(h.first(), "en").Must("/inbox"), "it is your turn to visit an elder today, by 18:00")
		h.at("2026-11-23", "18:00")
		furnished.Says(t, in(h.Committee(), "zh-CN").Must("/care"), zh+" 没有去；下次 11 月 24 日 周二 18:00 前")
		furnished.Says(t, in(h.Committee(), "en").Must("/care"), "Missed: "+en+". Next Tue 24 November, by 18:00")
		furnished.Says(t, in(h.Committee(), "zh-CN").Must("/inbox"), "到 18:00 还没有人看望老人")
		h.at("2026-11-24", "18:00")
		furnished.Says(t, in(h.Committee(), "zh-CN").Must(care.Path(id)), "没有去")
		furnished.Says(t, in(h.Committee(), "en").Must(care.VisitPath(v.ID)), "Not made", "the visit is recorded as missed")
	})
}

// S34: how often somebody visits is a rule, not a constant: when the office
// says that a high grade means every week, the next visit is a week on, and the
// form offers what is in force.
func TestS34_TheOfficeSaysHowOftenAGradeIsVisited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		e := h.entry()
		e.Grade = "high"
		id, err := h.Care.Enter(ctx, h.Committee(), e)
		if err != nil {
			t.Fatal(err)
		}
		err = h.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, _, err := h.Rules.Enter(ctx, tx, rules.Override{
				Rule: "care.grade.high.1", Value: "7", Source: "街道通知", Reason: "冬天看得勤一些", From: h.Rules.Today(),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		first := h.visit(id)
		h.do(h.first(), care.Done{ID: first.ID, Verb: care.Visited})
		if days := h.visit(id).Detail.PromisedFor.Sub(first.Detail.PromisedFor); days != 7*24*time.Hour {
			t.Errorf("the next visit is %s on, want seven days", days)
		}
	})
}
