package fair_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/linli/linli/fair"
)

// cars builds a market of n cars and k classes of places, values drawn up to
// 1000 yuan. A car park has few classes of places, so 10,000 cars meet 16 of
// them; they are also measured with every place different from every other.
func cars(n, k int) fair.Market {
	random := rand.New(rand.NewPCG(uint64(n), uint64(k)))
	m := fair.Market{Cost: int64(n) * 300_00, Capacities: make([]int, k)}
	for j := range k {
		m.Capacities[j] = n/k + 1
	}
	for j := 0; n%k > 0 && j < k-n%k; j++ {
		m.Capacities[j]--
	}
	if n%k == 0 {
		for j := range k {
			m.Capacities[j]--
		}
	}
	for range n {
		row := make([]int64, k)
		for j := range row {
			row[j] = random.Int64N(1000_00)
		}
		m.Values = append(m.Values, row)
	}
	return m
}

// alike is a market in which all like the same places and differ only in how
// much: the usual case among neighbours, and the one in which people make room
// for one another most.
func alike(n, k int) fair.Market {
	m := cars(n, k)
	random := rand.New(rand.NewPCG(uint64(k), uint64(n)))
	worth := make([]int64, k)
	for j := range worth {
		worth[j] = random.Int64N(1000)
	}
	for _, row := range m.Values {
		need := random.Int64N(1000)
		for j := range row {
			row[j] = need * worth[j]
		}
	}
	return m
}

// shape is a market of n cars and n different places that is hard in its own
// way.
func shape(name string, n int) fair.Market {
	random := rand.New(rand.NewPCG(uint64(n), 3))
	worth := make([]int64, n)
	for j := range worth {
		worth[j] = random.Int64N(1000_00)
	}
	m := cars(n, n)
	if name == "alike" {
		m = alike(n, n)
	}
	value := map[string]func(i, j int) int64{
		"drawn":   func(i, j int) int64 { return m.Values[i][j] },
		"similar": func(_, j int) int64 { return worth[j] + random.Int64N(50_00) },
		"alike":   func(i, j int) int64 { return m.Values[i][j] + random.Int64N(10_00) },
		"ties":    func(_, _ int) int64 { return random.Int64N(5) * 100_00 },
		"product": func(i, j int) int64 { return int64(i+1) * int64(j+1) },
		"one":     func(_, _ int) int64 { return 500_00 },
	}[name]
	for i, row := range m.Values {
		for j := range row {
			row[j] = value(i, j)
		}
	}
	return m
}

// shapeNames are those of shape.
func shapeNames() []string { return []string{"drawn", "similar", "alike", "ties", "product", "one"} }

// read is the lower bound: touching each value once.
func read(m fair.Market) (sum int64) {
	for _, row := range m.Values {
		for _, v := range row {
			sum += v
		}
	}
	return sum
}

func BenchmarkDivide(b *testing.B) {
	for _, size := range []struct{ n, k int }{{16, 2}, {16, 16}, {100, 100}, {1000, 16}, {1000, 1000}, {10_000, 16}, {10_000, 100}, {10_000, 10_000}} {
		b.Run(fmt.Sprintf("cars=%d/classes=%d", size.n, size.k), func(b *testing.B) { writtenOut(b, cars(size.n, size.k)) })
	}
}

// BenchmarkDivideShapes divides places that are all different.
func BenchmarkDivideShapes(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		for _, name := range shapeNames() {
			b.Run(fmt.Sprintf("cars=%d/%s", n, name), func(b *testing.B) { writtenOut(b, shape(name, n)) })
		}
	}
}

// writtenOut divides and writes the proof out, and compares the time with that
// of reading the market once.
func writtenOut(b *testing.B, m fair.Market) {
	var text []byte
	for b.Loop() {
		d, err := fair.Divide(m)
		if err != nil {
			b.Fatal(err)
		}
		if text, err = d.AppendJSON(text[:0]); err != nil {
			b.Fatal(err)
		}
	}
	mean := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(mean)/float64(timeOf(func() { read(m) })), "x-read")
}

func BenchmarkDivideAlike(b *testing.B) {
	for _, size := range []struct{ n, k int }{{1000, 1000}, {10_000, 16}, {10_000, 400}} {
		b.Run(fmt.Sprintf("cars=%d/classes=%d", size.n, size.k), func(b *testing.B) {
			m := alike(size.n, size.k)
			for b.Loop() {
				if _, err := fair.Divide(m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	m := cars(1000, 1000)
	d := divide(b, m)
	for b.Loop() {
		if err := fair.Check(m, d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGrowth fits time = c·n^exponent over 16 … 10,000 cars, in 16
// classes and with as many different places.
func BenchmarkGrowth(b *testing.B) {
	for name, sizes := range map[string][][2]int{
		"classes=16":   {{16, 16}, {100, 16}, {1000, 16}, {10_000, 16}},
		"classes=cars": {{16, 16}, {100, 100}, {1000, 1000}, {10_000, 10_000}},
	} {
		b.Run(name, func(b *testing.B) {
			var logs [][2]float64
			for b.Loop() {
				logs = logs[:0]
				for _, s := range sizes {
					m := cars(s[0], s[1])
					took := timeOf(func() { divide(b, m) })
					logs = append(logs, [2]float64{math.Log(float64(s[0])), math.Log(took.Seconds())})
				}
			}
			b.ReportMetric(slope(logs), "exponent")
		})
	}
}

// timeOf runs f until it has taken long enough to be measured.
func timeOf(f func()) time.Duration {
	start, runs := time.Now(), 0
	for time.Since(start) < 5*time.Millisecond {
		f()
		runs++
	}
	return max(1, time.Since(start)/time.Duration(runs))
}

// slope is that of the least-squares line.
func slope(points [][2]float64) float64 {
	var x, y, xx, xy float64
	for _, p := range points {
		x, y, xx, xy = x+p[0], y+p[1], xx+p[0]*p[0], xy+p[0]*p[1]
	}
	n := float64(len(points))
	return (n*xy - x*y) / (n*xx - x*x)
}

// BenchmarkChoose raises shares step by step over an invented vote.
func BenchmarkChoose(b *testing.B) {
	for _, size := range []struct{ voters, projects int }{{1000, 30}, {20_000, 100}} {
		b.Run(fmt.Sprintf("voters=%d/projects=%d", size.voters, size.projects), func(b *testing.B) {
			random := rand.New(rand.NewPCG(7, uint64(size.voters)))
			e := &fair.Election{Budget: int64(size.projects) * 4000_00}
			for range size.projects {
				e.Projects = append(e.Projects, fair.Project{Cost: (1 + random.Int64N(200)) * 100_00})
			}
			for range size.voters {
				var v fair.Vote
				for p := range size.projects {
					if random.IntN(5+p) < 3 {
						v.Approved = append(v.Approved, p)
					}
				}
				e.Votes = append(e.Votes, v)
			}
			for b.Loop() {
				c, err := fair.Choose(e, fair.Rule{Shares: true, AddOne: true}, fair.CostUtility)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(c.Steps), "steps")
			}
		})
	}
}
