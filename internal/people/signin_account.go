package people

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Account is a staff account as administrators see it.
type Account struct {
	Person   string // id
	Name     string
	Login    string
	Enrolled time.Time // when its set-up was last finished
}

// Accounts are the accounts of a tenant by login. It needs account.invite.
func (d *Door) Accounts(ctx context.Context, a Actor, tenant store.Tenant) ([]Account, error) {
	if err := d.mayInvite(a, tenant); err != nil {
		return nil, err
	}
	rows, err := d.read().AccountsIn(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	list := make([]Account, len(rows))
	for i, r := range rows {
		list[i] = Account{r.PersonID, r.Name, r.Login, store.Time(r.EnrolledAt)}
	}
	return list, nil
}

// mayInvite: an administrator of the office works in every tenant, another
// only in the own one.
func (d *Door) mayInvite(a Actor, tenant store.Tenant) error {
	if err := (Access{}).Allow(a, "account.invite"); err != nil {
		return err
	}
	if tenant != a.Tenant && a.Tenant != d.opts.Office {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// CloseAccount ends an account with its sessions, recovery codes and links and
// frees its login, as when somebody leaves. It needs account.invite.
func (d *Door) CloseAccount(ctx context.Context, a Actor, tenant store.Tenant, person string) error {
	if err := d.mayInvite(a, tenant); err != nil {
		return err
	}
	who := identity{tenant, person}
	err := d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		q := New(tx)
		n, err := q.DropAccount(ctx, tenant, person)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if err := q.DropRecovery(ctx, tenant, person); err != nil {
			return err
		}
		if err := q.DropLinks(ctx, tenant, person); err != nil {
			return err
		}
		if err := d.endAll(ctx, tx, who); err != nil {
			return err
		}
		return auditIn(ctx, tx, tenant, a, "account.close", "account", person)
	})
	if err != nil {
		return fmt.Errorf("close account: %w", err)
	}
	return d.dropOtherLogins(ctx, who, "")
}

// ChangePassword replaces the actor's own password. It wants the present one,
// ends the actor's other sessions and gives this one a new token. Five wrong tries
// and none is taken for ten minutes.
func (d *Door) ChangePassword(ctx context.Context, a Actor, present, fresh string) error {
	if err := (Access{}).Allow(a, "account.own"); err != nil {
		return err
	}
	who := identity{a.Tenant, a.Person}
	row, err := d.read().AccountOf(ctx, who.tenant, who.person)
	if err != nil {
		return fmt.Errorf("change password: %w", store.NoRows(err))
	}
	if key := passwordTrouble(row.Login, fresh); key != "" {
		return fault.New(fault.Invalid, "signin.choice").WithField("password", key, "n", passwordMin)
	}
	if err := d.claim(ctx, byPresent(who)); err != nil {
		return err
	}
	right, err := d.checkPassword(ctx, row.Password, present)
	if err != nil {
		return err
	}
	if !right {
		return fault.New(fault.Invalid, "signin.choice").WithField("present", "signin.present_wrong")
	}
	hash, err := d.hash(ctx, fresh)
	if err != nil {
		return err
	}
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return d.changePassword(ctx, tx, a, hash)
	})
}

func (d *Door) changePassword(ctx context.Context, tx *store.Tx, a Actor, hash string) error {
	q, who := New(tx), identity{a.Tenant, a.Person}
	if err := q.SetPassword(ctx, a.Tenant, a.Person, hash); err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if err := q.ForgiveThrottle(ctx, a.Tenant, byPresent(who).subject); err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if _, err := q.FinishOthers(ctx, FinishOthersParams{a.Tenant, a.Person, a.Session, store.Ms(tx.Now())}); err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if err := d.PostsChanged(ctx, tx, a.Tenant, a.Person); err != nil {
		return err
	}
	return Audit(ctx, tx, a, "account.password", "account", a.Person)
}
