package device_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
)

// measured is a detector's message with what it measured.
func measured(smoke string, level float64) []decode.Observation {
	return []decode.Observation{
		{Device: "zigbee:1", Kind: decode.Online, Value: decode.On}, {Device: "zigbee:1", Kind: decode.Smoke, Value: smoke},
		{Device: "zigbee:1", Kind: decode.SmokeLevel, Value: strconv.FormatFloat(level, 'f', -1, 64), Unit: "dB/m"},
	}
}

// gauge is what the detector measures; it measures one thing.
func (s *scene) gauge(since time.Time) device.Gauge {
	s.t.Helper()
	list, err := s.Gauges(s.ctx, s.xw, s.unit("zigbee:1").ID, since)
	if err != nil || len(list) != 1 {
		s.t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// rows counts the rows that curves take.
func (s *scene) rows() (n int) {
	s.t.Helper()
	if err := s.store.Reader().QueryRowContext(s.ctx, "SELECT COUNT(*) FROM device_gauge WHERE tenant_id = $1", s.xw).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// The last value with its unit, and the curve to it: a leap stays a leap, and
// what stays as it is takes no row however often it is said.
func TestWhatADetectorMeasuresHasACurve(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		begun := s.clock.Now()
		s.says(measured(decode.Off, 0.02)...)
		for range 30 {
			s.clock.Advance(time.Minute)
			s.says(measured(decode.Off, 0.02)...)
		}
		if n := s.rows(); n != 1 {
			t.Fatalf("a value that stayed took %d rows", n)
		}
		s.clock.Advance(10 * time.Second)
		events := s.says(measured(decode.On, 0.2)...)
		leap := s.clock.Now()
		if got := fmt.Sprint(short(events)); got != "[alarm smoke measured]" {
			t.Errorf("events %s", got)
		}
		s.clock.Advance(10 * time.Second)
		s.says(measured(decode.On, 0.31)...)
		g := s.gauge(leap.Add(-5 * time.Minute))
		want := device.Gauge{Kind: decode.SmokeLevel, Value: "0.31", Unit: "dB/m", At: s.clock.Now(), Points: []device.Point{
			{At: begun, Value: 0.02}, {At: leap.Add(-10 * time.Second), Value: 0.02}, {At: leap, Value: 0.2}, {At: s.clock.Now(), Value: 0.31},
		}}
		if d := cmp.Diff(want, g); d != "" {
			t.Error(d)
		}
	})
}

// However wildly a detector reports, its curve is bounded, and ends on the last
// value.
func TestACurveIsBounded(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		begun := s.clock.Now()
		s.says(measured(decode.Off, 0)...)
		for n := range 400 {
			s.clock.Advance(2 * time.Second)
			s.says(measured(decode.Off, float64(n%7))...)
		}
		g := s.gauge(begun)
		if n := s.rows(); n > 240 {
			t.Errorf("%d rows", n)
		}
		last := g.Points[len(g.Points)-1]
		if !last.At.Equal(s.clock.Now()) || last.Value != float64(399%7) {
			t.Errorf("the curve ends on %+v", last)
		}
		for n, p := range g.Points[1:] {
			if p.At.Before(g.Points[n].At) {
				t.Fatalf("point %d lies before the one before it", n)
			}
		}
	})
}

// What guards no life keeps no curve; what measures nothing has none.
func TestOnlyDetectorsThatGuardLivesHaveACurve(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(decode.Observation{Device: "zigbee:1", Kind: decode.Contact, Value: decode.On}, decode.Observation{Device: "zigbee:1", Kind: decode.Temperature, Value: "21.5", Unit: "°C"})
		s.says(decode.Observation{Device: "zigbee:2", Kind: decode.Smoke, Value: decode.Off})
		for _, key := range []string{"zigbee:1", "zigbee:2"} {
			if list, err := s.Gauges(s.ctx, s.xw, s.unit(key).ID, s.clock.Now()); err != nil || len(list) != 0 || s.rows() != 0 {
				t.Errorf("%s: %+v, %v", key, list, err)
			}
		}
	})
}

// A Zigbee detector's density comes in the unit it declares; a gas without one
// is a meter.
func TestZigbeeMeasuresInTheUnitItDeclares(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		// Exposes of the Aqara JY-GZ-01AQ; source: zigbee-herdsman-converters (MIT).
		s.receives(s.topic(bridge, "bridge/devices", `[{"ieee_address":"0x1","type":"EndDevice","power_source":"Battery","friendly_name":"kitchen","definition":{"vendor":"Aqara","model":"JY-GZ-01AQ",
			"exposes":[{"type":"binary","name":"smoke","property":"smoke","access":5,"value_on":true,"value_off":false},
			{"type":"numeric","name":"smoke_density","property":"smoke_density","access":5},
			{"type":"numeric","name":"smoke_density_dbm","property":"smoke_density_dbm","unit":"dB/m","access":5},
			{"type":"numeric","name":"battery","property":"battery","unit":"%","access":1},
			{"type":"numeric","name":"gas","property":"gas","unit":"m³","access":1}]}}]`))
		s.receives(s.topic(bridge, "kitchen", `{"smoke":false,"smoke_density":7,"smoke_density_dbm":0.11,"battery":88,"gas":12.4}`))
		list, err := s.Gauges(s.ctx, s.xw, s.unit("zigbee:0x1").ID, s.clock.Now())
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		if g := list[0]; g.Kind != decode.SmokeLevel || g.Value != "0.11" || g.Unit != "dB/m" {
			t.Errorf("%+v", g)
		}
		if g := list[1]; g.Kind != decode.Battery || g.Value != "88" || g.Unit != "%" || g.Points != nil {
			t.Errorf("%+v", g)
		}
	})
}

// S30: after a silence longer than a device is used to, the curve is broken
// though the value is the same; before that it is whole.
func TestS30_ACurveIsBrokenWhereNothingWasMeasured(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		begun := s.clock.Now()
		s.says(measured(decode.Off, 0.02)...)
		s.clock.Advance(20 * time.Hour)
		s.says(measured(decode.Off, 0.02)...)
		stood := s.clock.Now()
		s.clock.Advance(26 * time.Hour)
		s.says(measured(decode.Off, 0.02)...)
		back := s.clock.Now()
		s.clock.Advance(time.Minute)
		s.says(measured(decode.Off, 0.04)...)
		want := []device.Point{{At: begun, Value: 0.02}, {At: stood, Value: 0.02}, {At: back, Value: 0.02, Gap: true}, {At: s.clock.Now(), Value: 0.04}}
		if d := cmp.Diff(want, s.gauge(begun).Points); d != "" {
			t.Error(d)
		}
	})
}
