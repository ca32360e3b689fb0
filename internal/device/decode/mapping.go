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
	rulesLimit = 64
	tableLimit = 64
	pathLimit  = 120 // bytes
	wordLimit  = 64  // bytes of a value in a table
)

// Mapping says what the fields of a JSON message mean. Paths are keys joined
// by dots, with [n] for the n-th of a list, counted from 0.
type Mapping struct {
	Device  string `json:"device,omitempty"`  // path of the key, where the sender's credential names none
	Time    string `json:"time,omitempty"`    // path of the device's time
	Message string `json:"message,omitempty"` // path of the message's own id
	Replay  string `json:"replay,omitempty"`  // path of a field that is true or not 0 for a message kept while offline
	Rules   []Rule `json:"rules"`
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
	for _, p := range []string{m.Device, m.Time, m.Message, m.Replay} {
		if len(p) > pathLimit {
			return fmt.Errorf("%w: a path of %d bytes", ErrMapping, len(p))
		}
	}
	for i, r := range m.Rules {
		if why := r.trouble(); why != "" {
			return fmt.Errorf("%w: rule %d: %s", ErrMapping, i+1, why)
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
func (m *Mapping) used(path string) bool {
	if path == m.Device || path == m.Time || path == m.Message || path == m.Replay {
		return true
	}
	return slices.ContainsFunc(m.Rules, func(r Rule) bool { return r.Path == path })
}

// says reports whether a message has a field that a rule is about.
func (m *Mapping) says(data any) bool {
	return slices.ContainsFunc(m.Rules, func(r Rule) bool { _, ok := at(data, r.Path); return ok })
}

// read applies the rules to a message.
func (m *Mapping) read(data any) []Observation {
	list := []Observation{{Kind: Online, Value: On, Extra: leaves(data, m.used)}}
	for _, r := range m.Rules {
		if v, ok := at(data, r.Path); ok {
			list = append(list, r.read(v)...)
		}
	}
	device, replay := instant(data, m.Time), m.Replay != "" && !slices.Contains([]string{"", "0", "false"}, str(data, m.Replay))
	for i := range list {
		list[i].Replay = replay
		if m.Time != "" {
			list[i].DeviceTime = device
		}
	}
	return list
}

// read is what one field means. What has no meaning is unclear if the field
// calls for help, and otherwise left out.
func (r Rule) read(v any) []Observation {
	said := text(v)
	value, listed := r.Table[said]
	if !listed {
		value, listed = r.Table["*"]
	}
	switch _, isBool := v.(bool); {
	case listed && value == "-":
		return nil
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
		return []Observation{{Kind: r.Kind, Value: value, Unit: r.Unit}}
	case r.Kind.Alarms() || r.Kind == Test:
		return []Observation{unclear(leaves(object{r.Path: v}, func(string) bool { return false }))}
	}
	return nil
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
		return readMapped(m, data)
	}
	return []Letter{l}, nil
}

// readMapped applies the model's mapping; without one nothing is understood,
// and nothing either of an event that no rule is about.
func readMapped(m Model, data any) []Observation {
	if m.Mapping != nil {
		list := m.Mapping.read(data)
		if m.event && !m.Mapping.says(data) {
			list = append(list, unclear(map[string]string{"why": "no rule for this event"}))
		}
		return list
	}
	extra := leaves(data, func(string) bool { return false })
	return []Observation{{Kind: Online, Value: On, Extra: extra}, unclear(map[string]string{"why": "no mapping"})}
}
