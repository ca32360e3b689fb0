// Package live tells open pages that something changed.
//
// A topic is a short string such as "matter/<id>" or "place/<id>". Publishing
// carries no content: a listener reads the current state itself, so a lost or
// doubled message does no harm and nothing personal passes through. Messages
// on one topic that come faster than a listener reads fall together.
//
//	verb commits ──▶ Publish(topic) ──▶ listeners of the topic ──▶ each renders its own view
//
// Between several nodes on PostgreSQL a relay carries the topics (see
// [Hub.Relay]); one node needs none.
package live

import (
	"runtime"
	"sync"
	"time"
)

// Hub joins those who publish and those who listen. The zero value is not
// ready; use New.
type Hub struct {
	mu        sync.Mutex
	listeners map[string]map[*Listener]struct{}
	relay     func(topics []string)
	closed    bool
	turns     chan struct{}
}

// New makes a hub for one process.
func New() *Hub {
	return &Hub{listeners: map[string]map[*Listener]struct{}{}, turns: make(chan struct{}, max(1, runtime.NumCPU()/2))}
}

// InTurn runs what makes a view anew. Not all listeners of a change do it at the
// same time: half of the machine is left to whoever makes the next change, such
// as an alarm while many desks show the one before. Whoever has waited for a
// second does not wait longer.
func (h *Hub) InTurn(do func()) {
	late := time.NewTimer(turnWait)
	defer late.Stop()
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-late.C:
	}
	do()
}

const turnWait = time.Second

// Listener hears some topics until it is closed.
type Listener struct {
	hub    *Hub
	topics []string
	c      chan struct{}
}

// C receives after a topic was published, once for any number of messages
// since the last receive. It is closed when the hub closes.
func (l *Listener) C() <-chan struct{} { return l.c }

// Listen hears these topics. Close the listener when done.
func (h *Hub) Listen(topics ...string) *Listener {
	l := &Listener{hub: h, topics: topics, c: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(l.c)
		return l
	}
	for _, t := range topics {
		if h.listeners[t] == nil {
			h.listeners[t] = map[*Listener]struct{}{}
		}
		h.listeners[t][l] = struct{}{}
	}
	return l
}

// Close stops listening. It may be called twice.
func (l *Listener) Close() {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	for _, t := range l.topics {
		delete(l.hub.listeners[t], l)
		if len(l.hub.listeners[t]) == 0 {
			delete(l.hub.listeners, t)
		}
	}
}

// Publish wakes the listeners of the topics here and, with a relay, on the
// other nodes. It never blocks.
func (h *Hub) Publish(topics ...string) {
	h.mu.Lock()
	relay := h.relay
	h.wake(topics)
	h.mu.Unlock()
	if relay != nil {
		relay(topics)
	}
}

// Deliver wakes the listeners here only: for topics that came by the relay.
func (h *Hub) Deliver(topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wake(topics)
}

// Relay hands every published topic to send, which must not block.
func (h *Hub) Relay(send func(topics []string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.relay = send
}

func (h *Hub) wake(topics []string) {
	if h.closed {
		return
	}
	for _, t := range topics {
		for l := range h.listeners[t] {
			select {
			case l.c <- struct{}{}:
			default:
			}
		}
	}
}

// Listening counts the open listeners.
func (h *Hub) Listening() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := map[*Listener]struct{}{}
	for _, ls := range h.listeners {
		for l := range ls {
			seen[l] = struct{}{}
		}
	}
	return len(seen)
}

// Close ends every listener, so that open streams finish and the program can
// stop.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	ended := map[*Listener]struct{}{}
	for _, ls := range h.listeners {
		for l := range ls {
			if _, done := ended[l]; !done {
				close(l.c)
				ended[l] = struct{}{}
			}
		}
	}
	h.listeners = map[string]map[*Listener]struct{}{}
}
