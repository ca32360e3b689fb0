package inbox

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// passesMost bounds what [Passes] keeps.
const passesMost = 4096

// Passes remembers for a while what a gatekeeper said of who showed what, as a
// keyed digest of it. A refusal is not remembered. It may be used from many
// goroutines.
type Passes struct {
	span time.Duration
	now  func() time.Time
	salt string

	mu    sync.Mutex
	known map[[sha256.Size]byte]pass
}

type pass struct {
	Credential
	until time.Time
}

// NewPasses remembers each credential for a span.
func NewPasses(span time.Duration, now func() time.Time) *Passes {
	return &Passes{span: span, now: now, salt: rand.Text(), known: map[[sha256.Size]byte]pass{}}
}

// Of is the credential of who shows this, remembered or asked for.
func (p *Passes) Of(shown string, ask func() (Credential, error)) (Credential, error) {
	key := sha256.Sum256([]byte(p.salt + shown))
	if c, ok := p.recall(key); ok {
		return c, nil
	}
	c, err := ask()
	if err == nil {
		p.remember(key, c)
	}
	return c, err
}

func (p *Passes) recall(key [sha256.Size]byte) (Credential, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.known[key]
	return r.Credential, ok && store.Lasts(p.now(), r.until, p.span)
}

func (p *Passes) remember(key [sha256.Size]byte, c Credential) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= passesMost {
		clear(p.known)
	}
	p.known[key] = pass{c, p.now().Add(p.span)}
}

// Forget has a device's credential asked for anew.
func (p *Passes) Forget(device string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, r := range p.known {
		if r.Device == device {
			delete(p.known, key)
		}
	}
}
