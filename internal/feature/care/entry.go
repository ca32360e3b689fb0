package care

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// record is an entry as the room itself works with it: opened, with its carers as
// they serve today and the visits that are owed. Nobody's eyes see it.
type record struct {
	Elder
	row    CareElder
	sheet  Sheet
	rules  Rules
	person people.Person  // as the neighbourhood's register has them
	scene  casework.Scene // of the building
	open   []Visit        // in the order in which they were promised
	away   []CareAway     // of its carers, from now on
}

// record is an entry of a neighbourhood; one that ended is not found.
func (s *Service) record(ctx context.Context, db store.DB, tenant store.Tenant, id string) (record, error) {
	row, err := New(db).ElderByID(ctx, tenant, id)
	if err != nil {
		return record{}, fmt.Errorf("elder: %w", store.NoRows(err))
	}
	return s.recordOf(ctx, db, row)
}

func (s *Service) recordOf(ctx context.Context, db store.DB, row CareElder) (e record, err error) {
	e.row = row
	if e.sheet, err = s.openSheet(row); err != nil {
		return e, err
	}
	if e.person, err = s.Register.Person(ctx, row.TenantID, e.sheet.Person); err != nil {
		return e, err
	}
	if e.rules, err = s.rules(ctx, s.Store.Reader()); err != nil {
		return e, err
	}
	e.Elder = elderOf(row, e.rules)
	carers, err := New(db).CarersOf(ctx, row.TenantID, row.ID)
	if err != nil {
		return e, fmt.Errorf("carers: %w", err)
	}
	for _, c := range carers {
		e.Carers = append(e.Carers, Carer{c.PersonID, c.Name, Duty(c.Duty)})
	}
	if e.away, err = New(db).AwaysAround(ctx, row.TenantID, row.ID, store.Ms(s.Store.Now())); err != nil {
		return e, fmt.Errorf("away: %w", err)
	}
	if e.open, err = s.owed(ctx, db, row.TenantID, row.ID); err != nil {
		return e, err
	}
	e.scene, err = s.SceneAt(ctx, row.TenantID, row.BuildingID)
	return e, err
}

// elderOf is an entry without its carers.
func elderOf(r CareElder, rules Rules) Elder {
	return Elder{Tenant: r.TenantID, ID: r.ID, Building: r.BuildingID, Paper: r.PaperSealed != "", Grade: rules.grade(r.Grade), Ground: rules.ground(r.Ground)}
}

// owed are the open visits of an elder: one ahead, and those before it of which
// nobody has said what became of them.
func (s *Service) owed(ctx context.Context, db store.DB, tenant store.Tenant, elder string) ([]Visit, error) {
	return s.visits.Table.Open(ctx, db, tenant, matter.Cond{SQL: "d.elder_id = ?", Args: []any{elder}})
}

// known is an entry for one of its named carers who still serves its place; to
// others it is not found.
func (s *Service) known(ctx context.Context, a people.Actor, id string) (record, error) {
	e, err := s.record(ctx, s.Store.Reader(), a.Tenant, id)
	if err == nil && e.duty(a) == "" {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return e, err
}

// carer is a named carer; the zero Carer if the person is none.
func (e Elder) carer(person string) Carer {
	if i := slices.IndexFunc(e.Carers, func(c Carer) bool { return c.Person == person }); i >= 0 {
		return e.Carers[i]
	}
	return Carer{}
}

// persons are the carers with a duty.
func (e Elder) persons(duty Duty) (ids []string) {
	for _, c := range e.Carers {
		if c.Duty == duty {
			ids = append(ids, c.Person)
		}
	}
	return ids
}

// duty is the actor's to the elder, if they are named and still serve the place.
func (e record) duty(a people.Actor) Duty {
	if a.Tenant != e.Tenant || (people.Access{}).See(a, "care", "sheet", people.Subject{Path: e.scene.Node.Path}) < people.Logged {
		return ""
	}
	return e.carer(a.Person).Duty
}

// committee are those of the committee who answer for an elder: the responsible
// workers who still serve, or everybody of the committee if none does.
func (e record) committee() []string {
	all := e.scene.Persons(people.Committee)[e.Tenant]
	named := slices.DeleteFunc(e.persons(Responsible), func(id string) bool { return !slices.Contains(all, id) })
	if len(named) > 0 {
		return named
	}
	return all
}

// turn is whose turn a visit at that time is: the paired volunteer after the
// one who had the last, passing over whoever is away or is the one named in
// not; a responsible worker if no volunteer is there.
func (e record) turn(at time.Time, not string) matter.Holder {
	paired := e.persons(Paired)
	if n := len(e.open); n > 0 {
		i := slices.Index(paired, e.open[n-1].Detail.Volunteer) + 1
		paired = slices.Concat(paired[i:], paired[:i])
	}
	for _, person := range paired {
		if person != not && e.free(person, at) {
			return matter.Holder{Group: people.Volunteers, Person: person}
		}
	}
	return matter.Holder{Group: people.Committee, Person: append(e.committee(), "")[0]}
}

// free reports whether a volunteer still serves the place and is not away.
func (e record) free(person string, at time.Time) bool {
	return allServe(e.scene.Served, e.Tenant, []string{person}, volunteering...) &&
		!slices.ContainsFunc(e.away, func(x CareAway) bool {
			return x.PersonID == person && x.FromAt <= store.Ms(at) && x.UntilAt > store.Ms(at)
		})
}

// gone reports whether an elder is on the neighbourhood's register no more.
func (e record) gone() bool { return !e.person.Until.IsZero() }

// doorOf is the door-plate of where an elder lives now, with the flat.
func (s *Service) doorOf(ctx context.Context, e record) (string, error) {
	at := e.sheet.Home
	if e.person.Household != "" {
		h, err := s.Register.Household(ctx, e.Tenant, e.person.Household)
		if err != nil {
			return "", err
		}
		at = h.Place
	}
	label, err := s.Places.Label(ctx, e.Tenant, at)
	return label.Door, err
}

// follow keeps up with an elder who moved within the neighbourhood.
func (s *Service) follow(ctx context.Context, tx *store.Tx, e record) (record, error) {
	x, err := s.subjectOf(ctx, e.Tenant, e.sheet.Person)
	if fault.Is(err, fault.NotFound) || err == nil && x.home.Node.ID == e.sheet.Home {
		return e, nil // no home on the register: they stay where they were
	}
	if err != nil {
		return e, err
	}
	e.sheet.Home = x.home.Node.ID
	sealed, err := s.sealSheet(e.Tenant, e.ID, e.sheet)
	if err != nil {
		return e, err
	}
	if err := New(tx).MoveElder(ctx, MoveElderParams{e.Tenant, e.ID, x.building, sealed, store.Ms(tx.Now())}); err != nil {
		return e, fmt.Errorf("move elder: %w", err)
	}
	return s.record(ctx, tx, e.Tenant, e.ID)
}
