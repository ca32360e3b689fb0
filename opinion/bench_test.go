package opinion_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/linli/linli/opinion"
)

// sizes of the benchmarks: so many people, each asked 500 statements, of which
// nearly all are answered: the worst case.
func sizes() []int { return []int{100, 300, 1_000, 3_000, 10_000} }

const asked = 500

// readOnce returns how long it takes to read the matrix of votes once, a byte a
// vote: no method can be faster.
func readOnce(ballots []opinion.Ballot) time.Duration {
	votes := make([]opinion.Vote, len(ballots))
	for i, b := range ballots {
		votes[i] = b.Vote
	}
	sum, least := 0, time.Duration(math.MaxInt64)
	for range 5 {
		start := time.Now()
		for _, v := range votes {
			sum += int(v)
		}
		least = min(least, time.Since(start))
	}
	if sum > 5*len(votes) {
		panic("more agrees than votes")
	}
	return least
}

// measured runs work for each iteration and reports the shortest time, which a
// busy machine disturbs least, and its ratio to reading the matrix once.
func measured(b *testing.B, ballots []opinion.Ballot, work func()) float64 {
	bound := readOnce(ballots)
	least := math.Inf(1)
	for b.Loop() {
		start := time.Now()
		work()
		least = min(least, time.Since(start).Seconds())
	}
	b.ReportMetric(1e3*least, "least-ms")
	b.ReportMetric(least/bound.Seconds(), "×reading")
	return least
}

// growth reports the exponent e of time ~ people^e, fitted by least squares on
// logarithms over all sizes, as the metric of the last.
func growth(b *testing.B, name string, setup func(b *testing.B, ballots []opinion.Ballot) (work func())) {
	var people, seconds []float64
	for _, n := range sizes() {
		ballots := camps(n, asked, 3, 0.05, 1)
		b.Run(fmt.Sprintf("%s/people=%d", name, n), func(b *testing.B) {
			least := measured(b, ballots, setup(b, ballots))
			if len(people) > 0 && people[len(people)-1] == math.Log(float64(n)) {
				seconds[len(seconds)-1] = math.Log(least)
			} else {
				people, seconds = append(people, math.Log(float64(n))), append(seconds, math.Log(least))
			}
			b.ReportMetric(slope(people, seconds), "growth")
		})
	}
}

// slope is the least-squares slope of y over x; 0 for a single point.
func slope(x, y []float64) float64 {
	var mx, my, xy, xx float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(y))
	}
	for i := range x {
		xy, xx = xy+(x[i]-mx)*(y[i]-my), xx+(x[i]-mx)*(x[i]-mx)
	}
	if xx == 0 {
		return 0
	}
	return xy / xx
}

// BenchmarkFromBallots computes everything from the list of votes.
func BenchmarkFromBallots(b *testing.B) {
	growth(b, "all", func(b *testing.B, ballots []opinion.Ballot) func() {
		return func() {
			c := talk(b, opinion.Options{}, ballots)
			if _, err := c.Compare(c.Draw(nil).Members()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkOneMoreVote changes one vote and brings up to date the counts, the
// comparison of the groups and the voter's place on the map.
func BenchmarkOneMoreVote(b *testing.B) {
	growth(b, "vote", func(b *testing.B, ballots []opinion.Ballot) func() {
		c := talk(b, opinion.Options{}, ballots)
		m := c.Draw(nil)
		groups := m.Members()
		if _, err := c.Compare(groups); err != nil {
			b.Fatal(err)
		}
		vote := opinion.Agree
		return func() {
			vote = -vote
			cast(b, c, opinion.Ballot{Participant: "p3", Statement: "7", Vote: vote})
			if _, err := c.Compare(groups); err != nil {
				b.Fatal(err)
			}
			if _, found := c.Locate(m, "p3"); !found {
				b.Fatal("the voter is not on the map")
			}
		}
	})
}

// BenchmarkNextMap changes one vote and draws the map anew from the previous
// one.
func BenchmarkNextMap(b *testing.B) {
	growth(b, "map", func(b *testing.B, ballots []opinion.Ballot) func() {
		c := talk(b, opinion.Options{}, ballots)
		m := c.Draw(nil)
		vote := opinion.Agree
		return func() {
			vote = -vote
			cast(b, c, opinion.Ballot{Participant: "p3", Statement: "7", Vote: vote})
			m = c.Draw(m)
		}
	})
}

// One more vote costs far less than computing everything again, in the same run
// on the same machine. Measured it is several hundred times less.
func TestOneMoreVoteIsCheap(t *testing.T) {
	ballots := camps(1000, 200, 3, 0.05, 1)
	start := time.Now()
	c := talk(t, opinion.Options{}, ballots)
	m := c.Draw(nil)
	groups := m.Members()
	if _, err := c.Compare(groups); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(start)
	one := time.Duration(math.MaxInt64)
	for i := range 20 {
		start := time.Now()
		cast(t, c, opinion.Ballot{Participant: "p3", Statement: "7", Vote: opinion.Vote(i%3 - 1)})
		if _, err := c.Compare(groups); err != nil {
			t.Fatal(err)
		}
		if _, found := c.Locate(m, "p3"); !found {
			t.Fatal("the voter is not on the map")
		}
		one = min(one, time.Since(start))
	}
	if one*20 > whole {
		t.Errorf("one more vote takes %v, everything %v", one, whole)
	}
}
