package store_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// What is left for before the commit is written with it, at the instant of whoever
// left it, unless the turn or the try failed.
func TestBeforeCommitWritesWithItsTurn(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		refused := errors.New("refused")
		later := func(tx *store.Tx, id string) {
			tx.BeforeCommit(func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, id) })
		}
		var past time.Time
		err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			past = tx.Now().Add(-time.Hour)
			later(tx.At(past), "kept")
			if err := tx.Try(ctx, func(_ context.Context, tx *store.Tx) error { later(tx, "tried"); return refused }); !errors.Is(err, refused) {
				t.Error(err)
			}
			return nil
		})
		if err != nil || count(t, s) != 1 {
			t.Fatalf("%d rows, %v", count(t, s), err)
		}
		var at int64
		if err := s.Reader().QueryRowContext(t.Context(), "SELECT at FROM jar_item").Scan(&at); err != nil || !store.Time(at).Equal(past) {
			t.Errorf("written at %v, want %v (%v)", store.Time(at), past, err)
		}
		err = s.Update(t.Context(), func(_ context.Context, tx *store.Tx) error { later(tx, "refused"); return refused })
		if !errors.Is(err, refused) || count(t, s) != 1 {
			t.Errorf("%d rows, %v", count(t, s), err)
		}
		err = s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			later(tx, "kept") // is there
			return put(ctx, tx, "lost")
		})
		if !fault.Is(err, fault.Busy) || count(t, s) != 1 {
			t.Errorf("%d rows though what belongs to them failed: %v", count(t, s), err)
		}
		if err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, "next") }); err != nil {
			t.Errorf("and the next: %v", err)
		}
	})
}

// On SQLite it runs after the turns of all who share the commit; if it fails,
// each of them is told to come again.
func TestBeforeCommitComesAfterAllTurns(t *testing.T) {
	for name, fails := range map[string]bool{"well": false, "failing": true} {
		t.Run(name, func(t *testing.T) {
			s, _ := storetest.SQLite(t, rooms())
			var wg sync.WaitGroup
			var order []string
			errs := map[string]error{}
			var mu sync.Mutex
			hold, held := make(chan struct{}), make(chan struct{})
			write := func(id string, before func(), after error) {
				err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					before()
					order = append(order, "turn")
					tx.BeforeCommit(func(context.Context, *store.Tx) error { order = append(order, "before"); return after })
					return put(ctx, tx, id)
				})
				mu.Lock()
				defer mu.Unlock()
				errs[id] = err
			}
			wg.Go(func() { write("hold", func() { close(held); <-hold }, nil) })
			<-held
			var after error
			if fails {
				after = errors.New("no room")
			}
			wg.Go(func() { write("last", func() {}, after) })
			for s.Waiting() < 1 {
				runtime.Gosched()
			}
			close(hold)
			wg.Wait()
			// A group ends when its time is over, so a stalled machine makes two of it.
			together := slices.Equal(order, []string{"turn", "turn", "before", "before"})
			apart := slices.Equal(order, []string{"turn", "before", "turn", "before"})
			if !together && !apart {
				t.Fatal(order)
			}
			if fails != fault.Is(errs["last"], fault.Busy) || (fails && together) != (errs["hold"] != nil) {
				t.Errorf("%v", errs)
			}
			want := 2
			switch {
			case fails && together:
				want = 0
			case fails:
				want = 1
			}
			if n := count(t, s); n != want {
				t.Errorf("%d rows, want %d", n, want)
			}
		})
	}
}

// A transaction is over once its function has returned: nothing runs outside it.
func TestNothingIsWrittenThroughAnEndedTransaction(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		var kept *store.Tx
		if err := s.Update(t.Context(), func(_ context.Context, tx *store.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := put(t.Context(), kept, "x"); err == nil {
			t.Error("written")
		}
		var n int
		if err := kept.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM jar_item").Scan(&n); err == nil {
			t.Error("read")
		}
		if count(t, s) != 0 {
			t.Error("kept")
		}
	})
}

// A transaction that did not end fails one group and no more.
func TestATransactionLeftOpenEnds(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	if err := s.LeaveOpen(t.Context()); err != nil {
		t.Fatal(err)
	}
	write := func(id string) error {
		return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, id) })
	}
	if err := write("first"); !fault.Is(err, fault.Busy) {
		t.Errorf("the first: %v", err)
	}
	if err := write("second"); err != nil || count(t, s) != 1 {
		t.Errorf("the second: %d rows, %v", count(t, s), err)
	}
}
