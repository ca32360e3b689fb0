package alarm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// HushMost is how long a detector may be hushed for cooking (现场静音). No
// detector takes a command to be silent: its button on site is pressed, and
// here stands that it was, so that nobody takes silence for safety. Somebody
// has to be at the door, and whoever enters it says that it was looked at a
// second time. People are called as before, and the incident stays.
const HushMost = 10 * time.Minute

// mayHush reports whether hushing makes sense: what cooking sets off.
func (i Incident) mayHush(now time.Time) bool {
	return i.Signal.nature().hushes && !i.Drill && !i.HushUntil.After(now)
}

// offersHush reports whether the viewer may say that it is hushed.
func (v View) offersHush(now time.Time) bool {
	return v.mayHush(now) && whyNotHush(v.Responders, v.viewer.Person) == ""
}

// whyNotHush is why a person may not say that a detector is hushed, as a words
// key: nobody is at the door who could have looked, or they said themselves
// that they cannot come.
func whyNotHush(called []Responder, person string) string {
	if slices.ContainsFunc(called, func(r Responder) bool { return r.Person == person && r.Answer == cannot }) {
		return "alarm.hush_cannot"
	}
	if !slices.ContainsFunc(called, func(r Responder) bool { return !r.DoorAt.IsZero() }) {
		return "alarm.hush_nobody"
	}
	return ""
}

// hushable refuses a hush that makes no sense or that the person may not say.
func (s *Service) hushable(ctx context.Context, tx *store.Tx, i Incident, person string) error {
	if !i.mayHush(tx.Now()) {
		return fault.New(fault.Conflict, "fault.changed")
	}
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	if why := whyNotHush(respondersOf(rows), person); why != "" {
		return fault.New(fault.Conflict, why)
	}
	return nil
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
