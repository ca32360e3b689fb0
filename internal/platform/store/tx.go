package store

import (
	"context"
	"database/sql"
	"time"
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
	now   time.Time
	after []func()
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

// AfterCommit runs f once the transaction is on disk, before Update returns.
// It must be quick and must not write. It does not run on failure.
func (t *Tx) AfterCommit(f func()) {
	if at, ok := t.DB.(txAt); ok {
		at.Tx.AfterCommit(f)
		return
	}
	t.after = append(t.after, f)
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
