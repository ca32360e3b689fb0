package alarm

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// LostAfter is how long a desk on duty may be silent before that is itself an
// alarm of level two.
const LostAfter = 25 * time.Second

// awayAfter is how late a timer may be before we take it that the program itself
// was away, and give the desks time to come back.
const awayAfter = 5 * time.Second

// DeskKind is the job that watches a desk. It is named by the person.
const DeskKind = "alarm.desk"

// Shift is somebody on duty (值班) at a place.
type Shift struct {
	Person  string
	Name    string
	Place   string
	Door    string
	Since   time.Time
	Until   time.Time // zero: now
	Heard   time.Time // when their desk last answered; zero: it never did
	Lost    time.Time // since when their desk does not answer; zero: it does, or never did
	Offered string    // person id of who shall take over
	Note    string    // what the next one has to know
}

// BeginDuty puts the actor on duty at a place they serve for the property, and
// keeps their session open at the desk for the shift.
func (s *Service) BeginDuty(ctx context.Context, a people.Actor, placeID string) error {
	if err := s.servesDesk(ctx, a, placeID); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.beginDuty(ctx, tx, a, placeID)
	})
}

func (s *Service) servesDesk(ctx context.Context, a people.Actor, placeID string) error {
	node, err := s.Places.ByID(ctx, a.Tenant, placeID)
	if err != nil {
		return err
	}
	return people.Access{}.May(a, "alarm.duty", people.Subject{Path: node.Path})
}

func (s *Service) beginDuty(ctx context.Context, tx *store.Tx, a people.Actor, placeID string) error {
	if _, err := s.endDuty(ctx, tx, a.Tenant, a.Person, placeID); err != nil {
		return err
	}
	err := New(tx).BeginDuty(ctx, BeginDutyParams{a.Tenant, store.NewID(), a.Person, placeID, store.Ms(tx.Now()), a.Session})
	if err != nil {
		return fmt.Errorf("begin duty: %w", err)
	}
	if err := s.watchDesk(ctx, tx, a.Tenant, a.Person, tx.Now().Add(LostAfter)); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Hub.Publish(Topic(a.Tenant)) })
	return s.Door.KeepForDuty(ctx, tx, a, tx.Now().Add(people.DutyMost))
}

// watchDesk looks at an instant whether a desk on duty was heard: from the
// shift's beginning on, or a page that was shut at once would never be missed.
func (s *Service) watchDesk(ctx context.Context, tx *store.Tx, tenant store.Tenant, person string, at time.Time) error {
	return job.Add(ctx, tx, tenant, DeskKind, person, at, struct{}{})
}

// endDuty takes a person off duty at a place, lets their session go and stops
// watching their desk if they are on duty nowhere else.
func (s *Service) endDuty(ctx context.Context, tx *store.Tx, tenant store.Tenant, person, placeID string) (int, error) {
	q := New(tx)
	ended, err := q.EndDuty(ctx, EndDutyParams{tenant, person, placeID, store.Ms(tx.Now())})
	if err != nil {
		return 0, fmt.Errorf("end duty: %w", err)
	}
	left, err := q.DutyOf(ctx, tenant, person)
	if err != nil || len(left) > 0 {
		return len(ended), err
	}
	for _, d := range ended {
		if err := s.Door.LetGo(ctx, tx, tenant, person, d.SessionID); err != nil {
			return 0, err
		}
	}
	tx.AfterCommit(func() { s.Hub.Publish(Topic(tenant)) })
	return len(ended), job.Cancel(ctx, tx, tenant, DeskKind, person)
}

// EndDuty takes the actor off duty at a place.
func (s *Service) EndDuty(ctx context.Context, a people.Actor, placeID string) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := s.endDuty(ctx, tx, a.Tenant, a.Person, placeID)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

// HandOver offers the actor's duty at a place to another of the property, with
// what they have to know. Until that one takes it, the actor stays on duty:
// there is no minute without anybody.
func (s *Service) HandOver(ctx context.Context, a people.Actor, placeID, to, note string) error {
	staff, node, err := s.deskStaff(ctx, a.Tenant, placeID)
	if err != nil {
		return err
	}
	if to == a.Person || !slices.ContainsFunc(staff, func(p people.Served) bool { return p.Person == to }) {
		return fault.New(fault.Invalid, "alarm.invalid").WithField("to", "alarm.handover_to_missing")
	}
	label, err := s.Places.Label(ctx, a.Tenant, node.ID)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).Offer(ctx, OfferParams{a.Tenant, a.Person, placeID, to, strings.TrimSpace(note)})
		if err != nil {
			return fmt.Errorf("offer duty: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		tx.AfterCommit(func() { s.Hub.Publish(Topic(a.Tenant)) })
		return s.Notify.Tell(ctx, tx, notify.Telling{
			Tenant: a.Tenant, Matter: "duty/" + placeID, Seq: int(store.Ms(tx.Now())), To: []string{to}, Key: "alarm.told.handover",
			Args: map[string]string{"place": label.Door, "kind_key": "alarm.kind.desk"}, Link: "/alarms",
			Event: notify.Event{Kind: "duty", Verb: "handover", Place: label.Door},
		})
	})
}

// TakeOver begins the actor's duty at a place and ends that of whoever offered
// it, in one transaction.
func (s *Service) TakeOver(ctx context.Context, a people.Actor, placeID string) error {
	if err := s.servesDesk(ctx, a, placeID); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := New(tx).OnDuty(ctx, a.Tenant)
		if err != nil {
			return fmt.Errorf("on duty: %w", err)
		}
		offered := false
		for _, d := range rows {
			if d.PlaceID != placeID || d.OfferedTo != a.Person {
				continue
			}
			offered = true
			if _, err := s.endDuty(ctx, tx, a.Tenant, d.PersonID, placeID); err != nil {
				return err
			}
		}
		if !offered {
			return fault.New(fault.Conflict, "fault.changed")
		}
		return s.beginDuty(ctx, tx, a, placeID)
	})
}

// deskStaff are those of the property who may be on duty at a place.
func (s *Service) deskStaff(ctx context.Context, tenant store.Tenant, placeID string) ([]people.Served, place.Node, error) {
	node, err := s.Places.ByID(ctx, tenant, placeID)
	if err != nil {
		return nil, node, err
	}
	served, err := s.Register.PostsAt(ctx, tenant, node.Path)
	if err != nil {
		return nil, node, err
	}
	var out []people.Served
	for _, p := range served {
		if p.Tenant == tenant && p.Role.Group() == people.Property && !slices.ContainsFunc(out, func(x people.Served) bool { return x.Person == p.Person }) {
			out = append(out, p)
		}
	}
	return out, node, nil
}

// Duty is who is on duty in the actor's neighbourhood now, longest first.
func (s *Service) Duty(ctx context.Context, a people.Actor) ([]Shift, error) {
	rows, err := New(s.Store.Reader()).OnDuty(ctx, a.Tenant)
	if err != nil {
		return nil, fmt.Errorf("on duty: %w", err)
	}
	return s.shifts(ctx, rows)
}

// PastDuty are the last shifts that ended, newest first.
func (s *Service) PastDuty(ctx context.Context, a people.Actor, limit int) ([]Shift, error) {
	rows, err := New(s.Store.Reader()).PastDuty(ctx, a.Tenant, int32(limit))
	if err != nil {
		return nil, fmt.Errorf("past duty: %w", err)
	}
	return s.shifts(ctx, rows)
}

func (s *Service) shifts(ctx context.Context, rows []AlarmDuty) ([]Shift, error) {
	out := make([]Shift, len(rows))
	for i, r := range rows {
		label, err := s.Places.Label(ctx, r.TenantID, r.PlaceID)
		if err != nil {
			return nil, err
		}
		p, err := s.Register.Person(ctx, r.TenantID, r.PersonID)
		if err != nil {
			return nil, err
		}
		out[i] = shiftOf(r, p.Name, label.Door)
	}
	return out, nil
}

func shiftOf(r AlarmDuty, name, door string) Shift {
	return Shift{
		Person: r.PersonID, Name: name, Place: r.PlaceID, Door: door, Since: store.Time(r.Since), Until: store.Time(r.Until),
		Heard: store.Time(r.SeenAt), Lost: store.Time(r.LostAt), Offered: r.OfferedTo, Note: r.Note,
	}
}

// Beat is said by an open page of somebody on duty each time it hears from us:
// the desk is there, the browser runs, and the line carries both ways. Of
// somebody who is not on duty it means nothing.
func (s *Service) Beat(ctx context.Context, a people.Actor) error {
	rows, err := New(s.Store.Reader()).DutyOf(ctx, a.Tenant, a.Person)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := New(tx).Beat(ctx, BeatParams{a.Tenant, a.Person, store.Ms(tx.Now()), a.Session}); err != nil {
			return fmt.Errorf("beat: %w", err)
		}
		if err := s.adopt(ctx, tx, a, rows[0]); err != nil {
			return err
		}
		if rows[0].LostAt != 0 {
			tx.AfterCommit(func() { s.Hub.Publish(Topic(a.Tenant)) })
		}
		return s.watchDesk(ctx, tx, a.Tenant, a.Person, tx.Now().Add(LostAfter))
	})
}

// adopt keeps the session that the desk now runs under, if whoever is on duty
// signed in anew.
func (s *Service) adopt(ctx context.Context, tx *store.Tx, a people.Actor, d AlarmDuty) error {
	if d.SessionID == a.Session || a.Idle {
		return nil
	}
	if err := s.Door.LetGo(ctx, tx, a.Tenant, a.Person, d.SessionID); err != nil {
		return err
	}
	return s.Door.KeepForDuty(ctx, tx, a, store.Time(d.Since).Add(people.DutyMost))
}

// deskSilent is what happens when a desk on duty was not heard for 25 seconds:
// from here on it counts for nobody, and the others of the property and the
// committee are told.
func (s *Service) deskSilent(ctx context.Context, tx *store.Tx, j job.Job) error {
	q := New(tx)
	rows, err := q.DutyOf(ctx, j.Tenant, j.Name)
	if err != nil {
		return fmt.Errorf("duty: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(d AlarmDuty) bool { return d.LostAt != 0 })
	if len(rows) == 0 {
		return nil
	}
	var again time.Time
	for _, d := range rows {
		if seen := store.Time(max(d.SeenAt, d.Since)); !seen.After(tx.Now()) { // else the clock went back, and it was not heard since
			again = latest(again, seen.Add(LostAfter))
		}
	}
	switch lived := tx.Now().Sub(s.born); { // it was we who were away
	case lived >= 0 && lived < LostAfter:
		again = s.born.Add(LostAfter)
	case tx.Now().Sub(j.DueAt) > awayAfter:
		again = tx.Now().Add(LostAfter)
	}
	if again.After(tx.Now()) {
		return s.watchDesk(ctx, tx, j.Tenant, j.Name, again)
	}
	if err := q.Lose(ctx, j.Tenant, j.Name, store.Ms(tx.Now())); err != nil {
		return fmt.Errorf("lose desk: %w", err)
	}
	tx.AfterCommit(func() { s.Hub.Publish(Topic(j.Tenant)) })
	for _, d := range rows {
		if err := s.tellDesk(ctx, tx, d, "alarm.told.desk"); err != nil {
			return err
		}
	}
	return nil
}

// tellDesk tells the property and the committee of a place about a desk, but
// not the one whose desk it is.
func (s *Service) tellDesk(ctx context.Context, tx *store.Tx, d AlarmDuty, key string) error {
	node, err := s.Places.ByID(ctx, d.TenantID, d.PlaceID)
	if err != nil {
		return err
	}
	served, err := s.Register.PostsAt(ctx, d.TenantID, node.Path)
	if err != nil {
		return err
	}
	var to []string
	for _, p := range served {
		g := p.Role.Group()
		if p.Tenant == d.TenantID && p.Person != d.PersonID && (g == people.Property || g == people.Committee) && !slices.Contains(to, p.Person) {
			to = append(to, p.Person)
		}
	}
	label, err := s.Places.Label(ctx, d.TenantID, d.PlaceID)
	if err != nil {
		return err
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: d.TenantID, Matter: "duty/" + d.PlaceID, Seq: int(store.Ms(tx.Now())), To: to, Key: key, Link: "/alarms",
		Args:    map[string]string{"place": label.Door, "short": label.Door, "kind_key": "alarm.kind.desk"},
		Outside: map[notify.Channel][]string{notify.Push: to, notify.Robot: nil},
		Event:   notify.Event{Kind: "duty", Verb: "lost", Place: label.Door},
	})
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
