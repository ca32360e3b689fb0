package alarm

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// DrillMost is how long a drill (演练) may last; then it closes itself.
const DrillMost = 15 * time.Minute

// DrillKind is the job that closes a drill whose time is over. It is named by
// the place.
const DrillKind = "alarm.drill"

// drillDevice is the device that stands for a drill at a place.
func drillDevice(place string) string { return "drill:" + place }

// BeginDrill raises a drill of smoke in a dwelling, for staff who serve it. It
// runs like an alarm, says on every screen that it is none, and closes itself
// after d, at most DrillMost.
func (s *Service) BeginDrill(ctx context.Context, a people.Actor, placeID string, d time.Duration) (string, error) {
	node, err := s.placeOf(ctx, a, placeID)
	if err != nil {
		return "", err
	}
	if err := (people.Access{}).May(a, "alarm.drill", people.Subject{Path: node.Path}); err != nil {
		return "", err
	}
	f := fault.New(fault.Invalid, "alarm.invalid")
	if node.Kind != place.Dwelling {
		return "", f.WithField("place", "alarm.drill_place")
	}
	if d <= 0 || d > DrillMost {
		return "", f.WithField("minutes", "alarm.drill_minutes")
	}
	var id string
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		sig := Signal{Tenant: node.Tenant, Device: drillDevice(node.ID), Kind: Smoke, On: true, Place: node.ID, ReceivedAt: tx.Now(), Drill: true}
		if err := s.OnSignal(ctx, tx, sig); err != nil {
			return err
		}
		if id, err = New(tx).OpenOf(ctx, sig.Tenant, sig.Device, string(sig.Kind)); err != nil {
			return fmt.Errorf("drill: %w", err)
		}
		return job.Add(ctx, tx, node.Tenant, DrillKind, node.ID, tx.Now().Add(d), struct{}{})
	})
	return id, err
}

// placeOf finds a place of the actor's neighbourhood, or of any for the
// subdistrict's officers.
func (s *Service) placeOf(ctx context.Context, a people.Actor, id string) (place.Node, error) {
	tenants, err := s.tenantsOf(ctx, a)
	if err != nil {
		return place.Node{}, err
	}
	for _, tenant := range tenants {
		n, err := s.Places.ByID(ctx, tenant, id)
		if !fault.Is(err, fault.NotFound) {
			return n, err
		}
	}
	return place.Node{}, fault.New(fault.NotFound, "fault.not_found")
}

// drillOver closes a drill that nobody closed.
func (s *Service) drillOver(ctx context.Context, tx *store.Tx, j job.Job) error {
	id, err := New(tx).OpenOf(ctx, j.Tenant, drillDevice(j.Name), string(Smoke))
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return nil // somebody closed it
	}
	if err != nil {
		return fmt.Errorf("open drill: %w", err)
	}
	i, err := s.inTx(ctx, tx, j.Tenant, id)
	if err != nil {
		return err
	}
	return s.lapse(ctx, tx, i, "alarm.did.lapse")
}
