package app_test

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/store"
)

// While somebody reads the database for long, /readyz says that its log grows, and
// still that the house serves; after a clean stop the log is empty.
func TestALogThatGrowsIsSaidAndFoldedInAtTheStop(t *testing.T) {
	dir := t.TempDir()
	a, err := app.New(t.Context(), app.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "linli.db")
	ready := func() string {
		w := httptest.NewRecorder()
		a.Mux.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		body, err := io.ReadAll(w.Body)
		if err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %v", w.Code, err)
		}
		return string(body)
	}
	if got := ready(); got != "ready\n" {
		t.Errorf("%q", got)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reader.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM place_tenant").Scan(&n); err != nil {
		t.Fatal(err)
	}
	grow := func(ctx context.Context, tx *store.Tx) error {
		for _, q := range []string{"CREATE TABLE IF NOT EXISTS heap (x BLOB)", "INSERT INTO heap VALUES (zeroblob(50000000))"} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	}
	for a.Store.LogHeld() == 0 { // 128 MiB and no more is needed
		if n++; n > 20 {
			t.Fatal("nobody is told of a log of a gigabyte")
		}
		if err := a.Store.Update(t.Context(), grow); err != nil {
			t.Fatal(err)
		}
	}
	if got := ready(); !strings.HasPrefix(got, "ready\nwarning: a long read") {
		t.Errorf("%q", got)
	}
	_ = reader.Rollback()
	_ = db.Close()
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		t.Errorf("%d bytes are left in the log", info.Size())
	}
}
