package codec

import (
	"runtime"
	"sync"
	"time"

	"modernc.org/quickjs"
)

// watch stops a script that takes more processor time than TimeLimit. What it
// waits for others is not its own: on a machine where everything is busy an
// honest script of a few milliseconds takes a second by the wall clock.
//
// It looks at the clock of the script's thread, at first when the limit could
// be reached, so that an ordinary call costs one timer that never fires.
type watch struct {
	vm    *quickjs.VM
	clock clock
	from  time.Duration // what the thread had used before
	began time.Time

	mu    sync.Mutex
	timer *time.Timer
	over  bool
}

// waits is how many times TimeLimit a script may take by the clock on the wall
// where the system does not count a thread's processor time.
const waits = 20

// lookAgain is the shortest time between two looks at the clock.
const lookAgain = time.Millisecond

// watched begins to watch a machine that runs on the caller's goroutine, which
// keeps its thread until the watch ends.
func watched(vm *quickjs.VM) *watch {
	runtime.LockOSThread()
	w := &watch{vm: vm, clock: threadClock(), began: time.Now()}
	w.from, _ = w.clock.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(TimeLimit, w.look)
	return w
}

func (w *watch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	next := lookAgain
	if left := TimeLimit - w.used(); left > 0 {
		next = max(next, left)
	} else {
		w.vm.Interrupt() // again and again: what the engine calls next takes an interrupt back
	}
	w.timer.Reset(next)
}

// used is the processor time that the script has taken, or what stands for it.
func (w *watch) used() time.Duration {
	if now, counts := w.clock.now(); counts {
		return now - w.from
	}
	return time.Since(w.began) / waits
}

// end ends the watch.
func (w *watch) end() {
	runtime.UnlockOSThread()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over = true; w.timer != nil {
		w.timer.Stop()
	}
}
