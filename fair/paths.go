package fair

// seatExactly brings the seating to greatest total value. Whoever does not
// have what they like best gives up their place; shortest paths from all who
// have none to the places that are free raise the prices no more than they
// must (the Hungarian method, many people at a time, as Hopcroft and Karp do);
// and the table is asked whether the short lists left anything out.
func (p *party) seatExactly() error {
	w := &paths{party: p, dist: make([]int64, len(p.room)), tried: make([]int, len(p.room)), next: make([]int, len(p.room))}
	for {
		p.release()
		for w.gather() {
			if !w.measure() {
				if !p.widen(w.reached()) {
					return p.crowded()
				}
				continue
			}
			w.seatAlong()
		}
		if !p.compare() {
			return nil
		}
	}
}

// release unseats everybody who likes something on their list better.
func (p *party) release() {
	left := make([]int64, len(p.values))
	for x := range left {
		left[x] = p.left(x)
	}
	for c, rows := range p.in {
		kept := rows[:0]
		for _, r := range rows {
			if p.own(int(r)) == left[p.row(int(r))] {
				kept = append(kept, r)
			} else {
				p.seat[r] = unseated
			}
		}
		p.in[c] = kept
	}
}

// paths is a search for shortest ways from everybody without a place at once.
// A step from one class to another is somebody moving, and as long as what
// they lose by it.
type paths struct {
	*party
	waiting []int32
	left    []int64 // by waiting row
	dist    []int64
	near    heap    // classes by distance
	done    []int32 // classes settled
	tried   []int   // by class, the search that tried it last
	next    []int   // by class, whom the search asks there next
	search  int
	asked   int // how much of the idle ones' list this search has been through
}

// gather finds out who has no place and reports whether there is anybody.
func (w *paths) gather() bool {
	w.waiting = w.waiting[:0]
	for r, c := range w.seat {
		if c == unseated {
			w.waiting = append(w.waiting, int32(r))
		}
	}
	w.weigh()
	return len(w.waiting) > 0
}

// weigh notes what the best on their list leaves those who wait.
func (w *paths) weigh() {
	w.left = w.left[:0]
	last, left := -1, int64(0)
	for _, r := range w.waiting {
		if x := w.row(int(r)); x != last { // idle ones are all alike
			last, left = x, w.party.left(x)
		}
		w.left = append(w.left, left)
	}
}

// measure finds the shortest distance to a place that is free and raises the
// prices so that the way there costs nobody anything. It reports false when
// there is no way.
func (w *paths) measure() bool {
	for c := range w.dist {
		w.dist[c] = infinite
	}
	w.near, w.done, w.asked = w.near[:0], w.done[:0], 0
	for x, r := range w.waiting {
		w.relax(w.row(int(r)), 0, w.left[x])
	}
	reach := int64(infinite)
	for len(w.near) > 0 && w.near[0].price <= reach {
		top := w.near.pop()
		near, c := top.price, top.row
		if near != w.dist[c] {
			continue
		}
		if len(w.in[c]) < w.room[c] {
			reach = near
			continue
		}
		w.done = append(w.done, c)
		w.leaving(int(c), near)
	}
	if reach == infinite {
		return false
	}
	for _, c := range w.done {
		if w.dist[c] < reach {
			w.price[c] += reach - w.dist[c]
		}
	}
	return true
}

// leaving shortens the distances over the people in a full class.
func (w *paths) leaving(c int, near int64) {
	for _, r := range w.in[c] {
		x := w.row(int(r))
		w.relax(x, near, w.values[x][c]-w.price[c])
	}
}

// relax shortens the distances over one row, to whom left is left. Idle ones
// are all alike and have the cheapest places, so the first goes for all.
func (w *paths) relax(x int, near, left int64) {
	if w.idle(x) {
		if w.asked > 0 {
			return
		}
		w.asked = 1
	}
	for _, a := range w.list[x] {
		if d := near + left - (a.value - w.price[a.class]); d < w.dist[a.class] {
			w.dist[a.class] = d
			w.near.push(d, a.class)
		}
	}
}

// reached marks the classes the search came to.
func (w *paths) reached() []bool {
	marks := make([]bool, len(w.dist))
	for c, d := range w.dist {
		marks[c] = d != infinite
	}
	return marks
}

// seatAlong seats as many as it can over moves that cost nobody anything.
func (w *paths) seatAlong() {
	w.search++
	w.asked = 0
	clear(w.next)
	w.weigh()
	for x, r := range w.waiting {
		if c := w.find(int(r), w.left[x]); c != unseated {
			w.seat[r] = c
		}
	}
}

// find looks for a class for row r, others moving along, and enters the row
// there.
func (w *paths) find(r int, left int64) int32 {
	x := w.row(r)
	if w.idle(x) {
		return w.findIdle(r, left)
	}
	for _, a := range w.list[x] {
		if a.value-w.price[a.class] == left && w.enter(r, a.class) {
			return a.class
		}
	}
	return unseated
}

// findIdle does so for an idle row. What one has tried in vain the next need
// not try again.
func (w *paths) findIdle(r int, left int64) int32 {
	list := w.list[len(w.list)-1]
	for w.asked < len(list) {
		x := w.asked
		w.asked++
		if c := list[x].class; -w.price[c] == left && w.enter(r, c) {
			w.asked = x
			return c
		}
	}
	return unseated
}

// enter gives row r an item of class c, if need be by moving somebody along;
// everybody there is asked once in a search.
func (w *paths) enter(r int, c int32) bool {
	if w.tried[c] == w.search {
		return false
	}
	if len(w.in[c]) < w.room[c] {
		w.in[c] = append(w.in[c], int32(r))
		return true
	}
	w.tried[c] = w.search // and not by those who move along
	for ; w.next[c] < len(w.in[c]); w.next[c]++ {
		q := w.in[c][w.next[c]]
		to := w.find(int(q), w.own(int(q)))
		if to == unseated {
			continue
		}
		w.seat[q] = to
		w.in[c][w.next[c]] = int32(r)
		w.next[c]++
		w.tried[c] = 0
		return true
	}
	return false
}
