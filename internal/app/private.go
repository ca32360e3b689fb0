package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ErrReadable says that others can read what must be private, and that this cannot be
// changed from here.
var ErrReadable = errors.New("others on this machine can read it, and linli cannot make it private; give it to linli's own user with mode 0600 (folders 0700), or take another data folder")

// OwnFiles are what linli makes in its data folder. What is in the folders below it
// is out of reach once they are private.
func OwnFiles() []string {
	return []string{"keys", "photos", "incoming", "linli.db", "linli.db-wal", "linli.db-shm", "lock", "backup.json", "backup.json.part"}
}

// makePrivate takes from others what an earlier copy, a restore by hand or a loose
// umask left open to them: keys, database, photographs, and the folder itself if it is
// linli's alone. A folder that holds anything else is left as it is, as it may be one
// that the whole machine needs.
func (a *App) makePrivate(ctx context.Context) error {
	own := OwnFiles()
	alone := true
	entries, err := os.ReadDir(a.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		alone = alone && slices.Contains(own, e.Name())
	}
	keys, err := filepath.Glob(filepath.Join(a.Dir, "keys", "*"))
	if err != nil {
		return err
	}
	for _, name := range own {
		keys = append(keys, filepath.Join(a.Dir, name))
	}
	if alone {
		keys = append(keys, a.Dir)
	} else if open, err := openToOthers(a.Dir); err != nil || open {
		a.Log.WarnContext(ctx, "the data folder can be listed by others and holds what is not linli's, so it is left as it is", "folder", a.Dir)
	}
	for _, path := range keys {
		if err := a.closeToOthers(ctx, path); err != nil {
			return err
		}
	}
	return a.newDatabase()
}

// closeToOthers makes one file or folder private, if it is there and is not.
func (a *App) closeToOthers(ctx context.Context, path string) error {
	open, err := openToOthers(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !open {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := os.Chmod(path, info.Mode().Perm()&0o700); err != nil {
		return fmt.Errorf("%s: %w: %w", path, ErrReadable, err)
	}
	if open, err = openToOthers(path); err != nil || open { // some file systems take a mode and keep none
		return fmt.Errorf("%s: %w", path, errors.Join(ErrReadable, err))
	}
	a.Log.WarnContext(ctx, "could be read by others on this machine: made private", "path", path)
	return nil
}

func openToOthers(path string) (bool, error) {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o077 != 0, err
}

// newDatabase makes the file of a database that is not there yet: SQLite would make
// it, and its log after it, as the umask has it.
func (a *App) newDatabase() error {
	if a.Postgres != "" {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(a.Dir, "linli.db"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
