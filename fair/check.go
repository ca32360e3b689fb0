package fair

import (
	"errors"
	"fmt"
	"math/big"
)

// Check verifies a division against its market by additions and comparisons
// alone: it repeats nothing of what Divide does and shares no code with it.
// It returns nil when all of the following holds, else an error that names the
// first field found wrong:
//
//   - everybody has one place that is allowed, no place is given more often
//     than it exists, reservations are kept, and nobody goes without while a
//     place is free;
//   - the welfare is the sum of the values, and the dual proves that no other
//     assignment has more;
//   - the exact prices sum to the cost, are within the budgets, and nobody
//     likes another place better at its price, neither exactly nor in fen;
//   - the fen are the exact prices rounded up, and what that collects too
//     much is CommonFen;
//   - the worst-off has exactly MaximinNum/MaximinDen, and the chains prove
//     that no envy-free prices of this assignment that sum to the cost and
//     keep the budgets give the worst-off more;
//   - margins and explanations say what the prices say, and the digest
//     matches market and division, so that no single field can be changed.
func Check(m Market, d *Division) error {
	if d == nil {
		return errors.New("result: there is none")
	}
	c := &checker{m: &m, d: d}
	for _, step := range []func() error{
		c.shapes, c.readMarket, c.assignment, c.readPrices, c.welfare, c.balance,
		c.envy, c.dual, c.budgets, c.worstOff, c.chains, c.floor, c.people, c.digest,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checker holds what the steps of Check pass on.
type checker struct {
	m *Market
	d *Division

	places, slots int      // slots counts Nowhere when somebody goes without
	barred        [][]bool // by person and place; nil rows where all is allowed
	reserved      []bool
	left          []int64 // items of each slot open to the market
	slot          []int   // by person
	taken         []bool  // slots somebody from the market has
	price         []part  // exact, by slot
	worst         part
}

// part is whole + num/den with 0 ≤ num < den, den being PricesDen.
type part struct{ whole, num int64 }

// less compares two exact amounts.
func (p part) less(q part) bool {
	return p.whole < q.whole || p.whole == q.whole && p.num < q.num
}

// wrong builds the checker's error.
func wrong(field, format string, args ...any) error {
	return errors.New(field + ": " + fmt.Sprintf(format, args...))
}

// shapes wants every list to be as long as the market says.
func (c *checker) shapes() error {
	if len(c.m.Values) == 0 || len(c.m.Values[0]) == 0 {
		return wrong("values_fen", "there is nothing to divide")
	}
	n := len(c.m.Values)
	c.places, c.slots = len(c.m.Values[0]), len(c.m.Values[0])
	if c.d.Without != nil {
		c.slots++
	}
	cert := &c.d.Certificate
	for _, l := range []struct {
		field     string
		got, want int
	}{
		{"assignment", len(c.d.Assignment), n},
		{"prices_num", len(c.d.PricesNum), c.places},
		{"prices_fen", len(c.d.PricesFen), c.places},
		{"people", len(c.d.People), n},
		{"certificate.dual_people", len(cert.DualPeople), n},
		{"certificate.dual_places", len(cert.DualPlaces), c.slots},
		{"certificate.margins_fen", len(cert.Margins), n},
		{"certificate.chains", len(cert.Chains), c.slots},
	} {
		if l.got != l.want {
			return wrong(l.field, "has %d entries, %d expected", l.got, l.want)
		}
	}
	return nil
}

// limit bounds prices and duals so that the difference of two utilities, each
// a value of at most MaxFen less a price, cannot wrap.
const limit = int64(3) << 60

// fits reports whether an amount is within the limit.
func fits(n int64) bool { return n <= limit && n >= -limit }

// readMarket refuses a market that cannot be checked and notes who may use
// what.
func (c *checker) readMarket() error {
	n := len(c.m.Values)
	if !fits(c.m.Cost) {
		return wrong("rent_fen", "too large")
	}
	for i, row := range c.m.Values {
		if len(row) != c.places {
			return wrong("values_fen", "row %d is ragged", i)
		}
		for _, v := range row {
			if v > MaxFen || v < -MaxFen {
				return wrong("values_fen", "row %d has too large an amount", i)
			}
		}
	}
	if c.m.Capacities != nil && len(c.m.Capacities) != c.places {
		return wrong("capacities", "has %d entries, %d expected", len(c.m.Capacities), c.places)
	}
	c.left = make([]int64, c.slots)
	for j := range c.places {
		c.left[j] = 1
		if c.m.Capacities != nil {
			c.left[j] = int64(c.m.Capacities[j])
		}
		if c.left[j] < 0 {
			return wrong("capacities", "place %d cannot exist %d times", j, c.left[j])
		}
	}
	c.barred, c.reserved = make([][]bool, n), make([]bool, n)
	return c.readPairs(n)
}

// readPairs notes forbidden pairs and takes reserved places out.
func (c *checker) readPairs(n int) error {
	outside := func(p Pair) bool { return p.Person < 0 || p.Person >= n || p.Place < 0 || p.Place >= c.places }
	for _, p := range c.m.Forbidden {
		if outside(p) {
			return wrong("forbidden", "there is no person %d or place %d", p.Person, p.Place)
		}
		if c.barred[p.Person] == nil {
			c.barred[p.Person] = make([]bool, c.slots)
		}
		c.barred[p.Person][p.Place] = true
	}
	for _, p := range c.m.Reserved {
		if outside(p) || c.reserved[p.Person] {
			return wrong("reserved", "person %d and place %d cannot be paired", p.Person, p.Place)
		}
		if c.d.Assignment[p.Person] != p.Place {
			return wrong("assignment", "person %d does not have the reserved place %d", p.Person, p.Place)
		}
		c.reserved[p.Person] = true
		c.left[p.Place]--
	}
	return nil
}

// may reports whether a person may use a slot.
func (c *checker) may(person, slot int) bool {
	return c.barred[person] == nil || !c.barred[person][slot]
}

// assignment wants each person on one allowed place and no place given away
// too often.
func (c *checker) assignment() error {
	c.slot, c.taken = make([]int, len(c.m.Values)), make([]bool, c.slots)
	free := append([]int64(nil), c.left...)
	without := int64(0)
	for i, j := range c.d.Assignment {
		if j == Nowhere && c.d.Without != nil {
			j = c.places
			without++
		}
		if j < 0 || j >= c.slots || !c.may(i, j) {
			return wrong("assignment", "person %d cannot have place %d", i, c.d.Assignment[i])
		}
		c.slot[i] = j
		if !c.reserved[i] {
			c.taken[j] = true
			free[j]--
		}
	}
	for j := range c.places {
		if free[j] < 0 || c.left[j] < 0 {
			return wrong("assignment", "place %d is given more often than it exists", j)
		}
		if free[j] > 0 && c.d.Without != nil {
			return wrong("assignment", "somebody goes without while place %d is free", j)
		}
	}
	if c.d.Without != nil {
		c.left[c.places] = without
		if without == 0 {
			return wrong("without", "nobody goes without")
		}
	}
	return nil
}

// readPrices splits the exact prices into whole fen and a rest, and wants the
// fen to be paid to be the whole above.
func (c *checker) readPrices() error {
	if c.d.PricesDen <= 0 || !fits(c.d.PricesDen) {
		return wrong("prices_den", "%d is no denominator", c.d.PricesDen)
	}
	c.price = make([]part, c.slots)
	for j := range c.slots {
		field, num, fen := "without", (*big.Int)(nil), int64(0)
		if j < c.places {
			field, num, fen = fmt.Sprintf("prices_num[%d]", j), c.d.PricesNum[j], c.d.PricesFen[j]
		} else {
			num, fen = c.d.Without.Num, c.d.Without.Fen
		}
		p, err := c.split(field, num)
		if err != nil {
			return err
		}
		c.price[j] = p
		up := p.whole
		if p.num > 0 {
			up++
		}
		if fen != up {
			return wrong("prices_fen", "slot %d is paid %d fen, exactly it is %s/%d", j, fen, num, c.d.PricesDen)
		}
	}
	if c.m.Policy == Pin && c.d.Without != nil && c.price[c.places] != (part{}) {
		return wrong("without", "having no place must cost nothing")
	}
	return nil
}

// split writes num/PricesDen as whole fen and a rest.
func (c *checker) split(field string, num *big.Int) (part, error) {
	if num == nil {
		return part{}, wrong(field, "there is none")
	}
	whole, rest := new(big.Int).DivMod(num, big.NewInt(c.d.PricesDen), new(big.Int))
	if !whole.IsInt64() || !fits(whole.Int64()) {
		return part{}, wrong(field, "too large")
	}
	return part{whole.Int64(), rest.Int64()}, nil
}

// value returns what a slot is worth to a person.
func (c *checker) value(person, slot int) int64 {
	if slot == c.places {
		return 0
	}
	return c.m.Values[person][slot]
}

// fen returns what is paid for a slot.
func (c *checker) fen(slot int) int64 {
	if slot == c.places {
		return c.d.Without.Fen
	}
	return c.d.PricesFen[slot]
}

// utility returns value − price exactly.
func (c *checker) utility(person, slot int) part {
	p, v := c.price[slot], c.value(person, slot)
	if p.num == 0 {
		return part{v - p.whole, 0}
	}
	return part{v - p.whole - 1, c.d.PricesDen - p.num}
}

// indifferent reports whether a person from the market likes a slot exactly
// as well as their own.
func (c *checker) indifferent(person, slot int) bool {
	return c.may(person, slot) && c.utility(person, slot) == c.utility(person, c.slot[person])
}

// welfare wants the sum of the values.
func (c *checker) welfare() error {
	sum := new(big.Int)
	for i, j := range c.slot {
		sum.Add(sum, big.NewInt(c.value(i, j)))
	}
	if sum.Cmp(big.NewInt(c.d.Welfare)) != 0 {
		return wrong("welfare_fen", "the values sum to %s", sum)
	}
	return nil
}

// balance wants the exact prices to sum to the cost and the fen to exceed it
// by CommonFen.
func (c *checker) balance() error {
	exact, paid := new(big.Int), new(big.Int)
	for _, j := range c.slot {
		num := c.d.PricesNum
		if j == c.places {
			exact.Add(exact, c.d.Without.Num)
		} else {
			exact.Add(exact, num[j])
		}
		paid.Add(paid, big.NewInt(c.fen(j)))
	}
	cost := big.NewInt(c.m.Cost)
	if paid.Sub(paid, cost).Cmp(big.NewInt(c.d.CommonFen)) != 0 {
		return wrong("common_fen", "%s fen are collected over the cost", paid)
	}
	if exact.Cmp(cost.Mul(cost, big.NewInt(c.d.PricesDen))) != 0 {
		return wrong("prices_num", "they do not sum to the cost")
	}
	return nil
}

// envy goes through each person's own inequalities, exactly and in fen, and
// compares the margins.
func (c *checker) envy() error {
	for i, own := range c.slot {
		row := c.d.Certificate.Margins[i]
		if c.reserved[i] {
			if len(row) != 0 {
				return wrong("certificate.margins_fen", "person %d has a reserved place and no row", i)
			}
			continue
		}
		if len(row) != c.slots {
			return wrong("certificate.margins_fen", "row %d has %d entries, %d expected", i, len(row), c.slots)
		}
		mine, paid := c.utility(i, own), c.value(i, own)-c.fen(own)
		for j, margin := range row {
			want := int64(Unusable)
			if c.may(i, j) {
				want = paid - c.value(i, j) + c.fen(j)
				if want < 0 || mine.less(c.utility(i, j)) {
					return wrong("prices_num", "person %d likes slot %d better than their own", i, j)
				}
			}
			if margin != want {
				return wrong("certificate.margins_fen", "person %d, slot %d: it is %d", i, j, want)
			}
		}
	}
	return nil
}
