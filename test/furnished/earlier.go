package furnished

import (
	"database/sql"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // reads the fixture

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// earlier is a data folder as linli left it at commit 665f431, its database as
// SQL: building 6 of Xiwu with four detectors, eight tickets (open, taken,
// closed, escalated, one of a device that nobody has said the place of), four
// reports (late, taken, withdrawn, new) and an alarm that was closed. Made with
// the houses of the rooms' tests then, over three days from [storetest.NewClock].
//
//go:embed earlier
var earlier embed.FS

// Opened is the data folder of an earlier linli, opened by this one at the moment
// at which that one was closed. Further rows may be written into it before.
func Opened(t testing.TB, rows ...string) *House {
	t.Helper()
	clock, o := storetest.NewClock(), app.Options{Dir: t.TempDir()}
	clock.Advance(time.UnixMilli(1795665780000).Sub(clock.Now()))
	Earlier(t, o.Dir)
	for _, row := range rows {
		run(t, o.Dir, row)
	}
	return open(t, clock, o)
}

// Earlier writes the data folder of an earlier linli.
func Earlier(t testing.TB, dir string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(filepath.Join(dir, "keys"), 0o700))
	keys, err := fs.ReadDir(earlier, "earlier/keys")
	must(err)
	for _, k := range keys {
		b, err := earlier.ReadFile("earlier/keys/" + k.Name())
		must(err)
		must(os.WriteFile(filepath.Join(dir, "keys", k.Name()), b, 0o600))
	}
	script, err := earlier.ReadFile("earlier/linli.sql")
	must(err)
	run(t, dir, string(script))
}

// run runs SQL in the database of a folder that is closed.
func run(t testing.TB, dir, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "linli.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // what it writes into the catalogue is seen by the connection that wrote it
	if _, err = db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
