package alarm_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/furnished"
)

// says lets a detector of the register say whether it sees smoke and, unless
// the level is negative, how dense it is.
func (h *house) says(smoke string, level float64) {
	h.T.Helper()
	list := []decode.Observation{{Device: "zigbee:kitchen", Kind: decode.Online, Value: decode.On}, {Device: "zigbee:kitchen", Kind: decode.Smoke, Value: smoke}}
	if level >= 0 {
		list = append(list, decode.Observation{Device: "zigbee:kitchen", Kind: decode.SmokeLevel, Value: strconv.FormatFloat(level, 'f', -1, 64), Unit: "dB/m"})
	}
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := h.Devices.Seen(ctx, tx, h.Xiwu, list...)
		return err
	})
	if err != nil {
		h.T.Fatal(err)
	}
}

// S30: the desk shows what the detector measures, how old that is, and the way
// to it; open desks follow.
func TestS30_TheDeskShowsWhatTheDetectorMeasures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.says(decode.Off, 0.02)
		h.Clock.Advance(4 * time.Minute)
		h.says(decode.Off, 0.02)
		h.Clock.Advance(time.Minute)
		h.says(decode.On, 0.2)
		h.Clock.Advance(30 * time.Second)
		guard := h.Visit(h.Guard())
		next := guard.Stream("/alarms/live")
		next()
		h.says(decode.On, 0.31)
		for !strings.Contains(next(), "0.31 dB/m") { // the stream ends with the test if it never comes
		}
		h.Clock.Advance(12 * time.Second)
		furnished.Says(t, guard.Must("/alarms"), "现场读数", "烟雾浓度", "0.31 dB/m", `data-elapsed="12000">00:12</span> 前`, `class="chart"`, `class="cm"`, ">09:00</text>", ">dB/m</text>", "烟雾浓度：09:00:00 0.02 dB/m，最近 0.31 dB/m", "烟雾浓度，09:00:00 起")
		if desk := guard.Must("/alarms"); strings.Contains(desk, `class="cl"`) || strings.Contains(desk, "报警线") {
			t.Error("an alarm value that no maker states")
		}
		furnished.Says(t, guard.Must(alarm.Path(h.list()[0].ID)), "0.31 dB/m")
	})
}

// S30: a detector that measures nothing leaves no frame.
func TestS30_ADetectorWithoutMeasuresLeavesNoFrame(t *testing.T) {
	h := onSQLite(t)
	h.says(decode.On, -1)
	if desk := h.Visit(h.Guard()).Must("/alarms"); !strings.Contains(desk, "烟雾报警") || strings.Contains(desk, "现场读数") {
		t.Error("readings of a detector that has none")
	}
}

// gauged is a register whose detector measures what the test says.
type gauged struct {
	boxes
	list []alarm.Gauge
	err  error
}

func (g gauged) Gauges(context.Context, store.Tenant, string, time.Time) ([]alarm.Gauge, error) {
	return g.list, g.err
}

// S30: the value from which the make alarms stands in the curve, and belongs to
// its scale.
func TestS30_TheCurveShowsFromWhichValueTheMakeAlarms(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	now := h.Clock.Now()
	at := func(ago time.Duration, v float64) alarm.Point { return alarm.Point{At: now.Add(-ago), Value: v} }
	h.Alarms.Devices = gauged{list: []alarm.Gauge{
		{Kind: "smoke_level", Value: "0.1", Unit: "dB/m", At: now, AlarmAt: "0.15", Points: []alarm.Point{at(20*time.Minute, 0.05), at(5*time.Minute, 0), at(0, 0.1)}},
		{Kind: "temperature", Value: "41", Unit: "°C", At: now, Points: []alarm.Point{at(0, 41)}},
	}}
	desk := h.Visit(h.Guard()).Must("/alarms")
	// 52 to 332 wide is ten minutes, 22 to 118 high is 0.15 to 0: what stood before begins at the left edge.
	furnished.Says(t, desk, `class="cl" d="M52 22.0H332"`, `class="cc" d="M52.0 86.0L192.0 118.0L332.0 54.0"`, "虚线：报警线 0.15 dB/m", "41 °C",
		">0.00</text>", ">0.05</text>", ">0.10</text>", ">0.15</text>", ">dB/m</text>", ">08:50</text>", ">08:56</text>", ">09:00</text>")
	if strings.Count(desk, `class="chart"`) != 1 {
		t.Error("a curve of one point")
	}
	h.Alarms.Devices = gauged{err: fault.New(fault.NotFound, "fault.not_found")}
	if desk := h.Visit(h.Guard()).Must("/alarms"); strings.Contains(desk, "现场读数") {
		t.Error("readings of a device that nobody knows")
	}
}

// S30: where nothing was measured the line is broken, and what stood before the
// span ended does not begin it.
func TestS30_TheCurveIsBrokenWhereNothingWasMeasured(t *testing.T) {
	h := onSQLite(t)
	h.signal(true)
	now := h.Clock.Now()
	at := func(ago time.Duration, v float64, gap bool) alarm.Point {
		return alarm.Point{At: now.Add(-ago), Value: v, Gap: gap}
	}
	h.Alarms.Devices = gauged{list: []alarm.Gauge{
		{Kind: "smoke_level", Value: "2", Unit: "dB/m", At: now, Points: []alarm.Point{at(10*time.Minute, 0, false), at(8*time.Minute, 0, false), at(2*time.Minute, 1, true), at(0, 2, false)}},
		{Kind: "co_level", Value: "2", Unit: "ppm", At: now, Points: []alarm.Point{at(30*time.Minute, 1, false), at(5*time.Minute, 0, true), at(0, 2, false)}},
	}}
	desk := h.Visit(h.Guard()).Must("/alarms")
	furnished.Says(t, desk, `class="cc" d="M52.0 118.0L108.0 118.0M276.0 70.0L332.0 22.0"`, `class="cc" d="M52.0 118.0L332.0 22.0"`)
	if strings.Contains(desk, `class="cl"`) {
		t.Error("an alarm value that no maker states")
	}
}
