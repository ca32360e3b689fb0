package store_test

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// While every reading connection is held by pages, an alarm's reads and those
// within a transaction go on.
func TestAheadReadsWhilePagesHoldEveryConnection(t *testing.T) {
	s, _ := storetest.SQLite(t, rooms())
	count(t, s) // so that its statement is prepared
	var held []*sql.Rows
	for range max(4, 2*runtime.NumCPU()) {
		rows, err := s.Reader().QueryContext(t.Context(), "SELECT 1 UNION ALL SELECT 2") //nolint:rowserrcheck,sqlclosecheck // held open, closed and looked at below
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, rows)
	}
	defer func() {
		for _, rows := range held {
			if err := errors.Join(rows.Close(), rows.Err()); err != nil {
				t.Error(err)
			}
		}
	}()
	var n int
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := s.Reader().QueryRowContext(short, "SELECT COUNT(*) FROM jar_item WHERE tenant_id = $1", "a").Scan(&n); err == nil {
		t.Fatal("a page found a connection: nothing is shown")
	}
	if err := s.Reader().QueryRowContext(store.Ahead(t.Context()), "SELECT 1").Scan(&n); err != nil {
		t.Errorf("ahead: %v", err)
	}
	err := s.Update(t.Context(), func(ctx context.Context, _ *store.Tx) error {
		return s.Reader().QueryRowContext(ctx, "SELECT 1").Scan(&n)
	})
	if err != nil {
		t.Errorf("in a transaction: %v", err)
	}
}
