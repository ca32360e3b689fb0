package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/linli/linli/internal/platform/fault"
)

// What bounds how many writers share one commit, and with it how long the first
// of them waits for the last. Whoever goes ahead joins the group that is open,
// and does not wait for the rest of it.
const (
	groupMax   = 256
	groupFor   = 24 * time.Millisecond
	groupAhead = 8 * time.Millisecond // with somebody in it who goes ahead
	aheadMost  = 2                    // who go ahead one after the other while somebody else waits
)

var errStopped = errors.New("the store is closed")

// write is one caller's turn.
type write struct {
	ctx  context.Context
	fn   func(context.Context, *Tx) error
	done chan error
	tx   *Tx
	err  error // what fn returned

	ahead bool
}

// writer owns the one writing connection of SQLite.
type writer struct {
	store  *Store
	ahead  chan *write // of those who go ahead, see [Ahead]: served first
	queue  chan *write
	passed int         // who went ahead since somebody else had a turn
	rest   chan func() // runs between two groups
	quit   chan struct{}
	ended  chan struct{}
	conn   *sql.Conn
	stmts  *stmtCache
}

func startWriter(ctx context.Context, s *Store) (*writer, error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		store: s, ahead: make(chan *write, groupMax), queue: make(chan *write, groupMax), rest: make(chan func()),
		quit: make(chan struct{}), ended: make(chan struct{}),
		conn: conn, stmts: newStmtCache(conn, s.dialect),
	}
	go w.run()
	return w, nil
}

func (w *writer) stop() error {
	close(w.quit)
	<-w.ended
	w.stmts.close()
	return w.conn.Close()
}

// do queues fn and waits for its commit.
func (w *writer) do(ctx context.Context, fn func(context.Context, *Tx) error) error {
	turn := &write{ctx: Ahead(context.WithoutCancel(ctx)), fn: fn, done: make(chan error, 1), ahead: ctx.Value(aheadKey{}) != nil}
	queue := w.queue
	if turn.ahead {
		queue = w.ahead
	}
	select {
	case queue <- turn:
	case <-ctx.Done():
		return busy(ctx.Err())
	case <-w.ended:
		return busy(errStopped)
	}
	select {
	case err := <-turn.done:
		return err
	case <-w.ended:
		select {
		case err := <-turn.done:
			return err
		default:
			return busy(errStopped)
		}
	}
}

func (w *writer) run() {
	defer close(w.ended)
	for {
		if first := w.next(); first != nil {
			w.commit(first)
			continue
		}
		select {
		case first := <-w.ahead:
			w.commit(first)
		case first := <-w.queue:
			w.commit(first)
		case f := <-w.rest:
			f()
		case <-w.quit:
			w.drain()
			return
		}
	}
}

// next is whose turn it is of those who wait now; nil if nobody does. In a storm
// that does not end, whoever says that they go to an alarm has a turn too.
func (w *writer) next() *write {
	first, second := w.ahead, w.queue
	if w.passed >= aheadMost {
		first, second = second, first
	}
	for _, from := range []chan *write{first, second} {
		select {
		case turn := <-from:
			if w.passed++; from == w.queue {
				w.passed = 0
			}
			return turn
		default:
		}
	}
	return nil
}

// pause runs f while nobody writes, and waits for it.
func (w *writer) pause(f func() error) error {
	done := make(chan error, 1)
	select {
	case w.rest <- func() { done <- f() }:
		return <-done
	case <-w.ended:
		return nil
	}
}

// drain serves whoever is already waiting when the store closes.
func (w *writer) drain() {
	for first := w.next(); first != nil; first = w.next() {
		w.commit(first)
	}
}

// commit runs a group in one transaction and answers everybody.
func (w *writer) commit(first *write) {
	group, err := w.runGroup(first)
	if err != nil {
		w.store.log.Error("nothing was written", "writers", len(group), "cause", err)
	}
	for _, turn := range group {
		switch {
		case err != nil:
			turn.done <- busy(err)
		case turn.err != nil:
			turn.done <- turn.err
		default:
			for _, f := range turn.tx.after {
				f()
			}
			turn.done <- nil
		}
	}
	w.stmts.prepareMissed()
	if err == nil {
		w.store.mover.committed()
	}
}

// runGroup runs a turn and those that wait, without waiting for more, for as
// long as a group may take. It returns an error only if the whole group failed.
func (w *writer) runGroup(first *write) (group []*write, err error) {
	ctx := context.Background()
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		// If it is one that did not end, it ends here: the next group shall not fail too.
		return []*write{first}, errors.Join(fmt.Errorf("begin: %w", err), w.undo(ctx))
	}
	db := &cachedTx{conn: w.conn, cache: w.stmts, wrote: map[string]bool{}}
	defer func() { db.ended = true }()
	began, most := time.Now(), groupFor
	for turn := first; turn != nil; {
		group = append(group, turn)
		if turn.ahead {
			most = groupAhead
		}
		if err := w.runTurn(db, turn); err != nil {
			return group, errors.Join(err, w.undo(ctx))
		}
		if turn = nil; len(group) < groupMax && time.Since(began) < most {
			turn = w.next()
		}
	}
	for _, turn := range group {
		if turn.err != nil {
			continue
		}
		if err := turn.tx.settle(turn.ctx); err != nil {
			return group, errors.Join(err, w.undo(ctx))
		}
	}
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return group, errors.Join(fmt.Errorf("commit: %w", err), w.undo(ctx))
	}
	w.store.written.add(db.wrote)
	return group, nil
}

// undo ends a transaction of which nothing is kept. SQLite may have ended it
// itself, and then knows of none.
func (w *writer) undo(ctx context.Context) error {
	var e *sqlite.Error
	_, err := w.conn.ExecContext(ctx, "ROLLBACK")
	if errors.As(err, &e) && e.Code() == sqlite3.SQLITE_ERROR {
		return nil
	}
	return err
}

// runTurn runs one fn inside its savepoint. It returns an error only if the
// transaction itself is lost, as after a full disk.
func (w *writer) runTurn(db *cachedTx, turn *write) error {
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "SAVEPOINT turn"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	turn.tx = &Tx{DB: db, now: w.store.Now()}
	turn.err = guarded(turn)
	if lost(turn.err) {
		return turn.err
	}
	if turn.err != nil {
		if _, err := db.ExecContext(ctx, "ROLLBACK TO turn"); err != nil {
			return fmt.Errorf("undo: %w", err)
		}
	}
	if _, err := db.ExecContext(ctx, "RELEASE turn"); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// guarded turns a panic of fn into an error, so that one room's mistake does
// not take the writer with it.
func guarded(turn *write) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v", p)
		}
	}()
	return turn.fn(turn.ctx, turn.tx)
}

// busy says that nothing was written and that trying again may help.
func busy(cause error) error {
	return fault.Wrap(cause, fault.Busy, "fault.busy")
}

// NoRows turns a missing row into a not_found fault and leaves other errors.
func NoRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Wrap(err, fault.NotFound, "fault.not_found")
	}
	return err
}
