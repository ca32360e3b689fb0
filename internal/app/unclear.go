package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// unclear is a message of which something has no known meaning. The rest of it
// counts all the same.
type unclear struct {
	device.Decoded
	why error
}

// Error is why it was not understood.
func (u *unclear) Error() string { return u.why.Error() }

// Unwrap says whether that is the last word. A script that was stopped, or was not
// run as it had been, is asked again.
func (u *unclear) Unwrap() []error {
	if u.Stopped() {
		return []error{u.why, inbox.ErrLater}
	}
	return []error{u.why, inbox.ErrNotUnderstood}
}

// frameOf is a message as the device room reads it.
func frameOf(c device.Credential, m inbox.Message) device.Message {
	x := device.Message{Frame: c.Frame(m.Topic, m.Body), QoS0: m.Unsure, Owner: c.Device, At: m.ReceivedAt}
	if m.Replays > 0 {
		x.Again = m.ReceivedAt
	}
	return x
}

// notUnderstood takes in a message that stays in the inbox with its trouble:
// what could be read of it counts, and whoever sent it has a trouble, so that a
// detector is never silent because its words are not known.
func (a *App) notUnderstood(ctx context.Context, tx *store.Tx, m inbox.Message, cause error) error {
	var u *unclear
	if errors.As(cause, &u) {
		_, err := a.Devices.Take(ctx, tx, m.Tenant, u.Decoded)
		return err
	}
	c, err := a.Devices.Named(ctx, m.Tenant, m.Device)
	if fault.Is(err, fault.NotFound) {
		a.Log.Error("inbox: a message under no known credential", "tenant", m.Tenant, "id", m.ID)
		return nil
	}
	if err != nil {
		return err
	}
	return a.Devices.Missed(ctx, tx, m.Tenant, c.Device, "decoder")
}

// keepPresent notes each minute which bridges keep their connection, until the
// house stops.
func (a *App) keepPresent(stop <-chan struct{}) {
	ticker := time.NewTicker(presentEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			a.hearPresent(context.Background())
		case <-stop:
			return
		}
	}
}

const presentEvery = time.Minute

// hearPresent notes which bridges keep their connection now.
func (a *App) hearPresent(ctx context.Context) {
	for _, p := range a.mqtt.Present(2 * presentEvery) {
		c, err := a.Devices.Named(ctx, p.Tenant, p.Device)
		if err == nil {
			err = a.Devices.Alive(ctx, p.Tenant, c.Device)
		}
		if err != nil {
			a.Log.Warn("devices: a connected bridge could not be noted", "cause", fmt.Errorf("%s: %w", p.Device, err))
		}
	}
}
