package fair

import (
	"math"
	"slices"
)

// infinite stands for a distance not yet known.
const infinite = math.MaxInt64

// seating is the assignment of greatest total value.
//
// price is the dual that proves it optimal: nobody would rather have another
// class at these prices, and a class with room left costs 0.
type seating struct {
	*table
	price []int64
	seat  []int   // class by row
	in    [][]int // rows by class, ascending
	lists [][]arc // by row, the classes that come into question
}

// seatAll seats every row. The error is a *ConflictError naming people who
// may use too few places.
//
// An auction finds prices at which nearly everybody has what they like best
// (auction.go, sample.go); shortest paths seat the rest exactly (paths.go); and both look
// at short lists of the classes that come into question, which are compared
// with the whole table until no cell of it has anything better (shortlist.go).
// Only the last two have to be right: a bad auction costs time and nothing
// else.
func seatAll(t *table) (*seating, error) {
	p := newParty(t)
	p.auction()
	if err := p.seatExactly(); err != nil {
		return nil, err
	}
	s := &seating{table: t, price: p.price, seat: make([]int, len(t.people)), in: make([][]int, len(t.cap)), lists: p.list}
	for r := range s.seat {
		s.seat[r] = int(p.seat[r])
		s.in[s.seat[r]] = append(s.in[s.seat[r]], r)
	}
	s.lower()
	return s, nil
}

// lower shifts the prices so that the cheapest place costs 0, which is where
// places are left empty if any are.
func (s *seating) lower() {
	least := int64(infinite)
	for c, p := range s.price {
		if s.cap[c] > 0 {
			least = min(least, p)
		}
	}
	for c := range s.price {
		s.price[c] -= least
		if s.cap[c] == 0 {
			s.price[c] = 0
		}
	}
}

// party is everybody who has to be seated: the rows of the table and, so that
// every place is taken by somebody, as many idle ones as there are places too
// many. To an idle one every place is worth 0, so they share one row of values
// and one list, of all classes, which are the last; they are only counted.
type party struct {
	*table
	values [][]int64 // the table's, and the idle ones' last
	list   [][]arc   // short list by row of values
	limit  []int64   // what no class beyond the list is better than, by row of values
	room   []int     // places by class, at most as many as there are people
	price  []int64   // by class
	seat   []int32   // class by row, unseated for none; idle bidders last
	in     [][]int32 // rows by class
	idle   []int     // idle ones by class
	spare  int       // idle ones without a place
}

// unseated stands for the class of somebody who has none yet.
const unseated = -1

func newParty(t *table) *party {
	n, k := len(t.people), len(t.cap)
	p := &party{
		table: t, values: append(slices.Clone(t.values), make([]int64, k)), list: make([][]arc, n+1), limit: make([]int64, n+1),
		room: make([]int, k), price: make([]int64, k), seat: make([]int32, n), in: make([][]int32, k), idle: make([]int, k), spare: -n,
	}
	for c, items := range t.cap {
		p.room[c] = min(items, n)
		p.spare += p.room[c]
		if items > 0 {
			p.list[n] = append(p.list[n], arc{int32(c), 0})
		}
	}
	p.limit[n] = barred
	for r := range p.seat {
		p.seat[r] = unseated
	}
	return p
}

// row returns which row of values and which list row r has.
func (p *party) row(r int) int { return min(r, len(p.people)) }

// free returns how many places of a class nobody has.
func (p *party) free(c int32) int { return p.room[c] - len(p.in[c]) - p.idle[c] }

// crowded names the people who, together with the first unseated one, may use
// only classes that are full of each other: Hall's condition fails for them.
func (p *party) crowded() error {
	first := slices.Index(p.seat, unseated)
	rows, seen := []int{first}, make([]bool, len(p.room))
	var classes []int
	for x := 0; x < len(rows); x++ {
		for c, v := range p.values[rows[x]] {
			if v == barred || p.room[c] == 0 || seen[c] {
				continue
			}
			seen[c] = true
			classes = append(classes, c)
			for _, q := range p.in[c] {
				rows = append(rows, int(q))
			}
		}
	}
	return &ConflictError{
		Reason: "more people than the places they may use",
		People: p.personsOf(rows), Places: p.placesOf(classes),
	}
}
