package opinion_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/linli/linli/opinion"
)

// tester is what the samples need of a test, a benchmark or a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Error(args ...any)
	Fatal(args ...any)
}

// talk puts ballots into a new conversation.
func talk(t tester, opts opinion.Options, ballots []opinion.Ballot) *opinion.Conversation {
	t.Helper()
	c := opinion.New(opts)
	for _, b := range ballots {
		if _, err := c.Cast(b); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// cast casts one good ballot.
func cast(t tester, c *opinion.Conversation, b opinion.Ballot) (replaced bool) {
	t.Helper()
	replaced, err := c.Cast(b)
	if err != nil {
		t.Fatal(err)
	}
	return replaced
}

// sheet writes ballots from rows of signs: one row a participant (a, b, c, …),
// one sign a statement (1, 2, 3, …): + agree, - disagree, o pass, a blank no
// vote.
func sheet(rows ...string) []opinion.Ballot {
	votes := map[rune]opinion.Vote{'+': opinion.Agree, '-': opinion.Disagree, 'o': opinion.Pass}
	var ballots []opinion.Ballot
	for p, row := range rows {
		for s, sign := range row {
			if vote, cast := votes[sign]; cast {
				who := opinion.ID(rune('a' + p))
				ballots = append(ballots, opinion.Ballot{Participant: who, Statement: statementID(s + 1), Vote: vote})
			}
		}
	}
	return ballots
}

// camps draws votes of people in camps: each camp has its own opinion of each
// statement, which most of it share; a part of the votes is missing. The same
// seed gives the same votes.
func camps(people, statements, groups int, missing float64, seed uint64) []opinion.Ballot {
	r := rand.New(rand.NewPCG(seed, 7))
	belief := make([][]opinion.Vote, groups)
	for g := range belief {
		for range statements {
			belief[g] = append(belief[g], opinion.Vote(r.IntN(3)-1))
		}
	}
	ids := make([]opinion.ID, statements)
	for s := range ids {
		ids[s] = statementID(s)
	}
	ballots := make([]opinion.Ballot, 0, people*statements)
	for p := range people {
		who := personID(p)
		for s := range statements {
			vote := belief[p%groups][s]
			if r.Float64() < 0.2 {
				vote = opinion.Vote(r.IntN(3) - 1)
			}
			if r.Float64() >= missing {
				ballots = append(ballots, opinion.Ballot{Participant: who, Statement: ids[s], Vote: vote})
			}
		}
	}
	return ballots
}

func personID(p int) opinion.ID    { return opinion.ID(fmt.Sprintf("p%d", p)) }
func statementID(s int) opinion.ID { return opinion.ID(fmt.Sprint(s)) }

// near fails unless got is want up to tolerance.
func near(t tester, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

// groupOf returns each participant's group on a map.
func groupOf(m *opinion.Map) map[opinion.ID]int {
	groups := map[opinion.ID]int{}
	for _, p := range m.Places {
		groups[p.Participant] = p.Group
	}
	return groups
}
