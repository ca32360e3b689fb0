package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
)

// Put reads r to its end, keeps the content and returns its hash and its length
// in bytes. It returns only when content and name are on the disk, see the
// package comment.
//
// More than limit bytes are ErrTooLarge, and no more than limit+1 are read. A full
// disk is ErrFull. An error of r or of ctx comes back wrapped. After any error
// no temporary file is left.
//
// Content that is here already is written again and takes the old file's
// place: the same name, and a file that was damaged is whole again.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (Hash, int64, error) {
	if err := s.ready(); err != nil {
		return "", 0, doing("put file", err)
	}
	f, err := s.disk.Create(filepath.Join(s.dir, incoming), tempPrefix)
	if err != nil {
		return "", 0, doing("put file", err)
	}
	h, n, err := s.fill(ctx, f, r, limit)
	if err == nil {
		err = s.settle(f.Name(), h)
	}
	if err != nil {
		return "", 0, doing("put file", errors.Join(err, s.remove(f.Name())))
	}
	return h, n, nil
}

// fill writes, syncs and closes f.
func (s *Store) fill(ctx context.Context, f File, r io.Reader, limit int64) (h Hash, n int64, err error) {
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	bounded := io.LimitReader(reader{ctx, r}, min(limit, math.MaxInt64-1)+1)
	n, err = io.Copy(io.MultiWriter(f, sum), bounded)
	if err != nil {
		return "", 0, err
	}
	if n > limit {
		return "", 0, fmt.Errorf("more than %d bytes: %w", limit, ErrTooLarge)
	}
	if err := f.Sync(); err != nil {
		return "", 0, err
	}
	return hashOf(sum.Sum(nil)), n, nil
}

// settle gives the finished file its name. Rename replaces in one step, so two
// goroutines with the same content need no lock: both files are whole.
func (s *Store) settle(temp string, h Hash) error {
	if err := s.makeFolder(s.folder(h)); err != nil {
		return err
	}
	if err := s.disk.Rename(temp, s.path(h)); err != nil {
		return err
	}
	return s.disk.SyncDir(s.folder(h))
}

// reader stops when the request it reads for has ended.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
