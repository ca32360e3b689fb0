package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// Folder is a folder of files that are compiled in, such as a room's
// migrations.
func Folder(files embed.FS, name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // only a malformed name, which no test would survive
	}
	return sub
}

// migrate brings every room's tables up to date, lower rooms first. Each room
// has its own version table <room>_version. A fingerprint of all files lets a
// start on an up-to-date database skip the work.
func (s *Store) migrate(ctx context.Context, rooms []Room) error {
	mark, err := fingerprint(rooms, s.dialect)
	if err != nil {
		return err
	}
	if s.schemaMark(ctx) == mark {
		return nil
	}
	return s.alone(ctx, func() error { return s.migrateTo(ctx, mark, rooms) })
}

// alone runs fn while no other node does so on the same tables: nodes that start
// together on an empty PostgreSQL would make the same tables. SQLite's file has
// one program.
func (s *Store) alone(ctx context.Context, fn func() error) (err error) {
	if s.dialect != Postgres {
		return fn()
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	if _, err := tx.ExecContext(ctx, lockName, "migrations"); err != nil {
		return fmt.Errorf("wait for other nodes: %w", err)
	}
	return fn()
}

// lockName holds a name, within the schema, until the transaction ends.
const lockName = "SELECT pg_advisory_xact_lock(hashtextextended('linli ' || COALESCE(current_schema(), '') || ' ' || $1, 0))"

// migrateTo migrates, unless another node has done so meanwhile.
func (s *Store) migrateTo(ctx context.Context, mark string, rooms []Room) error {
	if s.schemaMark(ctx) == mark {
		return nil
	}
	if err := s.makeBeat(ctx); err != nil {
		return err
	}
	for _, room := range rooms {
		if err := s.migrateRoom(ctx, room); err != nil {
			return fmt.Errorf("room %s: %w", room.Name, err)
		}
	}
	return s.setSchemaMark(ctx, mark)
}

func (s *Store) migrateRoom(ctx context.Context, room Room) error {
	versions, err := database.NewStore(database.Dialect(s.dialect), room.Name+"_version")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(database.DialectCustom, s.write, room.files(s.dialect),
		goose.WithStore(versions), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// schemaMark is the fingerprint last migrated to, empty on a new database.
func (s *Store) schemaMark(ctx context.Context) string {
	var mark string
	if err := s.read.QueryRowContext(ctx, "SELECT mark FROM store_schema").Scan(&mark); err != nil {
		return ""
	}
	return mark
}

func (s *Store) setSchemaMark(ctx context.Context, mark string) error {
	for _, q := range []string{
		"CREATE TABLE IF NOT EXISTS store_schema (mark TEXT NOT NULL)",
		"DELETE FROM store_schema",
		"INSERT INTO store_schema (mark) VALUES ('" + mark + "')",
	} {
		if _, err := s.write.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func fingerprint(rooms []Room, d Dialect) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, "store 2") // what the store keeps for itself
	for _, room := range rooms {
		fmt.Fprintf(h, "room %s\n", room.Name)
		files := room.files(d)
		err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(files, path)
			fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
