package opinion

import (
	"cmp"
	"math"
	"slices"
)

// Options are the sizes from which a map is drawn. Zero means the default.
type Options struct {
	// MinVotes is how many votes a participant needs to be put into a group:
	// this many, or one on every statement if there are fewer. Default 7, as in
	// Polis.
	MinVotes int
	// MinPeople is how many such participants a map needs. Default 10: with
	// fewer a group is hardly more than a person.
	MinPeople int
	// MinStatements is how many statements a map needs. Default 3: two
	// statements are a map already.
	MinStatements int
	// MaxGroups is the greatest number of groups. Default 5, as in Polis. No
	// more than 2 + people/12 are tried, as in Polis.
	MaxGroups int
}

// MaxStatements is the greatest number of statements a map is drawn of. Plain
// counts and given groups know no such limit.
const MaxStatements = 2048

// filled returns the options with defaults for what is not set.
func (o Options) filled() Options {
	or := func(value, standard int) int {
		if value <= 0 {
			return standard
		}
		return value
	}
	return Options{or(o.MinVotes, 7), or(o.MinPeople, 10), or(o.MinStatements, 3), max(2, or(o.MaxGroups, 5))}
}

// Reason says why no map was drawn.
type Reason string

// The reasons, in the order they are examined.
const (
	TooFewStatements  Reason = "too few statements"
	TooManyStatements Reason = "too many statements"
	TooFewPeople      Reason = "too few people with enough votes"
	NoDifference      Reason = "everybody placed voted alike"
)

// Decline is the refusal to draw a map, as data: what there is and what it
// would take. Both numbers are 0 for NoDifference.
type Decline struct {
	Reason Reason
	Have   int
	Need   int
}

// Map 意见图 shows who agrees with whom at one moment. It is a value: it does
// not change when further votes are cast.
type Map struct {
	Participants int     // people with at least one vote
	Votes        int     // votes that count
	Counts       []Count // in the order of the statements' ids

	// Declined is nil when a map was drawn. Otherwise nothing follows but the
	// counts above.
	Declined *Decline

	Mean       []float64    // mean vote of each statement, −1 … 1, as Counts
	Components [2]Component // the two axes
	Places     []Place      // everybody with a vote, in the order of the ids
	Groups     []Group      // largest first, unless numbered as in a previous map
	Silhouette float64      // of the groups, −1 … 1; for comparison, it proves nothing alone
}

// Component 主成分 is one axis of the map.
type Component struct {
	Share    float64   // part of the whole variance it shows, 0 … 1
	Loadings []float64 // weight of each statement, as Map.Counts; length 1 in all, or all 0
}

// Place is where one participant stands.
type Place struct {
	Participant ID
	X, Y        float64
	Votes       int
	Group       int // index into Map.Groups, −1 with too few votes
}

// Group 意见群 is people whose answers resemble each other.
type Group struct {
	Members []ID // in the order of the ids
	X, Y    float64
}

// Members returns the members of each group, as [Conversation.Compare] takes
// them.
func (m *Map) Members() [][]ID {
	lists := make([][]ID, len(m.Groups))
	for i, g := range m.Groups {
		lists[i] = g.Members
	}
	return lists
}

// Draw computes the map of all votes.
//
// With a nil previous map the result is a function of the votes alone: their
// order, earlier maps and the names of people have no influence; groups are
// numbered by size, then by what their members voted. With the previous map of
// the same conversation the work starts from its axes and groups: far fewer
// steps, axes that do not flip, groups that keep their numbers and change only
// when another division is clearly better.
func (c *Conversation) Draw(previous *Map) *Map {
	c.settle()
	voters := c.voters()
	m := &Map{Participants: len(voters), Votes: c.votes, Counts: slices.Clone(c.counts)}
	if m.Declined = c.decline(voters); m.Declined != nil {
		return m
	}
	if previous == nil {
		previous = &Map{}
	}
	m.Mean = means(m.Counts)
	c.axes(m, previous)
	c.place(m, voters)
	c.group(m, voters, previous)
	return m
}

// minVotes returns how many votes put a participant into a group.
func (c *Conversation) minVotes() int { return min(c.opts.MinVotes, len(c.counts)) }

// decline returns why no map can be drawn, or nil.
func (c *Conversation) decline(voters []int) *Decline {
	if n := len(c.counts); n < c.opts.MinStatements {
		return &Decline{TooFewStatements, n, c.opts.MinStatements}
	} else if n > MaxStatements {
		return &Decline{TooManyStatements, n, MaxStatements}
	}
	enough := 0
	for _, v := range voters {
		if len(c.people[v].row) >= c.minVotes() {
			enough++
		}
	}
	if enough < c.opts.MinPeople {
		return &Decline{TooFewPeople, enough, c.opts.MinPeople}
	}
	return nil
}

// means returns the mean vote of each statement.
func means(counts []Count) []float64 {
	mean := make([]float64, len(counts))
	for i, n := range counts {
		mean[i] = float64(n.Agree-n.Disagree) / float64(n.Seen)
	}
	return mean
}

// axes computes the principal components.
func (c *Conversation) axes(m, previous *Map) {
	if c.pairs == nil {
		c.pairs = buildMoments(c.people, len(c.counts))
	}
	c.changes = 0
	g := c.pairs.scatter(m.Mean)
	start := carried(previous, m.Counts)
	total := g.trace()
	for i, pair := range g.leading(start) {
		if i < len(start) && norm(start[i]) > 0 {
			if dot(pair.vector, start[i]) < 0 {
				scale(pair.vector, -1)
			}
		} else {
			orient(pair.vector)
		}
		m.Components[i] = Component{Loadings: pair.vector}
		if total > 0 {
			m.Components[i].Share = pair.value / total
		}
	}
}

// carried returns the previous axes in the present order of the statements.
func carried(previous *Map, counts []Count) [][]float64 {
	if len(previous.Mean) == 0 {
		return nil
	}
	index := make(map[ID]int, len(previous.Counts))
	for i, n := range previous.Counts {
		index[n.Statement] = i
	}
	start := make([][]float64, len(previous.Components))
	for a, component := range previous.Components {
		start[a] = make([]float64, len(counts))
		for i, n := range counts {
			if j, known := index[n.Statement]; known {
				start[a][i] = component.Loadings[j]
			}
		}
	}
	return start
}

// orient chooses the sign of an axis: the largest loading is positive, the
// first of those that are equal but for rounding.
func orient(loadings []float64) {
	most := 0.0
	for _, v := range loadings {
		most = max(most, math.Abs(v))
	}
	for _, v := range loadings {
		if math.Abs(v) >= most*(1-1e-9) {
			if v < 0 {
				scale(loadings, -1)
			}
			return
		}
	}
}

// place projects everybody onto the axes. Who answered few statements would
// fall near the middle only for that; the factor √(statements / votes) undoes
// it.
func (c *Conversation) place(m *Map, voters []int) {
	first, second := m.Components[0].Loadings, m.Components[1].Loadings
	m.Places = make([]Place, len(voters))
	for i, v := range voters {
		row := c.people[v].row
		var x, y float64
		for _, cell := range row {
			s := cell.statement
			d := float64(cell.vote) - m.Mean[s]
			x += d * first[s]
			y += d * second[s]
		}
		stretch := math.Sqrt(float64(len(m.Counts)) / float64(len(row)))
		m.Places[i] = Place{c.people[v].id, x * stretch, y * stretch, len(row), -1}
	}
}

// group divides the people with enough votes into groups.
func (c *Conversation) group(m *Map, voters []int, previous *Map) {
	var chosen []int // indices into voters and m.Places
	var points []point
	for i, p := range m.Places {
		if p.Votes >= c.minVotes() {
			chosen = append(chosen, i)
			points = append(points, point{p.X, p.Y})
		}
	}
	pl, spotOf := newPlane(points)
	old := formerGroups(m.Places, chosen, previous)
	start := formerCentres(pl, spotOf, old, len(previous.Groups))
	best := pl.divide(min(c.opts.MaxGroups, 2+len(chosen)/12), start)
	if best.centres == nil {
		*m = Map{Participants: m.Participants, Votes: m.Votes, Counts: m.Counts, Declined: &Decline{Reason: NoDifference}}
		return
	}
	cluster := make([]int, len(chosen))
	for i := range cluster {
		cluster[i] = best.cluster[spotOf[i]]
	}
	c.number(m, voters, chosen, cluster, best, old)
	m.Silhouette = best.silhouette
}

// number gives the clusters their order and fills the groups.
func (c *Conversation) number(m *Map, voters, chosen, cluster []int, best partition, old []int) {
	k := len(best.centres)
	order := matched(overlaps(cluster, old, k), k)
	if slices.Contains(order, -1) {
		order = fillGaps(order, c.canonical(voters, chosen, cluster, best.centres))
	}
	rank := make([]int, k)
	m.Groups = make([]Group, k)
	for r, cl := range order {
		rank[cl] = r
		m.Groups[r].X, m.Groups[r].Y = best.centres[cl].x, best.centres[cl].y
	}
	for i, at := range chosen {
		place := &m.Places[at]
		place.Group = rank[cluster[i]]
		g := &m.Groups[place.Group]
		g.Members = append(g.Members, place.Participant)
	}
}

// canonical orders clusters by size, then by their votes statement by
// statement, then by place: never by the names of people.
func (c *Conversation) canonical(voters, chosen, cluster []int, centres []point) []int {
	size, order := make([]int, len(centres)), make([]int, len(centres))
	for _, cl := range cluster {
		size[cl]++
	}
	for i := range order {
		order[i] = i
	}
	var counts [][]Count // counted only when two are equally large
	votes := func(cl int) []Count {
		if counts == nil {
			counts = c.countClusters(voters, chosen, cluster, len(centres))
		}
		return counts[cl]
	}
	slices.SortFunc(order, func(a, b int) int {
		if size[a] != size[b] {
			return size[b] - size[a]
		}
		return cmp.Or(
			slices.CompareFunc(votes(b), votes(a), compareCounts),
			cmp.Compare(centres[a].x, centres[b].x),
			cmp.Compare(centres[a].y, centres[b].y),
		)
	})
	return order
}

// countClusters counts the votes of each cluster of chosen voters.
func (c *Conversation) countClusters(voters, chosen, cluster []int, clusters int) [][]Count {
	groupOf := make([]int, len(c.people))
	for i := range groupOf {
		groupOf[i] = -1
	}
	for i, at := range chosen {
		groupOf[voters[at]] = cluster[i]
	}
	return c.countGroups(groupOf, clusters)
}

// compareCounts orders by agrees, then disagrees, then people.
func compareCounts(a, b Count) int {
	return cmp.Or(cmp.Compare(a.Agree, b.Agree), cmp.Compare(a.Disagree, b.Disagree), cmp.Compare(a.Seen, b.Seen))
}
