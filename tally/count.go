package tally

import (
	"errors"
	"slices"
)

// table holds one answer for each voter and question, voter by voter.
type table struct {
	roll    *Roll
	sheet   Sheet
	answers []Choice
}

func newTable(roll *Roll, sheet Sheet) (table, error) {
	if err := sheet.check(roll.rule); err != nil {
		return table{}, err
	}
	sheet.Questions = slices.Clone(sheet.Questions)
	return table{roll, sheet, make([]Choice, len(roll.voters)*len(sheet.Questions))}, nil
}

// row is the answers of one voter.
func (t *table) row(voter int) []Choice {
	n := len(t.sheet.Questions)
	return t.answers[voter*n : voter*n+n]
}

// unplaced stands for a voter who was not looked for yet, or not found under
// the id as it is written.
const unplaced = -1

// admit checks a ballot and finds its voter, unless it is known.
func (t *table) admit(b *Ballot, voter int) (int, error) {
	if voter == unplaced {
		found, ok := t.roll.find(b.Voter)
		if !ok {
			return 0, t.roll.absent(b.Voter)
		}
		voter = found
	}
	return voter, b.check(len(t.sheet.Questions))
}

// sum adds up one question over the whole table.
func (t *table) sum(question int) sums {
	var by sums
	n := len(t.sheet.Questions)
	for voter, area := range t.roll.areas {
		w := &by[t.answers[voter*n+question]]
		w.Area += area
		w.Heads++
	}
	return by
}

// result judges one question and says what is missing.
func (t *table) result(question int, by sums) Result {
	res := t.roll.judge(t.sheet.Questions[question], by)
	t.roll.lack(&res, t.heard(question))
	return res
}

// heard tells who takes part in a question.
func (t *table) heard(question int) func(voter int32) bool {
	n := len(t.sheet.Questions)
	invalid := t.roll.rule.Parameters.InvalidTakesPart
	return func(voter int32) bool {
		c := t.answers[int(voter)*n+question]
		return c != Blank && (c != Invalid || invalid)
	}
}

// Count counts a box of ballots in one pass, each voter at most once, and gives
// one result a question. The order of the ballots does not matter. A refused
// ballot is named (ballots[i]…) and ends the count: what is unlawful is sorted
// out before counting, never dropped on the way.
func Count(roll *Roll, sheet Sheet, ballots []Ballot) ([]Result, error) {
	t, err := newTable(roll, sheet)
	if err != nil {
		return nil, err
	}
	seen := make([]bool, len(roll.voters))
	err = t.each(ballots, func(b *Ballot, voter int) error {
		if seen[voter] {
			return refuse(FaultTwice, "voter", b.Voter)
		}
		seen[voter] = true
		copy(t.row(voter), b.Answers)
		return nil
	})
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(sheet.Questions))
	for q := range results {
		results[q] = t.result(q, t.sum(q))
	}
	return results, nil
}

// each admits a box of ballots, block by block, and hands each to take together
// with its voter. It stops at the first that is refused and names it.
func (t *table) each(ballots []Ballot, take func(b *Ballot, voter int) error) error {
	var voters [block]int32
	for start := 0; start < len(ballots); start += block {
		part := ballots[start:min(start+block, len(ballots))]
		t.roll.index.locate(part, &voters)
		for i := range part {
			voter, err := t.admit(&part[i], int(voters[i]))
			if err == nil {
				err = take(&part[i], voter)
			}
			if err != nil {
				var e *Error
				errors.As(err, &e)
				return refuse(e.Fault, at("ballots", start+i, e.Field), e.Value)
			}
		}
	}
	return nil
}

// Running is a tally that takes ballots one by one while the vote is open. It
// keeps its sums by adding and subtracting, and at every moment equals a Count
// of the ballots that stand. It is not for several goroutines at once.
type Running struct {
	table
	cast []bool
	by   []sums // by question; Blank is not kept
}

// NewRunning opens a tally with no ballot in it.
func NewRunning(roll *Roll, sheet Sheet) (*Running, error) {
	t, err := newTable(roll, sheet)
	if err != nil {
		return nil, err
	}
	return &Running{t, make([]bool, len(roll.voters)), make([]sums, len(sheet.Questions))}, nil
}

// Cast takes one ballot. A voter's later ballot replaces the earlier one. A
// refused ballot changes nothing.
func (r *Running) Cast(b Ballot) error {
	voter, err := r.admit(&b, unplaced)
	if err != nil {
		return err
	}
	r.put(voter, b.Answers)
	return nil
}

// CastAll takes ballots in their order as Cast does one by one, and faster where
// there are very many: it is for a restart. It stops at the first that is refused and names it
// (ballots[i]…); those before it stand.
func (r *Running) CastAll(ballots []Ballot) error {
	return r.each(ballots, func(b *Ballot, voter int) error {
		r.put(voter, b.Answers)
		return nil
	})
}

func (r *Running) put(voter int, answers []Choice) {
	w := Weight{r.roll.areas[voter], 1}
	row := r.row(voter)
	for q, c := range answers {
		by := &r.by[q]
		by[row[q]] = by[row[q]].minus(w)
		by[c] = by[c].plus(w)
		row[q] = c
	}
	r.cast[voter] = true
}

// Results judges every question as it stands, in the order of the sheet.
func (r *Running) Results() []Result {
	results := make([]Result, len(r.by))
	for q := range results {
		results[q] = r.result(q, r.by[q])
	}
	return results
}

// Ballots lists the ballots that stand, in the order of the roll, without their
// mandates.
func (r *Running) Ballots() []Ballot {
	var standing []Ballot
	for voter, cast := range r.cast {
		if cast {
			standing = append(standing, Ballot{Voter: r.roll.voters[voter].ID, Answers: slices.Clone(r.row(voter))})
		}
	}
	return standing
}

// Doors lists up to n homes that have not taken part in the question, the
// largest first: with n = Missing.Homes, the doors to knock at. A question that
// is not on the sheet has none.
func (r *Running) Doors(question string, n int) []Voter {
	q := slices.IndexFunc(r.sheet.Questions, func(s Question) bool { return s.ID == question })
	if q < 0 {
		return nil
	}
	heard := r.heard(q)
	var doors []Voter
	for _, v := range r.roll.largest {
		if len(doors) >= n {
			break
		}
		if !heard(v) {
			doors = append(doors, r.roll.voters[v])
		}
	}
	return doors
}
