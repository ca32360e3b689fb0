package people

import (
	"sync"
	"time"
)

const (
	cacheLife = 5 * time.Second
	cacheMax  = 4096 // sessions; about 2 KB each
)

// sessionCache remembers for a few seconds who a token is, so that a page with
// many parts asks the database once. What was ended or changed in this process
// is forgotten at once: a look-up that began before that does not come in.
type sessionCache struct {
	mu    sync.Mutex
	epoch uint64
	byKey map[string]cached
}

type cached struct {
	found
	at time.Time
}

func newSessionCache() *sessionCache { return &sessionCache{byKey: map[string]cached{}} }

// get is the remembered session of a digest, and the epoch to hand to put.
func (c *sessionCache) get(digest string, now time.Time) (found, bool, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[digest]
	age := now.Sub(e.at)
	if ok && (age < 0 || age > cacheLife || !e.open(now)) {
		delete(c.byKey, digest)
		ok = false
	}
	return e.found, ok, c.epoch
}

// put remembers a session unless something was forgotten since the epoch.
func (c *sessionCache) put(digest string, f found, now time.Time, epoch uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch != c.epoch {
		return
	}
	if len(c.byKey) >= cacheMax {
		c.makeRoom(now)
	}
	c.byKey[digest] = cached{f, now}
}

// makeRoom drops what is stale, and if nothing is, everything: it costs a few
// queries, and the bound holds.
func (c *sessionCache) makeRoom(now time.Time) {
	for k, e := range c.byKey {
		if now.Sub(e.at) > cacheLife {
			delete(c.byKey, k)
		}
	}
	if len(c.byKey) >= cacheMax {
		clear(c.byKey)
	}
}

// forget drops a person's sessions.
func (c *sessionCache) forget(who identity) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	for k, e := range c.byKey {
		if e.actor.Tenant == who.tenant && e.actor.Person == who.person {
			delete(c.byKey, k)
		}
	}
}
