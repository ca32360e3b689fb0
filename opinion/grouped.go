package opinion

import (
	"fmt"
	"slices"
)

// grouped are the counts of some groups, kept right as votes come in.
type grouped struct {
	members [][]ID
	byID    map[ID]int
	of      []int // group by person index, -1 for none; grows with the people
	counts  [][]Count
}

// same reports whether these are the groups.
func (k *grouped) same(groups [][]ID) bool {
	return slices.EqualFunc(k.members, groups, slices.Equal[[]ID])
}

// group returns the group of a person who may have come after the groups were
// given, -1 for none.
func (k *grouped) group(people []person, p int) int {
	for i := len(k.of); i <= p; i++ {
		g, known := k.byID[people[i].id]
		if !known {
			g = -1
		}
		k.of = append(k.of, g)
	}
	return k.of[p]
}

// changed adds or takes away one vote.
func (k *grouped) changed(c *Conversation, p int, vote cell, sign int) {
	if g := k.group(c.people, p); g >= 0 {
		k.grow(c.counts)
		k.counts[g][vote.statement].add(vote.vote, sign)
	}
}

// grow adds the statements that came since.
func (k *grouped) grow(all []Count) {
	for g := range k.counts {
		for s := len(k.counts[g]); s < len(all); s++ {
			k.counts[g] = append(k.counts[g], Count{Statement: all[s].Statement})
		}
	}
}

// counted returns the counts by group and statement.
func (k *grouped) counted(c *Conversation) [][]Count {
	k.grow(c.counts)
	return k.counts
}

// regroup checks given groups and counts their votes.
func (c *Conversation) regroup(groups [][]ID) (*grouped, error) {
	byID, err := checkGroups(groups)
	if err != nil {
		return nil, err
	}
	k := &grouped{byID: byID}
	for _, members := range groups {
		k.members = append(k.members, slices.Clone(members))
	}
	for p := range c.people {
		k.group(c.people, p)
	}
	k.counts = c.countGroups(k.of, len(groups))
	return k, nil
}

// checkGroups returns the group of each participant.
func checkGroups(groups [][]ID) (map[ID]int, error) {
	if len(groups) == 0 {
		return nil, &Fault{Entry: -1, Field: "groups", Reason: "holds no group"}
	}
	byID := map[ID]int{}
	for g, members := range groups {
		if len(members) == 0 {
			return nil, &Fault{Entry: -1, Field: fmt.Sprintf("groups[%d]", g), Reason: "has no member"}
		}
		for i, id := range members {
			reason := id.check()
			if other, twice := byID[id]; twice {
				reason = fmt.Sprintf("participant %q is already in groups[%d]", id, other)
			}
			if reason != "" {
				return nil, &Fault{Entry: -1, Field: fmt.Sprintf("groups[%d][%d]", g, i), Reason: reason}
			}
			byID[id] = g
		}
	}
	return byID, nil
}

// countGroups counts the votes of each group on each statement.
func (c *Conversation) countGroups(groupOf []int, groups int) [][]Count {
	votes := make([][][3]int, groups) // by group, statement and vote + 1
	for g := range votes {
		votes[g] = make([][3]int, len(c.counts))
	}
	for p, g := range groupOf {
		if g < 0 {
			continue
		}
		of := votes[g]
		for _, cell := range c.people[p].row {
			of[cell.statement][cell.vote+1]++
		}
	}
	counts := make([][]Count, groups)
	for g, of := range votes {
		counts[g] = make([]Count, len(of))
		for s, n := range of {
			counts[g][s] = Count{
				Statement: c.counts[s].Statement,
				Agree:     n[Agree+1], Disagree: n[Disagree+1], Pass: n[Pass+1],
				Seen: n[0] + n[1] + n[2],
			}
		}
	}
	return counts
}
