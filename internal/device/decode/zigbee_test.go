package decode_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device/decode"
)

const base = "zigbee2mqtt"

func zigbee(topic, body string) decode.Frame {
	return decode.Frame{Format: decode.Zigbee, Topic: base + "/" + topic, Base: base, Body: []byte(body)}
}

// open opens a frame that holds one letter.
func open(t *testing.T, f decode.Frame) decode.Letter {
	t.Helper()
	letters, err := decode.Open(f)
	if err != nil || len(letters) != 1 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	return letters[0]
}

// said are the values by kind.
func said(list []decode.Observation) map[decode.Kind]string {
	m := map[decode.Kind]string{}
	for _, o := range list {
		m[o.Kind] = o.Value
	}
	return m
}

type sampleModel struct {
	Vendor     string   `json:"vendor"`
	Model      string   `json:"model"`
	Smoke      bool     `json:"smoke"`
	WaterLeak  bool     `json:"water_leak"`
	CO         bool     `json:"co"`
	Gas        string   `json:"gas"`
	LowBattery []string `json:"low_battery"`
	State      []string `json:"state"`
}

// models are 45 of the 4,516 models of zigbee-herdsman-converters 26.112.0
// (MIT); the file names its source.
func models(t *testing.T) []sampleModel {
	t.Helper()
	b, err := os.ReadFile("testdata/zigbee2mqtt-alarm-models.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Models []sampleModel `json:"models"`
	}
	if err := json.Unmarshal(b, &file); err != nil || len(file.Models) != 45 {
		t.Fatalf("%d models, %v", len(file.Models), err)
	}
	return file.Models
}

func expose(kind, name string) map[string]any {
	e := map[string]any{"type": kind, "name": name, "property": name, "access": 1}
	if kind == "binary" {
		e["value_on"], e["value_off"] = true, false
	}
	return e
}

// dangers of a model by the name of the field.
func (m sampleModel) dangers() map[string]decode.Kind {
	d := map[string]decode.Kind{}
	for name, k := range map[string]struct {
		has  bool
		kind decode.Kind
	}{"smoke": {m.Smoke, decode.Smoke}, "gas": {m.Gas == "binary", decode.Gas}, "carbon_monoxide": {m.CO, decode.CO}, "water_leak": {m.WaterLeak, decode.WaterLeak}} {
		if k.has {
			d[name] = k.kind
		}
	}
	return d
}

func (m sampleModel) announcement(t *testing.T) string {
	t.Helper()
	var exposes []any
	for name := range m.dangers() {
		exposes = append(exposes, expose("binary", name))
	}
	for _, name := range m.LowBattery {
		exposes = append(exposes, expose(map[string]string{"battery": "numeric", "battery_low": "binary"}[name], name))
	}
	for _, name := range m.State {
		exposes = append(exposes, map[string]any{"type": "composite", "features": []any{expose("binary", name)}})
	}
	b, err := json.Marshal([]any{map[string]any{
		"ieee_address": "0x00158D0001ABCDEF", "type": "EndDevice", "friendly_name": "楼道/6-1202", "power_source": "Battery",
		"definition": map[string]any{"vendor": m.Vendor, "model": m.Model, "exposes": exposes},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func announced(t *testing.T, body string) decode.Announcement {
	t.Helper()
	l := open(t, zigbee("bridge/devices", body))
	if len(l.Announced) != 1 {
		t.Fatalf("%d announced", len(l.Announced))
	}
	return l.Announced[0]
}

func TestEveryZigbeeModelThatCallsForHelp(t *testing.T) {
	for _, m := range models(t) {
		t.Run(m.Vendor+" "+m.Model, func(t *testing.T) {
			a := announced(t, m.announcement(t))
			if a.Key != "zigbee:0x00158d0001abcdef" || a.Name != "楼道/6-1202" || a.Vendor != m.Vendor || a.Product != m.Model || !a.Battery {
				t.Errorf("%+v", a)
			}
			for name, kind := range m.dangers() {
				if !slices.Contains(a.Kinds(), kind) {
					t.Errorf("%s is not among %v", kind, a.Kinds())
				}
				for _, on := range []bool{true, false} {
					l := open(t, zigbee("楼道/6-1202", fmt.Sprintf(`{%q:%t,"linkquality":120}`, name, on)))
					got := l.Read(decode.Model{Fields: a.Fields})
					want := map[bool]string{true: decode.On, false: decode.Off}[on]
					if said(got)[kind] != want || slices.ContainsFunc(got, func(o decode.Observation) bool { return o.Test }) {
						t.Errorf("%s %t: %+v", name, on, got)
					}
				}
				tested := open(t, zigbee("楼道/6-1202", fmt.Sprintf(`{%q:true,"test":true}`, name))).Read(decode.Model{Fields: a.Fields})
				if slices.ContainsFunc(tested, func(o decode.Observation) bool { return !o.Test }) {
					t.Errorf("a test is a fire: %+v", tested)
				}
			}
		})
	}
}

func TestZigbeeGasMeterIsNoAlarm(t *testing.T) {
	a := announced(t, `[{"ieee_address":"0x1","friendly_name":"m","definition":{"exposes":[{"type":"numeric","name":"gas","property":"gas","access":1}]}}]`)
	for _, fields := range [][]decode.Field{a.Fields, nil} {
		for _, body := range []string{`{"gas":12.5}`, `{"gas":1}`, `{"gas":0}`} {
			got := open(t, zigbee("m", body)).Read(decode.Model{Fields: fields})
			if d := cmp.Diff(map[decode.Kind]string{decode.Online: decode.On}, said(got)); d != "" {
				t.Errorf("%s: %s", body, d)
			}
		}
	}
}

func TestZigbeeValuesAreAsTheDeviceDeclares(t *testing.T) {
	a := announced(t, `[{"ieee_address":"0x1","friendly_name":"m","definition":{"exposes":[
		{"type":"binary","name":"smoke","property":"smoke_1","access":1,"value_on":"ALARM","value_off":"CLEAR"},
		{"type":"binary","name":"contact","property":"contact","access":1,"value_on":false,"value_off":true},
		{"type":"binary","name":"tamper","access":2},
		{"type":"enum","name":"fault_state","property":"fault_state","access":1},
		{"type":"binary","name":"alarm","property":"alarm","access":3,"value_on":"ON","value_off":"OFF"}]}}]`)
	for body, want := range map[string]map[decode.Kind]string{
		`{"smoke_1":"ALARM"}`:         {decode.Smoke: decode.On},
		`{"smoke_1":"CLEAR"}`:         {decode.Smoke: decode.Off},
		`{"smoke_1":"MUTED"}`:         {decode.Unclear: decode.On},
		`{"smoke_1":null}`:            {},
		`{"contact":false}`:           {decode.Contact: decode.On},
		`{"contact":true}`:            {decode.Contact: decode.Off},
		`{"fault_state":"Normal"}`:    {decode.Fault: decode.Off},
		`{"fault_state":"lifecycle"}`: {decode.Fault: decode.On},
		`{"alarm":"ON"}`:              {}, // the siren's switch
	} {
		want[decode.Online] = decode.On
		if d := cmp.Diff(want, said(open(t, zigbee("m", body)).Read(decode.Model{Fields: a.Fields}))); d != "" {
			t.Errorf("%s: %s", body, d)
		}
	}
}

func TestZigbeeFaultsGoByFourNames(t *testing.T) {
	for _, name := range []string{"fault", "fault_state", "fault_alarm", "device_fault"} {
		b, err := json.Marshal([]any{map[string]any{"ieee_address": "0x1", "friendly_name": "m", "definition": map[string]any{"exposes": []any{expose("binary", name)}}}})
		if err != nil {
			t.Fatal(err)
		}
		got := open(t, zigbee("m", fmt.Sprintf(`{%q:true}`, name))).Read(decode.Model{Fields: announced(t, string(b)).Fields})
		if said(got)[decode.Fault] != decode.On {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestZigbeeSmokeCountsBeforeTheBridgeAnnouncedIt(t *testing.T) {
	got := open(t, zigbee("new", `{"smoke":true,"battery":88,"contact":true,"voltage":3000}`)).Read(decode.Model{})
	want := map[decode.Kind]string{decode.Online: decode.On, decode.Smoke: decode.On, decode.Battery: "88", decode.Contact: decode.Off}
	if d := cmp.Diff(want, said(got)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]string{"voltage": "3000"}, got[0].Extra); d != "" {
		t.Errorf("fields nobody asked for: %s", d)
	}
}

func TestZigbeeTopics(t *testing.T) {
	for name, tt := range map[string]struct {
		topic, body string
		key, state  string // empty key: no letter
	}{
		"availability":          {"6-1202/availability", `{"state":"offline"}`, "zigbee:zigbee2mqtt/6-1202", decode.Off},
		"older availability":    {"6-1202/availability", `online`, "zigbee:zigbee2mqtt/6-1202", decode.On},
		"name with slash":       {"楼道/6号/烟感", `{}`, "zigbee:zigbee2mqtt/楼道/6号/烟感", decode.On},
		"bridge up":             {"bridge/state", `{"state":"online"}`, "zigbee2mqtt:zigbee2mqtt", decode.On},
		"bridge down":           {"bridge/state", `offline`, "zigbee2mqtt:zigbee2mqtt", decode.Off},
		"bridge log":            {"bridge/logging", `{"level":"info"}`, "zigbee2mqtt:zigbee2mqtt", decode.On},
		"bridge answer":         {"bridge/response/permit_join", `{}`, "", ""},
		"request":               {"6-1202/set", `{"state":"ON"}`, "", ""},
		"question":              {"6-1202/get", `{"state":""}`, "", ""},
		"retained taken back":   {"6-1202", ``, "", ""},
		"availability taken ba": {"6-1202/availability", ``, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			letters, err := decode.Open(zigbee(tt.topic, tt.body))
			if err != nil || len(letters) > 1 || (len(letters) == 0) != (tt.key == "") {
				t.Fatalf("%+v %v", letters, err)
			}
			if tt.key == "" {
				return
			}
			got := letters[0].Read(decode.Model{})
			if letters[0].Key != tt.key || got[0].Kind != decode.Online || got[0].Value != tt.state || got[0].Device != tt.key {
				t.Errorf("%+v", got)
			}
		})
	}
}
