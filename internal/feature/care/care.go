package care

import (
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// KindName is the kind of matter that promised visits are.
const KindName = "visit"

// The verbs of a visit beside those every matter has.
const (
	Visited  matter.Verb = "visited"   // 见到了
	Nobody   matter.Verb = "nobody"    // 敲门没人应
	CouldNot matter.Verb = "could_not" // 去不了
	Settle   matter.Verb = "settle"    // the committee found out how the elder is
	Missed   matter.Verb = "missed"    // its time passed
	Over     matter.Verb = "over"      // it stays missed: the next one came
)

// visitors may go and say how it was.
var visitors = []people.Group{people.Volunteers, people.BuildingLeads, people.Committee}

// Kind is the table of moves of a visit.
func Kind() matter.Kind {
	open, clock := []matter.Phase{matter.Raised, matter.Taken}, []people.Group{matter.ByClock}
	return matter.Kind{Name: KindName, Page: "/care/visit", Words: "care", Moves: []matter.Move{
		{From: open, Verb: Visited, To: matter.Confirmed, By: visitors},
		{From: open, Verb: Nobody, To: matter.Taken, By: visitors},
		{From: open, Verb: CouldNot, To: matter.Taken, By: visitors},
		{From: open, Verb: matter.Assign, To: matter.Raised, By: append(clock, visitors...)},
		{From: open, Verb: Settle, To: matter.Confirmed, By: []people.Group{people.Committee}},
		{From: open, Verb: Missed, By: clock},
		{From: open, Verb: Over, To: matter.Declined, By: clock},
		{From: open, Verb: matter.Withdraw, To: matter.Withdrawn, By: clock},
	}}
}

// Duty is what a named carer is to an elder.
type Duty string

// The duties.
const (
	Responsible Duty = "responsible" // 居委会责任人
	Paired      Duty = "volunteer"   // 结对志愿者
)

// Carer is a named carer (关爱人) of an elder.
type Carer struct {
	Person string
	Name   string
	Duty   Duty
}

// Contact is somebody to call.
type Contact struct {
	Name     string `json:"name"`
	Relation string `json:"relation"`
	Phone    string `json:"phone"`
	Person   string `json:"person,omitempty"` // id, where they are on the neighbourhood's register
}

// Consent is how the elder or the family agreed (同意).
type Consent struct {
	By   string `json:"by,omitempty"`   // of the family: name and relation; empty: the elder
	Way  Way    `json:"way,omitempty"`  // on paper or in person
	Day  string `json:"day,omitempty"`  // 2026-11-23, in Shanghai
	Told string `json:"told,omitempty"` // person id of who took it down
}

// Way is how consent was given.
type Way string

// The ways.
const (
	OnPaper  Way = "paper"     // 书面签字
	InPerson Way = "in_person" // 当面口头
)

// Ways are all ways.
func Ways() []Way { return []Way{OnPaper, InPerson} }

// Sheet is all that the house knows of an elder who lives alone.
type Sheet struct {
	Person   string    `json:"person"` // id
	Name     string    `json:"name"`
	Home     string    `json:"home"`           // place id of the dwelling
	Born     int       `json:"born,omitempty"` // year; 0: not said
	Consent  Consent   `json:"consent"`
	Contacts []Contact `json:"contacts,omitempty"`
	Key      string    `json:"key,omitempty"`   // where the spare key is
	Hints    string    `json:"hints,omitempty"` // hard of hearing, bad knees
}

// Age is how old somebody born in this year turns; 0 if nobody said.
func (s Sheet) Age(now time.Time) int {
	if s.Born == 0 {
		return 0
	}
	return now.In(shanghai()).Year() - s.Born
}

// Elder is an entry of the register without its sheet.
type Elder struct {
	Tenant   store.Tenant
	ID       string
	Building string
	Grade    Grade
	Ground   Ground
	Paper    bool    // a photograph of the signed paper is kept
	Carers   []Carer // in the order of their turns
}

// OneLook is how long an opening of a sheet counts as the same look: however
// often the same person opens it again for the same reason, or an open page
// brings it up to date, it is one line in who looked and one in the audit trail.
const OneLook = 30 * time.Minute

// Look is one opening of a sheet, see [OneLook].
type Look struct {
	At     time.Time
	Viewer string // person id
	Why    Why
	About  string // matter of the alarm
}

// Why somebody looked.
type Why string

// The reasons.
const (
	ForCare  Why = "care"  // a named carer
	ForEdit  Why = "edit"  // a named carer who changes it
	ForPaper Why = "paper" // a named carer who reads the signed paper
	ForAlarm Why = "alarm" // a responder, while the alarm is open
)

// How an entry ended.
const (
	BySelf   = "self"
	ByFamily = "family"
	ByStaff  = "staff"
	ByEnd    = "ended" // moved away or died
)

// Withdrawal is what remains of an entry.
type Withdrawal struct {
	Building string
	Door     string // of the building
	At       time.Time
	How      string
}

// Detail is what a promised visit (探望) knows beyond its head.
type Detail struct {
	Elder       string      // id of the entry
	Volunteer   string      // whose turn it is: person id
	PromisedFor time.Time   // the hour it was promised by, which its grade counts on from; Due may have moved on
	Missed      int         // how often its time passed
	Outcome     matter.Verb // what was said of it last
	DoneBy      string      // person id: who said so
	Note        string      // for carers only; read where they read it

	sealed string  // the note as it is kept
	entry  *record // whose visit it is; looked up around it
}

// Visit is a case of care.
type Visit = matter.Case[Detail]

func visits() matter.Table[Detail] {
	return matter.Table[Detail]{Kind: KindName, Name: "care_visit", Columns: func(d *Detail) []matter.Column {
		return []matter.Column{
			{Name: "elder_id", At: &d.Elder}, {Name: "volunteer_id", At: &d.Volunteer}, {Name: "promised_for", At: &d.PromisedFor}, {Name: "missed", At: &d.Missed},
			{Name: "outcome", At: &d.Outcome}, {Name: "note_sealed", At: &d.sealed}, {Name: "done_by", At: &d.DoneBy},
		}
	}}
}

// VisitsEnd is the hour in Shanghai by which the visits of a day are done;
// MorningWord is when a volunteer is reminded.
const (
	VisitsEnd   = 18
	MorningWord = 8
)

// FindOut is how long the committee has when nobody answered the door.
const FindOut = 2 * time.Hour

// AskAgain is how long after a missed time the committee is told again.
const AskAgain = 24 * time.Hour
