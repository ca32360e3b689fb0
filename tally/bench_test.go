package tally_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/linli/linli/tally"
)

// sizes are the ballots of a stair up to those of a city.
var sizes = []int{100, 1_000, 10_000, 100_000, 1_000_000}

// box is a roll of n homes and a ballot from each, in random order.
func box(n int) (*tally.Roll, []tally.Ballot) {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	units := make([]tally.Unit, n)
	ballots := make([]tally.Ballot, n)
	for i, j := range random.Perm(n) {
		id := fmt.Sprintf("o%07d", i)
		units[i] = tally.Unit{ID: id, Owners: []string{id}, Area: tally.Area(4000 + random.IntN(9000))}
		ballots[j] = say(id, tally.Choice(1+random.IntN(3)))
	}
	return must(tally.NewRoll(tally.CivilCode(), units, tally.Scope{})), ballots
}

// read goes over the ballots once and touches each answer: no count can be
// faster than this.
func read(ballots []tally.Ballot) (bytes int) {
	for i := range ballots {
		bytes += len(ballots[i].Voter) + int(ballots[i].Voter[7]) + int(ballots[i].Answers[0])
	}
	return bytes
}

// reading is the shortest of eleven readings, in nanoseconds.
func reading(ballots []tally.Ballot) float64 {
	best := math.Inf(1)
	for range 11 {
		start := time.Now()
		bytes := read(ballots)
		best = min(best, float64(time.Since(start).Nanoseconds()+int64(bytes&1)))
	}
	return max(best, 1)
}

// exponent is the slope of log time over log size: 1 is linear.
func exponent(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	for i := range x {
		lx, ly := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy = sx+lx, sy+ly, sxx+lx*lx, sxy+lx*ly
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// grow runs work at every size and reports time a ballot, the ratio to reading
// the ballots once, and how the time grows.
func grow(b *testing.B, work func(b *testing.B, roll *tally.Roll, ballots []tally.Ballot)) {
	var ns, ts []float64
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			roll, ballots := box(n)
			bound := reading(ballots)
			work(b, roll, ballots)
			each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(each/float64(n), "ns/ballot")
			b.ReportMetric(each/bound, "x-reading")
			ns, ts = append(ns, float64(n)), append(ts, each)
			if len(ns) > 1 {
				b.ReportMetric(exponent(ns, ts), "exponent")
			}
		})
	}
}

func BenchmarkCount(b *testing.B) {
	grow(b, func(b *testing.B, roll *tally.Roll, ballots []tally.Ballot) {
		for b.Loop() {
			must(tally.Count(roll, sheet(5), ballots))
		}
	})
}

func BenchmarkRunning(b *testing.B) {
	grow(b, func(b *testing.B, roll *tally.Roll, ballots []tally.Ballot) {
		for b.Loop() {
			running := must(tally.NewRunning(roll, sheet(5)))
			for i := range ballots {
				must(0, running.Cast(ballots[i]))
			}
			running.Results()
		}
	})
}

func BenchmarkCastAll(b *testing.B) {
	grow(b, func(b *testing.B, roll *tally.Roll, ballots []tally.Ballot) {
		for b.Loop() {
			running := must(tally.NewRunning(roll, sheet(5)))
			must(0, running.CastAll(ballots))
			running.Results()
		}
	})
}

func BenchmarkLog(b *testing.B) {
	grow(b, func(b *testing.B, roll *tally.Roll, ballots []tally.Ballot) {
		for b.Loop() {
			l := must(tally.OpenLog(roll, sheet(5), secret))
			for i := range ballots {
				must(l.Append(ballots[i]))
			}
			l.Head()
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	grow(b, func(b *testing.B, roll *tally.Roll, ballots []tally.Ballot) {
		l := must(tally.OpenLog(roll, sheet(5), secret))
		for i := range ballots {
			must(l.Append(ballots[i]))
		}
		export := l.Export()
		for b.Loop() {
			must(tally.Verify(export))
		}
	})
}

// TestMillion counts a million ballots three ways and finds the same.
func TestMillion(t *testing.T) {
	roll, ballots := box(1_000_000)
	counted := must(tally.Count(roll, sheet(5), ballots))[0]
	running := must(tally.NewRunning(roll, sheet(5)))
	for i := range ballots {
		must(0, running.Cast(ballots[i]))
	}
	recounted := must(tally.Count(roll, sheet(5), running.Ballots()))[0]
	if counted != running.Results()[0] || counted != recounted || counted.Part != roll.Total() {
		t.Errorf("counted %+v\nrunning %+v\nrecounted %+v", counted, running.Results()[0], recounted)
	}
}
