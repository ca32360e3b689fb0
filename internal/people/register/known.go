package register

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
)

// at is where something of the register lies.
type at struct {
	whom      owner
	community string // ref
	building  string // ref
	name      string // of a person
}

// known is everything that rows may refer to: what the files list and, for
// tables that say nothing about a tenant, what its register holds already.
type known struct {
	tenants     map[owner]place.Tenant // in the database
	homes       map[owner]owner        // neighbourhood → its subdistrict
	communities map[string]at
	buildings   map[string]at
	households  map[string]at
	residents   map[string]at
	doors       map[string]string // community|6号 → building ref
}

func load(ctx context.Context, d Deps) (*known, map[owner]*kept, error) {
	k := &known{
		tenants: map[owner]place.Tenant{}, homes: map[owner]owner{}, communities: map[string]at{}, buildings: map[string]at{},
		households: map[string]at{}, residents: map[string]at{}, doors: map[string]string{},
	}
	tenants, err := d.Places.Tenants(ctx)
	if err != nil {
		return nil, nil, err
	}
	all := map[owner]*kept{}
	for _, t := range tenants {
		whom := ownerOf(t.Kind, t.Ref)
		k.tenants[whom] = t
		if all[whom], err = readKept(ctx, d.Store.Reader(), t.ID); err != nil {
			return nil, nil, fmt.Errorf("read the register of %s: %w", t.Ref, err)
		}
	}
	for _, t := range tenants {
		if t.Kind != place.Neighbourhood {
			continue
		}
		k.homes[ownerOf(t.Kind, t.Ref)] = ""
		for _, up := range tenants {
			if up.ID == t.Parent {
				k.homes[ownerOf(t.Kind, t.Ref)] = ownerOf(up.Kind, up.Ref)
			}
		}
	}
	return k, all, nil
}

// remember adds what a tenant's register holds of a table on which the files
// say nothing.
func (k *known) remember(whom owner, r *kept, table string) {
	switch table {
	case Communities:
		for _, n := range r.places.InUse(place.Compound) {
			keep(k.communities, n.Ref, at{whom: whom, community: n.Ref})
		}
	case Buildings:
		for _, n := range r.places.InUse(place.Building) {
			up, _ := r.places.ByID(n.Parent)
			keep(k.buildings, n.Ref, at{whom: whom, community: up.Ref})
			k.doors[up.Ref+"|"+n.Name] = n.Ref
		}
	case Households:
		for ref, h := range r.households {
			if h.Until.IsZero() {
				keep(k.households, ref, r.home(whom, h.Place))
			}
		}
	case Residents:
		r.rememberResidents(k, whom)
	}
}

func (r *kept) rememberResidents(k *known, whom owner) {
	homes := map[string]at{}
	for _, h := range r.households {
		homes[h.ID] = r.home(whom, h.Place)
	}
	for ref, p := range r.persons {
		if p.Until.IsZero() && p.Standing != people.Staff {
			where := homes[p.Household]
			where.whom, where.name = whom, p.Name
			keep(k.residents, ref, where)
		}
	}
}

// home is where a dwelling lies.
func (r *kept) home(whom owner, dwelling string) at {
	d, _ := r.places.ByID(dwelling)
	x, _ := r.places.ByID(d.Parent)
	c, _ := r.places.ByID(x.Parent)
	return at{whom: whom, community: c.Ref, building: x.Ref}
}

func keep(m map[string]at, ref string, where at) {
	if _, ok := m[ref]; !ok {
		m[ref] = where
	}
}
