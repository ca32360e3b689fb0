package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli/linli/internal/simulate"
)

// The goals of b.
const (
	ofInserts  = 0.5   // of bare grouped inserts, the messages coming by the same line
	ofBroker   = 0.8   // of a broker that keeps nothing
	pipelined  = 20000 // events a second on one connection
	window     = 100   // messages under way on it
	publishers = 100   // that have one message under way each
	pushers    = 64    // HTTP senders
	telemetry  = 64    // detectors that send
)

// eventBody is what a detector says when nothing is the matter, as long as
// zigbee2mqtt makes it.
func eventBody(n int) []byte {
	return fmt.Appendf(nil, `{"battery":97,"battery_low":false,"linkquality":%d,"smoke":false,"tamper":false,"test":false,"temperature":21.5,"device_temperature":24}`, n%255)
}

// pushBody is what CTWing pushes when one of the detectors behind it, of a make
// that linli knows, has nothing to report.
func pushBody(n int) []byte {
	return fmt.Appendf(nil, `{"messageType":"dataReport","protocol":"lwm2m","productId":"15000001","deviceId":"bench%[1]d","IMEI":"86000000000%04[1]d","timestamp":%[2]d,"payload":{"serviceId":"notification","serviceData":{"Alarm_Status":0,"Battery_Level":97,"SNR":%[3]d}}}`,
		n%telemetry, time.Now().UnixMilli(), n%30)
}

// shape is a way in which publishers send over MQTT.
type shape struct {
	name        string
	connections int
	window      int // of each
}

func shapes() []shape {
	return []shape{{"alone", 1, 1}, {"publishers", publishers, 1}, {"pipelined", 1, window}}
}

// events measures b: durable events, and beside each figure, a moment before
// and after it, bare inserts without a line and with one, and the same on a
// broker that keeps nothing.
// The machine may be shared: what lies minutes apart cannot be compared.
func (r *run) events(ctx context.Context) error {
	return r.visitDevices(ctx, telemetry, "", func(h deviceHouse, p *process) error {
		for _, s := range shapes() {
			if err := errors.Join(
				r.limit("limit.inserts.events", "rows/s", func() (tally, error) { return batchedInserts(ctx, r.Temp, r.Span) }),
				r.limit("limit.line."+s.name, "events/s", func() (tally, error) { return r.bareLine(ctx, s) }),
			); err != nil {
				return err
			}
			t, err := publish(ctx, h.login(p), s, r.Span)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			r.emit(r.eventMetric(s, t))
			if err := errors.Join(r.compareBroker(ctx, s, t), h.settled(ctx)); err != nil {
				return err
			}
		}
		if err := errors.Join(
			r.limit("limit.echo.push", "requests/s", func() (tally, error) { return echoes(ctx, pushers, r.Span) }),
			r.limit("limit.line.push", "events/s", func() (tally, error) { return r.bareEcho(ctx) }),
		); err != nil {
			return err
		}
		return r.pushes(ctx, h, p)
	})
}

// eventMetric stands beside the same messages on the same line, put into a bare
// table: ADR 0031.
func (r *run) eventMetric(s shape, t tally) Metric {
	m := t.metric("b."+s.name, "events/s").against(r.limits["limit.line."+s.name])
	m.Note = fmt.Sprintf("MQTT QoS 1, %d connections with %d under way; limit: a bare line into bare grouped inserts; %.2f of those without a line", s.connections, s.window, t.rate()/r.limits["limit.inserts.events"])
	switch s.name {
	case "publishers":
		return m.judged(fmt.Sprintf(">= %.1f of the bare line", ofInserts), m.Ratio >= ofInserts)
	case "pipelined":
		return m.judged(fmt.Sprintf(">= %.1f of the bare line, >= %d/s", ofInserts, pipelined), m.Ratio >= ofInserts && m.Value >= pipelined)
	}
	return m
}

// publish drives a broker in one shape.
func publish(ctx context.Context, l simulate.Login, s shape, span time.Duration) (tally, error) {
	start := time.Now().Add(span / warming)
	end := start.Add(span)
	all := make([][]time.Duration, s.connections)
	errs := make([]error, s.connections)
	var wg sync.WaitGroup
	for i := range s.connections {
		wire, err := dialAs(ctx, l, i, s.window)
		if err != nil {
			return tally{}, err
		}
		defer wire.Close()
		wg.Go(func() { all[i], errs[i] = stream(ctx, wire, i, start, end) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return tally{}, err
	}
	return tallied(time.Since(start), all...)
}

func dialAs(ctx context.Context, l simulate.Login, i, window int) (*simulate.Wire, error) {
	l.ID, l.Window = fmt.Sprintf("bench%d", i), window
	return simulate.Dial(ctx, l)
}

// stream sends on one connection until the end, each message as soon as there
// is room for it, and times those that began in the span.
func stream(ctx context.Context, w *simulate.Wire, from int, start, end time.Time) ([]time.Duration, error) {
	var took []time.Duration // written by the wire's reader only
	for n := from; ctx.Err() == nil; n++ {
		began := time.Now()
		if began.After(end) {
			break
		}
		acked := func() {
			if !began.Before(start) {
				took = append(took, time.Since(began))
			}
		}
		if err := w.Send("zigbee2mqtt/"+simulate.Detector(n%telemetry), eventBody(n), acked); err != nil {
			return nil, err
		}
	}
	err := w.Wait(ctx)
	return took, err
}

// pushes measures b over HTTP.
func (r *run) pushes(ctx context.Context, h deviceHouse, p *process) error {
	c := newClient(p.base, pushers)
	var n atomic.Int64
	t, err := drive(ctx, pushers, r.Span, func(ctx context.Context, _, _ int) error {
		_, err := c.send(ctx, request{method: http.MethodPost, path: "/push/ctwing/" + h.token, kind: "application/json", body: pushBody(int(n.Add(1))), want: http.StatusOK})
		return err
	})
	if err != nil {
		return err
	}
	m := t.metric("b.push", "events/s").against(r.limits["limit.line.push"])
	m.Note = fmt.Sprintf("HTTP push, %d senders; limit: bare HTTP into bare grouped inserts; %.2f of an HTTP echo, %.2f of inserts without a line", pushers, t.rate()/r.limits["limit.echo.push"], t.rate()/r.limits["limit.inserts.events"])
	r.emit(m.judged(fmt.Sprintf(">= %.1f of the bare line", ofInserts), m.Ratio >= ofInserts))
	return nil
}
