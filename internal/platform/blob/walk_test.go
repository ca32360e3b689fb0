package blob_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/blob"
)

func fileOf(dir string, h blob.Hash) string { return filepath.Join(dir, string(h[:2]), string(h[2:])) }

// damage changes one byte behind the store's back.
func damage(t *testing.T, dir string, h blob.Hash) {
	t.Helper()
	b, err := os.ReadFile(fileOf(dir, h))
	if err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if err := os.WriteFile(fileOf(dir, h), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func damaged(t *testing.T, s *blob.Store) (bad []blob.Hash) {
	t.Helper()
	err := s.Verify(t.Context(), func(h blob.Hash, err error) {
		if err != nil {
			bad = append(bad, h)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return bad
}

func walk(t *testing.T, s *blob.Store) map[blob.Hash]int64 {
	t.Helper()
	sizes := map[blob.Hash]int64{}
	var order []blob.Hash
	err := s.Walk(t.Context(), func(h blob.Hash, size int64) error {
		sizes[h], order = size, append(order, h)
		return nil
	})
	if err != nil || !slices.IsSorted(order) || len(order) != len(sizes) {
		t.Fatalf("Walk: %v, order %v", err, order)
	}
	return sizes
}

func TestWalkSeesEachFileOnce(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	want := map[blob.Hash]int64{}
	for _, c := range []string{"", "a", "bb", "ccc", "bb"} {
		want[put(t, s, c)] = int64(len(c))
	}
	strange(t, dir)
	if diff := cmp.Diff(want, walk(t, s)); diff != "" {
		t.Error(diff)
	}
}

// strange puts things into the folder that are no files of the store.
func strange(t *testing.T, dir string) {
	t.Helper()
	folder := filepath.Join(dir, "zz")
	hashLike := filepath.Join(dir, "ab", emptySum[2:])
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.MkdirAll(hashLike, 0o700),
		os.WriteFile(filepath.Join(folder, emptySum[2:]), nil, 0o600),
		os.WriteFile(filepath.Join(dir, "ab", "README"), nil, 0o600),
		os.WriteFile(filepath.Join(dir, "ac"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestWalkStops(t *testing.T) {
	s := open(t, t.TempDir())
	put(t, s, "a")
	put(t, s, "b")
	enough, calls := errors.New("enough"), 0
	err := s.Walk(t.Context(), func(blob.Hash, int64) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("Walk: %v after %d calls", err, calls)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls = 0
	err = s.Walk(ctx, func(blob.Hash, int64) error { calls++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("Walk after cancel: %v after %d calls", err, calls)
	}
}

func TestVerifyFindsDamageAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	changed, short, sound := put(t, s, "changed"), put(t, s, "cut short"), put(t, s, "sound")
	damage(t, dir, changed)
	if err := os.Truncate(fileOf(dir, short), 3); err != nil {
		t.Fatal(err)
	}
	got := map[blob.Hash]bool{}
	err := s.Verify(t.Context(), func(h blob.Hash, err error) { got[h] = errors.Is(err, blob.ErrDamaged) })
	want := map[blob.Hash]bool{changed: true, short: true, sound: false}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestVerifyStops(t *testing.T) {
	s := open(t, t.TempDir())
	put(t, s, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Verify(ctx, func(h blob.Hash, err error) { t.Errorf("called with %s, %v", h, err) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Verify: %v", err)
	}
}
