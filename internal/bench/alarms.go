package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/simulate"
)

// The goals of a1, a2, a4 and a5.
const (
	idleAlarms  = 200
	idleGoal    = 25 * time.Millisecond
	idlePause   = 20 * time.Millisecond
	stormAlarms = 2000
	stormSpan   = 10 * time.Second
	stormEvents = 2000 // ordinary events a second beside the storm
	stormPages  = 200  // page loads a second beside it
	stormGoal   = 100 * time.Millisecond
	apartGoal   = 250 * time.Millisecond // with the house on one core
	hangGoal    = 1.2                    // of the p99 when no channel hangs
	hangFloor   = time.Millisecond
	hangAlarms  = 1000 // of each of two houses, in turn
	hangPause   = 5 * time.Millisecond
)

// smoke publishes that a detector sees smoke.
func smoke(w *simulate.Wire, detector int, acked func()) error {
	err := w.Send("zigbee2mqtt/"+simulate.Detector(detector), fmt.Appendf(nil, `{"battery":97,"linkquality":%d,"smoke":true}`, detector%255), acked)
	return errors.Join(err, w.Flush())
}

// quiet is a house where one detector after the other sees smoke.
type quiet struct {
	look *watch
	wire *simulate.Wire
	n    int
}

// whileQuiet does something with a house in which nothing else happens, from a
// detector on.
func whileQuiet(ctx context.Context, h deviceHouse, p *process, from int, do func(*quiet) error) error {
	w, err := simulate.Dial(ctx, h.login(p))
	if err != nil {
		return err
	}
	defer w.Close()
	return h.watch(ctx, func(look *watch) error { return do(&quiet{look, w, from}) })
}

// next lets the next detector see smoke, and waits until everybody was told and
// a pause longer.
func (q *quiet) next(ctx context.Context, rest time.Duration) error {
	q.look.sent(q.n, time.Now())
	if err := smoke(q.wire, q.n, nil); err != nil {
		return err
	}
	q.n++
	if err := q.look.until(ctx, q.n, patience); err != nil {
		return err
	}
	return pause(ctx, rest)
}

// alarmsIdle measures a1, and the same before desks that are open and show each
// of the alarms.
func (r *run) alarmsIdle(ctx context.Context) error {
	return r.visitDevices(ctx, 2*idleAlarms, "", func(h deviceHouse, p *process) error {
		m, err := oneAtATime(ctx, "a1", h, p, 0)
		if err != nil {
			return err
		}
		m.Note = "published → on disk → property, committee and volunteers handed to their channels; one at a time"
		r.emit(m.judged("p99 <= 25 ms", m.P99 <= ms(idleGoal)))
		show, err := openDesks(ctx, h, p)
		if err != nil {
			return err
		}
		defer show.close()
		if m, err = oneAtATime(ctx, "a1.desks", h, p, idleAlarms); err != nil {
			return err
		}
		m.Note = fmt.Sprintf("the same with %d desks open, %d alarms on each; they showed %d parts", openDesksAt, idleAlarms, show.parts.Load())
		r.emit(m)
		return nil
	})
}

func oneAtATime(ctx context.Context, name string, h deviceHouse, p *process, from int) (m Metric, err error) {
	err = whileQuiet(ctx, h, p, from, func(q *quiet) error {
		began := time.Now()
		for range idleAlarms {
			if err := q.next(ctx, idlePause); err != nil {
				return err
			}
		}
		t, err := q.look.tally(ctx, time.Since(began))
		if err == nil {
			m = t.metric(name, "alarms/s")
		}
		return err
	})
	return m, err
}

// openDesksAt is how many desks a subdistrict has open on a bad day.
const openDesksAt = 20

// desks are alarm desks that read what they are sent.
type desks struct {
	parts atomic.Int64
	close func()
}

func openDesks(ctx context.Context, h deviceHouse, p *process) (*desks, error) {
	ctx, stop := context.WithCancel(ctx)
	d := &desks{}
	var reading sync.WaitGroup
	d.close = func() { stop(); reading.Wait() }
	c := newClient(p.base, openDesksAt)
	c.http.Timeout = 0
	for i := range openDesksAt {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/alarms/live", http.NoBody)
		if err != nil {
			return nil, err
		}
		r.AddCookie(&http.Cookie{Name: people.CookieName, Value: []string{h.worker, h.board}[i%2]})
		res, err := c.http.Do(r) //nolint:bodyclose // closed by who reads it
		if err != nil || res.StatusCode != http.StatusOK {
			d.close()
			return nil, errors.Join(err, fmt.Errorf("desk %d does not open", i))
		}
		reading.Go(func() {
			defer res.Body.Close()
			for lines := bufio.NewReader(res.Body); ; {
				line, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if line == "\n" {
					d.parts.Add(1)
				}
			}
		})
	}
	return d, nil
}

// hangingChannel measures a4: a webhook that takes calls and never answers,
// and what that does to everybody else's alarms. A house without one stands
// beside it, and their alarms come in turn: whatever the machine does meanwhile
// happens to both.
func (r *run) hangingChannel(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	host := l.Addr().String()
	held, ended := make(chan struct{}), make(chan error, 1)
	srv := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held })}
	go func() { ended <- srv.Serve(l) }()
	defer func() { close(held); _ = errors.Join(srv.Close(), asked(<-ended)) }()
	var free, hung tally
	err = r.visitDevices(ctx, hangAlarms, "", func(h deviceHouse, p *process) error {
		return r.visitDevices(ctx, hangAlarms, host, func(hooked deviceHouse, beside *process) error {
			return whileQuiet(ctx, h, p, 0, func(a *quiet) error {
				return whileQuiet(ctx, hooked, beside, 0, func(b *quiet) (err error) {
					free, hung, err = inTurn(ctx, a, b)
					return err
				})
			})
		})
	})
	if err != nil {
		return err
	}
	m := hung.metric("a4", "alarms/s").against(free.rate())
	ratio := ms(hung.quantile(.99)) / ms(max(free.quantile(.99), hangFloor))
	m.Note = fmt.Sprintf("a webhook hangs; p99 without it %.1f ms: %.2f x", ms(free.quantile(.99)), ratio)
	r.emit(m.judged(fmt.Sprintf("the others' p99 <= %.1f x", hangGoal), ratio <= hangGoal))
	return nil
}

// inTurn is how long the alarms of two houses take that come one after the
// other.
func inTurn(ctx context.Context, a, b *quiet) (of, other tally, err error) {
	began := time.Now()
	for range hangAlarms {
		if err := a.next(ctx, hangPause); err != nil {
			return of, other, err
		}
		if err := b.next(ctx, hangPause); err != nil {
			return of, other, err
		}
	}
	span := time.Since(began)
	if of, err = a.look.tally(ctx, span); err == nil {
		other, err = b.look.tally(ctx, span)
	}
	return of, other, err
}
