package device_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
)

// server gives a network server its credential.
func (s *scene) server(f decode.Format) device.Credential {
	s.t.Helper()
	c, _, err := s.Issue(s.ctx, s.admin(), s.xw, device.Granting{Format: f})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// event is a stored message of a network server; its name says what it is.
func (s *scene) event(c device.Credential, file string) device.Message {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/lorawan", file))
	if err != nil {
		s.t.Fatal(err)
	}
	topic := "event/up"
	if strings.Contains(file, "status") {
		topic = "event/status"
	}
	return device.Message{Frame: c.Frame(topic, b)}
}

func TestS29_DangerBesideAKnownFieldIsHeard(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c := s.server(decode.ChirpStack)
		for file, key := range map[string]string{"chirpstack-01-leak-with-battery.json": "lora:0000000000000004", "chirpstack-02-battery-in-volts.json": "lora:0000000000000003"} {
			s.heard = nil
			if got := short(s.receives(s.event(c, file))); !slices.Contains(got, "alarm water_leak") {
				t.Errorf("%s: %v", file, got)
			}
			if u := s.unit(key); len(u.Troubles) != 0 || !u.Alarming {
				t.Errorf("%s: %+v", file, u.Troubles)
			}
		}
		u := s.unit("lora:0000000000000003")
		if last := u.State[decode.Battery]; last.Value != "3.216" || last.Unit != "V" || u.Battery != -1 {
			t.Errorf("volts: %+v, %d %%", last, u.Battery)
		}
	})
}

func TestS33_AServersStatusWithoutABatteryIsNoTrouble(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c := s.server(decode.ChirpStack)
		for file, tt := range map[string]struct{ key, supply string }{
			"chirpstack-03-status-mains.json":   {"lora:00000000000000b1", decode.Mains},
			"chirpstack-04-status-unknown.json": {"lora:00000000000000b2", ""},
			"chirpstack-status-external.json":   {"lora:0101010101010a01", decode.Mains},
		} {
			s.receives(s.event(c, file))
			u := s.unit(tt.key)
			if _, charged := u.State[decode.Battery]; len(u.Troubles) != 0 || u.Battery != -1 || charged || u.State[decode.Supply].Value != tt.supply {
				t.Errorf("%s: %v, %d %%, %+v", file, u.Troubles, u.Battery, u.State)
			}
		}
	})
}

// A device that was put on the mains has no low battery any more, whatever level
// its decoded fields go on giving; its own word that the battery is low counts.
func TestS33_OnTheMainsNoChargeIsLow(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c := s.server(decode.ChirpStack)
		says := func(event, rest string) []string {
			return short(s.receives(device.Message{Frame: c.Frame("event/"+event, []byte(`{"deviceInfo":{"devEui":"b3"},`+rest+`}`))}))
		}
		says("up", `"object":{"smoke":false,"battery":9}`)
		if u := s.unit("lora:b3"); !u.Has(device.BatteryLow) {
			t.Fatal("9 % is not low")
		}
		says("status", `"externalPowerSource":true,"batteryLevelUnavailable":false,"batteryLevel":0.0`)
		says("up", `"object":{"smoke":false,"battery":8}`)
		if u := s.unit("lora:b3"); u.Has(device.BatteryLow) || u.Battery != -1 {
			t.Errorf("%v %d", u.Troubles, u.Battery)
		}
		says("up", `"object":{"smoke":false,"battery_low":true}`)
		if u := s.unit("lora:b3"); !u.Has(device.BatteryLow) {
			t.Error("its own word does not count")
		}
	})
}

func TestS29_ADeviceWithoutDevEUIIsItsApplicationsNameForIt(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c := s.server(decode.TTS)
		if got := short(s.receives(s.event(c, "tts-abp-no-deveui.json"))); !slices.Contains(got, "alarm smoke") {
			t.Error(got)
		}
		if u := s.unit("lora:house/smoke-6-602"); !u.LifeSafety || u.Name != "smoke-6-602" || u.Battery != 90 {
			t.Errorf("%+v", u)
		}
	})
}

// What somebody simulates at The Things Stack is a test in the device's record:
// it calls nobody, however often and late it comes, is no sign of life, and does
// not stand for the monthly test. A real alarm right behind it is one.
func TestS33_ASimulatedUplinkIsATest(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c := s.server(decode.TTS)
		for range 3 {
			got := short(s.receives(s.event(c, "tts-simulated.json")))
			if slices.ContainsFunc(got, func(e string) bool { return strings.HasPrefix(e, "alarm") }) || !slices.Contains(got, "test smoke") {
				t.Error(got)
			}
			s.clock.Advance(20 * time.Minute)
		}
		u := s.unit("lora:0102030405060708")
		if u.Alarming || !u.LastSeen.IsZero() || !u.Tested.IsZero() || len(u.State) != 0 {
			t.Errorf("%+v", u)
		}
		list, err := s.Readings(s.ctx, s.xw, u.ID)
		if err != nil || len(list) != 3 || !list[0].Test || list[0].Kind != decode.Smoke {
			t.Errorf("%+v %v", list, err)
		}
		m := s.event(c, "tts-simulated.json")
		m.Body = []byte(strings.Replace(string(m.Body), `,"simulated":true`, "", 1))
		if got := short(s.receives(m)); !slices.Contains(got, "alarm smoke") {
			t.Errorf("the real one: %v", got)
		}
	})
}
