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
	cheapest := -p.left(len(p.people))
	for c, rows := range p.in {
		kept := rows[:0]
		for _, r := range rows {
			if p.own(int(r)) == p.left(int(r)) {
				kept = append(kept, r)
			} else {
				p.seat[r] = unseated
			}
		}
		p.in[c] = kept
		if p.price[c] > cheapest {
			p.spare += p.idle[c]
			p.idle[c] = 0
		}
	}
}

// paths is a search for shortest ways from everybody without a place at once.
// A step from one class to another is somebody moving, and as long as what
// they lose by it.
type paths struct {
	*party
	waiting  []int32
	dist     []int64
	near     heap    // classes by distance
	done     []int32 // classes settled
	tried    []int   // by class, the search that tried it last
	next     []int   // by class, whom the search asks there next
	search   int
	asked    int   // how much of the idle ones' list this search has been through
	cheapest int64 // price of the classes where idle ones may be
}

// gather finds out who has no place and reports whether there is anybody.
func (w *paths) gather() bool {
	w.waiting = w.waiting[:0]
	for r, c := range w.seat {
		if c == unseated {
			w.waiting = append(w.waiting, int32(r))
		}
	}
	return len(w.waiting) > 0 || w.spare > 0
}

// measure finds the shortest distance to a place that is free and raises the
// prices so that the way there costs nobody anything. It reports false when
// there is no way.
func (w *paths) measure() bool {
	for c := range w.dist {
		w.dist[c] = infinite
	}
	w.near, w.done, w.asked = w.near[:0], w.done[:0], 0
	for _, r := range w.waiting {
		w.relax(int(r), 0, w.party.left(int(r)))
	}
	if w.spare > 0 {
		w.relaxIdle(0)
	}
	reach := int64(infinite)
	for len(w.near) > 0 && w.near[0].price <= reach {
		top := w.near.pop()
		near, c := top.price, top.row
		if near != w.dist[c] {
			continue
		}
		if w.free(c) > 0 {
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
		w.relax(int(r), near, w.own(int(r)))
	}
	if w.idle[c] > 0 && w.asked == 0 {
		w.relaxIdle(near)
	}
}

// relaxIdle does so over the idle ones. They are all alike and have the
// cheapest places, so the first who is reached goes for all.
func (w *paths) relaxIdle(near int64) {
	w.asked = 1
	all := len(w.people)
	w.relax(all, near, w.party.left(all))
}

// relax shortens the distances over one row, to whom left is left.
func (w *paths) relax(x int, near, left int64) {
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
	w.cheapest = -w.party.left(len(w.people))
	clear(w.next)
	for _, r := range w.waiting {
		if c := w.find(int(r), w.party.left(int(r))); c != unseated {
			w.seat[r] = c
		}
	}
	for w.spare > 0 {
		c := w.findIdle()
		if c == unseated {
			return
		}
		more := min(w.spare, w.free(c))
		w.idle[c] += more
		w.spare -= more
	}
}

// find looks for a class for row r, others moving along, and enters the row
// there.
func (w *paths) find(r int, left int64) int32 {
	for _, a := range w.list[r] {
		if a.value-w.price[a.class] == left && w.vacate(a.class) {
			w.in[a.class] = append(w.in[a.class], int32(r))
			return a.class
		}
	}
	return unseated
}

// findIdle makes room for an idle one and returns where. What one has tried in
// vain the next need not try again.
func (w *paths) findIdle() int32 {
	list := w.list[len(w.people)]
	for w.asked < len(list) {
		x := w.asked
		w.asked++
		if c := list[x].class; w.price[c] == w.cheapest && w.vacateForIdle(c) {
			w.asked = x
			return c
		}
	}
	return unseated
}

// vacate makes sure that class c has a place free, if need be by moving
// somebody along; everybody there is asked once in a search.
func (w *paths) vacate(c int32) bool {
	if w.free(c) > 0 {
		return true
	}
	if w.tried[c] == w.search {
		return false
	}
	w.tried[c] = w.search // and not by those who move along
	if w.moveOne(c) || w.moveIdle(c) {
		w.tried[c] = 0
		return true
	}
	return false
}

// vacateForIdle does so for an idle one, for whom no other idle one moves.
func (w *paths) vacateForIdle(c int32) bool {
	if w.free(c) > 0 {
		return true
	}
	if w.tried[c] == w.search {
		return false
	}
	w.tried[c] = w.search
	moved := w.moveOne(c)
	w.tried[c] = 0
	return moved
}

// moveOne finds somebody in class c another class.
func (w *paths) moveOne(c int32) bool {
	for ; w.next[c] < len(w.in[c]); w.next[c]++ {
		x := w.next[c]
		q := w.in[c][x]
		to := w.find(int(q), w.own(int(q)))
		if to == unseated {
			continue
		}
		w.seat[q] = to
		last := len(w.in[c]) - 1
		w.in[c][x] = w.in[c][last]
		w.in[c] = w.in[c][:last]
		return true
	}
	return false
}

// moveIdle finds an idle one in class c another class.
func (w *paths) moveIdle(c int32) bool {
	if w.idle[c] == 0 {
		return false
	}
	to := w.findIdle()
	if to == unseated {
		return false
	}
	w.idle[c]--
	w.idle[to]++
	return true
}
