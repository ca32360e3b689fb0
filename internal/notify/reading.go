package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Tellings are numbered in the order of their commits, so one number says how
// far somebody has read: beyond their mark, what has no receipt is unseen. The
// mark follows by foldMany where much lies beyond it; what stays behind it
// unseen gets a receipt that says so. A screen that showed everything so far is
// one row, not one for each message.
const (
	foldMany   = 200
	unseenMost = 100 // more are counted as so many
)

// Inbox is a person's messages, newest first, older than the id before (empty:
// the newest). An id that is none of ours is an invalid fault.
func (s *Service) Inbox(ctx context.Context, tenant store.Tenant, person, before string, limit int) ([]Message, error) {
	n := int64(math.MaxInt64)
	if before != "" {
		var err error
		if n, err = strconv.ParseInt(before, 10, 64); err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "fault.bad_form")
		}
	}
	rows, err := New(s.store.Reader()).Inbox(ctx, InboxParams{TenantID: tenant, PersonID: person, N: n, Limit: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	list := make([]Message, len(rows))
	var errs []error
	for i, r := range rows {
		m, err := told(tenant, AppReceiptsRow(r))
		list[i], errs = m, append(errs, err)
	}
	return list, errors.Join(errs...)
}

// told is a telling as one person has it.
func told(tenant store.Tenant, r AppReceiptsRow) (Message, error) {
	m := Message{
		Tenant: tenant, ID: strconv.FormatInt(r.N, 10), To: r.PersonID, Channel: App, Matter: r.MatterID, Seq: int(r.Seq), Key: r.Key, Link: r.Link,
		Created: store.Time(r.CreatedAt), Handed: store.Time(r.CreatedAt), Delivered: store.Time(r.DeliveredAt), Seen: store.Time(r.SeenAt),
	}
	if shown := store.Time(r.ShownAt); !shown.IsZero() && (m.Delivered.IsZero() || shown.Before(m.Delivered)) {
		m.Delivered = shown
	}
	return m, json.Unmarshal([]byte(r.Args), &m.Args)
}

// Unseen counts what a person has not looked at; a hundred is a hundred or more.
func (s *Service) Unseen(ctx context.Context, tenant store.Tenant, person string) (int, error) {
	n, err := unseen(ctx, New(s.store.Reader()), tenant, person)
	if err != nil {
		return 0, fmt.Errorf("unseen: %w", err)
	}
	return n, nil
}

func unseen(ctx context.Context, q *Queries, tenant store.Tenant, person string) (int, error) {
	upto, err := readUpto(ctx, q, tenant, person)
	if err != nil {
		return 0, err
	}
	folded, err := q.CountFolded(ctx, tenant, person, unseenMost)
	if err != nil || folded >= unseenMost {
		return int(folded), err
	}
	beyond, err := q.CountBeyond(ctx, CountBeyondParams{tenant, person, upto, int32(unseenMost - folded)})
	return int(folded + beyond), err
}

func readUpto(ctx context.Context, q *Queries, tenant store.Tenant, person string) (int64, error) {
	upto, err := q.ReaderUpto(ctx, tenant, person)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return 0, nil
	}
	return upto, err
}

// Seen records that a person looked at a matter: all its messages to them are
// seen now. It writes only if there was something unseen.
func (s *Service) Seen(ctx context.Context, tenant store.Tenant, person, matter string) error {
	if n, err := s.Unseen(ctx, tenant, person); err != nil || n == 0 {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).SeeMatter(ctx, SeeMatterParams{tenant, matter, person, store.Ms(tx.Now())})
		if err != nil {
			return fmt.Errorf("seen: %w", err)
		}
		if n > 0 {
			tx.AfterCommit(func() { s.hub.Publish(Topic(person), ReceiptsTopic(tenant)) })
		}
		return fold(ctx, tx, tenant, person)
	})
}

// Delivered records that a person's inbox was shown to them.
func (s *Service) Delivered(ctx context.Context, tenant store.Tenant, person string) error {
	q := New(s.store.Reader())
	if newer, _, err := undelivered(ctx, q, tenant, person); err != nil || !newer {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		newer, upto, err := undelivered(ctx, New(tx), tenant, person)
		if err != nil || !newer {
			return err
		}
		if err := New(tx).Deliver(ctx, DeliverParams{tenant, person, upto, store.Ms(tx.Now())}); err != nil {
			return fmt.Errorf("delivered: %w", err)
		}
		tx.AfterCommit(func() { s.hub.Publish(ReceiptsTopic(tenant)) })
		return fold(ctx, tx, tenant, person)
	})
}

// undelivered reports whether a person was told anything since their screen last
// showed what there was, and the newest of it.
func undelivered(ctx context.Context, q *Queries, tenant store.Tenant, person string) (newer bool, newest int64, err error) {
	if newest, err = q.NewestTo(ctx, tenant, person); err != nil {
		if fault.Is(store.NoRows(err), fault.NotFound) {
			return false, 0, nil
		}
		return false, 0, fmt.Errorf("newest message: %w", err)
	}
	last, err := q.LastDelivery(ctx, tenant, person)
	if err = store.NoRows(err); err != nil && !fault.Is(err, fault.NotFound) {
		return false, 0, fmt.Errorf("last delivery: %w", err)
	}
	return newest > last, newest, nil
}

// fold moves a person's mark on if much lies beyond it.
func fold(ctx context.Context, tx *store.Tx, tenant store.Tenant, person string) error {
	q := New(tx)
	upto, err := readUpto(ctx, q, tenant, person)
	if err != nil {
		return fmt.Errorf("fold: %w", err)
	}
	list, err := q.Beyond(ctx, BeyondParams{tenant, person, upto, foldMany})
	if err != nil || len(list) < foldMany {
		return err
	}
	var sql strings.Builder
	sql.WriteString("INSERT INTO notify_receipt (tenant_id, n, person_id, delivered_at, seen_at) VALUES ")
	args := []any{tenant, person}
	for i, n := range list {
		if i > 0 {
			sql.WriteByte(',')
		}
		args = append(args, n)
		fmt.Fprintf(&sql, "($1,$%d,$2,0,0)", len(args))
	}
	sql.WriteString(" ON CONFLICT (tenant_id, n, person_id) DO NOTHING")
	if _, err := tx.ExecContext(ctx, sql.String(), args...); err != nil {
		return fmt.Errorf("fold: %w", err)
	}
	return q.FoldTo(ctx, tenant, person, list[len(list)-1])
}

// Receipts is who was told about a matter, when and how: of one entry first what
// was told in the app.
func (s *Service) Receipts(ctx context.Context, tenant store.Tenant, matter string) ([]Message, error) {
	q := New(s.store.Reader())
	app, err := q.AppReceipts(ctx, tenant, matter)
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	rows, err := q.Receipts(ctx, tenant, matter)
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	list := make([]Message, len(app), len(app)+len(rows))
	for i, r := range app {
		if list[i], err = told(tenant, r); err != nil {
			return nil, err
		}
	}
	others, err := messagesOf(rows)
	if err != nil {
		return nil, err
	}
	list = append(list, others...)
	slices.SortStableFunc(list, func(a, b Message) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), a.Created.Compare(b.Created)) })
	return list, s.nameGateways(ctx, tenant, list)
}
