package inbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// longestPage bounds what one look returns, and pruneBatch what one
// transaction deletes.
const (
	longestPage = 500
	pruneBatch  = 200
)

// Page is where a look goes on: at most Limit messages (500 at most) that are
// older than the one with id Before; empty begins with the newest.
type Page struct {
	Before string
	Limit  int
}

func (p Page) bounds() (before string, limit int32) {
	if p.Before == "" {
		p.Before = "z" // greater than any id
	}
	if p.Limit <= 0 || p.Limit > longestPage {
		p.Limit = longestPage
	}
	return p.Before, int32(p.Limit)
}

// Recent are a device's messages, newest first: for the live preview of a
// mapping, and for whoever asks what a device said.
func (b *Box) Recent(ctx context.Context, tenant store.Tenant, device string, p Page) ([]Message, error) {
	before, limit := p.bounds()
	rows, err := New(b.store.Reader()).Recent(ctx, RecentParams{TenantID: tenant, Device: device, ID: before, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("recent messages: %w", err)
	}
	return messages(tenant, rows, func(r RecentRow) WaitingRow { return WaitingRow(r) })
}

// Troubled are the messages that could not be decoded, newest first.
func (b *Box) Troubled(ctx context.Context, tenant store.Tenant, p Page) ([]Message, error) {
	before, limit := p.bounds()
	rows, err := New(b.store.Reader()).Troubled(ctx, tenant, before, limit)
	if err != nil {
		return nil, fmt.Errorf("troubled messages: %w", err)
	}
	return messages(tenant, rows, func(r TroubledRow) WaitingRow { return WaitingRow(r) })
}

// ByID is one message.
func (b *Box) ByID(ctx context.Context, tenant store.Tenant, id string) (Message, error) {
	row, err := New(b.store.Reader()).ByID(ctx, tenant, id)
	if err != nil {
		return Message{}, store.NoRows(err)
	}
	return message(tenant, WaitingRow(row))
}

func messages[R any](tenant store.Tenant, rows []R, as func(R) WaitingRow) ([]Message, error) {
	list := make([]Message, 0, len(rows))
	for _, r := range rows {
		m, err := message(tenant, as(r))
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// Filter chooses messages to decode again.
type Filter struct {
	Tenant store.Tenant
	Device string // of this device; empty: those that were not understood, of all devices
	// Message, if not empty, is the one message; one that is not there is a
	// not_found fault.
	Message string
	// Since leaves out what was received before; zero leaves nothing out.
	Since time.Time
}

// Replay has messages decoded again, oldest or newest alike, and returns how
// many. The decoder sees them with Replays above zero.
func (b *Box) Replay(ctx context.Context, f Filter) (int, error) {
	total, page := 0, Page{}
	for {
		found, err := b.chosen(ctx, f, page)
		if err != nil {
			return total, err
		}
		n, err := b.putBack(ctx, f, found)
		total += n
		if err != nil {
			return total, fmt.Errorf("replay: %w", err)
		}
		if len(found) < longestPage {
			break
		}
		page.Before = found[len(found)-1].ID
	}
	b.lane(f.Tenant, true).wake()
	b.lane(f.Tenant, false).wake()
	return total, nil
}

func (b *Box) chosen(ctx context.Context, f Filter, p Page) ([]Message, error) {
	if f.Message != "" {
		m, err := b.ByID(ctx, f.Tenant, f.Message)
		return []Message{m}, err
	}
	if f.Device == "" {
		return b.Troubled(ctx, f.Tenant, p)
	}
	return b.Recent(ctx, f.Tenant, f.Device, p)
}

func (b *Box) putBack(ctx context.Context, f Filter, found []Message) (n int, err error) {
	err = b.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n = 0
		for _, m := range found {
			if m.ReceivedAt.Before(f.Since) {
				continue
			}
			again, err := New(tx).Again(ctx, f.Tenant, m.ID)
			if err != nil {
				return err
			}
			n += int(again)
		}
		return nil
	})
	return n, err
}

// Backlog is how a tenant's inbox stands.
type Backlog struct {
	Urgent   int64 // waiting to be decoded, of devices that guard a life
	Ordinary int64 // waiting to be decoded, all others
	Troubled int64 // not understood
}

// Backlog counts what waits and what was not understood.
func (b *Box) Backlog(ctx context.Context, tenant store.Tenant) (Backlog, error) {
	q := New(b.store.Reader())
	var got Backlog
	var err error
	if got.Urgent, err = q.CountWaiting(ctx, tenant, flag(true)); err != nil {
		return got, fmt.Errorf("count urgent: %w", err)
	}
	if got.Ordinary, err = q.CountWaiting(ctx, tenant, flag(false)); err != nil {
		return got, fmt.Errorf("count ordinary: %w", err)
	}
	if got.Troubled, err = q.CountTroubled(ctx, tenant); err != nil {
		return got, fmt.Errorf("count troubled: %w", err)
	}
	return got, nil
}

// Prune deletes what was received before an instant, decoded and understood,
// and returns how many messages that were. It goes from the oldest on until
// many in a row are younger, and then through those whose ids are of a time to
// come, from a clock that was ahead. It looks for them outside of any
// transaction, so that nobody who writes waits for it.
func (b *Box) Prune(ctx context.Context, tenant store.Tenant, before time.Time) (total int64, err error) {
	ahead := store.IDsFrom(b.Now().Add(clocksOff))
	for after := ""; ; {
		rows, err := New(b.store.Reader()).After(ctx, tenant, after, pruneBatch)
		if err != nil {
			return total, fmt.Errorf("prune: %w", err)
		}
		if len(rows) == 0 {
			return total, nil
		}
		last := rows[len(rows)-1].ID
		if !slices.ContainsFunc(rows, func(r AfterRow) bool { return r.ReceivedAt < store.Ms(before) }) {
			after = max(last, ahead)
			continue
		}
		var n int64
		err = b.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err = New(tx).Prune(ctx, PruneParams{tenant, after, last, store.Ms(before)})
			return err
		})
		if err != nil {
			return total, fmt.Errorf("prune: %w", err)
		}
		total, after = total+n, last
	}
}
