package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

func rooms() []store.Room {
	return []store.Room{{Name: "jar", Migrations: fstest.MapFS{"00001_jar.sql": {Data: []byte(`-- +goose Up
CREATE TABLE jar_item (tenant_id TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id));
`)}}}}
}

func put(ctx context.Context, tx *store.Tx, id string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO jar_item (tenant_id, id, at) VALUES ($1, $2, $3)", store.Tenant("a"), id, store.Ms(tx.Now()))
	return err
}

func count(t *testing.T, s *store.Store) int {
	t.Helper()
	var n int
	if err := s.Reader().QueryRowContext(context.Background(), "SELECT COUNT(*) FROM jar_item WHERE tenant_id = $1", "a").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUpdateKeepsAllOrNothing(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		refused := errors.New("refused")
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if err := put(ctx, tx, "x"); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatalf("got %v, want the function's own error", err)
		}
		if n := count(t, s); n != 0 {
			t.Fatalf("%d rows of a refused write were kept", n)
		}
	})
}

// What fails inside Try leaves the transaction as it was before, on PostgreSQL
// too, where a failed statement would end it.
func TestTryUndoesOnlyItself(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		promised := 0
		try := func(ctx context.Context, tx *store.Tx, id string, fn func() error) error {
			return tx.Try(ctx, func(ctx context.Context, tx *store.Tx) error {
				tx.AfterCommit(func() { promised++ })
				if err := put(ctx, tx, id); err != nil {
					return err
				}
				return fn()
			})
		}
		refused := errors.New("refused")
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if err := put(ctx, tx, "before"); err != nil {
				return err
			}
			for name, got := range map[string]error{
				"refused": try(ctx, tx, "refused", func() error { return refused }),
				"key":     try(ctx, tx, "before", func() error { return nil }),
				"panic":   try(ctx, tx, "panic", func() error { panic("a mistake") }),
				"within": try(ctx, tx, "outer", func() error {
					return errors.Join(try(ctx, tx, "inner", func() error { return nil }), refused)
				}),
			} {
				if got == nil || store.Away(got) {
					t.Errorf("%s: %v", name, got)
				}
			}
			if err := try(ctx, tx.At(clock.Now().Add(-time.Hour)), "kept", func() error { return nil }); err != nil {
				return err
			}
			return put(ctx, tx, "after")
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, s); n != 3 || promised != 1 {
			t.Errorf("%d rows, want before, kept and after; %d promises, want one", n, promised)
		}
	})
}

// One writer's failure, or panic, leaves the others of its group alone.
// Parameters are found by their number, whatever else a statement holds and
// however often it runs.
func TestParametersByNumber(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		for query, want := range map[string]string{
			"SELECT CAST($1 AS TEXT) || CAST($2 AS TEXT) || CAST($3 AS TEXT)":                             "abc",
			"SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($3 AS TEXT)":                             "bac",
			"SELECT CAST($1 AS TEXT) || CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($3 AS TEXT)":         "abac",
			"-- it's $3\nSELECT '$2 isn''t ' || CAST($1 AS TEXT) || CAST($2 AS TEXT) || CAST($3 AS TEXT)": "$2 isn't abc",
		} {
			for range 3 { // unprepared, then prepared
				err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					for _, db := range []store.DB{tx, s.Reader()} {
						var got string
						if err := db.QueryRowContext(ctx, query, "a", "b", "c").Scan(&got); err != nil || got != want {
							t.Errorf("%s: %q, %v", query, got, err)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestUpdateGroupsAreIndependent(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		const writers = 64
		var wg sync.WaitGroup
		errs := make([]error, writers)
		for i := range writers {
			wg.Go(func() {
				errs[i] = s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					if err := put(ctx, tx, fmt.Sprint(i)); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return put(ctx, tx, fmt.Sprint(i)) // breaks the primary key
					case 2:
						panic("a room's mistake")
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range errs {
			if failed := i%4 == 1 || i%4 == 2; failed != (err != nil) {
				t.Errorf("writer %d: %v", i, err)
			}
		}
		if n := count(t, s); n != writers/2 {
			t.Fatalf("%d rows, want %d", n, writers/2)
		}
	})
}

func TestCancelledCallerNeverCutsAWrite(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		ctx, cancel := context.WithCancel(context.Background())
		err := s.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			cancel()
			return put(ctx, tx, "x")
		})
		if err != nil || count(t, s) != 1 {
			t.Fatalf("a write under way was cut: %v", err)
		}
		err = s.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, "y") })
		if !fault.Is(err, fault.Busy) || count(t, s) != 1 {
			t.Fatalf("a cancelled caller wrote: %v", err)
		}
	})
}

func TestAfterCommitRunsOnlyAfterSuccess(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		ran := 0
		for _, fail := range []error{nil, errors.New("no")} {
			_ = s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				tx.At(tx.Now().Add(-time.Hour)).AfterCommit(func() { ran++ })
				return fail
			})
		}
		if ran != 1 {
			t.Fatalf("ran %d times, want once", ran)
		}
	})
}

func TestTransactionCarriesTheClock(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if !tx.Now().Equal(clock.Now()) {
				t.Errorf("now %v, want %v", tx.Now(), clock.Now())
			}
			old := tx.At(clock.Now().AddDate(-3, 0, 0))
			return put(ctx, old, "x")
		})
		if err != nil {
			t.Fatal(err)
		}
		var at int64
		if err := s.Reader().QueryRowContext(context.Background(), "SELECT at FROM jar_item WHERE tenant_id = $1", "a").Scan(&at); err != nil {
			t.Fatal(err)
		}
		if want := clock.Now().AddDate(-3, 0, 0); !store.Time(at).Equal(want) {
			t.Fatalf("kept %v, want %v", store.Time(at), want)
		}
	})
}

func TestReaderDoesNotWrite(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		if _, err := s.Reader().ExecContext(context.Background(), "DELETE FROM jar_item WHERE tenant_id = $1", "a"); err == nil {
			t.Fatal("the reader wrote")
		}
	})
}

func TestClosedStoreAcknowledgesNothing(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, "x") })
	if !fault.Is(err, fault.Busy) {
		t.Fatalf("got %v, want busy", err)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("second close: %v", err)
	}
}

func TestIDsFromAnInstant(t *testing.T) {
	before := store.IDsFrom(time.Now())
	id := store.NewID()
	if after := store.IDsFrom(time.Now().Add(time.Second)); before > id || id > after {
		t.Errorf("%s is not between %s and %s", id, before, after)
	}
}

func TestMsAndTimeAreInverse(t *testing.T) {
	for _, at := range []time.Time{{}, time.Date(2026, 11, 23, 9, 0, 0, 5e6, time.UTC)} {
		if got := store.Time(store.Ms(at)); !got.Equal(at) {
			t.Errorf("%v came back as %v", at, got)
		}
	}
}

// A row is read to be changed: on PostgreSQL nobody else changes it meanwhile,
// on SQLite nobody else writes.
func TestRowsAreReadForUpdate(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		for range 2 { // as text, and prepared
			err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				if err := put(ctx, tx, store.NewID()); err != nil {
					return err
				}
				var n int64
				return tx.QueryRowContext(ctx, "SELECT at FROM jar_item WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1 FOR UPDATE\n", "a").Scan(&n)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		oldest := func() (id string, n int64) {
			if err := s.Reader().QueryRowContext(t.Context(), "SELECT id, at FROM jar_item WHERE tenant_id = $1 ORDER BY id LIMIT 1", "a").Scan(&id, &n); err != nil {
				t.Fatal(err)
			}
			return id, n
		}
		id, before := oldest()
		const changes = 20
		var wg sync.WaitGroup
		for range changes {
			wg.Go(func() {
				err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					var n int64
					if err := tx.QueryRowContext(ctx, "SELECT at FROM jar_item WHERE tenant_id = $1 AND id = $2 FOR UPDATE", "a", id).Scan(&n); err != nil {
						return err
					}
					_, err := tx.ExecContext(ctx, "UPDATE jar_item SET at = $3 WHERE tenant_id = $1 AND id = $2", "a", id, n+1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if _, after := oldest(); after != before+changes {
			t.Errorf("%d changes of one row are %d", changes, after-before)
		}
	})
}
