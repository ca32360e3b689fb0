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
// and one list, of all classes, which are the last.
type party struct {
	*table
	values [][]int64 // the table's, and the idle ones' last
	list   [][]arc   // short list by row of values
	limit  []int64   // what no class beyond the list is better than, by row of values
	room   []int     // places by class, at most as many as there are people
	price  []int64   // by class
	seat   []int32   // class by row, nowhere for none; idle ones last
	in     [][]int32 // rows by class
	full   bool      // there is somebody for every place
}

// unseated stands for the class of somebody who has none yet.
const unseated = -1

func newParty(t *table) *party {
	n, k := len(t.people), len(t.cap)
	p := &party{table: t, values: t.values, room: make([]int, k), price: make([]int64, k), in: make([][]int32, k)}
	total := 0
	for c, items := range t.cap {
		p.room[c] = min(items, n)
		total += p.room[c]
	}
	idle := max(0, total-n)
	if idle > n {
		idle = 0 // so much room that it is quicker to do without
	}
	if idle > 0 {
		p.values = append(slices.Clone(t.values), make([]int64, k))
	}
	p.seat, p.full = make([]int32, n+idle), n+idle >= total
	for r := range p.seat {
		p.seat[r] = unseated
	}
	p.list, p.limit = make([][]arc, len(p.values)), make([]int64, len(p.values))
	return p
}

// idle reports whether a row of values is that of the idle ones.
func (p *party) idle(x int) bool { return x == len(p.people) }

// row returns which row of values and which short list row r has.
func (p *party) row(r int) int { return min(r, len(p.values)-1) }

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
