package decode

import (
	"encoding/json"
	"slices"
	"strings"
)

// Field is one field that a Zigbee device says it has.
type Field struct {
	Property string   `json:"property"`
	Kind     Kind     `json:"kind,omitempty"`  // empty: it calls nobody
	On       string   `json:"on,omitempty"`    // text of the value that means On
	Off      string   `json:"off,omitempty"`   //
	Unit     string   `json:"unit,omitempty"`  // of what it measures
	Calm     []string `json:"calm,omitempty"`  // of a fault that is no yes or no: the words for none
	Words    bool     `json:"words,omitempty"` // its value is a word: alarm, normal, water_leakage_yes
	Names    bool     `json:"names,omitempty"` // its value names the danger, or something else: water_shortage
	Press    Press    `json:"press,omitempty"` // it says what was pressed
}

// Press is which presses of a button call for help.
type Press string

// The presses.
const (
	PressNamed Press = "named" // those whose name says so: sos, panic, emergency
	PressAny   Press = "any"   // all: the device is a button for help
	PressNone  Press = "none"  // none that it declares; one that it does not may
)

// Kinds of fields that are no observation's: they have no name on any page.
var (
	someAlarm = Kind("alarm")    // an alarm that names no danger: what the device guards says which
	unlisted  = Kind("unlisted") // nobody knows what it means
)

// Announcement is what a bridge says of one of its devices.
type Announcement struct {
	Key      string
	Name     string
	Vendor   string
	Product  string
	Battery  bool // it runs on a battery
	Fields   []Field
	Guards   Kind // the danger that its model or description says it guards against
	Disabled bool
}

// Kinds are the kinds it reports, dangers first.
func (a Announcement) Kinds() []Kind {
	var kinds []Kind
	for _, k := range Kinds() {
		if k == a.Guards || slices.ContainsFunc(a.Fields, func(f Field) bool { return f.Kind == k && f.Press != PressNone }) {
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
		Vendor      string   `json:"vendor"`
		Model       string   `json:"model"`
		Description string   `json:"description"`
		Exposes     []expose `json:"exposes"`
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
	Values   []any           `json:"values"`
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
			a.Fields, a.Guards = fieldsIn(d.Definition.Exposes, d.Definition.Model+" "+d.Definition.Description)
		}
		out = append(out, a)
	}
	return out, nil
}

// fieldsIn are the fields of a device by their names, and the danger that the
// device says it guards against.
func fieldsIn(exposes []expose, says string) ([]Field, Kind) {
	kind, known := guarded(says)
	about := subject{guards: kind, other: known && kind == "", electric: electricWords.has(words(says))}
	fields := oneOfEach(about.fieldsOf(nil, exposes, 0))
	fields = about.settle(fields)
	return Sorted(fields), kind
}

// subject is what a device says it is.
type subject struct {
	guards   Kind // against this danger
	other    bool // it is a door, a siren, a meter …
	electric bool // what leaks there is current
}

func (s subject) fieldsOf(fields []Field, exposes []expose, depth int) []Field {
	for _, e := range exposes {
		if len(fields) >= fieldsLimit || depth > exposeDepth {
			return fields
		}
		if f, ok := e.field(s); ok {
			fields = append(fields, f)
		}
		fields = s.fieldsOf(fields, e.Features, depth+1)
	}
	return fields
}

// settle makes nothing of what a device with a field of its own for a danger
// says of it in another way: its water beside its water_leak.
func (s subject) settle(fields []Field) []Field {
	own := func(k Kind) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { return f.Kind == k && switches[f.Property] == k })
	}
	for i, f := range fields {
		if f.Names && own(f.Kind) || f.Kind == unlisted && f.Property == "water" && own(WaterLeak) {
			fields[i] = Field{Property: f.Property}
		}
	}
	return fields
}

// Sorted are fields by their names, as a model has them; of two with one name
// the one that means something comes first.
func Sorted(fields []Field) []Field {
	slices.SortStableFunc(fields, func(a, b Field) int {
		if by := strings.Compare(a.Property, b.Property); by != 0 || (a.Kind == "") == (b.Kind == "") {
			return by
		}
		if a.Kind == "" {
			return 1
		}
		return -1
	})
	return fields
}

// fieldOf finds a field by its name.
func fieldOf(fields []Field, property string) (Field, bool) {
	i, ok := slices.BinarySearchFunc(fields, property, func(f Field, p string) int { return strings.Compare(f.Property, p) })
	if !ok {
		return Field{}, false
	}
	return fields[i], true
}

// switches are the names that zigbee2mqtt gives to what a device reports as a
// yes or no. A gas that is a number is a meter and no alarm.
var switches = map[string]Kind{
	"smoke": Smoke, "gas": Gas, "carbon_monoxide": CO, "water_leak": WaterLeak, "sos": SOS, "contact": Contact,
	"tamper": Tamper, "battery_low": BatteryLow, "test": Test,
}

// measures are the names of what a device measures around it.
var measures = map[string]Kind{
	"smoke_density_dbm": SmokeLevel, "smoke_density": SmokeLevel, "smoke_concentration": SmokeLevel,
	"gas": GasLevel, "gas_value": GasLevel, "gas_concentration": GasLevel, "co": COLevel, "temperature": Temperature,
}

// measured is a numeric expose of something in the air. A gas without one of
// its units is a meter.
func (e expose) measured() (Field, bool) {
	kind, ok := measures[e.Name]
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
	for i, f := range fields {
		if f.Kind.Measured() && best[f.Kind] != f.Property {
			fields[i] = Field{Property: f.Property}
		}
	}
	return fields
}

func unitOf(fields []Field, property string) string {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Property == property })
	return fields[i].Unit
}

// faults are the names a fault goes by.
var faults = []string{"fault", "faults", "fault_state", "fault_status", "fault_alarm", "device_fault", "trouble"}

// field is what one expose means here; false for what is not published, or is
// no field itself.
func (e expose) field(about subject) (Field, bool) {
	f := Field{Property: e.Property}
	if f.Property == "" && len(e.Features) == 0 {
		f.Property = e.Name
	}
	if f.Property == "" || e.Access != 0 && e.Access&published == 0 {
		return f, false
	}
	kind, isSwitch := switches[e.Name]
	m, isMeasure := e.measured()
	settings := e.Access&settable != 0
	switch {
	case isMeasure && !settings:
		return m, true
	case isSwitch && e.Type == "binary":
		f.Kind, f.On, f.Off = kind, raw(e.On, "true"), raw(e.Off, "false")
	case (e.Name == "battery_state" || e.Name == "battery_level") && e.Type == "enum" && !settings:
		f.Kind, f.Words = BatteryLow, true
	case e.Name == "battery" && e.Type == "numeric":
		f.Kind = Battery
	case e.Name == "action":
		f.Kind, f.Press = SOS, e.press(about)
	case slices.Contains(faults, e.Name) && e.Type == "binary":
		f.Kind, f.On, f.Off = Fault, raw(e.On, "true"), raw(e.Off, "false")
	case slices.Contains(faults, e.Name):
		f.Kind, f.Calm = Fault, []string{"0", "", "normal", "none", "no_fault", "no_fault_detected", "no_error", "clear", "ok", "false"}
	case !settings:
		return e.called(f, about), true
	}
	return f, true
}

// press is which of a button's presses call for help.
func (e expose) press(about subject) Press {
	switch {
	case about.guards == SOS:
		return PressAny
	case slices.ContainsFunc(e.Values, calls):
		return PressNamed
	}
	return PressNone
}

// called is what a field that has no name of its own here means by its words.
func (e expose) called(f Field, about subject) Field {
	list := words(f.Property)
	kind := dangerIn(list)
	if kind == "" {
		kind = dangerIn(words(e.Name))
	}
	if kind == "" && plainAlarm(list) && !about.other {
		kind = someAlarm
	}
	switch {
	case e.Type == "numeric" || e.Type == "composite" || kind == "" && plainAlarm(list):
	case e.Type == "binary" && slices.Equal(list, []string{"tamper", "alarm"}):
		f.Kind, f.On, f.Off = Tamper, raw(e.On, "true"), raw(e.Off, "false")
	case kind != "" && e.Type == "binary":
		f.Kind, f.On, f.Off = kind, raw(e.On, "true"), raw(e.Off, "false")
	case kind != "":
		f.Kind, f.Words = kind, true
	case e.Type == "enum" && e.named(about) != "" && !linkWords.has(list):
		f.Kind, f.Names = e.named(about), true
	case !e.loud(list) && (e.Type == "enum" || about.other):
	case !isHarmless(f.Property, list):
		f.Kind, f.Off, f.Words = unlisted, raw(e.Off, "false"), e.Type == "enum"
	}
	return f
}

// loud reports whether a field's name or one of its values speaks of an alarm
// or a danger. Where none does, the words of an enum, and what a door or a meter
// says of itself, call nobody.
func (e expose) loud(list []string) bool {
	return speaksOfDanger(list) || slices.ContainsFunc(e.Values, func(v any) bool { return alarmWords.has(words(text(v))) })
}

// speaksOfDanger: one of the words is an alarm or a danger, but for what heats.
func speaksOfDanger(list []string) bool {
	return alarmWords.has(list) || slices.ContainsFunc(list, func(w string) bool { return dangerWords[w] != "" && w != "heat" })
}

// named is the danger that one of the values names, such as water_leakage of a
// valve's state. To heat is no danger, nor is a falling pressure.
func (e expose) named(about subject) Kind {
	for _, v := range e.Values {
		for part := range strings.FieldsFuncSeq(text(v), notInName) {
			switch k := dangerIn(words(part)); {
			case k == "" || k == Heat || k == SOS && about.guards != SOS || k == WaterLeak && about.electric:
			default:
				return k
			}
		}
	}
	return ""
}

// linkWords are of fields that pass on what another detector sees.
var linkWords = setOf("link linkage interconnect interconnected")

// notInName parts the names in one value: water_shortage & water_leakage.
func notInName(r rune) bool { return strings.ContainsRune(",&+/;|", r) }

// raw is a JSON scalar as text, or what stands for it where there is none.
func raw(b json.RawMessage, otherwise string) string {
	v, err := parse(b)
	if err != nil || v == nil {
		return otherwise
	}
	return text(v)
}

// undeclared is what a name and a value say of a field that the device did not
// declare. An alarm's name with a value that is no yes or no is said to be
// unclear, but for a gas in figures: that is a meter. What is on no list is
// unlisted.
func undeclared(property string, v any) Field {
	kind, ok := switches[property]
	_, isBool := v.(bool)
	_, isNumber := v.(json.Number)
	switch {
	case ok && isBool && kind == Contact: // zigbee2mqtt: true is closed
		return Field{Property: property, Kind: kind, On: "false", Off: "true"}
	case ok && isNumber && oneOrNone(kind, v):
		return Field{Property: property, Kind: kind, Words: true}
	case ok && (isBool || kind.Alarms() && !(isNumber && kind == Gas)):
		return Field{Property: property, Kind: kind, On: "true", Off: "false"}
	case ok:
		return Field{Property: property}
	case isNumber && property == "battery":
		return Field{Property: property, Kind: Battery}
	case harmlessNames[property]:
		return Field{Property: property}
	case property == "action":
		return Field{Property: property, Kind: SOS, Press: PressNamed}
	}
	list := words(property)
	kind = dangerIn(list)
	switch {
	case kind != "" && (!isNumber || alarmWords.has(list) || oneOrNone(kind, v)):
		return Field{Property: property, Kind: kind, On: "true", Off: "false", Words: !isBool}
	case kind == "" && plainAlarm(list):
		return Field{Property: property, Kind: someAlarm, On: "true", Off: "false", Words: !isBool}
	case isHarmless(property, list):
		return Field{Property: property}
	}
	return Field{Property: property, Kind: unlisted, Off: "false"}
}

// oneOrNone: the figure is a yes or no. A gas or a smoke of 1 may be measured.
func oneOrNone(k Kind, v any) bool {
	said := text(v)
	return (k == WaterLeak || k == SOS) && (said == "1" || said == "0")
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
	case f.Kind == BatteryLow && f.Words:
		return Observation{Kind: BatteryLow, Value: onOff(lowWords.has(words(said)))}, said != ""
	case f.Press != "":
		return Observation{Kind: f.Kind, Value: On, Manner: Happen, Once: true}, f.pressed(v)
	case f.Calm != nil:
		return Observation{Kind: f.Kind, Value: onOff(!slices.Contains(f.Calm, strings.ToLower(said)))}, true
	}
	switch value := f.value(v, said); {
	case value == On || value == Off:
		return Observation{Kind: f.Kind, Value: value, Part: f.part()}, true
	case value != "" && (f.Kind.Alarms() || f.Kind == someAlarm):
		return unclear(leaves(object{f.Property: v}, func(string) bool { return false })), true
	}
	return Observation{}, false
}

// value is what a switch says: On, Off, empty for no news, or Unclear.
func (f Field) value(v any, said string) string {
	switch {
	case f.Kind == unlisted && f.Words:
		return onOff(speaksOfDanger(words(said)))
	case f.Kind == unlisted:
		return onOff(said != f.Off && !quiet(v))
	case f.Names:
		return onOff(slices.ContainsFunc(strings.FieldsFunc(said, notInName), func(part string) bool { return dangerIn(words(part)) == f.Kind }))
	case f.Words:
		return verdict(v)
	case said == f.On:
		return On
	case said == f.Off:
		return Off
	}
	return string(Unclear)
}

// pressed reports whether a press calls for help.
func (f Field) pressed(v any) bool {
	if f.Press == PressAny {
		said := words(text(v))
		return len(said) > 0 && !restWords.has(said)
	}
	return calls(v)
}

// lowWords say that a battery is to be replaced. What else makers say of it
// (charged, USB, middle) is no trouble.
var lowWords = setOf("low lowest empty critical replace dead failed weak poor alarm")

// part is the field's name where a kind may have several inputs.
func (f Field) part() string {
	if f.Kind.Alarms() || f.Kind == someAlarm {
		return f.Property
	}
	return ""
}
