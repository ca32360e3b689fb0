package place

import (
	"context"
	"slices"

	"github.com/linli/linli/internal/platform/store"
)

// Spot is a place as anybody may have it named: down to the building, and no
// flat.
type Spot struct {
	Node     Node
	Compound string // ids; empty where it lies above
	Building string
	Label    Label // of the building, or of what is above
}

// Spot finds a place of a tenant; an unknown id is a not_found fault.
func (s *Service) Spot(ctx context.Context, tenant store.Tenant, id string) (Spot, error) {
	t, chain, err := s.Stands(ctx, tenant, id)
	if err != nil {
		return Spot{}, err
	}
	open := slices.DeleteFunc(slices.Clone(chain), func(n Node) bool { return n.Kind == Dwelling })
	spot := Spot{Node: chain[len(chain)-1], Label: LabelOf(t, open)}
	for _, n := range chain {
		switch n.Kind {
		case Compound:
			spot.Compound = n.ID
		case Building:
			spot.Building = n.ID
		}
	}
	return spot, nil
}
