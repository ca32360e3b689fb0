package alarm

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// OnDevice hears a device's event in its transaction: that a kind began, is
// still on or ended is a signal from the place where the device stands, a new
// measurement is shown. What else befalls a device is no alarm.
func (s *Service) OnDevice(stands func(context.Context, device.Unit) (string, error)) device.Listener {
	return func(ctx context.Context, tx *store.Tx, e device.Event) error {
		kind := SignalKind(e.Kind)
		switch {
		case e.What == device.Measured:
			s.Measured(tx, e.Unit.Tenant)
			return nil
		case e.What != device.Alarm && e.What != device.Clear && e.What != device.Still, !slices.Contains(Kinds(), kind):
			return nil
		}
		place, err := stands(ctx, e.Unit)
		if err != nil {
			return err
		}
		return s.OnSignal(ctx, tx, Signal{
			Tenant: e.Unit.Tenant, Device: e.Unit.ID, Kind: kind, On: e.What != device.Clear, Place: place,
			DeviceTime: e.Happened, ReceivedAt: e.Received, Late: e.Late, Still: e.What == device.Still, Cached: e.Cached,
		})
	}
}

// Detectors is the register of devices as alarms ask it.
type Detectors struct {
	*device.Service
	// ActorFor is a person as they act.
	ActorFor func(ctx context.Context, tenant store.Tenant, person string) (people.Actor, error)
}

// At is where a device hangs, or its bridge.
func (d Detectors) At(ctx context.Context, tenant store.Tenant, id string) (string, error) {
	u, err := d.ByID(ctx, tenant, id)
	if err != nil {
		return "", err
	}
	return d.StandsAt(ctx, u)
}

// Says reports whether a device says that a kind is on.
func (d Detectors) Says(ctx context.Context, tenant store.Tenant, id string, kind SignalKind) (bool, error) {
	u, err := d.ByID(ctx, tenant, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return slices.Contains(u.Lasting(), decode.Kind(kind)), err
}

// Tested marks a device as tested by a person.
func (d Detectors) Tested(ctx context.Context, tenant store.Tenant, id, person string) error {
	a, err := d.ActorFor(ctx, tenant, person)
	if err != nil {
		return err
	}
	return d.MarkTested(ctx, a, tenant, id)
}

// Lift is where the box of a lift hangs, or its bridge, and what it is called.
func (d Detectors) Lift(ctx context.Context, tenant store.Tenant, id string) (at, name string, err error) {
	u, err := d.ByID(ctx, tenant, id)
	if err != nil {
		return "", "", err
	}
	if !isLift(u) {
		return "", "", fault.New(fault.NotFound, "fault.not_found")
	}
	at, err = d.StandsAt(ctx, u)
	return at, cmp.Or(u.Spot, u.Name), err
}

// Gauges are what a device measures.
func (d Detectors) Gauges(ctx context.Context, tenant store.Tenant, id string, since time.Time) ([]Gauge, error) {
	list, err := d.Service.Gauges(ctx, tenant, id, since)
	if err != nil {
		return nil, err
	}
	out := make([]Gauge, len(list))
	for i, g := range list {
		out[i] = Gauge{Kind: string(g.Kind), Value: g.Value, Unit: g.Unit, At: g.At, AlarmAt: g.AlarmAt}
		for _, p := range g.Points {
			out[i].Points = append(out[i].Points, Point(p))
		}
	}
	return out, nil
}

// LiftSeries is the page of a lift's entrapments; empty for any other device.
func LiftSeries(u device.Unit) string {
	if !isLift(u) {
		return ""
	}
	return LiftPath(u.ID)
}

func isLift(u device.Unit) bool {
	return slices.Contains(u.Kinds, decode.Entrapment) || slices.Contains(u.Kinds, decode.Elevator)
}
