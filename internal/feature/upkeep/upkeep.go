package upkeep

import (
	"slices"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
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
	return matter.Kind{Name: KindName, Moves: []matter.Move{
		{From: open, Verb: matter.Take, To: matter.Taken, By: hands()},
		{From: open, Verb: matter.Finish, To: matter.Confirmed, By: hands()},
		{From: open, Verb: matter.Decline, To: matter.Declined, By: hands()},
		{From: open, Verb: matter.Note, By: hands()},
		{From: open, Verb: Again, By: clock},
		{From: open, Verb: matter.Chase, By: clock},
		{From: open, Verb: Mended, To: matter.Confirmed, By: clock},
	}}
}

// Ticket (检修单) is a matter with what it is about.
type Ticket struct {
	matter.Matter
	Device   string // id
	Cause    Cause
	Spot     string    // 厨房
	ByItself bool      // closes when the device is well again
	Well     time.Time // the device reports no trouble since; zero: it has it
	Times    int       // how often it was reported
	Remedy   Remedy    // what was done; empty as long as nothing was
	Level    int       // how far it climbed: 1 the committee, 2 the subdistrict
}

// How far a late ticket climbs: its holder and the committee are told each time
// it is late, the subdistrict once, when it is late again. Who stands above the
// holder is told first: a ticket of the committee's goes to the subdistrict at
// once.
const toOffice = 2

// climb notes that it is late; true if that is where the subdistrict is told.
func (t *Ticket) climb() bool {
	before := t.Level
	t.Level = min(t.Level+1, toOffice)
	if t.Holder.Group != people.Property {
		t.Level = toOffice
	}
	return before < toOffice && t.Level == toOffice
}

// ClosesAt is when the ticket closes by itself if nothing happens; zero: it
// does not.
func (t Ticket) ClosesAt() time.Time {
	if !t.ByItself || t.Well.IsZero() || t.Phase.Closed() {
		return time.Time{}
	}
	return t.Well.Add(WellFor)
}

func ticketOf(m matter.Matter, r UpkeepTicket) Ticket {
	return Ticket{
		Matter: m, Device: r.DeviceID, Cause: Cause(r.Cause), Spot: r.Spot, ByItself: r.ByItself == 1, Well: store.Time(r.WellAt),
		Times: int(r.Times), Remedy: Remedy(r.Remedy), Level: int(r.Level),
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
