package fair

import "slices"

// budgetBounds returns the upper bounds that budgets put on the prices of the
// used classes. The budget of somebody with a reserved place in a class the
// market does not use bounds the prices that make up the posted one.
func (s *seating) budgetBounds() []int64 {
	x := s.unlimited()
	for _, b := range s.market.Budgets {
		c := s.classOf(b.Person)
		if len(s.in[c]) > 0 {
			x[c] = min(x[c], b.Fen)
			continue
		}
		for r, a := range s.seat {
			if v := s.values[r][c]; v != barred {
				x[a] = min(x[a], b.Fen-(v-s.values[r][a]))
			}
		}
	}
	return x
}

// Which of several assignments of the same welfare is taken does not matter to
// anybody's utility, but it decides whose budget meets which price. Prices of
// classes joined by a cycle of indifferent people are tied together: one
// number t moves them all, and t ≤ budget(i) − price(class of i) for everybody
// among them. So the best assignment within such a group is the one whose
// tightest person is least tight (a bottleneck matching), group by group.

// fitBudgets moves people between places they are indifferent about until the
// budgets leave the prices as much room as any optimal assignment can.
func (s *seating) fitBudgets() {
	if len(s.market.Budgets) == 0 {
		return
	}
	f := &fitting{seating: s, price: s.below(s.floors(-1)), budget: make([]int64, len(s.people))}
	for r := range f.budget {
		f.budget[r] = infinite
	}
	for _, b := range s.market.Budgets {
		if r := s.row[b.Person]; r >= 0 {
			f.budget[r] = b.Fen
		}
	}
	f.group = f.groups()
	for _, g := range slices.Compact(slices.Sorted(slices.Values(f.group))) {
		for f.loosen(g) {
		}
	}
	for c := range s.in {
		s.in[c] = s.in[c][:0]
	}
	for r, c := range s.seat {
		s.in[c] = append(s.in[c], r)
	}
}

// fitting is the search for the least tight assignment.
type fitting struct {
	*seating
	price  []int64 // envy-free prices under which to judge indifference
	budget []int64 // by row, infinite for none
	group  []int   // by class, -1 for an unused one
}

// indifferent reports whether row r likes class b as well as its own.
func (f *fitting) indifferent(r, b int) bool {
	row, a := f.values[r], f.seat[r]
	return row[b] != barred && len(f.in[b]) > 0 && row[b]-f.price[b] == row[a]-f.price[a]
}

// slack is how far the price of class c is from the budget of row r.
func (f *fitting) slack(r, c int) int64 {
	if f.budget[r] == infinite {
		return infinite
	}
	return f.budget[r] - f.price[c]
}

// groups numbers the strongly connected classes under indifference: those
// that reach each other both ways.
func (f *fitting) groups() []int {
	k := len(f.cap)
	ahead, back := make([][]int, k), make([][]int, k)
	for r, a := range f.seat {
		for b := range k {
			if b != a && f.indifferent(r, b) {
				ahead[a] = append(ahead[a], b)
				back[b] = append(back[b], a)
			}
		}
	}
	order := make([]int, 0, k)
	seen := make([]bool, k)
	for c := range k {
		walk(c, ahead, seen, func(c int) { order = append(order, c) })
	}
	group := make([]int, k)
	seen = make([]bool, k)
	for _, c := range slices.Backward(order) {
		walk(c, back, seen, func(x int) { group[x] = c })
	}
	return group
}

// walk visits everything reachable from c and not yet seen, and calls leave
// on each after its successors (Kosaraju's order).
func walk(c int, next [][]int, seen []bool, leave func(int)) {
	if seen[c] {
		return
	}
	seen[c] = true
	for _, b := range next[c] {
		walk(b, next, seen, leave)
	}
	leave(c)
}

// loosen tries to seat group g so that its tightest person has more slack than
// now, and reports whether it could.
func (f *fitting) loosen(g int) bool {
	var rows []int
	tight := int64(infinite)
	for r, c := range f.seat {
		if f.group[c] == g {
			rows = append(rows, r)
			tight = min(tight, f.slack(r, c))
		}
	}
	if tight == infinite {
		return false
	}
	m := &matching{fitting: f, group: g, above: tight, seat: map[int]int{}, in: map[int][]int{}}
	var unseated []int
	for _, r := range rows {
		if c := f.seat[r]; f.slack(r, c) > tight {
			m.seat[r], m.in[c] = c, append(m.in[c], r)
		} else {
			unseated = append(unseated, r)
		}
	}
	for _, r := range unseated {
		if !m.place(r, map[int]bool{}) {
			return false
		}
	}
	for r, c := range m.seat {
		f.seating.seat[r] = c
	}
	return true
}

// matching seats one group with every slack above a bound.
type matching struct {
	*fitting
	group int
	above int64
	seat  map[int]int
	in    map[int][]int
}

// place seats row r, moving others along where it must (an augmenting path).
func (m *matching) place(r int, seen map[int]bool) bool {
	for c := range m.cap {
		if seen[c] || m.fitting.group[c] != m.group || m.slack(r, c) <= m.above || !m.indifferent(r, c) {
			continue
		}
		seen[c] = true
		if len(m.in[c]) < len(m.fitting.in[c]) {
			m.seat[r], m.in[c] = c, append(m.in[c], r)
			return true
		}
		for x, q := range m.in[c] {
			if m.place(q, seen) {
				m.seat[r], m.in[c][x] = c, r
				return true
			}
		}
	}
	return false
}
