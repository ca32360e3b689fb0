// Package storetest runs a test on every database the house supports.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make and drop a schema for each test

	"github.com/linli/linli/internal/platform/store"
)

// PostgresEnv names the environment variable with the URL of a PostgreSQL
// database in which tests may make schemas. When it is empty only SQLite is
// tested, unless CI=true: then it is a failure.
const PostgresEnv = "LINLI_TEST_POSTGRES"

// Clock is a clock that stands until it is moved. It may be used from many
// goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock stands at 2026-11-23 09:00 in Shanghai.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
}

// Now is the instant the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set moves the clock to an instant.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Each runs fn once on SQLite and once on PostgreSQL, each time on an empty
// database that has the rooms' tables.
func Each(t *testing.T, rooms []store.Room, fn func(t *testing.T, s *store.Store, clock *Clock)) {
	t.Helper()
	for name, open := range Openers(t) {
		t.Run(name, func(t *testing.T) {
			clock := NewClock()
			fn(t, open(t, store.Options{Rooms: rooms, Clock: clock.Now}), clock)
		})
	}
}

// Opener opens an empty database for one test; the options' place is filled in.
type Opener func(t testing.TB, o store.Options) *store.Store

// Openers are the databases to test on, by name.
func Openers(t testing.TB) map[string]Opener {
	t.Helper()
	m := map[string]Opener{"sqlite": openSQLite}
	switch base := os.Getenv(PostgresEnv); {
	case base != "":
		m["postgres"] = func(t testing.TB, o store.Options) *store.Store { return openPostgres(t, base, o) }
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not set: in CI both databases are tested", PostgresEnv)
	}
	return m
}

// SQLite opens an empty SQLite database with the rooms' tables.
func SQLite(t testing.TB, rooms []store.Room) (*store.Store, *Clock) {
	t.Helper()
	clock := NewClock()
	return openSQLite(t, store.Options{Rooms: rooms, Clock: clock.Now}), clock
}

func openSQLite(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	o.Path = filepath.Join(t.TempDir(), "linli.db")
	empty, err := migrated(o.Rooms)
	if err == nil {
		err = os.WriteFile(o.Path, empty, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return open(t, o)
}

// migrated is an empty SQLite database with the rooms' tables. It is migrated
// once for each test program, by the store itself, and copied for every test:
// the store holds it against the migrations again when it opens it.
func migrated(rooms []store.Room) ([]byte, error) {
	key, err := name(rooms)
	if err != nil {
		return nil, err
	}
	return empty(key, rooms)
}

// empty is sync.OnceValues for every name of rooms.
var empty = func() func(string, []store.Room) ([]byte, error) {
	var mu sync.Mutex
	made := map[string]func() ([]byte, error){}
	return func(key string, rooms []store.Room) ([]byte, error) {
		mu.Lock()
		once := made[key]
		if once == nil {
			once = sync.OnceValues(func() ([]byte, error) { return migrate(rooms) })
			made[key] = once
		}
		mu.Unlock()
		return once()
	}
}()

func migrate(rooms []store.Room) ([]byte, error) {
	dir, err := os.MkdirTemp("", "linli-empty-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "linli.db")
	s, err := store.Open(context.Background(), store.Options{Path: path, Rooms: rooms})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// name tells rooms apart by what their migrations say.
func name(rooms []store.Room) (string, error) {
	var all strings.Builder
	for _, room := range rooms {
		fmt.Fprintln(&all, room.Name)
		err := fs.WalkDir(room.Migrations, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(room.Migrations, path)
			fmt.Fprintf(&all, "%s %d %s\n", path, len(b), b)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

func openPostgres(t testing.TB, base string, o store.Options) *store.Store {
	t.Helper()
	o.Postgres = NewSchema(t, base)
	return open(t, o)
}

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// NewSchema makes an empty PostgreSQL schema and returns a URL that works in
// it. The schema is dropped when the test ends.
func NewSchema(t testing.TB, base string) string {
	t.Helper()
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	schema := "t_" + strings.ReplaceAll(store.NewID(), "-", "")
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.Exec("DROP SCHEMA " + schema + " CASCADE")
		if err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", PostgresEnv, err))
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Postgres is the URL of an empty schema, or false where no PostgreSQL is
// configured, which in CI is a failure.
func Postgres(t testing.TB) (string, bool) {
	t.Helper()
	base := os.Getenv(PostgresEnv)
	if base == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: in CI both databases are tested", PostgresEnv)
		}
		return "", false
	}
	return NewSchema(t, base), true
}
