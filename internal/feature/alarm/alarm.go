package alarm

import (
	"slices"
	"strconv"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// KindName is the kind of matter that incidents are.
const KindName = "alarm"

// SignalKind is what a detector saw.
type SignalKind string

// The kinds that call people. They are never held back.
const (
	Smoke      SignalKind = "smoke"      // 烟雾
	Gas        SignalKind = "gas"        // 燃气泄漏
	CO         SignalKind = "co"         // 一氧化碳
	WaterLeak  SignalKind = "water_leak" // 漏水
	SOS        SignalKind = "sos"        // 求助按钮
	Heat       SignalKind = "heat"       // 高温
	Entrapment SignalKind = "entrapment" // 电梯困人
)

// Kinds are all kinds that call people.
func Kinds() []SignalKind {
	return []SignalKind{Smoke, Gas, CO, WaterLeak, SOS, Heat, Entrapment}
}

// Signal is an edge that a device reported: the kind began, or ended.
type Signal struct {
	Tenant     store.Tenant
	Device     string
	Kind       SignalKind
	On         bool
	Place      string    // id of the dwelling, or of where the device hangs
	DeviceTime time.Time // when it happened; zero if the device has no clock
	ReceivedAt time.Time // when its bytes were on disk: the timers run from then
	Late       bool      // kept while offline and sent again, or read again from the disk
	Drill      bool
	Still      bool   // with On: the device says once more what it was told of; raised if people have closed that
	Cached     bool   // with Still: its bridge repeats it from memory
	Sure       bool   // no test, whatever window is open: a person says so, or it outlived its own window
	after      string // with Still: the closed incident that it was
}

// The timers of an incident. Sources: reference/devices.md §7 (our choice
// within EN 54-21's 100 s and the 10/20/60 s classes of the 119 lines).
const (
	NextChannel = 10 * time.Second  // no delivery receipt: the next channel, a message
	NextVoice   = 20 * time.Second  // still none: a call
	Repeat      = 60 * time.Second  // nobody answered: everybody again, with voice; somebody goes: those who did not answer
	ToOffice    = 120 * time.Second // the subdistrict's officers
	Call119     = 180 * time.Second // every screen says call 119
	NobodyThere = 5 * time.Minute   // somebody goes, nobody arrived
	Again       = 10 * time.Minute  // a new incident this soon after another says so
	LateAfter   = 10 * time.Minute  // a device time this long ago makes the alarm late
)

// Step is what a timer does when it fires.
type Step string

// The steps, in the order they fire while nobody answers; then StepRepeat
// again every minute. While somebody goes and nobody is there StepRemind fires
// every minute, every fifth time StepNobody; StepAlone fires every five minutes
// while only the family is there.
const (
	StepChannel Step = "channel"
	StepVoice   Step = "voice"
	StepRepeat  Step = "repeat"
	StepOffice  Step = "office"
	Step119     Step = "call119"
	Step120     Step = "call120" // in its place where somebody calls for help
	StepRemind  Step = "remind"
	StepNobody  Step = "nobody"
	StepAlone   Step = "alone"
)

// repeatLevel is how many timers have fired when everybody is called again.
const repeatLevel = 2

// Cause is why an incident ended; a false alarm is thanked, never scolded.
type Cause string

// The causes.
const (
	StoveLeftOn Cause = "stove_left_on" // 忘关灶火
	Fire        Cause = "fire"          // 起火
	Cooking     Cause = "cooking"       // 炒菜油烟
	Steam       Cause = "steam"         // 水汽
	Dust        Cause = "dust"          // 灰尘
	Insects     Cause = "insects"       // 小虫
	TestCause   Cause = "test"          // 测试
	DeviceFault Cause = "device_fault"  // 设备故障
	GasLeak     Cause = "gas_leak"      // 燃气泄漏
	Released    Cause = "released"      // 人已救出
	GotOut      Cause = "got_out"       // 自己出来了
	Burner      Cause = "burner"        // 热水器、炭火燃烧不充分
	Spray       Cause = "spray"         // 喷雾、酒精
	Fell        Cause = "fell"          // 摔倒
	Ill         Cause = "ill"           // 生病
	HelpGiven   Cause = "help_given"    // 要人搭把手
	ByMistake   Cause = "by_mistake"    // 误按
	BurstPipe   Cause = "burst_pipe"    // 水管爆裂、漏水
	TapLeftOn   Cause = "tap_left_on"   // 忘关水龙头
	Appliance   Cause = "appliance"     // 洗衣机、热水器漏水
	FromAbove   Cause = "from_above"    // 楼上漏下来
	Splash      Cause = "splash"        // 拖地、溅水
	Unknown     Cause = "unknown"       // 没有查明
)

// Causes are the causes of every kind, each once.
func Causes() []Cause {
	var all []Cause
	for _, k := range Kinds() {
		for _, c := range k.Causes() {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// False reports a cause that was no danger.
func (c Cause) False() bool {
	return slices.Contains([]Cause{Cooking, Steam, Dust, Insects, Spray, Splash, ByMistake, TestCause, DeviceFault}, c)
}

// The verbs of an incident beside those every matter has.
const (
	Go       matter.Verb = "go"       // 我去
	Cannot   matter.Verb = "cannot"   // 我去不了
	BackOut  matter.Verb = "back_out" // 原来说去的人去不了，没有别人在去
	AtDoor   matter.Verb = "at_door"  // 到门口
	Outcome  matter.Verb = "outcome"  // 现场情况
	Shut     matter.Verb = "shut"     // 关闭
	Hush     matter.Verb = "hush"     // 现场静音; or its end, by a second detector or by the household
	Repeated matter.Verb = "signal"   // the device says it again, or no more
	Escalate matter.Verb = "escalate" // a timer fired
	Propose  matter.Verb = "propose"  // what to do so that it does not happen again
	Lapse    matter.Verb = "lapse"    // a drill whose time is over
	Lacks    matter.Verb = "lacks"    // raised without something that could not be found out
	Evacuate matter.Verb = "building" // 通知全楼
	AllClear matter.Verb = "clear"    // a building that was told is told that it is over

	FamilyGo matter.Verb = "family_go" // 家人说去：照样叫人

	// 家人说到门口是点错了: others are there, somebody goes, or nobody does.
	NotThere       matter.Verb = "not_there"
	NotThereGoing  matter.Verb = "not_there_going"
	NotThereNobody matter.Verb = "not_there_nobody"
)

// answerers are the groups that may answer an incident.
var answerers = []people.Group{people.Property, people.Committee, people.Volunteers, people.BuildingLeads, people.Subdistrict}

// byFamily is the family that was called; they serve nothing and hold nothing.
const byFamily people.Group = familyParty

// byHousehold are those who live where it calls; what they may say is in
// household.go.
const byHousehold people.Group = householdParty

// Kind is the table of moves of an incident.
func Kind() matter.Kind {
	open := []matter.Phase{matter.Raised, matter.Taken, matter.Doing, matter.Done}
	anybody := append(slices.Clone(answerers), byFamily)
	return matter.Kind{Name: KindName, Moves: []matter.Move{
		{From: []matter.Phase{matter.Raised, matter.Taken}, Verb: Go, To: matter.Taken, By: answerers},
		{From: []matter.Phase{matter.Doing, matter.Done}, Verb: Go, By: answerers}, // each one's going and coming is on record, not the first's only
		{From: open, Verb: Cannot, By: anybody},
		{From: []matter.Phase{matter.Raised, matter.Taken, matter.Doing}, Verb: FamilyGo, By: []people.Group{byFamily}},
		{From: []matter.Phase{matter.Taken}, Verb: BackOut, To: matter.Raised, By: answerers},
		{From: []matter.Phase{matter.Raised, matter.Taken, matter.Doing}, Verb: AtDoor, To: matter.Doing, By: anybody},
		{From: []matter.Phase{matter.Done}, Verb: AtDoor, By: anybody},
		{From: []matter.Phase{matter.Doing}, Verb: NotThere, By: []people.Group{byFamily}},
		{From: []matter.Phase{matter.Doing}, Verb: NotThereGoing, To: matter.Taken, By: []people.Group{byFamily}},
		{From: []matter.Phase{matter.Doing}, Verb: NotThereNobody, To: matter.Raised, By: []people.Group{byFamily}},
		{From: []matter.Phase{matter.Doing}, Verb: Outcome, To: matter.Done, By: anybody},
		{From: []matter.Phase{matter.Doing, matter.Done}, Verb: Shut, To: matter.Confirmed, By: []people.Group{people.Property, people.Committee, people.Subdistrict}},
		{From: open, Verb: matter.Note, By: anybody},
		{From: []matter.Phase{matter.Raised, matter.Taken, matter.Doing}, Verb: Hush, By: append([]people.Group{matter.ByClock, byHousehold}, answerers...)},
		{From: open, Verb: Evacuate, By: []people.Group{people.Property, people.Committee}},
		{From: []matter.Phase{matter.Confirmed}, Verb: AllClear, By: []people.Group{matter.ByClock}},
		{From: open, Verb: CallsHelp, By: []people.Group{byHousehold}},
		{From: open, Verb: HelpOver, By: []people.Group{byHousehold}},
		{From: open, Verb: GoHelp, By: answerers},
		{From: open, Verb: Lapse, To: matter.Confirmed, By: []people.Group{matter.ByClock}},
		{From: open, Verb: Repeated, By: []people.Group{matter.ByClock}},
		{From: open, Verb: Lacks, By: []people.Group{matter.ByClock}},
		{From: append([]matter.Phase{matter.Confirmed}, open...), Verb: Propose, By: []people.Group{matter.ByClock}},
		{From: []matter.Phase{matter.Raised, matter.Taken, matter.Doing}, Verb: Escalate, By: []people.Group{matter.ByClock}},
	}}
}

// Incident is a matter with what an alarm knows beyond its head.
type Incident struct {
	matter.Matter
	Device    string
	Signal    SignalKind
	Compound  string
	Building  string
	Drill     bool
	Trial     string        // id of the test window it was raised in: a drill that is told to few
	Late      time.Duration // how late the device's message came; 0: in time
	Again     string        // the incident of the same device just before
	Level     int           // timers fired
	Signals   int           // how often the device said it
	AckedAt   time.Time
	DoorAt    time.Time
	HushUntil time.Time // the detector on site is hushed
	Cleared   time.Time // the detector sees nothing any more
	ClosedAt  time.Time
	Evacuated time.Time // the whole building was told
	IsFire    bool
	Cause     Cause
	Alone     bool // the family is at the door and nobody else has answered
}

// Next is the next timer of an incident and when it fires; no step once
// somebody is at the door, unless it is the family alone.
func (i Incident) Next() (Step, time.Time) {
	switch i.Phase {
	case matter.Raised:
		if i.Trial != "" && i.Level >= repeatLevel { // a test calls nobody else
			return "", time.Time{}
		}
		step, after := timer(i.Level)
		return i.Signal.call(step), i.RaisedAt.Add(after)
	case matter.Taken:
		if i.Trial != "" {
			return "", time.Time{}
		}
		at := i.AckedAt.Add(time.Duration(i.Level+1) * stageOf(StepRemind).every)
		if at.Equal(i.nobodyAt()) {
			return StepNobody, at
		}
		return StepRemind, at
	case matter.Doing:
		if i.Alone {
			return StepAlone, i.DoorAt.Add(time.Duration(i.Level+1) * stageOf(StepAlone).every)
		}
	}
	return "", time.Time{}
}

// nextBy is the next timer as it stands at an instant: if the clock went back
// since the incident was raised, the step comes no later after the one before
// than it does otherwise.
func (i Incident) nextBy(now time.Time) (Step, time.Time) {
	step, at := i.Next()
	if most := now.Add(i.pause()); at.After(most) {
		at = most
	}
	return step, at
}

// pause is how long the next step may come after whatever happened last.
func (i Incident) pause() time.Duration {
	switch {
	case i.Phase == matter.Doing:
		return NobodyThere
	case i.Phase == matter.Raised && i.Level < repeatLevel:
		return NextChannel // and NextVoice is as long after that
	}
	return Repeat
}

// nobodyAt is when everybody is called again if still nobody is there.
func (i Incident) nobodyAt() time.Time {
	return i.AckedAt.Add((time.Duration(i.Level)*Repeat/NobodyThere + 1) * NobodyThere)
}

// minutesLate is how late the device's message came, in whole minutes.
func (i Incident) minutesLate() string { return strconv.Itoa(int(i.Late / time.Minute)) }

// urgency is what is looked at first: 0 what nobody answered, 1 where somebody
// goes or is, 2 a drill.
func (i Incident) urgency() int64 {
	switch {
	case i.Drill:
		return 2
	case i.Phase != matter.Raised:
		return 1
	}
	return 0
}

// Responder is one person who was called, and what became of it.
type Responder struct {
	Person     string
	Audience   string // property, committee, volunteer, family, subdistrict
	Handed     time.Time
	Answer     string // going, cannot, or empty
	AnsweredAt time.Time
	DoorAt     time.Time
	DueAt      time.Time // when they said that they would be there; zero: they did not say
}

// Minutes are what somebody who goes may say of how far away they are. It is
// their own word: nobody's whereabouts are known here, and nothing is guessed.
func Minutes() []int { return []int{1, 3, 5, 10} }

// What a responder answers.
const (
	going  = "going"
	cannot = "cannot"
)

// Lane is how far a responder has come: told, going, at the door.
func (r Responder) Lane() int {
	switch {
	case !r.DoorAt.IsZero():
		return 3
	case r.Answer == going:
		return 2
	case r.Answer == "":
		return 1
	}
	return 0
}

func incidentOf(m matter.Matter, r AlarmIncident) Incident {
	return Incident{
		Matter: m, Device: r.DeviceID, Signal: SignalKind(r.Kind), Compound: r.CompoundID, Building: r.BuildingID, Drill: r.Drill != 0, Trial: r.TrialID, HushUntil: store.Time(r.HushUntil),
		Late: time.Duration(r.Late) * time.Millisecond, Again: r.Again, Level: int(r.Level), Signals: int(r.Signals),
		AckedAt: store.Time(r.AckedAt), DoorAt: store.Time(r.DoorAt), Cleared: store.Time(r.ClearedAt), ClosedAt: store.Time(r.ClosedAt), Evacuated: store.Time(r.BuildingAt),
		IsFire: r.Fire != 0, Cause: Cause(r.Cause), Alone: r.Alone != 0,
	}
}
