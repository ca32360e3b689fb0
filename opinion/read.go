package opinion

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Fault is what is wrong with one entry of the input. Its text names the entry,
// the field and the reason, and of the content only what is needed to find it.
type Fault struct {
	Entry  int    // index in the list, from 0; −1 when there is no list
	Field  string // as in the file, or "" for the entry as a whole
	Reason string
}

// Error returns "entry 3: vote: 2 is not -1, 0 or 1".
func (f *Fault) Error() string {
	var parts []string
	if f.Entry >= 0 {
		parts = append(parts, fmt.Sprintf("entry %d", f.Entry))
	}
	if f.Field != "" {
		parts = append(parts, f.Field)
	}
	return strings.Join(append(parts, f.Reason), ": ")
}

// Sheet is what a file of votes held.
type Sheet struct {
	Ballots []Ballot // the usable entries, in the order of the file
	Faults  []*Fault // the others
	// NumberedParticipants and NumberedStatements are true when each id was a
	// JSON number, so that a writer can give them back as they came.
	NumberedParticipants, NumberedStatements bool
}

// entry is one object of the file: the plain names or those of a Polis export.
type entry struct {
	Participant json.RawMessage `json:"participant"`
	PID         json.RawMessage `json:"pid"`
	Statement   json.RawMessage `json:"statement"`
	TID         json.RawMessage `json:"tid"`
	Vote        json.RawMessage `json:"vote"`
}

// ReadBallots reads a JSON list of votes, in order of time:
//
//	[{"participant": "p1", "statement": 7, "vote": 1}, …]
//
// "pid" and "tid", the names of a Polis export, may stand for "participant" and
// "statement"; other fields are ignored. An id is a string or an integer; 7 and
// "7" are the same. A vote is 1 or "agree", 0 or "pass", -1 or "disagree".
//
// An unusable entry becomes a fault and the others are read. An error is
// returned only when the file as a whole is no list of JSON values.
func ReadBallots(data []byte) (*Sheet, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if open, err := decoder.Token(); err != nil || open != json.Delim('[') {
		return nil, errors.New("the file is not a JSON list")
	}
	sheet := &Sheet{NumberedParticipants: true, NumberedStatements: true}
	for i := 0; decoder.More(); i++ {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
		sheet.read(i, raw)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errors.New("the list does not end")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the list")
	}
	if len(sheet.Ballots) == 0 {
		sheet.NumberedParticipants, sheet.NumberedStatements = false, false
	}
	return sheet, nil
}

// read adds one entry as a ballot or a fault.
func (s *Sheet) read(i int, raw json.RawMessage) {
	var e entry
	if raw[0] != '{' || json.Unmarshal(raw, &e) != nil {
		s.fail(i, "", "is not an object")
		return
	}
	participant, pNumber, pFault := readEither("participant", e.Participant, "pid", e.PID)
	statement, sNumber, sFault := readEither("statement", e.Statement, "tid", e.TID)
	vote, reason := readVote(e.Vote)
	switch {
	case pFault != nil:
		s.fail(i, pFault.Field, pFault.Reason)
	case sFault != nil:
		s.fail(i, sFault.Field, sFault.Reason)
	case reason != "":
		s.fail(i, "vote", reason)
	default:
		s.Ballots = append(s.Ballots, Ballot{participant, statement, vote})
		s.NumberedParticipants = s.NumberedParticipants && pNumber
		s.NumberedStatements = s.NumberedStatements && sNumber
	}
}

// fail adds a fault.
func (s *Sheet) fail(i int, field, reason string) {
	s.Faults = append(s.Faults, &Fault{Entry: i, Field: field, Reason: reason})
}

// readEither reads the id that stands under one of two names.
func readEither(plain string, a json.RawMessage, polis string, b json.RawMessage) (ID, bool, *Fault) {
	name, raw := plain, a
	switch {
	case a == nil && b == nil:
		return "", false, &Fault{Entry: -1, Field: plain, Reason: "is missing"}
	case a != nil && b != nil:
		return "", false, &Fault{Entry: -1, Field: plain, Reason: "is given twice, also as " + polis}
	case a == nil:
		name, raw = polis, b
	}
	id, number, reason := readID(raw)
	if reason != "" {
		return "", false, &Fault{Entry: -1, Field: name, Reason: reason}
	}
	return id, number, nil
}

// maxDigits is the greatest length of an id written as a JSON number, so that it
// fits an int64 everywhere.
const maxDigits = 18

// readID reads an id: a string or an integer.
func readID(raw json.RawMessage) (id ID, number bool, reason string) {
	if raw[0] == '"' {
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", false, "is not a string"
		}
		return ID(text), false, ID(text).check()
	}
	id = ID(raw)
	switch digits := ID(strings.TrimPrefix(string(raw), "-")); {
	case !digits.isNumber() || string(raw) == "-0":
		return "", false, "is neither a string nor an integer"
	case len(digits) > maxDigits:
		return "", false, fmt.Sprintf("has more than %d digits", maxDigits)
	}
	return id, true, ""
}

// readVote reads a vote: a number or a word.
func readVote(raw json.RawMessage) (Vote, string) {
	switch string(raw) {
	case "1", `"agree"`:
		return Agree, ""
	case "0", `"pass"`:
		return Pass, ""
	case "-1", `"disagree"`:
		return Disagree, ""
	case "":
		return 0, "is missing"
	}
	const shown = 40
	text := string(raw)
	if len(text) > shown {
		text = strings.ToValidUTF8(text[:shown], "") + "…"
	}
	return 0, text + " is not -1, 0 or 1"
}

// ReadGroups reads given groups: {"groups": [["p1", "p2"], ["p3"]]}. Ids are as
// in [ReadBallots]. Whether they can be used, [Conversation.Compare] decides.
func ReadGroups(data []byte) ([][]ID, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8")
	}
	var file struct {
		Groups [][]json.RawMessage `json:"groups"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("groups: %w", err)
	}
	groups := make([][]ID, len(file.Groups))
	for g, members := range file.Groups {
		for i, raw := range members {
			id, _, reason := readID(raw)
			if reason != "" {
				return nil, &Fault{Entry: -1, Field: fmt.Sprintf("groups[%d][%d]", g, i), Reason: reason}
			}
			groups[g] = append(groups[g], id)
		}
	}
	return groups, nil
}
