package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// limit bounds the pages the database may have, which SQLite answers exactly
// as a full disk: SQLITE_FULL, and the whole transaction is undone.
func limit(t *testing.T, s *store.Store, pages int) {
	t.Helper()
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		var now int
		return tx.QueryRowContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&now)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// big writes about a hundred pages.
func big(ctx context.Context, tx *store.Tx, id string) error {
	return put(ctx, tx, id+strings.Repeat(".", 400_000))
}

func TestFullDiskAcknowledgesNothingAndRecovers(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	fill(t, s, "before")
	limit(t, s, 30)
	full := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return big(ctx, tx, "x") })
	var cause *sqlite.Error
	if !fault.Is(full, fault.Busy) || !errors.As(full, &cause) || cause.Code() != sqlite3.SQLITE_FULL {
		t.Fatalf("a full disk answered %v", full)
	}
	if n := count(t, s); n != 1 {
		t.Fatalf("reading on a full disk: %d rows", n)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Fatalf("reading on a full disk: %v", err)
	}
	limit(t, s, 1_000_000)
	fill(t, s, "after")
	if n := count(t, s); n != 2 {
		t.Fatalf("%d rows once there was room again", n)
	}
	if wrong, err := s.Check(t.Context(), rooms()); err != nil || len(wrong) > 0 {
		t.Fatalf("after a full disk: %q, %v", wrong, err)
	}
}

// Whoever shares a commit with the one for whom there was no room is told the
// truth too: what was acknowledged is there, nothing else is.
func TestFullDiskNeverLiesToAGroup(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	limit(t, s, 30)
	const writers = 48
	acknowledged := make([]bool, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if i%6 == 5 {
					return big(ctx, tx, fmt.Sprint(i))
				}
				return put(ctx, tx, fmt.Sprint(i))
			})
			acknowledged[i] = err == nil
			if err != nil && !fault.Is(err, fault.Busy) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	n := 0
	for i, yes := range acknowledged {
		if yes {
			n++
		}
		if yes && i%6 == 5 {
			t.Errorf("writer %d was told that it fitted", i)
		}
	}
	if kept := count(t, s); kept != n {
		t.Fatalf("%d rows kept, %d acknowledged", kept, n)
	}
}
