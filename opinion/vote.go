package opinion

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxID is the greatest length of an [ID], in bytes.
const MaxID = 128

// ID names a participant or a statement. It is opaque: 1 to [MaxID] bytes of
// UTF-8. Decimal integers are put in numeric order before all other texts,
// which are put in byte order; nothing but the order of lists depends on it.
type ID string

// Vote is what one participant says to one statement. The signs are those of
// the table below everywhere in this package. (Polis keeps the opposite signs
// inside; its exported votes have these.)
type Vote int8

// The three answers. A statement nobody showed the participant has no vote at
// all, which is not the same as a pass.
const (
	Disagree Vote = -1 // 不同意
	Pass     Vote = 0  // 不确定, 跳过
	Agree    Vote = 1  // 同意
)

// String returns "agree", "pass" or "disagree", and the number of any other
// value.
func (v Vote) String() string {
	switch v {
	case Agree:
		return "agree"
	case Pass:
		return "pass"
	case Disagree:
		return "disagree"
	}
	return fmt.Sprintf("vote %d", int8(v))
}

// Ballot 表态 is one vote of one participant on one statement.
type Ballot struct {
	Participant ID
	Statement   ID
	Vote        Vote
}

// Count is how often a statement was answered, and how: numbers of people.
// Seen = Agree + Disagree + Pass.
type Count struct {
	Statement                   ID
	Agree, Disagree, Pass, Seen int
}

// add changes the count of one answer by delta.
func (c *Count) add(v Vote, delta int) {
	c.Seen += delta
	switch v {
	case Agree:
		c.Agree += delta
	case Disagree:
		c.Disagree += delta
	default:
		c.Pass += delta
	}
}

// check reports why an id cannot be used, or "".
func (id ID) check() string {
	switch {
	case id == "":
		return "is empty"
	case len(id) > MaxID:
		return fmt.Sprintf("is longer than %d bytes", MaxID)
	case !utf8.ValidString(string(id)):
		return "is not UTF-8"
	}
	return ""
}

// isNumber reports whether the id is a non-negative decimal integer written
// without leading zeros.
func (id ID) isNumber() bool {
	if id == "" || (id[0] == '0' && len(id) > 1) {
		return false
	}
	return strings.Trim(string(id), "0123456789") == ""
}

// compareIDs orders ids: numbers by value, then texts by bytes.
func compareIDs(a, b ID) int {
	an, bn := a.isNumber(), b.isNumber()
	switch {
	case an && !bn:
		return -1
	case bn && !an:
		return 1
	case an && len(a) != len(b):
		return len(a) - len(b)
	}
	return strings.Compare(string(a), string(b))
}
