package care

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Away is a time in which a volunteer is not there.
type Away struct {
	ID          string
	From, Until time.Time
}

// mostAway is how long one absence may be.
const mostAway = 92 * 24 * time.Hour

// GoAway says that the actor is away from the morning of one day to the evening
// of another. What they had promised for that time is handed to the next.
func (s *Service) GoAway(ctx context.Context, a people.Actor, first, last time.Time) error {
	from, until := hour(first, 0), hour(last, 0).AddDate(0, 0, 1)
	now := s.Store.Now()
	if first.IsZero() || last.IsZero() || !until.After(from) || !until.After(now) || until.Sub(from) > mostAway {
		return fault.New(fault.Invalid, "care.invalid").WithField("until", "care.away_wrong")
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		err := New(tx).InsertAway(ctx, InsertAwayParams{a.Tenant, store.NewID(), a.Person, store.Ms(from), store.Ms(until)})
		if err != nil {
			return fmt.Errorf("away: %w", err)
		}
		list, err := s.visits.Table.Open(ctx, tx, a.Tenant, turnsOf(a.Person, until)...)
		if err != nil {
			return err
		}
		for _, v := range list {
			if err := s.handOver(ctx, tx, a, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// turnsOf are the visits of somebody that are promised before a time.
func turnsOf(person string, before time.Time) []matter.Cond {
	return []matter.Cond{{SQL: "d.volunteer_id = ?", Args: []any{person}}, {SQL: "d.promised_for < ?", Args: []any{store.Ms(before)}}}
}

// handOver passes a promised visit on, if its volunteer is away at its time.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, a people.Actor, v Visit) error {
	if v.Phase != matter.Raised {
		return nil
	}
	e, err := s.record(ctx, tx, v.Tenant, v.Detail.Elder)
	if err != nil || e.free(a.Person, v.Detail.PromisedFor) {
		return err
	}
	_, err = s.visits.ActIn(ctx, tx, v.Tenant, casework.Act{ID: v.ID, Verb: CouldNot, By: a.Person, As: people.Volunteers})
	return err
}

// keepTurn hands on the open visits of whoever is no carer any more.
func (s *Service) keepTurn(ctx context.Context, tx *store.Tx, e record) error {
	for _, v := range e.open {
		if e.carer(v.Detail.Volunteer).Duty != "" {
			continue
		}
		to := e.turn(v.Detail.PromisedFor, v.Detail.Volunteer)
		if to.Person == "" {
			continue
		}
		x := casework.Act{ID: v.ID, Verb: matter.Assign, As: matter.ByClock, Form: map[string]string{"to": to.Person}}
		if _, err := s.visits.ActIn(ctx, tx, v.Tenant, x); err != nil {
			return err
		}
	}
	return nil
}

// Back ends an absence before its time.
func (s *Service) Back(ctx context.Context, a people.Actor, id string) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).EndAway(ctx, a.Tenant, id, a.Person)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

// Turn is a visit on its carer's list.
type Turn struct {
	Visit
	Name string // masked: the page of the visit shows it whole, and is written down
	Door string // with the flat
}

// Round is what a carer has to do: overdue and today, then the week, and what
// was done in the last seven days.
type Round struct {
	Today, Week, Done []Turn
	Aways             []Away
}

// Round is the actor's round. That flats were shown is written into the audit
// trail.
func (s *Service) Round(ctx context.Context, a people.Actor) (r Round, err error) {
	now := s.Store.Now()
	aways, err := s.read().AwaysOf(ctx, a.Tenant, a.Person, store.Ms(now))
	if err != nil {
		return r, fmt.Errorf("away: %w", err)
	}
	for _, x := range aways {
		r.Aways = append(r.Aways, Away{x.ID, store.Time(x.FromAt), store.Time(x.UntilAt)})
	}
	tonight, week := hour(now, 0).AddDate(0, 0, 1), hour(now, 0).AddDate(0, 0, 8)
	turns, err := s.turns(ctx, a, week)
	if err != nil || len(turns) == 0 {
		return r, err
	}
	for _, t := range turns {
		switch {
		case t.Phase.Closed():
			r.Done = append(r.Done, t)
		case t.Detail.PromisedFor.Before(tonight):
			r.Today = append(r.Today, t)
		default:
			r.Week = append(r.Week, t)
		}
	}
	return r, s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, a, "care.list", "care", "", "name")
	})
}

// turns are the actor's visits promised before a time and those of the last seven
// days, without those of whom they are no carer any more.
func (s *Service) turns(ctx context.Context, a people.Actor, before time.Time) ([]Turn, error) {
	now := s.Store.Now()
	list, err := s.visits.Table.Open(ctx, s.Store.Reader(), a.Tenant, turnsOf(a.Person, before)...)
	if err != nil {
		return nil, err
	}
	lately := matter.Cond{SQL: "d.promised_for >= ?", Args: []any{store.Ms(now.AddDate(0, 0, -7))}}
	done, err := s.visits.Table.List(ctx, s.Store.Reader(), now, matter.Query{
		Scope: people.Access{}.Scope(a, "care.visit"), Show: matter.ShowClosed, Since: now.Add(-2 * mostAhead), Where: append(turnsOf(a.Person, before), lately), Limit: visitsShown,
	})
	if err != nil {
		return nil, err
	}
	seen, err := s.visits.SeenOf(ctx, a, append(list, done.Cases...))
	if err != nil {
		return nil, err
	}
	var out []Turn
	for _, v := range seen {
		door, err := s.doorOf(ctx, *v.Detail.entry)
		if err != nil {
			return nil, err
		}
		out = append(out, Turn{v.Case, people.MaskName(v.Detail.entry.sheet.Name), door})
	}
	return out, nil
}
