package alarm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// FollowupName is the kind of matter that follow-ups are.
const FollowupName = "followup"

// The times of a follow-up. Source: reference/practice.md §2.7, follow-up
// within 24 hours; two weeks for the valve or the visit itself.
const (
	ChooseWithin = 24 * time.Hour
	DoneWithin   = 14 * 24 * time.Hour
)

// Remedy is what shall keep it from happening again.
type Remedy string

// The remedies.
const (
	Valve      Remedy = "valve"      // 燃气自动关阀
	HomeVisit  Remedy = "visit"      // 上门看看
	Technician Remedy = "technician" // 请人检查探测器
)

// LiftService (电梯检修) is proposed after a lift held somebody; like a
// technician after false alarms it is a matter of upkeep, not a follow-up.
const LiftService Remedy = "lift"

// StillAlarms (还在报警) is proposed when a detector still says alarm ten minutes
// after people have closed it: somebody of upkeep looks at it.
const StillAlarms Remedy = "still"

// Remedies are all remedies.
func Remedies() []Remedy { return []Remedy{Valve, HomeVisit, Technician} }

// FollowupKind is the table of moves of a follow-up (后续):
//
//	raised ─take, and what to do▶ taken ─finish▶ confirmed      exit: declined, with a reason
func FollowupKind() matter.Kind {
	committee := []people.Group{people.Committee}
	return matter.Kind{Name: FollowupName, Moves: []matter.Move{
		{From: []matter.Phase{matter.Raised, matter.Taken}, Verb: matter.Take, To: matter.Taken, By: committee},
		{From: []matter.Phase{matter.Taken}, Verb: matter.Finish, To: matter.Confirmed, By: committee},
		{From: []matter.Phase{matter.Raised, matter.Taken}, Verb: matter.Chase, By: []people.Group{matter.ByClock}},
		{From: []matter.Phase{matter.Raised, matter.Taken}, Verb: matter.Decline, To: matter.Declined, By: committee},
	}}
}

// Followup is a matter with what it is about.
type Followup struct {
	matter.Matter
	Incident string // the incident that led to it
	Proposed Remedy
	Chosen   Remedy // empty until the committee chose
	Door     string
	Timeline []matter.Entry
	Can      []matter.Verb
}

// FollowupPath is the page of a follow-up.
func FollowupPath(id string) string { return "/alarms/followup/" + id }

// raiseFollowup makes a proposal a matter that the committee owes an answer to.
func (s *Service) raiseFollowup(ctx context.Context, tx *store.Tx, i Incident, what Remedy) (matter.Matter, error) {
	m, _, err := s.Spine.Raise(ctx, tx, matter.Raising{
		Tenant: i.Tenant, Kind: FollowupName, Place: i.Place, As: matter.ByClock,
		Holder: matter.Holder{Group: people.Committee}, Due: tx.Now().Add(ChooseWithin), Visibility: matter.Staff,
		Entry: matter.Entry{Key: "alarm.propose." + string(what), Audience: matter.Staff},
	})
	if err != nil {
		return m, err
	}
	err = New(tx).InsertFollowup(ctx, InsertFollowupParams{i.Tenant, m.ID, i.ID, string(what), store.Ms(tx.Now())})
	if err != nil {
		return m, fmt.Errorf("follow-up: %w", err)
	}
	if err := s.chaseAt(ctx, tx, m); err != nil {
		return m, err
	}
	return m, s.Spine.Join(ctx, tx, i.Tenant, i.ID, matter.LeadsTo, m.ID)
}

// ChaseKind is the job that asks again for a follow-up that is late. It is named
// by the matter's id.
const ChaseKind = "alarm.followup"

// chaseAt promises to ask again when a follow-up is late, or takes it back.
func (s *Service) chaseAt(ctx context.Context, tx *store.Tx, m matter.Matter) error {
	if m.Due.IsZero() {
		return job.Cancel(ctx, tx, m.Tenant, ChaseKind, m.ID)
	}
	return job.Add(ctx, tx, m.Tenant, ChaseKind, m.ID, m.Due, struct{}{})
}

// chase tells the committee of a follow-up that is late, and again each day.
func (s *Service) chase(ctx context.Context, tx *store.Tx, j job.Job) error {
	m, err := s.Spine.InTx(ctx, tx, j.Tenant, j.Name)
	if err != nil || m.Phase.Closed() {
		return err
	}
	if m.Due.After(tx.Now()) {
		return s.chaseAt(ctx, tx, m)
	}
	sc, err := s.sceneAt(ctx, m.Tenant, m.Place)
	if err != nil {
		return err
	}
	m, _, err = s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: m.Tenant, ID: m.ID, Verb: matter.Chase, As: matter.ByClock, Holder: m.Holder, Due: tx.Now().Add(ChooseWithin),
		Entry: matter.Entry{Key: "alarm.follow.chase", Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	err = s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: m.Tenant, Matter: m.ID, Seq: m.Version, To: committeeOf(m.Tenant, sc), Key: "alarm.told.follow_late", Args: map[string]string{"place": sc.door}, Link: FollowupPath(m.ID),
		Event: notify.Event{Kind: FollowupName, Verb: string(matter.Chase), Number: m.Number, Phase: string(m.Phase), Place: sc.door},
	})
	return errors.Join(err, s.chaseAt(ctx, tx, m))
}

// committeeOf are those of the committee who serve a place.
func committeeOf(tenant store.Tenant, sc scene) []string {
	var to []string
	for _, p := range sc.served {
		if p.Tenant == tenant && p.Role.Group() == people.Committee {
			to = append(to, p.Person)
		}
	}
	return to
}

// Followup is the follow-up with this id, for those who serve its place; to
// others it is not found.
func (s *Service) Followup(ctx context.Context, a people.Actor, id string) (Followup, error) {
	row, err := New(s.Store.Reader()).FollowupByID(ctx, a.Tenant, id)
	if err != nil {
		return Followup{}, store.NoRows(err)
	}
	f, known, err := s.followupOf(ctx, a, row)
	if err != nil {
		return f, err
	}
	if !known {
		return Followup{}, notFound()
	}
	f.Timeline, err = s.Spine.Timeline(ctx, a.Tenant, id)
	return f, err
}

// followupOf is known to the committee and the property that serve its place.
func (s *Service) followupOf(ctx context.Context, a people.Actor, row AlarmFollowup) (Followup, bool, error) {
	m, err := s.Spine.ByID(ctx, row.TenantID, row.MatterID)
	if err != nil {
		return Followup{}, false, err
	}
	sc, err := s.sceneAt(ctx, m.Tenant, m.Place)
	if err != nil {
		return Followup{}, false, err
	}
	f := Followup{Matter: m, Incident: row.IncidentID, Proposed: Remedy(row.What), Chosen: Remedy(row.Chosen), Door: sc.door}
	access, at := people.Access{}, people.Subject{Path: sc.node.Path}
	if access.May(a, "alarm.followup", at) != nil {
		return f, false, nil
	}
	decides := access.May(a, "alarm.decide", at) == nil
	for _, move := range FollowupKind().Moves {
		if decides && slices.Contains(move.From, m.Phase) && !slices.Contains(f.Can, move.Verb) {
			f.Can = append(f.Can, move.Verb)
		}
	}
	return f, true, nil
}

// Followups are the open follow-ups of the places the actor serves, oldest
// first.
func (s *Service) Followups(ctx context.Context, a people.Actor) ([]Followup, error) {
	rows, err := New(s.Store.Reader()).OpenFollowups(ctx, a.Tenant, deskShown)
	if err != nil {
		return nil, fmt.Errorf("follow-ups: %w", err)
	}
	return s.knownFollowups(ctx, a, rows)
}

// followupsOf are those that an incident led to.
func (s *Service) followupsOf(ctx context.Context, a people.Actor, i Incident) ([]Followup, error) {
	rows, err := New(s.Store.Reader()).FollowupsOf(ctx, i.Tenant, i.ID)
	if err != nil {
		return nil, fmt.Errorf("follow-ups: %w", err)
	}
	return s.knownFollowups(ctx, a, rows)
}

func (s *Service) knownFollowups(ctx context.Context, a people.Actor, rows []AlarmFollowup) ([]Followup, error) {
	var out []Followup
	for _, row := range rows {
		f, known, err := s.followupOf(ctx, a, row)
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, f)
		}
	}
	return out, nil
}

// FollowupAct is what the committee says to a follow-up.
type FollowupAct struct {
	ID     string
	Verb   matter.Verb // Take, Finish or Decline
	Key    string      // idempotency key
	Chosen Remedy      // with Take
	Words  string      // with Decline it has to be there
}

func (x FollowupAct) check() error {
	f := fault.New(fault.Invalid, "alarm.invalid")
	if x.Verb == matter.Take && !slices.Contains(Remedies(), x.Chosen) {
		f.WithField("chosen", "alarm.remedy_missing")
	}
	if x.Verb == matter.Decline && strings.TrimSpace(x.Words) == "" {
		f.WithField("words", "alarm.reason_missing")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// DoFollowup carries out an act. The same key again changes nothing.
func (s *Service) DoFollowup(ctx context.Context, a people.Actor, x FollowupAct) error {
	f, err := s.Followup(ctx, a, x.ID)
	if err != nil {
		return err
	}
	if err := x.check(); err != nil {
		return err
	}
	mv := matter.Moving{
		Tenant: f.Tenant, ID: f.ID, Verb: x.Verb, By: a.Person, As: people.Committee,
		Entry: matter.Entry{Key: "alarm.follow." + string(x.Verb), Args: map[string]string{"words": strings.TrimSpace(x.Words)}, Audience: matter.Staff},
	}
	if !slices.Contains(f.Can, x.Verb) {
		return fault.New(fault.Conflict, "fault.changed")
	}
	if x.Key != "" {
		mv.Key = FollowupName + "/" + a.Person + "/" + x.Key
	}
	chosen := f.Chosen
	if x.Verb == matter.Take {
		chosen = x.Chosen
		mv.Entry.Args["remedy"] = string(chosen)
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if x.Verb == matter.Take {
			mv.Holder, mv.Due = matter.Holder{Group: people.Committee, Person: a.Person}, tx.Now().Add(DoneWithin)
		}
		m, repeated, err := s.Spine.Move(ctx, tx, mv)
		if err != nil || repeated {
			return err
		}
		tx.AfterCommit(func() { s.Hub.Publish(Topic(f.Tenant)) })
		if err := s.chaseAt(ctx, tx, m); err != nil {
			return err
		}
		return New(tx).SettleFollowup(ctx, SettleFollowupParams{f.Tenant, f.ID, string(chosen), flag(!m.Phase.Closed())})
	})
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
