package upkeep

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// The jobs of this room, named by the ticket's id.
const (
	LateKind  = "upkeep.late"  // its time passed
	WellKind  = "upkeep.well"  // the device has been well for an hour
	StillKind = "upkeep.still" // it was closed: is the device well?
)

// Jobs are what the clock does to tickets.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{{Name: LateKind, Do: s.late, Tries: 1000}, {Name: WellKind, Do: s.mended, Tries: 1000}, {Name: StillKind, Do: s.still, Tries: 1000}}
}

// askAt promises to ask when a ticket is late, or takes it back.
func (s *Service) askAt(ctx context.Context, tx *store.Tx, t Ticket) error {
	if t.Due.IsZero() || t.Cause.asksItself() {
		return job.Cancel(ctx, tx, t.Tenant, LateKind, t.ID)
	}
	return job.Add(ctx, tx, t.Tenant, LateKind, t.ID, t.Due, struct{}{})
}

// late tells the committee too of a ticket that is late, and the subdistrict of
// one that is late again. One whose device has been well for a while is left to
// close by itself.
func (s *Service) late(ctx context.Context, tx *store.Tx, j job.Job) error {
	t, err := s.inTx(ctx, tx, j.Tenant, j.Name)
	if err != nil || t.Phase.Closed() {
		return err
	}
	if at := t.ClosesAt(); at.After(tx.Now()) {
		return job.Add(ctx, tx, t.Tenant, LateKind, t.ID, at.Add(time.Minute), struct{}{})
	}
	if t.Due.After(tx.Now()) {
		return s.askAt(ctx, tx, t)
	}
	u, err := s.unit(ctx, t)
	if err != nil {
		return err
	}
	t, climbed, err := s.chased(ctx, tx, t, u)
	if err != nil {
		return err
	}
	sc, err := s.sceneOf(ctx, u, t.Place)
	if err != nil {
		return err
	}
	return errors.Join(s.tell(ctx, tx, t, sc, "upkeep.told.late", hands()...), s.tellOffice(ctx, tx, t, sc, climbed), s.askAt(ctx, tx, t))
}

// chased notes that a ticket is late and sets its next time; true if it climbed
// to the subdistrict.
func (s *Service) chased(ctx context.Context, tx *store.Tx, t Ticket, u device.Unit) (Ticket, bool, error) {
	key, climbed := "upkeep.did.chase", t.climb()
	if climbed {
		key = "upkeep.did.chase_office"
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: t.Tenant, ID: t.ID, Verb: matter.Chase, As: matter.ByClock, Holder: t.Holder, Due: tx.Now().Add(t.Cause.within(u)),
		Entry: matter.Entry{Key: key, Audience: matter.Staff},
	})
	if err != nil {
		return t, false, err
	}
	t.Matter = m
	return t, climbed, s.keep(ctx, tx, t)
}

// well notes that the device reports no trouble any more.
func (s *Service) well(ctx context.Context, tx *store.Tx, u device.Unit, c Cause) error {
	t, err := s.openOf(ctx, tx, u, c)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t.Well = tx.Now()
	if err := s.keep(ctx, tx, t); err != nil || !t.ByItself {
		return err
	}
	return job.Add(ctx, tx, t.Tenant, WellKind, t.ID, t.ClosesAt(), struct{}{})
}

// mended closes the ticket of a device that has been well for an hour, and says
// so to whoever had taken it on.
func (s *Service) mended(ctx context.Context, tx *store.Tx, j job.Job) error {
	t, err := s.inTx(ctx, tx, j.Tenant, j.Name)
	if err != nil || t.ClosesAt().IsZero() {
		return err
	}
	if t.ClosesAt().After(tx.Now()) {
		return job.Add(ctx, tx, t.Tenant, WellKind, t.ID, t.ClosesAt(), struct{}{})
	}
	if t.Cause == StillAlarms { // that it alarms again is no event of upkeep's: an alarm waits for nobody
		u, err := s.unit(ctx, t)
		if err != nil {
			return err
		}
		if t.Cause.lasts(u) {
			t.Well = time.Time{}
			return s.keep(ctx, tx, t)
		}
	}
	had := t.Holder.Person
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: t.Tenant, ID: t.ID, Verb: Mended, As: matter.ByClock,
		Entry: matter.Entry{Key: "upkeep.did.mended", Args: map[string]string{"since": strconv.FormatInt(store.Ms(t.Well), 10)}, Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	t.Matter = m
	if err := errors.Join(s.keep(ctx, tx, t), s.askAt(ctx, tx, t)); err != nil || had == "" {
		return err
	}
	u, err := s.unit(ctx, t)
	if err != nil {
		return err
	}
	sc, err := s.sceneOf(ctx, u, t.Place)
	if err != nil {
		return err
	}
	return s.say(ctx, tx, t, sc, "upkeep.told.mended", t.Tenant, []string{had})
}

// still looks a day later whether what was reported done is done: a device that
// has the trouble yet gets a new ticket, linked to the old one.
func (s *Service) still(ctx context.Context, tx *store.Tx, j job.Job) error {
	t, err := s.inTx(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	u, err := s.unit(ctx, t)
	if err != nil {
		return err
	}
	if !t.Cause.lasts(u) {
		return nil
	}
	if _, err := s.openOf(ctx, tx, u, t.Cause); !fault.Is(err, fault.NotFound) {
		return err
	}
	at, err := s.Devices.StandsAt(ctx, u)
	if err != nil {
		return err
	}
	next, err := s.ask(ctx, tx, need{unit: u, cause: t.Cause, place: at, byItself: true, groups: hands(), after: t.Number})
	if err != nil {
		return err
	}
	return s.Spine.Join(ctx, tx, t.Tenant, t.ID, matter.LeadsTo, next.ID)
}
