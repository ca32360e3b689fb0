package alarm

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
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
	Gap   bool // nothing was measured between the point before and this one
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
	Curve ui.Chart
	Name  string
	Since string // from when on the curve shows it
}

// plot draws a gauge from one instant to another: straight from point to point,
// as nobody knows what was between them, and not at all where nothing was
// measured. One point makes no line.
func plot(g Gauge, from, to, raised time.Time) ui.Chart {
	points := within(g.Points, from, to)
	if len(points) < 2 || !points[0].At.Before(points[len(points)-1].At) {
		return ui.Chart{}
	}
	c := ui.Chart{From: points[0].At, To: to, Zone: words.Shanghai(), Mark: raised, Unit: g.Unit} // nothing is known of before
	for _, p := range points {
		c.Points = append(c.Points, ui.ChartPoint(p))
	}
	if limit, err := strconv.ParseFloat(g.AlarmAt, 64); err == nil {
		c.Limit = &limit
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
			p.At, p.Gap = from, false
			out = out[:0]
		} else if len(out) == 1 && p.Gap && out[0].At.Equal(from) {
			out = out[:0] // what stood before the span ended before it
		}
		out = append(out, p)
	}
	return out
}

// gauges puts them into words.
func (t teller) gauges(list []gaugeLine) []gaugeLine {
	for i, g := range list {
		list[i].Name = t.text("alarm.gauge." + g.Kind)
		if p := g.Curve.Points; len(p) > 0 {
			list[i].Since = words.Seconds(p[0].At)
			list[i].Curve.Label = t.text("alarm.gauge_label", "what", list[i].Name, "from", reading(p[0].Value, g.Unit), "at", list[i].Since, "to", reading(p[len(p)-1].Value, g.Unit))
		}
	}
	return list
}

// said is the value with its unit.
func (g Gauge) said() string { return strings.TrimSpace(g.Value + " " + g.Unit) }

func reading(v float64, unit string) string {
	return strings.TrimSpace(strconv.FormatFloat(v, 'f', -1, 64) + " " + unit)
}
