package device

import (
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/store"
)

const (
	stopsMost  = 3 // in a row, then a script rests
	restFor    = 10 * time.Second
	restsKnown = 256 // scripts
)

// rests keeps scripts that are stopped again and again from taking the time of
// those that are not: each stop costs 50 ms of a processor, and the alarms
// of a neighbourhood wait behind it. A script that rests is not run; its messages
// are read again later, and meanwhile a detector's are a fault alarm.
type rests struct {
	mu sync.Mutex
	of map[string]rest // by digest of the script
}

type rest struct {
	stops int // in a row
	until time.Time
}

func restKey(script []byte) string {
	sum := sha256.Sum256(script)
	return string(sum[:])
}

// now reports whether a script rests.
func (r *rests) now(script []byte, at time.Time) bool {
	if len(script) == 0 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return store.Lasts(at, r.of[restKey(script)].until, restFor)
}

// judge takes in what came of a script.
func (r *rests) judge(script []byte, list []decode.Observation, at time.Time) {
	if len(script) == 0 {
		return
	}
	stopped := slices.ContainsFunc(list, func(o decode.Observation) bool { return o.Stopped })
	k := restKey(script)
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.of[k]
	switch {
	case store.Lasts(at, one.until, restFor): // it was not run
		return
	case !stopped:
		delete(r.of, k)
		return
	}
	if len(r.of) >= restsKnown {
		clear(r.of)
	}
	if one.stops++; one.stops >= stopsMost {
		one = rest{until: at.Add(restFor)}
	}
	r.of[k] = one
}
