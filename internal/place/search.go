package place

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/store"
)

// Hit is a place found.
type Hit struct {
	Node  Node
	Label Label
	Score int         // higher is better, see address.Hit
	Why   address.Why // what made it a hit
}

// Near reports whether the place is only a suggestion: one sign differs from
// what was typed (255弄 for 225弄), so the person is asked before it is taken.
func (h Hit) Near() bool { return h.Why == address.Near }

// indexes keeps one search index per tenant, each as old as the version of
// the tenant's places it was built from.
type indexes struct {
	mu       sync.Mutex
	byTenant map[store.Tenant]built
}

type built struct {
	version int64
	index   *address.Index
	nodes   map[string]Node
}

// Search finds places in use by what a person types, best first: addresses,
// names, aliases, pinyin. A subdistrict's search covers its neighbourhoods.
func (s *Service) Search(ctx context.Context, tenant store.Tenant, q string, limit int) ([]Hit, error) {
	all, err := s.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var hits []Hit
	for _, t := range all {
		if t.ID != tenant && t.Parent != tenant {
			continue
		}
		found, err := s.searchIn(ctx, t, q, limit)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	return best(hits, limit), nil
}

// best orders hits and, as each index does for itself, drops guesses where
// something was found exactly.
func best(hits []Hit, limit int) []Hit {
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	if len(hits) > 0 && hits[0].Why == address.Exact {
		hits = slices.DeleteFunc(hits, Hit.Near)
	}
	return hits[:min(len(hits), max(limit, 0))]
}

func (s *Service) searchIn(ctx context.Context, t Tenant, q string, limit int) ([]Hit, error) {
	b, err := s.index(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("search places: %w", err)
	}
	var hits []Hit
	for _, h := range b.index.Search(q, limit) {
		n := b.nodes[h.ID]
		hits = append(hits, Hit{Node: n, Label: LabelOf(t, b.chain(n)), Score: h.Score, Why: h.Why})
	}
	return hits, nil
}

// index is the tenant's index, built again if its places changed since, here
// or on another machine.
func (s *Service) index(ctx context.Context, tenant store.Tenant) (built, error) {
	version, err := s.read().Version(ctx, tenant)
	if err != nil {
		return built{}, store.NoRows(err)
	}
	s.indexes.mu.Lock()
	defer s.indexes.mu.Unlock()
	if b, ok := s.indexes.byTenant[tenant]; ok && b.version == version {
		return b, nil
	}
	nodes, err := nodesOf(s.read().AllNodes(ctx, tenant))
	if err != nil {
		return built{}, err
	}
	b := build(nodes, version)
	if s.indexes.byTenant == nil {
		s.indexes.byTenant = map[store.Tenant]built{}
	}
	s.indexes.byTenant[tenant] = b
	return b, nil
}

func build(nodes []Node, version int64) built {
	b := built{version: version, nodes: make(map[string]Node, len(nodes))}
	var entries []address.Entry
	for _, n := range nodes {
		b.nodes[n.ID] = n
		if n.Retired.IsZero() && n.Kind != Subdistrict && n.Kind != Neighbourhood && n.Kind != Grid {
			entries = append(entries, address.Entry{ID: n.ID, Parent: n.Parent, Names: n.names()})
		}
	}
	b.index = address.Build(entries)
	return b
}

// names are all spellings under which a place is looked for.
func (n Node) names() []string {
	names := []string{n.Name}
	if n.Kind == Compound && n.Road+n.Lane != "" {
		names = append(names, n.Road+n.Lane)
		if n.Name != n.Road+n.Lane {
			names = append(names, n.Road+n.Lane+n.Name)
		}
	}
	for alias := range strings.SplitSeq(n.Alias, ";") {
		if alias = strings.TrimSpace(alias); alias != "" {
			names = append(names, alias)
		}
	}
	return names
}

// chain is the way from the root to n.
func (b built) chain(n Node) []Node {
	var chain []Node
	for _, id := range n.Ancestors() {
		if up, ok := b.nodes[id]; ok {
			chain = append(chain, up)
		}
	}
	return chain
}
