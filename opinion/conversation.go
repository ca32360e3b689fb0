package opinion

import (
	"cmp"
	"fmt"
	"slices"
)

// cell is one vote in a participant's row.
type cell struct {
	statement int32
	vote      Vote
}

// person is a participant's id and row, the cells in order of the statement's
// index.
type person struct {
	id  ID
	row []cell
}

// find returns where the statement's cell is or belongs, mostly the end.
func (p *person) find(statement int32) (int, bool) {
	if n := len(p.row); n == 0 || p.row[n-1].statement < statement {
		return n, false
	}
	return slices.BinarySearchFunc(p.row, statement, func(c cell, s int32) int {
		return cmp.Compare(c.statement, s)
	})
}

// Conversation 讨论 holds the votes of one discussion and the sums from which
// everything else is computed, so that one more vote changes only the sums it
// touches. The order in which votes arrive never matters.
//
// A Conversation must not be used by several goroutines at once; even the
// methods that only ask bring its sums up to date.
type Conversation struct {
	opts       Options
	people     []person
	byPerson   map[ID]int
	counts     []Count // by statement index
	byQuestion map[ID]int
	votes      int
	pairs      *moments // nil: to be built from the rows when next needed
	changes    int      // votes folded into pairs since it was last used
	order      []int    // everybody by id; shorter than people when out of date
	grouped    *grouped // counts of the groups compared last, or nil

	lastPerson, lastStatement int // indices of the last vote
}

// New returns an empty conversation. A zero field of the options takes the
// value documented there.
func New(opts Options) *Conversation {
	return &Conversation{
		opts:       opts.filled(),
		byPerson:   map[ID]int{},
		byQuestion: map[ID]int{},
	}
}

// Cast records one vote. A later vote of the same participant on the same
// statement replaces the earlier one, and replaced is true. A refused vote
// changes nothing; its error is a [*Fault] with the field and the reason.
//
// Cost: the number of votes of that participant, whatever the size of the
// conversation.
func (c *Conversation) Cast(b Ballot) (replaced bool, err error) {
	p, knownPerson := c.findPerson(b.Participant)
	s, knownStatement := c.findStatement(b.Statement)
	if fault := b.fault(knownPerson, knownStatement); fault != nil {
		return false, fault
	}
	if !knownPerson {
		c.byPerson[b.Participant] = p
		c.people = append(c.people, person{id: b.Participant})
	}
	if !knownStatement {
		c.byQuestion[b.Statement] = int(s)
		c.counts = append(c.counts, Count{Statement: b.Statement})
	}
	c.lastPerson, c.lastStatement = p, int(s)
	who := &c.people[p]
	at, found := who.find(s)
	if !found {
		who.row = slices.Insert(who.row, at, cell{s, b.Vote})
		c.votes++
		c.changed(p, at, +1)
		return false, nil
	}
	if who.row[at].vote != b.Vote {
		c.changed(p, at, -1)
		who.row[at].vote = b.Vote
		c.changed(p, at, +1)
	}
	return true, nil
}

// Withdraw takes back a vote, as when a person moves away; found is false when
// there is none. Afterwards all results are as if that vote had never been cast.
func (c *Conversation) Withdraw(participant, statement ID) (found bool) {
	p, known := c.byPerson[participant]
	s, asked := c.byQuestion[statement]
	if !known || !asked {
		return false
	}
	who := &c.people[p]
	at, found := who.find(int32(s))
	if !found {
		return false
	}
	c.changed(p, at, -1)
	who.row = slices.Delete(who.row, at, at+1)
	c.votes--
	return true
}

// Votes returns the number of votes that count now, replaced ones left out.
func (c *Conversation) Votes() int { return c.votes }

// Counts returns the plain counts of every statement with at least one vote,
// in the order of the ids.
func (c *Conversation) Counts() []Count {
	c.settle()
	return slices.Clone(c.counts)
}

// fault returns what is wrong with a ballot, or nil. Ids already known need not
// be looked at again.
func (b Ballot) fault(knownPerson, knownStatement bool) *Fault {
	if !knownPerson {
		if reason := b.Participant.check(); reason != "" {
			return &Fault{Entry: -1, Field: "participant", Reason: reason}
		}
	}
	if !knownStatement {
		if reason := b.Statement.check(); reason != "" {
			return &Fault{Entry: -1, Field: "statement", Reason: reason}
		}
	}
	if b.Vote < Disagree || b.Vote > Agree {
		return &Fault{Entry: -1, Field: "vote", Reason: fmt.Sprintf("%d is not -1, 0 or 1", int8(b.Vote))}
	}
	return nil
}

// findPerson returns a participant's index, the next free one for a new one.
// Votes mostly come in runs of one person, so the last one is tried first.
func (c *Conversation) findPerson(id ID) (index int, known bool) {
	if c.lastPerson < len(c.people) && c.people[c.lastPerson].id == id {
		return c.lastPerson, true
	}
	if p, known := c.byPerson[id]; known {
		return p, true
	}
	return len(c.people), false
}

// findStatement returns a statement's index, the next free one for a new one. In
// such a run statements mostly come in their order, so the next one is tried
// first.
func (c *Conversation) findStatement(id ID) (index int32, known bool) {
	if next := c.lastStatement + 1; next < len(c.counts) && c.counts[next].Statement == id {
		return int32(next), true
	}
	if s, known := c.byQuestion[id]; known {
		return int32(s), true
	}
	return int32(len(c.counts)), false
}

// changed adds (sign +1) or takes away (sign -1) the cell at of a person's row
// from every sum. Once so many votes came between two maps that building the
// sums anew is cheaper, they are dropped instead; so too when the statements are
// too many for a map.
func (c *Conversation) changed(p, at, sign int) {
	row := c.people[p].row
	c.counts[row[at].statement].add(row[at].vote, sign)
	if c.grouped != nil {
		c.grouped.changed(c, p, row[at], sign)
	}
	if c.pairs == nil {
		return
	}
	c.changes++
	if c.changes > 64+len(c.people)*len(c.counts)/64 || len(c.counts) > MaxStatements {
		c.pairs = nil
		return
	}
	c.pairs.grow(len(c.counts))
	c.pairs.fold(row, at, int32(sign))
}

// settle drops statements without votes and numbers the others in the order of
// their ids, so that floating-point sums always run in the same order. It does
// nothing in the usual case, where new statements have later ids.
func (c *Conversation) settle() {
	inOrder := slices.IsSortedFunc(c.counts, func(a, b Count) int { return compareIDs(a.Statement, b.Statement) })
	empty := slices.ContainsFunc(c.counts, func(n Count) bool { return n.Seen == 0 })
	if inOrder && !empty {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(c.counts), func(n Count) bool { return n.Seen == 0 })
	slices.SortFunc(kept, func(a, b Count) int { return compareIDs(a.Statement, b.Statement) })
	rank := make([]int32, len(c.counts))
	index := make(map[ID]int, len(kept))
	for i, n := range kept {
		rank[c.byQuestion[n.Statement]] = int32(i)
		index[n.Statement] = i
	}
	full := slices.Repeat([]Vote{gap}, len(kept))
	for _, p := range c.people {
		renumber(p.row, rank, full)
	}
	c.counts, c.byQuestion, c.pairs, c.grouped = kept, index, nil, nil
}

// gap marks a statement without a vote in a row written out in full.
const gap Vote = 2

// renumber gives a row's statements their new numbers and puts it in order. full
// has a gap for every statement, and has again afterwards; a row that answers
// many statements is put in order by writing it out there.
func renumber(row []cell, rank []int32, full []Vote) {
	for i := range row {
		row[i].statement = rank[row[i].statement]
	}
	if len(row) < len(full)/8 {
		slices.SortFunc(row, func(a, b cell) int { return cmp.Compare(a.statement, b.statement) })
		return
	}
	for _, c := range row {
		full[c.statement] = c.vote
	}
	at := 0
	for s, v := range full {
		if v != gap {
			row[at] = cell{int32(s), v}
			full[s] = gap
			at++
		}
	}
}

// voters returns the indices of everybody with at least one vote, in the order
// of the ids.
func (c *Conversation) voters() []int {
	if len(c.order) < len(c.people) {
		c.order = make([]int, len(c.people))
		for i := range c.order {
			c.order[i] = i
		}
		slices.SortFunc(c.order, func(a, b int) int { return compareIDs(c.people[a].id, c.people[b].id) })
	}
	voting := make([]int, 0, len(c.order))
	for _, i := range c.order {
		if len(c.people[i].row) > 0 {
			voting = append(voting, i)
		}
	}
	return voting
}
