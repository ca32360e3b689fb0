package device_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// S29: coverage is homes with a live sensor of the homes registered, per
// building.
func TestS29_CoveragePerBuilding(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		s.says(online("zigbee:0x2"), said("zigbee:0x2", decode.Smoke, decode.Off))
		s.bind(smk, "6-1202")
		s.bind("zigbee:0x2", "8-101")
		homes := []string{s.node["6-1202"].ID, s.node["6-402"].ID, s.node["8-101"].ID, s.node["guihua"].ID, "gone"}
		covers := func(want map[string][2]int) {
			t.Helper()
			list, err := s.Coverage(s.ctx, s.xw, homes)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string][2]int{}
			for _, c := range list {
				got[c.Building.Ref] = [2]int{c.Live, c.Homes}
				if len(c.Dark) != c.Homes-c.Live {
					t.Errorf("%s: dark %v", c.Building.Ref, c.Dark)
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		covers(map[string][2]int{"b6": {1, 2}, "b8": {1, 1}})
		s.passes(24 * time.Hour)
		s.says(online("zigbee:0x2"))
		s.passes(time.Hour) // 0x1 is now silent, 0x2 is not
		covers(map[string][2]int{"b6": {0, 2}, "b8": {1, 1}})
		s.says(online(smk))
		covers(map[string][2]int{"b6": {1, 2}, "b8": {1, 1}})
		if _, err := s.Unbind(s.ctx, s.admin(), s.xw, s.unit(smk).ID); err != nil {
			t.Fatal(err)
		}
		covers(map[string][2]int{"b6": {0, 2}, "b8": {1, 1}})
	})
}

// S33: a sensor that is silent is itself news for property.
func TestS33_SilentSensorIsToldToProperty(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		s.bind(smk, "6-1202")
		s.passes(25*time.Hour - time.Second)
		if got := s.news(); got != nil {
			t.Fatalf("too early: %v", got)
		}
		s.passes(time.Minute)
		if len(s.heard) != 1 || s.heard[0].Unit.Place != s.node["6-1202"].ID || !slices.Contains(s.heard[0].Audience(), people.Property) {
			t.Fatalf("%+v", s.heard)
		}
		if d := cmp.Diff([]string{"trouble silent"}, s.news()); d != "" {
			t.Fatal(d)
		}
		s.passes(3 * time.Hour)
		if got := s.news(); got != nil {
			t.Errorf("told twice: %v", got)
		}
		if got := short(s.says(online(smk))); !slices.Equal(got, []string{"recovered silent"}) {
			t.Errorf("back: %v", got)
		}
	})
}

func TestS33_SensorWithDailyHeartbeatIsSilentAfter25Hours(t *testing.T) {
	for name, tt := range map[string]struct {
		unit device.Unit
		want time.Duration
	}{
		"battery":                   {device.Unit{Power: device.Battery}, 25 * time.Hour},
		"battery, beats daily":      {device.Unit{Power: device.Battery, Heartbeat: 24 * time.Hour}, 25 * time.Hour},
		"battery, beats each hour":  {device.Unit{Power: device.Battery, Heartbeat: time.Hour}, 2 * time.Hour},
		"mains":                     {device.Unit{Power: device.Mains}, 10 * time.Minute},
		"mains, beats each hour":    {device.Unit{Power: device.Mains, Heartbeat: time.Hour}, 2 * time.Hour},
		"gateway":                   {device.Unit{Power: device.Gateway}, 10 * time.Minute},
		"camera":                    {device.Unit{Power: device.Camera}, 90 * time.Second},
		"of which nothing is known": {device.Unit{}, 25 * time.Hour},
	} {
		if got := tt.unit.Allowance(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestBoundDeviceThatNeverSpokeFallsSilent(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c, _, err := s.Issue(s.ctx, s.admin(), s.xw, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt"})
		if err != nil {
			t.Fatal(err)
		}
		s.bind(c.Device, "b6")
		s.heard = nil
		s.passes(11 * time.Minute)
		if got := s.news(); !slices.Equal(got, []string{"trouble silent"}) {
			t.Error(got)
		}
	})
}

func TestGatewaysSilenceIsOneNewsForAllBehindIt(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "bridge/state", `{"state":"online"}`))
		for _, name := range []string{"a", "b"} {
			s.receives(s.topic(bridge, name, `{"smoke":false}`))
		}
		s.heard = nil
		s.passes(11 * time.Minute)
		if len(s.heard) != 1 || s.heard[0].Unit.Key != bridge.Device {
			t.Fatalf("%v", s.news())
		}
		behind, err := s.Behind(s.ctx, s.xw, bridge.Device)
		if err != nil || len(behind) != 2 {
			t.Errorf("%d behind, %v", len(behind), err)
		}
		s.heard = nil
		s.passes(25 * time.Hour)
		if list := s.heard; len(list) != 1 || list[0].Unit.Key != bridge.Device || !list[0].Again {
			t.Errorf("each one is told: %v", s.news())
		}
		s.receives(s.topic(bridge, "a", `{"smoke":false}`))
		s.heard = nil
		s.passes(time.Minute)
		if len(s.heard) != 1 || s.heard[0].Unit.Name != "b" {
			t.Errorf("the gateway is back, b is not: %v", s.news())
		}
	})
}

func TestGatewayThatSaysGoodbyeIsSilentAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "bridge/state", `online`))
		if got := short(s.receives(s.topic(bridge, "bridge/state", `{"state":"offline"}`))); !slices.Equal(got, []string{"trouble silent"}) {
			t.Error(got)
		}
	})
}

func TestLowBatteryIsToldAgainEachWeek(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		low := said(smk, decode.BatteryLow, decode.On)
		s.says(online(smk), low)
		for week := range 2 {
			s.news()
			for range 7 {
				s.passes(24 * time.Hour)
				s.says(online(smk), low)
			}
			s.passes(time.Minute)
			if got := s.news(); !slices.Contains(got, "trouble battery again") {
				t.Errorf("week %d: %v", week, got)
			}
		}
	})
}

func TestReplaceByDate(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		by := s.store.Now().Add(31 * 24 * time.Hour)
		if _, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit(smk).ID, device.Binding{Place: s.node["6-1202"].ID, ReplaceBy: by}); err != nil {
			t.Fatal(err)
		}
		s.passes(time.Minute)
		if got := s.news(); got != nil {
			t.Fatal(got)
		}
		for range 2 {
			s.passes(24 * time.Hour)
			s.says(online(smk))
		}
		if got := s.news(); !slices.Equal(got, []string{"trouble replace"}) {
			t.Error(got)
		}
	})
}

func TestMonthlyTestList(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		untested := func(want int) {
			t.Helper()
			list, err := s.ToTest(s.ctx, s.xw)
			if err != nil || len(list) != want {
				t.Errorf("%d to test, %v; want %d", len(list), err, want)
			}
		}
		untested(0) // unclaimed
		u := s.bind(smk, "6-1202")
		untested(1)
		s.says(online(smk), decode.Observation{Device: smk, Kind: decode.Test, Value: decode.On, Test: true})
		untested(0)
		s.clock.Advance(32 * 24 * time.Hour)
		untested(1)
		if err := s.MarkTested(s.ctx, s.staff(people.PropertyStaff, "b6"), s.xw, u.ID); err != nil {
			t.Fatal(err)
		}
		untested(0)
		wants(t, s.MarkTested(s.ctx, s.staff(people.PropertyStaff, "b8"), s.xw, u.ID), fault.Forbidden)
		wants(t, s.MarkTested(s.ctx, s.admin(), s.xw, "nobody"), fault.NotFound)
	})
}

func TestWatchGoesOnAfterARestart(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		s.clock.Advance(3 * 24 * time.Hour) // the program was down
		if n, err := s.jobs.RunDue(s.ctx); err != nil || n != 1 {
			t.Fatalf("%d jobs, %v", n, err)
		}
		if got := s.news(); !slices.Equal(got, []string{"trouble silent"}) {
			t.Error(got)
		}
		var due int64
		s.update(func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM job_due WHERE dead = 0 AND kind = 'device.watch'").Scan(&due)
		})
		if due != 1 {
			t.Errorf("%d jobs wait", due)
		}
	})
}

// zigbee2mqtt may have nothing to say for longer than a gateway may be silent;
// its connection tells that it lives. One that said goodbye stays away.
func TestBridgeThatKeepsItsConnectionIsNotSilent(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "bridge/state", `{"state":"online"}`))
		s.heard = nil
		for range 30 {
			s.passes(time.Minute)
			if err := s.Alive(s.ctx, s.xw, bridge.Device); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.news(); got != nil {
			t.Errorf("%v", got)
		}
		s.receives(s.topic(bridge, "bridge/state", `{"state":"offline"}`))
		if err := s.Alive(s.ctx, s.xw, bridge.Device); err != nil {
			t.Fatal(err)
		}
		if got := s.news(); !slices.Equal(got, []string{"trouble silent"}) {
			t.Errorf("%v", got)
		}
	})
}

// A gateway with a bad cable comes and goes: people are told once an hour.
func TestTroubleThatComesAndGoesIsMutedForAnHour(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		muted := func() (list []bool) {
			for _, e := range s.heard {
				if e.What == device.Troubled {
					list = append(list, e.Muted)
				}
			}
			s.heard = nil
			return list
		}
		flutter := func() {
			s.receives(s.topic(bridge, "bridge/state", `{"state":"online"}`))
			s.receives(s.topic(bridge, "bridge/state", `{"state":"offline"}`))
		}
		for range 3 {
			flutter()
			s.clock.Advance(10 * time.Minute)
		}
		if got := muted(); !slices.Equal(got, []bool{false, true, true}) {
			t.Errorf("%v", got)
		}
		s.clock.Advance(time.Hour)
		flutter()
		if got := muted(); !slices.Equal(got, []bool{false}) {
			t.Errorf("after an hour: %v", got)
		}
	})
}

// A detector that guards lives and does not do its work is told of again every
// four hours for as long as that lasts; what comes and goes no more often, and
// a bay never.
func TestGraveTroubleIsToldEveryFourHours(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		const bay = "lora:2"
		s.says(online(bay), said(bay, decode.Parking, decode.On), said(bay, decode.Tamper, decode.On))
		s.says(online(smk), said(smk, decode.Fault, decode.On))
		s.heard = nil
		for _, step := range []struct {
			after time.Duration
			want  []string
		}{{4*time.Hour - time.Minute, nil}, {time.Minute, []string{"trouble fault again"}}, {4*time.Hour - time.Minute, nil}, {time.Minute, []string{"trouble fault again"}}} {
			if s.passes(step.after); !slices.Equal(s.news(), step.want) {
				t.Fatalf("after %v: want %v", step.after, step.want)
			}
		}
		s.says(said(smk, decode.Fault, decode.Off))
		s.clock.Advance(10 * time.Minute)
		s.says(said(smk, decode.Fault, decode.On)) // told ten minutes ago: muted
		if list := s.heard; len(list) != 2 || !list[1].Muted || !list[1].Grave() {
			t.Fatalf("%v", short(list))
		}
		s.heard = nil
		if s.passes(4*time.Hour - 10*time.Minute); !slices.Equal(s.news(), []string{"trouble fault again"}) {
			t.Error("what came back and was muted is not told again")
		}
		s.says(said(smk, decode.Fault, decode.Off))
		s.heard = nil
		if s.passes(9 * time.Hour); len(s.heard) != 0 {
			t.Errorf("told after it was over: %v", s.news())
		}
	})
}

// While a gateway is silent, the gateway is told of again and not each of the
// detectors that fell silent before it.
func TestSilentGatewayIsToldAgainForItsDetectors(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "a", `{"smoke":false}`))
		for range 25 {
			s.passes(time.Hour - time.Minute)
			s.receives(s.topic(bridge, "bridge/health", `{}`))
			s.passes(time.Minute)
		}
		s.passes(time.Minute)
		if !slices.Contains(s.news(), "trouble silent") {
			t.Fatal("the detector did not fall silent")
		}
		s.receives(s.topic(bridge, "bridge/state", `{"state":"offline"}`))
		s.heard = nil
		s.passes(4*time.Hour + time.Minute)
		if list := s.heard; len(list) != 1 || list[0].Unit.Key != bridge.Device || !list[0].Again {
			t.Errorf("%v", short(list))
		}
	})
}
