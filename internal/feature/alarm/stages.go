package alarm

import (
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
)

// whom a stage calls, of those who were called before. Whoever said that they
// cannot come is called no more, nor one of the family who has answered.
type whom int

const (
	unreached  whom = iota // no receipt says that a message came
	mayCome                // everybody who may still come
	unanswered             // who has not answered; the family has its message, and waits
)

// stageRow is one line of whom an alarm calls (谁在什么时候被叫).
type stageRow struct {
	in     matter.Phase
	step   Step
	after  time.Duration // since it was raised, taken, or somebody was at the door
	every  time.Duration // and again each so long; 0: once
	whom   whom
	by     []notify.Channel // beside their pages; the first that there is a gateway for, if it is by receipt
	office bool             // the subdistrict's officers too
	widens bool             // and those of the first wave whom the kind did not call at once
	empty  bool             // where nobody of the first wave can come, the officers are called in its place
}

// stages are all of them. The first wave is called when an alarm is raised
// ([firstWave], [nature.first]); then, until somebody answers, the lines of
// Raised; until somebody is at the door, those of Taken; while only the family is
// there, that of Doing. A kind without an emergency number calls everybody again
// instead ([SignalKind.call]). A test stops before anybody else is called.
//
// Sources: reference/devices.md §7.
func stages() []stageRow {
	everyWay := []notify.Channel{notify.Push, notify.Robot, notify.Voice} // a message where there is no gateway for calls
	return []stageRow{
		{in: matter.Raised, step: StepChannel, after: NextChannel, whom: unreached, by: []notify.Channel{notify.SMS, notify.Voice}, empty: true},
		{in: matter.Raised, step: StepVoice, after: NextVoice, whom: unreached, by: []notify.Channel{notify.Voice}, empty: true},
		{in: matter.Raised, step: StepRepeat, after: Repeat, whom: mayCome, by: everyWay, widens: true, empty: true},
		{in: matter.Raised, step: StepOffice, after: ToOffice, whom: mayCome, by: everyWay, office: true},
		{in: matter.Raised, step: Step119, after: Call119, whom: mayCome, by: everyWay},
		{in: matter.Raised, step: StepRepeat, after: Call119 + Repeat, every: Repeat, whom: mayCome, by: everyWay, widens: true, empty: true},
		{in: matter.Taken, step: StepRemind, after: Repeat, every: Repeat, whom: unanswered, by: []notify.Channel{notify.Push}},
		{in: matter.Taken, step: StepNobody, after: NobodyThere, every: NobodyThere, whom: mayCome, by: everyWay, office: true, widens: true},
		{in: matter.Doing, step: StepAlone, after: NobodyThere, every: NobodyThere, whom: mayCome, by: everyWay, office: true},
	}
}

// stageOf is the line of a step. That of the ambulance is that of the fire
// brigade.
func stageOf(step Step) stageRow {
	if step == Step120 {
		step = Step119
	}
	all := stages()
	return all[slices.IndexFunc(all, func(s stageRow) bool { return s.step == step })]
}

// timer is the step after so many have fired while nobody answers, and when,
// counted from raising.
func timer(fired int) (Step, time.Duration) {
	all := slices.DeleteFunc(stages(), func(s stageRow) bool { return s.in != matter.Raised })
	last := len(all) - 1
	s := all[min(fired, last)]
	return s.step, s.after + time.Duration(max(fired-last, 0))*s.every
}
