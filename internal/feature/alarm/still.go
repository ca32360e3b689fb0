package alarm

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// What follows where a detector goes on saying alarm after people have closed
// it. Our choice: most detectors clear within minutes once the air is clean, so
// ten minutes later it is either a second danger or broken. A bridge that repeats
// from memory may not have heard that it cleared: it gets thirty.
const (
	StillAfter  = 10 * time.Minute // somebody is asked to look at the device; what is measured anew is raised again
	MemoryAfter = 30 * time.Minute // what a bridge repeats from memory is raised again
)

// StillKind is the job that looks whether a device still says alarm after its
// incident was closed. It is named by the matter's id.
const StillKind = "alarm.still"

// lookAgain promises to look at the device of a closed incident.
func (s *Service) lookAgain(ctx context.Context, tx *store.Tx, i Incident) error {
	return job.Add(ctx, tx, i.Tenant, StillKind, i.ID, tx.Now().Add(StillAfter), struct{}{})
}

// stillSays asks for somebody to look at a device that still says the alarm that
// was closed.
func (s *Service) stillSays(ctx context.Context, tx *store.Tx, j job.Job) error {
	i, err := s.inTx(ctx, tx, j.Tenant, j.Name)
	if err != nil || s.Devices == nil {
		return err
	}
	says, err := s.Devices.Says(ctx, i.Tenant, i.Device, i.Signal)
	if err != nil || !says {
		return err
	}
	return s.propose(ctx, tx, i, StillAlarms)
}

// unheard is the closed incident of a device that says once more what people
// were told of, if it is to be raised again: none is open, and it was closed so
// long ago that the device should have cleared.
func (s *Service) unheard(ctx context.Context, tx *store.Tx, sig Signal) (last AlarmIncident, again bool, err error) {
	q := New(tx)
	_, err = q.OpenOf(ctx, sig.Tenant, sig.Device, string(sig.Kind))
	if err = store.NoRows(err); !fault.Is(err, fault.NotFound) {
		return last, false, err
	}
	last, err = q.LastOf(ctx, sig.Tenant, sig.Device, string(sig.Kind))
	if err = store.NoRows(err); fault.Is(err, fault.NotFound) {
		return last, true, nil
	}
	if err != nil {
		return last, false, fmt.Errorf("last incident: %w", err)
	}
	after := StillAfter
	if sig.Cached {
		after = MemoryAfter
	}
	return last, tx.Now().Sub(store.Time(last.ClosedAt)) >= after, nil
}

// noteStill says in the record that the device never said that it was over.
func (s *Service) noteStill(ctx context.Context, tx *store.Tx, i Incident) error {
	_, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Repeated, As: matter.ByClock, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: "alarm.did.still", Audience: matter.Staff},
	})
	return err
}
