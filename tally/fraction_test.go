package tally_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/linli/linli/tally"
	"pgregory.net/rapid"
)

// drawAny draws a fraction as a rule may hold, with denominators up to the limit.
func drawAny(t *rapid.T) tally.Fraction {
	den := rapid.Int64Range(1, 1_000_000).Draw(t, "den")
	num := rapid.Int64Range(1, den).Draw(t, "num")
	return tally.Fraction{Num: num, Den: den, Over: num < den && rapid.Bool().Draw(t, "over")}
}

// holds is the definition, in numbers of any size.
func holds(f tally.Fraction, part, whole *big.Int) bool {
	l := new(big.Int).Mul(part, big.NewInt(f.Den))
	r := new(big.Int).Mul(whole, big.NewInt(f.Num))
	if f.Over {
		return l.Cmp(r) > 0
	}
	return l.Cmp(r) >= 0
}

func TestFractionHoldsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawAny(t)
		whole := rapid.Int64Min(0).Draw(t, "whole")
		part := rapid.Int64Min(0).Draw(t, "part")
		if got, want := f.Holds(part, whole), holds(f, big.NewInt(part), big.NewInt(whole)); got != want {
			t.Fatalf("%+v of %d by %d: got %v", f, whole, part, got)
		}
	})
}

func TestFractionLeastIsTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawAny(t)
		whole := rapid.Int64Min(1).Draw(t, "whole")
		least := f.Least(whole)
		if !f.Holds(least, whole) {
			t.Fatalf("%d of %d does not reach %+v", least, whole, f)
		}
		if least > 0 && f.Holds(least-1, whole) {
			t.Fatalf("%d of %d reaches %+v already", least-1, whole, f)
		}
	})
}

func TestThresholdsAtTheLine(t *testing.T) {
	twoThirds := tally.Fraction{Num: 2, Den: 3}
	overHalf := tally.Fraction{Num: 1, Den: 2, Over: true}
	threeQuarters := tally.Fraction{Num: 3, Den: 4}
	const huge = math.MaxInt64 / 12 * 12 // divides by 2, 3 and 4
	for name, c := range map[string]struct {
		f           tally.Fraction
		part, whole int64
		want        bool
	}{
		"2/3 exact":           {twoThirds, 20000, 30000, true},
		"2/3 one short":       {twoThirds, 19999, 30000, false},
		"2/3 huge exact":      {twoThirds, huge / 3 * 2, huge, true},
		"2/3 huge one short":  {twoThirds, huge/3*2 - 1, huge, false},
		"1/2 exact":           {overHalf, 12000, 24000, false},
		"1/2 one over":        {overHalf, 12001, 24000, true},
		"1/2 huge exact":      {overHalf, huge / 2, huge, false},
		"1/2 huge one over":   {overHalf, huge/2 + 1, huge, true},
		"3/4 exact":           {threeQuarters, 24000, 32000, true},
		"3/4 one short":       {threeQuarters, 23999, 32000, false},
		"3/4 huge exact":      {threeQuarters, huge / 4 * 3, huge, true},
		"3/4 huge one short":  {threeQuarters, huge/4*3 - 1, huge, false},
		"2/3 of nothing":      {twoThirds, 0, 0, true},
		"over half of nobody": {overHalf, 0, 0, false},
	} {
		if got := c.f.Holds(c.part, c.whole); got != c.want {
			t.Errorf("%s: %d of %d: got %v", name, c.part, c.whole, got)
		}
	}
}
