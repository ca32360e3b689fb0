package simulate

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How long a cut line is tried again: at once, then after twice the pause before, and
// for no longer than givenUp without an acknowledgement.
const (
	firstPause = 50 * time.Millisecond
	longPause  = 5 * time.Second
	givenUp    = 2 * time.Minute
)

// line is a bridge's connection that is made again when it is cut, as a real bridge
// does: what was sent and not acknowledged is sent again, before anything new and in
// its order. A house that stored it all the same stores it twice.
//
// One goroutine may send at a time.
type line struct {
	login Login
	wire  *Wire
	cuts  int // how often it was made again

	mu    sync.Mutex
	owed  []*letter // in the order they were sent
	moved bool      // something was acknowledged since the last connection was made

	pause time.Duration // before the next connection
	heard time.Time     // when a line was last cut that had brought something
}

// letter is one message until it is acknowledged.
type letter struct {
	topic string
	body  []byte
	acked func()
	done  bool
}

// open makes the first connection; a house that is not there is an error at once.
func open(ctx context.Context, l Login) (*line, error) {
	w, err := Dial(ctx, l)
	if err != nil {
		return nil, err
	}
	return &line{login: l, wire: w, moved: true}, nil
}

func (l *line) Close() { l.wire.Close() }

// Send publishes, over as many connections as it takes.
func (l *line) Send(ctx context.Context, topic string, body []byte, acked func()) error {
	one := &letter{topic: topic, body: body, acked: acked}
	l.mu.Lock()
	l.owed = append(l.owed, one)
	l.mu.Unlock()
	if err := l.post(one); err != nil {
		return l.again(ctx)
	}
	return nil
}

// post sends a letter over the connection there is.
func (l *line) post(one *letter) error {
	return l.wire.Send(one.topic, one.body, func() {
		l.mu.Lock()
		first := !one.done
		one.done, l.moved = true, true
		for len(l.owed) > 0 && l.owed[0].done {
			l.owed = l.owed[1:]
		}
		l.mu.Unlock()
		if first {
			one.acked()
		}
	})
}

// Flush writes what is buffered.
func (l *line) Flush(ctx context.Context) error {
	if l.wire.Flush() != nil || l.wire.Err() != nil {
		return l.again(ctx)
	}
	return nil
}

// Wait returns when everything sent is acknowledged.
func (l *line) Wait(ctx context.Context) error {
	for l.wire.Wait(ctx) != nil {
		if err := l.again(ctx); err != nil {
			return err
		}
	}
	return nil
}

// again connects and sends what is owed, until that holds: at once if something was
// acknowledged over the line that was cut. A broker that refuses is not asked twice.
func (l *line) again(ctx context.Context) error {
	l.wire.Close() // nothing is acknowledged behind it
	for {
		if err := l.rest(ctx); err != nil {
			return err
		}
		w, err := Dial(ctx, l.login)
		if err == nil {
			l.wire, l.cuts = w, l.cuts+1
			if err = l.resend(); err == nil {
				return nil
			}
			w.Close()
		}
		if errors.Is(err, errRefused) || time.Since(l.heard) > givenUp {
			return err
		}
	}
}

// rest pauses before the next connection, longer each time until something is
// acknowledged.
func (l *line) rest(ctx context.Context) error {
	l.mu.Lock()
	if l.moved {
		l.moved, l.pause, l.heard = false, 0, time.Now()
	}
	l.mu.Unlock()
	timer := time.NewTimer(l.pause)
	defer timer.Stop()
	l.pause = min(max(2*l.pause, firstPause), longPause)
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *line) resend() error {
	l.mu.Lock()
	owed := make([]*letter, 0, len(l.owed))
	for _, one := range l.owed {
		if !one.done {
			owed = append(owed, one)
		}
	}
	l.mu.Unlock()
	for _, one := range owed {
		if err := l.post(one); err != nil {
			return err
		}
	}
	return l.wire.Flush()
}
