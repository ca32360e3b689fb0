package decode

import (
	"encoding/json"
	"slices"
	"strings"
)

// Field is one field that a Zigbee device says it has.
type Field struct {
	Property string   `json:"property"`
	Kind     Kind     `json:"kind"`
	On       string   `json:"on,omitempty"`   // text of the value that means On
	Off      string   `json:"off,omitempty"`  //
	Unit     string   `json:"unit,omitempty"` // of what it measures
	Calm     []string `json:"calm,omitempty"` // of a fault or low battery that is no yes or no: the words for none
}

// Announcement is what a bridge says of one of its devices.
type Announcement struct {
	Key      string
	Name     string
	Vendor   string
	Product  string
	Battery  bool // it runs on a battery
	Fields   []Field
	Disabled bool
}

// Kinds are the kinds it reports, dangers first.
func (a Announcement) Kinds() []Kind {
	var kinds []Kind
	for _, k := range Kinds() {
		if slices.ContainsFunc(a.Fields, func(f Field) bool { return f.Kind == k }) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

type announced struct {
	Address    string `json:"ieee_address"`
	Name       string `json:"friendly_name"`
	Type       string `json:"type"`
	Power      string `json:"power_source"`
	Disabled   bool   `json:"disabled"`
	Definition *struct {
		Vendor  string   `json:"vendor"`
		Model   string   `json:"model"`
		Exposes []expose `json:"exposes"`
	} `json:"definition"`
}

// expose is one entry of a device's description of itself; it may hold others.
type expose struct {
	Type     string          `json:"type"`
	Name     string          `json:"name"`
	Property string          `json:"property"`
	On       json.RawMessage `json:"value_on"`
	Off      json.RawMessage `json:"value_off"`
	Unit     string          `json:"unit"`
	Access   int             `json:"access"` // bits: 1 published, 2 can be set, 4 can be asked for
	Features []expose        `json:"features"`
}

const (
	published   = 1
	settable    = 2
	exposeDepth = 4
	fieldsLimit = 256
)

// announcements reads bridge/devices.
func announcements(body []byte) ([]Announcement, error) {
	var list []announced
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, unreadable("device list: %w", err)
	}
	if len(list) > lettersLimit {
		return nil, unreadable("%d devices", len(list))
	}
	var out []Announcement
	for _, d := range list {
		if d.Address == "" || d.Type == "Coordinator" {
			continue
		}
		a := Announcement{Key: zigbeeKey(d.Address), Name: d.Name, Disabled: d.Disabled, Battery: strings.EqualFold(d.Power, "battery")}
		if d.Definition != nil {
			a.Vendor, a.Product = d.Definition.Vendor, d.Definition.Model
			a.Fields = oneOfEach(fieldsOf(nil, d.Definition.Exposes, 0))
		}
		out = append(out, a)
	}
	return out, nil
}

func fieldsOf(fields []Field, exposes []expose, depth int) []Field {
	for _, e := range exposes {
		if len(fields) >= fieldsLimit || depth > exposeDepth {
			return fields
		}
		if f, ok := e.field(); ok {
			fields = append(fields, f)
		}
		fields = fieldsOf(fields, e.Features, depth+1)
	}
	return fields
}

// switches are the names that zigbee2mqtt gives to what a device reports as a
// yes or no. A gas that is a number is a meter and no alarm.
func switches() map[string]Kind {
	return map[string]Kind{
		"smoke": Smoke, "gas": Gas, "carbon_monoxide": CO, "water_leak": WaterLeak, "sos": SOS, "contact": Contact,
		"tamper": Tamper, "battery_low": BatteryLow, "test": Test,
	}
}

// measures are the names of what a device measures around it.
func measures() map[string]Kind {
	return map[string]Kind{
		"smoke_density_dbm": SmokeLevel, "smoke_density": SmokeLevel, "smoke_concentration": SmokeLevel,
		"gas": GasLevel, "gas_value": GasLevel, "gas_concentration": GasLevel, "co": COLevel, "temperature": Temperature,
	}
}

// measured is a numeric expose of something in the air. A gas without one of
// its units is a meter.
func (e expose) measured() (Field, bool) {
	kind, ok := measures()[e.Name]
	f := Field{Property: e.Property, Kind: kind, Unit: strings.TrimSpace(e.Unit)}
	if f.Property == "" {
		f.Property = e.Name
	}
	if len(f.Unit) > unitLimit || kind == GasLevel && !slices.Contains([]string{"LEL", "%LEL", "% LEL", "ppm"}, f.Unit) {
		return Field{}, false
	}
	if kind == Temperature && f.Unit == "" {
		f.Unit = "°C"
	}
	return f, ok && e.Type == "numeric"
}

// unitLimit bounds the name of a unit, in bytes.
const unitLimit = 12

// oneOfEach keeps of several fields that measure the same the first with a
// unit: some makers give a smoke's density twice, once as a bare step.
func oneOfEach(fields []Field) []Field {
	best := map[Kind]string{}
	for _, f := range fields {
		if name, seen := best[f.Kind]; f.Kind.Measured() && (!seen || f.Unit != "" && unitOf(fields, name) == "") {
			best[f.Kind] = f.Property
		}
	}
	return slices.DeleteFunc(fields, func(f Field) bool { return f.Kind.Measured() && best[f.Kind] != f.Property })
}

func unitOf(fields []Field, property string) string {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Property == property })
	return fields[i].Unit
}

// faults are the five names a fault goes by.
func faults() []string {
	return []string{"fault", "fault_state", "fault_alarm", "device_fault", "alarm"}
}

// field is what one expose means here, if it means anything.
func (e expose) field() (Field, bool) {
	f := Field{Property: e.Property}
	if f.Property == "" {
		f.Property = e.Name
	}
	kind, isSwitch := switches()[e.Name]
	m, isMeasure := e.measured()
	switch {
	case e.Access != 0 && e.Access&published == 0:
		return f, false
	case isMeasure && e.Access&settable == 0:
		return m, true
	case isSwitch && e.Type == "binary":
		f.Kind, f.On, f.Off = kind, raw(e.On, "true"), raw(e.Off, "false")
		return f, true
	case e.Name == "battery_state" && e.Type == "enum":
		f.Kind, f.Calm = BatteryLow, []string{"", "medium", "middle", "high", "normal", "full"}
		return f, true
	case e.Name == "battery" && e.Type == "numeric":
		f.Kind = Battery
		return f, true
	case !slices.Contains(faults(), e.Name) || e.Name == "alarm" && e.Access&settable != 0:
		return f, false // an alarm that can be set is the siren's switch
	case e.Type == "binary":
		f.Kind, f.On, f.Off = Fault, raw(e.On, "true"), raw(e.Off, "false")
		return f, true
	}
	f.Kind, f.Calm = Fault, []string{"0", "", "normal", "none", "no_fault", "clear", "ok"}
	return f, true
}

// raw is a JSON scalar as text, or what stands for it where there is none.
func raw(b json.RawMessage, otherwise string) string {
	v, err := parse(b)
	if err != nil || v == nil {
		return otherwise
	}
	return text(v)
}

// undeclared is the field that a name and a value leave no doubt about. An
// alarm's name with a value that is no yes or no is said to be unclear, but
// for a gas in figures: that is a meter.
func undeclared(property string, v any) Field {
	kind, ok := switches()[property]
	_, isBool := v.(bool)
	_, meter := v.(json.Number)
	if ok && (isBool || kind.Alarms() && !(meter && kind == Gas)) {
		if kind == Contact { // zigbee2mqtt: true is closed
			return Field{Property: property, Kind: kind, On: "false", Off: "true"}
		}
		return Field{Property: property, Kind: kind, On: "true", Off: "false"}
	}
	if _, isNumber := v.(json.Number); isNumber && property == "battery" {
		return Field{Property: property, Kind: Battery}
	}
	return Field{}
}

// read is what a value of the field means. Null is no news.
func (f Field) read(v any) (Observation, bool) {
	said := text(v)
	switch {
	case f.Kind == "" || v == nil:
		return Observation{}, false
	case f.Kind == Battery:
		n := number(said)
		return Observation{Kind: Battery, Value: n, Unit: "%"}, n != ""
	case f.Kind.Measured():
		n := number(said)
		return Observation{Kind: f.Kind, Value: n, Unit: f.Unit}, n != ""
	case f.Calm != nil:
		return Observation{Kind: f.Kind, Value: onOff(!slices.Contains(f.Calm, strings.ToLower(said)))}, true
	case said == f.On:
		return Observation{Kind: f.Kind, Value: On}, true
	case said == f.Off:
		return Observation{Kind: f.Kind, Value: Off}, true
	case f.Kind.Alarms():
		return unclear(leaves(object{f.Property: v}, func(string) bool { return false })), true
	}
	return Observation{}, false
}
