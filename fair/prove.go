package fair

// Unusable marks, among the margins of a certificate, a place the person may
// not use.
const Unusable = -1

// The kinds of Link.
const (
	// LinkLevel ends a chain: Person has the place and is the worst-off.
	LinkLevel = "level"
	// LinkBudget ends a chain: Person has the place and pays all they can.
	LinkBudget = "budget"
	// LinkPinned ends a chain: the price of no place is fixed at 0.
	LinkPinned = "pinned"
	// LinkEnvy goes on to Place: Person has the place and likes Place
	// exactly as well, so a higher price would make them envious unless
	// that of Place rises too.
	LinkEnvy = "envy"
	// LinkPosted goes on to Place: nobody from the market has the place;
	// Person, who has Place, likes both exactly as well, so that this is the
	// lowest price nobody envies.
	LinkPosted = "posted"
)

// Link is one step of the proof that the worst-off cannot be better off.
type Link struct {
	Kind   string `json:"kind"`
	Person int    `json:"person"`
	// Place is where the chain goes on; the ending kinds name their own
	// place.
	Place int `json:"place"`
}

// Certificate proves a Division. The lists "by slot" have one entry for each
// place and, when somebody goes without, a last one for having none.
type Certificate struct {
	// DualPeople by person and DualPlaces by slot prove the greatest
	// welfare: person + slot is at least the value for each allowed pair, no
	// slot is negative, and people and items together sum to the welfare.
	// Reservations count as values; a place of which none is left has 0.
	DualPeople []int64 `json:"dual_people"`
	DualPlaces []int64 `json:"dual_places"`
	// Margins[i] are person i's own inequalities: by slot, how much worse
	// it is than their own at the prices to be paid. None is negative but
	// Unusable.
	Margins [][]int64 `json:"margins_fen"`
	// Chains by slot say why its price cannot rise. If the worst-off were
	// better off every price chained to a level would have to fall and none
	// could rise: the cost would not be met.
	Chains []Link `json:"chains"`
	// Floor is given as well, with Pin only, when the worst-off sit where
	// the price cannot fall: their own link (LinkLevel) and then link by
	// link whoever, at Place, would envy a lower price of the place before,
	// until Place is Nowhere. Chains that lead nowhere are then empty.
	Floor []Link `json:"floor,omitempty"`
	// Digest is the SHA-256 of the market and the whole division in the
	// form documented at seal; it binds what arithmetic leaves open.
	Digest string `json:"sha256"`
}

// certificate writes the proof out.
func (d *draft) certificate(margins [][]int64, worst int) Certificate {
	c := Certificate{
		DualPeople: make([]int64, len(d.row)), DualPlaces: make([]int64, len(d.price)),
		Margins: margins,
	}
	for j, items := range d.items {
		if items > 0 {
			c.DualPlaces[j] = d.ladder.seating.price[d.classAt(j)]
		}
	}
	for r, i := range d.people {
		a := d.seat[r]
		c.DualPeople[i] = d.values[r][a] - d.ladder.seating.price[a]
	}
	chained := false
	if c.Chains, chained = d.chains(worst); !chained {
		c.Floor = d.floor(worst)
	}
	return c
}

// chains walks backwards from every price that cannot rise by itself. It
// reports false when some slot in use is not reached.
func (d *draft) chains(worst int) ([]Link, bool) {
	links := make([]Link, len(d.price))
	queue := d.ends(links, worst)
	open := make([]uint64, (len(d.slot)+63)/64) // people whose slot has no link yet
	for _, i := range d.people {
		if links[d.slot[i]].Kind == "" {
			open[i/64] |= 1 << (i % 64)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		b := queue[0]
		for i := d.touch.next(b, 0, open); i >= 0; i = d.touch.next(b, i, open) {
			a := d.slot[i]
			links[a] = Link{LinkEnvy, i, d.place(b)}
			queue = append(queue, a)
			for _, q := range d.users[a] {
				open[q/64] &^= 1 << (q % 64)
			}
		}
	}
	all := true
	for j := range links {
		switch {
		case links[j].Kind != "":
		case len(d.users[j]) > 0:
			all = false
		default:
			links[j] = d.postedLink(j)
		}
	}
	return links, all
}

// ends fills in the links that end a chain and returns their slots.
func (d *draft) ends(links []Link, worst int) []int {
	var queue []int
	end := func(slot int, kind string, person int) {
		if links[slot].Kind == "" {
			links[slot] = Link{kind, person, d.place(slot)}
			queue = append(queue, slot)
		}
	}
	if last := len(d.class); d.market.Policy == Pin && d.without >= 0 {
		end(last, LinkPinned, d.users[last][0])
	}
	for _, i := range d.people {
		pinned := d.market.Policy == Pin && d.slot[i] == len(d.class)
		if !pinned && d.utility(i) == d.utility(worst) && (d.rem == 0 || d.part[d.slot[i]] == d.part[d.slot[worst]]) {
			end(d.slot[i], LinkLevel, i)
		}
	}
	for _, b := range d.market.Budgets {
		j := d.slot[b.Person]
		if d.price[j] == b.Fen && (d.rem == 0 || d.part[j] == 0) {
			end(j, LinkBudget, b.Person)
		}
	}
	return queue
}

// postedLink finds somebody indifferent between their own slot and the one
// nobody from the market has. The lowest price nobody envies has one.
func (d *draft) postedLink(j int) Link {
	i := d.touch.next(j, 0, nil)
	return Link{LinkPosted, i, d.place(d.slot[i])}
}

// floor walks from the worst-off's slot to the pinned one over people who
// would envy a lower price.
func (d *draft) floor(worst int) []Link {
	last := len(d.class)
	via, next := make([]int, len(d.price)), make([]int, len(d.price))
	seen := make([]bool, len(d.price))
	seen[last] = true
	for queue := []int{last}; len(queue) > 0; queue = queue[1:] {
		for _, i := range d.users[queue[0]] {
			for j := range d.price {
				if !seen[j] && d.touch.has(j, i) {
					seen[j], via[j], next[j] = true, i, queue[0]
					queue = append(queue, j)
				}
			}
		}
	}
	path := []Link{{LinkLevel, worst, d.place(d.slot[worst])}}
	for j := d.slot[worst]; j != last; j = next[j] {
		path = append(path, Link{LinkEnvy, via[j], d.place(next[j])})
	}
	return path
}
