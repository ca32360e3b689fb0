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

	mu        sync.Mutex
	known     map[[sha256.Size]byte]pass
	forgotten int // how often something was
}

type pass struct {
	Credential
	until time.Time
}

// NewPasses remembers each credential for a span.
func NewPasses(span time.Duration, now func() time.Time) *Passes {
	return &Passes{span: span, now: now, salt: rand.Text(), known: map[[sha256.Size]byte]pass{}}
}

// Of is the credential of who shows this, remembered or asked for. An answer to
// what was asked before something was forgotten is not remembered: it may be of
// what has ended since.
func (p *Passes) Of(shown string, ask func() (Credential, error)) (Credential, error) {
	key := sha256.Sum256([]byte(p.salt + shown))
	c, known, forgotten := p.recall(key)
	if known {
		return c, nil
	}
	c, err := ask()
	if err == nil {
		p.remember(key, c, forgotten)
	}
	return c, err
}

func (p *Passes) recall(key [sha256.Size]byte) (c Credential, known bool, forgotten int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.known[key]
	return r.Credential, ok && store.Lasts(p.now(), r.until, p.span), p.forgotten
}

func (p *Passes) remember(key [sha256.Size]byte, c Credential, forgotten int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forgotten != forgotten {
		return
	}
	if len(p.known) >= passesMost {
		clear(p.known)
	}
	p.known[key] = pass{c, p.now().Add(p.span)}
}

// Forget has a device's credential asked for anew.
func (p *Passes) Forget(device string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgotten++
	for key, r := range p.known {
		if r.Device == device {
			delete(p.known, key)
		}
	}
}
