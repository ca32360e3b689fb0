package matter

import (
	"cmp"
	"slices"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// Phase is where a matter stands.
type Phase string

// The phases every kind shares.
const (
	Raised    Phase = "raised"    // 已上报
	Taken     Phase = "taken"     // 已接单
	Doing     Phase = "doing"     // 处理中
	Done      Phase = "done"      // 请您确认
	Confirmed Phase = "confirmed" // 已办结
	Reopened  Phase = "reopened"  // 重新办理
	Merged    Phase = "merged"    // 已合并
	Withdrawn Phase = "withdrawn" // 已撤回
	Declined  Phase = "declined"  // 不予受理
)

// Closed reports whether nobody owes an answer any more.
func (p Phase) Closed() bool {
	return slices.Contains([]Phase{Confirmed, Merged, Withdrawn, Declined}, p)
}

// Verb is what somebody does to a matter.
type Verb string

// The verbs every kind shares. A kind may add its own.
const (
	Raise    Verb = "raise"
	Take     Verb = "take"
	Start    Verb = "start"
	Finish   Verb = "finish"
	Confirm  Verb = "confirm"
	Reopen   Verb = "reopen"
	Merge    Verb = "merge"
	Withdraw Verb = "withdraw"
	Decline  Verb = "decline"
	Assign   Verb = "assign"
	Note     Verb = "note"  // says something, moves nothing
	Chase    Verb = "chase" // a deadline passed: the next level was told
	Close    Verb = "close" // silence closed it
)

// Audience is who may read an entry or a matter, from the widest to the
// narrowest.
type Audience string

// The audiences.
const (
	Everybody Audience = "public"   // the whole neighbourhood
	Compound  Audience = "compound" // those who live in the compound
	Parties   Audience = "parties"  // who raised it and who serves its place
	Staff     Audience = "staff"    // who serves its place
)

// Who may make a move, beside the groups of people that serve the place.
const (
	ByRaiser people.Group = "raiser" // the person who raised the matter
	ByClock  people.Group = "clock"  // a deadline that passed
)

// Move is one row of a kind's table of moves.
type Move struct {
	From []Phase
	Verb Verb
	To   Phase // empty: the phase stays
	By   []people.Group
	Need Need
}

// Need is what has to come with a move; several are joined by "|".
type Need uint8

// The needs.
const (
	NeedWords Need = 1 << iota // words: a reason, or what was found
	NeedPhoto                  // a photograph
	NeedLook                   // the word of the one who moves it that they looked a second time
)

// Has reports whether a need is among them.
func (n Need) Has(one Need) bool { return n&one != 0 }

// Kind is a sort of matter with its moves.
type Kind struct {
	Name  string
	Moves []Move
	// Ladder is who is told when a matter is late, each time the next rung above
	// its holder; the subdistrict is the last.
	Ladder []people.Group
	// Page is where a case's page is, before its id; empty: "/" and the name.
	Page string
	// Words is what the keys of its sentences begin with; empty: its name.
	Words string
}

// Key is the words key of one of the kind's sentences, such as "did.take".
func (k Kind) Key(sentence string) string { return cmp.Or(k.Words, k.Name) + "." + sentence }

// Path is the page of a case of the kind.
func (k Kind) Path(id string) string { return cmp.Or(k.Page, "/"+k.Name) + "/" + id }

// ToOffice is the level of a matter that was escalated to the subdistrict: the
// last rung of every ladder.
const ToOffice = 2

// Escalate is the level of a matter that is late once more, and the group that is
// told now; empty: all above its holder were told before.
func (k Kind) Escalate(m Matter) (level int, told people.Group) {
	next := max(m.Level, slices.Index(k.Ladder, m.Holder.Group)) + 1
	if next >= len(k.Ladder) {
		return m.Level, ""
	}
	return next, k.Ladder[next]
}

// Find is the move for a verb in a phase.
func (k Kind) Find(from Phase, verb Verb) (Move, bool) {
	for _, m := range k.Moves {
		if m.Verb == verb && slices.Contains(m.From, from) {
			if m.To == "" {
				m.To = from
			}
			return m, true
		}
	}
	return Move{}, false
}

// Holder is who owes the next act: a group that serves the place, and the
// person among them once somebody took it. ByRaiser means the one who raised
// it; empty means nobody, as after closing.
type Holder struct {
	Group  people.Group
	Person string
}

// Matter is a head.
type Matter struct {
	Tenant     store.Tenant
	ID         string
	Number     string // short, unique in its neighbourhood: 26-0042
	Kind       string
	Place      string
	RaisedBy   string // person id
	Phase      Phase
	Holder     Holder
	Due        time.Time // zero: nothing is due
	Visibility Audience
	Version    int // entries in the timeline
	RaisedAt   time.Time
	ChangedAt  time.Time
	LastHash   string
	Path       string // of its place
	Level      int    // how far it was escalated: 0 nowhere, 1 the committee, ToOffice
	Subject    string // what it is about; of one subject one is open at a time; empty: any number
}

// Overdue reports whether the next act is late at now.
func (m Matter) Overdue(now time.Time) bool {
	return !m.Phase.Closed() && !m.Due.IsZero() && now.After(m.Due)
}

// Entry is one line of a timeline.
type Entry struct {
	Seq      int
	At       time.Time
	Actor    string       // person id; empty for the clock
	Group    people.Group // as what the actor acted
	Verb     Verb
	Key      string            // words key
	Args     map[string]string // for the words; free text of people under "words"
	Photos   []string          // blob hashes
	Audience Audience
	PrevHash string
	Hash     string
}

// LinkKind says how two matters belong together.
type LinkKind string

// The links.
const (
	LeadsTo     LinkKind = "leads-to"
	PartOf      LinkKind = "part-of"
	DuplicateOf LinkKind = "duplicate-of"
	CausedBy    LinkKind = "caused-by"
)

// Link joins two matters of one neighbourhood.
type Link struct {
	From string
	Kind LinkKind
	To   string
	At   time.Time
}
