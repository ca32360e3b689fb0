package care

import (
	"context"
	"slices"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// atlas is all places of a neighbourhood, read at once.
type atlas struct {
	places *place.Service
	tenant place.Tenant
	byID   map[string]place.Node
}

func (s *Service) atlasOf(ctx context.Context, tenant store.Tenant) (atlas, error) {
	t, err := s.Places.Tenant(ctx, tenant)
	if err != nil {
		return atlas{}, err
	}
	nodes, err := s.Places.Subtree(ctx, tenant, t.Root, "")
	if err != nil {
		return atlas{}, err
	}
	x := atlas{s.Places, t, make(map[string]place.Node, len(nodes))}
	for _, n := range nodes {
		x.byID[n.ID] = n
	}
	return x, nil
}

// node is a place; one that is in use no more is asked for by itself.
func (x atlas) node(ctx context.Context, id string) (place.Node, error) {
	if n, ok := x.byID[id]; ok {
		return n, nil
	}
	return x.places.ByID(ctx, x.tenant.ID, id)
}

// door names a place as on its door-plate.
func (x atlas) door(ctx context.Context, id string) (string, error) {
	var chain []place.Node
	for at, ok := x.byID[id]; ok; at, ok = x.byID[at.Parent] {
		chain = append(chain, at)
	}
	if len(chain) == 0 {
		label, err := x.places.Label(ctx, x.tenant.ID, id)
		return label.Door, err
	}
	slices.Reverse(chain)
	return place.LabelOf(x.tenant, chain).Door, nil
}

// doorFor is the door of an entry: with the flat, or the building only.
func (x atlas) doorFor(ctx context.Context, r CareElder, sheet Sheet, whole bool) (string, error) {
	if whole && sheet.Home != "" {
		return x.door(ctx, sheet.Home)
	}
	return x.door(ctx, r.BuildingID)
}
