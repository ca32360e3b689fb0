package store

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// heaped is a store with a heap whose log is to start over from so many pages on.
func heaped(t *testing.T, pages int, log io.Writer) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "linli.db"), LogPages: pages, Log: slog.New(slog.NewTextHandler(log, nil))})
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

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// reading is another program that has begun to read.
func reading(t *testing.T, s *Store) (end func()) {
	t.Helper()
	db, err := sql.Open("sqlite", lookDSN(s.path, "mode=ro"))
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM heap").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = tx.Rollback()
		_ = db.Close()
	}
}

// After a clean stop the database is one file, whoever of ours has read from it.
func TestACleanStopFoldsTheLogIn(t *testing.T) {
	s := heaped(t, 0, io.Discard)
	do(t, s, "INSERT INTO heap VALUES ($1)", strings.Repeat("x", 1<<20))
	for _, ctx := range []context.Context{t.Context(), Ahead(t.Context())} {
		var n int // the connection stays, for the next read
		if err := s.Reader().QueryRowContext(ctx, "SELECT length(x) FROM heap").Scan(&n); err != nil || n != 1<<20 {
			t.Fatal(n, err)
		}
	}
	if size(t, s.path+"-wal") == 0 {
		t.Fatal("nothing is in the log, so nothing is shown")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := size(t, s.path+"-wal"); n != 0 {
		t.Errorf("%d bytes are left in the log", n)
	}
}

// Another program that reads on keeps the log; the stop does not wait for it, and says
// so.
func TestAStopDoesNotWaitForAnotherReader(t *testing.T) {
	var log bytes.Buffer
	s := heaped(t, 0, &log)
	end := reading(t, s)
	defer end()
	do(t, s, "INSERT INTO heap VALUES ($1)", strings.Repeat("x", 1<<20))
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if !strings.Contains(log.String(), "another program reads the database") {
		t.Errorf("nobody is told: %s", log.String())
	}
	again, err := Open(t.Context(), Options{Path: s.path})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	var n int
	if err := again.Reader().QueryRowContext(t.Context(), "SELECT length(x) FROM heap").Scan(&n); err != nil || n != 1<<20 {
		t.Errorf("%d %v", n, err)
	}
}

// While a read goes on the log grows, and that is said; once it has ended the file is
// cut to its size again.
func TestALogThatAReadHoldsBackIsSaidAndCutAgain(t *testing.T) {
	const pages = 256
	var log bytes.Buffer
	s := heaped(t, pages, &log)
	do(t, s, "INSERT INTO heap VALUES ('')")
	end := reading(t, s)
	for range 4 {
		do(t, s, "INSERT INTO heap VALUES ($1)", strings.Repeat("x", movePages*pageBytes))
	}
	moveNow(t, s)
	grown := size(t, s.path+"-wal")
	if s.LogHeld() < 4*movePages*pageBytes || grown < s.LogHeld() {
		t.Errorf("%d bytes said, %d in the file", s.LogHeld(), grown)
	}
	end()
	moveNow(t, s)
	if s.LogHeld() != 0 {
		t.Errorf("%d bytes are said to be held", s.LogHeld())
	}
	for range 2 {
		do(t, s, "INSERT INTO heap VALUES ('')")
	}
	if n := size(t, s.path+"-wal"); n > 2*pages*pageBytes {
		t.Errorf("the file keeps %d bytes of %d", n, grown)
	}
	if err := s.Close(); err != nil { // the log of the program is whole now
		t.Fatal(err)
	}
	for _, want := range []string{"a long read holds back the database's log", "is held back no longer"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q: %s", want, log.String())
		}
	}
}

// moveNow moves once for certain: the other mover, in its own turn, may be at it.
func moveNow(t *testing.T, s *Store) {
	t.Helper()
	for {
		pages, moved, err := checkpoint(s.read, "NOOP")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.mover.move(); err != nil {
			t.Fatal(err)
		}
		if after, _, err := checkpoint(s.read, "NOOP"); err == nil && after >= 0 && pages >= 0 && moved >= 0 {
			return
		}
	}
}
