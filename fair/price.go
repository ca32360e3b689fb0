package fair

import (
	"math"
	"slices"
)

// A price vector makes nobody envious exactly when, for all classes a and b
// that are in use, price(a) ≤ price(b) − gain(a,b), where gain(a,b) is the
// most anybody in a would gain by b: a system of difference constraints. Its
// largest solution under upper bounds is a shortest path, its smallest above
// lower bounds a longest one. The dual of the seating makes all steps
// non-negative, so Dijkstra's method applies and people × classes steps do.

// below returns the largest envy-free prices of the used classes that stay
// under the bounds; infinite where nothing bounds them. The short lists are
// followed first; then the whole table is asked whether they left anything out.
func (s *seating) below(bounds []int64) []int64 {
	x := slices.Clone(bounds)
	for {
		s.pull(x)
		if !s.lacking(x) {
			return x
		}
	}
}

// pull lowers x along the short lists (Dijkstra's method on x − price).
func (s *seating) pull(x []int64) {
	wanted := make([][]int32, len(x)) // rows by class on their list
	for r := range s.seat {
		for _, a := range s.lists[r] {
			wanted[a.class] = append(wanted[a.class], int32(r))
		}
	}
	var near heap
	for c := range x {
		if len(s.in[c]) > 0 && x[c] != infinite {
			near.push(x[c]-s.price[c], int32(c))
		}
	}
	for len(near) > 0 {
		top := near.pop()
		b := top.row
		if top.price != x[b]-s.price[b] {
			continue
		}
		for _, r := range wanted[b] {
			row, a := s.values[r], s.seat[r]
			if to := x[b] - (row[b] - row[a]); to < x[a] {
				x[a] = to
				near.push(to-s.price[a], int32(a))
			}
		}
	}
}

// lacking looks for rows whose class would cost less because of a class that
// is not on their list, puts it there, and reports whether there were any.
func (s *seating) lacking(x []int64) bool {
	const far = int64(1) << 62
	bound := make([]int64, len(x))
	for c := range x {
		bound[c] = far
		if len(s.in[c]) > 0 {
			bound[c] = min(far, x[c])
		}
	}
	grown := make([]bool, len(s.seat))
	inParallel(len(s.seat), len(s.seat)*len(x), func(from, to int) {
		for r := from; r < to; r++ {
			row := s.values[r]
			if b := lowest(row, bound, far); b >= 0 && bound[b]-row[b] < x[s.seat[r]]-row[s.seat[r]] {
				s.lists[r] = append(s.lists[r], arc{int32(b), row[b]})
				grown[r] = true
			}
		}
	})
	return slices.Contains(grown, true)
}

// lowest returns the class with the least bound − value, −1 where all are far.
func lowest(row, bound []int64, far int64) int {
	best, least := -1, int64(infinite)
	bound = bound[:len(row)]
	for b, v := range row {
		// a barred cell wraps around here and is caught there
		if d := bound[b] - v; d < least && v != barred && bound[b] != far {
			best, least = b, d
		}
	}
	return best
}

// above returns the smallest envy-free prices of the used classes that stay
// over the bounds; unbounded where nothing bounds them.
func (s *seating) above(bounds []int64) []int64 {
	x := append([]int64(nil), bounds...)
	done := make([]bool, len(x))
	for {
		a := -1
		for c := range x {
			if !done[c] && len(s.in[c]) > 0 && x[c] != unbounded && (a < 0 || x[c]-s.price[c] > x[a]-s.price[a]) {
				a = c
			}
		}
		if a < 0 {
			return x
		}
		done[a] = true
		for _, r := range s.in[a] {
			row := s.values[r]
			for b, v := range row {
				if v != barred && !done[b] && len(s.in[b]) > 0 {
					x[b] = max(x[b], x[a]+v-row[a])
				}
			}
		}
	}
}

// unbounded stands for the absence of a lower bound.
const unbounded = math.MinInt64

// floors returns for each used class the value of whoever in it values it
// least: price = floor − z leaves that person exactly z. skip is left out
// (-1 for none).
func (s *seating) floors(skip int) []int64 {
	x := s.unlimited()
	for r, a := range s.seat {
		if a != skip {
			x[a] = min(x[a], s.values[r][a])
		}
	}
	return x
}

// unlimited returns one infinite bound for each class.
func (s *seating) unlimited() []int64 {
	x := make([]int64, len(s.cap))
	for c := range x {
		x[c] = infinite
	}
	return x
}

// ladder is the one-parameter family of envy-free prices in which the level z
// is chosen: price = Q − z, held between low and high.
type ladder struct {
	*seating
	base      []int64 // Q
	low, high []int64
	posted    [][]step // for classes with reservations only: price is the highest of these
}

// step is what somebody in class from would gain by a posted class.
type step struct {
	from int
	gain int64
}

// post lists, for each class only people with a reservation have, what makes
// its price: the lowest at which nobody envies it.
func (l *ladder) post() {
	l.posted = make([][]step, len(l.cap))
	for c := range l.cap {
		if len(l.in[c]) > 0 || l.payers[c] == 0 {
			continue
		}
		best := make(map[int]int64)
		for r, a := range l.seat {
			if v := l.values[r][c]; v != barred {
				if g, ok := best[a]; !ok || v-l.values[r][a] > g {
					best[a] = v - l.values[r][a]
				}
			}
		}
		for a, g := range best {
			l.posted[c] = append(l.posted[c], step{a, g})
		}
	}
}

// all returns the prices of all classes when the level is z. A class nobody
// has costs as little as it can without being envied.
func (l *ladder) all(z int64) []int64 {
	prices := make([]int64, len(l.cap))
	empty := false
	for c := range prices {
		prices[c] = math.MinInt64
		if len(l.in[c]) > 0 {
			prices[c] = l.at(c, z)
		} else {
			empty = true
		}
	}
	if !empty {
		return prices
	}
	for r, a := range l.seat {
		row := l.values[r]
		content := prices[a] - row[a]
		for c, v := range row {
			if v != barred && len(l.in[c]) == 0 {
				prices[c] = max(prices[c], content+v)
			}
		}
	}
	return prices
}

// at returns the price of class c when the level is z.
func (l *ladder) at(c int, z int64) int64 {
	if len(l.in[c]) > 0 {
		return max(l.low[c], min(l.high[c], l.base[c]-z))
	}
	price := int64(math.MinInt64)
	for _, p := range l.posted[c] {
		price = max(price, l.at(p.from, z)+p.gain)
	}
	return price
}
