// Package storetest runs a test on every database the house supports.
package storetest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/linli/linli/internal/platform/store"
)

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
	if HasPostgres(t) {
		m["postgres"] = openPostgres
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
	return files.of(key, func() ([]byte, error) { return migrate(rooms) })
}

// made makes something once for every name.
type made[T any] struct {
	mu    sync.Mutex
	names map[string]func() (T, error)
}

func (m *made[T]) of(name string, make func() (T, error)) (T, error) {
	m.mu.Lock()
	once := m.names[name]
	if once == nil {
		once = sync.OnceValues(make)
		m.names[name] = once
	}
	m.mu.Unlock()
	return once()
}

var (
	files     = made[[]byte]{names: map[string]func() ([]byte, error){}}
	templates = made[*Template]{names: map[string]func() (*Template, error){}}
)

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
