package people

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// DutyMost is how long a session may be kept open for one shift.
const DutyMost = 12 * time.Hour

// KeepForDuty keeps the actor's session open at the alarm desk until the end
// of their shift, at most DutyMost, also when nobody touches it: a desk that
// signs itself out is a desk that hears no alarm. Whoever comes to the machine
// after thirty idle minutes sees and answers alarms there; all else asks them
// to sign in again.
func (d *Door) KeepForDuty(ctx context.Context, tx *store.Tx, a Actor, until time.Time) error {
	if most := tx.Now().Add(DutyMost); until.After(most) {
		until = most
	}
	if _, err := New(tx).KeepSession(ctx, a.Tenant, a.Session, store.Ms(until)); err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	d.forgetAfter(tx, identity{a.Tenant, a.Person})
	return nil
}

// LetGo ends what KeepForDuty began, for a person's session.
func (d *Door) LetGo(ctx context.Context, tx *store.Tx, tenant store.Tenant, person, session string) error {
	if err := New(tx).ReleaseSession(ctx, tenant, session); err != nil {
		return fmt.Errorf("let session go: %w", err)
	}
	d.forgetAfter(tx, identity{tenant, person})
	return nil
}

// atDesk are the accesses of the alarm desk.
func atDesk() []string { return []string{"alarm.read", "alarm.answer", "alarm.building"} }

// awake refuses a session that is open for its desk alone.
func (a Actor) awake(access string) error {
	if a.Idle && !slices.Contains(atDesk(), access) {
		return fault.New(fault.Unsigned, "people.idle")
	}
	return nil
}

// byItself reports whether a page asks on its own, not because somebody
// touched it: live parts and the beats of a desk.
func byItself(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/live") || r.URL.Path == "/alarms/banner" || r.URL.Path == "/alarms/beat"
}
