package place

import (
	"context"
	"strings"

	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/store"
)

// Label is how a place is named to people.
type Label struct {
	Door string // as on the door-plate, from the compound down: 静安桂花园 6号 302
	Full string // as on an envelope: 上海市静安区万航渡路660弄静安桂花园6号302室
}

// Label names a place; an unknown id is a not_found fault.
func (s *Service) Label(ctx context.Context, tenant store.Tenant, id string) (Label, error) {
	t, chain, err := s.Stands(ctx, tenant, id)
	if err != nil {
		return Label{}, err
	}
	return LabelOf(t, chain), nil
}

// LabelOf names the last place of a chain that begins at the tenant's root.
// A place above compounds goes by its own name.
func LabelOf(t Tenant, chain []Node) Label {
	var door []string
	for _, n := range chain {
		if n.Kind != Subdistrict && n.Kind != Neighbourhood && n.Kind != Grid {
			door = append(door, n.Name)
		}
	}
	if len(door) == 0 && len(chain) > 0 {
		name := chain[len(chain)-1].Name
		return Label{Door: name, Full: t.City + t.District + name}
	}
	return Label{Door: strings.Join(door, " "), Full: t.City + t.District + AddressOf(chain).Format()}
}

// AddressOf is the address of the last place of a chain. A compound that is
// named after its road and lane is not named twice.
func AddressOf(chain []Node) address.Address {
	var a address.Address
	for _, n := range chain {
		switch n.Kind {
		case Compound:
			a.Road, a.Lane, a.Name = n.Road, n.Lane, n.Name
		case Building:
			a.Door = n.Name
		case Entrance:
			a.Unit = n.Name
		case Dwelling:
			a.Room, a.Floor = n.Name, n.Floor
		}
	}
	if a.Name == a.Road+a.Lane {
		a.Name = ""
	}
	a = a.Normalize()
	if a.Room != "" {
		a.Floor = 0 // the room says it
	}
	return a
}
