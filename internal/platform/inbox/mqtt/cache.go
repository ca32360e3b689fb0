package mqtt

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
)

// A verified password is remembered for a while: checking it anew is made to be
// slow, and after a power cut everybody comes back at once.
const (
	rememberFor   = 10 * time.Minute
	verifyAtOnce  = 2 // a flood of wrong passwords takes no more of the machine
	longestSecret = 512
)

// errUnknown: a name or a password that nobody can have.
var errUnknown = errors.New("a name or password that nobody can have")

type cache struct {
	*inbox.Passes
	keeper Gatekeeper
	slots  chan struct{}
}

func newCache(keeper Gatekeeper, now func() time.Time) *cache {
	return &cache{Passes: inbox.NewPasses(rememberFor, now), keeper: keeper, slots: make(chan struct{}, verifyAtOnce)}
}

// verify asks the gatekeeper, or remembers what it said.
func (c *cache) verify(ctx context.Context, username, password string) (inbox.Credential, error) {
	if username == "" || password == "" || len(username) > longestSecret || len(password) > longestSecret {
		return inbox.Credential{}, errUnknown
	}
	name, secret := sha256.Sum256([]byte(username)), sha256.Sum256([]byte(password))
	return c.ask(ctx, string(name[:])+string(secret[:]), func() (inbox.Credential, error) { return c.keeper.Verify(ctx, username, password) })
}

// certified does so for a name that a certificate has proven.
func (c *cache) certified(ctx context.Context, name string) (inbox.Credential, error) {
	if name == "" || len(name) > longestSecret {
		return inbox.Credential{}, errUnknown
	}
	return c.ask(ctx, "certificate "+name, func() (inbox.Credential, error) { return c.keeper.Certified(ctx, name) })
}

// ask waits for its turn no longer than a stranger may take to say who it is, or
// until the door closes.
func (c *cache) ask(ctx context.Context, shown string, keeper func() (inbox.Credential, error)) (inbox.Credential, error) {
	return c.Of(shown, func() (inbox.Credential, error) {
		late := time.NewTimer(helloTimeout)
		defer late.Stop()
		select {
		case c.slots <- struct{}{}:
		case <-late.C:
			return inbox.Credential{}, fault.New(fault.Busy, "fault.busy")
		case <-ctx.Done():
			return inbox.Credential{}, fault.New(fault.Busy, "fault.busy")
		}
		defer func() { <-c.slots }()
		return keeper()
	})
}
