package blob_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/linli/linli/internal/platform/blob"
)

// fullDisk has room for some bytes and then none, until it is given more.
type fullDisk struct {
	blob.OSDisk
	mu   sync.Mutex
	room int
}

func (d *fullDisk) take(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n = min(n, d.room)
	d.room -= n
	return n
}

func (d *fullDisk) give(n int) { d.take(-n) }

func (d *fullDisk) Create(dir, prefix string) (blob.File, error) {
	f, err := d.OSDisk.Create(dir, prefix)
	return &fullFile{f, d}, err
}

type fullFile struct {
	blob.File
	disk *fullDisk
}

func (f *fullFile) Write(p []byte) (int, error) {
	n := f.disk.take(len(p))
	if _, err := f.File.Write(p[:n]); err != nil {
		return 0, err
	}
	if n < len(p) {
		return n, &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return n, nil
}

// powerDisk forgets at a power cut what was not synced: a file's content that
// was not synced, and a name whose folder was not synced. It can lose power at
// a given step; from then on every step fails. It is the harshest reading of
// POSIX; real file systems keep more.
type powerDisk struct {
	os    blob.OSDisk
	root  string
	steps int // until the power goes

	now, kept map[string]*node
}

// node is a file or a folder, whatever its name is.
type node struct {
	folder  bool
	written strings.Builder
	synced  string
}

func newPowerDisk(root string) *powerDisk {
	return &powerDisk{root: root, now: map[string]*node{}, kept: map[string]*node{}}
}

func (d *powerDisk) step() error {
	if d.steps--; d.steps < 0 {
		return syscall.EIO
	}
	return nil
}

func (d *powerDisk) Create(dir, prefix string) (blob.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.os.Create(dir, prefix)
	if err != nil {
		return nil, err
	}
	n := &node{}
	d.now[f.Name()] = n
	return &powerFile{f, d, n}, nil
}

func (d *powerDisk) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.now[to] = d.now[from]
	delete(d.now, from)
	return d.os.Rename(from, to)
}

func (d *powerDisk) Mkdir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.now[dir] == nil {
		d.now[dir] = &node{folder: true}
	}
	return d.os.Mkdir(dir)
}

func (d *powerDisk) SyncDir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	for name := range d.kept {
		if filepath.Dir(name) == dir && d.now[name] == nil {
			delete(d.kept, name)
		}
	}
	for name, n := range d.now {
		if filepath.Dir(name) == dir {
			d.kept[name] = n
		}
	}
	return nil
}

func (d *powerDisk) Remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}
	delete(d.now, name)
	return d.os.Remove(name)
}

// cut takes the power away and brings it back: the folder then holds what had
// been synced, and nothing else.
func (d *powerDisk) cut() error {
	if err := os.RemoveAll(d.root); err != nil {
		return err
	}
	var paths []string
	for name := range d.kept {
		paths = append(paths, name)
	}
	slices.Sort(paths)
	d.now = map[string]*node{}
	for _, name := range paths {
		if err := d.bring(name); err != nil {
			return err
		}
	}
	return nil
}

func (d *powerDisk) bring(name string) error {
	if parent := filepath.Dir(name); name != d.root && d.now[parent] == nil {
		delete(d.kept, name)
		return nil
	}
	n := d.kept[name]
	d.now[name] = n
	if n.folder {
		return os.Mkdir(name, 0o700)
	}
	n.written.Reset()
	n.written.WriteString(n.synced)
	return os.WriteFile(name, []byte(n.synced), 0o600)
}

type powerFile struct {
	blob.File
	disk *powerDisk
	node *node
}

func (f *powerFile) Write(p []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		return 0, err
	}
	f.node.written.Write(p)
	return f.File.Write(p)
}

func (f *powerFile) Sync() error {
	if err := f.disk.step(); err != nil {
		return err
	}
	f.node.synced = f.node.written.String()
	return nil
}
