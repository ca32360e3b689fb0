package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/linli/linli/internal/platform/store"
)

// Staffing is how many serve a tenant, for whoever looks after the
// installation: figures, no names.
type Staffing struct {
	Posts          map[Group]int // posts held, by group
	Accounts       int           // staff accounts whose set-up is finished
	NoSecondFactor int           // of these, without a second factor
	Administrators int           // people with an account and an administrator's post
}

// StaffingOf counts who serves a tenant.
func StaffingOf(ctx context.Context, db store.DB, tenant store.Tenant) (Staffing, error) {
	q, s := New(db), Staffing{Posts: map[Group]int{}}
	posts, err := q.CountPosts(ctx, tenant)
	if err != nil {
		return s, fmt.Errorf("count posts: %w", err)
	}
	for _, p := range posts {
		s.Posts[Role(p.Role).Group()] += int(p.N)
	}
	accounts, err := q.CountAccounts(ctx, tenant)
	if err != nil {
		return s, fmt.Errorf("count accounts: %w", err)
	}
	admins, err := q.CountAdministrators(ctx, tenant)
	if err != nil {
		return s, fmt.Errorf("count administrators: %w", err)
	}
	s.Accounts, s.NoSecondFactor, s.Administrators = int(accounts.Accounts), int(accounts.Bare), int(admins)
	return s, nil
}

// KeysFit opens one sealed field of the tenant, if there is any, to see that
// these are the keys it was sealed with. It tells nothing of what stands there.
func KeysFit(ctx context.Context, db store.DB, seal *Sealer, tenant store.Tenant) error {
	row, err := New(db).OneSealed(ctx, tenant)
	if errors.Is(err, errNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sealed field: %w", err)
	}
	_, err = seal.Open(tenant, row.ID, FieldPhone, row.PhoneSealed)
	return err
}
