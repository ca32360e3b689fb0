package operations

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/linli/linli/internal/people"
)

const (
	diskBad  = 256 << 20 // a day's photographs of a subdistrict do not fit any more
	diskWarn = 1 << 30
	inodeBad = 10_000 // one photograph is two files

	sane       = 2026           // no clock of a running linli is before the year it was written
	ahead      = time.Minute    // a file may be this much newer than the clock
	backupWarn = 48 * time.Hour // a nightly backup was missed
	backupBad  = 14 * 24 * time.Hour
)

// folder looks at the data folder and reports whether there is one.
func (x *examination) folder() bool {
	info, err := os.Stat(x.Dir)
	if err != nil || !info.IsDir() {
		x.say(Bad, "folder", "missing", "dir", x.Dir)
		return false
	}
	// access(2) asks whether writing is allowed without writing.
	const writable, searchable = 2, 1
	switch err := syscall.Access(x.Dir, writable|searchable); {
	case err != nil:
		x.say(Bad, "folder", "locked", "dir", x.Dir)
	case info.Mode().Perm()&0o077 != 0:
		x.say(Bad, "folder", "open", "dir", x.Dir)
	default:
		x.say(Good, "folder", "good", "dir", x.Dir)
	}
	return true
}

// disk looks at what is free for this user.
func (x *examination) disk() {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(x.Dir, &fs); err != nil {
		x.say(Bad, "disk", "unknown")
		return
	}
	free := int64(fs.Bavail) * int64(fs.Bsize)
	mb := free >> 20
	switch {
	case free < diskBad:
		x.say(Bad, "disk", "full", "mb", mb)
	case fs.Files > 0 && fs.Ffree < inodeBad:
		x.say(Bad, "disk", "inodes", "n", fs.Ffree)
	case free < diskWarn:
		x.say(Warn, "disk", "low", "mb", mb)
	default:
		x.say(Good, "disk", "good", "mb", mb)
	}
}

// clock compares the clock with the year and with the newest file.
func (x *examination) clock() {
	switch info, err := os.Stat(x.Options.database()); {
	case x.now.Year() < sane:
		x.say(Bad, "clock", "old", "year", x.now.Year())
	case err == nil && info.ModTime().After(x.now.Add(ahead)):
		x.say(Bad, "clock", "behind")
	default:
		x.say(Good, "clock", "good")
	}
}

// keysThere reports that there are keys that can be tried.
func (x *examination) keysThere() bool {
	entries, err := os.ReadDir(filepath.Join(x.Dir, "keys"))
	return err == nil && len(entries) > 0
}

// keys looks at the key files. It makes none: where there are none, they may
// have been left out of a backup.
func (x *examination) keys() {
	dir := filepath.Join(x.Dir, "keys")
	if !x.keysThere() {
		x.say(Bad, "keys", "missing")
		return
	}
	open := false
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // said below: a key that cannot be read
		}
		info, err := d.Info()
		open = open || err == nil && info.Mode().Perm()&0o077 != 0
		return nil
	})
	if open {
		x.say(Bad, "keys", "open")
		return
	}
	if _, err := people.OpenSealer(x.Dir); err != nil {
		x.say(Bad, "keys", "unreadable")
		return
	}
	x.say(Good, "keys", "good")
}

// backups looks at when the last proven backup was taken.
func (x *examination) backups() {
	last, err := LastBackup(x.Dir)
	age := x.now.Sub(last.At)
	days := int(age.Hours() / 24)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.say(Warn, "backup", "none")
	case err != nil:
		x.say(Warn, "backup", "unreadable", "file", lastBackup)
	case age > backupBad:
		x.say(Bad, "backup", "old", "days", days, "file", last.File)
	case age > backupWarn:
		x.say(Warn, "backup", "old", "days", days, "file", last.File)
	default:
		x.say(Good, "backup", "good", "file", last.File)
	}
}
