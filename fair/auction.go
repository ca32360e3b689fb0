package fair

// auction moves the prices to where nearly everybody can have what they like
// best (Bertsekas). Whoever has no place takes the one that leaves them most
// and bids for it up to where the second best would be as good, and a little
// more; whoever held it bids again. In the first round the little more is
// large; each round makes it smaller, down to one fen, and everybody bids anew
// from the prices reached. A short list is out of date when the bid would have
// depended on what is not on it.
//
// Places that stay empty must be the cheapest, so the idle ones bid as well.
// Where they are more than the people there is one round without them, from
// prices of 0: what nobody wants still costs 0 then.
func (p *party) auction() {
	if len(p.room)*len(p.seat) < worthSharing {
		p.eachRow(p.shorten)
		return
	}
	spread := p.spread()
	more, least := spread/20, int64(1)
	if p.spare > len(p.people) {
		more, least = spread/1000, max(1, spread/1000)
	} else {
		if p.askSome() {
			more = spread / int64(len(p.room)/shareAsked)
		}
		for range p.spare {
			p.seat = append(p.seat, unseated)
		}
	}
	p.eachRow(p.shorten)
	a := &auction{party: p, held: make([]heap, len(p.room)), most: spread + 1}
	for a.more = more; ; a.more /= 5 {
		a.more = max(1, a.more)
		if !a.round() {
			clear(p.price)
			break
		}
		if a.more <= least {
			break
		}
	}
	a.close()
	p.eachRow(p.shorten)
}

// close takes over who holds what.
func (a *auction) close() {
	n := len(a.people)
	for c, held := range a.held {
		for _, b := range held {
			if int(b.row) < n {
				a.in[c] = append(a.in[c], b.row)
			} else {
				a.idle[c]++
				a.spare--
			}
		}
	}
	a.seat = a.seat[:n]
}

// auction is one auction under way.
type auction struct {
	*party
	held  []heap // by class, the lowest bid first
	more  int64
	most  int64 // the largest step of a price
	queue []int32
	stale []int32 // rows whose short list is out of date
}

// maxPrice is where an auction is given up: somebody has too few places.
const maxPrice = safe / 2

// round seats everybody who can be. It reports false when prices ran away.
func (a *auction) round() bool {
	for c := range a.held {
		a.held[c] = a.held[c][:0]
	}
	a.queue, a.stale = a.queue[:0], a.stale[:0]
	for r := range a.seat {
		a.seat[r] = unseated
		a.queue = append(a.queue, int32(r))
	}
	bids := 300 * len(a.seat)
	for ; bids > 0; bids-- {
		if len(a.queue) == 0 {
			if len(a.stale) == 0 {
				return true
			}
			a.refresh()
		}
		last := len(a.queue) - 1
		r := a.queue[last]
		a.queue = a.queue[:last]
		if !a.bid(r) {
			return false
		}
	}
	return true
}

// refresh makes lists that are out of date anew and lets their rows bid.
func (a *auction) refresh() {
	rows := a.stale
	inParallel(len(rows), len(rows)*len(a.room), func(from, to int) {
		w := &picker{}
		for _, r := range rows[from:to] {
			a.shorten(a.row(int(r)), w)
		}
	})
	a.queue, a.stale = append(a.queue, rows...), rows[:0]
}

// bid lets one row bid. It reports false when the price ran away.
func (a *auction) bid(r int32) bool {
	x := a.row(int(r))
	class, best, second := int32(unseated), int64(barred), int64(barred)
	for _, c := range a.list[x] {
		left := c.value - a.price[c.class]
		if left > best {
			class, best, second = c.class, left, best
		} else if left > second {
			second = left
		}
	}
	if class == unseated {
		return false
	}
	if second < a.limit[x] {
		a.stale = append(a.stale, r)
		return true
	}
	step := a.more
	if second == barred || best-second > a.most {
		step += a.most
	} else {
		step += best - second
	}
	a.take(r, class, a.price[class]+step)
	return a.price[class] < maxPrice
}

// take gives a row an item of a class, the cheapest one's holder going if all
// are held.
func (a *auction) take(r, class int32, price int64) {
	held := &a.held[class]
	a.seat[r] = class
	if len(*held) == a.room[class] {
		out := held.pop().row
		a.seat[out] = unseated
		a.queue = append(a.queue, out)
	}
	held.push(price, r)
	if len(*held) == a.room[class] {
		a.price[class] = (*held)[0].price
	}
}
