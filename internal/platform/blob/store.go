package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// LeftoverAge is how long a half-written file must have been left alone before
// Open takes it for the leftover of a crash: far longer than the slowest phone
// needs between two packets, so that a second program on the same folder does
// not sweep away what the first is writing.
const LeftoverAge = time.Hour

const (
	incoming   = "incoming"
	tempPrefix = "put-"
	probe      = "probe-"
)

// Store 文件库 keeps files by hash in one local folder. It is safe for use by
// many goroutines and by several programs at once.
type Store struct {
	dir  string
	disk Disk

	mu      sync.Mutex
	durable map[string]bool // folders whose own name is known to be on the disk
}

// Open opens the store in dir, makes the folder if there is none, and removes
// what crashes left behind. It succeeds on a full disk: reading must go on.
func Open(dir string) (*Store, error) { return OpenOn(OSDisk{}, dir) }

// OpenOn is Open with another disk under it.
func OpenOn(disk Disk, dir string) (*Store, error) {
	s := &Store{dir: filepath.Clean(dir), disk: disk, durable: map[string]bool{}}
	if err := s.makeAll(s.dir); err != nil {
		return nil, doing("open blob store", err)
	}
	if err := s.sweep(); err != nil {
		return nil, doing("sweep blob store", err)
	}
	return s, nil
}

// makeAll makes dir and the folders above it that are missing.
func (s *Store) makeAll(dir string) error {
	switch info, err := os.Stat(dir); {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return fmt.Errorf("%w: a file stands where the folder should be", fs.ErrExist)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := s.makeAll(filepath.Dir(dir)); err != nil {
		return err
	}
	return s.makeFolder(dir)
}

// makeFolder returns when the folder's name is on the disk. A folder found in
// place is synced once too: the program before may have died between making
// and syncing it.
func (s *Store) makeFolder(dir string) error {
	s.mu.Lock()
	done := s.durable[dir]
	s.mu.Unlock()
	if done {
		return nil
	}
	if err := s.disk.Mkdir(dir); err != nil {
		return err
	}
	if err := s.disk.SyncDir(filepath.Dir(dir)); err != nil {
		return err
	}
	s.mu.Lock()
	s.durable[dir] = true
	s.mu.Unlock()
	return nil
}

// ready makes the ways to a new file durable. The folder above the store may
// belong to somebody who does not let us open it; then its owner made ours.
func (s *Store) ready() error {
	if err := s.makeFolder(s.dir); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return s.makeFolder(filepath.Join(s.dir, incoming))
}

// sweep removes leftovers. Their age is measured against a file made now in
// the same folder, so that the file system's clock is compared with itself.
// Where no file can be made (disk full, read-only) there is nothing to sweep
// for, and Put will say so.
func (s *Store) sweep() error {
	dir := filepath.Join(s.dir, incoming)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	now, ok := s.fileTime(dir)
	for _, e := range entries {
		if !ok || !strings.HasPrefix(e.Name(), tempPrefix) && !strings.HasPrefix(e.Name(), probe) {
			continue
		}
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < LeftoverAge {
			continue
		}
		if err := s.remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) fileTime(dir string) (time.Time, bool) {
	f, err := s.disk.Create(dir, probe)
	if err != nil {
		return time.Time{}, false
	}
	info, err := os.Stat(f.Name())
	if errors.Join(err, f.Close(), s.remove(f.Name())) != nil {
		return time.Time{}, false
	}
	return info.ModTime(), true
}

// remove is content when somebody else was quicker.
func (s *Store) remove(name string) error {
	if err := s.disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (s *Store) folder(h Hash) string { return filepath.Join(s.dir, string(h[:2])) }

func (s *Store) path(h Hash) string { return filepath.Join(s.folder(h), string(h[2:])) }

// Open opens a file for reading; the caller closes it. A hash not kept here is
// ErrNotFound, a string that is no hash ErrHash. The content is not checked
// while it is read, see Verify.
func (s *Store) Open(h Hash) (io.ReadSeekCloser, error) {
	if !h.valid() {
		return nil, fmt.Errorf("open file: %w", ErrHash)
	}
	f, err := os.Open(s.path(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open file %s: %w", h, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", h, err)
	}
	return f, nil
}

// Has says whether a file of that hash is kept here. It does not read it.
func (s *Store) Has(ctx context.Context, h Hash) (bool, error) {
	if !h.valid() {
		return false, fmt.Errorf("look for file: %w", ErrHash)
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	info, err := os.Lstat(s.path(h))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for file %s: %w", h, err)
	}
	return info.Mode().IsRegular(), nil
}
