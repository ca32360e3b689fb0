package register

import (
	"cmp"
	"maps"
	"slices"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
)

// An import that ends more than this asks first. A file is the whole table, so
// a sheet, a building or a page that was left out looks like people who left.
const (
	endShare  = 20 // one entry in twenty of a neighbourhood's table: 5 %
	endPeople = 20 // persons in the whole import
)

// Ending is an entry of a register that an import ends, because the table no
// longer lists it.
type Ending struct {
	Table string
	Owner string // the register's key of the neighbourhood or subdistrict
	Ref   string // the register's key of the entry
	Name  string // as people know it; of a home or a building its door
}

// ending is an Ending with what is written for it. One without a table is not
// counted: it goes with an entry that is.
type ending struct {
	Ending
	post      *people.PeoplePost
	person    *people.Person
	household *people.Household
	node      *place.Node
}

// endings are what a tenant's register holds and the files no longer list, in
// the order in which they are ended.
func (p *plan) endings(k *known, r *kept) []ending {
	if r == nil {
		return nil
	}
	out := slices.Concat(p.endedPosts(k, r), p.endedPersons(r), p.endedHomes(r),
		p.endedPlaces(r, Buildings, place.Building, refs(p.buildings, func(x *building) string { return x.ref })),
		p.endedPlaces(r, Communities, place.Compound, refs(p.communities, func(x *community) string { return x.ref })))
	for i := range out {
		out[i].Owner = p.whom.ref()
	}
	return out
}

// endedPosts are the posts that an earlier register entered and this one does
// not: of volunteers, and of staff who serve another place or in another role.
// Staff who left are counted as persons, a volunteer who serves another place
// not at all.
func (p *plan) endedPosts(k *known, r *kept) []ending {
	listed := map[string]map[string]bool{
		Staff:      refs(p.staff, func(x *staff) string { return x.ref + " " + string(x.role) + " " + x.scope }),
		Volunteers: refs(p.volunteers, func(x *volunteer) string { return x.resident + " " + string(people.Volunteer) + " " + k.served(x) }),
	}
	serving := refs(p.volunteers, func(x *volunteer) string { return x.resident })
	persons := make(map[string]people.Person, len(r.persons))
	for _, who := range r.persons {
		persons[who.ID] = who
	}
	var out []ending
	for _, key := range slices.Sorted(maps.Keys(r.posts)) {
		post := r.posts[key]
		for _, table := range []string{Staff, Volunteers} {
			ref := post.entered(table)
			who := persons[post.row.PersonID]
			where, _ := r.places.ByID(post.row.PlaceID)
			if post.row.Until != 0 || ref == "" || !p.whole[table] || listed[table][who.Ref+" "+post.row.Role+" "+where.Ref] {
				continue
			}
			e := ending{post: &post.row}
			if table == Volunteers && !serving[who.Ref] {
				e.Ending = Ending{Table: table, Ref: ref, Name: who.Name}
			}
			out = append(out, e)
		}
	}
	return out
}

// endedPersons are the residents who are no longer listed, and the staff that
// a register had entered.
func (p *plan) endedPersons(r *kept) []ending {
	residents := refs(p.residents, func(x *resident) string { return x.ref })
	listed := refs(p.staff, func(x *staff) string { return x.ref })
	entered := map[string]bool{}
	for _, post := range r.posts {
		entered[post.entered(Staff)] = true
	}
	var out []ending
	for _, ref := range slices.Sorted(maps.Keys(r.persons)) {
		who := r.persons[ref]
		if !who.Until.IsZero() {
			continue
		}
		gone, table := p.whole[Residents] && !residents[ref], Residents
		if who.Standing == people.Staff {
			gone, table = p.whole[Staff] && !listed[ref] && entered[ref], Staff
		}
		if gone {
			out = append(out, ending{Ending: Ending{Table: table, Ref: ref, Name: who.Name}, person: &who})
		}
	}
	return out
}

// endedHomes are the households that are no longer listed and their dwellings,
// each home counted once.
func (p *plan) endedHomes(r *kept) []ending {
	if !p.whole[Households] {
		return nil
	}
	listed := refs(p.households, func(x *household) string { return x.ref })
	counted := map[string]bool{}
	var out []ending
	for _, ref := range slices.Sorted(maps.Keys(r.households)) {
		home := r.households[ref]
		if listed[ref] || !home.Until.IsZero() {
			continue
		}
		counted[ref] = true
		out = append(out, ending{Ending: Ending{Table: Households, Ref: ref, Name: r.door(home.Place)}, household: &home})
	}
	for _, e := range p.endedPlaces(r, Households, place.Dwelling, listed) {
		if counted[e.Ref] {
			e.Table = ""
		}
		out = append(out, e)
	}
	return out
}

// endedPlaces are the places of a kind that are no longer listed.
func (p *plan) endedPlaces(r *kept, table string, kind place.Kind, listed map[string]bool) []ending {
	if !p.whole[table] {
		return nil
	}
	var out []ending
	for _, node := range r.places.InUse(kind) {
		if !listed[node.Ref] {
			out = append(out, ending{Ending: Ending{Table: table, Ref: node.Ref, Name: r.door(node.ID)}, node: &node})
		}
	}
	return out
}

// door is a place's name from the compound down: 静安桂花园 6号 302.
func (r *kept) door(id string) string {
	name := ""
	for node, ok := r.places.ByID(id); ok && node.Kind != place.Neighbourhood && node.Kind != place.Subdistrict; node, ok = r.places.ByID(node.Parent) {
		name = node.Name + " " + name
	}
	return name[:max(0, len(name)-1)]
}

// ask finds what the import would end, and whether it must ask before it does.
// An answer that names another number than this is no answer.
func ask(plans []*plan, k *known, all map[owner]*kept, o Options) (found []Ending, asks bool) {
	persons := 0
	for _, p := range plans {
		if !p.begin() {
			continue
		}
		before := len(found)
		ended := map[string]int{}
		for _, e := range p.endings(k, all[p.whom]) {
			if e.Table == "" {
				continue
			}
			found = append(found, e.Ending)
			ended[e.Table]++
		}
		p.ends = len(found) - before
		persons += ended[Residents] + ended[Staff]
		for table, n := range ended {
			asks = asks || n*endShare > all[p.whom].size(table)
		}
	}
	slices.SortStableFunc(found, func(a, b Ending) int {
		return cmp.Compare(slices.Index(Tables(), a.Table), slices.Index(Tables(), b.Table))
	})
	asks = asks || persons > endPeople || o.End != 0
	return found, asks && o.End != len(found)
}

// size is how many entries of a table are in use.
func (r *kept) size(table string) int {
	n := 0
	switch table {
	case Communities:
		return len(r.places.InUse(place.Compound))
	case Buildings:
		return len(r.places.InUse(place.Building))
	case Households:
		return len(r.places.InUse(place.Dwelling))
	case Volunteers:
		for _, p := range r.posts {
			if p.row.Until == 0 && p.entered(table) != "" {
				n++
			}
		}
		return n
	}
	for _, who := range r.persons {
		if who.Until.IsZero() && (who.Standing == people.Staff) == (table == Staff) {
			n++
		}
	}
	return n
}
