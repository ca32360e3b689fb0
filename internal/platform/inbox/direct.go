package inbox

import (
	"context"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// Urgent messages are written together with what they mean if they are no more
// than directMost: more are an onrush, of which first everything gets on disk. So
// it does for slowFor after reading took longer than an urgent batch may: a slow
// codec shall hold up no message on its way to the disk.
const (
	directMost = 8
	slowFor    = time.Minute
)

// direct writes what came together with what it means, in one transaction: a
// single alarm waits for the disk once, not twice, and its detector's
// acknowledgement says that the alarm itself is on disk. That is done only for
// few urgent messages that are understood, while nothing before them waits to be
// read. If it fails, nothing of it is kept and they are still to be stored; batch
// is then what was taken from the lane.
func (l *lane) direct() (batch []parcel, stored []bool, ok bool) {
	if !l.urgent || !l.isDrained() {
		return nil, nil, false
	}
	if batch = l.takeAll(directMost); len(batch) == 0 {
		return nil, nil, false
	}
	l.box.alarming.Add(1)
	defer l.box.alarming.Add(-1)
	ctx := l.context()
	list := make([]decoded, len(batch))
	began := l.box.Now()
	for i, w := range batch {
		list[i] = l.box.decodeOne(ctx, w.Message.kept())
		if l.noteSlow(began) || list[i].cause != nil {
			return batch, nil, false
		}
	}
	l.box.noteLate(store.Ms(batch[0].ReceivedAt))
	err := l.box.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		stored = make([]bool, len(batch))
		if err := l.box.rows.writeAll(ctx, New(tx), batch, stored); err != nil {
			return err
		}
		if err := l.retain(ctx, tx, batch, stored); err != nil {
			return err
		}
		for i, d := range list {
			if !stored[i] {
				continue
			}
			if err := l.box.applyOne(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return batch, stored, err == nil
}

// noteSlow notes and reports whether reading since an instant was slow.
func (l *lane) noteSlow(began time.Time) bool {
	now := l.box.Now()
	if now.Sub(began) <= decodeUrgent {
		return false
	}
	l.dueMu.Lock()
	defer l.dueMu.Unlock()
	l.slowUntil = now.Add(slowFor)
	return true
}

// isDrained reports whether nothing of the lane waits to be read, as far as this
// program knows, and reading was not slow a moment ago.
func (l *lane) isDrained() bool {
	if !l.box.decoding() {
		return false
	}
	l.dueMu.Lock()
	defer l.dueMu.Unlock()
	slow := l.slowUntil.Sub(l.box.Now())
	return l.drained && !l.due && !l.reading && (slow <= 0 || slow > slowFor) // more: the clock went back
}

// kept is the message as it is read back from the disk.
func (m Message) kept() Message {
	return Message{
		Tenant: m.Tenant, ID: m.ID, Source: cleaned(m.Source), Device: cleaned(m.Device), Topic: cleaned(m.Topic), Body: m.Body,
		Urgent: m.Urgent, Unsure: m.Unsure, Note: cleaned(m.Note), ReceivedAt: store.Time(store.Ms(m.ReceivedAt)),
	}
}
