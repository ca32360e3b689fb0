package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Disk is the writing edge to the file system. The house uses OSDisk; a test
// hands in one that is full, that fails, or that forgets at a power cut.
// Errors are those of package os.
type Disk interface {
	// Create makes a new file in dir with a name that starts with prefix.
	Create(dir, prefix string) (File, error)
	// Rename moves a file, replacing what stood there, in one step.
	Rename(from, to string) error
	// Mkdir makes one folder; one that is there already is no error.
	Mkdir(dir string) error
	// SyncDir returns when the names in dir are on the disk.
	SyncDir(dir string) error
	// Remove removes a file.
	Remove(name string) error
}

// File is a file being written.
type File interface {
	io.WriteCloser
	// Name is the whole path.
	Name() string
	// Sync returns when the content is on the disk.
	Sync() error
}

// OSDisk is the operating system's file system. The zero value is ready.
type OSDisk struct{}

// Create makes prefix*.part in dir, readable by this program's user only.
func (OSDisk) Create(dir, prefix string) (File, error) {
	return os.CreateTemp(dir, prefix+"*.part")
}

// Rename is os.Rename.
func (OSDisk) Rename(from, to string) error { return os.Rename(from, to) }

// Mkdir makes dir with permission 0700.
func (OSDisk) Mkdir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// SyncDir opens dir and fsyncs it.
func (OSDisk) SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Remove is os.Remove.
func (OSDisk) Remove(name string) error { return os.Remove(name) }
