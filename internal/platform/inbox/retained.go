package inbox

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// What is retained under one credential is bounded. What is there stays; a
// message that finds no room is stored, acknowledged and passed on like any
// other, but not retained, and neither is the one of its topic before it any
// longer: an old word must not pose as the last.
const (
	retainedTopics = 2048
	retainedBytes  = 16 << 20 // of all messages together
	retainedName   = 1024     // bytes of a topic
	retainedPage   = 64
)

// Cleared is the note of a message that takes back what was retained of its
// topic, and says nothing else.
const Cleared = "cleared"

// Retained is the last message of a topic that its sender wanted kept for
// whoever subscribes later.
type Retained struct {
	Topic   string
	Body    []byte
	Expires time.Time // zero: never
}

// Retained are messages retained under a credential, by their topics from the
// one that follows after; none: there are no more.
func (b *Box) Retained(ctx context.Context, tenant store.Tenant, device, after string) ([]Retained, error) {
	rows, err := New(b.store.Reader()).Retained(ctx, RetainedParams{tenant, cleaned(device), after, store.Ms(b.store.Now()), retainedPage})
	if err != nil {
		return nil, fmt.Errorf("retained messages: %w", err)
	}
	list := make([]Retained, len(rows))
	for i, r := range rows {
		body, err := unkeep(r.Form, r.Body)
		if err != nil {
			return nil, fmt.Errorf("retained messages: %w", err)
		}
		list[i] = Retained{r.Topic, body, store.Time(r.ExpiresAt)}
	}
	return list, nil
}

// topicOf names what a retained message is retained for.
type topicOf struct{ device, topic string }

// retain keeps the last retained message of each topic in a batch, in the
// transaction that stores them all. The topics are taken by their names, so
// that two transactions do not wait for each other.
func (l *lane) retain(ctx context.Context, tx *store.Tx, batch []parcel, stored []bool) error {
	var last map[topicOf]Message
	for i, w := range batch {
		if !w.Retain || !stored[i] {
			continue
		}
		if last == nil {
			last = map[topicOf]Message{}
		}
		last[topicOf{cleaned(w.Device), w.Topic}] = w.Message
	}
	if last == nil {
		return nil
	}
	var c *cupboard
	for _, at := range slices.SortedFunc(maps.Keys(last), func(a, b topicOf) int {
		return cmp.Or(cmp.Compare(a.device, b.device), cmp.Compare(a.topic, b.topic))
	}) {
		if c == nil || c.device != at.device {
			var err error
			if c, err = l.cupboard(ctx, tx, at.device); err != nil {
				return err
			}
		}
		if err := c.put(ctx, last[at]); err != nil {
			return fmt.Errorf("retained message: %w", err)
		}
	}
	return nil
}

// cupboard is what is retained under one credential.
type cupboard struct {
	*Queries
	lane          *lane
	device        string
	topics, bytes int64
	warned        bool
}

func (l *lane) cupboard(ctx context.Context, tx *store.Tx, device string) (*cupboard, error) {
	q := New(tx)
	if err := q.DropExpired(ctx, l.tenant, device, store.Ms(tx.Now())); err != nil {
		return nil, fmt.Errorf("retained messages: %w", err)
	}
	use, err := q.RetainedUse(ctx, l.tenant, device)
	if err != nil {
		return nil, fmt.Errorf("retained messages: %w", err)
	}
	return &cupboard{Queries: q, lane: l, device: device, topics: use.Topics, bytes: use.Bytes}, nil
}

// put keeps a message in the place of the one before it, or takes that away if
// the message is empty or finds no room.
func (c *cupboard) put(ctx context.Context, m Message) error {
	if !storable(m.Topic) || len(m.Topic) > retainedName {
		c.warn("topic")
		return nil
	}
	before, err := c.RetainedSize(ctx, c.lane.tenant, c.device, m.Topic)
	switch err = store.NoRows(err); {
	case err == nil:
		c.topics, c.bytes = c.topics-1, c.bytes-before
	case !fault.Is(err, fault.NotFound):
		return err
	}
	size := int64(len(m.Body))
	if full := c.topics >= retainedTopics || c.bytes+size > retainedBytes; size == 0 || full {
		if full {
			c.warn("full")
		}
		return c.DropRetained(ctx, c.lane.tenant, c.device, m.Topic)
	}
	c.topics, c.bytes = c.topics+1, c.bytes+size
	form, body := keep(m.Body)
	return c.PutRetained(ctx, PutRetainedParams{
		TenantID: c.lane.tenant, Device: c.device, Topic: m.Topic, Size: size, ExpiresAt: store.Ms(m.Expires), Form: form, Body: body,
	})
}

// warn tells once for each batch that something is not retained.
func (c *cupboard) warn(why string) {
	if !c.warned {
		c.lane.box.log.Warn("inbox: a message is not retained", "tenant", c.lane.tenant, "device", c.device, "why", why)
	}
	c.warned = true
}
