package blob_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/blob"
)

func TestOpenSweepsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	h := put(t, open(t, dir), "kept")
	in := filepath.Join(dir, "incoming")
	for name, age := range map[string]time.Duration{
		"put-1.part": 2 * blob.LeftoverAge, "probe-1.part": 2 * blob.LeftoverAge,
		"put-2.part": 0, "notes.txt": 2 * blob.LeftoverAge,
	} {
		file := filepath.Join(in, name)
		when := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(file, []byte("half"), 0o600), os.Chtimes(file, when, when)); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, dir)
	got := strings.Join(names(t, in), " ")
	if got != "notes.txt put-2.part" {
		t.Errorf("after opening: %s; want the fresh upload and the foreign file only", got)
	}
	if content(t, s, h) != "kept" {
		t.Error("the sweep hurt a file")
	}
}

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	disk := &fullDisk{room: 100}
	s, err := blob.OpenOn(disk, dir)
	if err != nil {
		t.Fatal(err)
	}
	first := put(t, s, strings.Repeat("a", 60))
	big := strings.Repeat("b", 60)
	if h, _, err := s.Put(t.Context(), strings.NewReader(big), roomy); !errors.Is(err, blob.ErrFull) || h != "" {
		t.Fatalf("Put on a full disk = %q, %v; want ErrFull", h, err)
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
	if ok, err := s.Has(t.Context(), sumOf(big)); ok || err != nil {
		t.Errorf("Has = %t, %v", ok, err)
	}
	if content(t, s, first) != strings.Repeat("a", 60) {
		t.Error("reading stopped on a full disk")
	}
	disk.give(60)
	put(t, s, big)
}

// failing is a disk that fails with err at one kind of step.
type failing struct {
	blob.OSDisk
	at  string
	err error
}

func (d failing) fail(at string) error {
	if at == d.at {
		return d.err
	}
	return nil
}

func (d failing) Create(dir, prefix string) (blob.File, error) {
	if err := d.fail("create"); err != nil {
		return nil, err
	}
	f, err := d.OSDisk.Create(dir, prefix)
	return failingFile{f, d}, err
}

func (d failing) Rename(from, to string) error {
	return errors.Join(d.fail("rename"), d.OSDisk.Rename(from, to))
}

func (d failing) Mkdir(dir string) error {
	return errors.Join(d.fail("mkdir"), d.OSDisk.Mkdir(dir))
}

func (d failing) SyncDir(dir string) error {
	return errors.Join(d.fail("sync folder"), d.OSDisk.SyncDir(dir))
}

type failingFile struct {
	blob.File
	disk failing
}

func (f failingFile) Sync() error { return errors.Join(f.disk.fail("sync"), f.File.Sync()) }

func (f failingFile) Close() error { return errors.Join(f.disk.fail("close"), f.File.Close()) }

func TestEveryStepThatFailsIsNoAcknowledgement(t *testing.T) {
	for _, at := range []string{"create", "rename", "mkdir", "sync folder", "sync", "close"} {
		for cause, want := range map[error]bool{syscall.ENOSPC: true, syscall.EDQUOT: true, syscall.EIO: false} {
			dir := t.TempDir()
			s, err := blob.OpenOn(failing{at: at, err: cause}, dir)
			if err != nil {
				t.Fatalf("%s: Open must succeed: %v", at, err)
			}
			h, _, err := s.Put(t.Context(), strings.NewReader("x"), roomy)
			if h != "" || !errors.Is(err, cause) || errors.Is(err, blob.ErrFull) != want {
				t.Errorf("%s fails with %v: Put = %q, %v", at, cause, h, err)
			}
			if left := names(t, dir); at != "sync folder" && at != "rename" && len(left) != 0 {
				t.Errorf("%s fails: left behind %v", at, left)
			}
		}
	}
}

func TestOpenOnAFullDiskForReading(t *testing.T) {
	dir := t.TempDir()
	h := put(t, open(t, dir), "kept")
	s, err := blob.OpenOn(failing{at: "create", err: syscall.ENOSPC}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if content(t, s, h) != "kept" {
		t.Error("not readable")
	}
}

// After any number of kills and power cuts at any step, what was acknowledged is there
// and whole, and what is there is whole.
func TestPowerCut(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		root, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		if err := os.Remove(root); err != nil {
			rt.Fatal(err)
		}
		disk, acked := newPowerDisk(root), map[blob.Hash]string{}
		for range rapid.IntRange(1, 5).Draw(rt, "cuts") {
			disk.steps = rapid.IntRange(0, 40).Draw(rt, "steps")
			putUntilDark(rt, disk, acked)
			if rapid.Bool().Draw(rt, "only killed") {
				continue
			}
			if err := disk.cut(); err != nil {
				rt.Fatal(err)
			}
			checkKept(rt, disk, acked)
		}
	})
}

func putUntilDark(rt *rapid.T, disk *powerDisk, acked map[blob.Hash]string) {
	s, err := blob.OpenOn(disk, disk.root)
	if err != nil {
		return
	}
	for disk.steps > 0 {
		c := rapid.SampledFrom([]string{"", "a", "b", "c", "d"}).Draw(rt, "content")
		if h, _, err := s.Put(rt.Context(), strings.NewReader(c), roomy); err == nil {
			acked[h] = c
		}
	}
}

func checkKept(rt *rapid.T, disk *powerDisk, acked map[blob.Hash]string) {
	disk.steps = 1000
	s, err := blob.OpenOn(disk, disk.root)
	if err != nil {
		rt.Fatal(err)
	}
	for h, want := range acked {
		f, err := s.Open(h)
		if err != nil {
			rt.Fatalf("acknowledged and gone: %v", err)
		}
		if got, err := io.ReadAll(f); string(got) != want || errors.Join(err, f.Close()) != nil {
			rt.Fatalf("acknowledged %q, found %q (%v)", want, got, err)
		}
	}
	if err := s.Verify(rt.Context(), func(h blob.Hash, err error) {
		if err != nil {
			rt.Fatalf("%s: %v", h, err)
		}
	}); err != nil {
		rt.Fatal(err)
	}
}
