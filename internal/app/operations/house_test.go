package operations_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/app/operations"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// kinds are the databases to test on, by name, each as the URL of an empty one;
// SQLite has none.
func kinds(t *testing.T) map[string]func() string {
	t.Helper()
	m := map[string]func() string{"sqlite": func() string { return "" }}
	if _, ok := storetest.Openers(t)["postgres"]; ok {
		m["postgres"] = func() string { return storetest.NewSchema(t, os.Getenv(storetest.PostgresEnv)) }
	}
	return m
}

// open opens an installation as serve does.
func open(t *testing.T, o operations.Options) *app.App {
	t.Helper()
	a, err := app.New(context.Background(), app.Options{Dir: o.Dir, Postgres: o.Postgres, Clock: o.Clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) })
	return a
}

func stop(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestMain lives the sample's day once; each test begins from a copy of it.
func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := lived(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// lived is a data folder of the sample subdistrict.
var lived = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "linli-sample-*")
	if err != nil {
		return "", err
	}
	clock := new(demo.Clock)
	a, err := app.New(context.Background(), app.Options{Dir: dir, Clock: clock.Now})
	if err != nil {
		return dir, err
	}
	err = demo.Fill(context.Background(), a, clock)
	return dir, errors.Join(err, a.Stop(context.Background()))
})

// sample is the sample subdistrict, being served.
func sample(t *testing.T, postgres string) (operations.Options, *app.App) {
	t.Helper()
	from, err := lived()
	if err != nil {
		t.Fatal(err)
	}
	o := operations.Options{Dir: filepath.Join(t.TempDir(), "data"), Postgres: postgres, Program: "test", Clock: time.Now}
	if postgres == "" {
		copyFolder(t, from, o.Dir)
		return o, living(t, o)
	}
	file := filepath.Join(t.TempDir(), "sample.zip")
	if _, err := operations.Backup(t.Context(), operations.Options{Dir: from, Clock: time.Now}, file, true); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(from, "backup.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := operations.Restore(t.Context(), o, file); err != nil {
		t.Fatal(err)
	}
	return o, living(t, o)
}

// living opens a house and lets it do what fell due since it was furnished.
func living(t *testing.T, o operations.Options) *app.App {
	t.Helper()
	a := open(t, o)
	if _, err := a.Jobs.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// copyFolder copies a data folder with its modes.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at := to + strings.TrimPrefix(path, from)
		if d.IsDir() {
			return os.Mkdir(at, 0o700)
		}
		b, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(at, b, 0o600))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// resident is somebody of the sample subdistrict, and the building they live in.
func resident(t *testing.T, a *app.App) (people.Actor, string) {
	t.Helper()
	all, err := a.Places.Tenants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	xiwu := all[slices.IndexFunc(all, func(x place.Tenant) bool { return x.Ref == "xiwu" })].ID
	p, err := a.Register.PersonByRef(t.Context(), xiwu, "r0424")
	if err != nil {
		t.Fatal(err)
	}
	actor, err := a.Door.ActorFor(t.Context(), xiwu, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	home, err := a.Places.ByRef(t.Context(), xiwu, "guihua-6")
	if err != nil {
		t.Fatal(err)
	}
	return actor, home.ID
}

// draft is a report without a photograph.
func draft(building, key, words string) report.Draft {
	return report.Draft{Place: building, Category: "corridor.light", Spot: "9 楼", Words: words, Source: report.FromApp, Key: key}
}

func counts(t *testing.T, o operations.Options) map[string]int64 {
	t.Helper()
	s, err := store.Look(t.Context(), store.Options{Path: filepath.Join(o.Dir, "linli.db"), Postgres: o.Postgres})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n, err := s.Counts(t.Context(), app.Rooms())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tamper writes what no room would. The installation is not being served.
func tamper(t *testing.T, o operations.Options, query string, args ...any) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(o.Dir, "linli.db"), Postgres: o.Postgres, Clock: o.Clock})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		res, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			t.Errorf("%s changed %d rows, %v", query, n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// photos are the photograph files of an installation.
func photos(t *testing.T, o operations.Options) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(o.Dir, "photos", "??", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no photographs: %v", err)
	}
	return files
}
