package care

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Opened is an entry with its sheet, as a named carer sees it.
type Opened struct {
	Elder
	Sheet
	Duty   Duty // of who opened it
	Looks  []Look
	Door   string  // where they live now, with the flat
	Visits []Visit // newest first, with their notes
}

// Helpers are the names of the volunteers who are paired with them.
func (o Opened) Helpers() []string {
	var names []string
	for _, c := range o.Carers {
		if c.Duty == Paired {
			names = append(names, c.Name)
		}
	}
	return names
}

// How much of the past a page shows.
const (
	looksShown  = 30
	visitsShown = 12
)

// Open is an entry with its sheet, for its named carers: to everybody else it
// is not found. That it was opened is on disk before anything is shown.
func (s *Service) Open(ctx context.Context, a people.Actor, id string, why Why) (Opened, error) {
	r, err := s.row(ctx, s.read(), a.Tenant, id)
	if err != nil {
		return Opened{}, err
	}
	if r.WithdrawnAt != 0 {
		return Opened{}, fault.New(fault.NotFound, "fault.not_found")
	}
	duty, err := s.carer(ctx, s.read(), a, r)
	if err != nil {
		return Opened{}, err
	}
	if r, err = s.look(ctx, a, r, why, "", sheetFields...); err != nil {
		return Opened{}, err
	}
	return s.opened(ctx, r, duty)
}

// sheetFields are what a look at a sheet shows, as the audit trail names it.
var sheetFields = []string{"name", "contacts", "key", "hints"}

func (s *Service) opened(ctx context.Context, r CareElder, duty Duty) (Opened, error) {
	o := Opened{Duty: duty}
	var err error
	if o.Sheet, err = s.openSheet(r); err != nil {
		return o, err
	}
	if o.Door, err = s.doorOf(ctx, r.TenantID, o.Sheet); err != nil {
		return o, err
	}
	q := s.read()
	if o.Elder, err = s.elderOf(ctx, q, r); err != nil {
		return o, err
	}
	if o.Looks, err = s.looks(ctx, q, r); err != nil {
		return o, err
	}
	o.Visits, err = s.visitsOf(ctx, q, r)
	return o, err
}

// look writes down that somebody looks, unless it is the same look still, and
// gives the entry as it is then. A look at another entry, for another reason,
// about another alarm or by another person is another look.
func (s *Service) look(ctx context.Context, a people.Actor, r CareElder, why Why, about string, fields ...string) (CareElder, error) {
	if same, err := sameLook(ctx, s.read(), a, r, why, about, s.Store.Now()); err != nil || same {
		return r, err
	}
	err := s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if r, err = New(tx).LockElder(ctx, r.TenantID, r.ID); err != nil { // two pages opened at once are one look
			return store.NoRows(err)
		}
		if same, err := sameLook(ctx, New(tx), a, r, why, about, tx.Now()); err != nil || same {
			return err
		}
		return s.note(ctx, tx, a, r, why, about, fields...)
	})
	return r, err
}

func sameLook(ctx context.Context, q *Queries, a people.Actor, r CareElder, why Why, about string, now time.Time) (bool, error) {
	n, err := q.LooksSince(ctx, LooksSinceParams{r.TenantID, r.ID, store.Ms(now.Add(-OneLook)), store.Ms(now), a.Person, string(why), about})
	if err != nil {
		return false, fmt.Errorf("looks since: %w", err)
	}
	return n > 0 && r.WithdrawnAt == 0, nil
}

// note writes down that somebody looks, in the audit trail and for the elder.
func (s *Service) note(ctx context.Context, tx *store.Tx, a people.Actor, r CareElder, why Why, about string, fields ...string) error {
	if r.WithdrawnAt != 0 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	in := a
	in.Tenant = r.TenantID // an officer of the subdistrict who responds is written down here
	if err := people.Audit(ctx, tx, in, "care.read", "care", r.ID, fields...); err != nil {
		return err
	}
	err := New(tx).InsertLook(ctx, InsertLookParams{
		TenantID: r.TenantID, ID: store.NewID(), ElderID: r.ID, ViewerID: a.Person, SessionID: a.Session,
		Why: string(why), About: about, At: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("look: %w", err)
	}
	return nil
}

func (s *Service) looks(ctx context.Context, q *Queries, r CareElder) ([]Look, error) {
	rows, err := q.LooksAt(ctx, r.TenantID, r.ID, looksShown)
	if err != nil {
		return nil, fmt.Errorf("looks: %w", err)
	}
	out := make([]Look, len(rows))
	for i, x := range rows {
		out[i] = Look{store.Time(x.At), x.ViewerID, Why(x.Why), x.About}
	}
	return out, nil
}

// Row is an entry in the committee's list: name and home are masked but for
// its named carers.
type Row struct {
	Elder
	Name  string // 汪**
	Door  string // with the flat for its carers, else the building
	Mine  bool   // the actor is a named carer
	Visit Visit  // the open one; the first of them if its time passed
	Next  Visit  // then the one after it
}

// List are the entries of the places the actor keeps. Reading it is written
// into the audit trail. It asks as often for three hundred entries as for three.
func (s *Service) List(ctx context.Context, a people.Actor) ([]Row, error) {
	out, err := s.listed(ctx, a)
	if err != nil {
		return nil, err
	}
	return out, s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, a, "care.list", "care", "", "name")
	})
}

func (s *Service) listed(ctx context.Context, a people.Actor) ([]Row, error) {
	q := s.read()
	elders, err := q.Elders(ctx, a.Tenant)
	if err != nil {
		return nil, fmt.Errorf("elders: %w", err)
	}
	where, err := s.atlasOf(ctx, a.Tenant)
	if err != nil {
		return nil, err
	}
	carers, err := carersByEntry(ctx, q, a.Tenant)
	if err != nil {
		return nil, err
	}
	visits, err := visitsByEntry(ctx, q, a.Tenant)
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, r := range elders {
		node, err := where.node(ctx, r.BuildingID)
		if err != nil {
			return nil, err
		}
		if s.mayKeep(a, node.Path) != nil {
			continue
		}
		sheet, err := s.openSheet(r)
		if err != nil {
			return nil, err
		}
		row := Row{Elder: elderOf(r, rules), Name: people.MaskName(sheet.Name)}
		row.Carers = carers[r.ID]
		row.Mine = slices.ContainsFunc(row.Carers, func(c Carer) bool { return c.Person == a.Person })
		if row.Door, err = where.doorFor(ctx, r, sheet, row.Mine); err != nil {
			return nil, err
		}
		if open := visits[r.ID]; len(open) > 0 {
			row.Visit = open[0]
			if len(open) > 1 {
				row.Next = open[len(open)-1]
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// carersByEntry are the named carers of a neighbourhood, by entry.
func carersByEntry(ctx context.Context, q *Queries, tenant store.Tenant) (map[string][]Carer, error) {
	rows, err := q.CarersIn(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("carers: %w", err)
	}
	out := map[string][]Carer{}
	for _, c := range rows {
		out[c.ElderID] = append(out[c.ElderID], Carer{c.PersonID, c.Name, Duty(c.Duty)})
	}
	return out, nil
}

// visitsByEntry are the open visits of a neighbourhood, by entry, without their notes.
func visitsByEntry(ctx context.Context, q *Queries, tenant store.Tenant) (map[string][]Visit, error) {
	rows, err := q.OpenVisitsIn(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("open visits: %w", err)
	}
	out := map[string][]Visit{}
	for _, r := range rows {
		out[r.ElderID] = append(out[r.ElderID], Visit{
			Matter: matter.Matter{
				Tenant: tenant, ID: r.MatterID, Number: r.Number, Kind: KindName, Place: r.PlaceID, Phase: matter.Phase(r.Phase),
				Holder: matter.Holder{Group: people.Group(r.HolderGroup), Person: r.HolderPerson}, Due: store.Time(r.DueAt),
				Visibility: matter.Staff, Version: int(r.Version), RaisedAt: store.Time(r.RaisedAt), ChangedAt: store.Time(r.ChangedAt),
			},
			Elder: r.ElderID, Volunteer: r.VolunteerID, PromisedFor: store.Time(r.PromisedFor), Missed: int(r.Missed),
			Outcome: matter.Verb(r.Outcome), DoneBy: r.DoneBy, DoneAt: store.Time(r.DoneAt),
		})
	}
	return out, nil
}

// Withdrawals are what remains of entries that ended, newest first.
func (s *Service) Withdrawals(ctx context.Context, a people.Actor) ([]Withdrawal, error) {
	rows, err := s.read().Withdrawn(ctx, a.Tenant, visitsShown)
	if err != nil {
		return nil, fmt.Errorf("withdrawn: %w", err)
	}
	where, err := s.atlasOf(ctx, a.Tenant)
	if err != nil {
		return nil, err
	}
	var out []Withdrawal
	for _, r := range rows {
		node, err := where.node(ctx, r.BuildingID)
		if err != nil {
			return nil, err
		}
		if s.mayKeep(a, node.Path) != nil {
			continue
		}
		door, err := where.door(ctx, node.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Withdrawal{r.BuildingID, door, store.Time(r.WithdrawnAt), r.WithdrawnHow})
	}
	return out, nil
}
