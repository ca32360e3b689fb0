package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/linli/linli/tally"
)

// solveTallyCmd counts a list of owners' votes under the Civil Code: for each,
// {"item", "units": [{"unit","owner","area"}], "ballots": {owner: answer}} with
// areas in 0.01 m² and the answers yes, no, abstain, invalid or blank. Co-owners
// are written "a+b". Fields it does not know, such as note, are left alone.
type solveTallyCmd struct{}

// Help explains the form on the command line.
func (solveTallyCmd) Epilogue() string {
	return `Reads a JSON list of votes from standard input:
[{"item": 5, "units": [{"unit": "101", "owner": "a", "area": 8868}], "ballots": {"a": "yes"}}]
and writes a list of {total_area, total_heads, part_area, part_heads, yes_area, yes_heads, quorum, passed}.
Areas are whole numbers of 0.01 m². Co-owners are written "a+b".
A vote that cannot be counted gives {"error": {case, name, field, reason}} in its place; the others still run.`
}

// tallyAnswer is one vote's place in the output: the counts, or an error.
type tallyAnswer struct {
	TotalArea  tally.Area `json:"total_area"`
	TotalHeads int        `json:"total_heads"`
	PartArea   tally.Area `json:"part_area"`
	PartHeads  int        `json:"part_heads"`
	YesArea    tally.Area `json:"yes_area"`
	YesHeads   int        `json:"yes_heads"`
	Quorum     bool       `json:"quorum"`
	Passed     bool       `json:"passed"`
}

// tallyRefusal says which vote was refused, where and why. Case counts from 0.
type tallyRefusal struct {
	Case   int    `json:"case"`
	Name   string `json:"name,omitempty"` // the vote's own id or note
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Run counts standard input to standard output and fails at the end if any vote
// was refused.
func (solveTallyCmd) Run(std streams) error {
	data, err := io.ReadAll(std.in)
	if err != nil {
		return fmt.Errorf("solve tally: read votes: %w", err)
	}
	var votes []json.RawMessage
	if err := json.Unmarshal(quoteWords(data), &votes); err != nil {
		return fmt.Errorf("solve tally: the input is no JSON list of votes: %w", err)
	}
	if votes == nil {
		return errors.New("solve tally: the input is no JSON list of votes")
	}
	answers := make([]any, len(votes))
	refused := 0
	for i, raw := range votes {
		answer, refusal := countVote(raw)
		if refusal != nil {
			refused++
			refusal.Case = i
			answers[i] = map[string]any{"error": refusal}
			continue
		}
		answers[i] = answer
	}
	e := json.NewEncoder(std.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(answers); err != nil {
		return fmt.Errorf("solve tally: write answers: %w", err)
	}
	if refused > 0 {
		return fmt.Errorf("solve tally: %d of %d votes refused; see their errors", refused, len(votes))
	}
	return nil
}

// countVote reads and counts one vote.
func countVote(raw json.RawMessage) (tallyAnswer, *tallyRefusal) {
	vote, err := readTallyObject(raw, "")
	if err != nil {
		return tallyAnswer{}, newTallyRefusal(vote, err)
	}
	answer, err := vote.count()
	if err != nil {
		return tallyAnswer{}, newTallyRefusal(vote, err)
	}
	return answer, nil
}

// newTallyRefusal names the vote, the field and the reason.
func newTallyRefusal(vote tallyObject, err error) *tallyRefusal {
	r := &tallyRefusal{Field: "vote", Reason: err.Error()}
	for _, key := range []string{"id", "note"} {
		if f, ok := vote.field(key); ok && json.Unmarshal(f.raw, &r.Name) == nil && r.Name != "" {
			break
		}
	}
	var e *tally.Error
	if errors.As(err, &e) {
		r.Field, r.Reason = e.Field, string(e.Fault)
		if e.Value != "" {
			r.Reason += " (" + e.Value + ")"
		}
	}
	return r
}

func (o tallyObject) count() (tallyAnswer, error) {
	var item int
	if err := o.read("item", &item, ""); err != nil {
		return tallyAnswer{}, err
	}
	units, err := o.units()
	if err != nil {
		return tallyAnswer{}, err
	}
	roll, err := tally.NewRoll(tally.CivilCode(), units, tally.Scope{})
	if err != nil {
		return tallyAnswer{}, err
	}
	sheet := tally.Sheet{Vote: "vote", Questions: []tally.Question{{ID: "question", Item: item}}}
	if _, known := roll.Rule().Item(item); !known {
		return tallyAnswer{}, tallyFault(tally.FaultUnknown, "item", strconv.Itoa(item))
	}
	ballots, err := o.ballots(roll)
	if err != nil {
		return tallyAnswer{}, err
	}
	results, err := tally.Count(roll, sheet, ballots)
	if err != nil {
		return tallyAnswer{}, err
	}
	r := results[0]
	return tallyAnswer{
		r.Total.Area, r.Total.Heads, r.Part.Area, r.Part.Heads,
		r.Yes.Area, r.Yes.Heads, r.Quorum, r.Passed,
	}, nil
}

// units reads the roll.
func (o tallyObject) units() ([]tally.Unit, error) {
	var list []json.RawMessage
	if err := o.read("units", &list, ""); err != nil {
		return nil, err
	}
	units := make([]tally.Unit, len(list))
	for i, raw := range list {
		at := fmt.Sprintf("units[%d]", i)
		fields, err := readTallyObject(raw, at)
		if err != nil {
			return nil, err
		}
		var owner string
		for _, err := range []error{
			fields.read("unit", &units[i].ID, at+"."),
			fields.read("owner", &owner, at+"."),
			fields.read("area", &units[i].Area, at+"."),
		} {
			if err != nil {
				return nil, err
			}
		}
		units[i].Owners = strings.Split(owner, "+")
	}
	return units, nil
}

// ballots reads the answers; co-owners may stand there in any order, but once.
func (o tallyObject) ballots(roll *tally.Roll) ([]tally.Ballot, error) {
	f, ok := o.field("ballots")
	if !ok {
		return nil, tallyFault(tally.FaultMissing, "ballots", "")
	}
	answers, err := readTallyObject(f.raw, "ballots")
	if err != nil {
		return nil, err
	}
	var ballots []tally.Ballot
	cast := make(map[string]bool, len(answers))
	for _, a := range answers {
		at := "ballots." + a.key
		var word string
		if err := answers.read(a.key, &word, "ballots."); err != nil {
			return nil, err
		}
		choice, err := tally.ParseChoice(word)
		if err != nil {
			return nil, tallyFault(tally.FaultUnknown, at, strconv.Quote(word))
		}
		voter := tally.JointID(strings.Split(a.key, "+")...)
		if cast[voter] {
			return nil, tallyFault(tally.FaultTwice, at, "")
		}
		cast[voter] = true
		if _, err := roll.Voter(voter); err != nil {
			return nil, relocate(err, at)
		}
		ballots = append(ballots, tally.Ballot{Voter: voter, Answers: []tally.Choice{choice}})
	}
	return ballots, nil
}
