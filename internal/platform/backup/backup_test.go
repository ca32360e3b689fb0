package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/backup"
)

func photoName() string { return "photos/ab/" + strings.Repeat("0", 62) }

func contents() map[string]string {
	return map[string]string{backup.Database: strings.Repeat("rows ", 5000), "keys/digest.key": "secret", photoName(): "jpeg"}
}

// archive makes a sound archive and returns its path.
func archive(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.zip")
	w, err := backup.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{backup.Database, "keys/digest.key", photoName()} {
		if err := w.Add(t.Context(), name, strings.NewReader(contents()[name])); err != nil {
			t.Fatal(err)
		}
	}
	m := backup.Manifest{Program: "test", Taken: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), Keys: true, Rows: map[string]int64{"a_b": 3}}
	if err := w.Close(m); err != nil {
		t.Fatal(err)
	}
	return path
}

func extract(t *testing.T, path string) (string, error) {
	t.Helper()
	a, err := backup.Open(path)
	if err != nil {
		return "", err
	}
	defer a.Close()
	dir := t.TempDir()
	return dir, a.Extract(t.Context(), dir)
}

func TestWhatWentInComesOut(t *testing.T) {
	path := archive(t)
	dir, err := extract(t, path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range contents() {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(b) != want {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	a, err := backup.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if diff := cmp.Diff(map[string]int64{"a_b": 3}, a.Manifest.Rows); diff != "" || !a.Manifest.Keys || a.Size() != 25010 {
		t.Errorf("rows %s, keys %v, size %d", diff, a.Manifest.Keys, a.Size())
	}
}

func TestArchiveIsItsOwnersAlone(t *testing.T) {
	path := archive(t)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	if _, err := backup.Create(path); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("an archive was begun over another: %v", err)
	}
}

// entry is one entry of a forged archive.
type entry struct {
	name, content string
	mode          fs.FileMode
}

// forge writes a ZIP with a list of our making.
func forge(t *testing.T, list any, entries ...entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "forged.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range append(entries, entry{name: "manifest.json", content: string(raw)}) {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(0o600 | e.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func listed(names ...string) backup.Manifest {
	m := backup.Manifest{Format: backup.Format}
	for _, name := range names {
		sum := sha256.Sum256([]byte("x"))
		m.Members = append(m.Members, backup.Member{Name: name, Bytes: 1, SHA256: hex.EncodeToString(sum[:])})
	}
	return m
}

func TestForgedArchivesAreRefused(t *testing.T) {
	db := entry{name: backup.Database, content: "x"}
	short := listed(backup.Database)
	short.Members[0].Bytes = 7
	other := listed(backup.Database)
	other.Members[0].SHA256 = strings.Repeat("0", 64)
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"climbs out":         {forge(t, listed(backup.Database, "../evil"), db, entry{name: "../evil", content: "x"}), backup.ErrForeign},
		"climbs through":     {forge(t, listed(backup.Database, "keys/../../evil"), db, entry{name: "keys/../../evil", content: "x"}), backup.ErrForeign},
		"absolute":           {forge(t, listed(backup.Database, "/etc/passwd"), db, entry{name: "/etc/passwd", content: "x"}), backup.ErrForeign},
		"backslash":          {forge(t, listed(backup.Database, `keys\..\x`), db, entry{name: `keys\..\x`, content: "x"}), backup.ErrForeign},
		"another file":       {forge(t, listed(backup.Database, "run.sh"), db, entry{name: "run.sh", content: "x"}), backup.ErrForeign},
		"hidden key":         {forge(t, listed(backup.Database, "keys/.x"), db, entry{name: "keys/.x", content: "x"}), backup.ErrForeign},
		"link":               {forge(t, listed(backup.Database, "keys/x"), db, entry{"keys/x", "x", fs.ModeSymlink}), backup.ErrForeign},
		"twice in the list":  {forge(t, listed(backup.Database, backup.Database), db, db), backup.ErrForeign},
		"twice in the file":  {forge(t, listed(backup.Database), db, db), backup.ErrForeign},
		"no database":        {forge(t, listed("keys/x"), entry{name: "keys/x", content: "x"}), backup.ErrForeign},
		"unlisted":           {forge(t, listed(backup.Database), db, entry{name: "keys/x", content: "x"}), backup.ErrDamaged},
		"listed, not there":  {forge(t, listed(backup.Database, "keys/x"), db), backup.ErrDamaged},
		"longer than listed": {forge(t, short, db), backup.ErrDamaged},
		"another content":    {forge(t, other, db), backup.ErrDamaged},
		"no format":          {forge(t, backup.Manifest{}, db), backup.ErrForeign},
		"newer":              {forge(t, backup.Manifest{Format: backup.Format + 1}, db), backup.ErrNewer},
		"list is no list":    {forge(t, "x", db), backup.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := extract(t, c.path)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if dir != "" {
				if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "evil")); err == nil {
					t.Error("something was written outside")
				}
			}
		})
	}
}

// Whatever byte of the archive changes, nothing else comes out of it.
func TestEveryChangedByteIsFoundOrHarmless(t *testing.T) {
	good, err := os.ReadFile(archive(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.zip")
	for i := 0; i < len(good); i += 7 {
		b := bytes.Clone(good)
		b[i] ^= 0x5a
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		dir, err := extract(t, path)
		if err != nil {
			continue
		}
		for name, want := range contents() {
			if got, _ := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
				t.Fatalf("byte %d: %s came out changed", i, name)
			}
		}
	}
}

func TestOtherFilesAreNoBackups(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("not a zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Open(path); !errors.Is(err, backup.ErrForeign) {
		t.Errorf("got %v", err)
	}
	if _, err := backup.Open(path + "y"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	w, err := backup.Create(path + ".zip")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(t.Context(), "../x", strings.NewReader("x")); !errors.Is(err, backup.ErrForeign) {
		t.Errorf("got %v", err)
	}
	if err := w.Abandon(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".zip"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an abandoned archive stayed: %v", err)
	}
}

func TestEndedContextEndsTheCopy(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a, err := backup.Open(archive(t))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Extract(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestPlaceNeverCovers(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"a", "b", "empty", "full", "full/x"} {
		if err := os.Mkdir(at(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, taken := range []string{"full", "file"} {
		if err := backup.Place(at("a"), at(taken)); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over %s: %v", taken, err)
		}
	}
	for from, to := range map[string]string{"a": "empty", "b": "new"} {
		if err := backup.Place(at(from), at(to)); err != nil {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "b.zip")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := backup.Open(path)
		if err != nil {
			return
		}
		defer a.Close()
		for _, m := range a.Manifest.Members {
			if !filepath.IsLocal(m.Name) {
				t.Fatalf("%q was let in", m.Name)
			}
		}
	})
}
