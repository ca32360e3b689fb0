package register

import (
	"maps"
	"slices"
	"strconv"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/sheet"
	"github.com/linli/linli/internal/platform/text"
)

// check compares the rows with each other and finds out whose each one is.
// What is wrong is noted in the row.
func (b *books) check(k *known, all map[owner]*kept) []Problem {
	b.checkNeighbourhoods(k)
	b.checkCommunities(k)
	b.remember(k, all, Communities)
	b.checkBuildings(k)
	b.remember(k, all, Buildings)
	b.checkHouseholds(k)
	b.remember(k, all, Households)
	b.checkResidents(k)
	b.remember(k, all, Residents)
	b.checkStaff(k)
	b.checkVolunteers(k)
	b.checkKeys("community_id", Communities, "building_id", Buildings, "household_id", Households)
	b.checkKeys("resident_id", Residents, "staff_id", Staff)
	return b.notes()
}

// remember takes over from the database what the files do not list, or not
// whole, once the rows of the table have found their owners.
func (b *books) remember(k *known, all map[owner]*kept, table string) {
	listed := map[owner]bool{}
	for _, l := range b.lines(table) {
		listed[l.whom] = true
	}
	for whom, r := range all {
		if !listed[whom] || b.partial[table] {
			k.remember(whom, r, table)
		}
	}
}

// seen finds keys that stand twice.
type seen map[string]string

func (s seen) first(l line, column, key string, code sheet.Code) bool {
	if key == "" {
		return false
	}
	if before, twice := s[key]; twice {
		l.Fail(column, code, "value", key, "line", before)
		return false
	}
	s[key] = l.At()
	return true
}

// checkKeys finds keys that two tables share whose rows are kept as one kind
// of thing. Arguments are columns and their tables.
func (b *books) checkKeys(columns ...string) {
	tables := map[string]string{}
	for i := 0; i < len(columns); i += 2 {
		for _, l := range b.lines(columns[i+1]) {
			if before, ok := tables[l.ref]; ok && before != columns[i+1] {
				l.Fail(columns[i], KeyElsewhere, "value", l.ref, "table", before)
			}
			tables[l.ref] = columns[i+1]
		}
	}
}

func (b *books) checkNeighbourhoods(k *known) {
	keys := seen{}
	for _, n := range b.neighbourhoods {
		n.whom = ownerOf(place.Neighbourhood, n.ref)
		keys.first(n.line, "neighbourhood_id", n.ref, DuplicateKey)
		if n.under().ref() == "" && n.subdistrict != "" {
			n.Fail("subdistrict", NoName)
		}
		k.homes[n.whom] = n.under()
	}
}

func (b *books) checkCommunities(k *known) {
	keys := seen{}
	for _, c := range b.communities {
		whom := ownerOf(place.Neighbourhood, c.neighbourhood)
		if _, ok := k.homes[whom]; ok {
			c.whom = whom
		} else {
			c.unknown("neighbourhood_id", c.neighbourhood, Neighbourhoods)
		}
		if keys.first(c.line, "community_id", c.ref, DuplicateKey) {
			k.communities[c.ref] = at{whom: c.whom, community: c.ref}
		}
	}
}

func (l line) unknown(column, value, table string) {
	if value != "" {
		l.Fail(column, UnknownParent, "value", value, "table", table)
	}
}

func (b *books) checkBuildings(k *known) {
	keys, doors := seen{}, seen{}
	for _, x := range b.buildings {
		up, ok := k.communities[x.community]
		if !ok {
			x.unknown("community_id", x.community, Communities)
		}
		x.whom = up.whom
		if keys.first(x.line, "building_id", x.ref, DuplicateKey) {
			k.buildings[x.ref] = at{whom: up.whom, community: x.community}
			k.doors[x.community+"|"+x.node.Name] = x.ref
		}
		doors.first(x.line, "number", join(x.community, x.node.Name), SameHome)
	}
}

// join makes one key of two; empty if one of them is.
func join(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + " " + b
}

func (b *books) checkHouseholds(k *known) {
	keys, homes := seen{}, seen{}
	for _, h := range b.households {
		up, ok := k.buildings[h.building]
		own, named := k.communities[h.community]
		switch {
		case !ok:
			h.unknown("building_id", h.building, Buildings)
		case h.community != "" && up.community != h.community:
			h.Fail("community_id", OtherCommunity, "value", h.building, "other", up.community)
		}
		if !named {
			h.unknown("community_id", h.community, Communities)
		}
		h.whom, h.also = either(up.whom, own.whom), own.whom
		if keys.first(h.line, "household_id", h.ref, DuplicateKey) {
			k.households[h.ref] = at{whom: h.whom, community: h.community, building: h.building}
		}
		homes.first(h.line, "room", join(h.building, h.node.Name), SameHome)
	}
}

func either(a, b owner) owner {
	if a != "" {
		return a
	}
	return b
}

func (b *books) checkResidents(k *known) {
	keys := seen{}
	for _, p := range b.residents {
		up, ok := k.households[p.household]
		own, named := k.communities[p.community]
		switch {
		case !ok:
			p.unknown("household_id", p.household, Households)
		case p.community != "" && up.community != p.community:
			p.Fail("community_id", OtherCommunity, "value", p.household, "other", up.community)
		}
		if !named {
			p.unknown("community_id", p.community, Communities)
		}
		p.whom, p.also = either(up.whom, own.whom), own.whom
		if keys.first(p.line, "resident_id", p.ref, DuplicateKey) {
			up.whom, up.name = p.whom, p.person.Name
			k.residents[p.ref] = up
		}
	}
}

func (b *books) checkStaff(k *known) {
	keys := seen{}
	for _, s := range b.staff {
		keys.first(s.line, "staff_id", s.ref, DuplicateKey)
		whom, ok := k.scope(s.scope)
		if !ok {
			s.unknown("scope", s.scope, Neighbourhoods)
			continue
		}
		s.whom = whom
		office := s.role.Group() == people.Subdistrict
		if s.role != "" && s.role != people.Administrator && office != (whom.kind() == place.Subdistrict) {
			s.Fail("scope", OtherScope, "value", s.scope, "role", string(s.role))
		}
	}
}

// scope finds whose a post is: a subdistrict, neighbourhood, compound or
// building by its key.
func (k *known) scope(ref string) (owner, bool) {
	if whom := ownerOf(place.Subdistrict, ref); slices.Contains(slices.Collect(maps.Values(k.homes)), whom) {
		return whom, true
	}
	if whom := ownerOf(place.Neighbourhood, ref); hasKey(k.homes, whom) {
		return whom, true
	}
	if c, ok := k.communities[ref]; ok {
		return c.whom, true
	}
	x, ok := k.buildings[ref]
	return x.whom, ok
}

func hasKey[K comparable, V any](m map[K]V, key K) bool {
	_, ok := m[key]
	return ok
}

func (b *books) checkVolunteers(k *known) {
	keys, posts := seen{}, seen{}
	for _, v := range b.volunteers {
		keys.first(v.line, "volunteer_id", v.ref, DuplicateKey)
		who, ok := k.residents[v.resident]
		if !ok {
			v.unknown("resident_id", v.resident, Residents)
		}
		if ok && v.name != "" && v.name != text.Name(who.name) {
			v.Fail("name", OtherName, "value", v.resident)
		}
		v.whom = who.whom
		posts.first(v.line, "resident_id", join(v.resident, k.served(v)), TwicePost)
	}
}

// served is the ref of the place a volunteer serves: the building that their
// team is named after (青春合伙人2号楼), or their compound.
func (k *known) served(v *volunteer) string {
	where := k.residents[v.resident]
	if a, _ := address.Parse(v.team); a.Door != "" {
		if ref, ok := k.doors[where.community+"|"+a.Door]; ok {
			return ref
		}
	}
	return where.community
}

// notes are what is worth knowing about rows that can be taken.
func (b *books) notes() []Problem {
	found := map[string]int64{}
	var out []Problem
	for _, p := range b.residents {
		found[p.household]++
		if p.person.AgeBand == people.Child && !p.person.Guardian {
			out = append(out, p.note(Residents, "guardian_consent", NoGuardian, nil))
		}
	}
	var bare []*household
	for _, h := range b.households {
		if h.node.Area == 0 && !sheet.Failed(h.Problems()) {
			bare = append(bare, h)
		}
		if n := found[h.ref]; h.size > 0 && n > 0 && n != h.size {
			args := map[string]string{"said": strconv.FormatInt(h.size, 10), "found": strconv.FormatInt(n, 10)}
			out = append(out, h.note(Households, "people", OtherCount, args))
		}
	}
	if len(bare) > 0 {
		out = append(out, bare[0].note(Households, "area_m2", NoArea, map[string]string{"n": strconv.Itoa(len(bare))}))
	}
	return out
}

// note names the table where the file will stand, see named.
func (l line) note(table, column string, code sheet.Code, args map[string]string) Problem {
	return Problem{
		Problem: sheet.Problem{File: table, Sheet: l.Sheet(), Line: l.Line, Column: column, Code: code, Args: args, Note: true},
		Ref:     l.whom.ref(),
	}
}

// lines are the rows of a table, whatever they hold.
func (b *books) lines(table string) []line {
	switch table {
	case Neighbourhoods:
		return linesOf(b.neighbourhoods, func(r *neighbourhood) line { return r.line })
	case Communities:
		return linesOf(b.communities, func(r *community) line { return r.line })
	case Buildings:
		return linesOf(b.buildings, func(r *building) line { return r.line })
	case Households:
		return linesOf(b.households, func(r *household) line { return r.line })
	case Residents:
		return linesOf(b.residents, func(r *resident) line { return r.line })
	case Staff:
		return linesOf(b.staff, func(r *staff) line { return r.line })
	}
	return linesOf(b.volunteers, func(r *volunteer) line { return r.line })
}

func linesOf[T any](rows []T, of func(T) line) []line {
	out := make([]line, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out
}
