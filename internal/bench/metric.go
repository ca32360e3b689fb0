package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Metric is one figure. Times are in milliseconds.
type Metric struct {
	Name   string  `json:"name"`  // d1, d2.s16, limit.fdatasync
	Value  float64 `json:"value"` // in Unit
	Unit   string  `json:"unit"`
	P50    float64 `json:"p50,omitempty"` // ms
	P99    float64 `json:"p99,omitempty"` // ms
	N      int     `json:"n"`             // how often it was measured
	Limit  float64 `json:"limit,omitempty"`
	Ratio  float64 `json:"ratio,omitempty"` // of Value to Limit
	Goal   string  `json:"goal,omitempty"`
	OK     *bool   `json:"ok,omitempty"` // absent: there is no goal
	Load   float64 `json:"load"`         // of the last minute, when it was measured
	Commit string  `json:"commit"`
	Beside float64 `json:"beside,omitempty"` // p99 or value of an earlier build, whichever is compared
	Times  float64 `json:"times,omitempty"`  // how many times better than that
	Note   string  `json:"note,omitempty"`
}

// judged adds a goal and whether it was reached.
func (m Metric) judged(goal string, ok bool) Metric {
	m.Goal, m.OK = goal, &ok
	return m
}

// against adds the limit that the value stands beside.
func (m Metric) against(limit float64) Metric {
	if limit > 0 {
		m.Limit, m.Ratio = limit, m.Value/limit
	}
	return m
}

// missed is a metric that could not be measured.
func missed(name, unit, goal, why string) Metric {
	return Metric{Name: name, Unit: unit, Note: "not measured: " + why}.judged(goal, false)
}

// stamped adds the load and the commit.
func (m Metric) stamped() Metric {
	m.Load, m.Commit = loadAverage(), commit()
	return m
}

// loadAverage is that of the last minute; 0 where the system does not say.
func loadAverage() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return load
}

// commit is what the program was built from, marked when it had changes.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			rev = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return rev + changed
}

// WriteJSON writes a metric as one line.
func WriteJSON(w io.Writer, m Metric) error { return json.NewEncoder(w).Encode(m) }

// WriteTable writes metrics for people.
func WriteTable(w io.Writer, ms []Metric) error {
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	fmt.Fprintln(t, "metric\tvalue\tunit\tp50 ms\tp99 ms\tn\tlimit\tratio\tbeside\ttimes\tgoal\treached\tload\tnote")
	for _, m := range ms {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%.1f\t%s\n", m.Name, figure(m.Value), m.Unit, figure(m.P50), figure(m.P99), m.N,
			figure(m.Limit), figure(m.Ratio), figure(m.Beside), figure(m.Times), m.Goal, m.reached(), m.Load, m.Note)
	}
	return t.Flush()
}

func (m Metric) reached() string {
	switch {
	case m.OK == nil:
		return ""
	case *m.OK:
		return "yes"
	}
	return "NO"
}

// figure is a number with as many places as it deserves; nothing for zero.
func figure(v float64) string {
	switch {
	case v == 0:
		return ""
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
