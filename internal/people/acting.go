package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Acting is the actor as they act in a tenant. At home, or for the empty
// tenant, everybody is who they are. An administrator of the office manages
// each neighbourhood below it, with the administrator's post and nothing else
// they may hold. Any other tenant is a not_found fault: nobody else crosses.
//
// What is then done is asked of [Access] and written to the audit trail of the
// tenant acted in.
func (d *Door) Acting(ctx context.Context, a Actor, tenant store.Tenant) (Actor, error) {
	if tenant == "" || tenant == a.Tenant {
		return a, nil
	}
	posts := slices.DeleteFunc(slices.Clone(a.Posts), func(h Held) bool { return h.Role.Group() != Administrators })
	if a.Tenant != d.opts.Office || len(posts) == 0 {
		return Actor{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if _, err := d.read().TenantBelow(ctx, tenant, string(d.opts.Office)); err != nil {
		return Actor{}, fmt.Errorf("act elsewhere: %w", store.NoRows(err))
	}
	return Actor{Tenant: tenant, Person: a.Person, Name: a.Name, Session: a.Session, Posts: posts}, nil
}
