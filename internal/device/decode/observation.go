package decode

import (
	"slices"
	"time"
)

// Kind is what an observation is about.
type Kind string

// The kinds. Values of switches are On and Off.
const (
	Smoke       Kind = "smoke"       // 烟感
	Gas         Kind = "gas"         // 燃气 alarm, not a meter
	CO          Kind = "co"          // 一氧化碳
	Heat        Kind = "heat"        // 感温
	SOS         Kind = "sos"         // a call button
	Entrapment  Kind = "entrapment"  // 电梯困人
	WaterLeak   Kind = "water_leak"  // 漏水
	Contact     Kind = "contact"     // On: open
	Parking     Kind = "parking"     // On: the bay is taken
	Plate       Kind = "plate"       // text
	Charger     Kind = "charger"     // text: available, charging, faulted
	Elevator    Kind = "elevator"    // text
	Temperature Kind = "temperature" // number, °C
	SmokeLevel  Kind = "smoke_level" // number, dB/m or ppm; without a unit if the maker names none
	GasLevel    Kind = "gas_level"   // number, LEL or ppm: never a meter's volume
	COLevel     Kind = "co_level"    // number, ppm
	Battery     Kind = "battery"     // number, unit %, V or mV
	BatteryLow  Kind = "battery_low" // switch
	Supply      Kind = "supply"      // text: Mains
	Tamper      Kind = "tamper"      // switch
	Fault       Kind = "fault"       // switch
	Online      Kind = "online"      // switch; the first of every letter
	Test        Kind = "test"        // switch: the button was pressed
	Unclear     Kind = "unclear"     // On: the device said something nobody understands
)

// The two values of a switch.
const (
	On  = "on"
	Off = "off"
)

// Mains is the value of Supply: power from outside, whatever a battery says.
const Mains = "mains"

// Kinds are all kinds, dangers first.
func Kinds() []Kind {
	return []Kind{Smoke, Gas, CO, Heat, SOS, Entrapment, WaterLeak, Contact, Parking, Plate, Charger, Elevator, SmokeLevel, GasLevel, COLevel, Temperature, Battery, BatteryLow, Supply, Tamper, Fault, Online, Test, Unclear}
}

// Danger reports whether lives hang on the kind: it is never held, grouped or
// silenced.
func (k Kind) Danger() bool { return slices.Index(Kinds(), k) < 6 && k.known() }

// Alarms reports whether the kind calls somebody: the dangers and water.
func (k Kind) Alarms() bool { return k.Danger() || k == WaterLeak }

func (k Kind) known() bool { return slices.Contains(Kinds(), k) }

// Measured reports whether the kind is what a detector measures of the air
// around it. It calls nobody: the detector itself says when it is too much.
func (k Kind) Measured() bool {
	return k == Temperature || k == SmokeLevel || k == GasLevel || k == COLevel
}

// isSwitch: the value is On or Off.
func (k Kind) isSwitch() bool { return k.known() && !k.isText() && !k.isNumber() }

func (k Kind) isNumber() bool { return k == Battery || k.Measured() }

func (k Kind) isText() bool { return k == Plate || k == Charger || k == Elevator || k == Supply }

// Manner is how a device says that a switch is on, when it says it again.
type Manner string

// The manners.
const (
	Report Manner = ""       // its state, measured anew: each hour, or each minute while it lasts
	Happen Manner = "happen" // something happened: each message is another one
	Cached Manner = "cached" // its bridge repeats the last it knows with whatever else is news
)

// Observation is one thing a device says.
type Observation struct {
	Device     string            `json:"device"`               // key of the device
	Kind       Kind              `json:"kind"`                 //
	Value      string            `json:"value"`                // On, Off, a decimal number, or text
	Unit       string            `json:"unit,omitempty"`       // of a number: %, V, dB/m …
	Test       bool              `json:"test,omitempty"`       // part of a test: no danger
	Replay     bool              `json:"replay,omitempty"`     // kept while offline and sent again
	Stored     bool              `json:"stored,omitempty"`     // read again from the inbox: says nothing about now
	Simulated  bool              `json:"simulated,omitempty"`  // somebody typed it at the server: it tells nothing of the device
	Stopped    bool              `json:"stopped,omitempty"`    // of Unclear: the script was stopped at a limit, or rests after it was
	DeviceTime time.Time         `json:"device_time,omitzero"` // as the device or its cloud says; may be wrong
	ReceivedAt time.Time         `json:"-"`                    // when its message was on disk; zero: now
	Manner     Manner            `json:"-"`                    //
	Part       string            `json:"part,omitempty"`       // which of a device's inputs for the kind says so
	Once       bool              `json:"once,omitempty"`       // of a press: it is over as soon as it is told
	Apart      bool              `json:"-"`                    // what the device says beside it comes on its own
	Danger     bool              `json:"danger,omitempty"`     // of Unclear: it is an alarm, nobody knows of what
	Aside      bool              `json:"aside,omitempty"`      // of Unclear: it stands beside what is understood, and counts where lives may hang on the device
	Message    string            `json:"message,omitempty"`    // the source's own id of the message
	Decoder    string            `json:"decoder,omitempty"`    // name and version: ctwing/1
	Extra      map[string]string `json:"extra,omitempty"`      // on Online: fields nobody asked for, as JSON; on Unclear: what was not understood
}

// IsOn reports whether the value is On.
func (o Observation) IsOn() bool { return o.Value == On }

func onOff(b bool) string {
	if b {
		return On
	}
	return Off
}
