package alarm

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
	return []job.Kind{{Name: TimerKind, Do: s.timerFired, Tries: 1000}, {Name: OfficeKind, Call: s.tellOffice, Tries: 1000}, {Name: DrillKind, Do: s.drillOver, Tries: 1000},
		{Name: DeskKind, Do: s.deskSilent, Tries: 1000}, {Name: ShiftKind, Do: s.shiftBegan, Tries: 1000}, {Name: ChaseKind, Do: s.chase, Tries: 1000}}
}

// timerFired does the next step of an incident, or waits on if somebody
// answered meanwhile.
func (s *Service) timerFired(ctx context.Context, tx *store.Tx, j job.Job) error {
	i, err := s.inTx(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	step, at := i.Next()
	if at.IsZero() || at.After(tx.Now()) {
		return s.setTimer(ctx, tx, i)
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
			"after": fmt.Sprint(tx.Now().Sub(i.RaisedAt).Milliseconds()), "n": strconv.Itoa(len(call.to)),
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

// The record's lines when there is nothing to do before everybody is called
// again: all have a receipt, or there is no gateway.
const (
	reachedAll = "reached"
	noGateway  = "no_gateway"
)

// calling is whom a step calls: at ten seconds those without a receipt of
// delivery get a message, at twenty those still without one a call; from sixty
// on everybody who did not say that they cannot, by every way there is.
func (s *Service) calling(ctx context.Context, tx *store.Tx, i Incident, step Step) (call, error) {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return call{}, fmt.Errorf("responders: %w", err)
	}
	reached, err := s.Notify.Reached(ctx, tx, i.Tenant, i.ID)
	if err != nil {
		return call{}, err
	}
	c, byReceipt := call{to: map[string]string{}, entry: string(step)}, step == StepChannel || step == StepVoice
	for _, r := range rows {
		if r.Answer != cannot && !(byReceipt && slices.Contains(reached, r.PersonID)) {
			c.to[r.PersonID] = r.Audience
		}
	}
	if byReceipt {
		err := s.byReceipt(ctx, i, step, &c)
		return c, err
	}
	c.ways = []notify.Channel{notify.Push, notify.Robot, notify.Voice}
	return c, nil
}

// byReceipt chooses the next channel for those without a receipt: a message,
// then a call; a call at once where there is no gateway for messages.
func (s *Service) byReceipt(ctx context.Context, i Incident, step Step, c *call) error {
	sms, voice, err := s.Notify.Has(ctx, i.Tenant)
	switch {
	case err != nil:
		return err
	case len(c.to) == 0:
		c.entry = reachedAll
	case step == StepChannel && sms:
		c.ways = []notify.Channel{notify.SMS}
	case voice:
		c.ways = []notify.Channel{notify.Voice}
		c.entry = string(step) + map[Step]string{StepChannel: "_voice"}[step]
	default:
		c.entry = noGateway
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
	for i.overdue(now) && (i.Phase == matter.Taken || i.Level > repeatLevel+2) {
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
	if step == StepOffice || step == StepNobody {
		if err := job.Add(ctx, tx, i.Tenant, OfficeKind, fmt.Sprintf("%s/%d", i.ID, i.Version), tx.Now(), i.ID); err != nil {
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
			Tenant: s.Office, Matter: i.ID, Seq: i.Version, To: officers, Key: "alarm.told.office", Link: Path(i.ID),
			Args:    told(i, sc),
			Outside: map[notify.Channel][]string{notify.Push: officers, notify.SMS: officers, notify.Voice: officers},
			Event:   notify.Event{Kind: KindName, Verb: "office", Number: i.Number, Phase: string(i.Phase), Place: sc.short},
		})
	})
}
