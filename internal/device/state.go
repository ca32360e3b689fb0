package device

import (
	"slices"
	"strconv"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/store"
)

const (
	lateAfter   = 10 * time.Minute // older news says late
	alarmGap    = 10 * time.Minute // an alarm said again after a longer pause is another one
	alarmDay    = 24 * time.Hour   // an alarm that is said for longer is told again
	storedMost  = 24 * time.Hour   // an alarm read once more calls nobody when it is older
	clocksOff   = time.Minute      // how far the clocks of two nodes may differ
	clockSpread = 24 * time.Hour   // a device's clock is believed this far from ours
	testWindow  = 15 * time.Minute // a test that lasts longer is none
	lowBattery  = 15               // per cent
	wellBattery = 20               // per cent, so that it does not flutter
	lowAgain    = 7 * 24 * time.Hour
	missesKept  = 3         // of a device that guards no life
	muteFor     = time.Hour // a trouble that comes and goes is told once in this time
)

// take brings the unit to what one message says and returns the changes. It is
// pure: the message's observations, the unit and the time.
func (u *Unit) take(list []decode.Observation, now time.Time) []Event {
	t := taking{u: u, now: now}
	if len(list) > 0 && list[0].Simulated {
		return t.simulated(list)
	}
	t.hear(list)
	understood := true
	for _, o := range list {
		t.learn(o)
		switch {
		case o.Kind == decode.Unclear:
			understood = false
			t.miss(o)
		case o.Kind.Measured():
			t.measure(o)
		case o.Kind != decode.Online:
			t.observe(o)
		}
	}
	if len(u.points) > 0 && u.alarming() {
		t.add(Event{What: Measured})
	}
	if understood && u.Misses > 0 {
		u.Misses = 0
		t.trouble(NotUnderstood, false, decode.Observation{})
	}
	for i := range t.events {
		t.events[i].Unit = *u
	}
	return t.events
}

type taking struct {
	u      *Unit
	now    time.Time
	events []Event
}

func (t *taking) add(e Event) {
	e.At = t.now
	t.events = append(t.events, e)
}

// hear notes that the device lives, or that its cloud says it does not. That a
// battery device went offline means nothing: it sleeps; its clock runs on.
func (t *taking) hear(list []decode.Observation) {
	if len(list) > 0 && list[0].Stored {
		return
	}
	i := slices.IndexFunc(list, func(o decode.Observation) bool { return o.Kind == decode.Online && !o.IsOn() })
	if i >= 0 {
		if t.u.Power != Battery {
			t.trouble(Silent, true, list[i])
		}
		return
	}
	t.u.LastSeen = t.now
	// Who is silent is looked for at each full minute: a time between two would
	// be written anew with each message and change nothing.
	t.u.QuietAt = upTo(t.now.Add(t.u.Allowance()), watchEvery)
	t.trouble(Silent, false, decode.Observation{})
}

// upTo is the next whole step of the clock, or t itself if it is one.
func upTo(t time.Time, step time.Duration) time.Time { return t.Add(step - 1).Truncate(step) }

// simulated notes what somebody typed at a network server in a device's name: a
// test in its record, and nothing else. It calls nobody, is no sign of life and
// no word of the device, and does not stand for its monthly test.
func (t *taking) simulated(list []decode.Observation) []Event {
	for _, o := range list {
		if !o.Kind.Alarms() || !o.IsOn() {
			continue
		}
		at, late := t.when(o)
		e := t.event(o, at, late)
		e.What = TestRun
		t.add(e)
	}
	for i := range t.events {
		t.events[i].Unit = *t.u
	}
	return t.events
}

// learn adds the kind to what the device is known to report.
func (t *taking) learn(o decode.Observation) {
	if o.Kind == decode.Unclear || o.Kind == decode.Online || slices.Contains(t.u.Kinds, o.Kind) {
		return
	}
	t.u.Kinds = append(t.u.Kinds, o.Kind)
	t.u.LifeSafety = t.u.LifeSafety || o.Kind.Danger()
}

// miss counts a message that nobody understood. On a device that lives hang on
// or may hang on, and on a gateway that may speak for one, the first is a fault;
// elsewhere the third.
func (t *taking) miss(o decode.Observation) {
	t.u.Misses++
	if t.u.LifeSafety || t.u.vital || t.u.Power == Gateway || t.u.Misses >= missesKept {
		t.trouble(NotUnderstood, true, o)
	}
}

// trouble sets or clears one trouble and tells of the change.
func (t *taking) trouble(x Trouble, on bool, o decode.Observation) {
	if t.u.Has(x) == on {
		return
	}
	e := Event{What: Troubled, Trouble: x, Kind: o.Kind, Value: o.Value, DeviceTime: o.DeviceTime, Extra: o.Extra}
	if on {
		t.u.Troubles = append(t.u.Troubles, x)
		e.Muted = t.muted(x)
	} else {
		t.u.Troubles = slices.DeleteFunc(slices.Clone(t.u.Troubles), func(y Trouble) bool { return y == x })
		e.What = Recovered
	}
	t.add(e)
}

// muted reports whether people were told of the trouble a short while ago, and
// remembers that they are told now if not.
func (t *taking) muted(x Trouble) bool {
	if last, ok := t.u.Told[x]; ok && store.Lasts(t.now, store.Time(last).Add(muteFor), muteFor) {
		return true
	}
	if t.u.Told == nil {
		t.u.Told = map[Trouble]int64{}
	}
	t.u.Told[x] = store.Ms(t.now)
	return false
}

// when is the instant a message speaks of, and whether that is late.
func (t *taking) when(o decode.Observation) (at time.Time, late bool) {
	at = t.heard(o)
	off := t.now.Sub(o.DeviceTime)
	if believed := off.Abs() <= clockSpread || o.Replay && off > 0; believed && !o.DeviceTime.IsZero() {
		at = o.DeviceTime
	}
	return at, o.Replay || t.now.Sub(at) > lateAfter
}

// observe compares one observation with the last of its kind.
func (t *taking) observe(o decode.Observation) {
	at, late := t.when(o)
	last, known := t.u.State[o.Kind]
	if o.Stored && o.Kind.Alarms() && t.now.Sub(t.heard(o)) > storedMost {
		return
	}
	o.Test = o.Test || o.Apart && t.u.State[decode.Test].Value == decode.On
	if o.Test && o.Kind != decode.Test && t.testing() {
		return
	}
	if known && store.Ms(at) < last.At && !t.wentBack(last) {
		t.outOfOrder(o, last, at)
		return
	}
	next := Last{Value: o.Value, At: store.Ms(at), Since: last.Since, Late: last.Late, Heard: store.Ms(t.heard(o)), Told: last.Told, Clock: clockOf(o), Event: o.Manner == decode.Happen, Unit: o.Unit, Parts: last.Parts}
	joined := next.join(o, last)
	changed := !known || last.Value != next.Value || joined
	if changed {
		next.Since = store.Ms(t.now)
	}
	again := !changed && t.again(o, last)
	if o.Kind.Alarms() && o.IsOn() && (changed || again) {
		next.Told = next.Heard
	}
	if t.u.State == nil {
		t.u.State = map[decode.Kind]Last{}
	}
	t.u.State[o.Kind] = next
	switch {
	case changed || again:
		t.tell(o, last, at, late)
	case o.Kind.Alarms() && o.IsOn() && !o.Stored && o.Manner != decode.Happen:
		e := t.event(o, at, late)
		e.What, e.Cached = Still, o.Manner == decode.Cached
		t.add(e)
	}
	if o.Once {
		next.Value = decode.Off
		t.u.State[o.Kind] = next
	}
}

// join notes which of a device's inputs for a kind are on: the kind is, as long
// as one of them is. It reports whether this one is on beside others: that is
// news too.
func (l *Last) join(o decode.Observation, last Last) (joined bool) {
	if o.Part == "" {
		l.Parts = nil
		return false
	}
	was := slices.Contains(last.Parts, o.Part)
	switch {
	case o.IsOn() && !was:
		l.Parts = append(slices.Clone(last.Parts), o.Part)
	case !o.IsOn() && was:
		l.Parts = slices.DeleteFunc(slices.Clone(last.Parts), func(p string) bool { return p == o.Part })
	}
	if len(l.Parts) > 0 {
		l.Value = decode.On
	}
	return o.IsOn() && !was && len(last.Parts) > 0
}

// heard is when a message came.
func (t *taking) heard(o decode.Observation) time.Time {
	if !o.ReceivedAt.IsZero() && o.ReceivedAt.Before(t.now) {
		return o.ReceivedAt
	}
	return t.now
}

// wentBack reports whether our clock has gone back since a kind was last heard:
// then nothing says which of the two is older, and what comes now is the newer.
func (t *taking) wentBack(last Last) bool {
	return store.Time(last.heard()).Sub(t.now) > clocksOff
}

// clockOf is the device's clock in milliseconds; 0 without one.
func clockOf(o decode.Observation) int64 {
	if o.DeviceTime.IsZero() {
		return 0
	}
	return store.Ms(o.DeviceTime)
}

// again reports whether an alarm that is said once more is told once more,
// though the device never said that it had ended: many never do, and people
// close an incident whatever the device says. Whoever listens joins it to the
// incident that is open, or opens another.
//
//   - What happens (an eventReport, a lift's box, a fire panel, a data point)
//     is told each time, unless its clock shows that it is the same once more.
//   - What is measured anew is told after ten minutes without a word of it: as
//     long as a detector goes on saying so, people know.
//   - What a bridge repeats from memory with each battery report is told only
//     if the device had been silent for longer than it may be; else there must
//     be an end before.
//   - Either of those two is told again once a day for as long as it lasts.
//
// Each other time that one of those two is said it is Still: whoever listens
// knows whether people have closed it since.
//
// What is read from the disk once more is never told again.
func (t *taking) again(o decode.Observation, last Last) bool {
	if !o.Kind.Alarms() || !o.IsOn() || o.Stored {
		return false
	}
	gap, most := t.heard(o).Sub(store.Time(last.heard())), alarmGap
	switch {
	case o.Manner == decode.Happen && clockOf(o) != last.Clock, o.Manner == decode.Happen && last.Clock == 0:
		return true
	case o.Manner == decode.Cached:
		most = t.u.Allowance()
	}
	return gap > most || t.wentBack(last) || t.heard(o).Sub(store.Time(last.told())) >= alarmDay
}

// heard and told are kept since alarms are told again; before, the time of the
// message and of the change stand for them.
func (l Last) heard() int64 {
	if l.Heard == 0 {
		return l.At
	}
	return l.Heard
}

func (l Last) told() int64 {
	if l.Told == 0 {
		return l.Since
	}
	return l.Told
}

// testing reports whether a message marked as a test may be believed: a test
// that has been on for longer than the window is a button that stuck.
func (t *taking) testing() bool {
	last := t.u.State[decode.Test]
	return last.Value != decode.On || t.now.Sub(store.Time(last.Since)) <= testWindow
}

// outOfOrder is news older than what is known: an alarm that came late is told
// once, anything else is past.
func (t *taking) outOfOrder(o decode.Observation, last Last, at time.Time) {
	if !o.Kind.Alarms() || !o.IsOn() || last.Late == store.Ms(at) {
		return
	}
	last.Late = store.Ms(at)
	t.u.State[o.Kind] = last
	e := t.event(o, at, true)
	e.What = Alarm
	t.add(e)
}

// event is what an observation says, without what that means.
func (t *taking) event(o decode.Observation, at time.Time, late bool) Event {
	e := Event{Kind: o.Kind, Value: o.Value, Late: late, Happened: at, Received: t.heard(o), DeviceTime: o.DeviceTime, Extra: o.Extra}
	if o.Stored {
		e.Received = t.now
	}
	return e
}

// tell makes the event of a change.
func (t *taking) tell(o decode.Observation, last Last, at time.Time, late bool) {
	e := t.event(o, at, late)
	switch {
	case o.Kind.Alarms() && o.IsOn():
		e.What = Alarm
	case o.Kind.Alarms() && last.Value == decode.On:
		e.What = Clear
	case o.Kind.Alarms():
		return
	case o.Kind == decode.Test:
		if !o.IsOn() {
			return
		}
		e.What, t.u.Tested = TestRun, t.now
	case o.Kind == decode.Battery, o.Kind == decode.BatteryLow, o.Kind == decode.Supply:
		t.battery(o)
		return
	case o.Kind == decode.Tamper:
		t.trouble(Tampered, o.IsOn(), o)
		return
	case o.Kind == decode.Fault:
		t.trouble(Faulty, o.IsOn(), o)
		return
	default:
		e.What = Changed
	}
	t.add(e)
}

// battery reads a charge in per cent, or the device's own word that it is low, or
// that it lives on the mains: then no charge makes it low. Volts are kept and mean nothing here: what is low depends on the cell.
func (t *taking) battery(o decode.Observation) {
	low := t.u.Has(BatteryLow)
	switch {
	case o.Kind == decode.BatteryLow:
		low = o.IsOn()
	case t.u.State[decode.Supply].Value == decode.Mains:
		t.u.Battery, low = -1, t.u.State[decode.BatteryLow].Value == decode.On
	case o.Unit == "%":
		f, err := strconv.ParseFloat(o.Value, 64)
		if err != nil || f < 0 || f > 100 {
			return
		}
		t.u.Battery = int(f)
		said := t.u.State[decode.BatteryLow].Value == decode.On
		low = said || f <= lowBattery || low && f < wellBattery
	}
	if low != t.u.Has(BatteryLow) {
		t.u.RemindAt = time.Time{}
		if low {
			t.u.RemindAt = t.now.Add(lowAgain)
		}
	}
	t.trouble(BatteryLow, low, o)
}
