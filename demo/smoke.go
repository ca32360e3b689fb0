package demo

import (
	"context"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/store"
)

// Smoke lets the detector in the kitchen of 桂花园 6号 402 see smoke.
func Smoke(ctx context.Context, a *app.App) error {
	who, err := find(ctx, a, "xiwu", "s029")
	if err != nil {
		return err
	}
	flat, err := a.Places.ByRef(ctx, who.Tenant, "guihua-6-402")
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return a.Alarms.OnSignal(ctx, tx, alarm.Signal{
			Tenant: who.Tenant, Device: "demo-smoke-402", Kind: alarm.Smoke, On: true, Place: flat.ID, ReceivedAt: tx.Now(),
		})
	})
}
