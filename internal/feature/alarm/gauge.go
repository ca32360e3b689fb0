package alarm

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Gauge (现场读数) is what the detector that calls measures, or the charge of
// its battery.
type Gauge struct {
	Kind    string // smoke_level, gas_level, co_level, temperature, battery
	Value   string // decimal
	Unit    string // as its maker names it; may be empty
	At      time.Time
	AlarmAt string // from which value on it alarms, if its maker states that; decimal
	Points  []Point
}

// Point is a value at an instant.
type Point struct {
	At    time.Time
	Value float64
}

// gaugeSpan is how long a time a curve shows: some minutes before the alarm,
// then the latest.
const gaugeSpan = 10 * time.Minute

// Measured has open desks show what a detector in alarm measured.
func (s *Service) Measured(tx *store.Tx, tenant store.Tenant) {
	tx.AfterCommit(func() { s.Hub.Publish(Topic(tenant)) })
}

// gaugesOf are what the detector of an incident measures, with the curve that
// ends now, or with the closing. One that measures nothing has none, as a call
// by hand and a drill.
func (s *Service) gaugesOf(ctx context.Context, i Incident, now time.Time) ([]gaugeLine, error) {
	if s.Devices == nil {
		return nil, nil
	}
	to := now
	if i.Phase.Closed() {
		to = i.ClosedAt
	}
	from := to.Add(-gaugeSpan)
	list, err := s.Devices.Gauges(ctx, i.Tenant, i.Device, from)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []gaugeLine
	for _, g := range list {
		if i.Phase.Closed() && g.At.After(to) {
			continue // it is about another day
		}
		out = append(out, gaugeLine{Gauge: g, Age: now.Sub(g.At), Curve: plot(g, from, to, i.RaisedAt)})
	}
	return out, nil
}

// gaugeLine is a gauge on the desk.
type gaugeLine struct {
	Gauge
	Age   time.Duration
	Curve curve
	Name  string
	Label string // what the curve shows, for who does not see it
}

// curve is the drawing of a gauge; its units are arbitrary. No path: there is
// nothing to draw.
type curve struct {
	Line, Area string
	Limit      string // height of the alarm value; empty: none is stated
	Alarm      string // where the alarm was raised; empty: not in this span
	Last       Point
	First      Point
}

// The measures of the drawing.
const (
	curveWide = 420
	curveHigh = 96
	curvePad  = 8
)

// plot draws a gauge from one instant to another: straight from point to point,
// as nobody knows what was between them.
func plot(g Gauge, from, to, raised time.Time) curve {
	points := within(g.Points, from, to)
	if len(points) < 2 || !points[0].At.Before(points[len(points)-1].At) {
		return curve{}
	}
	from = points[0].At // nothing is known of before
	low, high := points[0].Value, points[0].Value
	for _, p := range points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	limit, err := strconv.ParseFloat(g.AlarmAt, 64)
	if err == nil {
		low, high = min(low, limit), max(high, limit)
	}
	if high == low {
		high, low = high+1, low-1
	}
	x := func(t time.Time) string { return coord(curveWide * float64(t.Sub(from)) / float64(to.Sub(from))) }
	y := func(v float64) string { return coord(curveHigh - curvePad - (curveHigh-2*curvePad)*(v-low)/(high-low)) }
	var b strings.Builder
	for n, p := range points {
		b.WriteString([]string{"L", "M"}[flag(n == 0)] + x(p.At) + " " + y(p.Value))
	}
	c := curve{Line: b.String(), First: points[0], Last: points[len(points)-1]}
	c.Area = c.Line + "V" + num(curveHigh) + "H" + x(c.First.At) + "Z"
	if err == nil {
		c.Limit = y(limit)
	}
	if raised.After(from) && raised.Before(to) {
		c.Alarm = x(raised)
	}
	return c
}

// within are the points of a span: what stood before it stands at its beginning.
func within(points []Point, from, to time.Time) []Point {
	var out []Point
	for _, p := range points {
		if p.At.After(to) {
			break
		}
		if p.At.Before(from) {
			p.At = from
			out = out[:0]
		}
		out = append(out, p)
	}
	return out
}

func coord(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// gauges puts them into words.
func (t teller) gauges(list []gaugeLine) []gaugeLine {
	for i, g := range list {
		list[i].Name = t.text("alarm.gauge." + g.Kind)
		if g.Curve.Line != "" {
			list[i].Label = t.text("alarm.gauge_label", "what", list[i].Name, "from", reading(g.Curve.First.Value, g.Unit), "at", words.Seconds(g.Curve.First.At), "to", reading(g.Curve.Last.Value, g.Unit))
		}
	}
	return list
}

// said is the value with its unit.
func (g Gauge) said() string { return strings.TrimSpace(g.Value + " " + g.Unit) }

func reading(v float64, unit string) string {
	return strings.TrimSpace(strconv.FormatFloat(v, 'f', -1, 64) + " " + unit)
}
