package alarm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// The jobs of this room.
const (
	TimerKind  = "alarm.timer"  // named by the matter's id
	OfficeKind = "alarm.office" // tells the subdistrict's officers in their own tenant
)

// Jobs are what the clock does to incidents.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{{Name: TimerKind, Do: s.timerFired, Tries: 1000, Span: true}, {Name: OfficeKind, Call: s.tellOffice, Tries: 1000, Span: true}, {Name: DrillKind, Do: s.drillOver, Tries: 1000, Span: true},
		{Name: DeskKind, Do: s.deskSilent, Tries: 1000, Span: true}, {Name: ShiftKind, Do: s.shiftBegan, Tries: 1000}, {Name: ChaseKind, Do: s.chase, Tries: 1000},
		{Name: TrialKind, Do: s.trialOver, Tries: 1000, Span: true}, {Name: StillKind, Do: s.stillSays, Tries: 1000, Span: true}, {Name: TestedKind, Call: s.tested, Tries: 10, Span: true}}
}

// timerFired does the next step of an incident, or waits on if somebody
// answered meanwhile. Whether it is due is the job's word: an incident was
// raised by the clock of its time, which may have gone back since.
func (s *Service) timerFired(ctx context.Context, tx *store.Tx, j job.Job) error {
	i, err := s.inTx(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	step, at := i.Next()
	if at.IsZero() || j.DueAt.After(tx.Now()) {
		return s.setTimer(ctx, tx, i)
	}
	if step == StepRemind && !i.nobodyAt().After(tx.Now()) {
		step = StepNobody // it fell due too
	}
	if step == StepRemind {
		return s.remind(ctx, tx, i)
	}
	if err := s.widen(ctx, tx, i, step); err != nil {
		return err
	}
	call, err := s.calling(ctx, tx, i, step)
	if err != nil {
		return err
	}
	i.Level++
	i.skip(call, tx.Now())
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Escalate, As: matter.ByClock, Holder: i.Holder, Due: tx.Now().Add(Repeat),
		Entry: matter.Entry{Key: "alarm.step." + call.entry, Args: map[string]string{
			"after": fmt.Sprint(max(tx.Now().Sub(i.RaisedAt), at.Sub(i.RaisedAt)).Milliseconds()), "n": strconv.Itoa(len(call.to)),
		}, Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	i.Matter = m
	if err := s.step(ctx, tx, i, step, call); err != nil {
		return err
	}
	return s.keep(ctx, tx, i)
}

// call is whom a step calls, and how.
type call struct {
	to    map[string]string // party by person
	ways  []notify.Channel  // beside their pages
	entry string            // its line in the record
}

// The record's lines where a step has nobody of the first wave to call: all have
// a receipt, there is no gateway, nobody serves the place, all said that they
// cannot. The last two call the subdistrict at once.
const (
	reachedAll = "reached"
	noGateway  = "no_gateway"
	nobodyHere = "nobody_here"
	allCannot  = "all_cannot"
)

// calling is whom a step calls, as its stage has it.
func (s *Service) calling(ctx context.Context, tx *store.Tx, i Incident, step Step) (call, error) {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return call{}, fmt.Errorf("responders: %w", err)
	}
	reached, err := s.Notify.Reached(ctx, tx, i.Tenant, i.ID)
	if err != nil {
		return call{}, err
	}
	c, row := call{to: map[string]string{}, entry: string(step)}, stageOf(step)
	for _, r := range rows {
		if r.Audience == familyParty && r.Answer != "" {
			continue // nobody is rung at the wheel
		}
		if r.Answer != cannot && !(row.whom == unreached && slices.Contains(reached, r.PersonID)) {
			c.to[r.PersonID] = r.Audience
		}
	}
	if why := noneLeft(rows); why != "" && row.empty {
		c.entry = why
	} else if row.whom == unreached {
		err := s.byReceipt(ctx, i, row, &c)
		return c, err
	}
	c.ways = stageOf(StepRepeat).by
	if sms, voice, err := s.Notify.Has(ctx, i.Tenant); err != nil {
		return c, err
	} else if sms && !voice {
		c.ways[2] = notify.SMS // the table is made anew each time it is asked
	}
	return c, nil
}

// remind tells those of the first wave again who have not answered, as somebody
// is only on the way: on their pages, which ring, and by push. The record says
// so the first time. The family has its message, and waits.
func (s *Service) remind(ctx context.Context, tx *store.Tx, i Incident) error {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	var to []string
	for _, r := range rows {
		if r.Answer == "" && r.Audience != familyParty { // unanswered, as its stage has it
			to = append(to, r.PersonID)
		}
	}
	first := i.Level == 0
	for i.Level++; i.overdue(tx.Now()); i.Level++ { // missed rounds are one
	}
	if len(to) == 0 {
		return s.keep(ctx, tx, i)
	}
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	again := telling{to: to, key: "alarm.told." + string(StepRemind), link: Path(i.ID), ways: stageOf(StepRemind).by, seq: int(store.Ms(tx.Now()))}
	if err := s.tellAt(ctx, tx, i, sc, again); err != nil || !first {
		return errors.Join(err, s.keep(ctx, tx, i))
	}
	return s.clock(ctx, tx, i, Escalate, "alarm.step."+string(StepRemind), map[string]string{"n": strconv.Itoa(len(to))})
}

// able reports whether somebody who was called may still come. The family may
// be anywhere, and does not count.
func able(r AlarmCalled) bool { return r.Answer != cannot && r.Audience != familyParty }

// noneLeft is why nobody who was called can come; empty while somebody may.
func noneLeft(rows []AlarmCalled) string {
	staff := slices.DeleteFunc(slices.Clone(rows), func(r AlarmCalled) bool { return r.Audience == familyParty })
	switch {
	case len(staff) == 0:
		return nobodyHere
	case !slices.ContainsFunc(staff, able):
		return allCannot
	}
	return ""
}

// byReceipt chooses the channel for those without a receipt: the first of the
// stage's that there is a gateway for. The record says if it is not the first.
func (s *Service) byReceipt(ctx context.Context, i Incident, st stageRow, c *call) error {
	sms, voice, err := s.Notify.Has(ctx, i.Tenant)
	if err != nil {
		return err
	}
	if len(c.to) == 0 {
		c.entry = reachedAll
		return nil
	}
	gateway := map[notify.Channel]bool{notify.SMS: sms, notify.Voice: voice}
	n := slices.IndexFunc(st.by, func(w notify.Channel) bool { return gateway[w] })
	if n < 0 {
		c.entry = noGateway
		return nil
	}
	c.ways = st.by[n : n+1]
	if n > 0 {
		c.entry += "_" + string(st.by[n])
	}
	return nil
}

// skip passes over what need not be done any more: the call after a message
// that nobody needed or nobody could send, and rounds that all fell due while
// the program was down: nobody is rung ten times in one second.
func (i *Incident) skip(c call, now time.Time) {
	if c.entry == reachedAll || c.entry == noGateway {
		i.Level = repeatLevel
	}
	for i.overdue(now) && (i.Phase != matter.Raised || i.Level > repeatLevel+2) {
		i.Level++
	}
}

// overdue reports whether the next step is due too.
func (i Incident) overdue(now time.Time) bool {
	_, at := i.Next()
	return !at.IsZero() && !at.After(now)
}

// step calls whom the step calls. Of steps that fell due together the last
// rings for all of them.
func (s *Service) step(ctx context.Context, tx *store.Tx, i Incident, step Step, c call) error {
	switch {
	case stageOf(step).office, c.entry == nobodyHere, c.entry == allCannot:
		why := c.entry
		if step == StepOffice {
			why = string(step)
		}
		if err := s.callOffice(ctx, tx, i, why); err != nil {
			return err
		}
	}
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	if i.overdue(tx.Now()) {
		c.ways = nil
	}
	return s.tellAll(ctx, tx, i, sc, c.to, "alarm.told."+string(step), c.ways...)
}

// callOffice promises to tell the subdistrict's officers, and why.
func (s *Service) callOffice(ctx context.Context, tx *store.Tx, i Incident, why string) error {
	return job.Add(ctx, tx, i.Tenant, OfficeKind, fmt.Sprintf("%s/%d/%s", i.ID, i.Version, why), tx.Now(), i.ID)
}

// officeAtOnce calls the subdistrict without waiting for the clock, as nobody
// else can come, and says so in the record.
func (s *Service) officeAtOnce(ctx context.Context, tx *store.Tx, i Incident, why string) (Incident, error) {
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Escalate, As: matter.ByClock, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: "alarm.step." + why, Audience: matter.Staff},
	})
	if err != nil {
		return i, err
	}
	i.Matter, i.Level = m, max(i.Level, repeatLevel)
	if step, _ := i.Next(); step == StepRepeat && i.overdue(tx.Now()) {
		i.Level++ // this call is that one
	}
	return i, s.callOffice(ctx, tx, i, why)
}

// tellOffice tells the subdistrict's officers, in a transaction of the
// office's own. The same round is told once.
func (s *Service) tellOffice(ctx context.Context, j job.Job) error {
	var id string
	if err := j.Into(&id); err != nil {
		return err
	}
	m, err := s.Spine.ByID(ctx, j.Tenant, id)
	if err != nil {
		return err
	}
	row, err := New(s.Store.Reader()).IncidentByID(ctx, j.Tenant, id)
	if err != nil {
		return store.NoRows(err)
	}
	i := incidentOf(m, row)
	sc, err := s.sceneAt(ctx, j.Tenant, i.Place)
	if err != nil {
		return err
	}
	var officers []string
	for _, p := range sc.served {
		if p.Tenant == s.Office && p.Role.Group() == people.Subdistrict {
			officers = append(officers, p.Person)
		}
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.AfterCommit(func() { s.Hub.Publish(Topic(s.Office)) })
		return s.Notify.Tell(ctx, tx, notify.Telling{
			Tenant: s.Office, Matter: i.ID, Seq: i.Version, To: officers, Key: "alarm.told." + officeKey(j.Name), Link: Path(i.ID),
			Args:    told(i, sc),
			Outside: map[notify.Channel][]string{notify.Push: officers, notify.SMS: officers, notify.Voice: officers},
			Event:   notify.Event{Kind: KindName, Verb: "office", Number: i.Number, Phase: string(i.Phase), Place: sc.short},
		})
	})
}

// officeKey is what the officers are told: why they are called, which a job's
// name ends with.
func officeKey(name string) string {
	why := name[strings.LastIndex(name, "/")+1:]
	if slices.Contains([]string{string(StepNobody), nobodyHere, allCannot}, why) {
		return why
	}
	return string(StepOffice)
}
