package fair

import "math"

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

	dist []int64 // of the running search, by class
	from []int   // class stepped from, -1 for the newcomer
	via  []int   // row that would move
	todo []int   // classes not yet settled
	done []int   // classes settled, in order
}

// seatAll seats every row. The error is a *ConflictError naming people who
// may use too few places.
func seatAll(t *table) (*seating, error) {
	k := len(t.cap)
	s := &seating{
		table: t,
		price: make([]int64, k), seat: make([]int, len(t.people)), in: make([][]int, k),
		dist: make([]int64, k), from: make([]int, k), via: make([]int, k),
		todo: make([]int, 0, k), done: make([]int, 0, k),
	}
	if len(t.people) > 4*k && k <= maxSwapClasses {
		s.swaps = newSwaps(t)
	}
	for r := range s.seat {
		s.seat[r] = -1
	}
	for r := range s.seat {
		end, reach := s.search(r)
		if end < 0 {
			return nil, s.crowded(r)
		}
		for _, a := range s.done {
			s.price[a] += reach - s.dist[a]
		}
		s.augment(r, end)
	}
	return s, nil
}

// search settles classes by distance from newcomer r until one with room is
// met; it returns that class and its distance, or -1 when there is none.
func (s *seating) search(r int) (end int, reach int64) {
	s.begin(r)
	for len(s.todo) > 0 {
		best := 0
		for x, c := range s.todo {
			if s.dist[c] < s.dist[s.todo[best]] {
				best = x
			}
		}
		c := s.todo[best]
		if s.dist[c] == infinite {
			break
		}
		if len(s.in[c]) < s.cap[c] {
			return c, s.dist[c]
		}
		s.todo[best] = s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.done = append(s.done, c)
		s.relax(c)
	}
	return -1, 0
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
	s.todo, s.done = s.todo[:0], s.done[:0]
	for c, v := range row {
		s.todo = append(s.todo, c)
		s.dist[c], s.from[c], s.via[c] = infinite, -1, r
		if v != barred {
			s.dist[c] = top - (v - s.price[c])
		}
	}
}

// relax shortens the distances over people who would move out of full class a.
func (s *seating) relax(a int) {
	if s.swaps != nil {
		s.swaps.relax(s, a)
		return
	}
	for _, r := range s.in[a] {
		row := s.values[r]
		base := s.dist[a] + row[a] - s.price[a]
		for _, c := range s.todo {
			if row[c] == barred {
				continue
			}
			if d := base - row[c] + s.price[c]; d < s.dist[c] {
				s.dist[c], s.from[c], s.via[c] = d, a, r
			}
		}
	}
}

// augment moves everybody along the path that ends at class c.
func (s *seating) augment(newcomer, c int) {
	for {
		r, a := s.via[c], s.from[c]
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
	rows := []int{r}
	for _, c := range s.done {
		rows = append(rows, s.in[c]...)
	}
	return &ConflictError{
		Reason: "more people than the places they may use",
		People: s.personsOf(rows), Places: s.placesOf(s.done),
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

func (w *swaps) relax(s *seating, a int) {
	for _, c := range s.todo {
		if w.who[a][c] < 0 {
			continue
		}
		if d := s.dist[a] - s.price[a] + s.price[c] - w.gain[a][c]; d < s.dist[c] {
			s.dist[c], s.from[c], s.via[c] = d, a, w.who[a][c]
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

func (w *swaps) leave(s *seating, r, a int) {
	for b := range w.who[a] {
		if w.who[a][b] != r {
			continue
		}
		w.who[a][b] = -1
		for _, q := range s.in[a] {
			row := s.values[q]
			if row[b] != barred && (w.who[a][b] < 0 || row[b]-row[a] > w.gain[a][b]) {
				w.gain[a][b], w.who[a][b] = row[b]-row[a], q
			}
		}
	}
}
