package tally

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// Salt makes a voter's mask impossible to guess. The voter gets it with the
// receipt; nobody else needs it.
type Salt [16]byte

// String writes the salt as 32 hexadecimal digits.
func (s Salt) String() string { return hex.EncodeToString(s[:]) }

// Mask is the name a voter bears in the public log: the first 16 bytes of
// HMAC-SHA256, keyed by the salt, over the word mask, the vote's id and the
// voter's id, each followed by a zero byte; written as 32 hexadecimal digits.
// With the salt anybody can compute it, without it nobody.
func Mask(vote, voter string, salt Salt) string {
	return hex.EncodeToString(keyed(salt[:], "mask", vote, voter))
}

// keyed is the first 16 bytes of an HMAC over its parts, each closed by a zero.
func keyed(key []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		mac.Write([]byte(p + "\x00"))
	}
	return mac.Sum(nil)[:16]
}

// The three kinds of line of a published log. Each is one line of JSON without
// spaces, its fields in this order; the leaf of a line is LeafHash of exactly
// its bytes, without the line feed.
type (
	opening struct {
		Log       string       `json:"log"` // "linli tally 1"
		Vote      string       `json:"vote"`
		Rule      Rule         `json:"rule"`
		Questions []Question   `json:"questions"`
		Roll      []maskedHome `json:"roll"` // by mask, ascending
	}
	maskedHome struct {
		Voter string `json:"voter"`
		Area  Area   `json:"area"`
	}
	entry struct {
		Voter   string   `json:"voter"`
		Answers []Choice `json:"answers"`
	}
	closing struct {
		Head    Head     `json:"head"`
		Results []Result `json:"results"`
	}
)

const logForm = "linli tally 1"

// encode writes one line. Strings of a vote are not HTML. The three kinds of
// line hold nothing that JSON cannot write, once their answers are checked.
func encode(line any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(line); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Log is a running tally whose every ballot is written down in a Merkle tree.
// Entry 0 is the opening: the rule, the questions, and the roll with masks for
// names; each ballot that changes something is one further entry. Appending the
// same ballots under the same secret gives the same log, so a log is restored
// by replaying it. It is not for several goroutines at once.
type Log struct {
	running *Running
	secret  []byte
	tree    Tree
	lines   [][]byte
	masks   []string // by voter
	last    []uint64 // by voter: the entry that stands, or 0
}

// OpenLog begins the log of a vote. The secret, at least 16 random bytes kept
// by whoever runs the vote, gives every voter a salt.
func OpenLog(roll *Roll, sheet Sheet, secret []byte) (*Log, error) {
	running, err := NewRunning(roll, sheet)
	if err != nil {
		return nil, err
	}
	if len(secret) < 16 {
		return nil, refuse(FaultSecret, "secret", "")
	}
	l := &Log{
		running: running, secret: slices.Clone(secret),
		masks: make([]string, len(roll.voters)), last: make([]uint64, len(roll.voters)),
	}
	homes := make([]maskedHome, len(roll.voters))
	for i, v := range roll.voters {
		l.masks[i] = Mask(sheet.Vote, v.ID, l.salt(v.ID))
		homes[i] = maskedHome{l.masks[i], v.Area}
	}
	slices.SortFunc(homes, func(a, b maskedHome) int { return strings.Compare(a.Voter, b.Voter) })
	l.write(encode(opening{logForm, sheet.Vote, roll.rule, running.sheet.Questions, homes}))
	return l, nil
}

func (l *Log) salt(voter string) Salt {
	return Salt(keyed(l.secret, "salt", l.running.sheet.Vote, voter))
}

// write adds a line and its leaf.
func (l *Log) write(line []byte) {
	l.lines = append(l.lines, line)
	l.tree.Append(LeafHash(line))
}

// Salt is the salt of a voter on the roll: handed to that voter only.
func (l *Log) Salt(voter string) (Salt, error) {
	v, err := l.running.roll.Voter(voter)
	if err != nil {
		return Salt{}, err
	}
	return l.salt(v.ID), nil
}

// Append takes a ballot as Running.Cast does and writes it down. A ballot that
// repeats what already stands adds nothing and gives the earlier receipt again.
func (l *Log) Append(b Ballot) (Receipt, error) {
	voter, err := l.running.admit(&b, unplaced)
	if err != nil {
		return Receipt{}, err
	}
	if n := l.last[voter]; n > 0 && slices.Equal(b.Answers, l.running.row(voter)) {
		return l.receipt(n), nil
	}
	l.running.put(voter, b.Answers)
	l.last[voter] = l.tree.Size()
	l.write(encode(entry{l.masks[voter], b.Answers}))
	return l.receipt(l.last[voter]), nil
}

func (l *Log) receipt(n uint64) Receipt {
	return receiptFor(l.tree.levels[0][0], n, l.tree.levels[0][n])
}

// Results judges every question as it stands.
func (l *Log) Results() []Result { return l.running.Results() }

// Doors lists homes that have not taken part, as Running.Doors does.
func (l *Log) Doors(question string, n int) []Voter { return l.running.Doors(question, n) }

// Head is the head of the log as it stands; publish it often.
func (l *Log) Head() Head { return l.tree.Head() }

// Entry is the line of an entry, as LeafHash takes it.
func (l *Log) Entry(n uint64) ([]byte, error) {
	if n >= l.tree.Size() {
		return nil, refuse(FaultRange, "entry", "")
	}
	return slices.Clone(l.lines[n]), nil
}

// Inclusion proves to VerifyInclusion that entry n is under the present head.
func (l *Log) Inclusion(n uint64) ([]Hash, error) { return l.tree.Inclusion(n) }

// Consistency proves to VerifyConsistency that the log of size old is the
// beginning of the present one.
func (l *Log) Consistency(old uint64) ([]Hash, error) { return l.tree.Consistency(old) }

// Export writes the log for everybody: one line an entry, and a last line with
// the head and the results.
func (l *Log) Export() []byte {
	last := encode(closing{l.Head(), l.Results()})
	return bytes.Join(append(slices.Clone(l.lines), last, nil), []byte("\n"))
}
