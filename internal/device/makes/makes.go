package makes

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/linli/linli/internal/device/decode"
)

//go:embed *.json
var files embed.FS

// Make is one make of device.
type Make struct {
	ID        string          `json:"-"` // name of the file
	Vendor    string          `json:"vendor"`
	Model     string          `json:"model"`
	Kinds     []decode.Kind   `json:"kinds"`
	Formats   []decode.Format `json:"formats"`
	Products  []string        `json:"products,omitempty"` // as its cloud or server says
	Battery   bool            `json:"battery,omitempty"`
	Heartbeat int64           `json:"heartbeat_s,omitempty"` // seconds between two messages at most
	Mapping   *decode.Mapping `json:"mapping,omitempty"`
	// AlarmAt is from which value on it alarms, as the maker states it; most
	// state none.
	AlarmAt map[decode.Kind]Limit `json:"alarm_at,omitempty"`
	// Standard is what it follows, where a source states it, and Since the year
	// of that issue; "" and 0: not known, as of most.
	Standard string   `json:"standard,omitempty"`
	Since    int      `json:"since,omitempty"`
	Samples  []Sample `json:"samples"`
}

// Limit is a value of a kind in its unit.
type Limit struct {
	Value string `json:"value"` // decimal
	Unit  string `json:"unit"`
	// Source is where the maker states it.
	Source string `json:"source"`
}

// AlarmsAt is from which value of a kind on the make alarms; empty if the maker
// states none in this unit.
func (m Make) AlarmsAt(k decode.Kind, unit string) string {
	if limit := m.AlarmAt[k]; limit.Unit == unit {
		return limit.Value
	}
	return ""
}

// Period is how often it speaks at least; 0 if that is not known.
func (m Make) Period() time.Duration { return time.Duration(m.Heartbeat) * time.Second }

// Sample is a message and what has to come out of it.
type Sample struct {
	Name     string               `json:"name"`
	Source   string               `json:"source"` // where the message comes from
	Topic    string               `json:"topic,omitempty"`
	Announce json.RawMessage      `json:"announce,omitempty"` // bridge/devices, for Zigbee
	Body     json.RawMessage      `json:"body,omitempty"`
	Hex      string               `json:"hex,omitempty"`
	Want     []decode.Observation `json:"want"` // without Extra and Decoder
}

// all reads the files once; a test reads them too.
var all = sync.OnceValues(read)

// All are the makes by their ids.
func All() ([]Make, error) {
	list, err := all()
	return slices.Clone(list), err
}

func read() ([]Make, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("makes: %w", err)
	}
	var list []Make
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("makes: %w", err)
		}
		m := Make{ID: strings.TrimSuffix(e.Name(), ".json")}
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("make %s: %w", m.ID, err)
		}
		list = append(list, m)
	}
	return list, nil
}

// ByID is one make.
func ByID(id string) (Make, bool) {
	return first(func(m Make) bool { return m.ID == id })
}

// ByProduct is the make that a cloud or server calls product.
func ByProduct(f decode.Format, product string) (Make, bool) {
	return first(func(m Make) bool {
		return product != "" && slices.Contains(m.Formats, f) && slices.Contains(m.Products, product)
	})
}

func first(fits func(Make) bool) (Make, bool) {
	list, err := all()
	if err != nil {
		return Make{}, false // the files are compiled in; a test reads them
	}
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return list[i], true
	}
	return Make{}, false
}
