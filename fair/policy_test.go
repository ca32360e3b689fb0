package fair_test

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

// crowd draws more people than places; all amounts are multiples of 12, so
// that every fraction over up to four people is whole.
func crowd(t *rapid.T, policy fair.Policy) fair.Market {
	n := rapid.IntRange(2, 4).Draw(t, "n")
	k := rapid.IntRange(1, n-1).Draw(t, "k")
	twelve := func(low, high int64) *rapid.Generator[int64] {
		return rapid.Map(rapid.Int64Range(low, high), func(x int64) int64 { return 12 * x })
	}
	m := fair.Market{Cost: twelve(-2, 12).Draw(t, "cost"), Policy: policy}
	for range n {
		m.Values = append(m.Values, rapid.SliceOfN(twelve(0, 6), k, k).Draw(t, "row"))
	}
	return m
}

// padded is the same market with "no place" written out as further places
// worth nothing.
func padded(m fair.Market) fair.Market {
	long := fair.Market{Cost: m.Cost}
	for _, row := range m.Values {
		long.Values = append(long.Values, append(slices.Clone(row), make([]int64, len(m.Values)-len(row))...))
	}
	return long
}

// TestCompensatedIsPadded: with compensation, going without is a place like
// any other.
func TestCompensatedIsPadded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := crowd(t, fair.Compensate)
		long := padded(m)
		a, errA := fair.Divide(m)
		b, errB := fair.Divide(long)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a.Welfare != b.Welfare || a.MaximinNum.Cmp(b.MaximinNum) != 0 || a.MaximinDen != b.MaximinDen {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if !slices.Equal(a.PricesFen, b.PricesFen[:len(a.PricesFen)]) || a.Without.Fen != b.PricesFen[len(a.PricesFen)] {
			t.Fatalf("prices %v and %d, padded %v", a.PricesFen, a.Without.Fen, b.PricesFen)
		}
	})
}

// pinnedByHand tries every whole level from above: it is possible when the
// least utilities that give everybody with a place the level and leave nobody
// envious are within the greatest, and the cost lies between.
func pinnedByHand(m fair.Market, place []int) (best int64, found bool) {
	long := padded(m)
	seat, next := slices.Clone(place), len(m.Values[0])
	for i, j := range seat {
		if j == fair.Nowhere {
			seat[i] = next
			next++
		}
	}
	welfare := int64(0)
	for i, j := range seat {
		welfare += long.Values[i][j]
	}
	bounds := func(seated int64) []int64 {
		low := make([]int64, len(place))
		for i, j := range place {
			if j != fair.Nowhere {
				low[i] = seated
			}
		}
		return low
	}
	// the greatest utilities: nobody who goes without may envy
	high := make([]int64, len(place))
	for i := range high {
		low := make([]int64, len(place))
		for k := range low {
			low[k] = -1 << 40
		}
		low[i] = 0
		reach := longest(long, seat, low)
		high[i] = 1 << 40
		for k, j := range place {
			if j == fair.Nowhere {
				high[i] = min(high[i], -reach[k])
			}
		}
	}
	for level := int64(200); level >= -200; level-- {
		u := longest(long, seat, bounds(level))
		least, most, fits := int64(0), int64(0), true
		for i := range u {
			fits = fits && u[i] <= high[i]
			least, most = least+u[i], most+high[i]
		}
		if fits && least <= welfare-m.Cost && welfare-m.Cost <= most {
			return level, true
		}
	}
	return 0, false
}

// TestPinnedIsBest: with no place at 0, those who have one do as well as they
// can, and a refusal is given exactly when no prices exist.
func TestPinnedIsBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := crowd(t, fair.Pin)
		other := m
		other.Policy = fair.Compensate
		any, err := fair.Divide(other) // the assignment does not depend on the policy
		if err != nil {
			t.Fatal(err)
		}
		want, possible := pinnedByHand(m, any.Assignment)
		d, err := fair.Divide(m)
		var conflict *fair.ConflictError
		if !possible {
			if !errors.As(err, &conflict) {
				t.Fatalf("impossible, got %+v, %v", d, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("possible with %d: %v", want, err)
		}
		if got := new(big.Rat).SetFrac(d.MaximinNum, big.NewInt(d.MaximinDen)); got.Cmp(new(big.Rat).SetInt64(want)) != 0 {
			t.Fatalf("maximin %s, want %d", got, want)
		}
		if d.Without.Fen != 0 || d.Without.Num.Sign() != 0 {
			t.Fatalf("no place costs %d", d.Without.Fen)
		}
	})
}

// TestEmptyPlacesAreNotEnvied: with fewer people than places the people pay
// the cost among themselves and nobody would rather have an empty place.
func TestEmptyPlacesAreNotEnvied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "n")
		k := rapid.IntRange(n+1, 6).Draw(t, "k")
		m := fair.Market{Cost: rapid.Int64Range(0, 300).Draw(t, "cost")}
		for range n {
			m.Values = append(m.Values, rapid.SliceOfN(rapid.Int64Range(0, 99), k, k).Draw(t, "row"))
		}
		d, err := fair.Divide(m)
		if err != nil {
			t.Fatal(err)
		}
		paid, best := int64(0), make([]int64, k)
		for j := range best {
			best[j] = -1 << 40
		}
		for i, own := range d.Assignment {
			paid += d.PricesFen[own]
			for j := range k {
				margin := m.Values[i][own] - d.PricesFen[own] - (m.Values[i][j] - d.PricesFen[j])
				if margin < 0 {
					t.Fatalf("person %d envies place %d", i, j)
				}
				best[j] = max(best[j], -margin)
			}
		}
		if paid != m.Cost+d.CommonFen || d.CommonFen < 0 || d.CommonFen >= int64(n) {
			t.Fatalf("paid %d of %d", paid, m.Cost)
		}
		for j, b := range best {
			if b != 0 { // somebody is within a fen of taking it
				t.Fatalf("empty place %d is dearer than it need be, by %d", j, -b)
			}
		}
		// no larger welfare with any other places
		if welfare := bestOf(m); welfare != d.Welfare {
			t.Fatalf("welfare %d, brute force %d", d.Welfare, welfare)
		}
	})
}

// bestOf tries every way to give people different places.
func bestOf(m fair.Market) int64 {
	used := make([]bool, len(m.Values[0]))
	var try func(i int) int64
	try = func(i int) int64 {
		if i == len(m.Values) {
			return 0
		}
		best := int64(-1 << 40)
		for j := range used {
			if used[j] {
				continue
			}
			used[j] = true
			best = max(best, m.Values[i][j]+try(i+1))
			used[j] = false
		}
		return best
	}
	return try(0)
}

// TestReservedComeFirst: whoever has a reservation gets it and pays what the
// same place costs others; the market around it is free of envy.
func TestReservedComeFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := fair.Market{Cost: rapid.Int64Range(0, 500).Draw(t, "cost"), Capacities: []int{3, 4}}
		for range 7 {
			m.Values = append(m.Values, rapid.SliceOfN(rapid.Int64Range(0, 99), 2, 2).Draw(t, "row"))
		}
		holders := rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 1, 3, rapid.ID).Draw(t, "holders")
		for _, i := range holders {
			m.Reserved = append(m.Reserved, fair.Pair{Person: i, Place: 0})
		}
		d, err := fair.Divide(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := fair.Check(m, d); err != nil {
			t.Fatal(err)
		}
		paid := int64(0)
		for i, e := range d.People {
			if slices.Contains(holders, i) != e.Reserved || e.Reserved && e.Place != 0 {
				t.Fatalf("person %d: %+v", i, e)
			}
			if e.PriceFen != d.PricesFen[e.Place] {
				t.Fatalf("person %d pays %d, the place costs %d", i, e.PriceFen, d.PricesFen[e.Place])
			}
			paid += e.PriceFen
		}
		if paid-d.CommonFen != m.Cost {
			t.Fatalf("paid %d", paid)
		}
	})
}

// TestForbiddenIsNeverGiven compares with brute force over what is allowed.
func TestForbiddenIsNeverGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := square(t, 5)
		n := len(m.Values)
		m.Forbidden = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) fair.Pair {
			return fair.Pair{Person: rapid.IntRange(0, n-1).Draw(t, "person"), Place: rapid.IntRange(0, n-1).Draw(t, "place")}
		}), 0, n+2).Draw(t, "forbidden")
		best, all := bestAssignments(m)
		d, err := fair.Divide(m)
		var conflict *fair.ConflictError
		if len(all) == 0 {
			if !errors.As(err, &conflict) || len(conflict.People)+len(conflict.Places) == 0 {
				t.Fatalf("no assignment exists, got %+v, %v", d, err)
			}
			checkCrowded(t, m, conflict)
			return
		}
		if errors.As(err, &conflict) && len(conflict.People) == 0 {
			return // a place nobody may use has no price
		}
		if err != nil || d.Welfare != best {
			t.Fatalf("welfare %d: %+v, %v", best, d, err)
		}
		for i, j := range d.Assignment {
			if slices.Contains(m.Forbidden, fair.Pair{Person: i, Place: j}) {
				t.Fatalf("person %d has place %d", i, j)
			}
		}
	})
}

// checkCrowded wants the named people to have fewer places than they are, and
// all of those named; or a named place that nobody may use.
func checkCrowded(t *rapid.T, m fair.Market, c *fair.ConflictError) {
	if len(c.People) == 0 {
		for i := range m.Values {
			if !slices.Contains(m.Forbidden, fair.Pair{Person: i, Place: c.Places[0]}) {
				t.Fatalf("person %d may use place %d", i, c.Places[0])
			}
		}
		return
	}
	for _, i := range c.People {
		for j := range m.Values {
			if !slices.Contains(c.Places, j) && !slices.Contains(m.Forbidden, fair.Pair{Person: i, Place: j}) {
				t.Fatalf("person %d could have place %d: %v", i, j, c)
			}
		}
	}
	if len(c.People) <= len(c.Places) {
		t.Fatalf("there is room: %v", c)
	}
}
