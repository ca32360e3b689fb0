package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func fill(t *testing.T, s *store.Store, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, id) }); err != nil {
			t.Fatal(err)
		}
	}
}

// twoMigrations is the jar of a newer program.
func twoMigrations() []store.Room {
	files := rooms()[0].Migrations.(fstest.MapFS)
	files["00002_lid.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE jar_lid (tenant_id TEXT NOT NULL PRIMARY KEY);\n")}
	return []store.Room{{Name: "jar", Migrations: files}}
}

func TestLookSeesWhatIsServedAndChangesNothing(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	fill(t, s, "x", "y")
	seen, err := store.Look(t.Context(), store.Options{Path: s.Path()})
	if err != nil {
		t.Fatal(err)
	}
	defer seen.Close()
	if n := count(t, seen); n != 2 {
		t.Errorf("saw %d rows of a database that is being served", n)
	}
	if err := seen.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, "z") }); err == nil {
		t.Error("a look wrote")
	}
	fill(t, s, "z")
	if n := count(t, seen); n != 3 {
		t.Errorf("saw %d rows after another write", n)
	}
}

func TestLookMakesNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "linli.db")
	if _, err := store.Look(t.Context(), store.Options{Path: path}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("a look made a database")
	}
	if err := os.WriteFile(path, []byte("this is no database, but long enough to be read as one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Look(t.Context(), store.Options{Path: path}); err == nil {
		t.Fatal("a text file was taken for a database")
	}
}

func TestStandingTellsOlderFromNewer(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		older := []store.Room{{Name: "jar", Migrations: fstest.MapFS{}}}
		unknown := append(rooms(), store.Room{Name: "shelf", Migrations: rooms()[0].Migrations})
		for name, c := range map[string]struct {
			rooms         []store.Room
			behind, ahead []string
		}{
			"this program":     {rooms(), nil, nil},
			"one room more":    {unknown, []string{"shelf"}, nil},
			"a newer program":  {twoMigrations(), []string{"jar"}, nil},
			"an older program": {older, nil, []string{"jar"}},
		} {
			st, err := s.Standing(t.Context(), c.rooms)
			if err != nil || !slices.Equal(st.Behind, c.behind) || !slices.Equal(st.Ahead, c.ahead) || st.Mark == "" {
				t.Errorf("%s: %+v, %v", name, st, err)
			}
			if st.Current() != (c.behind == nil && c.ahead == nil) {
				t.Errorf("%s: current %v", name, st.Current())
			}
		}
	})
}

func TestCheckFindsABrokenPage(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		fill(t, s, "x")
		if wrong, err := s.Check(t.Context(), rooms()); err != nil || len(wrong) > 0 {
			t.Fatalf("a sound database: %q, %v", wrong, err)
		}
	})
	s, _ := storetest.SQLite(t, rooms())
	fill(t, s, "x", "y", "z")
	snap := filepath.Join(t.TempDir(), "snap.db")
	if err := s.Snapshot(t.Context(), snap); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(snap)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[len(b)-4096+100:]) // the index's last page: its entries are gone
	if err := os.WriteFile(snap, b, 0o600); err != nil {
		t.Fatal(err)
	}
	broken, err := store.Look(t.Context(), store.Options{Path: snap})
	if err != nil {
		t.Fatal(err)
	}
	defer broken.Close()
	if wrong, err := broken.Check(t.Context(), rooms()); err == nil && len(wrong) == 0 {
		t.Fatal("a page of zeros was found sound")
	}
}

func TestSnapshotIsOneInstant(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	fill(t, s, "x", "y")
	path := filepath.Join(t.TempDir(), "it's a snapshot.db")
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := put(ctx, tx, "under way"); err != nil {
			return err
		}
		return s.Snapshot(ctx, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	snap, err := store.Look(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if n := count(t, snap); n != 2 {
		t.Errorf("%d rows: what was not committed is in the snapshot", n)
	}
	if err := s.Snapshot(t.Context(), path); err == nil {
		t.Error("a snapshot was written over another")
	}
}

func TestFrozenSeesNoLaterWrite(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		fill(t, s, "x")
		err := s.Frozen(t.Context(), func(ctx context.Context, db store.DB) error {
			for range 2 {
				var n int
				if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM jar_item WHERE tenant_id = $1", "a").Scan(&n); err != nil || n != 1 {
					t.Errorf("%d rows, %v", n, err)
				}
				fill(t, s, store.NewID())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		if err := s.Frozen(t.Context(), func(context.Context, store.DB) error { return boom }); !errors.Is(err, boom) {
			t.Errorf("got %v", err)
		}
	})
}

// Every row crosses from each database into each, in more INSERTs than one.
func TestCopyCarriesEveryRow(t *testing.T) {
	many := make([]string, 1203)
	for i := range many {
		many[i] = store.NewID()
	}
	for from, openFrom := range storetest.Openers(t) {
		for to, openTo := range storetest.Openers(t) {
			t.Run(from+" to "+to, func(t *testing.T) {
				a, b := openFrom(t, store.Options{Rooms: rooms()}), openTo(t, store.Options{Rooms: rooms()})
				err := a.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					for _, id := range many {
						if err := put(ctx, tx, id); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				copyJar(t, a, b, int64(len(many)))
			})
		}
	}
}

func copyJar(t *testing.T, a, b *store.Store, want int64) {
	t.Helper()
	err := a.Frozen(t.Context(), func(ctx context.Context, db store.DB) error {
		return b.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := store.Copy(ctx, db, tx, "jar_item")
			if n != want {
				t.Errorf("said %d rows, want %d", n, want)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	have, err := b.Counts(t.Context(), rooms())
	if diff := cmp.Diff(map[string]int64{"jar_item": want}, have); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
}
