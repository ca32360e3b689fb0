package device_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// published is one message of a recorded case.
type published struct{ topic, body string }

// recorded are the messages of a file in testdata/zigbee, whose README says
// where they come from.
func recorded(t *testing.T, name string) []published {
	t.Helper()
	b, err := os.ReadFile("testdata/zigbee/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var list []published
	for line := range strings.Lines(string(b)) {
		if topic, body, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && topic[0] != '#' {
			list = append(list, published{strings.TrimPrefix(topic, "zigbee2mqtt/"), body})
		}
	}
	if len(list) < 2 {
		t.Fatalf("%s: %d messages", name, len(list))
	}
	return list
}

// calls are the dangers that the events tell of.
func calls(events []device.Event) string {
	var list []string
	for _, e := range events {
		if e.What == device.Alarm {
			list = append(list, string(e.Kind))
		}
	}
	return strings.Join(list, " ")
}

// troubles are the troubles that the events tell of.
func troubles(events []device.Event) string {
	var list []string
	for _, e := range events {
		if e.What == device.Troubled {
			list = append(list, string(e.Trouble))
		}
	}
	return strings.Join(list, " ")
}

// plays publishes a case through a bridge and holds each message after the first
// against what is wanted of it.
func (s *scene) plays(bridge device.Credential, name string, want []string, of func([]device.Event) string) {
	s.t.Helper()
	list := recorded(s.t, name)
	s.receives(s.topic(bridge, list[0].topic, list[0].body))
	if len(want) != len(list)-1 {
		s.t.Fatalf("%d answers for %d messages", len(want), len(list)-1)
	}
	for i, m := range list[1:] {
		if got := of(s.receives(s.topic(bridge, m.topic, m.body))); got != want[i] {
			s.t.Errorf("%s %s says %q, want %q", m.topic, m.body, got, want[i])
		}
	}
}

func TestS30_DangerUnderEveryNameRaises(t *testing.T) {
	for name, want := range map[string]string{
		"zigbee-00-control.tsv":                   "smoke",
		"zigbee-01-unlisted-fire-detector.tsv":    "smoke",
		"zigbee-02-danger-under-another-name.tsv": "smoke gas co gas gas gas co smoke smoke smoke heat heat water_leak water_leak water_leak water_leak water_leak",
		"zigbee-03-sos-buttons.tsv":               "sos sos sos sos sos sos",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *scene) { s.plays(s.bridge(), name, strings.Fields(want), calls) })
		})
	}
}

// A danger is told once as long as a bridge only repeats it, and over when no
// input says so any more.
func TestS30_SeveralInputsAreOneDanger(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		list := recorded(t, "zigbee-02-danger-under-another-name.tsv")
		s.receives(s.topic(bridge, list[0].topic, list[0].body))
		for _, x := range []struct{ body, want string }{
			{`{"smoke_alarm_1":true,"smoke_alarm_2":false}`, "alarm smoke"},
			{`{"smoke_alarm_1":true,"smoke_alarm_2":false,"battery":80}`, ""},
			{`{"smoke_alarm_2":false}`, ""},
			{`{"smoke_alarm_2":true}`, "alarm smoke"},
			{`{"smoke_alarm_1":false,"smoke_alarm_2":true}`, ""},
			{`{"smoke_alarm_1":true,"smoke_alarm_2":false}`, "alarm smoke"},
			{`{"smoke_alarm_1":false,"smoke_alarm_2":false}`, "clear smoke"},
			{`{"smoke_alarm_1":true,"smoke_alarm_2":true,"test":true}`, "test test"},
		} {
			if got := strings.Join(short(s.receives(s.topic(bridge, "n00", x.body))), ", "); got != x.want {
				t.Errorf("%s says %q, want %q", x.body, got, x.want)
			}
		}
	})
}

// A sensor of water that is set to watch a tank tells of its being empty.
func TestS33_WaterThatIsGoneIsNoLeak(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		list := recorded(t, "zigbee-02-danger-under-another-name.tsv")
		s.receives(s.topic(bridge, list[0].topic, list[0].body))
		got := s.receives(s.topic(bridge, "n14", `{"alarm_status":"alarm","mode":"shortage"}`))
		if calls(got) != "" || troubles(got) != "" {
			t.Errorf("%v", short(got))
		}
		if got := calls(s.receives(s.topic(bridge, "n14", `{"alarm_status":"alarm","mode":"leakage"}`))); got != "water_leak" {
			t.Errorf("a leak says %q", got)
		}
	})
}

// Each press of a button is a call, and none of them lasts.
func TestS30_EachPressOfAnSOSButtonIsACall(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		list := recorded(t, "zigbee-03-sos-buttons.tsv")
		s.receives(s.topic(bridge, list[0].topic, list[0].body))
		for range 2 {
			if got := calls(s.receives(s.topic(bridge, "s01", `{"action":"emergency"}`))); got != "sos" {
				t.Errorf("a press says %q", got)
			}
			if got := s.receives(s.topic(bridge, "s01", `{"battery":80}`)); got != nil {
				t.Errorf("between: %v", short(got))
			}
		}
		for _, body := range []string{`{"action":"off"}`, `{"action":""}`, `{"action":null}`} {
			if got := s.receives(s.topic(bridge, "s05", body)); calls(got) != "" || troubles(got) != "" {
				t.Errorf("%s: %v", body, short(got))
			}
		}
		if got := s.receives(s.topic(bridge, "remote", `{"action":"single"}`)); calls(got) != "" || troubles(got) != "" {
			t.Errorf("a light's remote: %v", short(got))
		}
	})
}

// register takes in a sensor of sensors.csv.
func (s *scene) register(id, kind, home string) {
	s.t.Helper()
	file := "sensor_id,kind,community_id,household_id,battery_pct,installed\n" + id + "," + kind + ",guihua," + home + ",80,2024-05-01\n"
	taken, err := s.ImportSensors(s.ctx, fstest.MapFS{"sensors.csv": {Data: []byte(file)}}, false)
	if err != nil || taken.Sensors != 1 {
		s.t.Fatalf("%+v %v", taken, err)
	}
}

// eldersAt says that an elder lives alone at a home.
func (s *scene) eldersAt(ref string) func(context.Context, store.Tenant) ([]string, error) {
	return func(context.Context, store.Tenant) ([]string, error) { return []string{s.node[ref].ID}, nil }
}

// devices announces what a file of testdata/zigbee holds and returns the state
// that goes with it, with the name of its device.
func (s *scene) devices(bridge device.Credential, name string) (friendly, state string) {
	s.t.Helper()
	var body [2]string
	for i, part := range []string{".devices.json", ".state.json"} {
		b, err := os.ReadFile("testdata/zigbee/" + name + part)
		if err != nil {
			s.t.Fatal(err)
		}
		body[i] = string(b)
	}
	s.receives(s.topic(bridge, "bridge/devices", body[0]))
	_, rest, _ := strings.Cut(body[0], `"friendly_name":"`)
	friendly, _, _ = strings.Cut(rest, `"`)
	return friendly, body[1]
}

func TestS30_SmokeStateInWordsRaises(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		friendly, state := s.devices(bridge, "z2m-enum-smoke-state")
		if got := calls(s.receives(s.topic(bridge, friendly, state))); got != "smoke" {
			t.Errorf("says %q", got)
		}
		for _, word := range []string{"normal", "none", "detecting", "unknown"} {
			got := s.receives(s.topic(bridge, friendly, strings.Replace(state, "alarm", word, 1)))
			if calls(got) != "" || troubles(got) != "" {
				t.Errorf("%s: %v", word, short(got))
			}
		}
	})
}

// An alarm that does not say of what is the danger the device guards against,
// as its register or its name says it; without either it is a fault that names
// the field, at once, wherever it hangs.
func TestS30_AlarmOfADetectorThatNobodyListed(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		friendly, state := s.devices(bridge, "z2m-generated-alarm1")
		if got := calls(s.receives(s.topic(bridge, friendly, state))); got != "smoke" {
			t.Errorf("%s says %q", friendly, got)
		}
	})
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.register("0x00158D00AA000001", "smoke", "6-402")
		b, err := os.ReadFile("testdata/zigbee/z2m-generated-alarm1.devices.json")
		if err != nil {
			t.Fatal(err)
		}
		s.receives(s.topic(bridge, "bridge/devices", strings.Replace(string(b), "6号楼/403烟感", "box", 1)))
		if got := calls(s.receives(s.topic(bridge, "box", `{"alarm_1":true,"alarm_2":false,"battery":100}`))); got != "smoke" {
			t.Errorf("the register says it is a smoke detector; it says %q", got)
		}
	})
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		b, err := os.ReadFile("testdata/zigbee/z2m-generated-alarm1.devices.json")
		if err != nil {
			t.Fatal(err)
		}
		s.receives(s.topic(bridge, "bridge/devices", strings.Replace(string(b), "6号楼/403烟感", "box", 1)))
		if got := s.receives(s.topic(bridge, "box", `{"alarm_1":false,"alarm_2":false,"battery":100}`)); troubles(got) != "" {
			t.Errorf("at rest: %v", short(got))
		}
		got := s.receives(s.topic(bridge, "box", `{"alarm_1":true,"alarm_2":false,"battery":100}`))
		i := slices.IndexFunc(got, func(e device.Event) bool { return e.Trouble == device.NotUnderstood })
		if i < 0 || got[i].Extra["alarm_1"] != "true" || len(got[i].Extra) != 1 {
			t.Errorf("%+v", short(got))
		}
		u := s.unit("zigbee:0x00158d00aa000001")
		if _, err := s.Bind(s.ctx, s.admin(), s.xw, u.ID, device.Binding{Place: s.node["6-402"].ID, Spot: "卧室烟感"}); err != nil {
			t.Fatal(err)
		}
		if got := calls(s.receives(s.topic(bridge, "box", `{"alarm_1":true,"alarm_2":false,"battery":100}`))); got != "smoke" {
			t.Errorf("its binding says it is a smoke detector; it says %q", got)
		}
	})
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		friendly, state := s.devices(bridge, "z2m-generated-alarm1") // 6号楼/403烟感
		home := s.node["6-402"].ID
		if _, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit("zigbee:0x00158d00aa000001").ID, device.Binding{Place: home, Guards: decode.Contact}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a door contact guards against nothing: %v", err)
		}
		u, err := s.Bind(s.ctx, s.admin(), s.xw, s.unit("zigbee:0x00158d00aa000001").ID, device.Binding{Place: home, Guards: decode.CO})
		if err != nil || u.Guards != decode.CO || s.unit("zigbee:0x00158d00aa000001").Guards != decode.CO {
			t.Fatalf("%+v %v", u, err)
		}
		if got := calls(s.receives(s.topic(bridge, friendly, state))); got != "co" {
			t.Errorf("whatever its name says, it was bound against CO; it says %q", got)
		}
		if u, err = s.Unbind(s.ctx, s.admin(), s.xw, u.ID); err != nil || u.Guards != "" {
			t.Errorf("%+v %v", u, err)
		}
	})
}

func TestS33_OrdinaryLifeIsNoTrouble(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.WatchOver(s.eldersAt("6-402"))
		bridge := s.bridge()
		list := recorded(t, "zigbee-04-false-troubles.tsv")
		s.receives(s.topic(bridge, list[0].topic, list[0].body))
		for _, last := range []string{"2c", "2d", "2e", "2f", "30", "31", "32"} {
			s.bind("zigbee:0x00cc0000000001"+last, "6-402")
		}
		s.plays(bridge, "zigbee-04-false-troubles.tsv", make([]string, len(list)-1), func(events []device.Event) string { return calls(events) + troubles(events) })
	})
}

// A field on no list is a fault at the first message on a device that guards
// lives, calls itself a detector, or hangs with an elder who lives alone,
// whatever known field is beside it; elsewhere it is none.
func TestS33_WhatNobodyListedIsNoSignOfLife(t *testing.T) {
	const body = `{"battery":97,"linkquality":100,"zone_status":33}`
	for name, x := range map[string]struct {
		device string
		before string
		elder  bool
		want   string
	}{
		"a smoke detector":            {"a", `{"smoke":false}`, false, "not_understood"},
		"a device called so":          {"6-402/厨房烟感", `{"battery":97}`, false, "not_understood"},
		"an elder's":                  {"a", `{"battery":97}`, true, "not_understood"},
		"a thermometer in the office": {"a", `{"battery":97}`, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *scene) {
				bridge := s.bridge()
				s.receives(s.topic(bridge, x.device, x.before))
				s.bind("zigbee:"+bridge.Device+"/"+x.device, "6-402")
				if x.elder {
					s.WatchOver(s.eldersAt("6-402"))
				}
				if got := troubles(s.receives(s.topic(bridge, x.device, body))); got != x.want {
					t.Errorf("%q, want %q", got, x.want)
				}
				for range 4 {
					if got := troubles(s.receives(s.topic(bridge, x.device, body))); got != "" {
						t.Errorf("said again: %q", got)
					}
				}
			})
		})
	}
}

// A LoRaWAN object's leak beside its battery is a leak.
func TestS30_LeakBesideABatteryRaises(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		for object, want := range map[string]string{
			`{"battery":100,"leak_status":"leak"}`:   "water_leak",
			`{"battery":100,"leak_status":"normal"}`: "",
			`{"battery":3.216,"flood":true}`:         "water_leak",
			`{"water_leak":1}`:                       "water_leak",
			`{"gas":1}`:                              "",
		} {
			m := device.Message{Frame: decode.Frame{Format: decode.ChirpStack, Body: []byte(`{"deviceInfo":{"devEui":"` + strings.Repeat("0", 15) + `4"},"fPort":85,"object":` + object + `}`)}}
			if got := calls(s.receives(m)); got != want {
				t.Errorf("%s says %q, want %q", object, got, want)
			}
			s.receives(device.Message{Frame: decode.Frame{Format: decode.ChirpStack, Body: []byte(`{"deviceInfo":{"devEui":"` + strings.Repeat("0", 15) + `4"},"fPort":85,"object":{"leak_status":"normal","flood":false,"water_leak":0}}`)}})
		}
	})
}

// dangerous is a line of the table of what every model publishes in danger.
type dangerous struct{ vendor, model, property, value, danger string }

const dangerDir = "decode/testdata/danger/"

func dangerTable(t *testing.T) (list []dangerous) {
	t.Helper()
	b, err := os.ReadFile(dangerDir + "danger.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 5 && f[0] != "vendor" {
			list = append(list, dangerous{f[0], f[1], f[2], f[3], f[4]})
		}
	}
	if len(list) < 275 {
		t.Fatalf("%d lines", len(list))
	}
	return list
}

// Every model of zigbee2mqtt's list is announced as its bridge does it, and each
// of its dangers raises what it means; none does in a test.
func TestS29_EveryDangerOfEveryModelIsHeard(t *testing.T) {
	b, err := os.ReadFile(dangerDir + "models.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	definition := map[string]string{}
	for line := range strings.Lines(string(b)) {
		var m struct{ Vendor, Model string }
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		definition[m.Vendor+"\t"+m.Model] = line
	}
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		list := dangerTable(t)
		var devices []string
		for i, d := range list {
			def, ok := definition[d.vendor+"\t"+d.model]
			if !ok {
				t.Fatalf("%s %s is not announced", d.vendor, d.model)
			}
			devices = append(devices, fmt.Sprintf(`{"ieee_address":"0x%016x","type":"EndDevice","friendly_name":"n%d","power_source":"Battery","definition":%s}`, i+1, i, def))
		}
		s.receives(s.topic(bridge, "bridge/devices", "["+strings.Join(devices, ",")+"]"))
		for i, d := range list {
			name := fmt.Sprintf("n%d", i)
			tested := s.receives(s.topic(bridge, name, fmt.Sprintf(`{%q:%s,"test":true,"battery":90}`, d.property, d.value)))
			if d.property != "action" && calls(tested) != "" {
				t.Errorf("%s %s: a test of %s calls people: %s", d.vendor, d.model, d.property, calls(tested))
			}
			s.receives(s.topic(bridge, name, `{"test":false}`))
			got := s.receives(s.topic(bridge, name, fmt.Sprintf(`{%q:%s,"battery":90,"test":false}`, d.property, d.value)))
			if calls(got) != d.danger || troubles(got) != "" {
				t.Errorf("%s %s: %s %s says %q %q, want %s", d.vendor, d.model, d.property, d.value, calls(got), troubles(got), d.danger)
			}
		}
	})
}
