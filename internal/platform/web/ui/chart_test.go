package ui_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/platform/web/ui"
)

var noon = time.Date(2026, 11, 30, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai

func drawn(t *testing.T, c ui.Chart) string {
	t.Helper()
	var b strings.Builder
	if err := ui.TimeChart(c).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAChartHasAxesOfItsSpan(t *testing.T) {
	shanghai := time.FixedZone("", 8*60*60)
	at := func(h int, v float64) ui.ChartPoint {
		return ui.ChartPoint{At: noon.Add(time.Duration(h) * time.Hour), Value: v}
	}
	limit := 57.0
	for name, tt := range map[string]struct {
		c       ui.Chart
		want    []string
		without string
	}{
		"hours": {
			ui.Chart{From: noon, To: noon.Add(4 * time.Hour), Zone: shanghai, Unit: "°C", Limit: &limit, Points: []ui.ChartPoint{at(0, 20), at(4, 41)}},
			[]string{">12:00<", ">14:00<", ">16:00<", ">20<", ">40<", ">60<", ">°C<", `class="cl"`}, "cb",
		},
		"days, a battery that stands": {
			ui.Chart{From: noon.Add(-14 * 24 * time.Hour), To: noon, Zone: shanghai, Step: true, Low: 0, High: 100, Points: []ui.ChartPoint{at(-14*24, 90), at(-7*24, 80)}},
			[]string{">11/21<", ">11/26<", ">0<", ">50<", ">100<", "H192.0V41.2H332.0"}, `class="cl"`,
		},
		"a flat line": {ui.Chart{From: noon, To: noon.Add(time.Minute), Points: []ui.ChartPoint{{At: noon, Value: 3}, {At: noon.Add(time.Minute), Value: 3}}}, []string{">2<", ">3<", ">4<", "L332.0 70.0", ">04:00:20<", ">04:00:40<"}, "NaN"},
		"a strip":     {ui.Chart{From: noon, To: noon.Add(time.Hour), Bands: []ui.Band{{From: noon, To: noon.Add(30 * time.Minute), Kind: "ok"}, {From: noon.Add(30 * time.Minute), To: noon.Add(time.Hour), Kind: "bad"}}}, []string{`class="cb ok" x="52.0" y="10" width="140.0"`, `class="cb bad" x="192.0"`}, `class="cc"`},
	} {
		got := drawn(t, tt.c)
		for _, w := range tt.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %s in %s", name, w, got)
			}
		}
		if strings.Contains(got, tt.without) {
			t.Errorf("%s: %s in %s", name, tt.without, got)
		}
	}
	if got := drawn(t, ui.Chart{From: noon, To: noon, Points: []ui.ChartPoint{{At: noon}, {At: noon}}}); got != "" {
		t.Errorf("a span of nothing is drawn: %s", got)
	}
}

func TestNothingIsDrawnAcrossAGap(t *testing.T) {
	at := func(m int, gap bool) ui.ChartPoint {
		return ui.ChartPoint{At: noon.Add(time.Duration(m) * time.Minute), Value: 1, Gap: gap}
	}
	got := drawn(t, ui.Chart{From: noon, To: noon.Add(10 * time.Minute), Points: []ui.ChartPoint{at(0, false), at(2, false), at(5, true), at(8, true), at(10, false)}})
	if want := `class="cc" d="M52.0 70.0L108.0 70.0M192.0 70.0h.1M276.0 70.0L332.0 70.0"`; !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}
