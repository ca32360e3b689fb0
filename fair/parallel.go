package fair

import (
	"runtime"
	"sync"
)

// worthSharing is how many cells a walk must have for a second processor to
// help.
const worthSharing = 1 << 16

// inParallel splits 0 … n−1 into one stretch for each processor, in multiples
// of 64, and returns when all are done. The stretches must not depend on each
// other, so that the answer does not depend on how many processors there are.
func inParallel(n, cells int, work func(from, to int)) {
	parts := runtime.GOMAXPROCS(0)
	if parts == 1 || cells < worthSharing {
		work(0, n)
		return
	}
	step := (n/parts)/64*64 + 64
	var all sync.WaitGroup
	for from := 0; from < n; from += step {
		all.Go(func() { work(from, min(n, from+step)) })
	}
	all.Wait()
}
