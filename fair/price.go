package fair

import "math"

// A price vector makes nobody envious exactly when, for all classes a and b
// that are in use, price(a) ≤ price(b) − gain(a,b), where gain(a,b) is the
// most anybody in a would gain by b: a system of difference constraints. Its
// largest solution under upper bounds is a shortest path, its smallest above
// lower bounds a longest one. The dual of the seating makes all steps
// non-negative, so Dijkstra's method applies and people × classes steps do.

// below returns the largest envy-free prices of the used classes that stay
// under the bounds; infinite where nothing bounds them.
func (s *seating) below(bounds []int64) []int64 {
	x := append([]int64(nil), bounds...)
	done := make([]bool, len(x))
	for {
		b := -1
		for c := range x {
			if !done[c] && len(s.in[c]) > 0 && x[c] != infinite && (b < 0 || x[c]-s.price[c] < x[b]-s.price[b]) {
				b = c
			}
		}
		if b < 0 {
			return x
		}
		done[b] = true
		for r, row := range s.values {
			if a := s.seat[r]; row[b] != barred && !done[a] {
				x[a] = min(x[a], x[b]-(row[b]-row[a]))
			}
		}
	}
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
	posted    [][]step // for classes without an occupant: price is the highest of these
}

// step is what somebody in class from would gain by a posted class.
type step struct {
	from int
	gain int64
}

// post lists, for each class without an occupant from the market, what makes
// its price: the lowest at which nobody envies it.
func (l *ladder) post() {
	l.posted = make([][]step, len(l.cap))
	for c := range l.cap {
		if len(l.in[c]) > 0 {
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
