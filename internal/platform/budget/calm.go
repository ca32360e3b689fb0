package budget

import (
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// Calm gives memory back to the system when what was large is over: the
// runtime by itself keeps it for minutes, and a machine of a subdistrict has
// little. The zero value is ready; nil does nothing.
type Calm struct {
	After time.Duration // of nothing being held; 0 means 3 s
	Worth int64         // units held since the last time that make it worth the work; 0 means 128 MiB

	mu    sync.Mutex
	held  int   // how often
	since int64 // units
	timer *time.Timer
	given int
	ended bool
}

func (c *Calm) begin(n int64) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held++
	c.since += n
	if c.timer != nil {
		c.timer.Stop()
	}
}

func (c *Calm) end() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held--
	worth, after := c.Worth, c.After
	if worth == 0 {
		worth = 128 << 20
	}
	if after == 0 {
		after = 3 * time.Second
	}
	if c.held == 0 && c.since >= worth && !c.ended {
		c.timer = time.AfterFunc(after, c.give)
	}
}

// give collects twice, as a pool lets go of what it keeps at the second time.
func (c *Calm) give() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held > 0 || c.ended {
		return
	}
	c.since = 0
	runtime.GC()
	debug.FreeOSMemory()
	c.given++
}

// Stop ends it; memory that waits to be given back stays with the runtime.
func (c *Calm) Stop() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.timer != nil {
		c.timer.Stop()
	}
}

// Given is how often memory was given back.
func (c *Calm) Given() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.given
}
