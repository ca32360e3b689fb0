package device

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/makes"
	"github.com/linli/linli/internal/platform/store"
)

// What is kept of a curve. A value that stays writes no row, however often it is
// said: telemetry of a calm house costs nothing here. Where nothing was said for
// longer than its device is used to, a point without a value stands between.
const (
	pointsKept = 240
	pointGap   = 5 * time.Second // two points lie at least so far apart
	pointMost  = time.Minute     // a value that creeps is kept this often
	noticed    = 0.05            // of the larger of two values: a change worth a point at once
)

// point is a value at an instant, of a curve.
type point struct {
	kind  decode.Kind
	slot  int64
	at    int64 // milliseconds
	value string
}

// measure takes in what a detector that guards lives measured. It is no news
// and calls nobody; its curve grows by a point where the value moved, and
// before it by the one that stood until then, so that a leap stays a leap.
func (t *taking) measure(o decode.Observation) {
	at := store.Ms(t.heard(o))
	last, known := t.u.State[o.Kind]
	if !t.u.LifeSafety || o.Stored || known && at < last.At {
		return
	}
	next := last
	next.Value, next.Unit, next.At = o.Value, o.Unit, at
	if !known || last.Value != o.Value {
		next.Since = store.Ms(t.now)
	}
	gap := known && time.Duration(at-last.At)*time.Millisecond > t.u.pause()
	if !known || gap || moved(last, o.Value, at) {
		if known && last.At > last.KeptAt {
			t.plot(o.Kind, &next, last.At, last.Value)
		}
		if gap {
			t.plot(o.Kind, &next, last.At+1, nothing)
		}
		t.plot(o.Kind, &next, at, o.Value)
	}
	if t.u.State == nil {
		t.u.State = map[decode.Kind]Last{}
	}
	t.u.State[o.Kind] = next
}

// nothing is the value of a point at which measuring stopped.
const nothing = ""

// pause is how long a device may say nothing before its curve breaks: its
// heartbeat and half of it, as none is sent to the second, or how long it may be
// silent if its heartbeat is not known.
func (u *Unit) pause() time.Duration {
	if u.Heartbeat > 0 {
		return u.Heartbeat * 3 / 2
	}
	return u.Allowance()
}

func (t *taking) plot(k decode.Kind, x *Last, at int64, value string) {
	t.u.points = append(t.u.points, point{k, x.Points % pointsKept, at, value})
	x.Points, x.KeptAt, x.Kept = x.Points+1, at, value
}

// moved reports whether a value is worth a point beside the last one kept.
func moved(last Last, value string, at int64) bool {
	since := time.Duration(at-last.KeptAt) * time.Millisecond
	if value == last.Kept || since < pointGap {
		return false
	}
	a, b := decimal(last.Kept), decimal(value)
	return since >= pointMost || math.Abs(a-b) >= noticed*max(math.Abs(a), math.Abs(b))
}

// decimal is a value that decoding has made sure is a number.
func decimal(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// plot writes the points of the message.
func (u *Unit) plot(ctx context.Context, q *Queries) error {
	for _, p := range u.points {
		err := q.PutGauge(ctx, PutGaugeParams{TenantID: u.Tenant, UnitID: u.ID, Kind: string(p.kind), Slot: p.slot, At: p.at, Value: p.value})
		if err != nil {
			return fmt.Errorf("curve of device %s: %w", u.ID, err)
		}
	}
	u.points = nil
	return nil
}

// Gauge is what a detector measures: the last value, and how it came to it.
type Gauge struct {
	Kind    decode.Kind
	Value   string // decimal
	Unit    string // as the maker names it; may be empty
	At      time.Time
	AlarmAt string  // the value from which on its make alarms, in Unit; empty: the maker states none
	Points  []Point // oldest first, the last value among them
}

// Point is a value at an instant.
type Point struct {
	At    time.Time
	Value float64
	Gap   bool // nothing was measured between the point before and this one
}

// Gauges are what a device measures, in the order of decode.Kinds, with their
// curves since an instant; the point before it is the first, if there is one.
// A device that measures nothing has none. The charge of a battery has no
// curve. A device that is not known is a not_found fault.
func (s *Service) Gauges(ctx context.Context, tenant store.Tenant, unit string, since time.Time) ([]Gauge, error) {
	u, err := s.ByID(ctx, tenant, unit)
	if err != nil {
		return nil, err
	}
	m, _ := makes.ByID(u.Make) // one that is not known states nothing
	var out []Gauge
	for _, k := range decode.Kinds() {
		last, ok := u.State[k]
		switch {
		case ok && k.Measured():
			out = append(out, Gauge{Kind: k, Value: last.Value, Unit: last.Unit, At: store.Time(last.At), AlarmAt: m.AlarmsAt(k, last.Unit)})
		case ok && k == decode.Battery && u.Battery >= 0:
			out = append(out, Gauge{Kind: k, Value: strconv.Itoa(u.Battery), Unit: "%", At: store.Time(last.At)})
		}
	}
	if !slices.ContainsFunc(out, func(g Gauge) bool { return g.Kind.Measured() }) {
		return out, nil
	}
	rows, err := s.read().Gauge(ctx, tenant, unit)
	if err != nil {
		return nil, fmt.Errorf("curve: %w", err)
	}
	for i := range out {
		if out[i].Kind.Measured() {
			out[i].Points = curve(rows, out[i], since)
		}
	}
	return out, nil
}

// curve is what is kept of one kind since an instant, with the last value.
func curve(rows []DeviceGauge, g Gauge, since time.Time) []Point {
	var out []Point
	gap := false
	for _, r := range rows {
		if r.Kind != string(g.Kind) {
			continue
		}
		if r.Value == nothing {
			gap = true
			continue
		}
		p := Point{store.Time(r.At), decimal(r.Value), gap && len(out) > 0}
		gap = false
		if len(out) == 1 && !p.At.After(since) {
			out = out[:0] // a later one is the point before
		}
		out = append(out, p)
	}
	if n := len(out); n == 0 || out[n-1].At.Before(g.At) {
		out = append(out, Point{At: g.At, Value: decimal(g.Value)})
	}
	return out
}
