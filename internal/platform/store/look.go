package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

// Look opens a database as it stands, for whoever only wants to see: nothing
// is migrated, nothing is written, and a program that serves it meanwhile is
// not disturbed. A missing SQLite file is fs.ErrNotExist. Update on it fails.
func Look(ctx context.Context, o Options) (*Store, error) {
	s := newStore(o)
	connect := s.lookSQLite
	if o.Postgres != "" {
		s.dialect, connect = Postgres, s.openPostgres
	}
	if err := connect(ctx, o); err != nil {
		return nil, fmt.Errorf("look at database: %w", err)
	}
	s.reader, s.looking = newReader(s.read, s.ahead, s.dialect), true
	return s, nil
}

func (s *Store) lookSQLite(ctx context.Context, o Options) error {
	if _, err := os.Stat(o.Path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", lookDSN(o.Path, "mode=ro&_pragma=query_only(1)"))
	if err != nil {
		return err
	}
	s.write, s.read = db, db
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return errors.Join(err, db.Close())
	}
	return nil
}

// Standing is how a database's tables stand to this program's.
type Standing struct {
	Mark   string   // fingerprint of the migrations last applied; empty on a new database
	Behind []string // rooms with migrations still to run
	Ahead  []string // rooms migrated by a newer program
}

// Current reports that the tables are this program's.
func (s Standing) Current() bool { return len(s.Behind) == 0 && len(s.Ahead) == 0 }

// Standing compares the tables with the rooms' migrations and changes nothing.
func (s *Store) Standing(ctx context.Context, rooms []Room) (Standing, error) {
	st := Standing{Mark: s.schemaMark(ctx)}
	for _, room := range rooms {
		want, err := newest(room.files(s.dialect))
		if err != nil {
			return st, fmt.Errorf("migrations of %s: %w", room.Name, err)
		}
		have, err := s.roomVersion(ctx, room.Name)
		if err != nil {
			return st, fmt.Errorf("version of %s: %w", room.Name, err)
		}
		switch {
		case have < want:
			st.Behind = append(st.Behind, room.Name)
		case have > want:
			st.Ahead = append(st.Ahead, room.Name)
		}
	}
	return st, nil
}

// newest is the highest version among a room's migrations.
func newest(files fs.FS) (version int64, err error) {
	names, err := fs.Glob(files, "*.sql")
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		version = max(version, v)
	}
	return version, err
}

// roomVersion is the version a room was migrated to, 0 if it has no tables.
func (s *Store) roomVersion(ctx context.Context, room string) (version int64, err error) {
	known, err := s.hasTable(ctx, room+"_version")
	if err != nil || !known {
		return 0, err
	}
	err = s.read.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+quote(room+"_version")).Scan(&version)
	return version, err
}

func (s *Store) hasTable(ctx context.Context, name string) (bool, error) {
	query := "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"
	if s.dialect == Postgres {
		query = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
	}
	var n int
	err := s.read.QueryRowContext(ctx, query, name).Scan(&n)
	return n > 0, err
}

// Check asks the database whether its own pages, indexes and references are
// sound, and returns what it complains of, in its own words. PostgreSQL checks
// its pages itself as it reads them: there every row is read once.
func (s *Store) Check(ctx context.Context, rooms []Room) ([]string, error) {
	if s.dialect == Postgres {
		_, err := s.Counts(ctx, rooms)
		return nil, err
	}
	var wrong []string
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		lines, err := s.lines(ctx, "PRAGMA "+pragma)
		if err != nil {
			return wrong, fmt.Errorf("%s: %w", pragma, err)
		}
		wrong = append(wrong, slices.DeleteFunc(lines, func(line string) bool { return line == "ok" })...)
	}
	return wrong, nil
}

// lines are the rows of a query, each as one line of text.
func (s *Store) lines(ctx context.Context, query string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		row, err := scanAny(rows)
		if err != nil {
			return nil, err
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintln(row...)))
	}
	return lines, rows.Err()
}

// scanAny reads a row whose columns are not known beforehand.
func scanAny(rows *sql.Rows) ([]any, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	return row, rows.Scan(into...)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
