package upkeep

import (
	"slices"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
)

// KindName is the kind of matter that tickets are.
const KindName = "upkeep"

// Cause is why a device needs a hand.
type Cause string

// The causes. The first seven are a device's own troubles.
const (
	BatteryLow    = Cause(device.BatteryLow)
	Tampered      = Cause(device.Tampered)
	Faulty        = Cause(device.Faulty)
	Silent        = Cause(device.Silent)
	NotUnderstood = Cause(device.NotUnderstood)
	ReplaceSoon   = Cause(device.ReplaceSoon)
	Unconfirmed   = Cause(device.Unconfirmed)
	FalseAlarms   = Cause("false_alarms") // 三次误报
	StillAlarms   = Cause("still_alarms") // 关警后还在报警
	Lift          = Cause("lift")         // 电梯停运、故障、困过人
)

// Causes are all causes.
func Causes() []Cause {
	var list []Cause
	for _, x := range device.Troubles() {
		list = append(list, Cause(x))
	}
	return append(list, FalseAlarms, StillAlarms, Lift)
}

// causeOf is what a device's trouble comes to: a lift that reports a fault is
// the lift's, and one ticket with what the alarm says of it.
func causeOf(u device.Unit, x device.Trouble) Cause {
	lift := slices.Contains(u.Kinds, decode.Entrapment) || slices.Contains(u.Kinds, decode.Elevator)
	if x == device.Faulty && lift {
		return Lift
	}
	return Cause(x)
}

// lasts reports whether a device says itself that a cause is there yet; false for
// what only people know.
func (c Cause) lasts(u device.Unit) bool {
	switch c {
	case Lift:
		return u.Has(device.Faulty)
	case StillAlarms:
		return len(u.Lasting()) > 0
	}
	return u.Has(device.Trouble(c))
}

// The times of a ticket. Sources: reference/devices.md §7 for the battery (a
// week, then the committee) and PRODUCT.md S33 for silence; the others are our
// choice.
const (
	UrgentWithin   = 24 * time.Hour
	OrdinaryWithin = 7 * 24 * time.Hour
	WellFor        = time.Hour      // as long as a device keeps a repeated trouble to itself
	StillAfter     = 25 * time.Hour // as long as a battery device may be silent
)

// within is how long a ticket may take, and after which time it is asked for
// again.
func (c Cause) within(u device.Unit) time.Duration {
	guards := u.LifeSafety || u.Power == device.Gateway
	switch c {
	case Lift:
		return UrgentWithin
	case Silent, NotUnderstood, Faulty, Tampered, StillAlarms:
		if guards {
			return UrgentWithin
		}
	}
	return OrdinaryWithin
}

// asksItself: the device room tells of a battery again each week; the ticket
// need not.
func (c Cause) asksItself() bool { return c == BatteryLow }

// Remedy is what was done.
type Remedy string

// The remedies.
const (
	BatteryChanged Remedy = "battery"  // 换了电池
	Cleaned        Remedy = "cleaned"  // 清洁了
	Repaired       Remedy = "repaired" // 修好了
	Replaced       Remedy = "replaced" // 换了新的
	Moved          Remedy = "moved"    // 换了位置
	Mapped         Remedy = "mapped"   // 补了对照、改了设置
	NothingFound   Remedy = "nothing"  // 没查出毛病
)

// Remedies are all remedies.
func Remedies() []Remedy {
	return []Remedy{BatteryChanged, Cleaned, Repaired, Replaced, Moved, Mapped, NothingFound}
}

// The verbs of a ticket beside those every matter has.
const (
	Again  matter.Verb = "again"  // the same trouble again
	Mended matter.Verb = "mended" // the device is well, and nobody closed the ticket
)

// hands are who may see to a ticket.
func hands() []people.Group { return []people.Group{people.Property, people.Committee} }

// Kind is the table of moves of a ticket.
func Kind() matter.Kind {
	open, clock := []matter.Phase{matter.Raised, matter.Taken}, []people.Group{matter.ByClock}
	return matter.Kind{Name: KindName, Ladder: append(hands(), people.Subdistrict), Moves: []matter.Move{
		{From: open, Verb: matter.Take, To: matter.Taken, By: hands()},
		{From: open, Verb: matter.Finish, To: matter.Confirmed, By: hands()},
		{From: open, Verb: matter.Decline, To: matter.Declined, By: hands(), Need: matter.NeedWords},
		{From: open, Verb: matter.Note, By: hands(), Need: matter.NeedWords},
		{From: open, Verb: Again, By: clock},
		{From: open, Verb: matter.Chase, By: clock},
		{From: open, Verb: Mended, To: matter.Confirmed, By: clock},
	}}
}

// Detail is what a ticket (检修单) knows beyond its head.
type Detail struct {
	Device   string // id
	Cause    Cause
	Spot     string    // 厨房
	ByItself bool      // closes when the device is well again
	Well     time.Time // the device reports no trouble since; zero: it has it
	Times    int       // how often it was reported
	Remedy   Remedy    // what was done; empty as long as nothing was

	world world
}

// world is what is looked up around a ticket; it is not kept.
type world struct {
	unit   device.Unit
	behind int    // how many devices a gateway speaks for
	list   string // the first of them, by where they hang
}

// Ticket is a case of upkeep, View one as somebody may see it.
type (
	Ticket = matter.Case[Detail]
	View   = casework.View[Detail]
)

func tickets() matter.Table[Detail] {
	return matter.Table[Detail]{Kind: KindName, Name: "upkeep_ticket", Columns: func(d *Detail) []matter.Column {
		return []matter.Column{
			{Name: "device_id", At: &d.Device}, {Name: "cause", At: &d.Cause}, {Name: "spot", At: &d.Spot}, {Name: "by_itself", At: &d.ByItself},
			{Name: "well_at", At: &d.Well}, {Name: "times", At: &d.Times}, {Name: "remedy", At: &d.Remedy},
		}
	}}
}

// ClosesAt is when a ticket closes by itself if nothing happens; zero: it does
// not.
func ClosesAt(t Ticket) time.Time {
	if d := t.Detail; d.ByItself && !d.Well.IsZero() && !t.Phase.Closed() {
		return d.Well.Add(WellFor)
	}
	return time.Time{}
}

// subject is what one ticket is open for.
func subject(deviceID string, c Cause) string { return deviceID + "/" + string(c) }

// clock is what the clock does next: a device that is well closes its ticket,
// and else a ticket is late once its time has passed.
func clock(t Ticket) (time.Time, matter.Verb) {
	if at := ClosesAt(t); !at.IsZero() {
		return at, Mended
	}
	if t.Detail.Cause.asksItself() {
		return time.Time{}, ""
	}
	return t.Due, matter.Chase
}
