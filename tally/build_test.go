package tally_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/linli/linli/tally"
	"pgregory.net/rapid"
)

// must returns the value; an error where none is expected ends the test run.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// wantFault checks the fault and the field of an error.
func wantFault(t *testing.T, err error, fault tally.Fault, field string) {
	t.Helper()
	var e *tally.Error
	if !errors.Is(err, fault) || !errors.As(err, &e) || e.Field != field {
		t.Fatalf("got error %v, want %q at %s", err, fault, field)
	}
}

// flats makes one flat for each area, owned by o0, o1, …
func flats(areas ...tally.Area) []tally.Unit {
	units := make([]tally.Unit, len(areas))
	for i, a := range areas {
		units[i] = tally.Unit{ID: fmt.Sprint("u", i), Owners: []string{fmt.Sprint("o", i)}, Area: a}
	}
	return units
}

// equalFlats makes n flats of 100 m².
func equalFlats(n int) []tally.Unit {
	areas := make([]tally.Area, n)
	for i := range areas {
		areas[i] = 10000
	}
	return flats(areas...)
}

// sheet puts one question for each item.
func sheet(items ...int) tally.Sheet {
	s := tally.Sheet{Vote: "vote"}
	for i, item := range items {
		s.Questions = append(s.Questions, tally.Question{ID: fmt.Sprint("q", i), Item: item})
	}
	return s
}

// say is one owner's answer to a sheet with one question each.
func say(voter string, answers ...tally.Choice) tally.Ballot {
	return tally.Ballot{Voter: voter, Answers: answers}
}

// count counts ballots on a whole roll under the Civil Code.
func count(units []tally.Unit, s tally.Sheet, ballots ...tally.Ballot) []tally.Result {
	return must(tally.Count(must(tally.NewRoll(tally.CivilCode(), units, tally.Scope{})), s, ballots))
}

// drawRule draws a rule: the Civil Code or a variation of it.
func drawRule(t *rapid.T) tally.Rule {
	rule := tally.CivilCode()
	rule.Parameters.InvalidTakesPart = rapid.Bool().Draw(t, "invalid takes part")
	if rapid.IntRange(0, 3).Draw(t, "silent follow") == 0 {
		rule.Parameters.Silent = &tally.Silent{Clause: "art. 12"}
	}
	if rapid.IntRange(0, 3).Draw(t, "other quorum") == 0 {
		rule.Parameters.Quorum.Area = drawFraction(t, 1)
		rule.Parameters.Quorum.Heads = drawFraction(t, 1)
	}
	if rapid.IntRange(0, 3).Draw(t, "other majority") == 0 {
		rule.Parameters.Items[4].Majority = tally.Both{Area: drawFraction(t, 2), Heads: drawFraction(t, 2)}
	}
	return rule
}

// drawFraction draws a fraction of at least half if least is 2.
func drawFraction(t *rapid.T, least int64) tally.Fraction {
	den := rapid.Int64Range(1, 7).Draw(t, "den")
	num := rapid.Int64Range(max(1, (den*(least-1)+1)/2), den).Draw(t, "num")
	return tally.Fraction{Num: num, Den: den, Over: num < den && rapid.Bool().Draw(t, "over")}
}

// drawUnits draws flats with one owner, co-owners or the developer behind them.
func drawUnits(t *rapid.T, most int) []tally.Unit {
	n := rapid.IntRange(1, most).Draw(t, "units")
	units := make([]tally.Unit, n)
	for i := range units {
		owner := rapid.IntRange(0, n).Draw(t, "owner")
		u := tally.Unit{ID: fmt.Sprint("u", i), Area: tally.Area(rapid.Int64Range(1, 12).Draw(t, "area"))}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			u.Developer = "dev"
		case 1:
			u.Owners = []string{fmt.Sprint("o", owner), fmt.Sprint("p", owner%2)}
		default:
			u.Owners = []string{fmt.Sprint("o", owner)}
		}
		units[i] = u
	}
	return units
}

// drawChoice draws any answer, yes more often.
func drawChoice(t *rapid.T) tally.Choice {
	return rapid.SampledFrom([]tally.Choice{
		tally.Yes, tally.Yes, tally.Yes, tally.No, tally.Abstain, tally.Blank, tally.Invalid,
	}).Draw(t, "answer")
}

// drawBallots draws at most one ballot a voter, in any order.
func drawBallots(t *rapid.T, roll *tally.Roll, questions int) []tally.Ballot {
	var ballots []tally.Ballot
	for _, v := range roll.Voters() {
		if rapid.IntRange(0, 9).Draw(t, "silent") < 4 {
			continue
		}
		b := tally.Ballot{Voter: v.ID}
		for range questions {
			b.Answers = append(b.Answers, drawChoice(t))
		}
		ballots = append(ballots, b)
	}
	return rapid.Permutation(ballots).Draw(t, "ballots")
}
