package place

import (
	"context"
	"slices"

	"github.com/linli/linli/internal/platform/store"
)

// Atlas is all places of a tenant that are in use, read at once: for a list that
// would else ask for the place of each of its rows.
type Atlas struct {
	places *Service
	tenant Tenant
	byID   map[string]Node
}

// Atlas reads the places of a tenant.
func (s *Service) Atlas(ctx context.Context, tenant store.Tenant) (Atlas, error) {
	t, err := s.Tenant(ctx, tenant)
	if err != nil {
		return Atlas{}, err
	}
	nodes, err := s.Subtree(ctx, tenant, t.Root, "")
	x := Atlas{s, t, make(map[string]Node, len(nodes))}
	for _, n := range nodes {
		x.byID[n.ID] = n
	}
	return x, err
}

// Node is a place; one that is in use no more is asked for by itself.
func (x Atlas) Node(ctx context.Context, id string) (Node, error) {
	if n, ok := x.byID[id]; ok {
		return n, nil
	}
	return x.places.ByID(ctx, x.tenant.ID, id)
}

// Door names a place as on its door-plate.
func (x Atlas) Door(ctx context.Context, id string) (string, error) {
	var chain []Node
	for at, ok := x.byID[id]; ok; at, ok = x.byID[at.Parent] {
		chain = append(chain, at)
	}
	if len(chain) == 0 {
		label, err := x.places.Label(ctx, x.tenant.ID, id)
		return label.Door, err
	}
	slices.Reverse(chain)
	return LabelOf(x.tenant, chain).Door, nil
}
