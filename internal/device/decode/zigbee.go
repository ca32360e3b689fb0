package decode

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// zigbeeKey is the key of a Zigbee device: its address, which stays when it is
// renamed or moved to another bridge.
func zigbeeKey(address string) string { return "zigbee:" + strings.ToLower(address) }

// KeyOf is the key of a device as a person writes it into a register: a Zigbee
// address alone is enough.
func KeyOf(written string) string {
	if s := strings.ToLower(written); len(s) == len("0x00158d0001abcdef") && strings.HasPrefix(s, "0x") && strings.Trim(s[2:], "0123456789abcdef") == "" {
		return zigbeeKey(s)
	}
	return written
}

// openZigbee reads a topic of zigbee2mqtt: state and availability of a device,
// the bridge's own state, and its lists of devices and groups. Friendly names may hold
// slashes and Chinese. All else (requests, answers) is no letter.
func openZigbee(f Frame) ([]Letter, error) {
	rest, ok := strings.CutPrefix(f.Topic, f.Base+"/")
	if !ok || rest == "" || len(rest) > 512 {
		return nil, unreadable("topic is not below %q", f.Base)
	}
	if own, ok := strings.CutPrefix(rest, "bridge/"); ok {
		return openBridge(f, own)
	}
	if name, ok := strings.CutSuffix(rest, "/availability"); ok {
		return availability(zigbeeName(f, name), f.Body)
	}
	if strings.HasSuffix(rest, "/set") || strings.HasSuffix(rest, "/get") || len(f.Body) == 0 {
		return nil, nil // a request, or a retained message taken back
	}
	if len(f.Body) > bodyLimit {
		return nil, unreadable("%d bytes", len(f.Body))
	}
	if body := bytes.TrimSpace(f.Body); len(body) > 0 && body[0] != '{' {
		return openAttribute(f, rest, body)
	}
	state, err := parseObject(f.Body)
	if err != nil {
		return nil, err
	}
	l := Letter{Who: zigbeeName(f, rest), At: instant(state, "last_seen"), manner: Cached}
	l.read = func(m Model) []Observation { return readState(m, state) }
	return []Letter{l}, nil
}

// openAttribute reads one field on a topic of its own, as bridges send it that
// are set to output: attribute: BASE/name/smoke is true. A device's name may
// hold slashes too: Whole is the other reading.
func openAttribute(f Frame, rest string, body []byte) ([]Letter, error) {
	i := strings.LastIndexByte(rest, '/')
	if i <= 0 || !isProperty(rest[i+1:]) {
		return nil, unreadable("neither an object nor a field")
	}
	v, err := parse(body)
	if err != nil {
		v = string(body) // a word is sent without quotation marks
	}
	state := object{rest[i+1:]: v}
	l := Letter{Who: zigbeeName(f, rest[:i]), Whole: zigbeeName(f, rest), At: instant(state, "last_seen"), manner: Cached, apart: true}
	l.read = func(m Model) []Observation { return readState(m, state) }
	return []Letter{l}, nil
}

// isProperty reports whether a step of a topic can be the name of a field.
func isProperty(s string) bool {
	return s != "" && len(s) <= wordLimit && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// groupNames reads bridge/groups.
func groupNames(body []byte) ([]string, error) {
	var list []struct {
		Name string `json:"friendly_name"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, unreadable("group list: %w", err)
	}
	if len(list) > lettersLimit {
		return nil, unreadable("%d groups", len(list))
	}
	names := []string{}
	for _, g := range list {
		if g.Name != "" {
			names = append(names, g.Name)
		}
	}
	return names, nil
}

// readState reads a state by what the device says of itself; a mapping that the
// operator installed has the first word on the fields it names.
func readState(m Model, state object) []Observation {
	if m.Mapping == nil {
		return readFields(m, state)
	}
	own, _ := m.Mapping.read(state)
	used := map[string]bool{}
	for _, r := range m.Mapping.Rules {
		used[r.Path] = true
	}
	for _, path := range m.Mapping.Ignore {
		used[path] = true
	}
	ignored := maps.Clone(own[0].Extra)
	maps.DeleteFunc(ignored, func(path, _ string) bool { return !m.Mapping.Ignores(path) })
	list := readFields(m, without(state, used, ""))
	if len(ignored) > 0 { // kept, and nothing else
		maps.Copy(ignored, list[0].Extra)
		list[0].Extra = ignored
	}
	return alarmed(list, own[1:])
}

// zigbeeName names a device that only its topic is known of. The register
// looks for the name among the devices that the bridge announced.
func zigbeeName(f Frame, name string) Who {
	scope := f.Device // two bridges of a tenant may have the same base topic
	if scope == "" {
		scope = f.Base
	}
	return Who{Key: "zigbee:" + scope + "/" + name, Name: name, Bridge: zigbeeBridge(f)}
}

func zigbeeBridge(f Frame) string {
	if f.Device != "" {
		return f.Device
	}
	return "zigbee2mqtt:" + f.Base
}

// availability is {"state":"online"}, or the bare word in older versions.
func availability(who Who, body []byte) ([]Letter, error) {
	state := strings.TrimSpace(string(body))
	if strings.HasPrefix(state, "{") {
		o, err := parseObject(body)
		if err != nil {
			return nil, err
		}
		state = str(o, "state")
	}
	switch state {
	case "online", "offline":
		return []Letter{{Who: who, read: says(Observation{Kind: Online, Value: onOff(state == "online")})}}, nil
	case "":
		return nil, nil
	}
	return nil, unreadable("availability")
}

func openBridge(f Frame, own string) ([]Letter, error) {
	bridge := Who{Key: zigbeeBridge(f), Name: f.Base}
	switch own {
	case "state":
		return availability(bridge, f.Body)
	case "devices":
		list, err := announcements(f.Body)
		if err != nil {
			return nil, err
		}
		return []Letter{{Who: bridge, Announced: list, read: says(Observation{Kind: Online, Value: On})}}, nil
	case "groups":
		names, err := groupNames(f.Body)
		if err != nil {
			return nil, err
		}
		return []Letter{{Who: bridge, Groups: names, read: says(Observation{Kind: Online, Value: On})}}, nil
	case "info", "logging", "health", "event":
		return []Letter{{Who: bridge, read: says(Observation{Kind: Online, Value: On})}}, nil
	}
	return nil, nil
}

// readFields reads a state. A field that the device did not declare counts if
// its name leaves no doubt: before the bridge has announced a detector, its
// smoke is smoke all the same. An alarm that does not say of what is the danger
// that the device guards against. What nobody knows is said to be unclear,
// aside: it counts where lives may hang on the device.
func readFields(m Model, state object) []Observation {
	var r fieldReading
	for _, property := range sortedKeys(state) {
		field, declared := fieldOf(m.Fields, property)
		if named := switches[property] != ""; !declared || field.Kind == "" && named {
			field = undeclared(property, state[property])
		}
		r.take(field, m.Guards, state[property])
	}
	if text(state["mode"]) == "shortage" { // it was set to guard a tank: the alarm is that the water is gone
		r.alarms = nil
	}
	r.settle(m.Guards)
	used := func(path string) bool { return path == "last_seen" || slices.Contains(r.used, path) }
	list := append([]Observation{{Kind: Online, Value: On, Extra: leaves(state, used)}}, r.news...)
	if len(r.aside) > 0 {
		o := unclear(leaves(r.aside, func(string) bool { return false }))
		o.Aside, o.Danger = !r.alarm, r.alarm
		list = append(list, o)
	}
	return list
}

// fieldReading is a state while it is read.
type fieldReading struct {
	news   []Observation
	used   []string
	alarms []Observation // on, of no danger that the field names
	aside  object        // what nobody knows
	alarm  bool          // something of it is an alarm
}

func (r *fieldReading) take(f Field, guards Kind, v any) {
	if f.Press == PressNamed && guards == SOS {
		f.Press = PressAny
	}
	o, ok := f.read(v)
	switch {
	case !ok:
	case f.Kind == unlisted && o.IsOn(), f.Kind == someAlarm && guards == "" && o.IsOn():
		r.alarm = r.alarm || f.Kind == someAlarm
		r.doubt(f.Property, v)
	case f.Kind == unlisted, f.Kind == someAlarm && guards == "" && o.Kind != Unclear:
	case f.Kind == someAlarm && o.IsOn() && o.Kind != Unclear:
		r.alarms = append(r.alarms, o)
		r.used = append(r.used, f.Property)
	default:
		if o.Kind == someAlarm {
			o.Kind = guards
		}
		if o.Kind != Unclear {
			r.used = append(r.used, f.Property)
		}
		r.add(o)
	}
}

// add puts what is on before what is off, so that of two inputs that change at
// once the danger never seems to be over in between.
func (r *fieldReading) add(o Observation) {
	i := len(r.news)
	if o.Kind.Alarms() && o.IsOn() {
		if at := slices.IndexFunc(r.news, func(x Observation) bool { return x.Kind == o.Kind }); at >= 0 {
			i = at
		}
	}
	r.news = slices.Insert(r.news, i, o)
}

func (r *fieldReading) doubt(property string, v any) {
	if r.aside == nil {
		r.aside = object{}
	}
	r.aside[property] = v
}

// settle says of what an alarm is that does not say so itself: of the danger
// that another field says at the same time, or else of the one that the device
// guards against.
func (r *fieldReading) settle(guards Kind) {
	if slices.ContainsFunc(r.news, func(o Observation) bool { return o.Kind.Alarms() && o.IsOn() }) {
		return
	}
	for _, o := range r.alarms {
		o.Kind = guards
		r.add(o)
	}
}
