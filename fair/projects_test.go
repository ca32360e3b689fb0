package fair_test

import (
	"bytes"
	"errors"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

func readElection(t testing.TB, name string) *fair.Election {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	e, err := fair.ReadPabulib(file)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func ids(e *fair.Election, selected []int) string {
	names := []string{}
	for _, p := range selected {
		names = append(names, e.Projects[p].ID)
	}
	return strings.Join(names, " ")
}

func TestChooseCourtyard(t *testing.T) {
	e := readElection(t, "courtyard.pb")
	tests := []struct {
		name    string
		rule    fair.Rule
		utility fair.Utility
	}{
		{"shares", fair.Rule{Shares: true}, fair.CostUtility},
		{"shares, counted", fair.Rule{Shares: true}, fair.CardinalityUtility},
		{"shares and one more", fair.Rule{Shares: true, AddOne: true}, fair.CostUtility},
		{"shares and one more, counted", fair.Rule{Shares: true, AddOne: true}, fair.CardinalityUtility},
		{"shares, one more, greedy", fair.Rule{Shares: true, AddOne: true, Greedy: true}, fair.CostUtility},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := fair.Choose(e, tt.rule, tt.utility)
			if err != nil {
				t.Fatal(err)
			}
			plain := slowly(e, tt.rule, tt.utility)
			if ids(e, got.Selected[:got.Shared]) != ids(e, plain) {
				t.Errorf("%s, plainly %s", ids(e, got.Selected), ids(e, plain))
			}
			if got.Cost > e.Budget {
				t.Errorf("cost %d of %d", got.Cost, e.Budget)
			}
		})
	}
}

func TestChooseGreedy(t *testing.T) {
	e := readElection(t, "courtyard.pb")
	got, err := fair.Choose(e, fair.Rule{}, fair.CostUtility)
	if err != nil {
		t.Fatal(err)
	}
	if ids(e, got.Selected) != "lamp slide wall bench rack" || got.Cost != 555_050 || !got.Tied {
		t.Errorf("%s for %d", ids(e, got.Selected), got.Cost)
	}
}

// slowly is the Method of Equal Shares as it is defined, in fractions, one
// step after the other.
func slowly(e *fair.Election, rule fair.Rule, u fair.Utility) []int {
	unit := rule.Unit
	if unit == 0 {
		unit = 100
	}
	last := slowRun(e, u, big.NewRat(e.Budget, int64(len(e.Votes))))
	supported := map[int]bool{}
	for _, v := range e.Votes {
		for _, p := range v.Approved {
			supported[p] = true
		}
	}
	for step := int64(1); rule.AddOne && len(last) < len(supported); step++ {
		share := big.NewRat(e.Budget, int64(len(e.Votes)))
		next := slowRun(e, u, share.Add(share, new(big.Rat).SetInt64(step*unit)))
		cost := int64(0)
		for _, p := range next {
			cost += e.Projects[p].Cost
		}
		if cost > e.Budget {
			break
		}
		last = next
	}
	return last
}

func slowRun(e *fair.Election, u fair.Utility, share *big.Rat) []int {
	money := make([]*big.Rat, len(e.Votes))
	for v := range money {
		money[v] = share
	}
	var bought []int
	for {
		best, price, least := -1, (*big.Rat)(nil), (*big.Rat)(nil)
		for p := range e.Projects {
			if slices.Contains(bought, p) {
				continue
			}
			x := slowPrice(e, p, money)
			if x == nil {
				continue
			}
			rho := new(big.Rat).Set(x)
			if u == fair.CostUtility {
				rho.Quo(rho, new(big.Rat).SetInt64(e.Projects[p].Cost))
			}
			if best < 0 || rho.Cmp(least) < 0 || rho.Cmp(least) == 0 && before(e, p, best) {
				best, price, least = p, x, rho
			}
		}
		if best < 0 {
			return bought
		}
		for _, v := range votersOf(e, best) {
			left := new(big.Rat).Sub(money[v], price)
			if left.Sign() < 0 {
				left = new(big.Rat)
			}
			money[v] = left
		}
		bought = append(bought, best)
	}
}

func votersOf(e *fair.Election, p int) []int {
	var out []int
	for v, vote := range e.Votes {
		if slices.Contains(vote.Approved, p) {
			out = append(out, v)
		}
	}
	return out
}

// before is the tie rule.
func before(e *fair.Election, p, q int) bool {
	a, b := len(votersOf(e, p)), len(votersOf(e, q))
	if a != b {
		return a > b
	}
	if e.Projects[p].Cost != e.Projects[q].Cost {
		return e.Projects[p].Cost < e.Projects[q].Cost
	}
	return p < q
}

func slowPrice(e *fair.Election, p int, money []*big.Rat) *big.Rat {
	voters := votersOf(e, p)
	slices.SortFunc(voters, func(a, b int) int { return money[a].Cmp(money[b]) })
	rest := new(big.Rat).SetInt64(e.Projects[p].Cost)
	for x, v := range voters {
		price := new(big.Rat).Quo(rest, new(big.Rat).SetInt64(int64(len(voters)-x)))
		if money[v].Cmp(price) >= 0 {
			return price
		}
		rest.Sub(rest, money[v])
	}
	return nil
}

// election draws a small vote; small numbers make ties and people who run out
// of money frequent.
func election(t *rapid.T) *fair.Election {
	e := &fair.Election{Budget: rapid.Int64Range(0, 400).Draw(t, "budget")}
	cost := rapid.Int64Range(1, 120)
	if rapid.Bool().Draw(t, "alike") {
		cost = rapid.SampledFrom([]int64{6, 12, 20, 60})
	}
	p := rapid.IntRange(1, 7).Draw(t, "projects")
	for x := range p {
		e.Projects = append(e.Projects, fair.Project{ID: string(rune('a' + x)), Cost: cost.Draw(t, "cost")})
	}
	ballot := rapid.SliceOfNDistinct(rapid.IntRange(0, p-1), 0, p, rapid.ID)
	some := rapid.SliceOfN(ballot, 1, 3).Draw(t, "ballots")
	for range rapid.IntRange(1, 9).Draw(t, "voters") {
		vote := rapid.SampledFrom(some).Draw(t, "vote")
		if rapid.Bool().Draw(t, "own") {
			vote = ballot.Draw(t, "own vote")
		}
		// projects next to each other are often liked by the same people
		if twin := rapid.IntRange(0, p-1).Draw(t, "twin"); p > 1 && slices.Contains(vote, twin) && !slices.Contains(vote, (twin+1)%p) {
			vote = append(slices.Clone(vote), (twin+1)%p)
		}
		e.Votes = append(e.Votes, fair.Vote{Approved: vote})
	}
	return e
}

// TestChooseIsEqualShares compares the bracketed runs with the definition.
func TestChooseIsEqualShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t)
		u := rapid.SampledFrom([]fair.Utility{fair.CostUtility, fair.CardinalityUtility}).Draw(t, "utility")
		rule := fair.Rule{Shares: true, AddOne: rapid.Bool().Draw(t, "add1"), Unit: rapid.Int64Range(1, 5).Draw(t, "unit")}
		got, err := fair.Choose(e, rule, u)
		if err != nil {
			t.Fatal(err)
		}
		if want := slowly(e, rule, u); !slices.Equal(got.Selected, want) {
			t.Fatalf("%v, by definition %v", got.Selected, want)
		}
	})
}

// TestChooseTwins has two projects alike in everything, for which some voters
// give all they have left: only exact fractions see that they are equal.
func TestChooseTwins(t *testing.T) {
	e := &fair.Election{Budget: 100, Projects: []fair.Project{{ID: "first", Cost: 16}, {ID: "b", Cost: 50}, {ID: "a", Cost: 50}, {ID: "last", Cost: 20}}}
	for v := range 10 {
		vote := fair.Vote{}
		if v < 8 {
			vote.Approved = append(vote.Approved, 0)
		}
		if v < 4 || v >= 8 {
			vote.Approved = append(vote.Approved, 2, 1)
		}
		if v == 5 {
			vote.Approved = append(vote.Approved, 3)
		}
		e.Votes = append(e.Votes, vote)
	}
	for _, u := range []fair.Utility{fair.CostUtility, fair.CardinalityUtility} {
		for _, addOne := range []bool{false, true} {
			rule := fair.Rule{Shares: true, AddOne: addOne, Unit: 1}
			c, err := fair.Choose(e, rule, u)
			if err != nil {
				t.Fatal(err)
			}
			if want := slowly(e, rule, u); !slices.Equal(c.Selected, want) || !c.Tied || c.Selected[1] != 1 {
				t.Errorf("%s: %v, tied %t; by definition %v", u, c.Selected, c.Tied, want)
			}
		}
	}
}

// TestPaymentsPay: every bought project is paid by its voters to the fen,
// exactly too, and nobody pays more than their share.
func TestPaymentsPay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t)
		c, err := fair.Choose(e, fair.Rule{Shares: true, AddOne: true, Greedy: true, Unit: 3}, fair.CostUtility)
		if err != nil {
			t.Fatal(err)
		}
		if c.Cost > e.Budget {
			t.Fatalf("cost %d of %d", c.Cost, e.Budget)
		}
		share := big.NewRat(e.Budget, int64(len(e.Votes)))
		share.Add(share, new(big.Rat).SetInt64(3*c.Steps))
		fen, exact := map[int]int64{}, map[int]*big.Rat{}
		for v, paid := range fair.Payments(e, c) {
			sum := new(big.Rat)
			for _, p := range paid {
				if !slices.Contains(e.Votes[v].Approved, p.Project) {
					t.Fatalf("voter %d pays for %d", v, p.Project)
				}
				sum.Add(sum, p.Exact)
				fen[p.Project] += p.Fen
				if exact[p.Project] == nil {
					exact[p.Project] = new(big.Rat)
				}
				exact[p.Project].Add(exact[p.Project], p.Exact)
			}
			if sum.Cmp(share) > 0 {
				t.Fatalf("voter %d pays %s of %s", v, sum, share)
			}
		}
		for _, p := range c.Selected[:c.Shared] {
			if fen[p] != e.Projects[p].Cost || exact[p].Cmp(new(big.Rat).SetInt64(fen[p])) != 0 {
				t.Fatalf("project %d: %d fen, exactly %s, of %d", p, fen[p], exact[p], e.Projects[p].Cost)
			}
		}
		for _, p := range c.Selected[c.Shared:] {
			if fen[p] != 0 {
				t.Fatalf("greedy's project %d was paid from shares", p)
			}
		}
	})
}

func TestChooseRefuses(t *testing.T) {
	one := []fair.Project{{ID: "a", Cost: 5}}
	tests := []struct {
		field string
		e     fair.Election
		rule  fair.Rule
		u     fair.Utility
	}{
		{"budget", fair.Election{Budget: -1}, fair.Rule{}, fair.CostUtility},
		{"projects[0].cost", fair.Election{Projects: []fair.Project{{}}}, fair.Rule{}, fair.CostUtility},
		{"votes[0]", fair.Election{Projects: one, Votes: []fair.Vote{{Approved: []int{1}}}}, fair.Rule{}, fair.CostUtility},
		{"votes[0]", fair.Election{Projects: one, Votes: []fair.Vote{{Approved: []int{0, 0}}}}, fair.Rule{}, fair.CostUtility},
		{"utility", fair.Election{Projects: one}, fair.Rule{}, "joy"},
		{"unit", fair.Election{Projects: one}, fair.Rule{Unit: -1}, fair.CostUtility},
		{"projects", fair.Election{Projects: slices.Repeat([]fair.Project{{Cost: fair.MaxFen}}, 1200)}, fair.Rule{}, fair.CostUtility},
	}
	for _, tt := range tests {
		var input *fair.InputError
		if _, err := fair.Choose(&tt.e, tt.rule, tt.u); !errors.As(err, &input) || input.Field != tt.field {
			t.Errorf("%s: %v", tt.field, err)
		}
	}
	c, err := fair.Choose(&fair.Election{Budget: 10, Projects: one}, fair.Rule{Shares: true, AddOne: true}, fair.CostUtility)
	if err != nil || len(c.Selected) != 0 {
		t.Errorf("without voters: %+v, %v", c, err)
	}
}

func TestPabulibRoundTrip(t *testing.T) {
	e := readElection(t, "courtyard.pb")
	if e.Budget != 600_000 || e.Projects[1].Cost != 80_050 || e.Projects[2].Name != `A slide; for the "small" ones` {
		t.Errorf("%+v", e)
	}
	var text bytes.Buffer
	if err := fair.WritePabulib(&text, e); err != nil {
		t.Fatal(err)
	}
	again, err := fair.ReadPabulib(&text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, again); diff != "" {
		t.Error(diff)
	}
}

// full is a writer with no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestWritePabulibSaysSo(t *testing.T) {
	if err := fair.WritePabulib(full{}, readElection(t, "courtyard.pb")); err == nil {
		t.Error("a failed write went unnoticed")
	}
}

func TestReadPabulibSaysSo(t *testing.T) {
	if _, err := fair.ReadPabulib(iotest.ErrReader(errors.New("no disk"))); err == nil {
		t.Error("a failed read went unnoticed")
	}
}

func TestReadPabulibRefuses(t *testing.T) {
	const good = "META\nkey;value\nbudget;10\nPROJECTS\nproject_id;cost\na;5\nb;6.5\nVOTES\nvoter_id;vote\n1;a,b\n2;b\n"
	if _, err := fair.ReadPabulib(strings.NewReader("\ufeff" + good)); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, old, new, field string }{
		{"no section", "META\n", "", "line 1"},
		{"no column", "voter_id;vote", "voter_id;votes", "line 9"},
		{"no value", "budget;10", "budget", "line 3"},
		{"no budget", "budget;10", "unit;10", "budget"},
		{"a budget twice", "budget;10", "budget;10\nbudget;11", "line 4"},
		{"a budget in words", "budget;10", "budget;ten", "line 3"},
		{"a budget past the limit", "budget;10", "budget;10000000000001", "line 3"},
		{"a budget past all limits", "budget;10", "budget;99999999999999999999", "line 3"},
		{"thousandths", "b;6.5", "b;6.505", "line 7"},
		{"no digits", "b;6.5", "b;.5", "line 7"},
		{"a sign inside", "b;6.5", "b;6-5", "line 7"},
		{"a sign alone", "b;6.5", "b;-", "line 7"},
		{"a negative cost", "b;6.5", "b;-6.5", "projects[1].cost"},
		{"a project twice", "b;6.5", "a;6.5", "line 7"},
		{"a project without a name", "b;6.5", ";6.5", "line 7"},
		{"a cell too many in a project", "b;6.5", "b;6.5;x", "line 7"},
		{"a cell too many in a vote", "2;b", "2;b;x", "line 11"},
		{"a voter twice", "2;b", "1;b", "line 11"},
		{"an unknown project", "2;b", "2;c", "line 11"},
		{"a project twice in a vote", "2;b", "2;b,b", "line 11"},
		{"votes missing", "budget;10", "budget;10\nnum_votes;3", "num_votes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fair.ReadPabulib(strings.NewReader(strings.Replace(good, tt.old, tt.new, 1)))
			var input *fair.InputError
			if !errors.As(err, &input) || input.Field != tt.field {
				t.Errorf("%v", err)
			}
		})
	}
}

// FuzzReadPabulib reads anything without falling over, and reads back what it
// writes of what it could read.
func FuzzReadPabulib(f *testing.F) {
	text, err := os.ReadFile("testdata/courtyard.pb")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("META\nkey;value\nbudget;1.5\nPROJECTS\nproject_id;cost\na;5\nVOTES\nvoter_id;vote\n1;a\n")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := fair.ReadPabulib(strings.NewReader(text))
		if err != nil {
			return
		}
		if len(e.Votes) < 20 && len(e.Projects) < 10 && e.Budget < 1e6 {
			if _, err := fair.Choose(e, fair.Rule{Greedy: true}, fair.CostUtility); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := fair.WritePabulib(&out, e); err != nil {
			t.Fatal(err)
		}
		again, err := fair.ReadPabulib(&out)
		if err != nil {
			t.Fatalf("%v\n%q", err, out.String())
		}
		if again.Budget != e.Budget || len(again.Votes) != len(e.Votes) || len(again.Projects) != len(e.Projects) {
			t.Fatalf("%+v\n%+v", e, again)
		}
	})
}
