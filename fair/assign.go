package fair

import (
	"math"
	"slices"
)

// infinite stands for a distance not yet known.
const infinite = math.MaxInt64

// seating is the assignment of greatest total value, built by seating one
// person after the other along a shortest augmenting path (the Hungarian
// method in the form of Jonker and Volgenant, with classes of identical
// places as in a transportation problem).
//
// price is the dual that proves it optimal: nobody would rather have another
// class at these prices, and a class with room left costs 0.
type seating struct {
	*table
	price []int64
	seat  []int   // class by row
	in    [][]int // rows by class
	swaps *swaps  // nil where classes are too small to be worth it

	dist []int64   // of the running search, by class; settled for settled ones
	from []int32   // class stepped from, -1 for the newcomer
	via  []int32   // row that would move
	done []reached // classes settled, in order
}

// settled stands for the distance of a class that is settled: no step can
// shorten it, and as an unsigned number it is the largest there is.
const settled = -1

// reached is a settled class and its distance.
type reached struct {
	class int
	dist  int64
}

// seatAll seats every row. The error is a *ConflictError naming people who
// may use too few places.
func seatAll(t *table) (*seating, error) {
	k := len(t.cap)
	s := &seating{
		table: t,
		price: make([]int64, k), seat: make([]int, len(t.people)), in: make([][]int, k),
		dist: make([]int64, k), from: make([]int32, k), via: make([]int32, k),
	}
	if len(t.people) > 4*k && k <= maxSwapClasses {
		s.swaps = newSwaps(t)
	}
	for r := range s.seat {
		s.seat[r] = -1
	}
	for _, r := range t.byNeed() {
		end, reach := s.search(r)
		if end < 0 {
			return nil, s.crowded(r)
		}
		for _, a := range s.done {
			s.price[a.class] += reach - a.dist
		}
		s.augment(r, end)
	}
	return s, nil
}

// byNeed orders the rows by how much depends on the place for them, the widest
// spread of values first, the lower row where it is equal. Where all like the
// same places and differ only in how much, as neighbours do, nobody then has
// to make room for those who come later.
func (t *table) byNeed() []int {
	order, spread := make([]int, len(t.values)), make([]int64, len(t.values))
	for r, row := range t.values {
		order[r], spread[r] = r, gap(row)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmpFen(spread[b], spread[a]) })
	return order
}

// search settles classes by distance from newcomer r until one with room is
// met; it returns that class and its distance, or -1 when there is none.
func (s *seating) search(r int) (end int, reach int64) {
	s.begin(r)
	for {
		c := s.nearest(reach)
		if s.dist[c] == settled || s.dist[c] == infinite {
			return -1, 0
		}
		reach = s.dist[c]
		if len(s.in[c]) < s.cap[c] {
			return c, reach
		}
		s.done = append(s.done, reached{c, reach})
		s.dist[c] = settled
		s.relax(c, reach)
	}
}

// nearest returns the class to settle next; none is nearer than reach.
func (s *seating) nearest(reach int64) int {
	best, least := 0, uint64(math.MaxUint64)
	for c, d := range s.dist {
		if uint64(d) < least {
			best, least = c, uint64(d)
			if d == reach {
				break
			}
		}
	}
	return best
}

// begin sets the distances from newcomer r: how much worse each class is, at
// present prices, than the best.
func (s *seating) begin(r int) {
	row, top := s.values[r], int64(math.MinInt64)
	for c, v := range row {
		if v != barred {
			top = max(top, v-s.price[c])
		}
	}
	s.done = s.done[:0]
	for c, v := range row {
		s.dist[c], s.from[c], s.via[c] = infinite, -1, int32(r)
		if v != barred {
			s.dist[c] = top - (v - s.price[c])
		}
	}
}

// relax shortens the distances over people who would move out of full class a.
func (s *seating) relax(a int, reach int64) {
	if s.swaps != nil {
		s.swaps.relax(s, a, reach)
		return
	}
	price, dist := s.price, s.dist
	for _, r := range s.in[a] {
		row := s.values[r][:len(price)]
		base := reach + row[a] - price[a]
		for c, v := range row {
			// a barred cell wraps around here and is caught there
			if d := base - v + price[c]; d < dist[c] && v != barred {
				dist[c], s.from[c], s.via[c] = d, int32(a), int32(r)
			}
		}
	}
}

// augment moves everybody along the path that ends at class c.
func (s *seating) augment(newcomer, c int) {
	for {
		r, a := int(s.via[c]), int(s.from[c])
		if a >= 0 {
			s.leave(r, a)
		}
		s.join(r, c)
		if a < 0 {
			return
		}
		c = a
	}
}

func (s *seating) join(r, c int) {
	s.seat[r] = c
	s.in[c] = append(s.in[c], r)
	if s.swaps != nil {
		s.swaps.join(s, r, c)
	}
}

func (s *seating) leave(r, c int) {
	list := s.in[c]
	for x := range list {
		if list[x] == r {
			list[x] = list[len(list)-1]
			s.in[c] = list[:len(list)-1]
			break
		}
	}
	if s.swaps != nil {
		s.swaps.leave(s, r, c)
	}
}

// crowded names the people who, together with newcomer r, may use only
// classes that are full of each other: Hall's condition fails for them.
func (s *seating) crowded(r int) error {
	rows, classes := []int{r}, []int(nil)
	for _, c := range s.done {
		rows, classes = append(rows, s.in[c.class]...), append(classes, c.class)
	}
	return &ConflictError{
		Reason: "more people than the places they may use",
		People: s.personsOf(rows), Places: s.placesOf(classes),
	}
}

// maxSwapClasses bounds the memory of swaps.
const maxSwapClasses = 1024

// swaps remembers for each ordered pair of classes who in the first would gain
// most (lose least) by moving to the second, so that large classes need not be
// walked through for every newcomer.
type swaps struct {
	gain [][]int64
	who  [][]int
	lost []int // classes to look at again
}

func newSwaps(t *table) *swaps {
	w := &swaps{gain: make([][]int64, len(t.cap)), who: make([][]int, len(t.cap))}
	for a := range t.cap {
		w.gain[a], w.who[a] = make([]int64, len(t.cap)), make([]int, len(t.cap))
		for b := range t.cap {
			w.who[a][b] = -1
		}
	}
	return w
}

func (w *swaps) relax(s *seating, a int, reach int64) {
	base := reach - s.price[a]
	for c, r := range w.who[a] {
		if r < 0 {
			continue
		}
		if d := base + s.price[c] - w.gain[a][c]; d < s.dist[c] {
			s.dist[c], s.from[c], s.via[c] = d, int32(a), int32(r)
		}
	}
}

func (w *swaps) join(s *seating, r, a int) {
	row := s.values[r]
	for b, v := range row {
		if v != barred && (w.who[a][b] < 0 || v-row[a] > w.gain[a][b]) {
			w.gain[a][b], w.who[a][b] = v-row[a], r
		}
	}
}

// leave looks for a new best wherever row r was it. People are walked through
// on the outside, so that each one's values are read in order.
func (w *swaps) leave(s *seating, r, a int) {
	gain, who := w.gain[a], w.who[a]
	lost := w.lost[:0]
	for b := range who {
		if who[b] == r {
			who[b], gain[b] = -1, math.MinInt64
			lost = append(lost, b)
		}
	}
	w.lost = lost
	for _, q := range s.in[a] {
		row := s.values[q]
		for _, b := range lost {
			if g := row[b] - row[a]; row[b] != barred && g > gain[b] {
				gain[b], who[b] = g, q
			}
		}
	}
}
