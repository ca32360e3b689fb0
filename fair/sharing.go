package fair

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// sharing runs the Method of Equal Shares quickly and still exactly.
//
// One run keeps two purses for each voter: what is left at the least of a range
// of shares, rounded down, and at the greatest, rounded up, as whole numbers of
// a small part of a fen. More money for everybody never makes a project dearer
// for its voters, and never leaves anybody less after the same purchases. So
// the two bracket what is left at every share in the range, and when the
// bracket of the cheapest project lies under all others the same purchase is
// made throughout. A range in which every purchase is decided this way is one
// step of add1 as good as many: ranges are doubled while they hold and halved
// when they do not. At a single share brackets overlap only where two projects
// are (all but) equally good; then the two are compared as exact fractions.
type sharing struct {
	*Election
	choice *Choice
	voters [][]int // by project

	shift    uint // of the running scale: one fen is 1<<shift
	low      []int64
	high     []int64
	quotes   []quote
	open     []int // projects that may still be bought
	bought   []int
	step     int64 // the single step of the run, or the lowest of its range
	fraction *ledger
}

// quote is what a project would cost each voter who can pay in full, bracketed.
type quote struct {
	round     int   // when it was asked for; older ones still bound from below
	low, high int64 // high is infinite when the voters may not have enough
	// payers is not zero when the price is exactly cost/payers: everybody
	// else has nothing left at all.
	payers int64
}

func newSharing(e *Election, c *Choice) *sharing {
	return &sharing{
		Election: e, choice: c, voters: e.supporters(),
		low: make([]int64, len(e.Votes)), high: make([]int64, len(e.Votes)),
		quotes: make([]quote, len(e.Projects)),
	}
}

// choose fills in the choice.
func (s *sharing) choose(addOne bool) {
	s.run(0, 0)
	s.choice.Selected = slices.Clone(s.bought)
	if !addOne {
		return
	}
	supported := 0
	for _, v := range s.voters {
		if len(v) > 0 {
			supported++
		}
	}
	width := int64(1)
	for len(s.choice.Selected) < supported {
		from := s.choice.Steps + 1
		if !s.run(from, from+width-1) {
			width /= 2
			continue
		}
		if s.costOf(s.bought) > s.Budget {
			return
		}
		s.choice.Selected = slices.Clone(s.bought)
		s.choice.Steps += width
		if width < 1<<30 {
			width *= 2
		}
	}
}

// run buys with the shares of the given steps, and reports whether the same
// purchases are made at all of them. A single step always succeeds.
func (s *sharing) run(from, to int64) bool {
	if !s.fill(from, to) {
		return false
	}
	s.bought, s.open, s.fraction, s.step = s.bought[:0], s.open[:0], nil, from
	for p := range s.Projects {
		s.quotes[p] = quote{round: -1}
		if len(s.voters[p]) > 0 {
			s.open = append(s.open, p)
		}
	}
	for {
		p, sure := s.cheapest(from == to)
		if !sure {
			return false
		}
		if p < 0 {
			return true
		}
		s.buy(p)
	}
}

// fill hands out the shares: budget/voters plus the steps' units. The scale is
// the finest at which the greatest share still fits.
func (s *sharing) fill(from, to int64) bool {
	n := int64(len(s.Votes))
	most := new(big.Int).Mul(big.NewInt(to), big.NewInt(s.choice.unit))
	most.Add(most, big.NewInt(s.Budget/n+1))
	if most.BitLen() > 61 {
		return false
	}
	s.shift = uint(61 - most.BitLen())
	whole, rest := uint64(s.Budget)>>(64-s.shift), uint64(s.Budget)<<s.shift
	// budget < 2^50 and share = budget/n < 2^(61−shift): the quotient fits
	each, left := bits.Div64(whole, rest, uint64(n))
	low := int64(each) + (from*s.choice.unit)<<s.shift
	high := int64(each) + (to*s.choice.unit)<<s.shift
	if left > 0 {
		high++
	}
	for v := range s.low {
		s.low[v], s.high[v] = low, high
	}
	return true
}

// cheapest returns the project to buy next, or -1 when nobody can pay for any.
// It is not sure where the brackets overlap; at a single step it settles that
// by exact fractions.
func (s *sharing) cheapest(single bool) (project int, sure bool) {
	best := s.lowest()
	if best < 0 {
		return -1, true
	}
	rivals := s.rivals(best)
	if len(rivals) == 1 && s.quotes[best].high != infinite {
		return best, true
	}
	simple := true
	for _, p := range rivals {
		simple = simple && s.quotes[p].payers > 0 && s.quotes[p].high != infinite
	}
	if !simple {
		if !single {
			return -1, false
		}
		return s.settle(rivals)
	}
	for _, p := range rivals[1:] {
		d := s.compareSimple(p, rivals[0])
		s.choice.Tied = s.choice.Tied || d == 0
		if d < 0 || d == 0 && s.tieRule(p, rivals[0]) < 0 {
			rivals[0] = p
		}
	}
	return rivals[0], true
}

// lowest asks for quotes until the project with the lowest lower bound has a
// fresh one. Projects nobody can pay for any more are dropped.
func (s *sharing) lowest() int {
	for {
		best := -1
		for _, p := range s.open {
			if best < 0 || s.under(s.quotes[p].low, p, s.quotes[best].low, best) {
				best = p
			}
		}
		if best < 0 || s.quotes[best].round == len(s.bought) {
			return best
		}
		s.ask(best)
	}
}

// rivals returns best and every project whose bracket is not wholly above it.
func (s *sharing) rivals(best int) []int {
	list := []int{best}
	for _, p := range slices.Clone(s.open) {
		if p == best || s.above(p, best) {
			continue
		}
		if s.quotes[p].round != len(s.bought) {
			s.ask(p)
			if !slices.Contains(s.open, p) || s.above(p, best) {
				continue
			}
		}
		list = append(list, p)
	}
	return list
}

// above reports whether p costs more per utility than best in any case.
func (s *sharing) above(p, best int) bool {
	return s.quotes[best].high != infinite && s.under(s.quotes[best].high, best, s.quotes[p].low, p)
}

// under reports whether price a for project p is strictly less per utility
// than price b for project q.
func (s *sharing) under(a int64, p int, b int64, q int) bool {
	if s.choice.utility == CardinalityUtility {
		return a < b
	}
	ah, al := bits.Mul64(uint64(a), uint64(s.Projects[q].Cost))
	bh, bl := bits.Mul64(uint64(b), uint64(s.Projects[p].Cost))
	return ah < bh || ah == bh && al < bl
}

// compareSimple compares two prices of the form cost/payers per utility.
func (s *sharing) compareSimple(p, q int) int {
	pn, qn := s.quotes[p].payers, s.quotes[q].payers
	if s.choice.utility == CostUtility {
		return cmpFen(qn, pn)
	}
	ah, al := bits.Mul64(uint64(s.Projects[p].Cost), uint64(qn))
	bh, bl := bits.Mul64(uint64(s.Projects[q].Cost), uint64(pn))
	switch {
	case ah < bh || ah == bh && al < bl:
		return -1
	case ah == bh && al == bl:
		return 0
	}
	return 1
}

// tieRule orders equally good projects: more votes, lower cost, file order.
func (s *sharing) tieRule(p, q int) int {
	if d := len(s.voters[q]) - len(s.voters[p]); d != 0 {
		return d
	}
	if d := cmpFen(s.Projects[p].Cost, s.Projects[q].Cost); d != 0 {
		return d
	}
	return p - q
}

// ask brings the quote of a project up to date, or drops the project when its
// voters cannot pay for it at any share in the range.
func (s *sharing) ask(p int) {
	q := quote{round: len(s.bought), high: infinite}
	low, payers, partial, ok := s.price(p, s.high, false)
	if !ok {
		s.open = slices.DeleteFunc(s.open, func(x int) bool { return x == p })
		return
	}
	q.low = low
	if high, others, some, ok := s.price(p, s.low, true); ok {
		q.high = high
		if !partial && !some && payers == others {
			q.payers = payers
		}
	}
	s.quotes[p] = q
}

// price finds what each voter of p who can pay in full would pay, so that
// together with all that the others have left it makes the cost. up rounds it
// up. partial tells that somebody pays less but not nothing; not ok, that all
// together do not have enough.
func (s *sharing) price(p int, purse []int64, up bool) (price, payers int64, partial, ok bool) {
	cost := wide{uint64(s.Projects[p].Cost) >> (64 - s.shift), uint64(s.Projects[p].Cost) << s.shift}
	var all wide
	for _, v := range s.voters[p] {
		all = all.plus(purse[v])
	}
	if all.less(cost) {
		return 0, 0, false, false
	}
	payers = int64(len(s.voters[p]))
	rest := cost
	for {
		price = rest.over(payers, up)
		var poor wide
		full := int64(0)
		for _, v := range s.voters[p] {
			if purse[v] < price {
				poor = poor.plus(purse[v])
			} else {
				full++
			}
		}
		if full == payers {
			return price, payers, poor != wide{}, true
		}
		payers, rest = full, cost.minus(poor)
	}
}

// buy takes the price from both purses of everybody who pays.
func (s *sharing) buy(p int) {
	q := s.quotes[p]
	for _, v := range s.voters[p] {
		s.low[v] = max(0, s.low[v]-q.high)
		s.high[v] = max(0, s.high[v]-q.low)
	}
	s.bought = append(s.bought, p)
	s.open = slices.DeleteFunc(s.open, func(x int) bool { return x == p })
}

// settle decides between rivals by exact fractions, at a single step. What has
// to be bought although the brackets cannot promise it can be paid gets the
// bracket of the exact price.
func (s *sharing) settle(rivals []int) (int, bool) {
	if s.fraction == nil {
		s.fraction = newLedger(s.Election, s.voters, s.choice.unit, s.step)
	}
	for _, p := range s.bought[s.fraction.done:] {
		s.fraction.buy(p)
	}
	best, least := -1, (*big.Rat)(nil)
	for _, p := range rivals {
		price := s.fraction.price(p)
		if price == nil {
			s.open = slices.DeleteFunc(s.open, func(x int) bool { return x == p })
			continue
		}
		rho := s.fraction.perUtility(p, price, s.choice.utility)
		d := -1
		if best >= 0 {
			d = rho.Cmp(least)
			s.choice.Tied = s.choice.Tied || d == 0
		}
		if d < 0 || d == 0 && s.tieRule(p, best) < 0 {
			best, least = p, rho
			if s.quotes[p].high == infinite {
				s.quotes[p].high = s.ceiling(price)
			}
		}
	}
	if best < 0 {
		return s.cheapest(true)
	}
	return best, true
}

// ceiling scales an exact price, rounded up.
func (s *sharing) ceiling(price *big.Rat) int64 {
	n := new(big.Int).Lsh(price.Num(), s.shift)
	q, r := n.DivMod(n, price.Denom(), new(big.Int))
	if r.Sign() > 0 {
		return q.Int64() + 1
	}
	return q.Int64()
}

// wide is an unsigned number of 128 bits.
type wide struct{ high, low uint64 }

func (w wide) plus(n int64) wide {
	low, carry := bits.Add64(w.low, uint64(n), 0)
	return wide{w.high + carry, low}
}

func (w wide) minus(x wide) wide {
	low, borrow := bits.Sub64(w.low, x.low, 0)
	high, _ := bits.Sub64(w.high, x.high, borrow)
	return wide{high, low}
}

func (w wide) less(x wide) bool {
	return w.high < x.high || w.high == x.high && w.low < x.low
}

// over divides; the caller knows that the quotient fits.
func (w wide) over(n int64, up bool) int64 {
	q, r := bits.Div64(w.high, w.low, uint64(n))
	if up && r > 0 {
		q++
	}
	return int64(min(q, math.MaxInt64))
}
