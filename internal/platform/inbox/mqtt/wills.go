package mqtt

import (
	"context"
	"sync"
	"time"

	broker "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/linli/linli/internal/platform/inbox"
)

// handoverWithin is how long a client waits until the connection that it had
// before has ended.
const handoverWithin = 5 * time.Second

// wills are the last wills that wait, and who is there: a client that comes back
// in time takes back what was to be said of its end.
type wills struct {
	mu      sync.Mutex
	present map[string]*link     // by the library's name of the client
	waiting map[string]chan bool // told whether the will is to be said now, or never
}

// arrive makes a link its client's, and is the one before it. A new session makes
// the end of the old one final (MQTT 5, 3.1.3.2.2).
func (w *wills) arrive(l *link) (before *link) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := l.client.ID
	before, w.present[id] = w.present[id], l
	if said, ok := w.waiting[id]; ok {
		delete(w.waiting, id)
		said <- l.clean
	}
	return before
}

// depart is called when a link's connection has ended and its will is stored or
// waits.
func (w *wills) depart(l *link) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.present[l.client.ID] == l {
		delete(w.present, l.client.ID)
	}
	close(l.over)
}

// postpone lets a will wait; false if it is not to wait, and then whether it is to
// be said.
func (w *wills) postpone(l *link) (said chan bool, now bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := l.client.ID
	if newer := w.present[id]; newer != l {
		return nil, newer == nil || newer.clean
	}
	said = make(chan bool, 1)
	w.waiting[id] = said
	return said, false
}

// due takes a will out of those that wait; false if it was decided meanwhile.
func (w *wills) due(l *link, said chan bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting[l.client.ID] != said {
		return false
	}
	delete(w.waiting, l.client.ID)
	return true
}

// replace ends the connection that a client had before and waits for it: what it
// still has to say, its last will above all, is said before the new one is let in.
func (d *Door) replace(l *link) {
	before := d.wills.arrive(l)
	if before == nil {
		return
	}
	before.dismiss(packets.ErrSessionTakenOver)
	timer := time.NewTimer(handoverWithin)
	defer timer.Stop()
	select {
	case <-before.over:
	case <-timer.C:
	case <-d.ctx.Done():
	}
}

// OnWill stores a last will, or lets it wait; nobody is there to hear that it is
// stored. The library must not retain it: it would do so before it is stored, and
// under no mount.
func (h *hook) OnWill(cl *broker.Client, will broker.Will) (broker.Will, error) {
	l := linkOf(cl)
	if l != nil && !isStateTopic(will.TopicName) {
		pk := packets.Packet{FixedHeader: packets.FixedHeader{Retain: will.Retain}, TopicName: will.TopicName, Payload: will.Payload, Properties: l.last}
		if l.conn.hollow {
			pk.Payload = nil
		}
		h.door.bequeath(l, pk)
	}
	will.Retain = false
	return will, nil
}

// bequeath says a will when its time has come: at the end of its delay, or when
// the door closes, as nobody remembers it then.
func (d *Door) bequeath(l *link, pk packets.Packet) {
	if l.delay == 0 {
		d.say(l, pk)
		return
	}
	said, now := d.wills.postpone(l)
	if said == nil {
		if now {
			d.say(l, pk)
		}
		return
	}
	waits := d.goWrite(func() {
		timer := time.NewTimer(l.delay)
		defer timer.Stop()
		select {
		case now := <-said:
			if now {
				d.say(l, pk)
			}
			return
		case <-timer.C:
		case <-d.ctx.Done():
		}
		if d.wills.due(l, said) || <-said {
			d.say(l, pk)
		}
	})
	if !waits && d.wills.due(l, said) {
		d.say(l, pk)
	}
}

// say stores a will.
func (d *Door) say(l *link, pk packets.Packet) {
	m := inbox.Message{
		Tenant: l.credential.Tenant, Source: "mqtt", Device: l.credential.Device, Topic: pk.TopicName, Body: pk.Payload,
		Urgent: l.credential.LifeSafety, Note: "will", Retain: pk.FixedHeader.Retain,
	}
	if m.Retain {
		l.retained(&m, pk.Properties.MessageExpiryInterval)
		l.shelf.inOrder(m)
	}
	d.inbox.Submit(context.WithoutCancel(d.ctx), m, func(_ bool, err error) {
		if m.Retain {
			defer l.shelf.kept()
		}
		if err != nil {
			d.log.Error("mqtt: a last will is lost", "tenant", m.Tenant, "device", m.Device, "cause", err)
			return
		}
		l.pass(pk)
	})
}
