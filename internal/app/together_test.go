package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// Two nodes that are started together on an empty database, with the folder of
// keys they share, both come up and offer a set-up link: there is one office and
// one administrator to be.
func TestS31_TwoNodesStartTogetherOnAnEmptyDatabase(t *testing.T) {
	for range 3 {
		base, ok := storetest.Postgres(t)
		if !ok {
			return
		}
		keys := filepath.Join(t.TempDir(), "keys")
		if err := os.Mkdir(keys, 0o700); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for range 2 {
			dir := t.TempDir()
			if err := os.Symlink(keys, filepath.Join(dir, "keys")); err != nil {
				t.Fatal(err)
			}
			both.Go(func() {
				if err := comesUp(t.Context(), app.Options{Dir: dir, Postgres: base}); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		a, err := app.New(t.Context(), app.Options{Dir: filepath.Dir(keys), Postgres: base})
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{"SELECT COUNT(*) FROM place_tenant", "SELECT COUNT(*) FROM people_person", "SELECT COUNT(*) FROM people_post"} {
			var n int
			if err := a.Store.Reader().QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != 1 {
				t.Errorf("%s: %d %v", query, n, err)
			}
		}
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// comesUp starts a node as linli serve does, and stops it.
func comesUp(ctx context.Context, o app.Options) error {
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	_, err = a.Start(ctx, "127.0.0.1:0")
	path, bad := a.Door.SetUpLink(ctx)
	if bad == nil && path == "" {
		bad = errors.New("no set-up link")
	}
	return errors.Join(err, bad, a.Store.Ready(ctx), a.Stop(context.WithoutCancel(ctx)))
}
