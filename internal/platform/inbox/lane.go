package inbox

import (
	"context"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// parcel is a message with whoever wants to know that it is on disk.
type parcel struct {
	Message
	done func(stored bool, err error)
}

// lane is one neighbourhood's urgent or ordinary messages on their way to the
// disk, and from there to the decoder.
type lane struct {
	box *Box
	laneKey

	mu      sync.Mutex
	queue   []parcel
	bytes   int
	freed   chan struct{} // closed and replaced when there is room again
	running bool
	came    int // messages queued since the decoder last asked

	dueMu   sync.Mutex
	due     bool // something may be waiting to be decoded
	reading bool
	drained bool // nothing of this lane waited when it was last read

	slowUntil time.Time // reading was slow: until then messages are stored first
}

// put queues a message, waiting for room.
func (l *lane) put(ctx context.Context, w parcel) error {
	for {
		freed, err := l.tryPut(w)
		if freed == nil {
			return err
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return ctx.Err()
		case <-l.box.quit:
			return errStopped
		}
	}
}

// tryPut queues a message, or returns what to wait for.
func (l *lane) tryPut(w parcel) (full <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) > 0 && (len(l.queue) >= laneMessages || l.bytes+len(w.Body) > laneBytes) {
		return l.freed, nil
	}
	if l.box.isStopped() || !l.running && !l.box.goes(l.run) {
		return nil, errStopped
	}
	l.running = true
	l.came++
	// The id is made here, so that ids follow the order of the lane.
	w.ID = store.NewID()
	l.queue = append(l.queue, w)
	l.bytes += len(w.Body)
	return nil, nil
}

// run commits batch after batch until the lane is empty.
func (l *lane) run() {
	gate := l.box.commits.of(l.urgent)
	for l.more() {
		gate <- struct{}{}
		var err error
		batch, stored, read := l.direct()
		if !read {
			batch, stored, err = l.commit(batch)
		}
		<-gate
		switch {
		case err == nil && !read:
			l.wake()
		case err != nil:
			l.box.log.Error("inbox: nothing stored, nothing acknowledged", "tenant", l.tenant, "messages", len(batch), "cause", err)
		}
		for i, w := range batch {
			w.done(stored[i], err)
		}
	}
}

// more reports whether anything is queued, and ends the run if not.
func (l *lane) more() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = len(l.queue) > 0
	return l.running
}

// take removes up to a batch from the head of the lane.
func (l *lane) take() []parcel {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.takeFirst(commitBatch)
}

// takeAll removes all that is queued, or nothing if it is more than so many.
func (l *lane) takeAll(most int) []parcel {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) > most {
		return nil
	}
	return l.takeFirst(most)
}

func (l *lane) takeFirst(most int) []parcel {
	n := min(len(l.queue), most)
	batch := make([]parcel, n)
	copy(batch, l.queue)
	rest := copy(l.queue, l.queue[n:])
	clear(l.queue[rest:])
	l.queue = l.queue[:rest]
	for _, w := range batch {
		l.bytes -= len(w.Body)
	}
	close(l.freed)
	l.freed = make(chan struct{})
	return batch
}

// commit writes a batch in one transaction: all of it or, with an error, none.
// The batch is taken when the transaction begins, so that it holds what came
// while the lane waited for its turn to write, unless it was taken before.
func (l *lane) commit(taken []parcel) (batch []parcel, stored []bool, err error) {
	batch = taken
	err = l.box.store.Update(l.context(), func(ctx context.Context, tx *store.Tx) error {
		if batch == nil {
			batch = l.take()
		}
		stored = make([]bool, len(batch))
		if err := l.box.rows.writeAll(ctx, New(tx), batch, stored); err != nil {
			return err
		}
		return l.retain(ctx, tx, batch, stored)
	})
	if batch == nil { // the store took no transaction at all
		batch = l.take()
	}
	if err != nil {
		stored = make([]bool, len(batch))
	}
	return batch, stored, err
}

func write(ctx context.Context, q *Queries, m Message, stored *bool) error {
	p := m.params()
	if m.Key != "" && m.Renew {
		if _, err := q.ReleaseKey(ctx, p.TenantID, p.Device, p.OnceKey); err != nil {
			return err
		}
	}
	n, err := q.Insert(ctx, p)
	*stored = n == 1
	return err
}
