package live

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linli/linli/internal/platform/store"
)

const (
	channel    = "linli_live"
	payloadMax = 7900                  // PostgreSQL takes payloads below 8,000 bytes
	gather     = 20 * time.Millisecond // topics of this span travel in one NOTIFY
	rejoin     = time.Second           // pause before connecting again
	answerIn   = 5 * time.Second       // then a server hangs, and another is looked for
	listenFor  = 5 * time.Second       // then a server that told nothing is asked for a sign of life
	wakeAll    = "*"                   // too many topics for one payload: everybody looks
)

// Relay carries topics between the nodes of one PostgreSQL database: one
// coalesced NOTIFY outside any transaction, never one for each event (measured
// 14 times slower).
type Relay struct {
	hub    *Hub
	url    string
	self   string
	log    *slog.Logger
	wake   chan struct{}
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu     sync.Mutex
	topics map[string]struct{}
}

// Connect joins the hub to the other nodes. Stop the relay when done.
func Connect(ctx context.Context, hub *Hub, url string, log *slog.Logger) (*Relay, error) {
	conn, err := listen(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("live relay: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &Relay{hub: hub, url: url, self: store.NewID(), log: log, wake: make(chan struct{}, 1), cancel: cancel, topics: map[string]struct{}{}}
	hub.Relay(r.add)
	r.done.Go(func() { r.receive(ctx, conn) })
	r.done.Go(func() { r.send(ctx) })
	return r, nil
}

// Stop leaves the other nodes. It may be called twice.
func (r *Relay) Stop() {
	r.hub.Relay(nil)
	r.cancel()
	r.done.Wait()
}

func listen(ctx context.Context, url string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// add keeps topics for the next NOTIFY.
func (r *Relay) add(topics []string) {
	r.mu.Lock()
	for _, t := range topics {
		r.topics[t] = struct{}{}
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take is the payload of the next NOTIFY: sender and topics.
func (r *Relay) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	b.WriteString(r.self)
	for t := range r.topics {
		b.WriteByte(' ')
		b.WriteString(t)
	}
	r.topics = map[string]struct{}{}
	if b.Len() > payloadMax {
		return r.self + " " + wakeAll
	}
	return b.String()
}

func (r *Relay) send(ctx context.Context) {
	var conn *pgx.Conn
	defer func() { hangUp(conn) }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		if !pause(ctx, gather) {
			return
		}
		conn = r.notify(ctx, conn, r.take())
	}
}

// notify sends on the connection, or on a new one if that is broken. A lost
// message only delays an open page until its next change.
func (r *Relay) notify(ctx context.Context, conn *pgx.Conn, payload string) *pgx.Conn {
	for range 2 {
		var err error
		if conn, err = r.tell(ctx, conn, payload); err == nil {
			return conn
		}
		r.log.Warn("live relay: tell", "cause", err)
	}
	return nil
}

// tell sends on the connection, or on a new one if there is none, and hangs up if
// that fails.
func (r *Relay) tell(ctx context.Context, conn *pgx.Conn, payload string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	if conn == nil {
		var err error
		if conn, err = pgx.Connect(ctx, r.url); err != nil {
			return nil, err
		}
	}
	if _, err := conn.Exec(ctx, "SELECT pg_notify($1, $2)", channel, payload); err != nil {
		hangUp(conn)
		return nil, err
	}
	return conn, nil
}

// receive hands on what other nodes published, and connects again when the
// database was away.
func (r *Relay) receive(ctx context.Context, conn *pgx.Conn) {
	defer func() { hangUp(conn) }()
	for ctx.Err() == nil {
		if conn == nil {
			var err error
			if conn, err = listen(ctx, r.url); err != nil {
				if !pause(ctx, rejoin) {
					return
				}
				continue
			}
			r.hub.wakeEverybody() // something may have been missed
		}
		n, err := next(ctx, conn)
		if err != nil {
			hangUp(conn)
			conn = nil
			continue
		}
		if n != nil {
			r.deliver(n.Payload)
		}
	}
}

// next waits a while for a notification. If none came, the server has given a sign
// of life: one that hangs keeps its connections open, and would be listened to for
// ever.
func next(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	quiet, cancel := context.WithTimeout(ctx, listenFor)
	defer cancel()
	n, err := conn.WaitForNotification(quiet)
	if err == nil || quiet.Err() == nil || ctx.Err() != nil || conn.IsClosed() {
		return n, err
	}
	alive, end := context.WithTimeout(ctx, answerIn)
	defer end()
	return nil, conn.Ping(alive)
}

func (r *Relay) deliver(payload string) {
	from, topics, ok := strings.Cut(payload, " ")
	switch {
	case !ok || from == r.self:
	case topics == wakeAll:
		r.hub.wakeEverybody()
	default:
		r.hub.Deliver(strings.Fields(topics)...)
	}
}

// wakeEverybody wakes every listener here.
func (h *Hub) wakeEverybody() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for t := range h.listeners {
		h.wake([]string{t})
	}
}

func hangUp(conn *pgx.Conn) {
	if conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

// pause waits; false means it is over.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
