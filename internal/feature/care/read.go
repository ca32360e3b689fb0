package care

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
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
func (o Opened) Helpers() []string { return o.names(Paired) }

// names are the names of the carers with a duty; of all for the empty duty.
func (e Elder) names(duty Duty) (names []string) {
	for _, c := range e.Carers {
		if duty == "" || c.Duty == duty {
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
	e, err := s.known(ctx, a, id)
	if err != nil {
		return Opened{}, err
	}
	return s.opened(ctx, a, e, why)
}

// sheetFields are what a look at a sheet shows, as the audit trail names it.
var sheetFields = []string{"name", "contacts", "key", "hints"}

func (s *Service) opened(ctx context.Context, a people.Actor, e record, why Why) (o Opened, err error) {
	if _, err := s.look(ctx, a, e.row, why, "", sheetFields...); err != nil {
		return o, err
	}
	o = Opened{Elder: e.Elder, Sheet: e.sheet, Duty: e.duty(a)}
	if o.Door, err = s.doorOf(ctx, e); err != nil {
		return o, err
	}
	if o.Looks, err = s.looks(ctx, e.Tenant, e.ID); err != nil {
		return o, err
	}
	o.Visits, err = s.visits.Table.Newest(ctx, s.Store.Reader(), e.Tenant, "elder_id", e.ID, visitsShown)
	for i := range o.Visits {
		if err == nil {
			o.Visits[i], err = s.withNote(o.Visits[i])
		}
	}
	return o, err
}

// Going is one visit with the sheet, for a named carer; the look is written
// down.
type Going struct {
	Opened
	Visit casework.View[Detail]
}

// Visit opens a visit.
func (s *Service) Visit(ctx context.Context, a people.Actor, id string) (g Going, err error) {
	if g.Visit, err = s.visits.View(ctx, a, id); err != nil {
		return Going{}, err
	}
	if g.Opened, err = s.opened(ctx, a, *g.Visit.Detail.entry, ForCare); err != nil {
		return Going{}, err
	}
	g.Visit.Case, err = s.withNote(g.Visit.Case)
	return g, err
}

// look writes down that somebody looks, unless it is the same look still, and
// gives the entry as it is then. A look at another entry, for another reason,
// about another alarm or by another person is another look.
func (s *Service) look(ctx context.Context, a people.Actor, r CareElder, why Why, about string, fields ...string) (CareElder, error) {
	if same, err := sameLook(ctx, s.Store.Reader(), a, r, why, about, s.Store.Now()); err != nil || same {
		return r, err
	}
	err := s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if r, err = New(tx).LockElder(ctx, r.TenantID, r.ID); err != nil { // two pages opened at once are one look
			return store.NoRows(err)
		}
		if same, err := sameLook(ctx, tx, a, r, why, about, tx.Now()); err != nil || same {
			return err
		}
		return s.note(ctx, tx, a, r, why, about, fields...)
	})
	return r, err
}

func sameLook(ctx context.Context, db store.DB, a people.Actor, r CareElder, why Why, about string, now time.Time) (bool, error) {
	n, err := New(db).LooksSince(ctx, LooksSinceParams{r.TenantID, r.ID, store.Ms(now.Add(-OneLook)), store.Ms(now), a.Person, string(why), about})
	if err != nil {
		return false, fmt.Errorf("looks since: %w", err)
	}
	return n > 0, nil
}

// note writes down that somebody looks, in the audit trail and for the elder.
func (s *Service) note(ctx context.Context, tx *store.Tx, a people.Actor, r CareElder, why Why, about string, fields ...string) error {
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

func (s *Service) looks(ctx context.Context, tenant store.Tenant, id string) ([]Look, error) {
	rows, err := s.read().LooksAt(ctx, tenant, id, looksShown)
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
	elders, err := s.read().Elders(ctx, a.Tenant)
	if err != nil {
		return nil, fmt.Errorf("elders: %w", err)
	}
	where, err := s.Places.Atlas(ctx, a.Tenant)
	if err != nil {
		return nil, err
	}
	rows, err := s.read().CarersIn(ctx, a.Tenant)
	if err != nil {
		return nil, fmt.Errorf("carers: %w", err)
	}
	carers := map[string][]Carer{}
	for _, c := range rows {
		carers[c.ElderID] = append(carers[c.ElderID], Carer{c.PersonID, c.Name, Duty(c.Duty)})
	}
	visits, err := s.visits.Table.Open(ctx, s.Store.Reader(), a.Tenant)
	if err != nil {
		return nil, err
	}
	open := map[string][]Visit{}
	for _, v := range visits {
		open[v.Detail.Elder] = append(open[v.Detail.Elder], v)
	}
	rules, err := s.rules(ctx, s.Store.Reader())
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, r := range elders {
		e := elderOf(r, rules)
		e.Carers = carers[r.ID]
		row, known, err := s.listRow(ctx, a, e, r, where)
		if err != nil {
			return nil, err
		}
		if list := open[r.ID]; len(list) > 0 {
			row.Visit = list[0]
			if len(list) > 1 {
				row.Next = list[len(list)-1]
			}
		}
		if known {
			out = append(out, row)
		}
	}
	return out, nil
}

// listRow is an entry as the committee's list shows it; known is false where the
// actor does not keep the register.
func (s *Service) listRow(ctx context.Context, a people.Actor, e Elder, r CareElder, where place.Atlas) (row Row, known bool, err error) {
	node, err := where.Node(ctx, e.Building)
	if err != nil || s.mayKeep(a, node.Path) != nil {
		return row, false, err
	}
	sheet, err := s.openSheet(r)
	if err != nil {
		return row, false, err
	}
	row = Row{Elder: e, Name: people.MaskName(sheet.Name), Mine: e.carer(a.Person).Duty != ""}
	at := e.Building
	if row.Mine && sheet.Home != "" {
		at = sheet.Home
	}
	row.Door, err = where.Door(ctx, at)
	return row, true, err
}

// Withdrawals are what remains of entries that ended, newest first.
func (s *Service) Withdrawals(ctx context.Context, a people.Actor) ([]Withdrawal, error) {
	rows, err := s.read().Withdrawn(ctx, a.Tenant, visitsShown)
	if err != nil {
		return nil, fmt.Errorf("withdrawn: %w", err)
	}
	where, err := s.Places.Atlas(ctx, a.Tenant)
	if err != nil {
		return nil, err
	}
	var out []Withdrawal
	for _, r := range rows {
		node, err := where.Node(ctx, r.BuildingID)
		if err != nil {
			return nil, err
		}
		if s.mayKeep(a, node.Path) != nil {
			continue
		}
		door, err := where.Door(ctx, node.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Withdrawal{r.BuildingID, door, store.Time(r.WithdrawnAt), r.WithdrawnHow})
	}
	return out, nil
}
