package store

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// open opens a store with a heap.
func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "linli.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	do(t, s, "CREATE TABLE heap (x TEXT)")
	return s
}

func do(t *testing.T, s *Store, query string, args ...any) {
	t.Helper()
	err := s.Update(t.Context(), func(ctx context.Context, tx *Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// waiting is how long the log is, and how much of it is not in the file.
func waiting(t *testing.T, s *Store) (pages, rest int) {
	t.Helper()
	pages, moved, err := checkpoint(s.read, "NOOP")
	if err != nil {
		t.Fatal(err)
	}
	return pages, pages - moved
}

// move is asked until nobody else is at it.
func move(t *testing.T, s *Store) {
	t.Helper()
	for _, rest := waiting(t, s); rest >= movePages; _, rest = waiting(t, s) {
		if err := s.mover.move(); err != nil {
			t.Fatal(err)
		}
	}
}

// Nobody's commit waits for the log to be moved; it is moved all the same.
func TestCommitsDoNotMoveTheLog(t *testing.T) {
	s := open(t)
	var within int
	err := s.Update(t.Context(), func(ctx context.Context, tx *Tx) error {
		return tx.QueryRowContext(ctx, "PRAGMA wal_autocheckpoint").Scan(&within)
	})
	if err != nil || within != 0 {
		t.Errorf("a commit moves the log after %d pages: %v", within, err)
	}
	do(t, s, "INSERT INTO heap VALUES ($1)", strings.Repeat("x", 2*movePages*4096))
	move(t, s)
}

func TestLongLogStartsOver(t *testing.T) {
	s := open(t)
	for range 4 {
		do(t, s, "INSERT INTO heap VALUES ($1)", strings.Repeat("x", logPages/4*4096))
	}
	move(t, s)
	for pages, _ := waiting(t, s); pages >= logPages; pages, _ = waiting(t, s) {
		if err := s.mover.move(); err != nil {
			t.Fatal(err)
		}
		do(t, s, "INSERT INTO heap VALUES ($1)", strings.Repeat("x", 4096*movePages))
	}
}
