package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
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
	levels        = 2                   // handler, residents' committee, subdistrict
)

// Handlers of the table of moves: whoever may be the one responsible.
var handlers = []people.Group{people.Property, people.Committee}

// Kind is the table of moves of a report.
func Kind() matter.Kind {
	open := []matter.Phase{matter.Raised, matter.Reopened, matter.Taken, matter.Doing}
	waiting := []matter.Phase{matter.Raised, matter.Reopened}
	work := []matter.Phase{matter.Taken, matter.Doing}
	staffOrRaiser := append(slices.Clone(handlers), people.Subdistrict, matter.ByRaiser)
	return matter.Kind{Name: KindName, Moves: []matter.Move{
		{From: waiting, Verb: matter.Take, To: matter.Taken, By: handlers},
		{From: []matter.Phase{matter.Taken}, Verb: matter.Start, To: matter.Doing, By: handlers},
		{From: work, Verb: matter.Finish, To: matter.Done, By: handlers},
		{From: open, Verb: matter.Decline, To: matter.Declined, By: handlers},
		{From: open, Verb: matter.Withdraw, To: matter.Withdrawn, By: []people.Group{matter.ByRaiser}},
		{From: []matter.Phase{matter.Done}, Verb: matter.Confirm, To: matter.Confirmed, By: []people.Group{matter.ByRaiser}},
		{From: []matter.Phase{matter.Done, matter.Confirmed, matter.Declined}, Verb: matter.Reopen, To: matter.Reopened, By: []people.Group{matter.ByRaiser}},
		{From: append(slices.Clone(open), matter.Done), Verb: matter.Note, By: staffOrRaiser},
		{From: open, Verb: matter.Chase, By: []people.Group{matter.ByClock}},
		{From: []matter.Phase{matter.Done}, Verb: matter.Close, To: matter.Confirmed, By: []people.Group{matter.ByClock}},
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
	Level      int       // how far a missed deadline has climbed: 0 to 2
	AcceptBy   time.Time
	MendBy     time.Time
	TakenAt    time.Time
	FinishedAt time.Time
	ClosedAt   time.Time
	Rating     int // 1 to 5, 0: none
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

// Report is a matter with its detail.
type Report struct {
	matter.Matter
	Detail Detail
}

// PublicPlace is the id of where everybody may know it is: the building, the
// compound, or the neighbourhood where nobody could say it better.
func (r Report) PublicPlace() string { return cmp.Or(r.Detail.Building, r.Detail.Compound, r.Place) }

// deadline is when the clock acts next on a report, and zero if it never does.
func (r Report) deadline() time.Time {
	switch r.Phase {
	case matter.Raised, matter.Reopened:
		if r.Detail.Level >= levels {
			return time.Time{}
		}
		return r.Detail.AcceptBy.Add(time.Duration(r.Detail.Level) * r.Detail.acceptSpan(r.RaisedAt))
	case matter.Taken, matter.Doing:
		if r.Detail.Level >= levels {
			return time.Time{}
		}
		return r.Detail.MendBy.Add(time.Duration(r.Detail.Level) * chaseMend)
	case matter.Done:
		return r.Due
	}
	return time.Time{}
}

// acceptSpan is how long the next level waits in turn: as long as the first
// was given, and at least ten minutes.
func (d Detail) acceptSpan(raised time.Time) time.Duration {
	return max(d.AcceptBy.Sub(raised), 10*time.Minute)
}

// chaseLevel is the group told when a missed deadline climbs to a level.
func chaseLevel(holder people.Group, level int) people.Group {
	if level == 1 && holder == people.Property {
		return people.Committee
	}
	return people.Subdistrict
}

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
	f := fault.New(fault.Invalid, "report.invalid")
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
		f.WithField("words", "report.words_long", "max", most, "n", n)
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

// detailOf reads a row.
func detailOf(r ReportDetail) Detail {
	return Detail{
		Category: r.Category, Compound: r.CompoundID, Building: r.BuildingID, Spot: r.Spot, Words: r.Words,
		Anonymous: r.Anonymous != 0, Source: Source(r.Source), HappenedAt: store.Time(r.HappenedAt), Level: int(r.Level),
		AcceptBy: store.Time(r.AcceptBy), MendBy: store.Time(r.MendBy), TakenAt: store.Time(r.TakenAt),
		FinishedAt: store.Time(r.FinishedAt), ClosedAt: store.Time(r.ClosedAt), Rating: int(r.Rating),
	}
}
