package mqtt

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// A verified password is remembered for a while, as a keyed digest: checking
// it anew is made to be slow, and after a power cut everybody comes back at
// once.
const (
	rememberFor   = 10 * time.Minute
	rememberMost  = 4096
	verifyAtOnce  = 2 // a flood of wrong passwords takes no more of the machine
	longestSecret = 512
)

type cache struct {
	keeper Gatekeeper
	now    func() time.Time
	salt   string
	slots  chan struct{}

	mu    sync.Mutex
	known map[[sha256.Size]byte]remembered
}

type remembered struct {
	inbox.Credential
	until time.Time
}

func newCache(keeper Gatekeeper, now func() time.Time) *cache {
	return &cache{keeper: keeper, now: now, salt: rand.Text(), slots: make(chan struct{}, verifyAtOnce), known: map[[sha256.Size]byte]remembered{}}
}

// verify asks the gatekeeper, or remembers what it said.
func (c *cache) verify(ctx context.Context, username, password string) (inbox.Credential, bool) {
	if username == "" || password == "" || len(username) > longestSecret || len(password) > longestSecret {
		return inbox.Credential{}, false
	}
	name, secret := sha256.Sum256([]byte(username)), sha256.Sum256([]byte(password))
	return c.ask(c.salt+string(name[:])+string(secret[:]), func() (inbox.Credential, error) { return c.keeper.Verify(ctx, username, password) })
}

// certified does so for a name that a certificate has proven.
func (c *cache) certified(ctx context.Context, name string) (inbox.Credential, bool) {
	if name == "" || len(name) > longestSecret {
		return inbox.Credential{}, false
	}
	return c.ask(c.salt+"certificate "+name, func() (inbox.Credential, error) { return c.keeper.Certified(ctx, name) })
}

func (c *cache) ask(of string, keeper func() (inbox.Credential, error)) (inbox.Credential, bool) {
	key := sha256.Sum256([]byte(of))
	if cred, ok := c.recall(key); ok {
		return cred, true
	}
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	cred, err := keeper()
	if err != nil {
		return inbox.Credential{}, false
	}
	c.remember(key, cred)
	return cred, true
}

func (c *cache) recall(key [sha256.Size]byte) (inbox.Credential, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.known[key]
	return r.Credential, ok && store.Lasts(c.now(), r.until, rememberFor)
}

func (c *cache) remember(key [sha256.Size]byte, cred inbox.Credential) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= rememberMost {
		clear(c.known)
	}
	c.known[key] = remembered{cred, c.now().Add(rememberFor)}
}

func (c *cache) forget(device string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, r := range c.known {
		if r.Device == device {
			delete(c.known, key)
		}
	}
}
