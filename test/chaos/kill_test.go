package chaos_test

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// settings of a run.
type settings struct {
	kills   *int
	cuts    *int
	minutes *float64
	phones  *int
	seed    *uint64
}

var flags = settings{
	flag.Int("chaos.kills", 20, "how often the program is killed"),
	flag.Int("chaos.cuts", 10, "how often the power goes, for each kind of disk"),
	flag.Float64("chaos.minutes", 0, "go on for this long"),
	flag.Int("chaos.clients", 8, "how many residents report at once"),
	flag.Uint64("chaos.seed", uint64(time.Now().UnixNano()), "seed of the run's choices"),
}

// times counts the faults of a run: as many as asked for, and more while the
// minutes asked for last.
func times(least int) iter.Seq[int] {
	end := time.Now().Add(time.Duration(*flags.minutes * float64(time.Minute)))
	return func(yield func(int) bool) {
		for n := 0; n < least || time.Now().Before(end); n++ {
			if !yield(n) {
				return
			}
		}
	}
}

// readyWithin is the promise: ready again within five seconds of a crash.
const readyWithin = 5 * time.Second

// point is where in its work a house is taken away: when so much was heard,
// and a while after.
type point struct {
	name  string
	heard heard
	from  int // at least so many acknowledgements of the kind heard
	to    int
	while time.Duration // at most so long after
	end   func(x *trial)
}

// points are all of them; a run takes each in turn, and again.
func points() []point {
	return []point{
		{"at random", anything, 100, 700, 100 * time.Millisecond, (*trial).kill},
		{"as smoke is acknowledged, before anybody is called", aSmoke, 1, 4, 0, (*trial).kill},
		{"while those who are called are told", aSmoke, 1, 4, 20 * time.Millisecond, (*trial).kill},
		{"as a report is acknowledged", aReport, 1, 10, 0, (*trial).kill},
		{"as its doors open", anything, 0, 1, 20 * time.Millisecond, (*trial).kill},
		{"while it ends", anything, 50, 150, 20 * time.Millisecond, (*trial).killEnding},
		{"while it starts again", anything, 50, 150, 20 * time.Millisecond, (*trial).killStarting},
	}
}

// trial is a house, its crowd, and what the crowd was told.
type trial struct {
	card
	t      *testing.T
	binary string
	dice   *rand.Rand
	all    []sender
	smoke  *detectors
	*ledger
	p *program
}

// begin opens a furnished house as an operator does.
func begin(t *testing.T, c card, stream uint64) *trial {
	t.Helper()
	seed := *flags.seed
	t.Logf("-chaos.seed=%d", seed)
	x := &trial{card: c, t: t, binary: build(t), dice: rand.New(rand.NewPCG(seed, stream)), ledger: newLedger()}
	x.all, x.smoke = crowd(c, seed)
	x.p = x.serve(t, x.binary)
	return x
}

func (x *trial) kill() { x.p.kill() }

// within is a random while, up to a longest.
func (x *trial) within(most time.Duration) <-chan time.Time {
	return time.After(time.Duration(x.dice.Int64N(int64(most) + 1)))
}

// killEnding tells the house to end and does not let it.
func (x *trial) killEnding() {
	_ = x.p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-x.within(20 * time.Millisecond):
	case <-x.p.ended:
	}
	x.p.kill()
}

// killStarting kills the house, and the next before it is ready.
func (x *trial) killStarting() {
	x.p.kill()
	next := exec.Command(x.binary, x.serving()...)
	if err := next.Start(); err != nil {
		x.t.Error(err)
		return
	}
	<-x.within(40 * time.Millisecond)
	_ = next.Process.Kill()
	_ = next.Wait() // killed
}

// storm lets everybody send until enough was heard, calls end while they go on,
// and waits for them. An end that does not take the house away ends them
// through the context it is given.
func (x *trial) storm(p *program, kind heard, acks int, end func(context.CancelFunc)) {
	x.t.Helper()
	ctx, halt := context.WithCancel(x.t.Context())
	defer halt()
	x.smoke.again()
	var wg sync.WaitGroup
	broken := make(chan error, len(x.all))
	for _, s := range x.all {
		wg.Go(func() { broken <- s.send(ctx, p.doors, x.ledger) })
	}
	late := time.After(patience)
	for n := 0; n < acks; {
		select {
		case h := <-x.count:
			if kind == anything || h == kind {
				n++
			}
		case err := <-broken:
			x.t.Fatalf("a sender ended before its time: %v\n%s", err, p.logs)
		case <-late:
			x.t.Fatalf("too few acknowledged: %s", p.logs)
		}
	}
	end(halt)
	wg.Wait()
	for len(x.count) > 0 {
		<-x.count
	}
}

// fault takes the house away at a point, does what the fault does to the disk,
// opens the house again and looks at it while it is open.
func (x *trial) fault(n int, at point, disk func()) {
	x.t.Helper()
	x.storm(x.p, at.heard, at.from+x.dice.IntN(at.to-at.from), func(context.CancelFunc) {
		<-x.within(at.while)
		at.end(x)
	})
	disk()
	x.p = x.serve(x.t, x.binary)
	x.t.Logf("%d, %s: %d events and %d reports acknowledged so far, %d alarms among them, ready again after %v", n+1, at.name, len(x.acked), len(x.pages), len(x.alarms), x.p.took)
	if x.p.took > readyWithin {
		x.t.Errorf("ready again after %v, promised within %v", x.p.took, readyWithin)
	}
	x.sound()
	x.told(x.t, x.Dir)
	if x.t.Failed() {
		x.t.Fatalf("go on from here with -chaos.seed=%d\n%s", *flags.seed, x.p.logs)
	}
}

// sound holds the house's books against what was acknowledged, and has the
// program itself prove its chains, its database and its photographs.
func (x *trial) sound() {
	x.t.Helper()
	verified(x.t, x.binary, x.Dir)
	x.compare(x.t, x.card)
}

// Whatever was acknowledged is there, once, however often the program is
// killed under load, and wherever in its work: over MQTT 3.1.1 and 5, pushed,
// on a fire line, reported on a phone. Every alarm among it reached everybody
// and nobody twice, and it is ready again in time.
func TestKilledTwentyTimesLosesNothing(t *testing.T) {
	x := begin(t, furnish(t, t.TempDir()+"/data"), 1)
	x.faults(*flags.kills, func() {})
	x.finish(func() {})
}

// faults are as many as asked for, at every point in turn, in an order of the
// seed.
func (x *trial) faults(least int, disk func()) {
	var turn []point
	for n := range times(least) {
		if len(turn) == 0 {
			turn = points()
			x.dice.Shuffle(len(turn), func(i, j int) { turn[i], turn[j] = turn[j], turn[i] })
		}
		x.fault(n, turn[0], disk)
		turn = turn[1:]
	}
}

// finish looks at everything once more: a backup taken under load proves
// itself, timers that fell due while nobody was there fire, nothing of what was
// sent stands in another neighbourhood, and a house that is asked to end does.
//
// The house of its last hour is this test program itself: its clock can be set
// ahead, and it has the race detector where the tests have.
func (x *trial) finish(disk func()) {
	t := x.t
	t.Helper()
	x.storm(x.p, anything, 100, func(halt context.CancelFunc) {
		defer halt()
		out, err := exec.Command(x.binary, "backup", "--data", x.Dir, "--lang", "en", filepath.Join(t.TempDir(), "backup.zip")).CombinedOutput()
		if err != nil {
			t.Errorf("backup under load: %v\n%s", err, out)
		}
	})
	decoded(t, x.Dir)
	x.told(t, x.Dir)
	x.p.kill()
	disk()
	x.Ahead = 4 * time.Minute
	x.p = x.open(t)
	overdue := "SELECT MIN(level), COUNT(*) FROM alarm_incident WHERE open = 1 AND raised_at < " + fmt.Sprint(store.Ms(time.Now()))
	await(t, "overdue timers fire", func() (last string) {
		err := query(t, x.Dir, overdue, func(level, open string) {
			if last = ""; open == "0" || level == "0" {
				last = open + " open, the lowest at level " + level
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return last
	})
	x.storm(x.p, anything, 200, func(halt context.CancelFunc) { halt() })
	decoded(t, x.Dir)
	x.told(t, x.Dir)
	if err := x.p.stop(); err != nil {
		t.Errorf("stop: %v\n%s", err, x.p.logs)
	}
	disk()
	x.sound()
	strangers(t, x.card)
	for _, n := range []int{len(x.acked), len(x.alarms), len(x.pages)} {
		if n == 0 {
			t.Errorf("%d events, %d alarms and %d reports were acknowledged, so nothing was shown of some", len(x.acked), len(x.alarms), len(x.pages))
		}
	}
}
