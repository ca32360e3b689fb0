package alarm

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// HushMost is how long a detector may be hushed for cooking (现场静音). No
// detector takes a command to be silent: its button on site is pressed, and
// here stands that it was, so that nobody takes silence for safety. People are
// called as before, and the incident stays.
const HushMost = 10 * time.Minute

// mayHush reports whether hushing makes sense: what cooking sets off.
func (i Incident) mayHush(now time.Time) bool {
	return (i.Signal == Smoke || i.Signal == Heat) && !i.Drill && !i.HushUntil.After(now)
}

// breakHush ends the hush of the other open incidents of a home: a second
// detector saw something. Nothing was seen in a drill.
func (s *Service) breakHush(ctx context.Context, tx *store.Tx, i Incident) error {
	if i.Drill && i.Trial == "" {
		return nil
	}
	ids, err := New(tx).HushedAt(ctx, HushedAtParams{i.Tenant, store.Ms(tx.Now()), i.ID, i.Place})
	if err != nil {
		return fmt.Errorf("hushed: %w", err)
	}
	for _, id := range ids {
		other, err := s.inTx(ctx, tx, i.Tenant, id)
		if err != nil {
			return err
		}
		other.HushUntil = time.Time{}
		if err := s.clock(ctx, tx, other, Hush, "alarm.did.hush_broken", nil); err != nil {
			return err
		}
	}
	return nil
}
