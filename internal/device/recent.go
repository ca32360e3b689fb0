package device

import (
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// recent keeps what was looked up a moment ago, so that a storm of messages does
// not ask the database for the same thing each time. What this program changes
// it forgets at once; what another node changes it believes for as long as it
// lasts.
type recent[K comparable, V any] struct {
	lasts time.Duration
	most  int // entries; then all are forgotten

	mu      sync.Mutex
	of      map[K]held[V]
	changes int // how often all was forgotten
}

type held[V any] struct {
	what  V
	until time.Time
}

func newRecent[K comparable, V any](lasts time.Duration, most int) *recent[K, V] {
	return &recent[K, V]{lasts: lasts, most: most, of: map[K]held[V]{}}
}

// get is what is known of a key, or else what look finds. Nothing is kept of a
// look that failed, or that began before a change.
func (r *recent[K, V]) get(now time.Time, key K, look func() (V, error)) (V, error) {
	r.mu.Lock()
	got, ok := r.of[key]
	changes := r.changes
	r.mu.Unlock()
	if ok && store.Lasts(now, got.until, r.lasts) {
		return got.what, nil
	}
	what, err := look()
	if err != nil {
		return what, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if changes == r.changes {
		if len(r.of) >= r.most {
			clear(r.of)
		}
		r.of[key] = held[V]{what, now.Add(r.lasts)}
	}
	return what, nil
}

// forget drops everything.
func (r *recent[K, V]) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes++
	clear(r.of)
}
