package care

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Own is an entry as the elder or the family sees it.
type Own struct {
	Elder
	Name  string
	Sheet Sheet // the elder's own eyes only; empty for the family
	Self  bool
	Looks []Look
	Next  Visit
}

// Mine are the entries about the actor, their household, or those for whom they
// are named as family.
func (s *Service) Mine(ctx context.Context, a people.Actor) ([]Own, error) {
	list, err := s.ownRows(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []Own
	for _, r := range list {
		e, err := s.recordOf(ctx, s.Store.Reader(), r)
		if err != nil {
			return nil, err
		}
		o := Own{Elder: e.Elder, Name: e.sheet.Name, Self: e.sheet.Person == a.Person}
		if o.Self {
			o.Sheet = e.sheet
		}
		if o.Looks, err = s.looks(ctx, e.Tenant, e.ID); err != nil {
			return nil, err
		}
		if n := len(e.open); n > 0 {
			o.Next = e.open[n-1]
		}
		out = append(out, o)
	}
	return out, nil
}

// ownRows are the entries an actor may withdraw as the elder or the family.
func (s *Service) ownRows(ctx context.Context, a people.Actor) ([]CareElder, error) {
	if (people.Access{}).Allow(a, "care.own") != nil {
		return nil, nil
	}
	rows, err := s.atHome(ctx, s.read(), a.Tenant, a.Dwelling)
	if err != nil {
		return nil, err
	}
	kin, err := s.read().EldersOfKin(ctx, a.Tenant, s.kinKey(a.Tenant, a.Person))
	if err != nil {
		return nil, fmt.Errorf("own entries: %w", err)
	}
	for _, r := range kin {
		if !slices.ContainsFunc(rows, func(x CareElder) bool { return x.ID == r.ID }) {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// Withdraw ends an entry at once: by the elder, by the family, or by the
// committee for them. Everything about the elder is erased in this transaction;
// that it was withdrawn remains.
func (s *Service) Withdraw(ctx context.Context, a people.Actor, id string) error {
	e, how, err := s.side(ctx, a, id)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := people.Audit(ctx, tx, a, "care.withdraw", "care", id, "name", "contacts", "key", "hints", "notes"); err != nil {
			return err
		}
		return s.erase(ctx, tx, e, how)
	})
}

// side is as what the actor may withdraw an entry; to others it is not found.
func (s *Service) side(ctx context.Context, a people.Actor, id string) (record, string, error) {
	e, err := s.record(ctx, s.Store.Reader(), a.Tenant, id)
	if err != nil {
		return e, "", err
	}
	own, err := s.ownRows(ctx, a)
	switch {
	case err != nil:
		return e, "", err
	case slices.ContainsFunc(own, func(x CareElder) bool { return x.ID == id }):
		if e.sheet.Person == a.Person {
			return e, BySelf, nil
		}
		return e, ByFamily, nil
	case s.mayKeep(a, e.scene.Node.Path) != nil:
		return e, "", fault.New(fault.NotFound, "fault.not_found")
	}
	return e, ByStaff, nil
}

// erase leaves of an entry that it was, and when and how it ended: the visits that
// are owed are taken back.
func (s *Service) erase(ctx context.Context, tx *store.Tx, e record, how string) error {
	owed, err := s.owed(ctx, tx, e.Tenant, e.ID)
	if err != nil {
		return err
	}
	for _, v := range owed {
		if _, err := s.visits.ActIn(ctx, tx, v.Tenant, casework.Act{ID: v.ID, Verb: matter.Withdraw, As: matter.ByClock}); err != nil {
			return err
		}
	}
	q := New(tx)
	n, err := q.EraseElder(ctx, EraseElderParams{e.Tenant, e.ID, store.Ms(tx.Now()), how})
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	err = errors.Join(err, q.DropCarers(ctx, e.Tenant, e.ID), q.DropKin(ctx, e.Tenant, e.ID), q.EraseNotes(ctx, e.Tenant, e.ID))
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	to := e.committee()
	for _, c := range e.Carers {
		if !slices.Contains(to, c.Person) {
			to = append(to, c.Person)
		}
	}
	return s.tell(ctx, tx, e, "withdrawn", 2, to, "/care/rounds")
}

// tell says something of an entry without naming anybody: the building, and where
// to look.
func (s *Service) tell(ctx context.Context, tx *store.Tx, e record, what string, seq int, to []string, link string) error {
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: e.Tenant, Matter: "care/" + e.ID, Seq: seq, To: to, Key: Kind().Key("told." + what), Link: link, Args: map[string]string{"place": e.scene.Door},
		Event: notify.Event{Kind: KindName, Verb: what, Place: e.scene.Door},
	})
}
