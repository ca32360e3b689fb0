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
)

// Into puts the sample subdistrict into a folder that does not exist or is
// empty. [demo.Fill] leaves a house that is opened on it alone.
func Into(t testing.TB, dir string) {
	t.Helper()
	files, err := folder()
	if err == nil {
		err = write(files, dir)
	}
	if err != nil {
		t.Fatalf("sample subdistrict: %v", err)
	}
}

// folder is the data folder of the sample subdistrict, by path. It is held
// in memory, some megabytes, so that no test has to clear it away.
var folder = sync.OnceValues(func() (_ map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "linli-sample-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, clock := context.Background(), new(demo.Clock)
	a, err := app.New(ctx, app.Options{Dir: dir, OneClick: true, Clock: clock.Now})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(demo.Fill(ctx, a, clock), a.Stop(ctx)); err != nil {
		return nil, err
	}
	return read(dir)
})

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
