package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// pgTries bounds how often a transaction is tried again after the server
// chose it as the victim of a deadlock or a serialisation failure.
const pgTries = 4

func (s *Store) openPostgres(ctx context.Context, o Options) error {
	db, err := sql.Open("pgx", o.Postgres)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(8)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return errors.Join(err, db.Close())
	}
	s.write, s.read = db, db
	if s.ahead, err = sql.Open("pgx", o.Postgres); err != nil {
		return err
	}
	s.ahead.SetMaxOpenConns(8)
	s.ahead.SetConnMaxIdleTime(5 * time.Minute)
	return nil
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
	raw, err := s.write.BeginTx(ctx, nil)
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

// victim reports a deadlock (40P01) or serialisation failure (40001).
func victim(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40P01" || e.Code == "40001")
}
