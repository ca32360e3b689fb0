package app

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// ErrInUse says that another linli runs on the data folder.
var ErrInUse = errors.New("another linli is running on this data folder; stop it first")

// lockFolder holds the folder for as long as the file stays open; the system
// lets go of it when the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(ErrInUse, f.Close())
	}
	return f, nil
}
