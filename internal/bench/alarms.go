package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// The goals of a1, a2 and a4.
const (
	idleAlarms  = 200
	idleGoal    = 25 * time.Millisecond
	idlePause   = 20 * time.Millisecond
	stormAlarms = 2000
	stormSpan   = 10 * time.Second
	stormEvents = 2000 // ordinary events a second beside the storm
	stormPages  = 200  // page loads a second beside it
	stormGoal   = 100 * time.Millisecond
	hangGoal    = 1.2 // of the p99 when no channel hangs
	hangFloor   = time.Millisecond
)

// smoke publishes that a detector sees smoke.
func smoke(w *simulate.Wire, detector int, acked func()) error {
	err := w.Send("zigbee2mqtt/"+simulate.Detector(detector), fmt.Appendf(nil, `{"battery":97,"linkquality":%d,"smoke":true}`, detector%255), acked)
	return errors.Join(err, w.Flush())
}

// idleRun lets one detector after the other see smoke in a quiet house, and
// waits each time until everybody was told.
func (r *run) idleRun(ctx context.Context, h deviceHouse, p *process) (t tally, err error) {
	w, err := simulate.Dial(ctx, h.login(p))
	if err != nil {
		return tally{}, err
	}
	defer w.Close()
	began := time.Now()
	err = h.watch(ctx, func(look *watch) error {
		for i := range idleAlarms {
			look.sent(i, time.Now())
			if err := smoke(w, i, nil); err != nil {
				return err
			}
			if err := look.until(ctx, i+1, patience); err != nil {
				return err
			}
			if err := pause(ctx, idlePause); err != nil {
				return err
			}
		}
		t, err = look.tally(ctx, time.Since(began))
		return err
	})
	return t, err
}

// alarmsIdle measures a1.
func (r *run) alarmsIdle(ctx context.Context) error {
	return r.visitDevices(ctx, idleAlarms, "", func(h deviceHouse, p *process) error {
		t, err := r.idleRun(ctx, h, p)
		if err != nil {
			return err
		}
		m := t.metric("a1", "alarms/s")
		m.Note = "published → on disk → property, committee and volunteers handed to their channels; one at a time"
		r.emit(m.judged("p99 <= 25 ms", t.quantile(.99) <= idleGoal))
		return nil
	})
}

// hangingChannel measures a4: a webhook that takes calls and never answers,
// and what that does to everybody else's alarms.
func (r *run) hangingChannel(ctx context.Context) error {
	var free, hung tally
	measure := func(into *tally, hook string) error {
		return r.visitDevices(ctx, idleAlarms, hook, func(h deviceHouse, p *process) (err error) {
			*into, err = r.idleRun(ctx, h, p)
			return err
		})
	}
	if err := measure(&free, ""); err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	host := l.Addr().String()
	held, ended := make(chan struct{}), make(chan error, 1)
	srv := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held })}
	go func() { ended <- srv.Serve(l) }()
	defer func() { close(held); _ = errors.Join(srv.Close(), asked(<-ended)) }()
	err = measure(&hung, host)
	if err != nil {
		return err
	}
	m := hung.metric("a4", "alarms/s").against(free.rate())
	ratio := ms(hung.quantile(.99)) / ms(max(free.quantile(.99), hangFloor))
	m.Note = fmt.Sprintf("a webhook hangs; p99 without it %.1f ms: %.2f x", ms(free.quantile(.99)), ratio)
	r.emit(m.judged(fmt.Sprintf("the others' p99 <= %.1f x", hangGoal), ratio <= hangGoal))
	return nil
}

// alarmStorm measures a2.
func (r *run) alarmStorm(ctx context.Context) error {
	return r.visitDevices(ctx, stormAlarms+telemetry, "", func(h deviceHouse, p *process) error {
		s := storm{deviceHouse: h, process: p}
		var t tally
		err := h.watch(ctx, func(look *watch) (err error) {
			t, err = s.run(ctx, look)
			return err
		})
		if err != nil {
			return err
		}
		m := t.metric("a2", "alarms/s")
		twice, err := h.toldTwice(ctx)
		if err != nil {
			return err
		}
		m.Note = fmt.Sprintf("%d alarms in %v; beside them %.0f ordinary events/s (p99 to PUBACK %.1f ms) and %.0f page loads/s (p99 %.1f ms); %d told of twice",
			stormAlarms, stormSpan, s.ordinary.rate(), ms(s.ordinary.quantile(.99)), s.pages.rate(), ms(s.pages.quantile(.99)), twice)
		r.emit(m.judged("p99 <= 100 ms, none lost, none twice", t.quantile(.99) <= stormGoal && len(t.took) == stormAlarms && twice == 0))
		return nil
	})
}

// storm is what goes on at the same time in a2.
type storm struct {
	deviceHouse
	*process
	ordinary, pages tally
}

func (s *storm) run(ctx context.Context, look *watch) (t tally, err error) {
	began := time.Now()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var beside sync.WaitGroup
	errs := make([]error, 3)
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
	return errors.Join(err, w.Wait(ctx), look.until(ctx, stormAlarms, patience))
}

// telemetry is the ordinary events, from a connection of their own.
func (s *storm) telemetry(ctx context.Context) (tally, error) {
	w, err := dialAs(ctx, s.login(s.process), 1, stormEvents)
	if err != nil {
		return tally{}, err
	}
	defer w.Close()
	var mu sync.Mutex
	var took []time.Duration
	start := time.Now()
	err = paced(ctx, stormEvents, 0, func(n int) error {
		began := time.Now()
		err := w.Send("zigbee2mqtt/"+simulate.Detector(stormAlarms+n%telemetry), eventBody(n), func() {
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(began))
		})
		return errors.Join(err, w.Flush())
	})
	mu.Lock()
	defer mu.Unlock()
	return sorted(took, time.Since(start), err)
}

func sorted(took []time.Duration, span time.Duration, err error) (tally, error) {
	if err != nil {
		return tally{}, err
	}
	return tallied(span, slices.Clone(took))
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
