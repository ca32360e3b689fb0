package casework

import (
	"context"
	"slices"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
)

// House is what cases stand on.
type House struct {
	Store    *store.Store
	Spine    *matter.Spine
	Places   *place.Service
	Register *people.Register
	Notify   *notify.Service
	Hub      *live.Hub
	Studio   picture.Studio
}

// Scene is where a case is and who serves there.
type Scene struct {
	Tenant   place.Tenant
	Node     place.Node
	Door     string          // as on the door-plate
	Short    string          // down to the building: programs outside learn no flat
	Building string          // id of the building; empty above buildings
	Served   []people.Served // also the office's, who serve every neighbourhood
}

// SceneAt looks around a place of a tenant. Those who serve further places are
// there too: a gateway is seen to by the staff of every device behind it.
func (h House) SceneAt(ctx context.Context, tenant store.Tenant, id string, further ...string) (Scene, error) {
	t, chain, err := h.Places.Stands(ctx, tenant, id)
	if err != nil {
		return Scene{}, err
	}
	sc := Scene{Tenant: t, Node: chain[len(chain)-1], Door: place.LabelOf(t, chain).Door}
	sc.Short = sc.Door
	for i, n := range chain {
		if n.Kind == place.Building {
			sc.Short, sc.Building = place.LabelOf(t, chain[:i+1]).Door, n.ID
		}
	}
	paths := []string{sc.Node.Path}
	for _, f := range further {
		n, err := h.Places.ByID(ctx, tenant, f)
		if err != nil {
			return sc, err
		}
		if !slices.Contains(paths, n.Path) {
			paths = append(paths, n.Path)
		}
	}
	for _, p := range paths {
		served, err := h.Register.PostsAt(ctx, tenant, p)
		if err != nil {
			return sc, err
		}
		sc.Served = append(sc.Served, served...)
	}
	return sc, nil
}

// Among reports whether somebody of a group serves there.
func (sc Scene) Among(g people.Group) bool {
	return slices.ContainsFunc(sc.Served, func(p people.Served) bool { return p.Role.Group() == g })
}

// Holder is who owes the work: the wanted group, or the committee where nobody of
// that group serves.
func (sc Scene) Holder(want people.Group) people.Group {
	if sc.Among(want) {
		return want
	}
	return people.Committee
}

// Persons are the ids of those of some groups who serve there, without repeats,
// by the tenant they belong to. No groups: none.
func (sc Scene) Persons(groups ...people.Group) map[store.Tenant][]string {
	to := map[store.Tenant][]string{}
	for _, p := range sc.Served {
		g := p.Role.Group()
		office := g == people.Subdistrict || g == people.Administrators
		if slices.Contains(groups, g) && (office || p.Tenant == sc.Tenant.ID) && !slices.Contains(to[p.Tenant], p.Person) {
			to[p.Tenant] = append(to[p.Tenant], p.Person)
		}
	}
	return to
}
