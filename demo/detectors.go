package demo

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/simulate"
)

// Hang makes n simulated detectors known at a zigbee2mqtt bridge of the sample
// neighbourhood and hangs them in the homes of the compound 桂花苑, one home
// after the other: for measurements and faults that need many.
func Hang(ctx context.Context, a *app.App, bridge device.Credential, n int) error {
	d, err := a.Devices.Decode(ctx, bridge.Tenant, device.Message{Frame: bridge.Frame(bridge.Topic+"/bridge/devices", simulate.Announcement(n))})
	if err != nil {
		return err
	}
	if err := a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := a.Devices.Take(ctx, tx, bridge.Tenant, d)
		return err
	}); err != nil {
		return err
	}
	admin, err := administrator(ctx, a)
	if err != nil {
		return err
	}
	compound, err := a.Places.ByRef(ctx, bridge.Tenant, "guihua")
	if err != nil {
		return err
	}
	homes, err := a.Places.Subtree(ctx, bridge.Tenant, compound.ID, place.Dwelling)
	if err != nil {
		return err
	}
	return hang(ctx, a, bridge.Tenant, n, func(unit string, i int) error {
		_, err := a.Devices.Bind(ctx, admin, bridge.Tenant, unit, device.Binding{Place: homes[i%len(homes)].ID, Spot: "厨房"})
		return err
	})
}

// hang calls do for each simulated detector with the id it is kept under.
func hang(ctx context.Context, a *app.App, tenant store.Tenant, n int, do func(unit string, i int) error) error {
	for i := range n {
		u, err := a.Devices.ByKey(ctx, tenant, "zigbee:"+simulate.Address(i))
		if err != nil {
			return fmt.Errorf("detector %s: %w", simulate.Detector(i), err)
		}
		if err := do(u.ID, i); err != nil {
			return err
		}
	}
	return nil
}

// Issue gives the sample neighbourhood a credential of its own beside the
// sample bridge's.
func Issue(ctx context.Context, a *app.App, g device.Granting) (device.Credential, string, error) {
	admin, err := administrator(ctx, a)
	if err != nil {
		return device.Credential{}, "", err
	}
	xiwu, err := find(ctx, a, "xiwu", "s029")
	if err != nil {
		return device.Credential{}, "", err
	}
	return a.Devices.Issue(ctx, admin, xiwu.Tenant, g)
}
