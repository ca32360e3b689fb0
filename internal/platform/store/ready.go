package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/linli/linli/internal/platform/fault"
)

// makeBeat makes the one row that [Store.Ready] writes. It is no tenant's.
func (s *Store) makeBeat(ctx context.Context) error {
	for _, q := range []string{
		"CREATE TABLE IF NOT EXISTS store_beat (tenant_id TEXT NOT NULL PRIMARY KEY, beat BIGINT NOT NULL)",
		"INSERT INTO store_beat (tenant_id, beat) VALUES ('', 0) ON CONFLICT (tenant_id) DO NOTHING",
	} {
		if _, err := s.write.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("make the row of the beat: %w", err)
		}
	}
	return nil
}

// Ready writes something and returns once it is on disk. If that fails, it is a
// fault of code busy whose sentence says what is missing.
func (s *Store) Ready(ctx context.Context) error {
	err := s.Update(Ahead(ctx), func(ctx context.Context, tx *Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE store_beat SET beat = beat + 1 WHERE tenant_id = ''")
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fmt.Errorf("%d rows written of 1", n))
		}
		return nil
	})
	if err == nil {
		return nil
	}
	return fault.Wrap(fmt.Errorf("ready: %w", err), fault.Busy, s.missing(err))
}

// missing is what keeps the store from writing, as a key of words.
func (s *Store) missing(err error) string {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg) && pg.Code == "25006", errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_READONLY:
		return "ready.read_only"
	case errors.As(err, &pg) && pg.Code == "53100", errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_FULL:
		return "ready.full"
	case s.dialect == SQLite:
		return "ready.disk"
	}
	return "ready.away"
}
