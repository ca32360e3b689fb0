package report

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Act is what somebody does to a report.
type Act struct {
	ID      string
	Verb    matter.Verb
	Version int    // what they saw; 0: the latest will do
	Key     string // idempotency key
	Words   string // note, or the reason for declining or reopening
	Inside  bool   // a note for staff only
	Rating  int    // with confirm: 1 to 5, 0: none
	Photos  []picture.Picture
}

// Do carries out an act. Doing the same again under the same key changes
// nothing and returns the report as it is.
func (s *Service) Do(ctx context.Context, a people.Actor, x Act) (Report, error) {
	return s.Room.Do(ctx, a, casework.Act{ID: x.ID, Verb: x.Verb, Version: x.Version, Key: x.Key, Words: x.Words, Photos: x.Photos, With: x})
}

// check is what is wrong with an act beside what its move needs.
func check(x casework.Act, f *fault.Error) {
	said, _ := x.With.(Act)
	if x.Verb == matter.Note && x.Words == "" && len(x.Photos) == 0 {
		f.WithField("words", "report.note_empty")
	}
	if said.Rating < 0 || said.Rating > 5 {
		f.WithField("rating", "report.rating_range")
	}
}

// opening is the case that a draft becomes at an instant, but for whose it is.
func opening(d Draft, c Category, spot place.Spot, sc casework.Scene, now time.Time) casework.Opening[Detail] {
	if d.HappenedAt.IsZero() {
		d.HappenedAt = now
	}
	r := Report{Matter: matter.Matter{Holder: matter.Holder{Group: sc.Holder(c.Holder())}}, Detail: Detail{
		Category: d.Category, Compound: spot.Compound, Building: spot.Building, Spot: d.Spot, Words: d.Words, Anonymous: d.Anonymous, Source: d.Source,
		HappenedAt: d.HappenedAt, AcceptBy: now.Add(c.Accept), MendBy: now.Add(c.Mend), cat: c,
	}}
	to := helpers()
	if c.Private() { // what concerns people is told to those only who may read it
		to = handlers()
	}
	return casework.Opening[Detail]{
		Detail: r.Detail, Photos: d.Photos, Scene: &sc, Tell: []casework.Told{{Key: string(matter.Raise), Groups: to, Args: args(r)}},
		Raising: matter.Raising{
			Place: spot.Node.ID, Holder: r.Holder, Due: r.Detail.AcceptBy, Visibility: c.visibility(),
			Entry: matter.Entry{Key: "report.did.raise", Args: map[string]string{"words": d.Words}, Audience: c.visibility()},
		},
	}
}

// args are what messages about a report say of it beside place and number.
func args(r Report) map[string]string {
	args := map[string]string{"category": r.Detail.Category, "who_key": "group." + string(r.Holder.Group)}
	if r.Level > 0 {
		args["level_key"] = "group." + string(told(r))
	}
	return args
}

// step is what becomes of a report: who owes the next act and by when, and who
// hears of it.
func step(t casework.Turn[Detail], n *casework.Next[Detail]) error {
	d, cat, owed := &n.Detail, t.Detail.cat, t.Scene.Holder(t.Detail.cat.Holder())
	said, _ := t.Act.With.(Act)
	said.Inside = said.Inside && t.Act.Verb == matter.Note
	switch t.Act.Verb {
	case matter.Take:
		if d.TakenAt = t.Now; t.Now.After(d.MendBy) { // taken late: the full time to mend runs from here
			d.MendBy = t.Now.Add(cat.Mend)
		}
		n.Due = d.MendBy
	case matter.Start:
		n.Holder = matter.Holder{Group: t.Act.As, Person: t.Act.By}
	case matter.Finish:
		n.Holder, n.Due, n.Level = matter.Holder{Group: matter.ByRaiser, Person: t.RaisedBy}, t.Now.Add(confirmWithin), 0
		d.FinishedAt = t.Now
	case matter.Reopen:
		if t.Phase == matter.Confirmed && t.Now.After(d.ClosedAt.Add(reopenWithin)) {
			return fault.New(fault.Conflict, "report.reopen_too_late", "days", days(reopenWithin))
		}
		n.Holder, n.Due, n.Level = matter.Holder{Group: owed}, t.Now.Add(cat.Accept), 0
		d.AcceptBy, d.MendBy, d.ClosedAt, d.TakenAt, d.FinishedAt = n.Due, t.Now.Add(cat.Mend), time.Time{}, time.Time{}, time.Time{}
	case matter.Confirm, matter.Decline, matter.Withdraw, matter.Close:
		d.ClosedAt, d.Rating = t.Now, max(d.Rating, said.Rating)
	case matter.Note:
		n.Audience = matter.Parties
		if said.Inside {
			n.Audience = matter.Staff
		}
	}
	note(t, n, said)
	tell(t, n, said, owed)
	return nil
}

// note is what the line of a move keeps beside its words.
func note(t casework.Turn[Detail], n *casework.Next[Detail], said Act) {
	switch {
	case said.Rating > 0:
		n.Args["rating"] = strconv.Itoa(said.Rating)
	case t.Act.Verb == matter.Close:
		n.Args["days"] = days(confirmWithin)
	case t.Act.Verb == matter.Chase:
		n.Key, n.Args["level"] = "", string(Kind().Ladder[n.Level])
		n.Args["late"] = strconv.FormatInt(store.Ms(t.Now)-store.Ms(t.Due), 10)
	}
}

// tell is who hears of an act: the other side of it, and of a missed deadline who
// holds the work, the next level and the reporter.
func tell(t casework.Turn[Detail], n *casework.Next[Detail], said Act, owed people.Group) {
	after := Report{Matter: t.Matter, Detail: n.Detail}
	after.Holder, after.Level = n.Holder, n.Level
	x := casework.Told{Key: string(t.Act.Verb), But: t.Act.By, Args: args(after)}
	switch {
	case said.Inside:
		x.Groups = []people.Group{n.Holder.Group}
	case t.Act.By == t.RaisedBy:
		x.Groups = []people.Group{owed}
	case t.Act.Verb == matter.Chase:
		x.Groups, x.Persons = []people.Group{told(after), n.Holder.Group}, []string{t.RaisedBy}
	default:
		x.Persons = []string{t.RaisedBy}
	}
	x.Persons = slices.DeleteFunc(x.Persons, isProgram)
	n.Tell = []casework.Told{x}
}

func days(span time.Duration) string { return strconv.Itoa(int(span.Hours() / 24)) }

// programBy begins what stands as the person who raised a report that a program
// handed in.
const programBy = "open311:"

// ByProgram is whose a report is that a program handed in with the key of this
// id.
func ByProgram(key string) string { return programBy + key }

// isProgram tells a program's id in a matter from a person's.
func isProgram(id string) bool { return strings.HasPrefix(id, programBy) }
