package people

import (
	"slices"
	"strings"

	"github.com/linli/linli/internal/platform/store"
)

// Scope is where an access holds for an actor: what a list of theirs is made
// from. The zero Scope is nowhere.
type Scope struct {
	Tenant store.Tenant
	Whole  bool     // everywhere in the tenant
	Paths  []string // at these places and below
	Shared []string // and at these and below what the neighbours may read
	Person string   // and what is this person's own; empty: nothing is
	Office bool     // the actor's posts cover every neighbourhood of the tenant, an office
}

// Scope is where the table lets the actor use an access, or see a field whole.
// What is seen masked alone is not in it.
func (Access) Scope(a Actor, access string) Scope {
	resource, field, _ := strings.Cut(access, ".")
	row, s := accessTable()[Cell{resource, field}], Scope{Tenant: a.Tenant}
	for _, g := range a.Groups() {
		for _, rule := range row[g] {
			switch rule {
			case ruleYes:
				s.Whole = true
				s.Office = s.Office || g == Subdistrict
			case ruleOwn:
				s.Person = a.Person
			case ruleServed, ruleLogged:
				s.serve(a, g)
			case ruleHome:
				s.share(a.compound())
			case ruleShared:
				s.help(a, g)
			}
		}
	}
	return s
}

// serve adds the places that the actor's posts of a group cover.
func (s *Scope) serve(a Actor, g Group) {
	for _, p := range a.Posts {
		switch {
		case p.Role.Group() != g:
		case g == Subdistrict || g == Administrators:
			s.Whole, s.Office = true, s.Office || g == Subdistrict
		case p.Path != "" && !slices.Contains(s.Paths, p.Path):
			s.Paths = append(s.Paths, p.Path)
		}
	}
}

// help adds what the neighbours may read at the places that the actor's posts of
// a group cover.
func (s *Scope) help(a Actor, g Group) {
	for _, p := range a.Posts {
		switch {
		case p.Role.Group() != g:
		case g == Subdistrict || g == Administrators:
			s.share("/")
		default:
			s.share(p.Path)
		}
	}
}

func (s *Scope) share(path string) {
	if path != "" && !slices.Contains(s.Shared, path) {
		s.Shared = append(s.Shared, path)
	}
}

// Nowhere reports that the scope holds nothing.
func (s Scope) Nowhere() bool {
	return !s.Whole && len(s.Paths) == 0 && len(s.Shared) == 0 && s.Person == ""
}

// Covers reports whether the access holds at a place of the tenant.
func (s Scope) Covers(path string) bool {
	return s.Whole || slices.ContainsFunc(s.Paths, func(p string) bool { return strings.HasPrefix(path, p) })
}

// Shares reports whether what the neighbours may read is in the scope at a place
// of the tenant.
func (s Scope) Shares(path string) bool {
	return slices.ContainsFunc(s.Shared, func(p string) bool { return strings.HasPrefix(path, p) })
}

// Serves reports whether the access holds anywhere in the tenant by a post, and
// not only for what is one's own.
func (s Scope) Serves() bool { return s.Whole || len(s.Paths) > 0 }
