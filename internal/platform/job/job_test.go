package job_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

const home = store.Tenant("home")

func runner(t *testing.T, s *store.Store, kinds ...job.Kind) *job.Runner {
	t.Helper()
	r, err := job.NewRunner(s, func() []store.Tenant { return []store.Tenant{"other", home} }, slog.New(slog.DiscardHandler), kinds...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

func add(t *testing.T, s *store.Store, kind, name string, after time.Duration) {
	t.Helper()
	err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		return job.Add(ctx, tx, home, kind, name, tx.Now().Add(after), map[string]string{"name": name})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, r *job.Runner, want int) {
	t.Helper()
	if n, err := r.RunDue(context.Background()); err != nil || n != want {
		t.Fatalf("ran %d jobs (%v), want %d", n, err, want)
	}
}

func each(t *testing.T, fn func(t *testing.T, s *store.Store, clock *storetest.Clock)) {
	storetest.Each(t, []store.Room{job.Room()}, fn)
}

func TestJobRunsWhenDueAndOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		var got []string
		r := runner(t, s, job.Kind{Name: "k", Do: func(_ context.Context, _ *store.Tx, j job.Job) error {
			var p struct{ Name string }
			err := j.Into(&p)
			got = append(got, p.Name)
			return err
		}})
		add(t, s, "k", "later", time.Minute)
		add(t, s, "k", "never", time.Minute)
		add(t, s, "k", "later", time.Hour) // replaces the first promise
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			return job.Cancel(ctx, tx, home, "k", "never")
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(59 * time.Minute)
		run(t, r, 0)
		clock.Advance(time.Minute)
		run(t, r, 1)
		run(t, r, 0)
		if len(got) != 1 || got[0] != "later" {
			t.Fatalf("ran %v", got)
		}
	})
}

func TestFailedJobIsUndoneRetriedAndGivenUp(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		tries := 0
		r := runner(t, s, job.Kind{Name: "k", Tries: 3, Do: func(ctx context.Context, tx *store.Tx, j job.Job) error {
			tries++
			if err := job.Add(ctx, tx, home, "k", "child", tx.Now(), nil); err != nil {
				return err
			}
			return errors.New("no")
		}})
		add(t, s, "k", "x", 0)
		for range 3 {
			run(t, r, 1)
			run(t, r, 0) // neither the child of the undone try nor the next try is due
			clock.Advance(time.Hour)
		}
		run(t, r, 0)
		b, err := r.Backlog(context.Background(), home)
		if err != nil || tries != 3 || b != (job.Backlog{Dead: 1}) {
			t.Fatalf("tries %d, backlog %+v, %v", tries, b, err)
		}
	})
}

// A job that met somebody else's change is run again at once; one that always
// does waits, as any that failed.
func TestConflictIsTriedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		for met, want := range map[int]int{1: 2, 3: 4, 9: 4} {
			runs := 0
			r := runner(t, s, job.Kind{Name: "k", Do: func(context.Context, *store.Tx, job.Job) error {
				if runs++; runs <= met {
					return fault.New(fault.Conflict, "fault.changed")
				}
				return nil
			}})
			add(t, s, "k", "x", 0)
			if run(t, r, 1); runs != want {
				t.Errorf("%d conflicts: %d runs at once, want %d", met, runs, want)
			}
		}
	})
}

func TestCallRunsOutsideTheTransactionAndIsRetried(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		var calls atomic.Int64
		r := runner(t, s, job.Kind{Name: "call", Call: func(context.Context, job.Job) error {
			if calls.Add(1) == 1 {
				return errors.New("away")
			}
			return nil
		}})
		add(t, s, "call", "x", 0)
		run(t, r, 1)
		clock.Advance(time.Second)
		run(t, r, 1)
		clock.Advance(time.Hour)
		run(t, r, 0)
		if calls.Load() != 2 {
			t.Fatalf("%d calls, want 2", calls.Load())
		}
	})
}

// A channel that hangs holds up no other kind.
func TestHangingCallHoldsUpNobody(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		hang, done := make(chan struct{}), make(chan struct{})
		r := runner(t, s,
			job.Kind{Name: "hangs", Call: func(context.Context, job.Job) error { <-hang; return nil }},
			job.Kind{Name: "works", Do: func(context.Context, *store.Tx, job.Job) error { close(done); return nil }})
		for i := range 20 {
			add(t, s, "hangs", string(rune('a'+i)), 0)
		}
		add(t, s, "works", "x", 0)
		r.Start()
		<-done
		close(hang)
	})
}

// Nor do a thousand calls that wait behind it: they are passed over, and what
// falls due after them runs.
func TestLongQueueOfAHangingCallHoldsUpNobody(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		hang, done := make(chan struct{}), make(chan struct{})
		r := runner(t, s,
			job.Kind{Name: "hangs", Call: func(context.Context, job.Job) error { <-hang; return nil }},
			job.Kind{Name: "works", Do: func(context.Context, *store.Tx, job.Job) error { close(done); return nil }})
		err := s.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for i := range 300 {
				if err := job.Add(ctx, tx, home, "hangs", strconv.Itoa(i), tx.Now(), nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Second)
		add(t, s, "works", "x", 0)
		r.Start()
		<-done
		close(hang)
	})
}

func TestUnknownKindIsKeptAsDead(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		r := runner(t, s)
		add(t, s, "gone", "x", 0)
		run(t, r, 1)
		if b, err := r.Backlog(context.Background(), home); err != nil || b.Dead != 1 {
			t.Fatalf("backlog %+v, %v", b, err)
		}
	})
}

func TestKindsAreDeclaredOnceAndWhole(t *testing.T) {
	s, _ := storetest.SQLite(t, nil)
	nop := func(context.Context, job.Job) error { return nil }
	for name, kinds := range map[string][]job.Kind{
		"twice":   {{Name: "a", Call: nop}, {Name: "a", Call: nop}},
		"neither": {{Name: "a"}},
	} {
		if _, err := job.NewRunner(s, nil, nil, kinds...); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// The started runner wakes by itself when a job falls due, and what fell due
// while nobody ran is done at the next start.
func TestStartedRunnerKeepsTime(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.Store {
		s, err := store.Open(context.Background(), store.Options{Path: dir + "/x.db", Rooms: []store.Room{job.Room()}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	add(t, s, "k", "overdue", -time.Hour)
	add(t, s, "k", "soon", time.Second) // later than the house takes to open again
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer s.Close()
	done := make(chan string, 2)
	r := runner(t, s, job.Kind{Name: "k", Do: func(_ context.Context, _ *store.Tx, j job.Job) error { done <- j.Name; return nil }})
	r.Start()
	if first, second := <-done, <-done; first != "overdue" || second != "soon" {
		t.Fatalf("ran %s, then %s", first, second)
	}
	r.Stop()
	r.Stop()
}

// When the clock goes back, what counts a span waits that span from there, and
// so does a second try; what is due at a time of day waits for it. It is the
// same for a runner that starts afterwards.
func TestClockThatGoesBackProlongsNoSpan(t *testing.T) {
	for name, again := range map[string]bool{"while it runs": false, "while it is down": true} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
				var got []string
				note := func(_ context.Context, _ *store.Tx, j job.Job) error {
					got = append(got, j.Kind)
					if j.Kind == "tried" && j.Attempts == 0 {
						return errors.New("not yet")
					}
					return nil
				}
				kinds := []job.Kind{{Name: "span", Do: note, Span: true}, {Name: "day", Do: note}, {Name: "tried", Do: note}}
				r := runner(t, s, kinds...)
				add(t, s, "tried", "x", 0)
				run(t, r, 1)
				add(t, s, "span", "x", 10*time.Second)
				add(t, s, "day", "x", 10*time.Second)
				clock.Advance(5 * time.Second)
				clock.Advance(-time.Hour)
				if again {
					r = runner(t, s, kinds...)
				}
				run(t, r, 0)
				clock.Advance(time.Second)
				run(t, r, 1)
				clock.Advance(9 * time.Second)
				run(t, r, 1)
				clock.Advance(time.Hour)
				run(t, r, 1)
				if want := []string{"tried", "tried", "span", "day"}; !slices.Equal(got, want) {
					t.Errorf("ran %v, want %v", got, want)
				}
			})
		})
	}
}
