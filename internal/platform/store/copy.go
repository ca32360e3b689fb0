package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Snapshot writes the whole database as it stood at one instant to a new
// SQLite file, while others go on writing. It works on SQLite only; see Frozen
// and Copy for PostgreSQL.
func (s *Store) Snapshot(ctx context.Context, path string) error {
	if s.dialect != SQLite {
		return errors.New("snapshot: not a SQLite database")
	}
	db, err := sql.Open("sqlite", lookDSN(s.path, "mode=ro"))
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", path)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// Frozen runs fn on the database as it stood at one instant. It only reads.
func (s *Store) Frozen(ctx context.Context, fn func(context.Context, DB) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: frozenLevel(s.dialect), ReadOnly: true})
	if err != nil {
		return fmt.Errorf("frozen read: %w", err)
	}
	err = fn(ctx, tx)
	if end := tx.Rollback(); err == nil && !errors.Is(end, sql.ErrTxDone) {
		err = end
	}
	return err
}

// frozenLevel: a read transaction of SQLite always sees one instant.
func frozenLevel(d Dialect) sql.IsolationLevel {
	if d == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// Tables are the rooms' own tables with rows of text and numbers, sorted: not
// the full-text index, whose form differs between the databases, and not what
// the migrations note for themselves.
func (s *Store) Tables(ctx context.Context, rooms []Room) ([]string, error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table'`
	if s.dialect == Postgres {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	names, err := s.lines(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	var tables []string
	for _, name := range names {
		if slices.ContainsFunc(rooms, func(r Room) bool { return r.ForPostgres == nil && ownTable(r.Name, name) }) {
			tables = append(tables, name)
		}
	}
	slices.Sort(tables)
	return tables, nil
}

func ownTable(room, table string) bool {
	return strings.HasPrefix(table, room+"_") && table != room+"_version"
}

// Counts are the rows of each of the rooms' tables.
func (s *Store) Counts(ctx context.Context, rooms []Room) (map[string]int64, error) {
	tables, err := s.Tables(ctx, rooms)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, t := range tables {
		var n int64
		if err := s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+quote(t)).Scan(&n); err != nil {
			return nil, fmt.Errorf("count %s: %w", t, err)
		}
		counts[t] = n
	}
	return counts, nil
}

// copyArgs is how many values one INSERT carries: SQLite looks each numbered
// argument up among those before it, so thousands take longer than their rows.
const copyArgs = 240

// Copy copies every row of a table from one database into the same table of
// another, and returns how many.
func Copy(ctx context.Context, from DB, to *Tx, table string) (int64, error) {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+quote(table))
	if err != nil {
		return 0, fmt.Errorf("copy %s: %w", table, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, fmt.Errorf("copy %s: %w", table, err)
	}
	c := copier{to: to, table: table, columns: names}
	for rows.Next() {
		row, err := scanAny(rows)
		if err != nil {
			return 0, fmt.Errorf("copy %s: %w", table, err)
		}
		if err := c.add(ctx, row); err != nil {
			return 0, err
		}
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("copy %s: %w", table, err)
	}
	return c.total, c.flush(ctx)
}

// copier gathers rows into INSERTs of many.
type copier struct {
	to      *Tx
	table   string
	columns []string
	args    []any
	rows    int
	total   int64
}

func (c *copier) add(ctx context.Context, row []any) error {
	c.args = append(c.args, row...)
	c.rows++
	c.total++
	if c.rows < max(1, copyArgs/len(c.columns)) {
		return nil
	}
	return c.flush(ctx)
}

func (c *copier) flush(ctx context.Context) error {
	if c.rows == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (", quote(c.table))
	for i, name := range c.columns {
		b.WriteString(strings.Repeat(", ", min(i, 1)) + quote(name))
	}
	b.WriteString(") VALUES ")
	for i := range c.args {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(c.columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteString(")")
	if _, err := c.to.ExecContext(ctx, b.String(), c.args...); err != nil {
		return fmt.Errorf("copy %s: %w", c.table, err)
	}
	c.args, c.rows = c.args[:0], 0
	return nil
}
