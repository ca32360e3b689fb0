package alarm

import (
	"context"
	"fmt"

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
	return []job.Kind{{Name: TimerKind, Do: s.timerFired, Tries: 1000}, {Name: OfficeKind, Call: s.tellOffice, Tries: 1000}, {Name: DrillKind, Do: s.drillOver, Tries: 1000}, {Name: ChaseKind, Do: s.chase, Tries: 1000}}
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
	i.Level++
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Escalate, As: matter.ByClock, Holder: i.Holder, Due: tx.Now().Add(Repeat),
		Entry: matter.Entry{Key: "alarm.step." + string(step), Args: map[string]string{"after": fmt.Sprint(tx.Now().Sub(i.RaisedAt).Milliseconds())}, Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	i.Matter = m
	if err := s.step(ctx, tx, i, step); err != nil {
		return err
	}
	return s.keep(ctx, tx, i)
}

// step calls whom the step calls.
func (s *Service) step(ctx context.Context, tx *store.Tx, i Incident, step Step) error {
	if step == StepOffice || step == StepNobody {
		if err := job.Add(ctx, tx, i.Tenant, OfficeKind, fmt.Sprintf("%s/%d", i.ID, i.Version), tx.Now(), i.ID); err != nil {
			return err
		}
	}
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return fmt.Errorf("responders: %w", err)
	}
	to := map[string]string{}
	for _, r := range rows {
		if r.Answer != "cannot" {
			to[r.PersonID] = r.Audience
		}
	}
	return s.tellAll(ctx, tx, i, sc, to, "alarm.told."+string(step))
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
			Args:  told(i, sc),
			Event: notify.Event{Kind: KindName, Verb: "office", Number: i.Number, Phase: string(i.Phase), Place: sc.door},
		})
	})
}
