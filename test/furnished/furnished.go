package furnished

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Furnishing is what is in a house when a test begins.
type Furnishing struct {
	clock    func() *storetest.Clock // of the test's house
	sqlite   func() (copied, error)
	postgres func() (copied, error)
}

// copied is what a house is copied from: its folder, by path and held in memory,
// some megabytes, and on PostgreSQL its database.
type copied struct {
	files    map[string][]byte
	database *storetest.Template
}

// With furnishes houses by what a room does. It is asked once for each database
// and test program, on the morning of [storetest.NewClock].
func With(fill func(context.Context, *app.App, *storetest.Clock) error) *Furnishing {
	return furnishing(storetest.NewClock, func(ctx context.Context, o app.Options) error {
		clock := storetest.NewClock()
		o.Clock = clock.Now
		return inside(ctx, o, func(a *app.App) error { return fill(ctx, a, clock) })
	})
}

// Registers is a house that has read the sample's registers, and nothing has
// happened in.
var Registers = With(func(ctx context.Context, a *app.App, _ *storetest.Clock) error { return Import(ctx, a) })

// Lived is the sample subdistrict as [demo.Fill] leaves it. Its clock runs.
var Lived = furnishing(storetest.Running, func(ctx context.Context, o app.Options) error {
	day := new(demo.Clock)
	o.Clock = day.Now
	return inside(ctx, o, func(a *app.App) error { return demo.Fill(ctx, a, day) })
})

func furnishing(clock func() *storetest.Clock, fill func(context.Context, app.Options) error) *Furnishing {
	return &Furnishing{
		clock: clock,
		sqlite: sync.OnceValues(func() (copied, error) {
			files, err := folder("", fill)
			return copied{files: files}, err
		}),
		postgres: sync.OnceValues(func() (c copied, err error) {
			c.database, err = storetest.NewTemplate(func(url string) (err error) {
				c.files, err = folder(url, fill)
				return err
			})
			return c, err
		}),
	}
}

// inside opens a house, does something in it and closes it.
func inside(ctx context.Context, o app.Options, do func(*app.App) error) error {
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Stop(ctx))
}

// Import reads the sample's registers into an empty house.
func Import(ctx context.Context, a *app.App) error {
	if _, err := register.Import(ctx, register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}, demo.Data(), register.Options{}); err != nil {
		return err
	}
	return a.ReloadTenants()
}

// Into puts a furnished house into a folder that does not exist or is empty.
func (f *Furnishing) Into(t testing.TB, dir string) {
	t.Helper()
	house, err := f.sqlite()
	if err == nil {
		err = write(house.files, dir)
	}
	if err != nil {
		t.Fatalf("sample subdistrict: %v", err)
	}
}

// IntoPostgres puts the folder of a furnished house on PostgreSQL into one that does
// not exist or is empty, and gives the URL of its database.
func (f *Furnishing) IntoPostgres(t testing.TB, dir string) string {
	t.Helper()
	house, err := f.postgres()
	if err == nil {
		err = write(house.files, dir)
	}
	if err != nil {
		t.Fatalf("sample subdistrict: %v", err)
	}
	return house.database.Copy(t)
}

// folder furnishes a house and is what it left in its folder.
func folder(postgres string, fill func(context.Context, app.Options) error) (_ map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "linli-sample-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := fill(context.Background(), app.Options{Dir: dir, Postgres: postgres, OneClick: true}); err != nil {
		return nil, err
	}
	return read(dir)
}

// read is every file below a folder.
func read(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	return files, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[name], err = os.ReadFile(path)
		return err
	})
}

func write(files map[string][]byte, dir string) error {
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return err
		}
	}
	return nil
}
