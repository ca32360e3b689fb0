package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Place puts a finished file or folder where it belongs, in one step, and
// returns when its name is on the disk. Where something stands already, other
// than an empty folder that makes room for a folder, it is fs.ErrExist.
func Place(from, to string) error {
	switch entries, err := os.ReadDir(to); {
	case err == nil && len(entries) > 0, errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := syscall.Rename(from, to); err != nil {
		return fmt.Errorf("put %s in place: %w", to, err)
	}
	return syncFolder(filepath.Dir(to))
}
