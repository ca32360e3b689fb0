package register

import (
	"slices"
	"strings"

	"github.com/linli/linli/internal/place"
)

// plan is what the files say about one tenant.
type plan struct {
	whom           owner
	neighbourhood  *neighbourhood // nil if the files do not list it
	communities    []*community
	buildings      []*building
	households     []*household
	residents      []*resident
	staff          []*staff
	volunteers     []*volunteer
	whole          map[string]bool // tables whose list is complete: who is missing there has left
	subdistrictFor *neighbourhood  // for a subdistrict: a neighbourhood that names it
	held           bool            // a bad row holds it back
	ends           int             // how many entries it ends
}

// plans sorts the rows by whose they are: subdistricts first, because
// neighbourhoods lie in them, then in the order of their keys.
func (b *books) plans(k *known) []*plan {
	byOwner := map[owner]*plan{}
	of := func(whom owner) *plan {
		if byOwner[whom] == nil {
			byOwner[whom] = &plan{whom: whom, whole: map[string]bool{}}
		}
		return byOwner[whom]
	}
	for _, n := range b.neighbourhoods {
		of(n.whom).neighbourhood = n
		if n.under().ref() != "" {
			of(n.under()).subdistrictFor = n
		}
	}
	b.deal(of)
	delete(byOwner, "")
	b.mark(byOwner)
	held := b.held()
	out := make([]*plan, 0, len(byOwner))
	for _, p := range byOwner {
		p.held = held[p.whom]
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *plan) int {
		if a.whom.kind() != b.whom.kind() {
			return -strings.Compare(string(a.whom.kind()), string(b.whom.kind()))
		}
		return strings.Compare(a.whom.ref(), b.whom.ref())
	})
	return out
}

// deal gives each row to its plan.
func (b *books) deal(of func(owner) *plan) {
	for _, r := range b.communities {
		of(r.whom).communities = append(of(r.whom).communities, r)
	}
	for _, r := range b.buildings {
		of(r.whom).buildings = append(of(r.whom).buildings, r)
	}
	for _, r := range b.households {
		of(r.whom).households = append(of(r.whom).households, r)
	}
	for _, r := range b.residents {
		of(r.whom).residents = append(of(r.whom).residents, r)
	}
	for _, r := range b.staff {
		of(r.whom).staff = append(of(r.whom).staff, r)
	}
	for _, r := range b.volunteers {
		of(r.whom).volunteers = append(of(r.whom).volunteers, r)
	}
}

// mark says which lists are complete: those with a row of the tenant, unless
// the table has a row that nobody can tell the owner of, which may be theirs,
// or its file holds rows that were not read.
func (b *books) mark(byOwner map[owner]*plan) {
	for _, table := range Tables() {
		lines := b.lines(table)
		stray := slices.ContainsFunc(lines, func(l line) bool { return l.whom == "" })
		for _, l := range lines {
			if p := byOwner[l.whom]; p != nil && !stray && !b.partial[table] {
				p.whole[table] = true
			}
		}
	}
}

// begin reports whether there is anything to write. Of a subdistrict that a
// bad row holds back only the office itself is entered, because the
// neighbourhoods lie in it.
func (p *plan) begin() bool {
	if !p.held {
		return true
	}
	p.staff, p.whole = nil, nil
	return p.whom.kind() == place.Subdistrict
}

// name is what the tenant is called.
func (p *plan) name(k *known) string {
	switch {
	case p.neighbourhood != nil:
		return p.neighbourhood.name
	case p.subdistrictFor != nil:
		return p.subdistrictFor.subdistrict
	}
	return k.tenants[p.whom].Name
}

// tenant is the tenant as the files have it, or as it is.
func (p *plan) tenant(k *known) place.Tenant {
	t := k.tenants[p.whom]
	t.Kind, t.Ref, t.Name = p.whom.kind(), p.whom.ref(), p.name(k)
	switch {
	case p.neighbourhood != nil:
		t.District, t.City, t.Phone = p.neighbourhood.district, p.neighbourhood.city, p.neighbourhood.phone
	case p.subdistrictFor != nil:
		t.District, t.City = p.subdistrictFor.district, p.subdistrictFor.city
	}
	if t.Kind == place.Neighbourhood {
		t.Parent = k.tenants[k.homes[p.whom]].ID
	}
	return t
}
