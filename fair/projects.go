package fair

import (
	"fmt"
	"math/big"
	"slices"
)

// Project (项目) is one thing the budget could pay for.
type Project struct {
	ID   string
	Name string
	Cost int64 // in fen, above zero
	// Cells are the further columns of a .pb file, as Election.ProjectColumns
	// names them.
	Cells []string
}

// Vote is one voter's approvals.
type Vote struct {
	Voter    string
	Approved []int // indices of projects, each once
	Cells    []string
}

// Election is one vote on projects under a budget, in the terms of Pabulib's
// .pb files.
type Election struct {
	Budget   int64 // in fen
	Projects []Project
	Votes    []Vote

	// Meta are the entries of the META section but the counts and the budget,
	// in order.
	Meta           [][2]string
	ProjectColumns []string
	VoteColumns    []string
}

// Utility says what a voter has of an approved project.
type Utility string

const (
	// CostUtility counts the money spent on approved projects.
	CostUtility Utility = "cost"
	// CardinalityUtility counts approved projects.
	CardinalityUtility Utility = "cardinality"
)

// Rule says how projects are chosen.
type Rule struct {
	// Shares chooses by the Method of Equal Shares first; without it
	// everything is left to greedy.
	Shares bool
	// AddOne raises everybody's share by one unit of money at a time until
	// the budget would be overspent, and keeps the last choice that fits.
	AddOne bool
	// Greedy spends what is left on the most approved projects that fit.
	Greedy bool
	// Unit is what AddOne adds each time, in fen; 0 means 100, one yuan.
	Unit int64
}

// Choice is the outcome.
type Choice struct {
	// Selected are indices of projects in the order they were chosen.
	Selected []int
	// Cost of all of them, in fen.
	Cost int64
	// Steps is how often AddOne raised the shares.
	Steps int64
	// Tied reports whether two projects were ever equally good on the way,
	// so that the tie rule decided: more votes, lower cost, file order.
	Tied bool
	// Shared is how many of Selected were bought from the voters' shares;
	// the rest is greedy's.
	Shared int

	utility Utility
	unit    int64
}

// Choose runs a rule on an election. Voters of no approved project count: the
// budget is divided by everybody who voted. Errors are *InputError.
//
// Source: Peters, Pierczyński and Skowron, Proportional participatory budgeting
// with additive utilities, NeurIPS 2021.
func Choose(e *Election, r Rule, u Utility) (*Choice, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	if u != CostUtility && u != CardinalityUtility {
		return nil, invalid("utility", "%q is neither %q nor %q", u, CostUtility, CardinalityUtility)
	}
	if r.Unit < 0 || r.Unit > MaxFen {
		return nil, invalid("unit", "%d is not between 0 and %d", r.Unit, int64(MaxFen))
	}
	c := &Choice{utility: u, unit: r.Unit, Selected: []int{}}
	if c.unit == 0 {
		c.unit = 100
	}
	if r.Shares && len(e.Votes) > 0 {
		newSharing(e, c).choose(r.AddOne)
	}
	c.Shared = len(c.Selected)
	if r.Greedy || !r.Shares {
		c.greedy(e)
	}
	c.Cost = e.costOf(c.Selected)
	return c, nil
}

// check refuses what cannot be computed with.
func (e *Election) check() error {
	if e.Budget < 0 || e.Budget > MaxFen {
		return invalid("budget", "%d is not between 0 and %d fen", e.Budget, int64(MaxFen))
	}
	total := new(big.Int)
	for i, p := range e.Projects {
		if p.Cost <= 0 || p.Cost > MaxFen {
			return invalid(fmt.Sprintf("projects[%d].cost", i), "%d is not between 1 and %d fen", p.Cost, int64(MaxFen))
		}
		total.Add(total, big.NewInt(p.Cost))
	}
	if total.Cmp(big.NewInt(safe/2)) > 0 { // leaves room for shares of one more step
		return invalid("projects", "their costs sum to more than %d fen", safe/2)
	}
	for i, v := range e.Votes {
		seen := map[int]bool{}
		for _, p := range v.Approved {
			if p < 0 || p >= len(e.Projects) || seen[p] {
				return invalid(fmt.Sprintf("votes[%d]", i), "there is no project %d, or it is named twice", p)
			}
			seen[p] = true
		}
	}
	return nil
}

// supporters returns the voters of each project.
func (e *Election) supporters() [][]int {
	out := make([][]int, len(e.Projects))
	for v, vote := range e.Votes {
		for _, p := range vote.Approved {
			out[p] = append(out[p], v)
		}
	}
	return out
}

func (e *Election) costOf(projects []int) int64 {
	sum := int64(0)
	for _, p := range projects {
		sum += e.Projects[p].Cost
	}
	return sum
}

// greedy adds, by falling number of votes (then lower cost, then file order),
// every supported project that fits into what is left.
func (c *Choice) greedy(e *Election) {
	votes := e.supporters()
	order := make([]int, 0, len(e.Projects))
	for p := range e.Projects {
		if len(votes[p]) > 0 && !slices.Contains(c.Selected, p) {
			order = append(order, p)
		}
	}
	rank := func(a, b int) int {
		if d := len(votes[b]) - len(votes[a]); d != 0 {
			return d
		}
		return cmpFen(e.Projects[a].Cost, e.Projects[b].Cost)
	}
	slices.SortStableFunc(order, rank)
	left := e.Budget - e.costOf(c.Selected)
	for x, p := range order {
		if x > 0 && len(votes[order[x-1]]) == len(votes[p]) {
			c.Tied = true
		}
		if e.Projects[p].Cost <= left {
			left -= e.Projects[p].Cost
			c.Selected = append(c.Selected, p)
		}
	}
}
