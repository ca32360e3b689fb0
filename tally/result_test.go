package tally_test

import (
	"math/bits"
	"testing"

	"github.com/linli/linli/tally"
	"pgregory.net/rapid"
)

// takesPart says who counts as taking part with an answer.
func takesPart(rule tally.Rule, c tally.Choice) bool {
	return c == tally.Yes || c == tally.No || c == tally.Abstain ||
		c == tally.Invalid && rule.Parameters.InvalidTakesPart
}

// bruteForce tries every set of homes that have not taken part, lets them all
// say yes, and gives the size of the smallest set after which reached holds;
// ok is false if there is none. It also checks that no such set brings less
// than the stated gaps.
func bruteForce(t *rapid.T, roll *tally.Roll, ballots []tally.Ballot, gap tally.Missing, reached func(tally.Result) bool) (homes int, ok bool) {
	standing := map[string]tally.Choice{}
	for _, b := range ballots {
		standing[b.Voter] = b.Answers[0]
	}
	var silent []tally.Voter
	for _, v := range roll.Voters() {
		if !takesPart(roll.Rule(), standing[v.ID]) {
			silent = append(silent, v)
		}
	}
	homes = len(silent) + 1
	for set := range 1 << len(silent) {
		box := make([]tally.Ballot, 0, len(ballots)+len(silent))
		var area tally.Area
		for i, v := range silent {
			if set>>i&1 == 1 {
				box = append(box, say(v.ID, tally.Yes))
				area += v.Area
			}
		}
		for _, b := range ballots {
			if takesPart(roll.Rule(), b.Answers[0]) {
				box = append(box, b)
			}
		}
		if !reached(must(tally.Count(roll, sheet(5), box))[0]) {
			continue
		}
		n := bits.OnesCount(uint(set))
		homes = min(homes, n)
		if area < gap.Area || n < gap.Heads {
			t.Fatalf("%d homes of %s reach it, less than the gap %+v", n, area, gap)
		}
	}
	return homes, homes <= len(silent)
}

func TestMissingIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roll := must(tally.NewRoll(drawRule(t), drawUnits(t, 8), tally.Scope{}))
		ballots := drawBallots(t, roll, 1)
		res := must(tally.Count(roll, sheet(5), ballots))[0]
		for _, c := range []struct {
			name    string
			got     tally.Missing
			reached func(tally.Result) bool
		}{
			{"quorum", res.ToQuorum, func(r tally.Result) bool { return r.Quorum }},
			{"pass", res.ToPass, func(r tally.Result) bool { return r.Passed }},
		} {
			homes, ok := bruteForce(t, roll, ballots, c.got, c.reached)
			if c.got.Reachable != ok || ok && c.got.Homes != homes {
				t.Fatalf("%s: got %+v, brute force %d %v\n%+v", c.name, c.got, homes, ok, res)
			}
		}
	})
}

func TestDoorsReachIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roll := must(tally.NewRoll(drawRule(t), drawUnits(t, 40), tally.Scope{}))
		running := must(tally.NewRunning(roll, sheet(5)))
		for _, b := range drawBallots(t, roll, 1) {
			must(0, running.Cast(b))
		}
		missing := running.Results()[0].ToPass
		doors := running.Doors("q0", missing.Homes)
		if len(doors) != missing.Homes {
			t.Fatalf("%d doors for %+v", len(doors), missing)
		}
		for i, v := range doors {
			if missing.Reachable && running.Results()[0].Passed {
				t.Fatalf("passed after %d of %d doors", i, len(doors))
			}
			must(0, running.Cast(say(v.ID, tally.Yes)))
		}
		if running.Results()[0].Passed != missing.Reachable {
			t.Fatalf("after all doors: %+v", running.Results()[0])
		}
	})
}

func TestGapIsTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		rule.Parameters.Silent = nil
		roll := must(tally.NewRoll(rule, drawUnits(t, 12), tally.Scope{}))
		res := must(tally.Count(roll, sheet(5), drawBallots(t, roll, 1)))[0]
		if res.Passed {
			return
		}
		item, _ := rule.Item(5)
		reach := func(s tally.Weight) (area, heads bool) {
			part := tally.Weight{Area: res.Part.Area + s.Area, Heads: res.Part.Heads + s.Heads}
			q, m := rule.Parameters.Quorum, item.Majority
			area = q.Area.Holds(int64(part.Area), int64(res.Total.Area)) &&
				m.Area.Holds(int64(res.Yes.Area+s.Area), int64(part.Area))
			heads = q.Heads.Holds(int64(part.Heads), int64(res.Total.Heads)) &&
				m.Heads.Holds(int64(res.Yes.Heads+s.Heads), int64(part.Heads))
			return area, heads
		}
		gap := res.ToPass
		const never = 1 << 40
		if gap.Area < never && gap.Heads < never {
			area, heads := reach(tally.Weight{Area: gap.Area, Heads: gap.Heads})
			if !area || !heads {
				t.Fatalf("the gap %+v is not enough: %+v", gap, res)
			}
		}
		area, heads := reach(tally.Weight{Area: gap.Area - 1, Heads: gap.Heads - 1})
		if gap.Area > 0 && area || gap.Heads > 0 && heads {
			t.Fatalf("less than the gap %+v is enough: %+v", gap, res)
		}
	})
}

func TestExactLines(t *testing.T) {
	yes := func(n int) (box []tally.Ballot) {
		for i := range n {
			box = append(box, say("o"+string(rune('0'+i)), tally.Yes))
		}
		return box
	}
	vote := func(item, homes, yesses, noes int) tally.Result {
		box := yes(yesses + noes)
		for i := range noes {
			box[yesses+i].Answers[0] = tally.No
		}
		return count(equalFlats(homes), sheet(item), box...)[0]
	}
	for name, c := range map[string]struct {
		got            tally.Result
		quorum, passed bool
	}{
		"2/3 take part":           {vote(5, 9, 6, 0), true, true},
		"one short of 2/3":        {vote(5, 9, 5, 0), false, false},
		"half agree":              {vote(5, 9, 4, 4), true, false},
		"just over half agree":    {vote(5, 9, 4, 3), true, true},
		"3/4 agree":               {vote(6, 9, 6, 2), true, true},
		"less than 3/4 agree":     {vote(6, 9, 5, 2), true, false},
		"3/4 is enough for all":   {vote(7, 8, 6, 2), true, true},
		"nobody comes":            {vote(5, 9, 0, 0), false, false},
		"everybody is against it": {vote(5, 9, 0, 9), true, false},
	} {
		if c.got.Quorum != c.quorum || c.got.Passed != c.passed {
			t.Errorf("%s: got %+v", name, c.got)
		}
	}
}

func TestRuleStandsInTheResult(t *testing.T) {
	res := count(equalFlats(9), sheet(5), say("o0", tally.Yes))[0]
	want := tally.Result{
		Question: "q0", Item: 5, Rule: "cn-civil-code-278", Source: "中华人民共和国民法典第二百七十八条",
		Total:    tally.Weight{Area: 90000, Heads: 9},
		Part:     tally.Weight{Area: 10000, Heads: 1},
		Yes:      tally.Weight{Area: 10000, Heads: 1},
		NeedPart: tally.Weight{Area: 60000, Heads: 6},
		NeedYes:  tally.Weight{Area: 5001, Heads: 1},
		ToQuorum: tally.Missing{Area: 50000, Heads: 5, Homes: 5, Reachable: true},
		ToPass:   tally.Missing{Area: 50000, Heads: 5, Homes: 5, Reachable: true},
	}
	if res != want {
		t.Errorf("got %+v\nwant %+v", res, want)
	}
}

func TestInvalidAnswers(t *testing.T) {
	rule := tally.CivilCode()
	box := []tally.Ballot{say("o0", tally.Yes), say("o1", tally.Invalid), say("o2", tally.Blank)}
	roll := must(tally.NewRoll(rule, equalFlats(3), tally.Scope{}))
	if res := must(tally.Count(roll, sheet(5), box))[0]; res.Part.Heads != 1 || res.Invalid.Heads != 1 || res.Quorum {
		t.Errorf("by default: %+v", res)
	}
	rule.Parameters.InvalidTakesPart = true
	roll = must(tally.NewRoll(rule, equalFlats(3), tally.Scope{}))
	if res := must(tally.Count(roll, sheet(5), box))[0]; res.Part.Heads != 2 || !res.Quorum || res.Passed {
		t.Errorf("by rule: %+v", res)
	}
}

func TestSilentFollow(t *testing.T) {
	rule := tally.CivilCode()
	rule.Parameters.Silent = &tally.Silent{Clause: "管理规约第十二条"}
	roll := must(tally.NewRoll(rule, equalFlats(9), tally.Scope{}))
	box := func(yes, no, abstain int) []tally.Ballot {
		var box []tally.Ballot
		for choice, n := range []int{0, yes, no, abstain} {
			for range n {
				box = append(box, say("o"+string(rune('0'+len(box))), tally.Choice(choice)))
			}
		}
		return box
	}
	for name, c := range map[string]struct {
		yes, no, abstain int
		item             int
		side             tally.Choice
		follow           int
		quorum, passed   bool
	}{
		"the silent join the yes":      {4, 1, 1, 6, tally.Yes, 3, true, true},
		"but make up no quorum":        {5, 0, 0, 5, tally.Yes, 4, false, false},
		"the silent join the no":       {2, 4, 0, 5, tally.No, 3, true, false},
		"a tie leads nobody":           {3, 3, 0, 5, tally.Blank, 0, true, false},
		"abstentions still weigh":      {4, 0, 3, 6, tally.Yes, 2, true, false},
		"nobody is silent when all do": {7, 2, 0, 6, tally.Yes, 0, true, true},
	} {
		res := must(tally.Count(roll, sheet(c.item), box(c.yes, c.no, c.abstain)))[0]
		if res.Side != c.side || res.Follow.Heads != c.follow || res.Quorum != c.quorum || res.Passed != c.passed {
			t.Errorf("%s: got %+v", name, res)
		}
	}
	off := count(equalFlats(9), sheet(6), box(4, 1, 1)...)[0]
	if off.Passed || off.Follow != (tally.Weight{}) {
		t.Errorf("off by default: got %+v", off)
	}
}
