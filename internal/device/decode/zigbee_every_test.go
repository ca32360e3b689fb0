package decode_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/linli/linli/internal/device/decode"
)

// everyModel is a model as zigbee2mqtt announces it, with short names.
type everyModel struct {
	Vendor  string        `json:"v"`
	Model   string        `json:"m"`
	Exposes []everyExpose `json:"e"`
}

func every(t *testing.T) []everyModel {
	t.Helper()
	b, err := os.ReadFile("testdata/zigbee2mqtt-every-alarm-model.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Models []everyModel `json:"models"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	return file.Models
}

// announcement is the model as bridge/devices has it.
func (m everyModel) announcement(t *testing.T) string {
	t.Helper()
	var exposes []any
	for _, e := range m.Exposes {
		x := map[string]any{"type": e.Type, "name": e.Name, "property": e.property(), "access": e.Access}
		if e.Type == "binary" {
			x["value_on"], x["value_off"] = e.value(true), e.value(false)
		}
		exposes = append(exposes, x)
	}
	b, err := json.Marshal([]any{map[string]any{
		"ieee_address": "0x1", "type": "EndDevice", "friendly_name": "x", "power_source": "Battery",
		"definition": map[string]any{"vendor": m.Vendor, "model": m.Model, "exposes": exposes},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// everyExpose is one field of a model.
type everyExpose struct {
	Name     string          `json:"n"`
	Type     string          `json:"t"`
	Access   int             `json:"a"`
	Property string          `json:"p"`
	On       json.RawMessage `json:"on"`
	Off      json.RawMessage `json:"off"`
}

func (e everyExpose) property() string {
	if e.Property == "" {
		return e.Name
	}
	return e.Property
}

// value is what the field says for yes and no: true and false where the model
// names nothing else.
func (e everyExpose) value(on bool) json.RawMessage {
	given := e.Off
	if on {
		given = e.On
	}
	if given == nil {
		return json.RawMessage(fmt.Sprint(on))
	}
	return given
}

func dangers() map[string]decode.Kind {
	return map[string]decode.Kind{"smoke": decode.Smoke, "gas": decode.Gas, "carbon_monoxide": decode.CO, "water_leak": decode.WaterLeak}
}

// All 165 models of zigbee2mqtt that call for help, from what each says of
// itself: the right kind, no fire from a test, and no alarm from the three gas
// meters.
func TestEveryModelOfZigbee2mqttThatCallsForHelp(t *testing.T) {
	count := map[decode.Kind]int{}
	meters := 0
	for _, m := range every(t) {
		t.Run(m.Vendor+" "+m.Model, func(t *testing.T) {
			a := announced(t, m.announcement(t))
			counted := map[decode.Kind]bool{}
			for _, e := range m.Exposes {
				kind, ok := dangers()[e.Name]
				switch {
				case ok && e.Type == "binary":
					m.calls(t, a, e, kind)
					counted[kind] = true
				case ok && e.Type == "numeric":
					m.isMeter(t, a, e)
					meters++
				}
			}
			for k := range counted {
				count[k]++
			}
		})
	}
	for kind, want := range map[decode.Kind]int{decode.Smoke: 51, decode.Gas: 26, decode.CO: 18, decode.WaterLeak: 73} {
		if count[kind] != want {
			t.Errorf("%d models with %s, want %d", count[kind], kind, want)
		}
	}
	if meters != 3 {
		t.Errorf("%d gas meters, want 3", meters)
	}
}

// calls: the field raises and clears its kind, and neither in a test.
func (m everyModel) calls(t *testing.T, a decode.Announcement, e everyExpose, kind decode.Kind) {
	t.Helper()
	if !slices.Contains(a.Kinds(), kind) {
		t.Errorf("%s is not among %v", kind, a.Kinds())
	}
	for on, want := range map[bool]string{true: decode.On, false: decode.Off} {
		got := open(t, zigbee("x", fmt.Sprintf(`{%q:%s,"linkquality":9}`, e.property(), e.value(on)))).Read(decode.Model{Fields: a.Fields})
		if said(got)[kind] != want || slices.ContainsFunc(got, func(o decode.Observation) bool { return o.Test || o.Kind == decode.Unclear }) {
			t.Errorf("%s %t: %+v", e.Name, on, got)
		}
	}
	tested := open(t, zigbee("x", fmt.Sprintf(`{%q:%s,"test":true}`, e.property(), e.value(true)))).Read(decode.Model{Fields: a.Fields})
	if slices.ContainsFunc(tested, func(o decode.Observation) bool { return !o.Test }) {
		t.Errorf("a test is a fire: %+v", tested)
	}
}

// isMeter: a number is a measurement, whether or not the device was announced.
func (m everyModel) isMeter(t *testing.T, a decode.Announcement, e everyExpose) {
	t.Helper()
	for _, fields := range [][]decode.Field{a.Fields, nil} {
		got := said(open(t, zigbee("x", fmt.Sprintf(`{%q:17}`, e.property()))).Read(decode.Model{Fields: fields}))
		if len(got) != 1 || got[decode.Online] != decode.On {
			t.Errorf("a meter says %v", got)
		}
	}
}

func TestZigbeeBatteryStateInWords(t *testing.T) {
	a := announced(t, `[{"ieee_address":"0x1","friendly_name":"x","definition":{"exposes":[{"type":"enum","name":"battery_state","property":"battery_state","access":1,"values":["low","medium","high"]}]}}]`)
	for word, want := range map[string]string{"low": decode.On, "medium": decode.Off, "high": decode.Off, "critical": decode.On} {
		got := said(open(t, zigbee("x", fmt.Sprintf(`{"battery_state":%q}`, word))).Read(decode.Model{Fields: a.Fields}))
		if got[decode.BatteryLow] != want {
			t.Errorf("%s: %v", word, got)
		}
	}
}
