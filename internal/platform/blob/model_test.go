package blob_test

import (
	"errors"
	"io"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/internal/platform/blob"
)

// The store behaves like a map from hash to content, also when it is opened
// again in between.
func TestLikeAMap(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		m := &machine{dir: dir, want: map[blob.Hash]string{}}
		m.Reopen(rt)
		rt.Repeat(rapid.StateMachineActions(m))
	})
}

type machine struct {
	dir   string
	store *blob.Store
	want  map[blob.Hash]string
}

var contents = rapid.StringN(0, 3, 3)

// Reopen starts the program again.
func (m *machine) Reopen(rt *rapid.T) {
	s, err := blob.Open(m.dir)
	if err != nil {
		rt.Fatal(err)
	}
	m.store = s
}

// Put keeps or refuses by length.
func (m *machine) Put(rt *rapid.T) {
	c := contents.Draw(rt, "content")
	limit := rapid.Int64Range(0, 4).Draw(rt, "limit")
	h, n, err := m.store.Put(rt.Context(), strings.NewReader(c), limit)
	if int64(len(c)) > limit {
		if !errors.Is(err, blob.ErrTooLarge) {
			rt.Fatalf("Put: %v, want ErrTooLarge", err)
		}
		return
	}
	if err != nil || h != sumOf(c) || n != int64(len(c)) {
		rt.Fatalf("Put = %s, %d, %v", h, n, err)
	}
	m.want[h] = c
}

// Read opens a file that is or is not there.
func (m *machine) Read(rt *rapid.T) {
	h := sumOf(contents.Draw(rt, "content"))
	want, there := m.want[h]
	if has, err := m.store.Has(rt.Context(), h); has != there || err != nil {
		rt.Fatalf("Has = %t, %v; want %t", has, err, there)
	}
	f, err := m.store.Open(h)
	if !there {
		if !errors.Is(err, blob.ErrNotFound) {
			rt.Fatalf("Open: %v, want ErrNotFound", err)
		}
		return
	}
	if err != nil {
		rt.Fatal(err)
	}
	if got, err := io.ReadAll(f); string(got) != want || errors.Join(err, f.Close()) != nil {
		rt.Fatalf("read %q, %v; want %q", got, err, want)
	}
}

// Check is called after each step.
func (m *machine) Check(rt *rapid.T) {
	got := map[blob.Hash]int64{}
	if err := m.store.Walk(rt.Context(), func(h blob.Hash, n int64) error { got[h] = n; return nil }); err != nil {
		rt.Fatal(err)
	}
	want := map[blob.Hash]int64{}
	for h := range maps.Keys(m.want) {
		want[h] = int64(len(m.want[h]))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatal(diff)
	}
}
