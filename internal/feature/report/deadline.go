package report

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// The jobs of this room.
const (
	DeadlineKind = "report.deadline" // named by the matter's id
	LiftKind     = "report.lift"     // carries a late report to the subdistrict office
)

// Jobs are what the clock does to reports.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{
		{Name: DeadlineKind, Do: s.deadlinePassed},
		{Name: LiftKind, Call: s.lift},
	}
}

// deadlinePassed closes a report that nobody confirmed, or tells the next
// level of one that is late.
func (s *Service) deadlinePassed(ctx context.Context, tx *store.Tx, j job.Job) error {
	m, err := s.Spine.InTx(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	r, err := s.inTx(ctx, tx, m)
	if err != nil {
		return err
	}
	due := r.deadline()
	switch {
	case due.IsZero():
		return nil
	case due.After(tx.Now()):
		return s.setDeadline(ctx, tx, r)
	case r.Phase == matter.Done:
		return s.closeSilent(ctx, tx, r)
	}
	return s.chase(ctx, tx, r)
}

// closeSilent closes what the reporter did not answer in time, and says so.
func (s *Service) closeSilent(ctx context.Context, tx *store.Tx, r Report) error {
	r.step(Act{Verb: matter.Close}, "", matter.ByClock, Category{}, "", tx.Now())
	args := map[string]string{"days": fmt.Sprint(int(confirmWithin.Hours() / 24))}
	return s.clockMoves(ctx, tx, r, matter.Close, args, func(sc scene) []string { return []string{r.RaisedBy} })
}

// chase tells the next level that a deadline passed. The work stays with whom
// it was with.
func (s *Service) chase(ctx context.Context, tx *store.Tx, r Report) error {
	r.Detail.Level++
	level := chaseLevel(r.Holder.Group, r.Detail.Level)
	if level == people.Subdistrict {
		r.Detail.Level = levels
		if err := job.Add(ctx, tx, r.Tenant, LiftKind, r.ID, tx.Now(), struct{}{}); err != nil {
			return err
		}
	}
	args := map[string]string{"level": string(level), "late": fmt.Sprint(store.Ms(tx.Now()) - store.Ms(r.Due))}
	return s.clockMoves(ctx, tx, r, matter.Chase, args, func(sc scene) []string {
		return append(sc.persons("", level, r.Holder.Group), r.RaisedBy)
	})
}

// clockMoves is a move that no person made.
func (s *Service) clockMoves(ctx context.Context, tx *store.Tx, r Report, verb matter.Verb, args map[string]string, to func(scene) []string) error {
	sc, err := s.sceneAt(ctx, r.Tenant, r.Place)
	if err != nil {
		return err
	}
	cat, _, err := s.Categories.ByCode(ctx, r.Detail.Category)
	if err != nil {
		return err
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: r.Tenant, ID: r.ID, Verb: verb, As: matter.ByClock, Holder: r.Holder, Due: r.Due,
		Entry: matter.Entry{Key: "report.did." + string(verb), Args: args, Audience: r.Visibility},
	})
	if err != nil {
		return err
	}
	r.Matter = m
	if err := New(tx).UpdateDetail(ctx, changedRow(r)); err != nil {
		return fmt.Errorf("report detail: %w", err)
	}
	return errors.Join(s.setDeadline(ctx, tx, r), s.tell(ctx, tx, r, cat, sc, to(sc), "report.told."+string(verb)))
}

// lift writes a late report into the subdistrict office's own list and tells
// its officers, in a transaction of the office's own. Doing it twice changes
// nothing.
func (s *Service) lift(ctx context.Context, j job.Job) error {
	m, err := s.Spine.ByID(ctx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	r, err := s.withDetail(ctx, m)
	if err != nil {
		return err
	}
	label, err := s.Places.Label(ctx, j.Tenant, r.PublicPlace())
	if err != nil {
		return err
	}
	office, officers, err := s.officers(ctx, r)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).PutCase(ctx, PutCaseParams{
			TenantID: office, MatterID: r.ID, Neighbourhood: string(r.Tenant), Number: r.Number, Category: r.Detail.Category,
			Place: label.Door, Since: store.Ms(tx.Now()),
		})
		if err != nil || n == 0 {
			return err
		}
		return s.Notify.Tell(ctx, tx, notify.Telling{
			Tenant: office, Matter: r.ID, Seq: r.Version, To: officers, Key: "report.told.chase", Link: Path(r.ID),
			Args:  map[string]string{"place": label.Door, "category": r.Detail.Category, "number": r.Number, "level_key": "group." + string(people.Subdistrict)},
			Event: notify.Event{Kind: KindName, Verb: "chase", Number: r.Number, Phase: string(r.Phase), Place: label.Door},
		})
	})
}

// officers are the subdistrict office and the ids of its officers.
func (s *Service) officers(ctx context.Context, r Report) (store.Tenant, []string, error) {
	node, err := s.Places.ByID(ctx, r.Tenant, r.Place)
	if err != nil {
		return "", nil, err
	}
	served, err := s.Register.PostsAt(ctx, r.Tenant, node.Path)
	if err != nil {
		return "", nil, err
	}
	office, err := s.Categories.owner(ctx)
	if err != nil {
		return "", nil, err
	}
	var ids []string
	for _, p := range served {
		if p.Tenant == office && p.Role.Group() == people.Subdistrict {
			ids = append(ids, p.Person)
		}
	}
	return office, ids, nil
}

// splitPath is the ids of a path.
func splitPath(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
