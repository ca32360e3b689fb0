package operations

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/platform/backup"
)

// Rehearse opens a copy of an installation, without its photographs, lets do
// work on it, and throws it away: to see what would happen, also while the
// installation is served. Where there is none yet, the copy is empty.
func Rehearse(ctx context.Context, o Options, do func(context.Context, *app.App) error) (err error) {
	beside := o.Dir // personal data stays in the folder it lies in
	if _, err := os.Stat(o.Dir); err != nil {
		beside = ""
	}
	work, err := os.MkdirTemp(beside, ".linli-rehearsal-*")
	if err != nil {
		return fmt.Errorf("rehearse: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	h, err := lookCurrent(ctx, o)
	if err == nil {
		err = errors.Join(h.snapshot(ctx, filepath.Join(work, backup.Database)), h.store.Close(),
			os.CopyFS(filepath.Join(work, "keys"), os.DirFS(filepath.Join(o.Dir, "keys"))), closeKeys(work))
	}
	if err != nil && !errors.Is(err, ErrNoHouse) {
		return fmt.Errorf("rehearse: %w", err)
	}
	a, err := app.New(ctx, app.Options{Dir: work, Clock: o.Clock})
	if err != nil {
		return fmt.Errorf("rehearse: %w", err)
	}
	return errors.Join(do(ctx, a), a.Stop(ctx))
}

// closeKeys makes copied keys readable by their owner only.
func closeKeys(dir string) error {
	keys, err := filepath.Glob(filepath.Join(dir, "keys", "*"))
	for _, key := range keys {
		err = errors.Join(err, os.Chmod(key, 0o600))
	}
	return err
}
