package push

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
)

// A platform pushes thousands of messages a second under one token. What the
// gatekeeper said of it is believed for a moment; what another node ended is
// refused here when that has passed.
const (
	believeFor  = 2 * time.Second
	believeMost = 1024 // tokens
)

type memory struct {
	mu sync.Mutex
	of map[[sha256.Size]byte]belief
}

type belief struct {
	inbox.Credential
	until time.Time
}

func (m *memory) credential(ctx context.Context, k Gatekeeper, token string, now time.Time) (inbox.Credential, error) {
	key := sha256.Sum256([]byte(token))
	m.mu.Lock()
	b, known := m.of[key]
	m.mu.Unlock()
	if known && now.Before(b.until) {
		return b.Credential, nil
	}
	c, err := k.ByToken(ctx, token)
	if err != nil {
		return c, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil || len(m.of) >= believeMost {
		m.of = map[[sha256.Size]byte]belief{}
	}
	m.of[key] = belief{c, now.Add(believeFor)}
	return c, nil
}

// Forget has a credential looked up anew: it has ended.
func (d *Door) Forget(device string) {
	d.memory.mu.Lock()
	defer d.memory.mu.Unlock()
	for key, b := range d.memory.of {
		if b.Device == device {
			delete(d.memory.of, key)
		}
	}
}
