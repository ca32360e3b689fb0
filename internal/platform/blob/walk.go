package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Walk calls fn for every file with its length in bytes, in the order of the
// hashes, until fn returns an error, which Walk returns. Files put meanwhile
// may or may not be seen. What is no file of the store is passed over.
func (s *Store) Walk(ctx context.Context, fn func(h Hash, size int64) error) error {
	folders, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("walk files: %w", err)
	}
	for _, folder := range folders {
		if len(folder.Name()) != 2 || !folder.IsDir() {
			continue
		}
		if err := s.walkFolder(ctx, folder.Name(), fn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) walkFolder(ctx context.Context, name string, fn func(Hash, int64) error) error {
	files, err := os.ReadDir(filepath.Join(s.dir, name))
	if err != nil {
		return fmt.Errorf("walk files: %w", err)
	}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		h := Hash(name + file.Name())
		if !h.valid() || !file.Type().IsRegular() {
			continue
		}
		info, err := file.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("walk files: %w", err)
		}
		if err := fn(h, info.Size()); err != nil {
			return err
		}
	}
	return nil
}

// Verify reads every file and calls fn with nil for a sound one, with
// ErrDamaged for one whose content has changed, and with the cause for one that
// cannot be read. It goes on after a bad file; it returns an error only when
// ctx ends or the folder cannot be listed. That every file a matter points to
// is here must be asked with Has.
func (s *Store) Verify(ctx context.Context, fn func(h Hash, err error)) error {
	return s.Walk(ctx, func(h Hash, _ int64) error {
		err := s.check(ctx, h)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fn(h, err)
		return nil
	})
}

func (s *Store) check(ctx context.Context, h Hash) error {
	f, err := s.Open(h)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, reader{ctx, f}); err != nil {
		return fmt.Errorf("read file %s: %w", h, err)
	}
	if hashOf(sum.Sum(nil)) != h {
		return fmt.Errorf("check file %s: %w", h, ErrDamaged)
	}
	return nil
}
