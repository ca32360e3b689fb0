package register

import (
	"fmt"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// refs are the keys of rows.
func refs[T any](rows []T, of func(T) string) map[string]bool {
	m := make(map[string]bool, len(rows))
	for _, r := range rows {
		m[of(r)] = true
	}
	return m
}

func (t *taking) now() int64 { return store.Ms(t.tx.Now()) }

// endPosts ends the posts that an earlier register entered and this one does
// not: of volunteers, and of staff who serve another place or in another role.
func (t *taking) endPosts() error {
	staff := refs(t.plan.staff, func(r *staff) string { return r.ref + " " + string(r.role) + " " + r.scope })
	volunteers := refs(t.plan.volunteers, func(r *volunteer) string {
		return r.ref + " " + string(people.Volunteer) + " " + t.known.served(r)
	})
	if err := t.endPostsOf(Staff, staff); err != nil {
		return err
	}
	return t.endPostsOf(Volunteers, volunteers)
}

func (t *taking) endPostsOf(table string, listed map[string]bool) error {
	for _, p := range t.kept.posts {
		if p.row.Until != 0 || p.entered(table) == "" || !t.plan.whole[table] {
			continue
		}
		where, _ := t.kept.places.ByID(p.row.PlaceID)
		if listed[p.entered(table)+" "+p.row.Role+" "+where.Ref] {
			continue
		}
		if _, err := people.New(t.tx).EndPost(t.ctx, t.tenant.ID, p.row.ID, t.now()); err != nil {
			return fmt.Errorf("end post: %w", err)
		}
		if table == Volunteers { // staff are counted as persons
			t.count(table, place.Ended)
		}
	}
	return nil
}

// endPersons ends the residents who are no longer listed, and the staff that
// a register had entered.
func (t *taking) endPersons() error {
	residents := refs(t.plan.residents, func(r *resident) string { return r.ref })
	listed := refs(t.plan.staff, func(r *staff) string { return r.ref })
	entered := map[string]bool{}
	for _, p := range t.kept.posts {
		entered[p.entered(Staff)] = true
	}
	for ref, p := range t.kept.persons {
		if !p.Until.IsZero() {
			continue
		}
		gone, table := t.plan.whole[Residents] && !residents[ref], Residents
		if p.Standing == people.Staff {
			gone, table = t.plan.whole[Staff] && !listed[ref] && entered[ref], Staff
		}
		if !gone {
			continue
		}
		if err := t.endPerson(p); err != nil {
			return err
		}
		t.count(table, place.Ended)
	}
	return nil
}

func (t *taking) endPerson(p people.Person) error {
	q := people.New(t.tx)
	if err := q.EndPostsOf(t.ctx, t.tenant.ID, p.ID, t.now()); err != nil {
		return fmt.Errorf("end posts: %w", err)
	}
	if _, err := q.EndPerson(t.ctx, t.tenant.ID, p.ID, t.now()); err != nil {
		return fmt.Errorf("end person: %w", err)
	}
	return nil
}

// endHouseholds ends the households that are no longer listed and retires
// their dwellings.
func (t *taking) endHouseholds() error {
	if !t.plan.whole[Households] {
		return nil
	}
	listed := refs(t.plan.households, func(r *household) string { return r.ref })
	for ref, h := range t.kept.households {
		if listed[ref] || !h.Until.IsZero() {
			continue
		}
		if _, err := people.New(t.tx).EndHousehold(t.ctx, t.tenant.ID, h.ID, t.now()); err != nil {
			return fmt.Errorf("end household: %w", err)
		}
		t.count(Households, place.Ended)
	}
	_, err := t.retire(place.Dwelling, listed)
	return err
}

// endPlaces retires the buildings and compounds that are no longer listed.
func (t *taking) endPlaces() error {
	if t.plan.whole[Buildings] {
		n, err := t.retire(place.Building, refs(t.plan.buildings, func(r *building) string { return r.ref }))
		if err != nil {
			return err
		}
		t.counts[Buildings] = t.counts[Buildings].ended(n)
	}
	if t.plan.whole[Communities] {
		n, err := t.retire(place.Compound, refs(t.plan.communities, func(r *community) string { return r.ref }))
		if err != nil {
			return err
		}
		t.counts[Communities] = t.counts[Communities].ended(n)
	}
	return nil
}

func (t *taking) retire(kind place.Kind, listed map[string]bool) (int, error) {
	n := 0
	for _, node := range t.kept.places.InUse(kind) {
		if listed[node.Ref] {
			continue
		}
		if err := t.kept.places.Retire(t.ctx, t.tx, node); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
