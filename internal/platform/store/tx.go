package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linli/linli/internal/platform/fault"
)

// DB is what generated queries run on: a [Tx] or a [Store.Reader].
type DB interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx is a transaction that may write. It belongs to the function it was
// handed to and is dead when that function returns.
type Tx struct {
	DB
	now    time.Time
	before []func(context.Context, *Tx) error
	after  []func()
}

// Now is the instant of the transaction.
func (t *Tx) Now() time.Time { return t.now }

// At returns the same transaction at another instant: for registers and
// histories that are read in with the times at which things happened.
func (t *Tx) At(now time.Time) *Tx {
	return &Tx{DB: txAt{t}, now: now.UTC().Truncate(time.Millisecond)}
}

// txAt keeps a moved transaction tied to its origin.
type txAt struct{ *Tx }

// Alone waits until no other transaction is alone under the same name, and is so
// until it ends: for what must be there once, when nodes start together. On SQLite
// whoever writes is alone anyway.
func (t *Tx) Alone(ctx context.Context, name string) error {
	switch db := t.DB.(type) {
	case txAt:
		return db.Alone(ctx, name)
	case *sql.Tx:
		if _, err := db.ExecContext(ctx, lockName, name); err != nil {
			return fmt.Errorf("alone: %w", err)
		}
	}
	return nil
}

// BeforeCommit runs f in the same transaction once everybody who shares the
// commit has had their turn, and not if this turn or [Tx.Try] failed. It is for
// what costs each time it is begun anew, as SQLite's full-text index does at
// every savepoint. An error of f undoes the whole commit: each is told to come
// again.
func (t *Tx) BeforeCommit(f func(context.Context, *Tx) error) {
	if at, ok := t.DB.(txAt); ok {
		at.Tx.BeforeCommit(func(ctx context.Context, tx *Tx) error { return f(ctx, tx.At(t.now)) })
		return
	}
	t.before = append(t.before, f)
}

// settle runs what was left for before the commit.
func (t *Tx) settle(ctx context.Context) error {
	for len(t.before) > 0 {
		f := t.before[0]
		t.before = t.before[1:]
		if err := guarded(&write{ctx: ctx, fn: f, tx: t}); err != nil {
			return busy(fmt.Errorf("before the commit: %w", err))
		}
	}
	return nil
}

// AfterCommit runs f once the transaction is on disk, before Update returns.
// It must be quick and must not write. It does not run on failure.
func (t *Tx) AfterCommit(f func()) {
	if at, ok := t.DB.(txAt); ok {
		at.Tx.AfterCommit(f)
		return
	}
	t.after = append(t.after, f)
}

// Try runs fn inside a savepoint: if fn fails or panics, what it wrote and
// promised for after the commit is undone, and the transaction can still be
// used. That holds unless the error is [Away]: then it must be returned from
// Update. The error is fn's own.
func (t *Tx) Try(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if at, ok := t.DB.(txAt); ok {
		return at.Tx.Try(ctx, func(ctx context.Context, tx *Tx) error { return fn(ctx, tx.At(t.now)) })
	}
	if _, err := t.ExecContext(ctx, "SAVEPOINT try"); err != nil {
		return busy(err)
	}
	promised, left := len(t.after), len(t.before)
	err := guarded(&write{ctx: ctx, fn: fn, tx: t})
	if Away(err) {
		return err
	}
	if err != nil {
		t.after, t.before = t.after[:promised], t.before[:left]
		if _, gone := t.ExecContext(ctx, "ROLLBACK TO SAVEPOINT try"); gone != nil {
			return busy(errors.Join(err, gone))
		}
	}
	if _, gone := t.ExecContext(ctx, "RELEASE SAVEPOINT try"); gone != nil {
		return busy(errors.Join(err, gone))
	}
	return err
}

// Away reports that an error has ended its transaction: the database is not
// there, or undid all of it. Trying again later may help, going on does not.
func Away(err error) bool {
	var pg *pgconn.PgError
	return err != nil && (lost(err) || fault.Passing(err) || pgconn.Timeout(err) ||
		errors.As(err, &pg) && (pg.Severity == "FATAL" || pg.Severity == "PANIC"))
}

// Update runs fn in a transaction and returns after COMMIT. If fn returns an
// error, nothing of fn is kept and that error is returned as it is. A failed
// commit returns a fault of code busy. The context handed to fn cannot be
// cancelled: a write is finished or undone, never cut.
func (s *Store) Update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return busy(err)
	}
	if s.looking {
		return errReadOnly
	}
	if s.writer != nil {
		return s.writer.do(ctx, fn)
	}
	return s.updatePostgres(ctx, fn)
}

// Reader reads outside any transaction. Writing through it fails.
func (s *Store) Reader() DB { return s.reader }

// Asked is how many queries readers have asked so far: a page that asks once for
// each of its rows shows by it.
func (s *Store) Asked() int64 { return s.reader.asked.Load() }
