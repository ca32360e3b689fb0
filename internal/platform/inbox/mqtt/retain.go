package mqtt

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/linli/linli/internal/platform/inbox"
)

// shelf is a client's part in what is retained: its own messages on their way
// to the disk, and those of others that it is to be handed.
type shelf struct {
	urgent bool           // lane of its last retained message
	under  sync.WaitGroup // its retained messages that are not yet stored

	wants   []bool // of each filter of the SUBSCRIBE that is being answered: what is retained
	granted []packets.Subscription
}

// handing is what a client is to be handed, and what it has heard meanwhile.
type handing struct {
	due  []packets.Subscription
	news map[string]struct{} // topics
}

// counter is where what is retained is handed over.
type counter struct {
	mu    sync.Mutex
	links map[*link]*handing
}

// inOrder waits until the client's earlier retained messages are stored if this
// one takes another lane: the lanes know no order between them, and the last
// that is stored is the one that is retained.
func (s *shelf) inOrder(m inbox.Message) {
	if s.urgent != m.Urgent {
		s.under.Wait()
		s.urgent = m.Urgent
	}
	s.under.Add(1)
}

// kept ends what inOrder began.
func (s *shelf) kept() { s.under.Done() }

// retained completes a message that is to be retained for so many seconds; 0:
// for ever.
func (l *link) retained(m *inbox.Message, seconds uint32) {
	if len(m.Body) == 0 {
		m.Note = inbox.Cleared
	}
	if seconds > 0 {
		m.Expires = l.door.inbox.Now().Add(time.Duration(seconds) * time.Second)
	}
}

// OnRetainMessage takes out of the library's memory what it has passed on as
// retained: the database keeps it.
func (h *hook) OnRetainMessage(_ *broker.Client, pk packets.Packet, _ int64) {
	h.door.broker.Topics.RetainMessage(packets.Packet{TopicName: pk.TopicName})
}

// asked notes of which filters retained messages are wanted (MQTT 5, 3.8.3.1):
// always, only when the filter is new, or never. The library is to hand over
// none.
func (s *shelf) asked(cl *broker.Client, filters packets.Subscriptions) {
	s.wants = make([]bool, len(filters))
	for i, f := range filters {
		_, had := cl.State.Subscriptions.Get(f.Filter)
		s.wants[i] = f.RetainHandling == 0 || f.RetainHandling == 1 && !had
		filters[i].RetainHandling = 2
	}
}

// OnSubscribed notes which of them were granted.
func (h *hook) OnSubscribed(cl *broker.Client, pk packets.Packet, reasons []byte) {
	l := linkOf(cl)
	if l == nil {
		return
	}
	for i, f := range pk.Filters {
		if reasons[i] < packets.ErrUnspecifiedError.Code && l.shelf.wants[i] {
			l.shelf.granted = append(l.shelf.granted, f)
		}
	}
}

// OnPacketSent hands over what is retained once the client knows that it has
// subscribed.
func (h *hook) OnPacketSent(cl *broker.Client, pk packets.Packet, _ []byte) {
	if pk.FixedHeader.Type != packets.Suback {
		return
	}
	l := linkOf(cl)
	if l == nil || len(l.shelf.granted) == 0 {
		return
	}
	c := &h.door.counter
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.links[l]
	if of == nil {
		of = &handing{news: map[string]struct{}{}}
		if !h.door.goWrite(l.handOver) {
			return
		}
		c.links[l] = of
	}
	of.due, l.shelf.granted = append(of.due, l.shelf.granted...), nil
}

// handOver sends the client what is retained for its new filters. A client that
// cannot be told what is retained is sent away, so that it asks again rather
// than believe that there is nothing.
func (l *link) handOver() {
	for due := l.door.counter.take(l); len(due) > 0; due = l.door.counter.take(l) {
		if err := l.hand(due); err != nil {
			l.door.log.Warn("mqtt: retained messages were not handed over", "tenant", l.credential.Tenant, "device", l.credential.Device, "cause", err)
			_ = l.conn.Close()
		}
	}
}

// take is what is to be handed next; the link leaves the counter if there is
// nothing.
func (c *counter) take(l *link) []packets.Subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.links[l]
	due := of.due
	if of.due = nil; len(due) == 0 {
		delete(c.links, l)
	}
	return due
}

func (l *link) hand(due []packets.Subscription) error {
	for after := ""; ; {
		list, err := l.door.inbox.Retained(l.door.ctx, l.credential.Tenant, l.credential.Device, after)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, r := range list {
			if err := l.handOne(due, r); err != nil {
				return err
			}
		}
		after = list[len(list)-1].Topic
	}
}

// handOne sends a retained message once for each filter that it fits, unless
// the client has heard what came after it.
func (l *link) handOne(due []packets.Subscription, r inbox.Retained) error {
	for _, f := range due {
		if !fits(strings.TrimPrefix(f.Filter, l.mount), r.Topic) || l.door.counter.hasNews(l, r.Topic) {
			continue
		}
		pk := packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Publish, Retain: true}, TopicName: r.Topic, Payload: r.Body}
		if f.Identifier > 0 {
			pk.Properties.SubscriptionIdentifier = []int{f.Identifier}
		}
		if !r.Expires.IsZero() {
			pk.Properties.MessageExpiryInterval = uint32(max(1, r.Expires.Sub(l.door.inbox.Now())/time.Second))
		}
		if err := l.client.WritePacket(pk); err != nil && !errors.Is(err, packets.ErrPacketTooLarge) {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}

// fits reports whether a topic is one of a filter's (MQTT 5, 4.7). Neither
// begins with a $, as no credential may use such topics.
func fits(filter, topic string) bool {
	for {
		level, below, more := strings.Cut(filter, "/")
		if level == "#" {
			return true
		}
		own, rest, deeper := strings.Cut(topic, "/")
		switch {
		case level != "+" && level != own:
			return false
		case !deeper:
			return !more || below == "#"
		case !more:
			return false
		}
		filter, topic = below, rest
	}
}

// isNews says that subscribers under a mount are about to hear of a topic.
func (c *counter) isNews(mount, topic string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for l, of := range c.links {
		if l.mount == mount {
			of.news[topic] = struct{}{}
		}
	}
}

// hasNews reports whether a link has heard of a topic since it came here.
func (c *counter) hasNews(l *link, topic string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, has := c.links[l].news[topic]
	return has
}
