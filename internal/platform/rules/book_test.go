package rules_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/words"
)

func on(s string) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, s, words.Shanghai())
	if err != nil {
		panic(err)
	}
	return d
}

func TestTheNarrowestScopeGoesFirst(t *testing.T) {
	whole, shared := "whole property area", "shared part of a building or stair"
	for name, c := range map[string]struct {
		topic, parameter string
		scope            rules.Scope
		day, want        string // want is the id, or empty for a fault
	}{
		"the country":                 {"vote", "quorum_area", rules.In("CN").For(whole), "2026-11-30", "vote.quorum_area.1"},
		"the city":                    {"vote", "quorum_area", rules.In("Shanghai").For(whole), "2026-11-30", "vote.quorum_area.2"},
		"a district of the city":      {"vote", "quorum_area", rules.In("Shanghai/Changning").For(whole), "2026-11-30", "vote.quorum_area.2"},
		"another city":                {"vote", "quorum_area", rules.In("Suzhou").For(whole), "2026-11-30", "vote.quorum_area.1"},
		"a condition":                 {"vote", "quorum_area", rules.In("Shanghai").For(shared), "2026-11-30", "vote.quorum_area.3"},
		"no condition":                {"vote", "quorum_area", rules.In("Shanghai"), "2026-11-30", ""},
		"not yet in force":            {"vote", "quorum_area", rules.In("Shanghai").For(whole), "2020-12-31", ""},
		"a district's own":            {"lift.use", "trapped_rescue_on_site_within", rules.In("Shanghai/Hongkou").For("added lifts"), "2026-11-30", "lift.use.trapped_rescue_on_site_within.1"},
		"the city's for other lifts":  {"lift.use", "trapped_rescue_on_site_within", rules.In("Shanghai/Hongkou"), "2026-11-30", "lift.use.trapped_rescue_on_site_within.2"},
		"a condition nobody names":    {"audit", "result_posted_within", rules.In("Shanghai").For("x"), "2026-11-30", "audit.result_posted_within.1"},
		"a statute before a notice":   {"audit", "result_posted_for", rules.In("Shanghai"), "2026-11-30", "audit.result_posted_for.2"},
		"the newer of two notices":    {"audit", "yearly_report_due", rules.In("Shanghai"), "2026-11-30", "audit.yearly_report_due.1"},
		"the older while it is alone": {"audit", "yearly_report_due", rules.In("Shanghai"), "2026-02-28", "audit.yearly_report_due.2"},
		"the first text":              {"committee", "candidate_barred_by_arrears", rules.In("Shanghai"), "2022-10-27", "committee.candidate_barred_by_arrears.1"},
		"the second text":             {"committee", "candidate_barred_by_arrears", rules.In("Shanghai"), "2022-10-28", "committee.candidate_barred_by_arrears.2"},
		"the third text":              {"committee", "candidate_barred_by_arrears", rules.In("Shanghai"), "2023-12-28", "committee.candidate_barred_by_arrears.3"},
		"a default for everybody":     {"bicycle", "tag_notice", rules.In("Suzhou"), "2026-11-30", "bicycle.tag_notice.1"},
		"a default without region":    {"care.grade", "daily", rules.Scope{}, "2026-11-30", "care.grade.daily.1"},
		"what somebody else does":     {"lift.renewal", "use_registration_within", rules.In("Shanghai"), "2026-11-30", ""},
		"the open conflict":           {"vote.matter", "change_use_or_business_of_common_parts", rules.In("Shanghai").For(shared), "2026-11-30", "vote.matter.change_use_or_business_of_common_parts.2"},
		"the life of a paper":         {"source_life", "printed_end", rules.In("Shanghai").For("沪房规范〔2024〕7号"), "2026-11-30", "source_life.printed_end.2"},
		"unknown":                     {"vote", "weather", rules.In("Shanghai"), "2026-11-30", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rules.File().At(c.topic, c.parameter, c.scope, on(c.day))
			if c.want == "" && !fault.Is(err, fault.NotFound) || c.want != "" && err != nil || got.ID != c.want {
				t.Errorf("%q, %v, want %q", got.ID, err, c.want)
			}
		})
	}
}

func TestValuesAreReadWithTheirTypes(t *testing.T) {
	read := func(id string) rules.Row {
		r, err := rules.File().ByID(id)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	quorum, err := read("vote.quorum_area.1").Fraction()
	if diff := cmp.Diff(rules.Fraction{Bound: rules.AtLeast, Num: 2, Den: 3}, quorum); diff != "" || err != nil {
		t.Error(diff, err)
	}
	notice, err := read("vote.meeting_notice.1").Span()
	if diff := cmp.Diff(rules.Span{N: 15, Unit: rules.Days}, notice); diff != "" || err != nil {
		t.Error(diff, err)
	}
	working, err := read("lift.renewal.supervised_inspection_of_replaced_lift.1").Span()
	if diff := cmp.Diff(rules.Span{N: 5, Unit: rules.WorkingDays}, working); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if fen, err := read("lift.added.subsidy_max.1").Money(); fen != 28_000_000 || err != nil {
		t.Error(fen, err)
	}
	fine, err := read("ebike.fine_wires.1").Range()
	if diff := cmp.Diff(rules.Range{Low: 5000, High: 20000}, fine); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if n, err := read("residents_committee.election_nomination_by_voters.1").Whole(); n != 10 || err != nil {
		t.Error(n, err)
	}
	for _, err := range []error{
		second(read("vote.quorum_area.1").Span()), second(read("vote.quorum_area.1").Money()), second(read("vote.quorum_area.1").Whole()),
		second(read("vote.quorum_area.1").Flag()), second(read("vote.quorum_area.1").List()), second(read("vote.quorum_area.1").Range()),
		second(read("vote.meeting_notice.1").Fraction()), second(read("vote.meeting_notice.1").Date()), second(read("company.service_window.1").Span()),
	} {
		if f := fault.As(err); f.Code != fault.Internal || f.Key != "rules.other_sort" {
			t.Errorf("read as another sort: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// The bound decides at equality, and one more yes never turns a yes into a no.
func TestSharesAreHeldWithoutRounding(t *testing.T) {
	least, more := rules.Fraction{Bound: rules.AtLeast, Num: 2, Den: 3}, rules.Fraction{Bound: rules.MoreThan, Num: 1, Den: 2}
	if !least.Met(2, 3) || least.Met(math.MaxInt64/3*2-1, math.MaxInt64/3*3) || more.Met(1, 2) || !more.Met(51, 100) || least.Met(0, 0) {
		t.Error("a share at its bound is held wrongly")
	}
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, 1000).Draw(t, "den")
		f := rules.Fraction{Num: rapid.Int64Range(0, den).Draw(t, "num"), Den: den, Bound: rapid.SampledFrom([]rules.Bound{rules.AtLeast, rules.MoreThan}).Draw(t, "bound")}
		whole := rapid.Int64Range(1, 1<<40).Draw(t, "whole")
		part := rapid.Int64Range(0, whole-1).Draw(t, "part")
		if f.Met(part, whole) && !f.Met(part+1, whole) {
			t.Fatalf("%v: %d of %d is enough, one more is not", f, part, whole)
		}
		strict := f
		strict.Bound = rules.MoreThan
		if strict.Met(part, whole) && !f.Met(part, whole) {
			t.Fatalf("%v is harder to meet than more than that", f)
		}
	})
}

// TestAtMostOneRowIsInForce: after any overrides, of all rows and entries of a
// topic, parameter and scope at most one is in force on a day. It is the one
// that a plain reading of the rules of precedence finds.
func TestAtMostOneRowIsInForce(t *testing.T) {
	all := rules.File().Rows()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Custom(func(t *rapid.T) time.Time {
			return on("2020-06-01").AddDate(0, 0, rapid.IntRange(0, 4000).Draw(t, "day"))
		})
		chosen := rapid.SampledFrom(all).Draw(t, "row")
		var group []rules.Row
		for _, r := range all {
			if r.Topic == chosen.Topic && r.Parameter == chosen.Parameter && r.Scope == chosen.Scope {
				group = append(group, r)
			}
		}
		var entries []rules.Override
		for i := range rapid.IntRange(0, 6).Draw(t, "entries") {
			e := rules.Override{Seq: int64(i + 1), Rule: rapid.SampledFrom(group).Draw(t, "of").ID, Again: rapid.Bool().Draw(t, "again"), Value: chosen.Value, From: day.Draw(t, "from")}
			if rapid.Bool().Draw(t, "ends") {
				e.Until = e.From.AddDate(0, 0, rapid.IntRange(0, 900).Draw(t, "for"))
			}
			entries = append(entries, e)
		}
		book, at := rules.Bind(entries), day.Draw(t, "at")
		var inForce []string
		for _, r := range group {
			if state, by := book.Stand(r, at); state == rules.InForce || state == rules.Overridden {
				inForce = append(inForce, by.ID)
			}
		}
		want := plainly(group, entries, at)
		if strings.Join(inForce, " ") != want {
			t.Fatalf("in force %q, want %q", inForce, want)
		}
		got, err := book.At(chosen.Topic, chosen.Parameter, chosen.Scope, at)
		if want != "" && chosen.Place() == chosen.Scope.Region && (err != nil || got.ID != want) {
			t.Fatalf("At gives %q, %v, want %q", got.ID, err, want)
		}
	})
}

// plainly is the model: the id in force among rows of one scope.
func plainly(group []rules.Row, entries []rules.Override, at time.Time) string {
	within := func(from, until time.Time) bool { return !at.Before(from) && (until.IsZero() || !at.After(until)) }
	statute := func(r rules.Row) bool { return !strings.Contains(r.Source, "〔") }
	var best *rules.Row
	for _, r := range group {
		switch {
		case !within(r.From, r.Until):
		case best == nil, statute(r) && !statute(*best), statute(r) == statute(*best) && r.From.After(best.From):
			best = &r
		}
	}
	said := map[string]rules.Override{}
	for _, e := range entries { // oldest first: the last one stays
		if within(e.From, e.Until) {
			said[e.Rule] = e
		}
	}
	last := rules.Override{}
	for _, e := range said {
		if !e.Again && e.Seq > last.Seq {
			last = e
		}
	}
	switch {
	case last.Seq > 0 && (best == nil || !best.From.After(last.From)):
		return fmt.Sprintf("%s~%d", last.Rule, last.Seq)
	case best != nil:
		return best.ID
	}
	return ""
}
