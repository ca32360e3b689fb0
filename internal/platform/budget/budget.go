package budget

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/linli/linli/internal/platform/fault"
)

// Budget is how much of one thing may be held at once. It is safe for use by
// many goroutines.
type Budget struct {
	size int64
	wait time.Duration
	free *semaphore.Weighted
	calm *Calm
}

// New makes a budget of size units, for which nobody waits longer than wait.
// calm is told of what is held; nil tells nobody.
func New(size int64, wait time.Duration, calm *Calm) *Budget {
	return &Budget{size, wait, semaphore.NewWeighted(size), calm}
}

// Take waits for n units and returns what gives them back, which may be called
// twice. When they are not free in time it is a busy fault, and an error of ctx
// when that ends first.
func (b *Budget) Take(ctx context.Context, n int64) (release func(), err error) {
	n = max(0, min(n, b.size))
	waiting, cancel := context.WithTimeout(ctx, b.wait)
	defer cancel()
	if err := b.free.Acquire(waiting, n); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("wait for a place: %w", ctx.Err())
		}
		return nil, fault.Wrap(errors.New("no place was free in time"), fault.Busy, "fault.crowded")
	}
	b.calm.begin(n)
	return sync.OnceFunc(func() {
		b.free.Release(n)
		b.calm.end()
	}), nil
}
