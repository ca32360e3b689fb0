package place

import (
	"context"
	"fmt"
	"sync"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// chainsMax bounds the chains kept of one tenant: its buildings, and the homes
// of those who are here now.
const chainsMax = 4096

// treesMax bounds the subtrees kept of one tenant: pages ask again and again
// for the buildings of the same few compounds.
const treesMax = 64

// chains keeps what lies above a place, or in it, as long as the version of the tenant's
// places is the one it was read at; so a change is seen at once, also one that
// another node made.
type chains struct {
	mu       sync.Mutex
	byTenant map[store.Tenant]keptChains
}

type keptChains struct {
	version int64
	byID    map[string][]Node
}

func (c *chains) find(tenant store.Tenant, version int64, id string) []Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.byTenant[tenant]
	if kept.version != version {
		return nil
	}
	return kept.byID[id]
}

func (c *chains) keep(tenant store.Tenant, version int64, id string, chain []Node, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, known := c.byTenant[tenant]
	if !known || kept.version != version || len(kept.byID) >= most {
		kept = keptChains{version, map[string][]Node{}}
	}
	kept.byID[id] = chain
	if c.byTenant == nil {
		c.byTenant = map[store.Tenant]keptChains{}
	}
	c.byTenant[tenant] = kept
}

// Stands is the tenant and the places from its root to the place itself, which
// the caller must not change; an unknown id is a not_found fault. It costs one
// query for a place that was asked for before.
func (s *Service) Stands(ctx context.Context, tenant store.Tenant, id string) (Tenant, []Node, error) {
	row, err := s.tenantRow(ctx, tenant)
	if err != nil {
		return Tenant{}, nil, fmt.Errorf("tenant: %w", store.NoRows(err))
	}
	// The version was read first: a chain read after it is as new or newer.
	chain := s.chains.find(tenant, row.Version, id)
	if chain == nil {
		if chain, err = nodesOf(s.read().Chain(ctx, tenant, id)); err != nil {
			return Tenant{}, nil, fmt.Errorf("places above: %w", err)
		}
		if len(chain) == 0 {
			return Tenant{}, nil, fault.New(fault.NotFound, "fault.not_found")
		}
		s.chains.keep(tenant, row.Version, id, chain, chainsMax)
	}
	return tenantOf(row), chain, nil
}
