package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// Reader makes of messages what they mean to the register.
type Reader struct {
	Devices *device.Service
	Log     *slog.Logger
}

// Decode says what a message in the inbox means and what follows from it.
func (r Reader) Decode(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
	if m.Note == inbox.Cleared {
		return nil, nil
	}
	c, err := r.Devices.ReadAs(ctx, m.Tenant, m.Device)
	if fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("%w: no such credential: %w", inbox.ErrNotUnderstood, err)
	}
	if err != nil {
		return nil, fmt.Errorf("credential of a message: %w", err)
	}
	d, err := r.Devices.Decode(ctx, m.Tenant, frameOf(c, m))
	if err != nil {
		return nil, err
	}
	if why := d.NotUnderstood(); why != nil {
		return nil, &unclear{d, why}
	}
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := r.Devices.Take(ctx, tx, m.Tenant, d)
		return err
	}, nil
}

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

// NotUnderstood takes in a message that stays in the inbox with its trouble:
// what could be read of it counts, and whoever sent it has a trouble, so that a
// detector is never silent because its words are not known.
func (r Reader) NotUnderstood(ctx context.Context, tx *store.Tx, m inbox.Message, cause error) error {
	var u *unclear
	if errors.As(cause, &u) {
		_, err := r.Devices.Take(ctx, tx, m.Tenant, u.Decoded)
		return err
	}
	c, err := r.Devices.Named(ctx, m.Tenant, m.Device)
	if fault.Is(err, fault.NotFound) {
		r.Log.Error("inbox: a message under no known credential", "tenant", m.Tenant, "id", m.ID)
		return nil
	}
	if err != nil {
		return err
	}
	return r.Devices.Missed(ctx, tx, m.Tenant, c.Device, "decoder")
}
