package register

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

// taking is one tenant's import within its transaction.
type taking struct {
	Deps
	ctx    context.Context // of the transaction, which lives as long as this
	tx     *store.Tx
	plan   *plan
	known  *known
	kept   *kept
	tenant place.Tenant
	counts map[string]Counts
}

func (t *taking) run() (place.Tenant, error) {
	if err := t.open(); err != nil {
		return t.tenant, err
	}
	steps := []func() error{
		t.takeCommunities, t.takeBuildings, t.takeHouseholds, t.takeResidents, t.takeStaff, t.takeVolunteers, t.endAll,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return t.tenant, err
		}
	}
	return t.tenant, nil
}

// open writes the tenant itself and reads what its register holds.
func (t *taking) open() error {
	tenant, change, err := t.Places.PutTenant(t.ctx, t.tx, t.plan.tenant(t.known))
	if err != nil {
		return err
	}
	t.tenant = tenant
	t.count(Neighbourhoods, change)
	t.kept, err = readKept(t.ctx, t.tx, tenant.ID)
	return err
}

// count adds what became of a row.
func (t *taking) count(table string, change place.Change) {
	t.counts[table] = t.counts[table].with(change)
}

func (t *taking) takeCommunities() error {
	for _, r := range t.plan.communities {
		_, change, err := t.kept.places.Put(t.ctx, t.tx, t.tenant.Ref, r.node)
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		t.count(Communities, change)
	}
	return nil
}

func (t *taking) takeBuildings() error {
	for _, r := range t.plan.buildings {
		_, change, err := t.kept.places.Put(t.ctx, t.tx, r.community, r.node)
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		t.count(Buildings, change)
	}
	return nil
}

func (t *taking) takeHouseholds() error {
	for _, r := range t.plan.households {
		home, moved, err := t.kept.places.Put(t.ctx, t.tx, r.building, r.node)
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		_, change, err := t.kept.putHousehold(t.ctx, t.tx, people.Household{
			Ref: r.ref, Place: home.ID, Tenure: r.tenure, Occupancy: r.occupancy, Size: int(r.size),
		})
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		t.count(Households, both(moved, change))
	}
	return nil
}

// both is what became of a row that is written in two places.
func both(a, b place.Change) place.Change {
	switch {
	case a == b:
		return a
	case a == place.Same:
		return b
	case b == place.Same:
		return a
	}
	return place.Changed
}

func (t *taking) takeResidents() error {
	for _, r := range t.plan.residents {
		p := r.person
		p.Household = t.kept.households[r.household].ID
		alone := "0"
		if r.alone {
			alone = "1"
		}
		_, change, err := t.kept.putPerson(t.ctx, t.tx, t.Deps, p, secrets{r.phone, alone})
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		t.count(Residents, change)
	}
	return nil
}

func (t *taking) takeStaff() error {
	for _, r := range t.plan.staff {
		p := people.Person{Ref: r.ref, Name: r.name, Standing: people.Staff}
		p.Pinyin, p.Initials = text.NamePinyin(r.name)
		p, change, err := t.kept.putPerson(t.ctx, t.tx, t.Deps, p, secrets{phone: r.phone})
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		where, _ := t.kept.places.ByRef(r.scope)
		held, err := t.kept.putPost(t.ctx, t.tx, people.Post{
			Person: p.ID, Role: r.role, Place: where.ID, Organisation: r.organisation, Facts: facts(Staff, r.ref),
		})
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		t.count(Staff, both(change, held))
	}
	return nil
}

func (t *taking) takeVolunteers() error {
	for _, r := range t.plan.volunteers {
		where, _ := t.kept.places.ByRef(t.known.served(r))
		change, err := t.kept.putPost(t.ctx, t.tx, people.Post{
			Person: t.kept.persons[r.resident].ID, Role: people.Volunteer, Place: where.ID, Skill: r.skill, Facts: r.facts,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", r.ref, err)
		}
		t.count(Volunteers, change)
	}
	return nil
}
