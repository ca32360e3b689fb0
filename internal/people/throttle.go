package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Limit slows down wrong tries and then locks: after Free failures each
// further one doubles the wait from one second, and from Lock failures on
// nothing is taken for For. Failures are forgotten For after the last one.
type Limit struct {
	Free, Lock int64
	For        time.Duration
}

// The limits. The account's is the usual one of graded protection level 2
// (practice.md §4.2: lock 5 × 10 min). A code has 40 bits, so even a tenant's
// limit of 300 wrong codes a minute leaves a guess at one of 500 codes some
// hundred years; it slows an attack from many addresses without locking a
// neighbourhood out for long.
func addressLimit() Limit { return Limit{Free: 3, Lock: 10, For: 15 * time.Minute} }
func tenantLimit() Limit  { return Limit{Free: 200, Lock: 300, For: time.Minute} }
func officeLimit() Limit  { return Limit{Free: 10, Lock: 30, For: 15 * time.Minute} }
func accountLimit() Limit { return Limit{Free: 5, Lock: 5, For: 10 * time.Minute} }

// after is how long to wait once so many tries have failed.
func (l Limit) after(failures int64) time.Duration {
	switch {
	case failures >= l.Lock:
		return l.For
	case failures < l.Free:
		return 0
	}
	return min(l.For, time.Second<<min(failures-l.Free, 30))
}

// watch is one subject whose wrong tries are counted.
type watch struct {
	tenant  store.Tenant
	subject string
	limit   Limit
}

// tries are a subject's failures as they are kept.
type tries struct {
	failures   int64
	last, till time.Time
}

// blocked says how long the subject must still wait.
func (t tries) blocked(now time.Time) time.Duration { return max(0, t.till.Sub(now)) }

// more counts one more failure.
func (t tries) more(l Limit, now time.Time) tries {
	if now.Sub(t.last) >= l.For {
		t.failures = 0
	}
	t.failures++
	return tries{t.failures, now, now.Add(l.after(t.failures))}
}

// tooMany is the fault of a subject that must wait. It says how long, in the
// language of the context, rounded up.
func tooMany(ctx context.Context, wait time.Duration) error {
	unit := time.Second
	if wait > time.Minute {
		unit = time.Minute
	}
	wait = (wait + unit - 1) / unit * unit
	return fault.New(fault.TooMany, "signin.wait", "wait", words.Span(ctx, wait), "seconds", int64(wait/time.Second))
}

// refuseBlocked looks without writing, so that a flood of refused tries costs
// no write.
func (d *Door) refuseBlocked(ctx context.Context, watches ...watch) error {
	for _, w := range watches {
		r, err := d.read().ThrottleOf(ctx, w.tenant, w.subject)
		if errors.Is(err, errNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("wrong tries: %w", err)
		}
		if wait := (tries{till: store.Time(r.Until)}).blocked(d.store.Now()); wait > 0 {
			return tooMany(ctx, wait)
		}
	}
	return nil
}

// lockTries takes the subject's row, so that tries at the same time are
// counted one after the other, and refuses while it must wait.
func lockTries(ctx context.Context, tx *store.Tx, w watch) (tries, error) {
	r, err := New(tx).LockThrottle(ctx, w.tenant, w.subject)
	if err != nil {
		return tries{}, fmt.Errorf("wrong tries: %w", err)
	}
	t := tries{r.Failures, store.Time(r.LastAt), store.Time(r.Until)}
	if wait := t.blocked(tx.Now()); wait > 0 {
		return t, tooMany(ctx, wait)
	}
	return t, nil
}

func countFailure(ctx context.Context, tx *store.Tx, w watch, t tries) error {
	t = t.more(w.limit, tx.Now())
	return New(tx).SetThrottle(ctx, SetThrottleParams{w.tenant, w.subject, t.failures, store.Ms(t.last), store.Ms(t.till)})
}

// claim counts a failure before the try is looked at, because what is slow to
// check must be checked outside the transaction. [Door.forgive] takes it back.
func (d *Door) claim(ctx context.Context, w watch) error {
	if err := d.refuseBlocked(ctx, w); err != nil {
		return err
	}
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := lockTries(ctx, tx, w)
		if err != nil {
			return err
		}
		return countFailure(ctx, tx, w, t)
	})
}

// forgive forgets a subject's failures after a right try.
func (d *Door) forgive(ctx context.Context, w watch) error {
	return d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return New(tx).ForgiveThrottle(ctx, w.tenant, w.subject)
	})
}

func (d *Door) byAddress(tenant store.Tenant, c Client) watch {
	return watch{tenant, "addr:" + d.seal.Digest("address", c.Address)[:32], addressLimit()}
}

// byLogin counts the wrong passwords of a login: a known browser's apart, so that a
// stranger's do not lock its owner out.
func (d *Door) byLogin(login string, c Client) watch {
	if name := d.knownAs(login, c); name != "" {
		return watch{d.opts.Office, "known:" + name, accountLimit()}
	}
	return watch{d.opts.Office, "login:" + d.seal.Digest("login", login)[:32], accountLimit()}
}

// byOffice counts wrong passwords by address, so that one does not try many
// logins; more gently, because an office shares an address.
func (d *Door) byOffice(c Client) watch {
	return watch{d.opts.Office, "staff:" + d.seal.Digest("address", c.Address)[:32], officeLimit()}
}

func byTenant(tenant store.Tenant) watch { return watch{tenant, "tenant", tenantLimit()} }

// bySecond counts wrong second factors, a known browser's apart.
func (d *Door) bySecond(who identity, login string, c Client) watch {
	if name := d.knownAs(login, c); name != "" {
		return watch{who.tenant, "known-second:" + name, accountLimit()}
	}
	return watch{who.tenant, "second:" + who.person, accountLimit()}
}

// byPresent counts wrong present passwords at their change, which is asked of
// sessions only.
func byPresent(who identity) watch {
	return watch{who.tenant, "present:" + who.person, accountLimit()}
}

// Sweep forgets what has served its time in a tenant: counts of wrong tries a
// day old, set-up links that ran out, sessions that ran out 30 days ago. Call it
// daily.
func (d *Door) Sweep(ctx context.Context, tx *store.Tx, tenant store.Tenant) error {
	q, now := New(tx), tx.Now()
	if _, err := q.SweepThrottle(ctx, tenant, store.Ms(now.Add(-24*time.Hour))); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	if _, err := q.SweepLinks(ctx, tenant, store.Ms(now)); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	if _, err := q.SweepSessions(ctx, tenant, store.Ms(now.Add(-30*24*time.Hour))); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}
