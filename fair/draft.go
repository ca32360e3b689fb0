package fair

import (
	"math/big"
	"slices"
)

// draft is a solved market written out place by place. Slots are the places
// of the market and, when people outnumber them, one more for Nowhere.
type draft struct {
	*ladder
	level
	slot  []int   // by person
	users [][]int // persons from the market by slot
	price []int64 // whole fen by slot, rounded up
	part  []int64 // 1 where the exact price is rem/den less
	items []int   // left for the market by slot
	touch touches // who likes which slot exactly as well as their own
}

func newDraft(l *ladder, z level) *draft {
	d := &draft{ladder: l, level: z}
	slots := len(l.class)
	if l.without >= 0 {
		slots++
	}
	d.price, d.part = make([]int64, slots), make([]int64, slots)
	here, next := l.all(z.z), l.all(z.z+1)
	for j := range d.price {
		c := d.classAt(j)
		d.price[j] = here[c]
		d.part[j] = here[c] - next[c]
	}
	d.spreadOut(slots)
	return d
}

// classAt returns the class of a slot.
func (d *draft) classAt(slot int) int {
	if slot == len(d.class) {
		return d.without
	}
	return d.class[slot]
}

// spreadOut gives each person of a class one of its places, both in ascending
// order.
func (d *draft) spreadOut(slots int) {
	d.slot, d.users = make([]int, len(d.row)), make([][]int, slots)
	d.items = make([]int, slots)
	for j := range d.class {
		d.items[j] = d.market.capacity(j)
	}
	for _, p := range d.market.Reserved {
		d.slot[p.Person] = p.Place
		d.items[p.Place]--
	}
	if d.without >= 0 {
		d.items[len(d.class)] = d.cap[d.without]
	}
	left := slices.Clone(d.items)
	next := make([]int, len(d.cap))
	for r, c := range d.seat {
		i := d.people[r]
		if c == d.without {
			d.take(i, len(d.class))
			continue
		}
		for left[d.members[c][next[c]]] == 0 {
			next[c]++
		}
		j := d.members[c][next[c]]
		left[j]--
		d.take(i, j)
	}
}

func (d *draft) take(person, slot int) {
	d.slot[person] = slot
	d.users[slot] = append(d.users[slot], person)
}

// value returns what a slot is worth to a person.
func (d *draft) value(person, slot int) int64 {
	if slot == len(d.class) {
		return 0
	}
	return d.market.Values[person][slot]
}

// utility is the person's, at the prices to be paid.
func (d *draft) utility(person int) int64 {
	return d.value(person, d.slot[person]) - d.price[d.slot[person]]
}

// exact returns whole − part·rem/den as a numerator over den.
func (d *draft) exact(whole, part int64) *big.Int {
	n := new(big.Int).Mul(big.NewInt(whole), big.NewInt(d.den))
	return n.Sub(n, big.NewInt(part*d.rem))
}

// place returns the index to publish for a slot.
func (d *draft) place(slot int) int {
	if slot == len(d.class) {
		return Nowhere
	}
	return slot
}

// division writes the answer out.
func (d *draft) division() *Division {
	worst := d.worst()
	out := &Division{
		MaximinNum: d.exact(d.utility(worst), -d.part[d.slot[worst]]), MaximinDen: d.den,
		Assignment: make([]int, len(d.slot)),
		PricesDen:  d.den, PricesFen: d.price[:len(d.class)],
	}
	collected := new(big.Int)
	for i, j := range d.slot {
		out.Assignment[i] = d.place(j)
		out.Welfare += d.value(i, j)
		collected.Add(collected, big.NewInt(d.price[j]))
	}
	out.CommonFen = collected.Sub(collected, big.NewInt(d.market.Cost)).Int64()
	for j := range d.class {
		out.PricesNum = append(out.PricesNum, d.exact(d.price[j], d.part[j]))
	}
	if last := len(d.class); d.without >= 0 {
		out.Without = &Price{Num: d.exact(d.price[last], d.part[last]), Fen: d.price[last]}
	}
	margins := d.margins()
	out.People = d.explain(margins)
	out.Certificate = d.certificate(margins, worst)
	out.Certificate.Digest = seal(d.market, out)
	return out
}

// worst returns the first person whose exact utility is the least among those
// the promise is made to.
func (d *draft) worst() int {
	worst := -1
	for _, i := range d.people {
		if d.market.Policy == Pin && d.slot[i] == len(d.class) {
			continue
		}
		if worst < 0 || d.utility(i) < d.utility(worst) ||
			d.utility(i) == d.utility(worst) && d.part[d.slot[i]] < d.part[d.slot[worst]] {
			worst = i
		}
	}
	return worst
}

// margins returns, person by person, how much worse each slot is than the
// person's own at the prices to be paid: never negative, which is
// envy-freeness. Cells that may not be used hold Unusable; people with a
// reserved place have no row. It notes on the way who is exactly indifferent.
func (d *draft) margins() [][]int64 {
	classes := make([]int, len(d.price))
	for j := range classes {
		classes[j] = d.classAt(j)
	}
	rows := make([][]int64, len(d.row))
	d.touch = newTouches(len(d.price), len(d.row))
	inParallel(len(rows), len(rows)*len(classes), func(from, to int) {
		for i := from; i < to; i++ {
			rows[i] = []int64{}
			if r := d.row[i]; r >= 0 {
				rows[i] = d.marginsOf(i, d.values[r], classes)
			}
		}
	})
	return rows
}

// marginsOf returns the margins of one person.
func (d *draft) marginsOf(person int, values []int64, classes []int) []int64 {
	row, own, part := make([]int64, len(d.price)), d.utility(person), d.part[d.slot[person]]
	for j, c := range classes {
		v := values[c]
		if v == barred {
			row[j] = Unusable
			continue
		}
		row[j] = own - v + d.price[j]
		if row[j] == 0 && (d.rem == 0 || d.part[j] == part) {
			d.touch.add(j, person)
		}
	}
	return row
}

// explain reads each person's best alternative off the margins.
func (d *draft) explain(margins [][]int64) []Explanation {
	out := make([]Explanation, len(d.slot))
	inParallel(len(out), len(out)*len(d.price), func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = d.explainTo(i, margins[i])
		}
	})
	return out
}

// explainTo explains the division to one person.
func (d *draft) explainTo(i int, margins []int64) Explanation {
	j := d.slot[i]
	e := Explanation{
		Place: d.place(j), PriceFen: d.price[j], ValueFen: d.value(i, j),
		UtilityFen: d.utility(i), Reserved: d.row[i] < 0,
	}
	best, least := -1, int64(infinite)
	for other, worse := range margins {
		if worse < least && other != j && worse != Unusable {
			best, least = other, worse
		}
	}
	if best >= 0 {
		e.Best = &Alternative{Place: d.place(best), WorseFen: least}
	}
	return e
}
