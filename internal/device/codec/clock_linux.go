package codec

import (
	"syscall"
	"time"
	"unsafe"
)

// threadClock is the id of the clock that counts a thread's processor time,
// readable from any thread of the program: linux/posix-timers.h,
// MAKE_THREAD_CPUCLOCK(tid, CPUCLOCK_SCHED). The caller keeps its thread.
func threadClock() clock { return clock(int32(^syscall.Gettid()<<3 | 6)) }

// clock names a clock of the system.
type clock int32

// now is the processor time that the thread has taken; false if the system
// does not say.
func (c clock) now() (time.Duration, bool) {
	var ts syscall.Timespec
	_, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, uintptr(c), uintptr(unsafe.Pointer(&ts)), 0)
	return time.Duration(ts.Nano()), errno == 0
}
