// Package furnished gives tests the sample subdistrict without living its day
// again for each of them: a test program furnishes one house, closes it, and
// every test opens a copy of its data folder. The copy is what linli itself
// would open after a restart, and nothing one test does is seen by the next.
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
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Into puts the sample subdistrict, as [demo.Fill] leaves it, into a folder
// that does not exist or is empty.
func Into(t testing.TB, dir string) {
	t.Helper()
	put(t, lived, dir)
}

// Registers puts a house that has read the sample's registers, and nothing has
// happened in, into a folder that does not exist or is empty: on the morning of
// [storetest.NewClock].
func Registers(t testing.TB, dir string) {
	t.Helper()
	put(t, registered, dir)
}

func put(t testing.TB, house func() (map[string][]byte, error), dir string) {
	t.Helper()
	files, err := house()
	if err == nil {
		err = write(files, dir)
	}
	if err != nil {
		t.Fatalf("sample subdistrict: %v", err)
	}
}

var lived = sync.OnceValues(func() (map[string][]byte, error) {
	clock := new(demo.Clock)
	return folder(clock.Now, func(ctx context.Context, a *app.App) error { return demo.Fill(ctx, a, clock) })
})

var registered = sync.OnceValues(func() (map[string][]byte, error) {
	return folder(storetest.NewClock().Now, func(ctx context.Context, a *app.App) error {
		_, err := register.Import(ctx, register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}, demo.Data(), register.Options{})
		return err
	})
})

// folder is the data folder of a house once it was filled and closed, by path.
// It is held in memory, some megabytes, so that no test has to clear it away.
func folder(clock store.Clock, fill func(context.Context, *app.App) error) (_ map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "linli-sample-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx := context.Background()
	a, err := app.New(ctx, app.Options{Dir: dir, OneClick: true, Clock: clock})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(fill(ctx, a), a.Stop(ctx)); err != nil {
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
