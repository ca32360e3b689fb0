package ui

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Chart is a line over time with its axes: what was measured, and nothing
// between two points of which the second is a gap. A chart of bands alone is a
// strip.
type Chart struct {
	Label    string // what it shows, for who does not see it
	From, To time.Time
	Zone     *time.Location // of the times on its axis; nil: UTC
	Points   []ChartPoint   // oldest first
	Step     bool           // a value stands until the next one
	Unit     string         // stands at the value axis
	Low      float64        // the axis covers Low to High at least; equal: only what is drawn
	High     float64
	Limit    *float64 // dashed line
	Mark     time.Time
	Bands    []Band // a strip below
}

// ChartPoint is a value at an instant.
type ChartPoint struct {
	At    time.Time
	Value float64
	Gap   bool // nothing was measured between the point before and this one
}

// Band is a time in which something was so.
type Band struct {
	From, To time.Time
	Kind     string // ok or bad
}

// ChartTick is a mark of an axis.
type ChartTick struct {
	At   string // coordinate
	Text string
	End  bool // at the right edge
}

// Chartable reports whether there is anything to draw.
func (c Chart) Chartable() bool {
	return c.To.After(c.From) && (len(c.Points) > 1 || len(c.Points) == 1 && c.Step || len(c.Bands) > 0)
}

// The measures of the drawing, in its own units: about a CSS pixel.
const (
	chartLeft  = 52
	chartRight = 332
	chartTop   = 22
	chartDeep  = 96 // height of the plot
	bandDeep   = 14
	chartFoot  = 22
)

func (c Chart) floor() int {
	if len(c.Points) == 0 {
		return 4
	}
	return chartTop + chartDeep
}

func (c Chart) bandTop() int { return c.floor() + 6 }

// axis is where the time axis lies.
func (c Chart) axis() int {
	if len(c.Bands) > 0 {
		return c.bandTop() + bandDeep + 4
	}
	return c.floor()
}

func (c Chart) viewBox() string {
	return "0 0 " + strconv.Itoa(chartRight+10) + " " + strconv.Itoa(c.axis()+chartFoot)
}

// scale is the lowest and the highest value drawn, and the step of the axis.
func (c Chart) scale() (low, high, step float64) {
	low, high = c.Low, c.High
	if low == high {
		low, high = math.Inf(1), math.Inf(-1)
	}
	for _, p := range c.Points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	if c.Limit != nil {
		low, high = min(low, *c.Limit), max(high, *c.Limit)
	}
	if high <= low {
		low, high = low-1, high+1
	}
	step = tidy((high - low) / 3)
	return math.Floor(low/step+1e-9) * step, math.Ceil(high/step-1e-9) * step, step
}

// tidy is the next larger of 1, 2 and 5 times a power of ten.
func tidy(x float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(x)))
	for _, n := range []float64{1, 2, 5} {
		if n*ten >= x-ten*1e-9 {
			return n * ten
		}
	}
	return 10 * ten
}

func coordinate(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

func (c Chart) x(t time.Time) float64 {
	share := float64(t.Sub(c.From)) / float64(c.To.Sub(c.From))
	return chartLeft + (chartRight-chartLeft)*min(1, max(0, share))
}

func (c Chart) y(v float64) float64 {
	low, high, _ := c.scale()
	return chartTop + chartDeep*(high-v)/(high-low)
}

// runs are the points between gaps.
func (c Chart) runs() [][]ChartPoint {
	var out [][]ChartPoint
	for i, p := range c.Points {
		if i == 0 || p.Gap {
			out = append(out, nil)
		}
		last := len(out) - 1
		out[last] = append(out[last], p)
	}
	return out
}

// line is the path of all runs, area what lies below it.
func (c Chart) line() string { return c.path(false) }
func (c Chart) area() string { return c.path(true) }

func (c Chart) path(area bool) string {
	var b strings.Builder
	runs := c.runs()
	for n, run := range runs {
		first := run[0]
		b.WriteString("M" + coordinate(c.x(first.At)) + " " + coordinate(c.y(first.Value)))
		for _, p := range run[1:] {
			if c.Step {
				b.WriteString("H" + coordinate(c.x(p.At)) + "V" + coordinate(c.y(p.Value)))
			} else {
				b.WriteString("L" + coordinate(c.x(p.At)) + " " + coordinate(c.y(p.Value)))
			}
		}
		if c.Step && n == len(runs)-1 {
			b.WriteString("H" + coordinate(c.x(c.To)))
		}
		if area {
			b.WriteString("V" + strconv.Itoa(c.floor()) + "H" + coordinate(c.x(first.At)) + "Z")
		} else if len(run) == 1 && !c.Step {
			b.WriteString("h.1") // one point between two gaps is a dot
		}
	}
	return b.String()
}

func (c Chart) limitAt() string { return coordinate(c.y(*c.Limit)) }
func (c Chart) markAt() string  { return coordinate(c.x(c.Mark)) }

func (c Chart) marked() bool { return c.Mark.After(c.From) && c.Mark.Before(c.To) }

func (c Chart) bandAt(b Band) string { return coordinate(c.x(b.From)) }

// bandLong is never so short that nobody sees it.
func (c Chart) bandLong(b Band) string { return coordinate(max(1.5, c.x(b.To)-c.x(b.From))) }

// values are the ticks of the value axis.
func (c Chart) values() []ChartTick {
	low, high, step := c.scale()
	var out []ChartTick
	for n := 0; low+float64(n)*step <= high+step/2; n++ {
		v := low + float64(n)*step
		decimals := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
		out = append(out, ChartTick{At: coordinate(c.y(v)), Text: strconv.FormatFloat(v+0, 'f', decimals, 64)})
	}
	return out
}

// steps of a time axis.
var steps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 48 * time.Hour, 5 * 24 * time.Hour, 10 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour,
}

// times are the ticks of the time axis: whole seconds, minutes, hours or days of
// the zone, at most six.
func (c Chart) times() []ChartTick {
	zone := cmp.Or(c.Zone, time.UTC)
	span := c.To.Sub(c.From)
	at := slices.IndexFunc(steps, func(d time.Duration) bool { return span/d <= 5 })
	if at < 0 {
		at = len(steps) - 1
	}
	step, form := steps[at], "15:04"
	switch {
	case step < time.Minute:
		form = "15:04:05"
	case step >= 24*time.Hour:
		form = "1/2"
	}
	_, offset := c.From.In(zone).Zone()
	shift := time.Duration(offset) * time.Second
	var out []ChartTick
	for t := c.From.Add(shift).Truncate(step).Add(-shift); !t.After(c.To); t = t.Add(step) {
		if t.Before(c.From) {
			continue
		}
		x := c.x(t)
		out = append(out, ChartTick{At: coordinate(x), Text: t.In(zone).Format(form), End: x > chartRight-14})
	}
	return out
}
