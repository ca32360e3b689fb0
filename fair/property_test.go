package fair_test

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

// square draws n people and n places.
func square(t *rapid.T, most int) fair.Market {
	n := rapid.IntRange(1, most).Draw(t, "n")
	top := rapid.SampledFrom([]int64{3, 50, 100_000, fair.MaxFen / 64}).Draw(t, "top")
	m := fair.Market{Cost: rapid.Int64Range(-top, top*int64(n)).Draw(t, "cost")}
	for range n {
		m.Values = append(m.Values, rapid.SliceOfN(rapid.Int64Range(-top/4, top), n, n).Draw(t, "row"))
	}
	return m
}

// anyMarket draws a market with everything a community may ask for.
func anyMarket(t *rapid.T, most int) fair.Market {
	n, k := rapid.IntRange(1, most).Draw(t, "n"), rapid.IntRange(1, 4).Draw(t, "k")
	top := rapid.SampledFrom([]int64{2, 9, 60_000}).Draw(t, "top")
	m := fair.Market{
		Cost:       rapid.Int64Range(-top, 2*top*int64(n)).Draw(t, "cost"),
		Capacities: rapid.SliceOfN(rapid.IntRange(0, 3), k, k).Draw(t, "capacities"),
		Policy:     rapid.SampledFrom([]fair.Policy{"", fair.Compensate, fair.Pin}).Draw(t, "policy"),
	}
	for range n {
		m.Values = append(m.Values, rapid.SliceOfN(rapid.Int64Range(0, top), k, k).Draw(t, "row"))
	}
	pair := rapid.Custom(func(t *rapid.T) fair.Pair {
		return fair.Pair{Person: rapid.IntRange(0, n-1).Draw(t, "person"), Place: rapid.IntRange(0, k-1).Draw(t, "place")}
	})
	if rapid.Bool().Draw(t, "forbids") {
		m.Forbidden = rapid.SliceOfN(pair, 0, 3).Draw(t, "forbidden")
	}
	if rapid.Bool().Draw(t, "reserves") {
		m.Reserved = rapid.SliceOfNDistinct(pair, 0, 2, func(p fair.Pair) int { return p.Person }).Draw(t, "reserved")
	}
	if rapid.Bool().Draw(t, "limits") {
		m.Budgets = rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) fair.Budget {
			return fair.Budget{Person: rapid.IntRange(0, n-1).Draw(t, "person"), Fen: rapid.Int64Range(-top, 2*top).Draw(t, "budget")}
		}), 0, 3, func(b fair.Budget) int { return b.Person }).Draw(t, "budgets")
	}
	return m
}

// TestWhateverIsSolvedIsProven puts every extension together: an answer
// verifies, and there is no third outcome beside an answer and a named refusal.
func TestWhateverIsSolvedIsProven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t, 7)
		d, err := fair.Divide(m)
		var input *fair.InputError
		var conflict *fair.ConflictError
		switch {
		case errors.As(err, &input), errors.As(err, &conflict):
			return
		case err != nil:
			t.Fatalf("divide: %v", err)
		}
		if err := fair.Check(m, d); err != nil {
			t.Fatalf("check: %v\n%+v\n%+v", err, m, d)
		}
	})
}

func TestNobodyEnviesAnybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := square(t, 9)
		d, err := fair.Divide(m)
		if err != nil {
			t.Fatal(err)
		}
		sum, fen := new(big.Int), big.NewInt(-m.Cost)
		for i, own := range d.Assignment {
			sum.Add(sum, d.PricesNum[own])
			fen.Add(fen, big.NewInt(d.PricesFen[own]))
			for j := range m.Values {
				mine := new(big.Int).Sub(scaled(m.Values[i][own], d.PricesDen), d.PricesNum[own])
				other := new(big.Int).Sub(scaled(m.Values[i][j], d.PricesDen), d.PricesNum[j])
				if mine.Cmp(other) < 0 || m.Values[i][own]-d.PricesFen[own] < m.Values[i][j]-d.PricesFen[j] {
					t.Fatalf("person %d envies place %d", i, j)
				}
			}
		}
		if sum.Cmp(scaled(m.Cost, d.PricesDen)) != 0 {
			t.Fatalf("prices sum to %s/%d", sum, d.PricesDen)
		}
		if fen.Int64() != d.CommonFen || d.CommonFen < 0 || d.CommonFen >= int64(len(m.Values)) {
			t.Fatalf("common fen %d, collected %s too much", d.CommonFen, fen)
		}
	})
}

func scaled(fen, den int64) *big.Int { return new(big.Int).Mul(big.NewInt(fen), big.NewInt(den)) }

// TestWelfareIsBruteForce tries every assignment, and TestWorstOff the closed
// form by Bellman and Ford on people: both know nothing of classes.
func TestWelfareIsBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := square(t, 6)
		d, err := fair.Divide(m)
		if err != nil {
			t.Fatal(err)
		}
		if best, _ := bestAssignments(m); best != d.Welfare {
			t.Fatalf("welfare %d, brute force %d", d.Welfare, best)
		}
	})
}

func TestWelfareOfEight(t *testing.T) {
	m := fair.Market{Values: make([][]int64, 8)}
	for i := range m.Values {
		for j := range 8 {
			m.Values[i] = append(m.Values[i], int64((i*i*31+j*17+i*j*13)%97))
		}
	}
	if best, _ := bestAssignments(m); best != divide(t, m).Welfare {
		t.Errorf("brute force has %d", best)
	}
}

// bestAssignments returns the greatest welfare and every assignment that has
// it, forbidden pairs apart.
func bestAssignments(m fair.Market) (int64, [][]int) {
	n := len(m.Values)
	best, all := int64(0), [][]int(nil)
	place := make([]int, n)
	used := make([]bool, n)
	var try func(i int, sum int64)
	try = func(i int, sum int64) {
		if i == n {
			if all == nil || sum > best {
				best, all = sum, nil
			}
			if sum == best {
				all = append(all, slices.Clone(place))
			}
			return
		}
		for j := range n {
			if used[j] || slices.Contains(m.Forbidden, fair.Pair{Person: i, Place: j}) {
				continue
			}
			used[j], place[i] = true, j
			try(i+1, sum+m.Values[i][j])
			used[j] = false
		}
	}
	try(0, 0)
	return best, all
}

// longest returns the least utilities above the bounds that leave nobody
// envious, by relaxing until nothing changes.
func longest(m fair.Market, place []int, bounds []int64) []int64 {
	u := slices.Clone(bounds)
	for range u {
		for i := range u {
			for k := range u {
				if !slices.Contains(m.Forbidden, fair.Pair{Person: i, Place: place[k]}) {
					u[i] = max(u[i], u[k]+m.Values[i][place[k]]-m.Values[k][place[k]])
				}
			}
		}
	}
	return u
}

// worstOffByHand solves Σ max(low, z + d) = welfare − cost for z, as a
// fraction, nil when the lower bounds alone are too much.
func worstOffByHand(m fair.Market, place []int, welfare int64, low []int64) *big.Rat {
	d := longest(m, place, make([]int64, len(place)))
	u := longest(m, place, low)
	total := func(z int64) (sum, slope int64) {
		for i := range d {
			sum += max(u[i], z+d[i])
			if z+1+d[i] > u[i] {
				slope++
			}
		}
		return sum, slope
	}
	target := welfare - m.Cost
	const far = int64(1) << 55
	if sum, _ := total(-far); sum > target {
		return nil
	}
	from, to := -far, far
	for to-from > 1 {
		middle := (from + to) / 2
		if sum, _ := total(middle); sum <= target {
			from = middle
		} else {
			to = middle
		}
	}
	sum, slope := total(from)
	return new(big.Rat).Add(new(big.Rat).SetInt64(from), big.NewRat(target-sum, slope))
}

func TestWorstOffIsTheClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := square(t, 5)
		d, err := fair.Divide(m)
		if err != nil {
			t.Fatal(err)
		}
		low := make([]int64, len(m.Values))
		for i := range low {
			low[i] = -1 << 50
		}
		want := worstOffByHand(m, d.Assignment, d.Welfare, low)
		if got := new(big.Rat).SetFrac(d.MaximinNum, big.NewInt(d.MaximinDen)); got.Cmp(want) != 0 {
			t.Fatalf("maximin %s, want %s", got, want)
		}
	})
}

// TestBudgetsAreMetWheneverTheyCan tries every optimal assignment: a solution
// is found exactly when one has it, and it is the best of them.
func TestBudgetsAreMetWheneverTheyCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		m := fair.Market{Cost: rapid.Int64Range(0, int64(6*n)).Draw(t, "cost")}
		for i := range n {
			m.Values = append(m.Values, rapid.SliceOfN(rapid.Int64Range(0, 4), n, n).Draw(t, "row"))
			if rapid.Bool().Draw(t, "limited") {
				m.Budgets = append(m.Budgets, fair.Budget{Person: i, Fen: rapid.Int64Range(-2, 8).Draw(t, "budget")})
			}
		}
		welfare, all := bestAssignments(m)
		var best *big.Rat
		for _, place := range all {
			low := make([]int64, n)
			for i := range low {
				low[i] = -1 << 50
			}
			for _, b := range m.Budgets {
				low[b.Person] = m.Values[b.Person][place[b.Person]] - b.Fen
			}
			if z := worstOffByHand(m, place, welfare, low); z != nil && len(m.Budgets) > 0 {
				z = worst(m, place, welfare, low)
				if best == nil || z.Cmp(best) > 0 {
					best = z
				}
			} else if z != nil {
				best = z
			}
		}
		d, err := fair.Divide(m)
		var conflict *fair.ConflictError
		if best == nil {
			if !errors.As(err, &conflict) || len(conflict.People) == 0 || len(conflict.Places) == 0 {
				t.Fatalf("no solution exists, got %v, %v", d, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("a solution with %s exists: %v", best, err)
		}
		if err := fair.Check(m, d); err != nil {
			t.Fatal(err)
		}
		if got := new(big.Rat).SetFrac(d.MaximinNum, big.NewInt(d.MaximinDen)); got.Cmp(best) != 0 {
			t.Fatalf("maximin %s, want %s", got, best)
		}
	})
}

// worst is the least utility when everybody has at least low.
func worst(m fair.Market, place []int, welfare int64, low []int64) *big.Rat {
	z := worstOffByHand(m, place, welfare, low)
	d, u := longest(m, place, make([]int64, len(place))), longest(m, place, low)
	var least *big.Rat
	for i := range d {
		mine := new(big.Rat).Add(z, new(big.Rat).SetInt64(d[i]))
		if floor := new(big.Rat).SetInt64(u[i]); floor.Cmp(mine) > 0 {
			mine = floor
		}
		if least == nil || mine.Cmp(least) < 0 {
			least = mine
		}
	}
	return least
}

func TestPermutingPermutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := square(t, 7)
		n := len(m.Values)
		index := make([]int, n)
		for i := range index {
			index[i] = i
		}
		people, places := rapid.Permutation(index).Draw(t, "people"), rapid.Permutation(index).Draw(t, "places")
		other := fair.Market{Cost: m.Cost, Values: make([][]int64, n)}
		for i := range n {
			for j := range n {
				other.Values[i] = append(other.Values[i], m.Values[people[i]][places[j]])
			}
		}
		a, errA := fair.Divide(m)
		b, errB := fair.Divide(other)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		for x := range n {
			if a.PricesFen[places[x]] != b.PricesFen[x] || a.PricesNum[places[x]].Cmp(b.PricesNum[x]) != 0 {
				t.Fatalf("place %d costs %d, permuted %d", places[x], a.PricesFen[places[x]], b.PricesFen[x])
			}
			if a.People[people[x]].UtilityFen != b.People[x].UtilityFen {
				t.Fatalf("person %d is not served the same", people[x])
			}
		}
	})
}

func TestScalingScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := square(t, 6)
		factor := rapid.Int64Range(2, 9).Draw(t, "factor")
		big := fair.Market{Cost: m.Cost * factor, Values: make([][]int64, len(m.Values))}
		for i, row := range m.Values {
			for _, v := range row {
				big.Values[i] = append(big.Values[i], v*factor)
			}
		}
		a, errA := fair.Divide(m)
		b, errB := fair.Divide(big)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if b.Welfare != a.Welfare*factor || b.MaximinNum.Cmp(a.MaximinNum.Mul(a.MaximinNum, scaled(factor, 1))) != 0 {
			t.Fatalf("welfare %d and maximin %s, times %d: %d and %s", a.Welfare, a.MaximinNum, factor, b.Welfare, b.MaximinNum)
		}
		for j := range a.PricesNum {
			if b.PricesNum[j].Cmp(a.PricesNum[j].Mul(a.PricesNum[j], scaled(factor, 1))) != 0 {
				t.Fatalf("place %d: %s against %s", j, b.PricesNum[j], a.PricesNum[j])
			}
		}
	})
}

// TestTwinsAreOneClass says the same market with capacities and place by
// place.
func TestTwinsAreOneClass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t, 7)
		m.Budgets, m.Forbidden, m.Reserved = nil, nil, nil
		long := fair.Market{Cost: m.Cost, Policy: m.Policy, Values: make([][]int64, len(m.Values))}
		var class []int
		for j, c := range m.Capacities {
			for range c {
				class = append(class, j)
				for i := range m.Values {
					long.Values[i] = append(long.Values[i], m.Values[i][j])
				}
			}
		}
		a, errA := fair.Divide(m)
		b, errB := fair.Divide(long)
		if len(class) == 0 || errA != nil || errB != nil {
			if (errA == nil) != (errB == nil) {
				t.Fatal(errA, errB)
			}
			return
		}
		for x, j := range class {
			if a.PricesFen[j] != b.PricesFen[x] && len(class) <= len(m.Values) {
				t.Fatalf("place %d costs %d as a class and %d alone", j, a.PricesFen[j], b.PricesFen[x])
			}
		}
		if diff := cmp.Diff(a.Welfare, b.Welfare); diff != "" {
			t.Fatal(diff)
		}
	})
}
