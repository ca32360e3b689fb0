package device

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// Power is what a device lives on; it decides how long it may be silent.
type Power string

// The sorts of power.
const (
	Battery Power = "battery"
	Mains   Power = "mains"
	Gateway Power = "gateway"
	Camera  Power = "camera"
)

// Trouble is what is wrong with a device itself.
type Trouble string

// The troubles.
const (
	BatteryLow    Trouble = "battery"
	Tampered      Trouble = "tamper"
	Faulty        Trouble = "fault"
	Silent        Trouble = "silent"
	NotUnderstood Trouble = "not_understood" // its messages have no known meaning
	ReplaceSoon   Trouble = "replace"        // its replace-by date is 30 days off or past
	Unconfirmed   Trouble = "qos0"           // it sends alarms that nobody confirms (MQTT QoS 0)
)

// Troubles are all troubles.
func Troubles() []Trouble {
	return []Trouble{Silent, NotUnderstood, Faulty, Tampered, BatteryLow, ReplaceSoon, Unconfirmed}
}

// Unit (设备) is one device.
type Unit struct {
	Tenant     store.Tenant
	ID         string
	Key        string // as its messages name it
	Name       string // what its bridge calls it
	Make       string // id of a make, or what it says of itself
	Product    string // as its cloud calls the product
	Kinds      []decode.Kind
	LifeSafety bool
	Power      Power
	Place      string      // id; empty while unclaimed
	Household  string      // id
	Bay        string      // the register's key of a bay
	Spot       string      // 厨房
	Bridge     string      // key of the device it speaks through
	Guards     decode.Kind // the danger it was bound against; empty: nobody said
	Claimed    time.Time
	Installed  time.Time
	ReplaceBy  time.Time
	Heartbeat  time.Duration // 0: not known
	LastSeen   time.Time
	QuietAt    time.Time // counts as silent from then on; zero: not watched
	Battery    int       // per cent; -1: not known
	State      map[decode.Kind]Last
	Troubles   []Trouble
	RemindAt   time.Time
	Tested     time.Time
	Misses     int               // messages in a row that nobody understood
	Alarming   bool              // it sees danger or water now
	Told       map[Trouble]int64 // when people were last told, in milliseconds

	fields string // what a Zigbee device says it reports: JSON of []decode.Field
	seq    int64
	kept   SaveSeenParams // as the row has it
	points []point        // of the message being taken in
	vital  bool           // lives may hang on it, though LifeSafety does not say so; not kept
}

// Last is the last that a device said of one kind. Times are milliseconds.
type Last struct {
	Value string `json:"v"`
	At    int64  `json:"at"`              // of the last message about it
	Since int64  `json:"since"`           // of the change to the value
	Late  int64  `json:"late,omitempty"`  // of the last late alarm
	Heard int64  `json:"heard,omitempty"` // when it was last said, by our clock
	Told  int64  `json:"told,omitempty"`  // when an alarm was last told, by our clock
	Clock int64  `json:"clock,omitempty"` // what the device's clock showed when it last said it; 0: it has none

	Event bool     `json:"e,omitempty"` // it happened: no end need follow
	Unit  string   `json:"u,omitempty"` // of a number
	Parts []string `json:"p,omitempty"` // which of several inputs are on

	// Of what is measured: the curve's last point and how many there were.
	KeptAt int64  `json:"ka,omitempty"`
	Kept   string `json:"kv,omitempty"`
	Points int64  `json:"n,omitempty"`
}

// Has reports whether the device has the trouble.
func (u *Unit) Has(t Trouble) bool { return slices.Contains(u.Troubles, t) }

// alarming reports whether the last word of any kind that calls somebody is On.
func (u *Unit) alarming() bool {
	for k, last := range u.State {
		if k.Alarms() && last.Value == decode.On {
			return true
		}
	}
	return false
}

// Lasting are the alarms that the device says are on now. What was told as an
// event is none: its sender may never say that it is over.
func (u *Unit) Lasting() (kinds []decode.Kind) {
	for k, last := range u.State {
		if k.Alarms() && last.Value == decode.On && !last.Event {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// Alive reports whether the device was heard and is not overdue.
func (u *Unit) Alive(now time.Time) bool {
	return !u.LastSeen.IsZero() && now.Before(u.QuietAt) && !u.Has(Silent)
}

// Allowance is how long the device may be silent: two heartbeats or 25 hours
// for a battery, 10 minutes for mains and gateways, 90 seconds for a camera.
// Source: zigbee2mqtt's availability (10 and 1,500 minutes); cameras of the
// Vzenith kind beat every 30 s.
func (u *Unit) Allowance() time.Duration {
	const most = 25 * time.Hour
	two := min(2*u.Heartbeat, most)
	switch u.Power {
	case Camera:
		return max(two, 90*time.Second)
	case Mains, Gateway:
		return max(two, 10*time.Minute)
	}
	if two > 0 {
		return two
	}
	return most
}

// What is the sort of an event.
type What string

// The events.
const (
	Alarm     What = "alarm"     // a danger or water: somebody must come
	Clear     What = "clear"     // the sensor no longer sees it; closes nothing
	Still     What = "still"     // an alarm that was told is said once more: news only to whoever has closed it
	TestRun   What = "test"      // the test button
	Appeared  What = "appeared"  // an unknown device spoke for the first time
	Troubled  What = "trouble"   // something is wrong with the device itself
	Recovered What = "recovered" // and no longer is
	Changed   What = "changed"   // a bay, a plate, a charger, a door
	Measured  What = "measured"  // a detector in alarm measured something noticeably else
)

// Event is a change that somebody may have to act on.
type Event struct {
	What       What
	Unit       Unit // as it is after the change
	Kind       decode.Kind
	Value      string
	Trouble    Trouble // of Troubled and Recovered
	Late       bool    // kept while offline, or more than ten minutes old
	Again      bool    // told before
	Cached     bool    // of Still: its bridge repeats it from memory, nothing was measured
	Muted      bool    // of Troubled: told within the hour, so nobody is told again
	At         time.Time
	Happened   time.Time         // of what a message says: the device's time if it can be right, else Received
	Received   time.Time         // of what a message says: when it was on disk; of one read again: now
	DeviceTime time.Time         // as the device says; may be wrong
	Extra      map[string]string // of what was not understood
}

// Audience is who has to know, by group: whoever listens finds the persons.
func (e Event) Audience() []people.Group {
	switch {
	case e.What == Alarm:
		return []people.Group{people.Property, people.Committee, people.Volunteers}
	case e.What == Troubled && e.Again && e.Trouble == BatteryLow, e.What == Appeared:
		return []people.Group{people.Property, people.Committee}
	}
	return []people.Group{people.Property}
}

// Listener is told of an event in the transaction that stores it; its error
// undoes both.
type Listener func(context.Context, *store.Tx, Event) error

func kindsOf(s string) []decode.Kind {
	var kinds []decode.Kind
	for f := range strings.FieldsSeq(s) {
		kinds = append(kinds, decode.Kind(f))
	}
	return kinds
}

func joined[T ~string](list []T) string {
	var b []string
	for _, x := range list {
		b = append(b, string(x))
	}
	return strings.Join(b, " ")
}

func isDanger(kinds []decode.Kind) bool { return slices.ContainsFunc(kinds, decode.Kind.Danger) }
