package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The limits of a mapping, so that reading a message costs little whoever
// wrote it.
const (
	rulesLimit  = 64
	ignoreLimit = 128
	tableLimit  = 64
	pathLimit   = 120 // bytes
	wordLimit   = 64  // bytes of a value in a table
)

// Mapping says what the fields of a JSON message mean. Paths are keys joined
// by dots, with [n] for the n-th of a list, counted from 0.
type Mapping struct {
	Device  string `json:"device,omitempty"`  // path of the key, where the sender's credential names none
	Time    string `json:"time,omitempty"`    // path of the device's time
	Message string `json:"message,omitempty"` // path of the message's own id
	Replay  string `json:"replay,omitempty"`  // path of a field that is true or not 0 for a message kept while offline
	Rules   []Rule `json:"rules"`
	// Ignore are paths of fields that call nobody, each with all that is below it.
	Ignore []string `json:"ignore,omitempty"`
}

// Rule is one field.
type Rule struct {
	Path  string            `json:"path"`
	Kind  Kind              `json:"kind"`
	Unit  string            `json:"unit,omitempty"`
	Table map[string]string `json:"table,omitempty"` // value in the message, or * for any other → On, Off, text, or - for nothing
}

// ErrMapping: the mapping is not one.
var ErrMapping = errors.New("decode: mapping")

// ParseMapping reads a mapping as staff write it and checks it. The error is
// ErrMapping and says which rule is wrong.
func ParseMapping(b []byte) (*Mapping, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var m Mapping
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMapping, err)
	}
	return &m, m.Check()
}

// Check says what is wrong with a mapping.
func (m *Mapping) Check() error {
	if len(m.Rules) == 0 || len(m.Rules) > rulesLimit {
		return fmt.Errorf("%w: %d rules, 1 to %d", ErrMapping, len(m.Rules), rulesLimit)
	}
	if len(m.Ignore) > ignoreLimit {
		return fmt.Errorf("%w: %d paths in ignore, at most %d", ErrMapping, len(m.Ignore), ignoreLimit)
	}
	for _, p := range slices.Concat([]string{m.Device, m.Time, m.Message, m.Replay}, m.Ignore) {
		if len(p) > pathLimit {
			return fmt.Errorf("%w: a path of %d bytes", ErrMapping, len(p))
		}
	}
	if slices.Contains(m.Ignore, "") {
		return fmt.Errorf("%w: an empty path in ignore", ErrMapping)
	}
	for i, r := range m.Rules {
		if why := r.trouble(); why != "" {
			return fmt.Errorf("%w: rule %d: %s", ErrMapping, i+1, why)
		}
		if m.Ignores(r.Path) {
			return fmt.Errorf("%w: rule %d: %s is in ignore too", ErrMapping, i+1, r.Path)
		}
	}
	return nil
}

func (r Rule) trouble() string {
	switch {
	case r.Path == "" || len(r.Path) > pathLimit:
		return "no path, or too long"
	case !r.Kind.known() || r.Kind == Unclear:
		return fmt.Sprintf("no kind %q", r.Kind)
	case len(r.Table) > tableLimit:
		return "table too long"
	}
	for from, to := range r.Table {
		if len(from) > wordLimit || len(to) > wordLimit {
			return "table word too long"
		}
		if r.Kind.isSwitch() && !slices.Contains([]string{On, Off, "-"}, to) {
			return fmt.Sprintf("%s cannot be %q", r.Kind, to)
		}
	}
	return ""
}

// used reports whether a path belongs to the mapping.
func (m *Mapping) used(path string) bool { return m.reads(path) || m.Ignores(path) }

// reads reports whether the mapping takes something from a path.
func (m *Mapping) reads(path string) bool {
	return m.frames(path) || slices.ContainsFunc(m.Rules, func(r Rule) bool { return r.Path == path })
}

// Ignores reports whether whoever wrote the mapping says that a field calls
// nobody.
func (m *Mapping) Ignores(path string) bool {
	return slices.ContainsFunc(m.Ignore, func(p string) bool {
		rest, below := strings.CutPrefix(path, p)
		return below && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// frames reports whether a path says whose the message is, which one and when.
func (m *Mapping) frames(path string) bool {
	return path == m.Device || path == m.Time || path == m.Message || path == m.Replay
}

// Guards reports whether a rule tells of a danger to life.
func (m *Mapping) Guards() bool {
	return slices.ContainsFunc(m.Rules, func(r Rule) bool { return r.Kind.Danger() })
}

// read applies the rules to a message. covered reports whether any of them had
// a meaning for it, if only that it means nothing.
func (m *Mapping) read(data any) (list []Observation, covered bool) {
	list = []Observation{{Kind: Online, Value: On, Extra: leaves(data, m.reads)}}
	covered = slices.ContainsFunc(m.Ignore, func(p string) bool {
		_, ok := at(data, p)
		return ok
	})
	for _, r := range m.Rules {
		if v, ok := at(data, r.Path); ok {
			said, known := r.read(v)
			list, covered = append(list, said...), covered || known
		}
	}
	device, replay := instant(data, m.Time), m.Replay != "" && !slices.Contains([]string{"", "0", "false"}, str(data, m.Replay))
	for i := range list {
		list[i].Replay = replay
		if m.Time != "" {
			list[i].DeviceTime = device
		}
	}
	return list, covered
}

// read is what one field means, and whether it has a meaning. What has none is
// unclear if the field calls for help, and otherwise left out.
func (r Rule) read(v any) (list []Observation, known bool) {
	said := text(v)
	value, listed := r.Table[said]
	if !listed {
		value, listed = r.Table["*"]
	}
	switch _, isBool := v.(bool); {
	case listed && value == "-":
		return nil, true
	case listed:
	case r.Table == nil && r.Kind.isSwitch() && isBool:
		value = onOff(said == "true")
	case r.Table == nil && r.Kind.isNumber():
		value = number(said)
	case r.Table == nil && r.Kind.isText():
		value = strings.TrimSpace(said)
	}
	switch {
	case value != "":
		return []Observation{{Kind: r.Kind, Value: value, Unit: r.Unit}}, true
	case r.Kind.Alarms() || r.Kind == Test: // it is unclear here, once
		return []Observation{unclear(leaves(object{r.Path: v}, func(string) bool { return false }))}, true
	}
	return nil, false
}

// openJSON is anything a mapping explains.
func openJSON(f Frame) ([]Letter, error) {
	data, err := parse(f.Body)
	if err != nil {
		return nil, err
	}
	l := Letter{Who: Who{Key: f.Device}}
	if f.Mapping != nil {
		l.At, l.Message = instant(data, f.Mapping.Time), str(data, f.Mapping.Message)
		if own := str(data, f.Mapping.Device); f.Mapping.Device != "" && own != "" {
			l.Key = "json:" + own
		}
	}
	if l.Key == "" {
		return nil, unreadable("no device named")
	}
	l.read = func(m Model) []Observation {
		if m.Mapping == nil {
			m.Mapping = f.Mapping
		}
		return readMapped(m, data, nil)
	}
	return []Letter{l}, nil
}

// readMapped applies the model's mapping. Nobody's word is passed over:
//
//   - Without a mapping nothing is understood.
//   - A value that the rule of an alarm's field does not know is unclear.
//   - A message of a device that guards lives is unclear if no rule has a
//     meaning for any of its fields, unless all it holds is of the radio link or
//     the battery. So is an event of any device, whatever it holds.
//   - Fields beside those that a rule has a meaning for are kept, and unclear
//     aside unless their names are harmless or heard has them. One that means
//     nothing is named in ignore.
func readMapped(m Model, data any, heard map[string]bool) []Observation {
	if m.Mapping == nil {
		extra := leaves(data, func(string) bool { return false })
		return []Observation{{Kind: Online, Value: On, Extra: extra}, unclear(map[string]string{"why": "no mapping"})}
	}
	list, covered := m.Mapping.read(data)
	switch {
	case covered:
	case m.event:
		return append(list, unclear(map[string]string{"why": "no rule for this event"}))
	case m.LifeSafety && !m.Mapping.linkOnly(data, m.envelope):
		return append(list, unclear(map[string]string{"why": "no rule for this message"}))
	}
	if o, ok := m.Mapping.beside(data, m.envelope, heard); ok {
		o.Replay, o.DeviceTime = list[0].Replay, list[0].DeviceTime
		list = append(list, o)
	}
	return list
}

// linkOnly reports whether all that a message says beside its envelope is of
// the radio link or the battery.
func (m *Mapping) linkOnly(data any, envelope func(path string) bool) bool {
	only := true
	skip := func(path string) bool { return m.frames(path) || envelope != nil && envelope(path) }
	eachValue(data, "", "", 0, skip, func(_, name string, _ any) { only = only && slices.Contains(linkNames, plainName(name)) })
	return only
}

// plainName is a field's name without what makers write differently.
func plainName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name))
}

// linkNames are names under which a device speaks of its radio link, its card
// and its battery, and of nothing else.
var linkNames = []string{
	"rsrp", "rsrq", "rssi", "snr", "sinr", "csq", "ecl", "pci", "earfcn", "cellid", "cellidlength", "tac", "lac", "txpower", "signal", "signalpower",
	"signalstrength", "linkquality", "imei", "imsi", "iccid", "battery", "batterylevel", "batteryvalue", "batteryvoltage", "volt", "voltage",
}
