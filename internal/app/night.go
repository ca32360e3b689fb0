package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

const (
	nightJob     = "house.night"
	nightHour    = 3 * time.Hour       // of the day in Shanghai
	messagesKept = 90 * 24 * time.Hour // as they came; what they meant is kept by the rooms
	promiseEvery = time.Hour           // a neighbourhood that was imported meanwhile has its first night
)

// night forgets what has served its time in one neighbourhood: messages as they
// came, sign-ins that ended, keys of what was sent twice.
func (a *App) night(ctx context.Context, j job.Job) error {
	err := a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(a.Door.Sweep(ctx, tx, j.Tenant), a.Spine.ForgetKeys(ctx, tx, j.Tenant), promiseNight(ctx, tx, j.Tenant))
	})
	if err != nil {
		return fmt.Errorf("night: %w", err)
	}
	_, err = a.Inbox.Prune(ctx, j.Tenant, a.Store.Now().Add(-messagesKept))
	return err
}

// promiseNight promises the next night; promised twice it is one.
func promiseNight(ctx context.Context, tx *store.Tx, tenant store.Tenant) error {
	const east = 8 * time.Hour // of Greenwich
	day := tx.Now().Add(east - nightHour).Truncate(24 * time.Hour)
	return job.Add(ctx, tx, tenant, nightJob, "", day.Add(24*time.Hour+nightHour-east), nil)
}

// keepNights sees to it that every neighbourhood has its next night, until the
// house stops.
func (a *App) keepNights(stop <-chan struct{}) {
	ticker := time.NewTicker(promiseEvery)
	defer ticker.Stop()
	for {
		a.promiseNights(context.Background())
		select {
		case <-ticker.C:
		case <-stop:
			return
		}
	}
}

func (a *App) promiseNights(ctx context.Context) {
	for _, t := range a.tend.list() {
		err := a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return promiseNight(ctx, tx, t) })
		if err != nil {
			a.Log.Warn("night: not promised", "tenant", t, "cause", err)
		}
	}
}
