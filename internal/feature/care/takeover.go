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
	r, err := s.row(ctx, s.read(), a.Tenant, id)
	if err != nil {
		return false, err
	}
	return s.mayTakeOver(ctx, s.read(), a, r)
}

func (s *Service) mayTakeOver(ctx context.Context, q *Queries, a people.Actor, r CareElder) (bool, error) {
	path, err := s.pathOf(ctx, r.TenantID, r.BuildingID)
	if err != nil || r.WithdrawnAt != 0 || a.Tenant != r.TenantID || s.mayKeep(a, path) != nil {
		return false, err
	}
	if slices.ContainsFunc(a.Posts, func(h people.Held) bool { return h.Role == people.CommitteeDirector || h.Role == people.PartySecretary }) {
		return true, nil
	}
	carers, err := q.CarersOf(ctx, r.TenantID, r.ID)
	if err != nil {
		return false, fmt.Errorf("carers: %w", err)
	}
	served, err := s.Register.PostsAt(ctx, r.TenantID, path)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(carers, func(c CareCarer) bool {
		return Duty(c.Duty) == Responsible && allServe(served, r.TenantID, []string{c.PersonID}, people.Committee)
	}), nil
}

// TakeOver makes the actor a responsible worker of an entry. It is in the audit
// trail, and the other carers are told.
func (s *Service) TakeOver(ctx context.Context, a people.Actor, id string) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		q := New(tx)
		r, err := s.row(ctx, q, a.Tenant, id)
		if err != nil {
			return err
		}
		may, err := s.mayTakeOver(ctx, q, a, r)
		if err != nil {
			return err
		}
		if !may {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		carers, err := q.CarersOf(ctx, r.TenantID, r.ID)
		if err != nil {
			return fmt.Errorf("carers: %w", err)
		}
		if err := q.AddCarer(ctx, AddCarerParams{r.TenantID, r.ID, a.Person, string(Responsible), int64(100 + len(carers))}); err != nil {
			return fmt.Errorf("carer: %w", err)
		}
		if err := people.Audit(ctx, tx, a, "care.take_over", "care", r.ID, "carers"); err != nil {
			return err
		}
		var to []string
		for _, c := range carers {
			if c.PersonID != a.Person {
				to = append(to, c.PersonID)
			}
		}
		return s.tell(ctx, tx, r, telling{about: "care/" + r.ID, seq: int(store.Ms(tx.Now())), to: to, key: "care.told.taken_over", link: Path(r.ID), verb: "taken_over"})
	})
}
