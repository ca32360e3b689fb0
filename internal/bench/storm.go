package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// stormPatience is how long all alarms may take: a figure is wanted of a machine
// that is far too slow, too.
const stormPatience = 2 * time.Minute

// late turns alarms that nobody waited for any longer into a goal missed.
func (r *run) late(err error, name, goal string) error {
	if !errors.Is(err, errLate) {
		return err
	}
	r.emit(missed(name, "alarms/s", goal, err.Error()))
	return nil
}

// alarmStorm measures a2.
func (r *run) alarmStorm(ctx context.Context) error {
	const goal = "p99 <= 100 ms beyond the longest bare fdatasync beside it, none lost, none twice"
	m, s, err := r.storm(ctx, "a2")
	if err != nil {
		return r.late(err, "a2", goal)
	}
	r.emit(m.judged(goal, s.kept(m, stormGoal)))
	return nil
}

// stormOnOneCore measures a5: the same with the program held to one core and
// what loads it on the others. Telemetry may be late, and is not lost.
func (r *run) stormOnOneCore(ctx context.Context) error {
	const goal = "p99 <= 250 ms beyond the longest bare fdatasync beside it, none lost, none twice, all telemetry confirmed"
	a, err := newApart()
	if err != nil {
		r.emit(missed("a5", "alarms/s", goal, err.Error()))
		return nil
	}
	return a.keep(ctx, os.Getpid(), func() error {
		held := *r
		held.prefix = a.house()
		m, s, err := held.storm(ctx, "a5")
		if err != nil {
			return r.late(err, "a5", goal)
		}
		m.Note = "the program on one core, the load on the others; " + m.Note
		r.emit(m.judged(goal, s.kept(m, apartGoal) && s.unconfirmed == 0))
		return nil
	})
}

// storm is a metric of two thousand alarms beside other work. Beside it a bare
// file on the same disk is written as often as alarms come: what nobody could
// have had on disk sooner is no delay of linli's, see ADR 0032.
func (r *run) storm(ctx context.Context, name string) (m Metric, s storm, err error) {
	err = r.visitDevices(ctx, stormAlarms+telemetry, "", func(h deviceHouse, p *process) (err error) {
		s = storm{deviceHouse: h, process: p}
		var t tally
		err = h.watch(ctx, func(look *watch) (err error) {
			t, err = s.run(ctx, look)
			return err
		})
		if err != nil {
			return err
		}
		m = t.metric(name, "alarms/s")
		s.twice, err = h.toldTwice(ctx)
		m.Note = fmt.Sprintf("%d alarms in %v; beside them %.0f ordinary events/s (p99 to PUBACK %.1f ms, %d never confirmed), %.0f page loads/s (p99 %.1f ms) and %.0f bare fdatasync/s (p99 %.1f ms, the longest %.1f ms); %d told of twice",
			stormAlarms, stormSpan, s.ordinary.rate(), ms(s.ordinary.quantile(.99)), s.unconfirmed, s.pages.rate(), ms(s.pages.quantile(.99)), s.disk.rate(), ms(s.disk.quantile(.99)), ms(s.disk.quantile(1)), s.twice)
		return err
	})
	return m, s, err
}

// kept reports whether the alarms came in time, all of them, once.
func (s storm) kept(m Metric, goal time.Duration) bool {
	return m.P99 <= ms(goal+s.disk.quantile(1)) && m.N == stormAlarms && s.twice == 0
}

// storm is what goes on at the same time in a2 and a5.
type storm struct {
	deviceHouse
	*process
	ordinary, pages, disk tally
	unconfirmed           int // ordinary events
	twice                 int // told of twice
}

func (s *storm) run(ctx context.Context, look *watch) (t tally, err error) {
	began := time.Now()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var beside sync.WaitGroup
	errs := make([]error, 4)
	beside.Go(func() { s.disk, errs[3] = s.bareDisk(ctx) })
	beside.Go(func() { s.ordinary, errs[0] = s.telemetry(ctx) })
	beside.Go(func() { s.pages, errs[1] = s.visitors(ctx) })
	errs[2] = s.alarms(ctx, look)
	if errs[2] == nil {
		t, err = look.tally(ctx, time.Since(began))
	}
	stop()
	beside.Wait()
	return t, errors.Join(append(errs, err)...)
}

// paced calls do so many times a second until the context ends or, unless
// times is 0, so many times.
func paced(ctx context.Context, perSecond float64, times int, do func(n int) error) error {
	began := time.Now()
	for n := 0; times == 0 || n < times; n++ {
		due := began.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))
		if wait := time.Until(due); wait > 0 && pause(ctx, wait) != nil || ctx.Err() != nil {
			return nil
		}
		if err := do(n); err != nil {
			return err
		}
	}
	return nil
}

func (s *storm) alarms(ctx context.Context, look *watch) error {
	w, err := dialAs(ctx, s.login(s.process), 0, stormAlarms)
	if err != nil {
		return err
	}
	defer w.Close()
	err = paced(ctx, stormAlarms/stormSpan.Seconds(), stormAlarms, func(n int) error {
		look.sent(n, time.Now())
		return smoke(w, n, nil)
	})
	return errors.Join(err, w.Wait(ctx), look.until(ctx, stormAlarms, stormPatience))
}

// telemetry is the ordinary events, from a connection of their own. Those that
// are under way at the end are waited for.
func (s *storm) telemetry(ctx context.Context) (tally, error) {
	w, err := dialAs(ctx, s.login(s.process), 1, stormEvents)
	if err != nil {
		return tally{}, err
	}
	defer w.Close()
	var mu sync.Mutex
	var took []time.Duration
	start, sent := time.Now(), 0
	err = paced(ctx, stormEvents, 0, func(n int) error {
		began := time.Now()
		sent = n + 1
		err := w.Send("zigbee2mqtt/"+simulate.Detector(stormAlarms+n%telemetry), eventBody(n), func() {
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(began))
		})
		return errors.Join(err, w.Flush())
	})
	span := time.Since(start)
	waiting, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	if late := w.Wait(waiting); !errors.Is(late, context.DeadlineExceeded) {
		err = errors.Join(err, late)
	}
	mu.Lock()
	defer mu.Unlock()
	s.unconfirmed = sent - len(took)
	return sorted(took, span, err)
}

func sorted(took []time.Duration, span time.Duration, err error) (tally, error) {
	if err != nil {
		return tally{}, err
	}
	return tallied(span, slices.Clone(took))
}

// bareDisk appends to a file and waits for the disk as often as alarms come.
func (s *storm) bareDisk(ctx context.Context) (tally, error) {
	f, err := os.Create(filepath.Join(s.dir, "bare"))
	if err != nil {
		return tally{}, err
	}
	defer f.Close()
	var took []time.Duration
	start := time.Now()
	err = paced(ctx, stormAlarms/stormSpan.Seconds(), 0, func(int) error {
		began := time.Now()
		err := appendPage(f)
		took = append(took, time.Since(began))
		return err
	})
	return sorted(took, time.Since(start), err)
}

// visitors load pages, one after the other each, as fast as their share of
// the page loads allows.
func (s *storm) visitors(ctx context.Context) (tally, error) {
	const people = 16
	c := newClient(s.base, people)
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	errs := make([]error, people)
	start := time.Now()
	for i := range people {
		wg.Go(func() {
			errs[i] = paced(ctx, stormPages/float64(people), 0, func(n int) error {
				began := time.Now()
				path := []string{"/", "/reports"}[n%2]
				_, err := c.send(ctx, request{method: http.MethodGet, path: path, cookie: s.homes[(i+n)%len(s.homes)].cookie, want: http.StatusOK})
				if ctx.Err() != nil {
					return nil
				}
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(began))
				return err
			})
		})
	}
	wg.Wait()
	return sorted(took, time.Since(start), errors.Join(errs...))
}
