package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// A memo reads again once its table was written, and only then; what was undone
// or failed to load is not kept.
func TestMemoReadsAgainWhatWasWritten(t *testing.T) {
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		m, reads := store.NewMemo[string, int](s, 2, "jar_item"), 0
		get := func(want int, what string) {
			t.Helper()
			got, err := m.Get("all", func() (int, error) { reads++; return count(t, s), nil })
			if err != nil || got != want {
				t.Errorf("%s: %d, %v, want %d", what, got, err, want)
			}
		}
		write := func(statement string, args ...any) {
			t.Helper()
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, statement, args...)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		get(0, "at first")
		for i, statement := range []string{
			"INSERT INTO jar_item (tenant_id, id, at) VALUES ('a', $1, 1)", "-- a comment: UPDATE other\nINSERT INTO jar_item (tenant_id, id, at) SELECT 'a', $1, 1",
			"INSERT INTO jar_item (tenant_id, id, at) VALUES ('a', $1, 1) ON CONFLICT (tenant_id, id) DO UPDATE SET at = 2",
		} {
			write(statement, fmt.Sprint(i))
			get(i+1, statement)
		}
		write("WITH one AS (SELECT '0' AS id) DELETE FROM jar_item WHERE id IN (SELECT id FROM one)")
		get(2, "deleted")
		write("UPDATE jar_item SET tenant_id = 'b' WHERE id = '1'")
		get(1, "updated")
		write("ALTER TABLE jar_item RENAME TO jar_away")
		write("ALTER TABLE jar_away RENAME TO jar_item")
		write("DELETE FROM jar_item")
		get(0, "deleted all")
		before := reads
		get(0, "again")
		if kept := reads == before; kept != (s.Dialect() == store.SQLite) {
			t.Errorf("kept is %v on %s", kept, s.Dialect())
		}
		failed := errors.New("away")
		if _, err := m.Get("other", func() (int, error) { return 0, failed }); !errors.Is(err, failed) {
			t.Errorf("an error of the reading: %v", err)
		}
		if got, err := m.Get("other", func() (int, error) { return 7, nil }); err != nil || got != 7 {
			t.Errorf("after an error: %d, %v", got, err)
		}
	})
}
