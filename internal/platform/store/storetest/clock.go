package storetest

import (
	"sync"
	"time"
)

// Clock is a clock that stands until it is moved, or runs. It may be used from many
// goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time

	began time.Time // when it began to run; zero: it stands
}

// NewClock stands at 2026-11-23 09:00 in Shanghai.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
}

// Running goes on from now as the machine's clock does, and is moved as one that
// stands.
func Running() *Clock {
	now := time.Now()
	return &Clock{now: now, began: now}
}

// Now is the instant the clock stands at, or has come to.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.began.IsZero() {
		return c.now
	}
	return c.now.Add(time.Since(c.began))
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set moves the clock to an instant.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
	if !c.began.IsZero() {
		c.began = time.Now()
	}
}
