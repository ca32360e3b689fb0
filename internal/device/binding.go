package device

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Binding is where a device hangs.
type Binding struct {
	Place     string      // id of a dwelling, building, or any other place
	Bay       string      // the register's key of a bay, for bay sensors
	Spot      string      // 厨房
	Guards    decode.Kind // the danger that a detector guards against; empty: its model says so, or its name
	Installed time.Time
	ReplaceBy time.Time
}

const spotLimit = 60 // characters

// Bind says where a device hangs, and to whose household it belongs if the
// place is somebody's home. From then on it is watched: one that has never
// spoken counts as silent when its allowance is over. Asks device.edit.
func (s *Service) Bind(ctx context.Context, a people.Actor, tenant store.Tenant, unit string, b Binding) (Unit, error) {
	at, err := s.places.ByID(ctx, tenant, b.Place)
	if err != nil {
		return Unit{}, err
	}
	if err := (people.Access{}).May(a, "device.edit", people.Subject{Path: at.Path}); err != nil {
		return Unit{}, err
	}
	if len([]rune(b.Spot)) > spotLimit {
		return Unit{}, fault.New(fault.Invalid, "device.spot_long", "max", fmt.Sprint(spotLimit))
	}
	if b.Guards != "" && !b.Guards.Alarms() {
		return Unit{}, fault.New(fault.Invalid, "device.guards_unknown")
	}
	before, err := s.ByID(ctx, tenant, unit)
	if err != nil {
		return Unit{}, err
	}
	if err := s.may(ctx, a, "device.edit", before); err != nil { // where it hangs now
		return Unit{}, err
	}
	home, err := s.householdAt(ctx, tenant, at)
	if err != nil {
		return Unit{}, err
	}
	return s.rebind(ctx, a, tenant, unit, "device.bind", func(u *Unit, now time.Time) {
		u.Place, u.Household, u.Bay, u.Spot, u.Guards, u.Claimed = at.ID, home, b.Bay, b.Spot, b.Guards, now
		u.Installed, u.ReplaceBy = b.Installed, b.ReplaceBy
		if u.QuietAt.IsZero() {
			u.QuietAt = now.Add(u.Allowance())
		}
	})
}

// Unbind takes a device out of its home; it stays known and is unclaimed. Asks
// device.edit at the place where it hangs.
func (s *Service) Unbind(ctx context.Context, a people.Actor, tenant store.Tenant, unit string) (Unit, error) {
	u, err := s.ByID(ctx, tenant, unit)
	if err != nil {
		return Unit{}, err
	}
	if err := s.may(ctx, a, "device.edit", u); err != nil {
		return Unit{}, err
	}
	return s.rebind(ctx, a, tenant, unit, "device.unbind", func(u *Unit, _ time.Time) {
		u.Place, u.Household, u.Bay, u.Spot, u.Guards, u.Claimed = "", "", "", "", "", time.Time{}
		if u.LastSeen.IsZero() {
			u.QuietAt = time.Time{}
		}
	})
}

func (s *Service) rebind(ctx context.Context, a people.Actor, tenant store.Tenant, unit, action string, change func(*Unit, time.Time)) (Unit, error) {
	before, err := s.ByID(ctx, tenant, unit)
	if err != nil {
		return Unit{}, err
	}
	var u Unit
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if u, _, err = s.lock(ctx, tx, before); err != nil {
			return err
		}
		change(&u, tx.Now())
		if err := New(tx).SaveBinding(ctx, u.bindingParams()); err != nil {
			return fmt.Errorf("bind device %s: %w", u.ID, err)
		}
		if u.Has(ReplaceSoon) && !u.toReplace(tx.Now()) {
			events, err := s.flagged(ctx, tx, u, ReplaceSoon, false, Event{})
			if err != nil {
				return err
			}
			u = events[0].Unit
		}
		a.Tenant = tenant
		if err := people.Audit(ctx, tx, a, action, "device", u.ID, "place"); err != nil {
			return err
		}
		return s.watchFrom(ctx, tx, tenant)
	})
	return u, err
}

// toReplace reports whether the date by which it is to be replaced is near or
// past.
func (u *Unit) toReplace(now time.Time) bool {
	return !u.ReplaceBy.IsZero() && !u.ReplaceBy.After(now.Add(replaceAhead))
}

// MarkTested notes that somebody pressed the button and heard it, for devices
// that do not report their tests. Asks device.test.
func (s *Service) MarkTested(ctx context.Context, a people.Actor, tenant store.Tenant, unit string) error {
	u, err := s.ByID(ctx, tenant, unit)
	if err != nil {
		return err
	}
	if err := s.may(ctx, a, "device.test", u); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := New(tx).MarkTested(ctx, tenant, unit, store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("tested device %s: %w", unit, err)
		}
		a.Tenant = tenant
		return people.Audit(ctx, tx, a, "device.test", "device", unit)
	})
}

// May asks the access table about a device where it hangs. One that nobody has
// claimed may be read and bound by whoever may bind any in its neighbourhood.
func (s *Service) May(ctx context.Context, a people.Actor, access string, u Unit) error {
	return s.may(ctx, a, access, u)
}

func (s *Service) may(ctx context.Context, a people.Actor, access string, u Unit) error {
	id := u.Place
	if id == "" {
		t, err := s.places.Tenant(ctx, u.Tenant)
		if err != nil {
			return err
		}
		id = t.Root
	}
	at, err := s.places.ByID(ctx, u.Tenant, id)
	if err != nil {
		return err
	}
	table := people.Access{}
	err = table.May(a, access, people.Subject{Path: at.Path, Household: u.Household})
	if u.Place == "" && a.Tenant == u.Tenant && table.Allow(a, "device.edit") == nil && table.Allow(a, access) == nil {
		return nil
	}
	return err
}

// householdAt is the id of the household that lives in a dwelling; empty where
// nobody does.
func (s *Service) householdAt(ctx context.Context, tenant store.Tenant, at place.Node) (string, error) {
	if at.Kind != place.Dwelling {
		return "", nil
	}
	h, err := people.NewRegister(s.store).HouseholdAt(ctx, tenant, at.ID)
	if missing(err) {
		return "", nil
	}
	return h.ID, err
}

// StandsAt is the id of the place that answers for a device: where it hangs, or
// where its bridge does, or the neighbourhood as long as nobody has said.
func (s *Service) StandsAt(ctx context.Context, u Unit) (string, error) {
	if u.Place != "" {
		return u.Place, nil
	}
	if u.Bridge != "" {
		b, err := s.ByKey(ctx, u.Tenant, u.Bridge)
		if err == nil && b.Place != "" {
			return b.Place, nil
		}
		if err != nil && !missing(err) {
			return "", err
		}
	}
	t, err := s.places.Tenant(ctx, u.Tenant)
	return t.Root, err
}

// ByID is one device; an unknown id is a not_found fault.
func (s *Service) ByID(ctx context.Context, tenant store.Tenant, id string) (Unit, error) {
	r, err := s.read().UnitByID(ctx, tenant, id)
	if err != nil {
		return Unit{}, fmt.Errorf("device: %w", store.NoRows(err))
	}
	return unitOf(r)
}

// ByKey is one device as its messages name it; an unknown key is a not_found
// fault.
func (s *Service) ByKey(ctx context.Context, tenant store.Tenant, key string) (Unit, error) {
	r, err := s.read().UnitByKey(ctx, tenant, key)
	if err != nil {
		return Unit{}, fmt.Errorf("device: %w", store.NoRows(err))
	}
	return unitOf(r)
}

// List is a page of a tenant's devices in the order in which they came, from
// behind the id after.
func (s *Service) List(ctx context.Context, tenant store.Tenant, after string, limit int) ([]Unit, error) {
	return unitsOf(s.read().UnitsAfter(ctx, tenant, after, int32(min(max(limit, 1), 500))))
}

// Under are the devices bound to the place with this path or below it.
func (s *Service) Under(ctx context.Context, tenant store.Tenant, path string) ([]Unit, error) {
	return unitsOf(s.read().UnitsUnder(ctx, tenant, path+"%"))
}

// Behind are the devices that speak through a bridge, by its key: what a
// gateway's silence leaves unheard.
func (s *Service) Behind(ctx context.Context, tenant store.Tenant, bridge string) ([]Unit, error) {
	return unitsOf(s.read().UnitsBehind(ctx, tenant, bridge))
}
