package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
)

// KindName is the kind of matter that reports are.
const KindName = "report"

// Limits of a report.
const (
	MaxPhotos = 6
	MaxWords  = 2000 // characters
	MaxGeo    = 4000 // characters of an Open311 description, by its specification
	MaxSpot   = 60   // characters
)

// Spans that no category sets.
const (
	confirmWithin = 7 * 24 * time.Hour  // silence closes it after this
	reopenWithin  = 15 * 24 * time.Hour // after closing, the reporter may still reopen
	chaseMend     = 24 * time.Hour      // from one level to the next once mending is late
)

// handlers are the groups one of which is responsible.
func handlers() []people.Group { return []people.Group{people.Property, people.Committee} }

// helpers are the groups that serve places of a neighbourhood.
func helpers() []people.Group {
	return append(handlers(), people.OwnersCommittees, people.BuildingLeads, people.Volunteers)
}

// Kind is the table of moves of a report.
func Kind() matter.Kind {
	open := []matter.Phase{matter.Raised, matter.Reopened, matter.Taken, matter.Doing}
	waiting, work, done := []matter.Phase{matter.Raised, matter.Reopened}, []matter.Phase{matter.Taken, matter.Doing}, []matter.Phase{matter.Done}
	raiser, clock := []people.Group{matter.ByRaiser}, []people.Group{matter.ByClock}
	return matter.Kind{Name: KindName, Ladder: append(handlers(), people.Subdistrict), Moves: []matter.Move{
		{From: waiting, Verb: matter.Take, To: matter.Taken, By: handlers()},
		{From: []matter.Phase{matter.Taken}, Verb: matter.Start, To: matter.Doing, By: handlers()},
		{From: work, Verb: matter.Finish, To: matter.Done, By: handlers(), Need: matter.NeedPhoto},
		{From: open, Verb: matter.Decline, To: matter.Declined, By: handlers(), Need: matter.NeedWords},
		{From: open, Verb: matter.Withdraw, To: matter.Withdrawn, By: raiser},
		{From: done, Verb: matter.Confirm, To: matter.Confirmed, By: raiser},
		{From: append(done, matter.Confirmed, matter.Declined), Verb: matter.Reopen, To: matter.Reopened, By: raiser, Need: matter.NeedWords},
		{From: append(slices.Clone(open), matter.Done), Verb: matter.Note, By: append(handlers(), people.Subdistrict, matter.ByRaiser)},
		{From: open, Verb: matter.Chase, By: clock},
		{From: done, Verb: matter.Close, To: matter.Confirmed, By: clock},
	}}
}

// Category is one kind of trouble (问题类别) with who handles it and how fast.
type Category struct {
	Code       string
	GroupCode  string
	GroupZh    string
	GroupEn    string
	Zh         string
	En         string
	Handler    string // as the register writes it: property, committee, maintenance, …
	Accept     time.Duration
	Mend       time.Duration
	EscalateTo string
	Priority   string // P0 danger to P4
	Law        string // source of the duty
	Retired    bool
}

// Holder is the group that owes the work. Firms outside linli (lift
// maintenance, gas, vendors) are called and supervised by the property staff,
// so the property holds these; what concerns people is the committee's.
func (c Category) Holder() people.Group {
	switch c.Handler {
	case "committee", "owners_committee":
		return people.Committee
	}
	return people.Property
}

// Private reports that the kind concerns people, not things: only the parties
// read such a report.
func (c Category) Private() bool { return c.GroupCode == "people" || c.Code == "service.attitude" }

// visibility of a report of this kind.
func (c Category) visibility() matter.Audience {
	if c.Private() {
		return matter.Parties
	}
	return matter.Compound
}

// Detail is what a report knows beyond its head.
type Detail struct {
	Category   string
	Compound   string // place ids
	Building   string
	Spot       string
	Words      string
	Anonymous  bool
	Source     Source
	HappenedAt time.Time // when it was photographed
	AcceptBy   time.Time
	MendBy     time.Time
	TakenAt    time.Time
	FinishedAt time.Time
	ClosedAt   time.Time
	Rating     int    // 1 to 5, 0: none
	Thumb      string // hash of the first picture, small
	Picture    string // as Thumb, if the report was raised with one

	cat Category // looked up around it; it is not kept
}

// Report is a case of the room.
type Report = matter.Case[Detail]

func reports() matter.Table[Detail] {
	const first = "COALESCE((SELECT p.thumb FROM picture_taken p WHERE p.tenant_id = d.tenant_id AND p.matter_id = d.matter_id"
	return matter.Table[Detail]{Kind: KindName, Name: "report_detail", Columns: func(d *Detail) []matter.Column {
		return []matter.Column{
			{Name: "category", At: &d.Category}, {Name: "compound_id", At: &d.Compound}, {Name: "building_id", At: &d.Building}, {Name: "spot", At: &d.Spot},
			{Name: "words", At: &d.Words}, {Name: "anonymous", At: &d.Anonymous}, {Name: "source", At: &d.Source}, {Name: "happened_at", At: &d.HappenedAt},
			{Name: "accept_by", At: &d.AcceptBy}, {Name: "mend_by", At: &d.MendBy}, {Name: "taken_at", At: &d.TakenAt},
			{Name: "finished_at", At: &d.FinishedAt}, {Name: "closed_at", At: &d.ClosedAt}, {Name: "rating", At: &d.Rating},
			{At: &d.Thumb, From: first + " ORDER BY p.seq, p.place LIMIT 1), '')"}, {At: &d.Picture, From: first + " AND p.seq = 1 ORDER BY p.place LIMIT 1), '')"},
		}
	}}
}

// Source is the door a report came in by.
type Source string

// The doors.
const (
	FromApp      Source = "app"
	FromDesk     Source = "desk" // staff wrote it down for somebody
	FromOpen311  Source = "open311"
	FromAPI      Source = "api"
	FromRegister Source = "register" // an earlier system's past
)

// PublicPlace is the id of where everybody may know a report is: the building, the
// compound, or the neighbourhood where nobody could say it better.
func PublicPlace(r Report) string { return cmp.Or(r.Detail.Building, r.Detail.Compound, r.Place) }

// clock is when the clock acts next on a report: the next level is told, as long
// as there is one, or silence closes it.
func clock(r Report) (time.Time, matter.Verb) {
	d, level := r.Detail, time.Duration(r.Level)
	switch {
	case r.Phase == matter.Done:
		return r.Due, matter.Close
	case r.Level >= matter.ToOffice:
		return time.Time{}, ""
	case r.Phase == matter.Taken || r.Phase == matter.Doing:
		return d.MendBy.Add(level * chaseMend), matter.Chase
	}
	return d.AcceptBy.Add(level * max(d.AcceptBy.Sub(r.RaisedAt), 10*time.Minute)), matter.Chase // the next level waits as long as the first, and at least ten minutes
}

// told is the group that was told last of a report that is late.
func told(r Report) people.Group { return Kind().Ladder[r.Level] }

// Draft is what somebody sends in.
type Draft struct {
	Place      string // id of a building, compound or dwelling
	Category   string
	Spot       string
	Words      string
	Anonymous  bool
	Source     Source
	HappenedAt time.Time // zero: now
	OnBehalf   string    // person id; staff only, for somebody who came or called
	Key        string    // idempotency key
	Photos     []picture.Picture
}

// check is what can be said of a draft without asking anybody.
func (d Draft) check(now time.Time, c Category, known bool) error {
	f := fault.New(fault.Invalid, "case.invalid")
	if !known || c.Retired {
		f.WithField("category", "report.category_missing")
	}
	if d.Place == "" {
		f.WithField("place", "report.place_missing")
	}
	most := MaxWords
	if d.Source == FromOpen311 {
		most = MaxGeo
	}
	if n := len([]rune(d.Words)); n > most {
		f.WithField("words", "case.words_long", "max", most, "n", n)
	}
	if n := len([]rune(d.Spot)); n > MaxSpot {
		f.WithField("spot", "report.spot_long", "max", MaxSpot, "n", n)
	}
	if len(d.Photos) > MaxPhotos {
		f.WithField("photo", "photo.many", "max", MaxPhotos)
	}
	if len(d.Photos) == 0 && d.Words == "" && d.Source != FromOpen311 {
		f.WithField("photo", "report.photo_or_words")
	}
	if d.HappenedAt.After(now.Add(5 * time.Minute)) {
		f.WithField("happened_at", "report.in_future")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}
