package fair

import (
	"fmt"
	"math/big"
	"slices"
)

// newLadder finds the family of envy-free prices from which the level is
// chosen. The error is a *ConflictError when pinned prices and budgets leave
// no room for each other.
func newLadder(s *seating) (*ladder, error) {
	pinned := -1
	if s.market.Policy == Pin {
		pinned = s.without
	}
	high, low := s.budgetBounds(), s.unlimited()
	for c := range low {
		low[c] = unbounded
	}
	l := &ladder{seating: s, base: s.below(s.floors(pinned))}
	if pinned >= 0 {
		high[pinned] = min(high[pinned], 0)
		low[pinned] = 0
		l.base[pinned] = 0 // held at 0 by low and high; the value is never met
	}
	l.low, l.high = s.above(low), s.below(high)
	l.post()
	for c := range l.low {
		if len(s.in[c]) > 0 && l.low[c] > l.high[c] {
			return nil, l.bound(fmt.Sprintf("with no place pinned at 0 a place cannot cost less than %d fen and the budgets allow %d", l.low[c], l.high[c]))
		}
	}
	return l, nil
}

// level is the exact utility of the worst-off: whole − … see ladder.solve.
// The exact price of class c is at(c, z) − δ·rem/den with δ = at(c,z) −
// at(c,z+1), which is 0 or 1; rounded up to whole fen it is at(c, z).
type level struct{ z, rem, den int64 }

// solve finds the level at which the prices sum to the cost exactly. The total
// falls as the level rises, and bends at whole fen only, so the largest whole
// z that still collects enough and the slope behind it give the rest.
func (l *ladder) solve() (level, error) {
	cost := big.NewInt(l.market.Cost)
	if most := l.total(-safe); most.Cmp(cost) < 0 {
		return level{}, l.short(most)
	}
	if least := l.total(safe); least.Cmp(cost) >= 0 {
		if least.Cmp(cost) > 0 {
			return level{}, &ConflictError{Reason: fmt.Sprintf("with no place pinned at 0 the places cost at least %s fen together, which is more than the cost of %d fen", least, l.market.Cost)}
		}
		return level{z: safe, den: 1}, nil
	}
	from, to := -safe, safe
	for to-from > 1 {
		middle := from + (to-from)/2
		if l.total(middle).Cmp(cost) >= 0 {
			from = middle
		} else {
			to = middle
		}
	}
	here, next := l.total(from), l.total(to)
	return level{
		z:   from,
		rem: new(big.Int).Sub(here, cost).Int64(),
		den: new(big.Int).Sub(here, next).Int64(),
	}, nil
}

// total returns what all people pay together at level z.
func (l *ladder) total(z int64) *big.Int {
	sum, term := new(big.Int), new(big.Int)
	for c := range l.cap {
		if payers := len(l.in[c]) + l.payers[c]; payers > 0 {
			term.Mul(term.SetInt64(l.at(c, z)), big.NewInt(int64(payers)))
			sum.Add(sum, term)
		}
	}
	return sum
}

// short explains why no level collects the cost: most is what can be had.
func (l *ladder) short(most *big.Int) error {
	for c := range l.cap {
		if len(l.in[c]) > 0 && l.high[c] == infinite {
			return invalid("rent_fen", "so few people without a budget would have to pay so much that it passes what 64 bits can add exactly")
		}
	}
	return l.bound(fmt.Sprintf("without envy at most %s fen can be collected, %d fen are needed", most, l.market.Cost))
}

// bound builds a ConflictError that names the people whose budgets hold the
// prices down, and their places.
func (l *ladder) bound(reason string) error {
	conflict := &ConflictError{Reason: reason}
	for _, b := range l.market.Budgets {
		c := l.classOf(b.Person)
		if l.at(c, -safe) == b.Fen || len(l.in[c]) > 0 && l.high[c] == b.Fen {
			conflict.People = append(conflict.People, b.Person)
			conflict.Places = append(conflict.Places, l.placesOf([]int{c})...)
		}
	}
	slices.Sort(conflict.People)
	slices.Sort(conflict.Places)
	conflict.Places = slices.Compact(conflict.Places)
	return conflict
}

// classOf returns the class a person has, reserved or from the market.
func (s *seating) classOf(person int) int {
	if r := s.row[person]; r >= 0 {
		return s.seat[r]
	}
	for _, p := range s.market.Reserved {
		if p.Person == person {
			return s.class[p.Place]
		}
	}
	return s.without
}
