package tally_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/linli/linli/tally"
	"pgregory.net/rapid"
)

func TestRunningEqualsARecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roll := must(tally.NewRoll(drawRule(t), drawUnits(t, 12), tally.Scope{}))
		s := sheet(5, 6, 9)
		running := must(tally.NewRunning(roll, s))
		voters := roll.Voters()
		latest := map[string]tally.Ballot{}
		var all []tally.Ballot
		for range rapid.IntRange(0, 40).Draw(t, "ballots") {
			v := rapid.SampledFrom(voters).Draw(t, "voter")
			b := say(v.ID, drawChoice(t), drawChoice(t), drawChoice(t))
			must(0, running.Cast(b))
			latest[v.ID] = b
			all = append(all, b)
			var box []tally.Ballot
			for _, b := range latest {
				box = append(box, b)
			}
			want := must(tally.Count(roll, s, box))
			if diff := cmp.Diff(want, running.Results()); diff != "" {
				t.Fatal(diff)
			}
		}
		if diff := cmp.Diff(must(tally.Count(roll, s, running.Ballots())), running.Results()); diff != "" {
			t.Fatal(diff)
		}
		again := must(tally.NewRunning(roll, s))
		must(0, again.CastAll(all))
		if diff := cmp.Diff(running.Results(), again.Results()); diff != "" {
			t.Fatal(diff)
		}
		if len(running.Ballots()) != len(latest) {
			t.Fatalf("%d ballots stand, want %d", len(running.Ballots()), len(latest))
		}
	})
}

func TestCastAllStopsAtTheFirstRefused(t *testing.T) {
	roll := must(tally.NewRoll(tally.CivilCode(), equalFlats(300), tally.Scope{}))
	ballots := make([]tally.Ballot, 300)
	for i, v := range roll.Voters() {
		ballots[i] = say(v.ID, tally.Yes)
	}
	ballots[200].Voter = "ghost"
	running := must(tally.NewRunning(roll, sheet(5)))
	wantFault(t, running.CastAll(ballots), tally.FaultNobody, "ballots[200].voter")
	if res := running.Results()[0]; res.Yes.Heads != 200 {
		t.Errorf("%d ballots stand, want 200", res.Yes.Heads)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule, units := drawRule(t), drawUnits(t, 12)
		roll := must(tally.NewRoll(rule, units, tally.Scope{}))
		box := drawBallots(t, roll, 2)
		want := must(tally.Count(roll, sheet(5, 7), box))
		other := rapid.Permutation(box).Draw(t, "other box")
		if diff := cmp.Diff(want, must(tally.Count(roll, sheet(5, 7), other))); diff != "" {
			t.Fatal(diff)
		}
		roll = must(tally.NewRoll(rule, rapid.Permutation(units).Draw(t, "other roll"), tally.Scope{}))
		if diff := cmp.Diff(want, must(tally.Count(roll, sheet(5, 7), other))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAYesNeverLowersYes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roll := must(tally.NewRoll(drawRule(t), drawUnits(t, 12), tally.Scope{}))
		running := must(tally.NewRunning(roll, sheet(5)))
		for _, b := range drawBallots(t, roll, 1) {
			must(0, running.Cast(b))
		}
		before := running.Results()[0]
		v := rapid.SampledFrom(roll.Voters()).Draw(t, "voter")
		must(0, running.Cast(say(v.ID, tally.Yes)))
		after := running.Results()[0]
		if after.Yes.Area < before.Yes.Area || after.Yes.Heads < before.Yes.Heads ||
			after.Part.Area < before.Part.Area || after.Part.Heads < before.Part.Heads {
			t.Fatalf("a yes lowered a count:\n%+v\n%+v", before, after)
		}
		if before.Quorum && !after.Quorum || before.Passed && !after.Passed {
			t.Fatalf("a yes turned the result:\n%+v\n%+v", before, after)
		}
		if before.ToPass.Reachable && (!after.ToPass.Reachable || after.ToPass.Homes > before.ToPass.Homes) {
			t.Fatalf("a yes made it harder:\n%+v\n%+v", before, after)
		}
	})
}

func TestEachQuestionByItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roll := must(tally.NewRoll(drawRule(t), drawUnits(t, 12), tally.Scope{}))
		box := drawBallots(t, roll, 2)
		both := must(tally.Count(roll, sheet(5, 8), box))
		for q, item := range []int{5, 8} {
			var alone []tally.Ballot
			for _, b := range box {
				alone = append(alone, say(b.Voter, b.Answers[q]))
			}
			want := must(tally.Count(roll, sheet(item), alone))[0]
			want.Question = both[q].Question
			if diff := cmp.Diff(want, both[q]); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestDoors(t *testing.T) {
	roll := must(tally.NewRoll(tally.CivilCode(), flats(100, 300, 200, 300), tally.Scope{}))
	running := must(tally.NewRunning(roll, sheet(5, 6)))
	must(0, running.Cast(say("o1", tally.No, tally.Blank)))
	names := func(question string, n int) (ids []string) {
		for _, v := range running.Doors(question, n) {
			ids = append(ids, v.ID)
		}
		return ids
	}
	for _, c := range []struct {
		question string
		n        int
		want     []string
	}{
		{"q0", 2, []string{"o3", "o2"}},
		{"q1", 2, []string{"o1", "o3"}},
		{"q0", 9, []string{"o3", "o2", "o0"}},
		{"q0", 0, nil},
		{"q9", 1, nil},
	} {
		if diff := cmp.Diff(c.want, names(c.question, c.n)); diff != "" {
			t.Errorf("%s %d: %s", c.question, c.n, diff)
		}
	}
}
