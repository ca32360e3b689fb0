package fair

import "math/bits"

// An auction spends most of its time on the first, coarse prices, when every
// bid makes short lists out of date. A small part of the places and as many
// people find nearly the same prices much sooner (and ask a still smaller part
// first); what the others' places would cost follows from what they are worth
// to the people asked.

// One in eight is asked, where at least this many people and classes are.
const (
	shareAsked  = 8
	worthAsking = 512
)

// askSome starts the prices from those of a sample and reports whether it did.
func (p *party) askSome() bool {
	if len(p.room) < worthAsking || len(p.people) < worthAsking {
		return false
	}
	rows, classes := p.draw()
	some := p.part(rows, classes)
	some.auction()
	prices := make([]int64, len(p.price))
	for c := range prices {
		prices[c] = barred
	}
	for x, r := range rows {
		content := int64(barred)
		for c, v := range some.values[x] {
			if v != barred {
				content = max(content, v-some.price[c])
			}
		}
		if content == barred {
			continue
		}
		for c, v := range p.values[r] {
			if v != barred {
				prices[c] = max(prices[c], v-content)
			}
		}
	}
	p.start(prices)
	return true
}

// start sets the prices; the cheapest class, and those nobody who was asked
// may use, cost 0.
func (p *party) start(prices []int64) {
	least := int64(infinite)
	for _, price := range prices {
		if price != barred {
			least = min(least, price)
		}
	}
	for c, price := range prices {
		p.price[c] = 0
		if price != barred {
			p.price[c] = price - least
		}
	}
}

// draw chooses the sample: classes by the lot of their number, and as many
// people as they have places, those first whose lot it is.
func (p *party) draw() (rows, classes []int) {
	items := 0
	for c, room := range p.room {
		if drawn(c) && room > 0 {
			classes = append(classes, c)
			items += room
		}
	}
	lots := []bool{true}
	if p.spare == 0 {
		lots = append(lots, false) // where all places are taken, so they are here
	}
	for _, lot := range lots {
		for r := range p.seat {
			if drawn(r) == lot && len(rows) < items {
				rows = append(rows, r)
			}
		}
	}
	return rows, classes
}

// drawn draws one number in eight, without any order that people or places
// might have too.
func drawn(x int) bool {
	high, _ := bits.Mul64(uint64(x)*0x9E3779B97F4A7C15, shareAsked)
	return high == 0
}

// part returns some rows and classes as a party of their own, to be priced
// only.
func (p *party) part(rows, classes []int) *party {
	values := make([][]int64, len(rows))
	for x, r := range rows {
		all := p.values[r]
		values[x] = make([]int64, len(classes))
		for y, c := range classes {
			values[x][y] = all[c]
		}
	}
	t := &table{market: p.market, people: rows, values: values, cap: make([]int, len(classes)), without: -1}
	for y, c := range classes {
		t.cap[y] = p.room[c]
	}
	return newParty(t)
}
