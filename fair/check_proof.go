package fair

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/big"
)

// dual wants prices of people and slots that cover every allowed pair and sum
// to the welfare: no assignment can be worth more. Places of which nothing is
// left for the market do not count.
func (c *checker) dual() error {
	people, places := c.d.Certificate.DualPeople, c.d.Certificate.DualPlaces
	sum := new(big.Int)
	for j, p := range places {
		if p < 0 || !fits(p) || c.left[j] == 0 && p != 0 {
			return wrong("certificate.dual_places", "slot %d is out of range", j)
		}
		sum.Add(sum, new(big.Int).Mul(big.NewInt(p), big.NewInt(c.left[j])))
	}
	for i, u := range people {
		if !fits(u) || c.reserved[i] && u != 0 {
			return wrong("certificate.dual_people", "person %d is out of range", i)
		}
		if c.reserved[i] {
			u = c.value(i, c.slot[i])
		}
		sum.Add(sum, big.NewInt(u))
		for j, p := range places {
			if !c.reserved[i] && c.left[j] > 0 && c.may(i, j) && u+p < c.value(i, j) {
				return wrong("certificate.dual_people", "person %d and slot %d are not covered", i, j)
			}
		}
	}
	if sum.Cmp(big.NewInt(c.d.Welfare)) != 0 {
		return wrong("certificate.dual_people", "the dual sums to %s, not to the welfare", sum)
	}
	return nil
}

// budgets wants nobody to pay more than they can.
func (c *checker) budgets() error {
	for _, b := range c.m.Budgets {
		if b.Person < 0 || b.Person >= len(c.slot) {
			return wrong("budgets", "there is no person %d", b.Person)
		}
		if (part{b.Fen, 0}).less(c.price[c.slot[b.Person]]) {
			return wrong("prices_num", "person %d pays more than their budget", b.Person)
		}
	}
	return nil
}

// worstOff wants the least exact utility to be the one promised. With pinned
// prices the promise is made to those who have a place.
func (c *checker) worstOff() error {
	if c.d.MaximinDen != c.d.PricesDen {
		return wrong("maximin_den", "it must be that of the prices")
	}
	promised, err := c.split("maximin_num", c.d.MaximinNum)
	if err != nil {
		return err
	}
	first := true
	for i := range c.slot {
		if !c.promised(i) {
			continue
		}
		if u := c.utility(i, c.slot[i]); first || u.less(c.worst) {
			c.worst, first = u, false
		}
	}
	if first || promised != c.worst {
		return wrong("maximin_num", "the worst-off has %d + %d/%d", c.worst.whole, c.worst.num, c.d.PricesDen)
	}
	return nil
}

// promised reports whether the person is among those whose worst-off is made
// best off.
func (c *checker) promised(i int) bool {
	return !c.reserved[i] && (c.m.Policy != Pin || c.slot[i] != c.places)
}

// slotOf turns a published place into a slot, -1 when there is none such.
func (c *checker) slotOf(place int) int {
	if place == Nowhere && c.d.Without != nil {
		return c.places
	}
	if place < 0 || place >= c.places {
		return -1
	}
	return place
}

// chains wants each slot's price to be held from above by a chain that ends.
func (c *checker) chains() error {
	links := c.d.Certificate.Chains
	for j := range links {
		if err := c.link(j, links[j]); err != nil {
			return err
		}
	}
	state := make([]byte, c.slots) // 1 on the way, 2 known to end
	for j := range links {
		var path []int
		at := j
		for ; state[at] == 0; at = c.slotOf(links[at].Place) {
			state[at] = 1
			path = append(path, at)
			if ends(links[at].Kind) {
				break
			}
		}
		if state[at] == 1 && !ends(links[at].Kind) {
			return wrong("certificate.chains", "the chain from slot %d runs in a circle", j)
		}
		for _, p := range path {
			state[p] = 2
		}
	}
	return nil
}

// ends reports whether a link ends its chain.
func ends(kind string) bool {
	return kind == LinkLevel || kind == LinkBudget || kind == LinkPinned || kind == ""
}

// link checks one link of slot j by itself.
func (c *checker) link(j int, l Link) error {
	field := fmt.Sprintf("certificate.chains[%d]", j)
	if l.Kind == "" {
		if !c.taken[j] || c.m.Policy != Pin || len(c.d.Certificate.Floor) == 0 || l != (Link{}) {
			return wrong(field, "the price is held by nothing")
		}
		return nil
	}
	next := c.slotOf(l.Place)
	if next < 0 || l.Person < 0 || l.Person >= len(c.slot) {
		return wrong(field, "there is no person %d or place %d", l.Person, l.Place)
	}
	if !c.holds(j, next, l) {
		return wrong(field, "%s does not hold for person %d and place %d", l.Kind, l.Person, l.Place)
	}
	return nil
}

// holds checks what the kind of link claims about slot j and the next.
func (c *checker) holds(j, next int, l Link) bool {
	here := c.slot[l.Person] == j
	market := !c.reserved[l.Person]
	switch l.Kind {
	case LinkLevel:
		return here && next == j && c.promised(l.Person) && c.utility(l.Person, j) == c.worst
	case LinkBudget:
		return here && next == j && c.exhausted(l.Person, j)
	case LinkPinned:
		return here && next == j && j == c.places && c.m.Policy == Pin
	case LinkEnvy:
		return here && next != j && market && c.indifferent(l.Person, next)
	case LinkPosted:
		return !c.taken[j] && market && c.slot[l.Person] == next && c.indifferent(l.Person, j)
	}
	return false
}

// exhausted reports whether the slot's price is all the person can pay.
func (c *checker) exhausted(person, slot int) bool {
	for _, b := range c.m.Budgets {
		if b.Person == person {
			return c.price[slot] == part{b.Fen, 0}
		}
	}
	return false
}

// floor checks, where one is given, the path that keeps the worst-off's price
// from falling.
func (c *checker) floor() error {
	path := c.d.Certificate.Floor
	if len(path) == 0 {
		return nil
	}
	at := -1
	for x, l := range path {
		field := fmt.Sprintf("certificate.floor[%d]", x)
		next := c.slotOf(l.Place)
		if next < 0 || l.Person < 0 || l.Person >= len(c.slot) || c.slot[l.Person] != next || c.reserved[l.Person] {
			return wrong(field, "person %d is not at place %d", l.Person, l.Place)
		}
		start := l.Kind == LinkLevel && c.promised(l.Person) && c.utility(l.Person, next) == c.worst
		step := l.Kind == LinkEnvy && at >= 0 && c.indifferent(l.Person, at)
		if x == 0 && !start || x > 0 && !step {
			return wrong(field, "%s does not hold", l.Kind)
		}
		at = next
	}
	if at != c.places || c.m.Policy != Pin {
		return wrong("certificate.floor", "it does not end at a pinned price")
	}
	return nil
}

// people wants the explanations to say what the prices say.
func (c *checker) people() error {
	for i, e := range c.d.People {
		j := c.slot[i]
		want := Explanation{
			Place: c.d.Assignment[i], PriceFen: c.fen(j), ValueFen: c.value(i, j),
			UtilityFen: c.value(i, j) - c.fen(j), Reserved: c.reserved[i], Best: e.Best,
		}
		if e != want {
			return wrong(fmt.Sprintf("people[%d]", i), "it does not say what the prices say")
		}
		if !c.best(i, e.Best) {
			return wrong(fmt.Sprintf("people[%d].best_alternative", i), "it is not the best")
		}
	}
	return nil
}

// best wants the first of the least margins.
func (c *checker) best(i int, a *Alternative) bool {
	var want *Alternative
	for j, margin := range c.d.Certificate.Margins[i] {
		if j == c.slot[i] || !c.may(i, j) || want != nil && margin >= want.WorseFen {
			continue
		}
		place := j
		if j == c.places {
			place = Nowhere
		}
		want = &Alternative{place, margin}
	}
	if a == nil || want == nil {
		return a == nil && want == nil
	}
	return *a == *want
}

// digest writes market and division out as seal documents it and compares.
func (c *checker) digest() error {
	h := sha256.New()
	c.write(h)
	if got := fmt.Sprintf("%x", h.Sum(nil)); got != c.d.Certificate.Digest {
		return wrong("certificate.sha256", "it is %s", got)
	}
	return nil
}

func (c *checker) write(w io.Writer) {
	m, d := c.m, c.d
	lines(w, m.Cost, len(m.Values))
	for _, row := range m.Values {
		lines(w, digestOf(row))
	}
	list(w, m.Capacities)
	list(w, m.Forbidden)
	list(w, m.Reserved)
	list(w, m.Budgets)
	lines(w, m.Policy, d.Welfare, d.MaximinNum, d.MaximinDen)
	list(w, d.Assignment)
	list(w, d.PricesNum)
	lines(w, d.PricesDen)
	list(w, d.PricesFen)
	if d.Without == nil {
		lines(w, "none")
	} else {
		lines(w, d.Without.Num, d.Without.Fen)
	}
	lines(w, d.CommonFen)
	list(w, d.People)
	list(w, d.Certificate.DualPeople)
	list(w, d.Certificate.DualPlaces)
	lines(w, len(d.Certificate.Margins))
	for _, row := range d.Certificate.Margins {
		lines(w, digestOf(row))
	}
	list(w, d.Certificate.Chains)
	list(w, d.Certificate.Floor)
}
