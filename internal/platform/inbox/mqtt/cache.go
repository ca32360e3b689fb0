package mqtt

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/linli/linli/internal/platform/inbox"
)

// A verified password is remembered for a while: checking it anew is made to be
// slow, and after a power cut everybody comes back at once.
const (
	rememberFor   = 10 * time.Minute
	verifyAtOnce  = 2 // a flood of wrong passwords takes no more of the machine
	longestSecret = 512
)

type cache struct {
	*inbox.Passes
	keeper Gatekeeper
	slots  chan struct{}
}

func newCache(keeper Gatekeeper, now func() time.Time) *cache {
	return &cache{Passes: inbox.NewPasses(rememberFor, now), keeper: keeper, slots: make(chan struct{}, verifyAtOnce)}
}

// verify asks the gatekeeper, or remembers what it said.
func (c *cache) verify(ctx context.Context, username, password string) (inbox.Credential, bool) {
	if username == "" || password == "" || len(username) > longestSecret || len(password) > longestSecret {
		return inbox.Credential{}, false
	}
	name, secret := sha256.Sum256([]byte(username)), sha256.Sum256([]byte(password))
	return c.ask(string(name[:])+string(secret[:]), func() (inbox.Credential, error) { return c.keeper.Verify(ctx, username, password) })
}

// certified does so for a name that a certificate has proven.
func (c *cache) certified(ctx context.Context, name string) (inbox.Credential, bool) {
	if name == "" || len(name) > longestSecret {
		return inbox.Credential{}, false
	}
	return c.ask("certificate "+name, func() (inbox.Credential, error) { return c.keeper.Certified(ctx, name) })
}

func (c *cache) ask(shown string, keeper func() (inbox.Credential, error)) (inbox.Credential, bool) {
	cred, err := c.Of(shown, func() (inbox.Credential, error) {
		c.slots <- struct{}{}
		defer func() { <-c.slots }()
		return keeper()
	})
	return cred, err == nil
}
