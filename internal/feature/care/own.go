package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// Own is an entry as the elder or the family sees it.
type Own struct {
	Elder
	Name  string
	Sheet Sheet // the elder's own eyes only; empty for the family
	Self  bool
	Looks []Look
	Next  Visit
}

// Mine are the entries about the actor, their household, or those for whom they
// are named as family.
func (s *Service) Mine(ctx context.Context, a people.Actor) ([]Own, error) {
	q := s.read()
	rows, err := s.ownRows(ctx, q, a)
	if err != nil {
		return nil, err
	}
	var out []Own
	for _, r := range rows {
		sheet, err := s.openSheet(r)
		if err != nil {
			return nil, err
		}
		o := Own{Name: sheet.Name, Self: sheet.Person == a.Person}
		if o.Self {
			o.Sheet = sheet
		}
		if o.Elder, err = s.elderOf(ctx, q, r); err != nil {
			return nil, err
		}
		if o.Looks, err = s.looks(ctx, q, r); err != nil {
			return nil, err
		}
		v, err := q.OpenVisitOf(ctx, r.TenantID, r.ID)
		if err == nil {
			o.Next, err = s.visitOf(ctx, v)
		}
		if err != nil && !fault.Is(store.NoRows(err), fault.NotFound) {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// ownRows are the entries an actor may withdraw as the elder or the family.
func (s *Service) ownRows(ctx context.Context, q *Queries, a people.Actor) ([]CareElder, error) {
	if a.Person == "" || a.Household == "" {
		return nil, nil
	}
	rows, err := s.atHome(ctx, q, a.Tenant, a.Dwelling)
	if err != nil {
		return nil, err
	}
	kin, err := q.EldersOfKin(ctx, a.Tenant, s.kinKey(a.Tenant, a.Person))
	if err != nil {
		return nil, fmt.Errorf("own entries: %w", err)
	}
	for _, id := range kin {
		r, err := s.row(ctx, q, a.Tenant, id)
		if err != nil {
			return nil, err
		}
		if r.WithdrawnAt == 0 && !slices.ContainsFunc(rows, func(x CareElder) bool { return x.ID == id }) {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// Withdraw ends an entry at once: by the elder, by the family, or by the
// committee for them. Everything about the elder is erased in this transaction;
// that it was withdrawn remains.
func (s *Service) Withdraw(ctx context.Context, a people.Actor, id string) error {
	r, err := s.row(ctx, s.read(), a.Tenant, id)
	if err != nil {
		return err
	}
	how, err := s.side(ctx, a, r)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := people.Audit(ctx, tx, a, "care.withdraw", "care", r.ID, "name", "contacts", "key", "hints", "notes"); err != nil {
			return err
		}
		return s.erase(ctx, tx, r, how)
	})
}

// side is as what the actor may withdraw an entry; to others it is not found.
func (s *Service) side(ctx context.Context, a people.Actor, r CareElder) (string, error) {
	if r.WithdrawnAt != 0 {
		return "", fault.New(fault.NotFound, "fault.not_found")
	}
	own, err := s.ownRows(ctx, s.read(), a)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(own, func(x CareElder) bool { return x.ID == r.ID }) {
		if r.PersonKey == s.personKey(a.Tenant, a.Person) {
			return BySelf, nil
		}
		return ByFamily, nil
	}
	path, err := s.pathOf(ctx, r.TenantID, r.BuildingID)
	if err != nil {
		return "", err
	}
	if s.mayKeep(a, path) != nil {
		return "", fault.New(fault.NotFound, "fault.not_found")
	}
	return ByStaff, nil
}

// erase leaves of an entry that it was, and when and how it ended.
func (s *Service) erase(ctx context.Context, tx *store.Tx, r CareElder, how string) error {
	q := New(tx)
	committee, err := s.committee(ctx, q, r)
	if err != nil {
		return err
	}
	carers, err := q.CarersOf(ctx, r.TenantID, r.ID)
	if err != nil {
		return fmt.Errorf("carers: %w", err)
	}
	n, err := q.EraseElder(ctx, EraseElderParams{r.TenantID, r.ID, store.Ms(tx.Now()), how})
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if n == 0 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	err = errors.Join(q.DropCarers(ctx, r.TenantID, r.ID), q.DropKin(ctx, r.TenantID, r.ID), q.EraseNotes(ctx, r.TenantID, r.ID))
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if err := s.endVisits(ctx, tx, r); err != nil {
		return err
	}
	to := committee
	for _, c := range carers {
		if !slices.Contains(to, c.PersonID) {
			to = append(to, c.PersonID)
		}
	}
	return s.tell(ctx, tx, r, telling{about: "care/" + r.ID, seq: 2, to: to, key: "care.told.withdrawn", link: "/care/rounds", verb: "withdrawn"})
}

// endVisits takes back the visits that are owed.
func (s *Service) endVisits(ctx context.Context, tx *store.Tx, r CareElder) error {
	rows, err := New(tx).OpenVisitsFor(ctx, r.TenantID, r.ID)
	if err != nil {
		return fmt.Errorf("open visits: %w", err)
	}
	for _, row := range rows {
		if err := s.endVisit(ctx, tx, row); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) endVisit(ctx context.Context, tx *store.Tx, row CareVisit) error {
	_, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: row.TenantID, ID: row.MatterID, Verb: matter.Withdraw, As: matter.ByClock,
		Entry: matter.Entry{Key: "care.did.withdraw", Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	v := Visit{Elder: row.ElderID, Volunteer: row.VolunteerID, Missed: int(row.Missed), Outcome: matter.Withdraw, DoneAt: tx.Now()}
	v.Tenant, v.ID, v.PromisedFor, v.Phase = row.TenantID, row.MatterID, store.Time(row.DueAt), matter.Withdrawn
	return errors.Join(s.keepVisit(ctx, tx, v), job.Cancel(ctx, tx, v.Tenant, MissedKind, v.ID), job.Cancel(ctx, tx, v.Tenant, RemindKind, v.ID))
}

// telling is something the room says.
type telling struct {
	about string // matter, or care/ and the entry
	seq   int
	to    []string
	key   string
	link  string
	verb  string
	num   string
	by    time.Time // the hour it has to be done by
}

// tell says something without naming anybody: the building, and where to look.
func (s *Service) tell(ctx context.Context, tx *store.Tx, r CareElder, t telling) error {
	label, err := s.Places.Label(ctx, r.TenantID, r.BuildingID)
	if err != nil {
		return err
	}
	args := map[string]string{"place": label.Door}
	if !t.by.IsZero() {
		args["by"] = byWhen(t.by, tx.Now())
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: r.TenantID, Matter: t.about, Seq: t.seq, To: t.to, Key: t.key, Link: t.link, Args: args,
		Event: notify.Event{Kind: KindName, Verb: t.verb, Number: t.num, Place: label.Door},
	})
}

// byWhen is an hour as both languages write it: 18:00, on another day with the
// day before it.
func byWhen(at, now time.Time) string {
	if at, now = at.In(shanghai()), now.In(shanghai()); at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("01-02 15:04")
	}
	return at.In(shanghai()).Format("15:04")
}
