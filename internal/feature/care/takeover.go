package care

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// MayTakeOver reports whether the actor may make themselves responsible for an
// entry: the head of the committee or of the party branch always, their
// colleagues only where none of the responsible workers serves any more.
func (s *Service) MayTakeOver(ctx context.Context, a people.Actor, id string) (bool, error) {
	e, err := s.record(ctx, s.Store.Reader(), a.Tenant, id)
	return err == nil && s.mayTakeOver(a, e), err
}

func (s *Service) mayTakeOver(a people.Actor, e record) bool {
	if s.mayKeep(a, e.scene.Node.Path) != nil {
		return false
	}
	if slices.ContainsFunc(people.Access{}.Posts(a, "care.register"), func(h people.Held) bool { return h.Role == people.CommitteeDirector || h.Role == people.PartySecretary }) {
		return true
	}
	serving := e.scene.Persons(people.Committee)[e.Tenant]
	return !slices.ContainsFunc(e.persons(Responsible), func(id string) bool { return slices.Contains(serving, id) })
}

// TakeOver makes the actor a responsible worker of an entry. It is in the audit
// trail, and the other carers are told.
func (s *Service) TakeOver(ctx context.Context, a people.Actor, id string) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		e, err := s.record(ctx, tx, a.Tenant, id)
		if err != nil {
			return err
		}
		if !s.mayTakeOver(a, e) {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		err = New(tx).AddCarer(ctx, AddCarerParams{e.Tenant, id, a.Person, string(Responsible), int64(100 + len(e.Carers))})
		if err != nil {
			return fmt.Errorf("carer: %w", err)
		}
		if err := people.Audit(ctx, tx, a, "care.take_over", "care", id, "carers"); err != nil {
			return err
		}
		var to []string
		for _, c := range e.Carers {
			if c.Person != a.Person {
				to = append(to, c.Person)
			}
		}
		return s.tell(ctx, tx, e, "taken_over", int(store.Ms(tx.Now())), to, Path(id))
	})
}
