package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linli/linli/internal/platform/fault"
)

// pgTries bounds how often a transaction is tried again after the server
// chose it as the victim of a deadlock or a serialisation failure.
const pgTries = 4

// openPostgres opens the pools. While the tables are brought up to date, and for
// whoever only looks, a statement may take its time: see [Store.hurry].
func (s *Store) openPostgres(ctx context.Context, o Options) error {
	s.wires = &lines{open: map[*line]struct{}{}}
	h, err := newHosts(o.Postgres, s.wires)
	if err != nil {
		return err
	}
	s.write, s.ahead = pool(h, 32, 8), pool(h, 8, 2)
	s.read = s.write
	if err := s.write.PingContext(ctx); err != nil {
		if f := fault.As(err); f.Cause != nil {
			err = f.Cause // said to whoever starts it
		}
		return errors.Join(err, s.write.Close(), s.ahead.Close())
	}
	return nil
}

// hurry has each statement answered in time from here on.
func (s *Store) hurry(o Options) {
	if s.wires != nil {
		s.wires.patience.Store(int64(cmp.Or(o.Patience, answerIn)))
	}
}

func (s *Store) updatePostgres(ctx context.Context, fn func(context.Context, *Tx) error) error {
	ctx = Ahead(context.WithoutCancel(ctx))
	for try := 1; ; try++ {
		err := s.oncePostgres(ctx, fn)
		if try < pgTries && victim(err) {
			continue
		}
		return err
	}
}

func (s *Store) oncePostgres(ctx context.Context, fn func(context.Context, *Tx) error) error {
	conn, err := s.turn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // goes back to the pool; what is wrong with it was said
	raw, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return busy(fmt.Errorf("begin: %w", err))
	}
	tx := &Tx{DB: raw, now: s.Now()}
	turn := &write{ctx: ctx, fn: fn, tx: tx}
	err = guarded(turn)
	if err == nil {
		err = tx.settle(ctx)
	}
	if err != nil {
		if e := raw.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) {
			s.log.Warn("rollback failed", "cause", e)
		}
		return err
	}
	if err := raw.Commit(); err != nil {
		return busy(fmt.Errorf("commit: %w", err))
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// turn is a connection to write on. It is waited for as long as a write may be;
// from then on each statement has its own time, as a long one is well as long as
// it goes on.
func (s *Store) turn(ctx context.Context) (*sql.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, turnIn)
	defer cancel()
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, busy(fmt.Errorf("connect: %w", err))
	}
	return conn, nil
}

// victim reports a deadlock (40P01) or serialisation failure (40001).
func victim(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40P01" || e.Code == "40001")
}
