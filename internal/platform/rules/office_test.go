package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const notice = "vote.meeting_notice.1"

// shelf is a shelf that can be written to.
type shelf struct {
	*rules.Shelf
	t *testing.T
	s *store.Store
}

func eachShelf(t *testing.T, fn func(t *testing.T, s shelf, clock *storetest.Clock)) {
	storetest.Each(t, []store.Room{rules.Room()}, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		fn(t, shelf{rules.NewShelf(s, "office", rules.In("Shanghai")), t, s}, clock)
	})
}

func (s shelf) enter(e rules.Override) (row rules.Row, err error) {
	s.t.Helper()
	err = s.s.Update(s.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		row, _, err = s.Enter(ctx, tx, e)
		return err
	})
	return row, err
}

func (s shelf) must(e rules.Override) rules.Row {
	s.t.Helper()
	row, err := s.enter(e)
	if err != nil {
		s.t.Fatal(err)
	}
	return row
}

// says is the value and the id in force on a day.
func (s shelf) says(day string) [2]string {
	s.t.Helper()
	b, err := s.Book(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := b.At("vote", "meeting_notice", rules.In("Shanghai").For("all owners"), on(day))
	if err != nil {
		s.t.Fatal(err)
	}
	return [2]string{r.Value, r.ID}
}

func TestOfficeOverridesARuleFromADayToADay(t *testing.T) {
	eachShelf(t, func(t *testing.T, s shelf, _ *storetest.Clock) {
		file := [2]string{"15", notice}
		if got := s.says("2026-12-15"); got != file {
			t.Errorf("%q before anybody said anything", got)
		}
		row := s.must(rules.Override{Rule: notice, Value: "20", Source: "区里的通知", Reason: "区里要求二十天", From: on("2026-12-01"), Until: on("2026-12-31"), By: "p1"})
		want := &rules.Override{Seq: 1, Rule: notice, Value: "20", Source: "区里的通知", Reason: "区里要求二十天", From: on("2026-12-01"), Until: on("2026-12-31"), By: "p1", At: s.s.Now()}
		if diff := cmp.Diff(want, row.Override); diff != "" {
			t.Error(diff)
		}
		s.must(rules.Override{Rule: notice, Value: "25", Source: "又一份通知", Reason: "改了", From: on("2026-12-10")})
		s.must(rules.Override{Rule: notice, Again: true, Reason: "通知撤销", From: on("2027-01-10")})
		for day, want := range map[string][2]string{
			"2026-11-30": file, "2026-12-01": {"20", notice + "~1"}, "2026-12-09": {"20", notice + "~1"},
			"2026-12-10": {"25", notice + "~2"}, "2027-01-09": {"25", notice + "~2"}, "2027-01-10": file,
		} {
			if got := s.says(day); got != want {
				t.Errorf("on %s %q, want %q", day, got, want)
			}
		}
		b, err := s.Book(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := b.ByID(notice + "~1"); err != nil || kept.Value != "20" || kept.Override.Reason != "区里要求二十天" {
			t.Errorf("a decision under an ended override finds %+v, %v", kept, err)
		}
		other, err := rules.NewShelf(s.s, "elsewhere", rules.Scope{}).Book(t.Context())
		if n := len(other.Overrides(notice)); n != 0 || err != nil {
			t.Errorf("another office reads %d entries, %v", n, err)
		}
	})
}

// An entry that the program could not read, or that says nothing of where it
// comes from, is refused with the fields that are wrong; so is one about
// yesterday, under which decisions were already taken.
func TestOverrideIsRefused(t *testing.T) {
	good := rules.Override{Rule: notice, Value: "20", Source: "a", Reason: "b", From: on("2026-12-01")}
	for name, c := range map[string]struct {
		change func(*rules.Override)
		field  string
	}{
		"no source":        {func(e *rules.Override) { e.Source = " " }, "source"},
		"no reason":        {func(e *rules.Override) { e.Reason = "" }, "reason"},
		"no value":         {func(e *rules.Override) { e.Value = "" }, "value"},
		"a word":           {func(e *rules.Override) { e.Value = "twenty" }, "value"},
		"a share":          {func(e *rules.Override) { e.Value = ">1/2" }, "value"},
		"no days at all":   {func(e *rules.Override) { e.Value = "0" }, "value"},
		"days for ever":    {func(e *rules.Override) { e.Value = "999999999999" }, "value"},
		"yesterday":        {func(e *rules.Override) { e.From = on("2026-11-22") }, "from"},
		"ends too early":   {func(e *rules.Override) { e.Until = on("2026-11-30") }, "until"},
		"a day like none":  {func(e *rules.Override) { e.Rule, e.Value = "audit.yearly_report_due.1", "--02-31" }, "value"},
		"from high to low": {func(e *rules.Override) { e.Rule, e.Value = "committee.term.1", "5..3" }, "value"},
		"too long":         {func(e *rules.Override) { e.Reason = string(make([]rune, 501)) }, "reason"},
	} {
		t.Run(name, func(t *testing.T) {
			eachShelf(t, func(t *testing.T, s shelf, _ *storetest.Clock) {
				e := good
				c.change(&e)
				_, err := s.enter(e)
				if f := fault.As(err); err == nil || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
					t.Errorf("%v, want the field %s", err, c.field)
				}
			})
		})
	}
	eachShelf(t, func(t *testing.T, s shelf, clock *storetest.Clock) {
		e := good
		e.Rule = "vote.weather.1"
		if _, err := s.enter(e); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown rule: %v", err)
		}
		e.Rule = s.must(good).ID
		if _, err := s.enter(e); !fault.Is(err, fault.NotFound) {
			t.Errorf("an override of an override: %v", err)
		}
		clock.Set(on("2026-12-01").Add(23 * time.Hour))
		s.must(good) // today, late in the evening in Shanghai
	})
}

// A new law is not hidden by an older correction.
func TestANewerRowGoesBeforeAnOlderOverride(t *testing.T) {
	eachShelf(t, func(t *testing.T, s shelf, clock *storetest.Clock) {
		clock.Set(on("2022-01-01"))
		const arrears = "committee.candidate_barred_by_arrears."
		s.must(rules.Override{Rule: arrears + "1", Value: "x", Source: "a", Reason: "b", From: on("2022-01-01")})
		b, err := s.Book(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]string{"2022-10-27": arrears + "1~1", "2022-10-28": arrears + "2"} {
			if r, err := b.At("committee", "candidate_barred_by_arrears", s.Home, on(day)); err != nil || r.ID != want {
				t.Errorf("on %s %q, %v", day, r.ID, err)
			}
		}
	})
}
