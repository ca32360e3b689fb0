package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// The jobs of this room, named by the matter's id.
const (
	RemindKind = "care.remind" // the morning of the visit
	MissedKind = "care.missed" // its time passed
)

// Jobs are what the clock does to visits.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{{Name: RemindKind, Do: s.remind, Tries: 1000}, {Name: MissedKind, Do: s.missed, Tries: 1000}}
}

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
func (s *Service) promise(ctx context.Context, tx *store.Tx, r CareElder, at time.Time) error {
	gone, err := s.ended(ctx, tx, r)
	if err != nil || gone {
		return err
	}
	if r, err = s.moved(ctx, tx, r); err != nil {
		return err
	}
	holder, who, err := s.turn(ctx, tx, r, at, "")
	if err != nil {
		return err
	}
	m, _, err := s.Spine.Raise(ctx, tx, matter.Raising{
		Tenant: r.TenantID, Kind: KindName, Place: r.BuildingID, As: matter.ByClock, Holder: holder, Due: at,
		Visibility: matter.Staff, Entry: matter.Entry{Key: "care.did.raise", Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	err = New(tx).InsertVisit(ctx, InsertVisitParams{TenantID: r.TenantID, MatterID: m.ID, ElderID: r.ID, VolunteerID: who, DueAt: store.Ms(at)})
	if err != nil {
		return fmt.Errorf("promise visit: %w", err)
	}
	return errors.Join(s.remindAt(ctx, tx, m, hour(at, MorningWord)), s.askAt(ctx, tx, m))
}

// remindAt promises the word in the morning.
func (s *Service) remindAt(ctx context.Context, tx *store.Tx, m matter.Matter, morning time.Time) error {
	return job.Add(ctx, tx, m.Tenant, RemindKind, m.ID, morning, struct{}{})
}

// askAt promises the question whether the visit was made.
func (s *Service) askAt(ctx context.Context, tx *store.Tx, m matter.Matter) error {
	return job.Add(ctx, tx, m.Tenant, MissedKind, m.ID, m.Due, struct{}{})
}

// ended ends an entry whose elder is not on the neighbourhood's register any
// more.
func (s *Service) ended(ctx context.Context, tx *store.Tx, r CareElder) (bool, error) {
	sheet, err := s.openSheet(r)
	if err != nil {
		return false, err
	}
	p, err := s.Register.Person(ctx, r.TenantID, sheet.Person)
	if err != nil || p.Until.IsZero() {
		return false, err
	}
	return true, s.erase(ctx, tx, r, ByEnd)
}

// moved follows an elder who moved within the neighbourhood.
func (s *Service) moved(ctx context.Context, tx *store.Tx, r CareElder) (CareElder, error) {
	sheet, err := s.openSheet(r)
	if err != nil {
		return r, err
	}
	x, err := s.subjectOf(ctx, r.TenantID, sheet.Person)
	if fault.Is(err, fault.NotFound) || err == nil && x.home.ID == sheet.Home {
		return r, nil // no home on the register: they stay where they were
	}
	if err != nil {
		return r, err
	}
	sheet.Home, r.BuildingID = x.home.ID, x.building.ID
	if r.Sealed, err = s.sealSheet(r.TenantID, r.ID, sheet); err != nil {
		return r, err
	}
	err = New(tx).MoveElder(ctx, MoveElderParams{r.TenantID, r.ID, r.BuildingID, r.Sealed, store.Ms(tx.Now())})
	if err != nil {
		return r, fmt.Errorf("move elder: %w", err)
	}
	return r, nil
}

// Done is what a carer says of a visit.
type Done struct {
	ID   string
	Verb matter.Verb // Visited, Nobody, CouldNot, Settle, or matter.Assign
	Key  string      // idempotency key
	Note string      // for carers only
	To   string      // person id, with matter.Assign
}

// Do carries out what a carer says of a visit. The same key again changes
// nothing.
func (s *Service) Do(ctx context.Context, a people.Actor, d Done) error {
	if !slices.Contains([]matter.Verb{Visited, Nobody, CouldNot, Settle, matter.Assign}, d.Verb) {
		return fault.New(fault.Invalid, "care.invalid")
	}
	if d.Note = strings.TrimSpace(d.Note); len([]rune(d.Note)) > mostHints {
		return fault.New(fault.Invalid, "care.invalid").WithField("note", "care.too_long", "n", mostHints)
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.do(ctx, tx, a, d) })
}

func (s *Service) do(ctx context.Context, tx *store.Tx, a people.Actor, d Done) error {
	q := New(tx)
	row, err := q.VisitByID(ctx, a.Tenant, d.ID)
	if err != nil {
		return store.NoRows(err)
	}
	r, err := s.row(ctx, q, a.Tenant, row.ElderID)
	if err != nil {
		return err
	}
	duty, err := s.carer(ctx, q, a, r)
	if err != nil {
		return err
	}
	v, err := s.visitIn(ctx, tx, row)
	if err != nil {
		return err
	}
	as := people.Committee
	if duty == Paired {
		as = people.Volunteers
	}
	return s.step(ctx, tx, r, v, d, moving{a.Person, as, d.Key})
}

// moving is who moves a visit, as what, under which key.
type moving struct {
	person string
	as     people.Group
	key    string
}

// step makes the move and what follows from it.
func (s *Service) step(ctx context.Context, tx *store.Tx, r CareElder, v Visit, d Done, by moving) error {
	next, tell, err := s.follows(ctx, tx, r, v, d, by.person)
	if err != nil {
		return err
	}
	key := ""
	if by.key != "" {
		key = KindName + "/" + by.person + "/" + by.key
	}
	m, repeated, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: v.Tenant, ID: v.ID, Verb: next.verb, By: by.person, As: by.as, Holder: next.holder, Due: next.due, Key: key,
		Entry: matter.Entry{Key: "care.did." + string(next.verb), Audience: matter.Staff},
	})
	if err != nil || repeated {
		return err
	}
	v.Matter, v.Volunteer = m, next.volunteer
	if d.Verb != matter.Assign {
		v.Outcome, v.DoneBy, v.DoneAt = d.Verb, by.person, tx.Now()
	}
	if d.Note != "" {
		v.Note = d.Note
	}
	if err := s.keepVisit(ctx, tx, v); err != nil {
		return err
	}
	if tell != nil {
		tell.about, tell.seq, tell.num = v.ID, v.Version, v.Number
		if err := s.tell(ctx, tx, r, *tell); err != nil {
			return err
		}
	}
	if morning := hour(m.Due, MorningWord); !m.Phase.Closed() && morning.After(tx.Now()) { // whoever it was handed to has just been told
		err = s.remindAt(ctx, tx, m, morning)
	}
	if err != nil || !m.Phase.Closed() {
		return errors.Join(err, s.askAt(ctx, tx, m))
	}
	err = errors.Join(job.Cancel(ctx, tx, m.Tenant, RemindKind, m.ID), job.Cancel(ctx, tx, m.Tenant, MissedKind, m.ID))
	if err != nil {
		return err
	}
	return s.goOn(ctx, tx, r, v, d.Verb == Visited || d.Verb == Settle)
}

// takenOver reports whether the time of a missed visit's next one has passed
// too: that one tells the committee and closes this, and nobody is told twice.
func (s *Service) takenOver(ctx context.Context, tx *store.Tx, v Visit) (bool, error) {
	if v.Missed == 0 || v.Outcome == Nobody {
		return false, nil
	}
	rows, err := New(tx).OpenVisitsFor(ctx, v.Tenant, v.Elder)
	if err != nil || len(rows) == 0 || rows[len(rows)-1].MatterID == v.ID {
		return false, err
	}
	m, err := s.Spine.InTx(ctx, tx, v.Tenant, rows[len(rows)-1].MatterID)
	return !m.Due.After(tx.Now()), err
}

// goOn keeps the round going after a visit was made or missed: the next one is
// promised on its own day, unless it is already. Of those before it that are
// still open, a missed one stays on record as missed, as this one has taken its
// place; one at which nobody answered the door stays with the committee until the
// elder was seen.
func (s *Service) goOn(ctx context.Context, tx *store.Tx, r CareElder, v Visit, seen bool) error {
	rows, err := New(tx).OpenVisitsFor(ctx, r.TenantID, r.ID)
	if err != nil {
		return fmt.Errorf("open visits: %w", err)
	}
	promised := false
	for _, row := range rows {
		at := store.Time(row.DueAt)
		promised = promised || at.After(v.PromisedFor)
		if at.Before(v.PromisedFor) && (seen || matter.Verb(row.Outcome) != Nobody) {
			if err := s.pass(ctx, tx, row); err != nil {
				return err
			}
		}
	}
	if promised {
		return nil
	}
	rules, err := s.rules(ctx, tx)
	if err != nil {
		return err
	}
	return s.promise(ctx, tx, r, rules.grade(r.Grade).after(v.PromisedFor, tx.Now()))
}

// pass closes a visit that nobody made as missed.
func (s *Service) pass(ctx context.Context, tx *store.Tx, row CareVisit) error {
	v, err := s.visitIn(ctx, tx, row)
	if err != nil {
		return err
	}
	v.Matter, _, err = s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: v.Tenant, ID: v.ID, Verb: Over, As: matter.ByClock, Entry: matter.Entry{Key: "care.did.over", Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	if v.DoneAt = tx.Now(); v.Outcome != Nobody {
		v.Outcome, v.DoneBy = Missed, ""
	}
	return errors.Join(s.keepVisit(ctx, tx, v), job.Cancel(ctx, tx, v.Tenant, MissedKind, v.ID), job.Cancel(ctx, tx, v.Tenant, RemindKind, v.ID))
}

// outcome is where a visit goes.
type outcome struct {
	verb      matter.Verb
	holder    matter.Holder
	due       time.Time
	volunteer string
}

// follows is where an act leads, and who is told.
func (s *Service) follows(ctx context.Context, tx *store.Tx, r CareElder, v Visit, d Done, actor string) (outcome, *telling, error) {
	link := VisitPath(v.ID)
	toCommittee := func(verb matter.Verb, key string) (outcome, *telling, error) {
		to, err := s.committee(ctx, New(tx), r)
		holder := matter.Holder{Group: people.Committee}
		if len(to) == 1 {
			holder.Person = to[0]
		}
		return outcome{verb, holder, tx.Now().Add(FindOut), v.Volunteer}, &telling{to: to, key: key, link: link, verb: string(verb)}, err
	}
	switch d.Verb {
	case Visited, Settle:
		return outcome{verb: d.Verb, volunteer: v.Volunteer}, nil, nil
	case Nobody:
		return toCommittee(Nobody, "care.told.nobody")
	case matter.Assign:
		return s.assigned(ctx, New(tx), r, v, d.To, tx.Now())
	}
	holder, who, err := s.turn(ctx, tx, r, v.Due, actor)
	if err != nil {
		return outcome{}, nil, err
	}
	if holder.Group != people.Volunteers {
		return toCommittee(CouldNot, "care.told.could_not")
	}
	return outcome{matter.Assign, holder, later(v.Due, tx.Now()), who}, &telling{to: []string{who}, key: "care.told.assign", link: link, verb: "assign", by: later(v.Due, tx.Now())}, nil
}

// assigned hands a visit to one of the elder's carers.
func (s *Service) assigned(ctx context.Context, q *Queries, r CareElder, v Visit, to string, now time.Time) (outcome, *telling, error) {
	c, err := q.CarerOf(ctx, r.TenantID, r.ID, to)
	if err != nil {
		return outcome{}, nil, store.NoRows(err)
	}
	holder := matter.Holder{Group: people.Committee, Person: to}
	if Duty(c.Duty) == Paired {
		holder.Group = people.Volunteers
	}
	return outcome{matter.Assign, holder, later(v.Due, now), to}, &telling{to: []string{to}, key: "care.told.assign", link: VisitPath(v.ID), verb: "assign", by: later(v.Due, now)}, nil
}

// later is the time of a visit that goes to somebody else: it stays if it is
// still ahead, else there is as long as the committee has to find out.
func later(at, now time.Time) time.Time {
	if at.Sub(now) >= FindOut {
		return at
	}
	return now.Add(FindOut)
}

// missed tells the committee that nobody has said of a visit that it was made,
// and again each day until somebody does. The next one is promised meanwhile: a
// visit missed today takes nothing from tomorrow's.
func (s *Service) missed(ctx context.Context, tx *store.Tx, j job.Job) error {
	q := New(tx)
	row, err := q.VisitByID(ctx, j.Tenant, j.Name)
	if err != nil {
		return store.NoRows(err)
	}
	v, err := s.visitIn(ctx, tx, row)
	if err != nil || v.Phase.Closed() {
		return err
	}
	if v.Due.After(tx.Now()) {
		return job.Add(ctx, tx, v.Tenant, MissedKind, v.ID, v.Due, struct{}{})
	}
	r, err := s.row(ctx, q, j.Tenant, row.ElderID)
	if err != nil {
		return err
	}
	if gone, err := s.ended(ctx, tx, r); err != nil || gone {
		return err
	}
	if next, err := s.takenOver(ctx, tx, v); err != nil || next {
		return err
	}
	to, err := s.committee(ctx, q, r)
	if err != nil {
		return err
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: v.Tenant, ID: v.ID, Verb: Missed, As: matter.ByClock, Holder: matter.Holder{Group: people.Committee}, Due: tx.Now().Add(AskAgain),
		Entry: matter.Entry{Key: "care.did.missed", Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	v.Matter = m
	v.Missed++
	err = s.tell(ctx, tx, r, telling{about: v.ID, seq: m.Version, to: to, key: "care.told.missed", link: VisitPath(v.ID), verb: "missed", num: m.Number, by: v.PromisedFor})
	return errors.Join(err, s.keepVisit(ctx, tx, v), job.Add(ctx, tx, v.Tenant, MissedKind, v.ID, m.Due, struct{}{}), s.goOn(ctx, tx, r, v, false))
}

// remind tells whoever's turn it is, on the morning of the day.
func (s *Service) remind(ctx context.Context, tx *store.Tx, j job.Job) error {
	q := New(tx)
	row, err := q.VisitByID(ctx, j.Tenant, j.Name)
	if err != nil {
		return store.NoRows(err)
	}
	v, err := s.visitIn(ctx, tx, row)
	if err != nil || v.Phase != matter.Raised {
		return err
	}
	r, err := s.row(ctx, q, j.Tenant, row.ElderID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, r, telling{about: v.ID, seq: v.Version, to: []string{v.Volunteer}, key: "care.told.today", link: VisitPath(v.ID), verb: "today", num: v.Number, by: v.Due})
}

// visitIn is a visit as the transaction sees it.
func (s *Service) visitIn(ctx context.Context, tx *store.Tx, r CareVisit) (Visit, error) {
	m, err := s.Spine.InTx(ctx, tx, r.TenantID, r.MatterID)
	if err != nil {
		return Visit{}, err
	}
	return s.visit(m, r)
}

func (s *Service) visitOf(ctx context.Context, r CareVisit) (Visit, error) {
	m, err := s.Spine.ByID(ctx, r.TenantID, r.MatterID)
	if err != nil {
		return Visit{}, err
	}
	return s.visit(m, r)
}

func (s *Service) visit(m matter.Matter, r CareVisit) (Visit, error) {
	note, err := s.Sealer.Open(r.TenantID, r.MatterID, fieldNote, r.NoteSealed)
	return Visit{
		Matter: m, Elder: r.ElderID, Volunteer: r.VolunteerID, PromisedFor: store.Time(r.DueAt), Missed: int(r.Missed),
		Outcome: matter.Verb(r.Outcome), Note: note, DoneBy: r.DoneBy, DoneAt: store.Time(r.DoneAt),
	}, err
}

// keepVisit writes what changed of a visit.
func (s *Service) keepVisit(ctx context.Context, tx *store.Tx, v Visit) error {
	note, err := s.Sealer.Seal(v.Tenant, v.ID, fieldNote, v.Note)
	if err != nil {
		return err
	}
	open := int64(1)
	if v.Phase.Closed() {
		open = 0
	}
	err = New(tx).UpdateVisit(ctx, UpdateVisitParams{
		TenantID: v.Tenant, MatterID: v.ID, VolunteerID: v.Volunteer, DueAt: store.Ms(v.PromisedFor), Open: open, Missed: int64(v.Missed),
		Outcome: string(v.Outcome), NoteSealed: note, DoneBy: v.DoneBy, DoneAt: store.Ms(v.DoneAt),
	})
	if err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	return nil
}

// visitsOf are the last visits of an elder, newest first.
func (s *Service) visitsOf(ctx context.Context, q *Queries, r CareElder) ([]Visit, error) {
	rows, err := q.VisitsOf(ctx, r.TenantID, r.ID, visitsShown)
	if err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	out := make([]Visit, len(rows))
	for i, row := range rows {
		if out[i], err = s.visitOf(ctx, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}
