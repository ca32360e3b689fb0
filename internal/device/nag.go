package device

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

const (
	nagJob   = "device.nag"  // named by the device's id
	nagEvery = 4 * time.Hour // NFPA 72: a trouble signal sounds again at least every four hours
)

// grave reports a trouble that is an alarm itself: a detector that guards lives
// or a gateway does not do its work.
func (u *Unit) grave(x Trouble) bool {
	return (u.LifeSafety || u.Power == Gateway) && slices.Contains([]Trouble{Silent, NotUnderstood, Faulty, Tampered}, x)
}

// Grave reports a trouble that people are told of by the channels for danger,
// and again every four hours for as long as it lasts.
func (e Event) Grave() bool { return e.What == Troubled && e.Unit.grave(e.Trouble) }

// nagAt is when the device's grave troubles are told again; zero without any.
func (u *Unit) nagAt() (at time.Time) {
	for _, x := range u.Troubles {
		if next := store.Time(u.Told[x]).Add(nagEvery); u.grave(x) && (at.IsZero() || next.Before(at)) {
			at = next
		}
	}
	return at
}

// promiseNag plans when a device's troubles are told again.
func promiseNag(ctx context.Context, tx *store.Tx, u Unit) error {
	at := u.nagAt()
	if at.IsZero() {
		return nil
	}
	return job.Add(ctx, tx, u.Tenant, nagJob, u.ID, at, nil)
}

// nag tells again of what has lasted for four hours. A detector behind a
// gateway that is silent is not told of: the gateway is.
func (s *Service) nag(ctx context.Context, tx *store.Tx, j job.Job) error {
	r, err := New(tx).UnitByID(ctx, j.Tenant, j.Name)
	if err = store.NoRows(err); missing(err) || err == nil && r.EndedAt > 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("device %s: %w", j.Name, err)
	}
	u, _, err := s.lock(ctx, tx, Unit{Tenant: j.Tenant, Key: r.Key})
	if err != nil {
		return err
	}
	behind, err := s.behindSilence(ctx, tx, u)
	if err != nil {
		return err
	}
	var events []Event
	for _, x := range u.Troubles {
		if !u.grave(x) || tx.Now().Sub(store.Time(u.Told[x])) < nagEvery {
			continue
		}
		if u.Told == nil {
			u.Told = map[Trouble]int64{}
		}
		u.Told[x] = store.Ms(tx.Now())
		if x != Silent || !behind {
			events = append(events, Event{What: Troubled, Trouble: x, Again: true, At: tx.Now()})
		}
	}
	for i := range events {
		events[i].Unit = u
	}
	if err := s.keep(ctx, tx, &u, nil, nil); err != nil {
		return err
	}
	if err := promiseNag(ctx, tx, u); err != nil {
		return err
	}
	return s.tell(ctx, tx, events)
}

// behindSilence reports whether the device's gateway is silent.
func (s *Service) behindSilence(ctx context.Context, tx *store.Tx, u Unit) (bool, error) {
	if u.Bridge == "" {
		return false, nil
	}
	b, err := New(tx).QuietOf(ctx, u.Tenant, u.Bridge)
	if err = store.NoRows(err); err != nil && !missing(err) {
		return false, fmt.Errorf("bridge: %w", err)
	}
	return err == nil && b.Silent == 1, nil
}
