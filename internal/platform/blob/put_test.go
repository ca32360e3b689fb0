package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/linli/linli/internal/platform/blob"
)

const roomy = 1 << 20

func open(t *testing.T, dir string) *blob.Store {
	t.Helper()
	s, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *blob.Store, content string) blob.Hash {
	t.Helper()
	h, n, err := s.Put(t.Context(), strings.NewReader(content), roomy)
	if err != nil || n != int64(len(content)) || h != sumOf(content) {
		t.Fatalf("Put = %s, %d, %v; want %s, %d", h, n, err, sumOf(content), len(content))
	}
	return h
}

func sumOf(content string) blob.Hash {
	sum := sha256.Sum256([]byte(content))
	return blob.Hash(hex.EncodeToString(sum[:]))
}

func content(t *testing.T, s *blob.Store, h blob.Hash) string {
	t.Helper()
	f, err := s.Open(h)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// names lists every file under dir, as slash paths.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPutIsReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := open(t, dir)
	for _, c := range []string{"", "照片", strings.Repeat("x", 300_000)} {
		if got := content(t, s, put(t, s, c)); got != c {
			t.Errorf("read back %d bytes, want %d", len(got), len(c))
		}
	}
	again := open(t, dir)
	if got := content(t, again, sumOf("照片")); got != "照片" {
		t.Errorf("after opening again: %q", got)
	}
}

func TestSameContentIsOneFile(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "clutter")
	put(t, s, "clutter")
	h := string(sumOf("clutter"))
	if got := names(t, dir); len(got) != 1 || got[0] != h[:2]+"/"+h[2:] {
		t.Errorf("files: %v", got)
	}
}

func TestPutHealsADamagedFile(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	h := put(t, s, "clutter")
	damage(t, dir, h)
	put(t, s, "clutter")
	if got := content(t, s, h); got != "clutter" {
		t.Errorf("content is %q", got)
	}
}

func TestSeek(t *testing.T) {
	s := open(t, t.TempDir())
	f, err := s.Open(put(t, s, "0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := f.Seek(-3, io.SeekEnd); n != 7 || err != nil {
		t.Fatalf("Seek = %d, %v", n, err)
	}
	if b, err := io.ReadAll(f); string(b) != "789" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
}

func TestNotFound(t *testing.T) {
	s := open(t, t.TempDir())
	h := put(t, s, "here")
	if ok, err := s.Has(t.Context(), h); !ok || err != nil {
		t.Errorf("Has = %t, %v", ok, err)
	}
	if ok, err := s.Has(t.Context(), emptySum); ok || err != nil {
		t.Errorf("Has of a missing file = %t, %v", ok, err)
	}
	if _, err := s.Open(emptySum); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open of a missing file: %v", err)
	}
}

func TestLimit(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	for name, c := range map[string]struct {
		size  int
		limit int64
		want  error
	}{
		"just fits":         {10, 10, nil},
		"one too many":      {11, 10, blob.ErrTooLarge},
		"nothing allowed":   {1, 0, blob.ErrTooLarge},
		"less than nothing": {0, -1, blob.ErrTooLarge},
		"no limit":          {12, math.MaxInt64, nil},
	} {
		r := strings.NewReader(strings.Repeat("y", c.size))
		h, _, err := s.Put(t.Context(), r, c.limit)
		if !errors.Is(err, c.want) || (err == nil) != (h != "") {
			t.Errorf("%s: Put = %q, %v; want %v", name, h, err, c.want)
		}
	}
	if got := names(t, dir); len(got) != 2 {
		t.Errorf("files: %v", got)
	}
}

func TestAnEndlessReaderIsNotReadOn(t *testing.T) {
	s := open(t, t.TempDir())
	var read int
	endless := readFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil })
	if _, _, err := s.Put(t.Context(), endless, 1000); !errors.Is(err, blob.ErrTooLarge) || read != 1001 {
		t.Errorf("%v after %d bytes", err, read)
	}
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestBrokenUploadLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	cut := errors.New("connection cut")
	r := io.MultiReader(strings.NewReader("half a pho"), iotest.ErrReader(cut))
	if h, _, err := s.Put(t.Context(), r, roomy); !errors.Is(err, cut) || h != "" {
		t.Errorf("Put = %q, %v", h, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := readFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if h, _, err := s.Put(ctx, gone, roomy); !errors.Is(err, context.Canceled) || h != "" {
		t.Errorf("Put = %q, %v", h, err)
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestConcurrentPuts(t *testing.T) {
	dir := t.TempDir()
	stores := []*blob.Store{open(t, dir), open(t, dir)}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			c := strings.Repeat(string(rune('a'+i%4)), 70_000)
			h, _, err := stores[i%2].Put(t.Context(), iotest.HalfReader(strings.NewReader(c)), roomy)
			if err != nil || h != sumOf(c) {
				t.Errorf("Put = %s, %v", h, err)
			}
		})
	}
	wg.Wait()
	if got := names(t, dir); len(got) != 4 {
		t.Errorf("files: %v", got)
	}
	if bad := damaged(t, stores[0]); len(bad) != 0 {
		t.Errorf("damaged: %v", bad)
	}
}

func TestOpenRefusesAFileInTheWay(t *testing.T) {
	name := filepath.Join(t.TempDir(), "photos")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.Open(name); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Open over a file: %v", err)
	}
}

func TestOnlyThisUserReads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "photos")
	s := open(t, dir)
	h := string(put(t, s, "home"))
	for name, want := range map[string]fs.FileMode{"": 0o700, h[:2]: 0o700, h[:2] + "/" + h[2:]: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
}

func BenchmarkPut300KB(b *testing.B) {
	s, err := blob.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	photo := bytes.Repeat([]byte("0123456789"), 30_000)
	b.SetBytes(int64(len(photo)))
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		mine := bytes.Clone(photo)
		for pb.Next() {
			mine[0]++
			if _, _, err := s.Put(b.Context(), bytes.NewReader(mine), roomy); err != nil {
				b.Error(err)
			}
		}
	})
}
