package care

import (
	"context"
	"strings"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// due is the end of visits on a day, or of tomorrow's if no day is given or it
// is over already.
func due(day, now time.Time) time.Time {
	at := hour(day, VisitsEnd)
	if day.IsZero() || !at.After(now) {
		return hour(now.AddDate(0, 0, 1), VisitsEnd)
	}
	return at
}

// hour is an hour in Shanghai on the day of an instant.
func hour(at time.Time, h int) time.Time {
	y, m, d := at.In(shanghai()).Date()
	return time.Date(y, m, d, h, 0, 0, 0, shanghai())
}

// after is when the visit after one that was due then is due: as many days on
// as the grade says, and not in the past.
func (g Grade) after(before, now time.Time) time.Time {
	every := max(1, g.Every)
	next := hour(before.AddDate(0, 0, every), VisitsEnd)
	for !next.After(now) {
		next = hour(next.AddDate(0, 0, every), VisitsEnd)
	}
	return next
}

// promise raises the next visit of an elder: a matter with a name and a time.
// Who moved away or died is owed none: the entry ends.
func (s *Service) promise(ctx context.Context, tx *store.Tx, e record, at time.Time) error {
	if e.gone() {
		return s.erase(ctx, tx, e, ByEnd)
	}
	e, err := s.follow(ctx, tx, e)
	if err != nil {
		return err
	}
	holder := e.turn(at, "")
	_, _, err = s.visits.Open(ctx, tx, casework.Opening[Detail]{
		Detail: Detail{Elder: e.ID, Volunteer: holder.Person, PromisedFor: at}, Scene: &e.scene,
		Later: []casework.Later{{Kind: RemindKind, At: hour(at, MorningWord)}},
		Raising: matter.Raising{
			Tenant: e.Tenant, Place: e.Building, As: matter.ByClock, Holder: holder, Due: at,
			Visibility: matter.Staff, Entry: matter.Entry{Key: "care.did.raise", Audience: matter.Staff},
		},
	})
	return err
}

// around is where a visit is, and whose it is.
func (s *Service) around(ctx context.Context, db store.DB, v *Visit) (casework.Scene, error) {
	e, err := s.record(ctx, db, v.Tenant, v.Detail.Elder)
	v.Detail.entry = &e
	return e.scene, err
}

// named is as what a carer acts on a visit.
func named(a people.Actor, v Visit) []people.Group {
	switch v.Detail.entry.duty(a) {
	case Paired:
		return volunteering
	case Responsible:
		return []people.Group{people.Committee}
	}
	return nil
}

// Done is what a carer says of a visit.
type Done struct {
	ID   string
	Verb matter.Verb // Visited, Nobody, CouldNot, Settle, or matter.Assign
	Note string
	To   string // person id of a carer, for matter.Assign
	Key  string // idempotency key
}

// Do carries out what a carer says of a visit. The same key again changes
// nothing.
func (s *Service) Do(ctx context.Context, a people.Actor, d Done) error {
	if d.Note = strings.TrimSpace(d.Note); len([]rune(d.Note)) > mostHints {
		return fault.New(fault.Invalid, "care.invalid").WithField("note", "care.too_long", "n", mostHints)
	}
	note, err := s.Sealer.Seal(a.Tenant, d.ID, fieldNote, d.Note)
	if err != nil {
		return err
	}
	_, err = s.visits.Do(ctx, a, casework.Act{ID: d.ID, Verb: d.Verb, Key: d.Key, Form: map[string]string{"to": d.To, "note": note}})
	return err
}

// step is what becomes of a visit.
func step(t casework.Turn[Detail], n *casework.Next[Detail]) error {
	e, d := t.Detail.entry, &n.Detail
	if note := t.Act.Form["note"]; note != "" {
		d.sealed = note
	}
	switch t.Act.Verb {
	case Visited, Settle, Nobody, CouldNot:
		d.Outcome, d.DoneBy = t.Act.Verb, t.Act.By
	}
	switch t.Act.Verb {
	case Nobody:
		findOut(t, n)
	case CouldNot:
		if next := e.turn(t.Due, t.Act.By); next.Group == people.Volunteers {
			handTo(t, n, next)
		} else {
			findOut(t, n)
		}
	case matter.Assign:
		c := e.carer(t.Act.Form["to"])
		if c.Duty == "" {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		to := matter.Holder{Group: people.Committee, Person: c.Person}
		if c.Duty == Paired {
			to.Group = people.Volunteers
		}
		handTo(t, n, to)
	case Missed:
		miss(t, n)
	case Over:
		pass(n)
	case matter.Withdraw:
		d.Outcome, d.DoneBy, d.sealed = matter.Withdraw, "", ""
	}
	return nil
}

// findOut leaves a visit to the committee, which is told at once.
func findOut(t casework.Turn[Detail], n *casework.Next[Detail]) {
	to := t.Detail.entry.committee()
	n.Holder, n.Due = matter.Holder{Group: people.Committee}, t.Now.Add(FindOut)
	if len(to) == 1 {
		n.Holder.Person = to[0]
	}
	n.Tell = []casework.Told{{Key: string(t.Act.Verb), Persons: to}}
}

// handTo hands a visit to another carer. Its time stays if it is still ahead, else
// there is as long as the committee has to find out.
func handTo(t casework.Turn[Detail], n *casework.Next[Detail], to matter.Holder) {
	n.Verb, n.Holder, n.Detail.Volunteer = matter.Assign, to, to.Person
	if t.Due.Sub(t.Now) < FindOut {
		n.Due = t.Now.Add(FindOut)
	}
	n.Tell = []casework.Told{{Key: "assign", Persons: []string{to.Person}, Args: byWhen(n.Due, t.Now)}}
	if morning := hour(n.Due, MorningWord); morning.After(t.Now) { // whoever it was handed to is told now
		n.Later = []casework.Later{{Kind: RemindKind, At: morning}}
	}
}

// miss is a time that passed: the committee is told, and again each day. Where
// the time of the next one has passed too, that one tells it and takes the place
// of this, so nobody is told twice. Of an elder who is gone nobody is told.
func miss(t casework.Turn[Detail], n *casework.Next[Detail]) {
	d, open := &n.Detail, t.Detail.entry.open
	last := open[len(open)-1]
	switch {
	case t.Detail.entry.gone():
		n.Verb, d.Outcome, d.DoneBy, d.sealed = matter.Withdraw, matter.Withdraw, "", ""
	case d.Missed > 0 && d.Outcome != Nobody && last.ID != t.ID && !last.Due.After(t.Now):
		pass(n)
	default:
		d.Missed++
		n.Holder, n.Due = matter.Holder{Group: people.Committee}, t.Now.Add(AskAgain)
		n.Tell = []casework.Told{{Key: "missed", Persons: t.Detail.entry.committee(), Args: byWhen(d.PromisedFor, t.Now)}}
	}
}

// pass closes a visit that nobody made as missed.
func pass(n *casework.Next[Detail]) {
	n.Verb = Over
	if d := &n.Detail; d.Outcome != Nobody {
		d.Outcome, d.DoneBy = Missed, ""
	}
}

// goesOn keeps the round going: once a visit was made or missed, the next one is
// promised.
func (s *Service) goesOn(ctx context.Context, tx *store.Tx, v Visit, x casework.Act) error {
	if v.Phase.Closed() {
		if err := job.Cancel(ctx, tx, v.Tenant, RemindKind, v.ID); err != nil {
			return err
		}
	}
	e := *v.Detail.entry
	switch {
	case x.Verb == Visited || x.Verb == Settle:
		return s.goOn(ctx, tx, e, v, true)
	case x.Verb == Missed && v.Phase == matter.Withdrawn:
		return s.erase(ctx, tx, e, ByEnd)
	case x.Verb == Missed && !v.Phase.Closed():
		return s.goOn(ctx, tx, e, v, false)
	}
	return nil
}

// goOn promises the next visit on its own day, unless it is already. Of those
// before this one that are still open, a missed one stays on record as missed, as
// this one has taken its place; one at which nobody answered the door stays with
// the committee until the elder was seen.
func (s *Service) goOn(ctx context.Context, tx *store.Tx, e record, v Visit, seen bool) error {
	promised := false
	for _, o := range e.open {
		promised = promised || o.Detail.PromisedFor.After(v.Detail.PromisedFor)
		if o.Detail.PromisedFor.Before(v.Detail.PromisedFor) && (seen || o.Detail.Outcome != Nobody) {
			if _, err := s.visits.ActIn(ctx, tx, o.Tenant, casework.Act{ID: o.ID, Verb: Over, As: matter.ByClock}); err != nil {
				return err
			}
		}
	}
	if promised {
		return nil
	}
	return s.promise(ctx, tx, e, e.Grade.after(v.Detail.PromisedFor, tx.Now()))
}

// remind tells whoever's turn it is, on the morning of the day.
func (s *Service) remind(ctx context.Context, tx *store.Tx, j job.Job) error {
	v, err := s.visits.Table.ByID(ctx, tx, j.Tenant, j.Name)
	if err != nil || v.Phase != matter.Raised {
		return err
	}
	return s.visits.Tell(ctx, tx, v, casework.Told{Key: "today", Persons: []string{v.Detail.Volunteer}, Args: byWhen(v.Due, tx.Now())})
}

// byWhen is an hour as both languages write it: 18:00, on another day with the
// day before it.
func byWhen(at, now time.Time) map[string]string {
	form := "15:04"
	if at, now = at.In(shanghai()), now.In(shanghai()); at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		form = "01-02 15:04"
	}
	return map[string]string{"by": at.Format(form)}
}

// withNote reads a visit's note, for its carers.
func (s *Service) withNote(v Visit) (_ Visit, err error) {
	v.Detail.Note, err = s.Sealer.Open(v.Tenant, v.ID, fieldNote, v.Detail.sealed)
	return v, err
}
