package device_test

import (
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
)

// What another node installs is read with two seconds later; what this one
// installs or takes away, with the next message.
func TestWhatAnotherNodeInstalledIsKnownInTwoSeconds(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		frame := func() device.Message {
			return device.Message{Frame: decode.Frame{Format: decode.CTWing, Body: []byte(`{"messageType":"dataReport","productId":"15000001","deviceId":"a","timestamp":1,"payload":{"serviceData":{"Alarm_Status":1}}}`)}}
		}
		reads := func(want string) {
			t.Helper()
			d, err := s.Decode(s.ctx, s.xw, frame())
			if err != nil {
				t.Fatal(err)
			}
			var got string
			for _, o := range d.Devices[0].Said {
				if o.Kind == decode.Smoke {
					got = o.Value
				}
			}
			if got != want {
				t.Errorf("read %q, want %q", got, want)
			}
		}
		reads(decode.On)
		m, err := decode.ParseMapping([]byte(`{"rules":[{"path":"payload.serviceData.Alarm_Status","kind":"smoke","table":{"1":"off","2":"on"}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		other := device.NewService(s.store, s.places)
		if _, err := other.Install(s.ctx, s.admin(), s.xw, device.Codec{Format: decode.CTWing, Product: "15000001", Name: "LiAn", Mapping: m}); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(2001 * time.Millisecond)
		reads(decode.Off)
		if err := s.Remove(s.ctx, s.admin(), s.xw, decode.CTWing, "15000001"); err != nil {
			t.Fatal(err)
		}
		reads(decode.On)
	})
}

// A device that says the same again lives on, however seldom its row is written
// whole, and is silent at the full minute after its allowance.
func TestWhatSaysTheSameAgainLivesOn(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(online("zigbee:1"), said("zigbee:1", decode.Smoke, decode.Off))
		first := s.unit("zigbee:1")
		s.clock.Advance(20 * time.Second)
		s.says(online("zigbee:1"), said("zigbee:1", decode.Smoke, decode.Off))
		again := s.unit("zigbee:1")
		if d := again.LastSeen.Sub(first.LastSeen); d != 20*time.Second {
			t.Errorf("last seen %s later", d)
		}
		if d := again.QuietAt.Sub(again.LastSeen.Add(again.Allowance())); d < 0 || d >= time.Minute || !again.QuietAt.Equal(again.QuietAt.Truncate(time.Minute)) {
			t.Errorf("silent from %s on: %s after its allowance", again.QuietAt, d)
		}
		if d := again.State[decode.Smoke].At - first.State[decode.Smoke].At; d != 20_000 {
			t.Errorf("smoke was last spoken of %d ms later", d)
		}
		for i := range 90 { // it says so each minute
			s.clock.Advance(time.Minute)
			s.says(online("zigbee:1"), said("zigbee:1", decode.Smoke, decode.Off))
			if i%30 == 0 {
				s.passes(0)
			}
		}
		s.heard = nil
		s.passes(again.Allowance() - time.Minute)
		if got := s.news(); got != nil {
			t.Errorf("a minute early: %v", got)
		}
		s.passes(2 * time.Minute)
		if got := s.news(); !slices.Equal(got, []string{"trouble silent"}) {
			t.Error(got)
		}
	})
}
