package people

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/platform/store"
)

// ActorFor is a person acting under all their posts, without a session: for
// the simulated day, tests and measurements. No route may use it.
func (d *Door) ActorFor(ctx context.Context, tenant store.Tenant, person string) (Actor, error) {
	r := NewRegister(d.store)
	p, err := r.Person(ctx, tenant, person)
	if err != nil {
		return Actor{}, err
	}
	a := Actor{Tenant: tenant, Person: p.ID, Name: p.Name, Household: p.Household}
	if p.Household != "" {
		h, err := r.Household(ctx, tenant, p.Household)
		if err != nil {
			return Actor{}, err
		}
		a.Dwelling = h.Place
		if a.Path, err = d.read().HouseholdPath(ctx, tenant, p.Household); err != nil {
			return Actor{}, fmt.Errorf("home: %w", store.NoRows(err))
		}
	}
	a.Posts, err = d.posts(ctx, identity{tenant, person}, staffSession)
	return a, err
}
