package tally

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
)

// Audit is a published log that was read, hashed and counted again.
type Audit struct {
	tree    Tree
	head    Head
	results []Result
	table   table
	cast    []bool
}

// Verify reads what Log.Export wrote and believes none of it: it checks the
// form of every line, that every ballot is of a voter on the roll and changes
// something, that the lines hash to the head, that each head in known (kept or
// seen on a notice board earlier) is a beginning of this log, and that a
// recount gives the published results.
//
// Whoever rewrites the whole log together with its head, and was never asked
// for a head before, is caught by a receipt: see Audit.Holds.
func Verify(export []byte, known ...Head) (*Audit, error) {
	lines := bytes.Split(export, []byte("\n"))
	n := len(lines) - 2 // the entries; then the closing line, and nothing
	if n < 1 || len(lines[n+1]) > 0 {
		return nil, refuse(FaultForm, "log", "")
	}
	a := &Audit{}
	if err := a.open(lines[0]); err != nil {
		return nil, err
	}
	for i, line := range lines[1:n] {
		if err := a.take(line, at("entries", i+1, "")); err != nil {
			return nil, err
		}
	}
	var end closing
	if err := decode(lines[n], &end, "closing"); err != nil {
		return nil, err
	}
	a.head = end.Head
	for i, h := range append([]Head{end.Head}, known...) {
		if err := a.agrees(h, i == 0); err != nil {
			return nil, err
		}
	}
	return a, a.recount(end.Results)
}

// decode reads a line and refuses any other writing of the same content, so
// that one content has one hash.
func decode[T any](line []byte, into *T, field string) error {
	if err := json.Unmarshal(line, into); err != nil {
		return refuse(FaultForm, field, err.Error())
	}
	if !bytes.Equal(line, encode(*into)) {
		return refuse(FaultForm, field, "")
	}
	return nil
}

// open reads the opening and draws up the masked roll.
func (a *Audit) open(line []byte) error {
	var o opening
	if err := decode(line, &o, "opening"); err != nil {
		return err
	}
	if o.Log != logForm {
		return refuse(FaultUnknown, "opening.log", o.Log)
	}
	units := make([]Unit, len(o.Roll))
	for i, home := range o.Roll {
		if i > 0 && home.Voter <= o.Roll[i-1].Voter {
			return refuse(FaultTwice, at("opening.roll", i, "voter"), home.Voter)
		}
		units[i] = Unit{ID: home.Voter, Owners: []string{home.Voter}, Area: home.Area}
	}
	roll, err := NewRoll(o.Rule, units, Scope{})
	if err != nil {
		return err
	}
	a.table, err = newTable(roll, Sheet{o.Vote, o.Questions})
	a.cast = make([]bool, len(roll.voters))
	a.tree.Append(LeafHash(line))
	return err
}

// take reads one ballot; a later one of the same voter replaces the earlier.
func (a *Audit) take(line []byte, field string) error {
	var e entry
	if err := decode(line, &e, field); err != nil {
		return err
	}
	voter, err := a.table.admit(&Ballot{Voter: e.Voter, Answers: e.Answers}, unplaced)
	if err != nil {
		var why *Error
		errors.As(err, &why)
		return refuse(why.Fault, field+"."+why.Field, why.Value)
	}
	row := a.table.row(voter)
	if a.cast[voter] && slices.Equal(row, e.Answers) {
		return refuse(FaultDoubled, field, e.Voter)
	}
	a.cast[voter] = true
	copy(row, e.Answers)
	a.tree.Append(LeafHash(line))
	return nil
}

// agrees checks a head: that of the log itself must cover all of it, an earlier
// one its beginning.
func (a *Audit) agrees(h Head, whole bool) error {
	size := strconv.FormatUint(h.Size, 10)
	mine, err := a.tree.HeadAt(h.Size)
	switch {
	case err != nil:
		return refuse(FaultDropped, "head.size", size)
	case whole && h.Size < a.tree.Size():
		return refuse(FaultAdded, "head.size", size)
	case mine.Root != h.Root:
		return refuse(FaultChanged, "head.root", size)
	}
	return nil
}

// recount adds the table up afresh and compares.
func (a *Audit) recount(published []Result) error {
	a.results = make([]Result, len(a.table.sheet.Questions))
	if len(published) != len(a.results) {
		return refuse(FaultResult, "results", strconv.Itoa(len(published)))
	}
	for q := range a.results {
		a.results[q] = a.table.result(q, a.table.sum(q))
		if a.results[q] != published[q] {
			return refuse(FaultResult, at("results", q, ""), a.results[q].Question)
		}
	}
	return nil
}

// Head is the head that was checked.
func (a *Audit) Head() Head { return a.head }

// Results are the results of the recount.
func (a *Audit) Results() []Result { return slices.Clone(a.results) }

// Standing is the answers that stand for a mask; ok is false if no ballot was
// cast under it.
func (a *Audit) Standing(mask string) (answers []Choice, ok bool) {
	voter, known := a.table.roll.find(mask)
	if !known || !a.cast[voter] {
		return nil, false
	}
	return slices.Clone(a.table.row(voter)), true
}

// Holds checks a voter's receipt against the log: FaultDropped if the log ends
// before its entry, FaultReceipt if the entry says something else now.
func (a *Audit) Holds(r Receipt) error {
	if r.Entry >= a.tree.Size() {
		return refuse(FaultDropped, "receipt.entry", strconv.FormatUint(r.Entry, 10))
	}
	if r.Entry == 0 || receiptFor(a.tree.levels[0][0], r.Entry, a.tree.levels[0][r.Entry]) != r {
		return refuse(FaultReceipt, "receipt", r.String())
	}
	return nil
}
