package opinion

import (
	"math"
	"slices"
)

// Locate returns where a participant stands now on a map drawn earlier, and in
// which of its groups: the nearest one, −1 with too few votes. It is the answer
// to somebody who has just voted, at the cost of their own votes only; the map
// itself follows at the next [Conversation.Draw]. Statements the map does not
// know are left out. found is false for somebody without votes on the map's
// statements, and for a map that was declined.
func (c *Conversation) Locate(m *Map, participant ID) (place Place, found bool) {
	p, known := c.byPerson[participant]
	if !known || m.Declined != nil {
		return Place{}, false
	}
	place = Place{Participant: participant, Group: -1}
	for _, cell := range c.people[p].row {
		s, shown := m.statement(c.counts[cell.statement].Statement)
		if !shown {
			continue
		}
		place.Votes++
		place.X += (float64(cell.vote) - m.Mean[s]) * m.Components[0].Loadings[s]
		place.Y += (float64(cell.vote) - m.Mean[s]) * m.Components[1].Loadings[s]
	}
	if place.Votes == 0 {
		return Place{}, false
	}
	stretch := math.Sqrt(float64(len(m.Counts)) / float64(place.Votes))
	place.X, place.Y = place.X*stretch, place.Y*stretch
	if place.Votes >= min(c.opts.MinVotes, len(m.Counts)) {
		place.Group = m.nearest(point{place.X, place.Y})
	}
	return place, true
}

// nearest returns the group whose centre is nearest.
func (m *Map) nearest(at point) int {
	near, least := -1, math.Inf(1)
	for g, group := range m.Groups {
		if d := at.squared(point{group.X, group.Y}); d < least {
			near, least = g, d
		}
	}
	return near
}

// statement returns the index of a statement on the map.
func (m *Map) statement(id ID) (int, bool) {
	return slices.BinarySearchFunc(m.Counts, id, func(n Count, id ID) int { return compareIDs(n.Statement, id) })
}
