package fair

import "slices"

// arc is one entry of a short list: a class and what it is worth to the row.
type arc struct {
	class int32
	value int64
}

// shortList is how many classes come into question at first: enough that one
// beyond them is seldom wanted, few enough to stay in the processor's nearest
// memory. With 64 or 200 the division of 10,000 takes longer.
const shortList = 100

// shorten makes the list of a row anew: the best classes at present prices.
func (p *party) shorten(x int, w *picker) {
	if x == len(p.people) {
		return // the idle ones' list has all classes and stays
	}
	p.list[x] = p.list[x][:0]
	p.limit[x] = w.pick(p, x, nil)
	for _, b := range w.best {
		p.list[x] = append(p.list[x], b.arc)
	}
}

// picker finds the best classes of a row in one walk over it.
type picker struct {
	best []candidate
	most int
}

// candidate is an arc and what it leaves at present prices.
type candidate struct {
	arc
	left int64
}

// pick collects the best classes of a row of values, those marked in without
// left out, and returns what none of the others exceeds (the smallest number
// where there are none). Rows begin at different places, so that rows that
// value many classes alike do not all list the same ones.
func (w *picker) pick(p *party, x int, without []bool) (limit int64) {
	row, price := p.values[x], p.price[:len(p.values[x])]
	floor := w.guess(row, price)
	limit = w.above(p, x, floor, without)
	if floor != barred && len(w.best) < w.most {
		limit = w.above(p, x, barred, without)
	}
	return limit
}

// guess looks at every few classes to learn what only somewhat more than as
// many as are wanted will exceed; the smallest number where it cannot tell.
func (w *picker) guess(row, price []int64) int64 {
	w.most = shortList
	every := len(row) / 256
	if every < 4 {
		return barred
	}
	w.best = w.best[:0]
	for c := 0; c < len(row); c += every {
		if row[c] != barred {
			w.best = append(w.best, candidate{left: row[c] - price[c]})
		}
	}
	rank := 2*shortList/every + 4
	if len(w.best) <= rank {
		return barred
	}
	bring(w.best, rank)
	floor := w.best[0].left
	for _, b := range w.best[:rank] {
		floor = min(floor, b.left)
	}
	return floor
}

// above walks over a row and collects the best of what exceeds floor.
func (w *picker) above(p *party, x int, floor int64, without []bool) int64 {
	row, price := p.values[x], p.price[:len(p.values[x])]
	w.best = w.best[:0]
	start := int(uint64(x) * 0x9E3779B1 % uint64(len(row)))
	for _, half := range [2][2]int{{start, len(row)}, {0, start}} {
		from, cells := half[0], row[half[0]:half[1]]
		costs := price[half[0]:half[1]][:len(cells)]
		for c, v := range cells {
			// a barred cell may wrap around here and is caught there
			left := v - costs[c]
			if left <= floor || v == barred || p.room[from+c] == 0 || without != nil && without[from+c] {
				continue
			}
			w.best = append(w.best, candidate{arc{int32(from + c), v}, left})
			if len(w.best) == 4*w.most {
				floor = w.cut()
			}
		}
	}
	if len(w.best) > w.most {
		floor = w.cut()
	}
	return floor
}

// cut keeps the best and returns what none of the others exceeds.
func (w *picker) cut() int64 {
	bring(w.best, w.most)
	w.best = w.best[:w.most]
	floor := w.best[0].left
	for _, b := range w.best {
		floor = min(floor, b.left)
	}
	return floor
}

// bring moves the best n candidates to the front (Hoare's selection).
func bring(all []candidate, n int) {
	from, to := 0, len(all)-1
	for from < to {
		pivot := all[from+(to-from)/2].left
		x, y := from, to
		for x <= y {
			for all[x].left > pivot {
				x++
			}
			for all[y].left < pivot {
				y--
			}
			if x <= y {
				all[x], all[y] = all[y], all[x]
				x, y = x+1, y-1
			}
		}
		switch {
		case n-1 <= y:
			to = y
		case n-1 >= x:
			from = x
		default:
			return
		}
	}
}

// left returns the most that a class on its list leaves a row.
func (p *party) left(x int) int64 {
	most := int64(barred)
	for _, a := range p.list[x] {
		most = max(most, a.value-p.price[a.class])
	}
	return most
}

// own returns what its class leaves a seated row.
func (p *party) own(r int) int64 {
	c := p.seat[r]
	return p.values[r][c] - p.price[c]
}

// compare holds the seating against the whole table. Rows for which some class
// beyond the list is better than their own get a longer list; it reports
// whether there were any.
func (p *party) compare() bool {
	grown := make([]bool, len(p.seat))
	p.eachRow(func(x int, w *picker) {
		if own := p.own(x); better(p.values[x], p.price, own) {
			w.pick(p, x, nil)
			grown[x] = p.extend(x, w.best, own)
		}
	})
	return slices.Contains(grown, true)
}

// better reports whether some class leaves a row more than its own does.
func better(row, price []int64, own int64) bool {
	price = price[:len(row)]
	for c, v := range row {
		if v-price[c] > own && v != barred {
			return true
		}
	}
	return false
}

// extend adds to a list what is not on it and leaves more than own.
func (p *party) extend(x int, best []candidate, own int64) bool {
	had := len(p.list[x])
	for _, b := range best {
		if b.left > own && !slices.ContainsFunc(p.list[x][:had], func(a arc) bool { return a.class == b.class }) {
			p.list[x] = append(p.list[x], b.arc)
		}
	}
	return len(p.list[x]) > had
}

// widen lets the rows that found no way out of the reached classes look beyond
// them, in the whole table. It reports false where there is nothing.
func (p *party) widen(reached []bool) bool {
	grown := make([]bool, len(p.seat))
	p.eachRow(func(x int, w *picker) {
		if c := p.seat[x]; c == unseated || reached[c] {
			w.pick(p, x, reached)
			grown[x] = p.extend(x, w.best, barred)
		}
	})
	return slices.Contains(grown, true)
}

// eachRow does the same for each row, on all processors.
func (p *party) eachRow(do func(x int, w *picker)) {
	inParallel(len(p.people), len(p.people)*len(p.room), func(from, to int) {
		w := &picker{}
		for x := from; x < to; x++ {
			do(x, w)
		}
	})
}
