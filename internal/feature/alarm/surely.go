package alarm

import (
	"context"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Missed is what could not be found out while an alarm was raised.
type Missed string

// What an alarm is raised without if need be.
const (
	MissedPlace     Missed = "place"      // where it is: the whole neighbourhood is called
	MissedAgain     Missed = "again"      // whether there was one just before
	MissedTrial     Missed = "trial"      // whether it is a test: it is taken for none
	MissedDuty      Missed = "duty"       // who is on duty: all of the property are called
	MissedFamily    Missed = "family"     // whom the elder's sheet names
	MissedTelling   Missed = "telling"    // the first wave's messages: the clock calls them
	MissedHousehold Missed = "household"  // the message to those who live where it calls
	MissedNeighbour Missed = "neighbours" // other alarms of the building
)

// trying is one attempt to take up a signal. The first is plain. If it fails,
// the second goes on without what fails; the last does not even ask where it
// is and calls the whole neighbourhood.
type trying struct {
	careful, bare bool
	missed        []Missed
}

// OnSignal is what happens when a device says that a kind began or ended. It
// runs in the transaction that notes the device's state. It fails only if the
// database is away or another node took up the same signal this instant: then
// the message is read again. Whatever else goes wrong, an alarm is raised with
// what is known, and its record says what is not.
func (s *Service) OnSignal(ctx context.Context, tx *store.Tx, sig Signal) error {
	var err error
	for _, try := range []trying{{}, {careful: true}, {careful: true, bare: true}} {
		err = tx.Try(ctx, func(ctx context.Context, tx *store.Tx) error { return s.onSignal(ctx, tx, sig, &try) })
		if err == nil || store.Away(err) || fault.Is(err, fault.Conflict) {
			return err
		}
		s.Log.Error("alarm: a signal is not taken up as it should be", "tenant", sig.Tenant, "device", sig.Device, "kind", sig.Kind, "on", sig.On, "bare", try.bare, "cause", err)
		if !sig.On {
			return nil // the incident stays open: a person closes it
		}
	}
	return err
}

// without does what an alarm can be raised without.
func (s *Service) without(ctx context.Context, tx *store.Tx, i Incident, t *trying, what Missed, fn func(context.Context, *store.Tx) error) error {
	if !t.careful {
		return fn(ctx, tx)
	}
	err := tx.Try(ctx, fn)
	if err == nil || store.Away(err) {
		return err
	}
	s.Log.Error("alarm: raised without something", "tenant", i.Tenant, "matter", i.ID, "what", what, "cause", err)
	t.missed = append(t.missed, what)
	return nil
}

// bareOf is a signal of which only the neighbourhood is known. An open
// incident of the device that could not be extended is left to itself.
func (s *Service) bareOf(ctx context.Context, tx *store.Tx, sig Signal, t *trying) (Signal, error) {
	if err := New(tx).ReleaseOpen(ctx, sig.Tenant, sig.Device, string(sig.Kind)); err != nil {
		return sig, err
	}
	n, err := s.Places.Tenant(ctx, sig.Tenant)
	if err == nil {
		sig.Place = n.Root
	}
	t.missed = append(t.missed, MissedPlace)
	return sig, err
}

// noteMissed enters what is not known into the record.
func (s *Service) noteMissed(ctx context.Context, tx *store.Tx, i Incident, t *trying) error {
	for _, what := range t.missed {
		m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
			Tenant: i.Tenant, ID: i.ID, Verb: Lacks, As: matter.ByClock, Holder: i.Holder, Due: i.Due,
			Entry: matter.Entry{Key: "alarm.lacks." + string(what), Audience: matter.Staff},
		})
		if err != nil {
			return err
		}
		i.Matter = m
	}
	return nil
}
