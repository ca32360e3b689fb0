package app_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
)

// started opens a house in a folder once, and is what it logged.
func started(t *testing.T, dir string) string {
	t.Helper()
	var log bytes.Buffer
	a, err := app.New(t.Context(), app.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for path, others := range modes(t, dir) {
		if others != 0 && path != "." && !strings.HasPrefix(path, "notes") {
			t.Errorf("%s: others may %o while it runs", path, others)
		}
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return log.String()
}

// modes are what others than the owner may, by path.
func modes(t *testing.T, dir string) map[string]fs.FileMode {
	t.Helper()
	m := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		at, err := filepath.Rel(dir, path)
		m[at] = info.Mode().Perm() & 0o077
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func loosen(t *testing.T, dir string) {
	t.Helper()
	for path := range modes(t, dir) {
		mode := fs.FileMode(0o644)
		if info, err := os.Stat(filepath.Join(dir, path)); err != nil || info.IsDir() {
			mode = 0o755
		}
		if err := os.Chmod(filepath.Join(dir, path), mode); err != nil {
			t.Fatal(err)
		}
	}
}

// A folder that was there before, with keys and database open to others, is private
// from the start on, and the log says what was changed.
func TestAnOpenDataFolderIsMadePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if log := started(t, dir); strings.Contains(log, "made private") {
		t.Errorf("a new folder was open: %s", log)
	}
	loosen(t, dir)
	log := started(t, dir)
	for path, others := range modes(t, dir) {
		if others != 0 {
			t.Errorf("%s: others may %o", path, others)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "linli.db"), filepath.Join(dir, "keys")} {
		if !strings.Contains(log, "path="+path+"\n") {
			t.Errorf("the log does not name %s: %s", path, log)
		}
	}
}

// A folder that holds more than linli's is not closed to those who need it; linli's
// own files in it are.
func TestAFolderOfOthersIsLeftOpenAndOurFilesAreNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	started(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "notes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	loosen(t, dir)
	log := started(t, dir)
	m := modes(t, dir)
	if m["."] != 0o055 || m["notes"] != 0o044 || m["keys"] != 0 || m["linli.db"] != 0 || m["photos"] != 0 {
		t.Errorf("%v", m)
	}
	if !strings.Contains(log, "can be listed by others") {
		t.Errorf("nobody is told: %s", log)
	}
}

// Where modes cannot be changed, the start is refused in words.
func TestWhatCannotBeMadePrivateRefusesTheStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	started(t, dir)
	keys := filepath.Join(dir, "keys", "digest.key")
	if err := os.Remove(keys); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/proc/self/status", keys); err != nil {
		t.Fatal(err)
	}
	_, err := app.New(t.Context(), app.Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "others on this machine can read it") {
		t.Errorf("%v", err)
	}
}
