package place

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Service answers where things are. It may be used from many goroutines.
type Service struct {
	// OnMove hears of a place that moved, with all in it, in the transaction: its
	// path before and now. Nil: nobody keeps paths.
	OnMove func(ctx context.Context, tx *store.Tx, tenant store.Tenant, from, to string) error

	store   *store.Store
	indexes indexes
	chains  chains
	trees   chains
	tenants *store.Memo[store.Tenant, PlaceTenant]
}

// NewService opens the room on a store that has its tables.
func NewService(s *store.Store) *Service {
	return &Service{store: s, tenants: store.NewMemo[store.Tenant, PlaceTenant](s, tenantsMax, "place_tenant")}
}

const tenantsMax = 1000 // neighbourhoods whose rows are kept

func (s *Service) tenantRow(ctx context.Context, id store.Tenant) (PlaceTenant, error) {
	return s.tenants.Get(id, func() (PlaceTenant, error) { return s.read().TenantByID(ctx, id) })
}

func (s *Service) read() *Queries { return New(s.store.Reader()) }

// Tenants are the subdistrict first, then its neighbourhoods by their short
// names.
func (s *Service) Tenants(ctx context.Context) ([]Tenant, error) {
	return TenantsIn(ctx, s.store.Reader())
}

// TenantsIn is Tenants as a transaction sees them.
func TenantsIn(ctx context.Context, db store.DB) ([]Tenant, error) {
	rows, err := New(db).Tenants(ctx)
	if err != nil {
		return nil, fmt.Errorf("tenants: %w", err)
	}
	ts := make([]Tenant, len(rows))
	for i, r := range rows {
		ts[i] = tenantOf(r)
	}
	return ts, nil
}

// Tenant is one neighbourhood or the subdistrict office; an unknown id is a
// not_found fault.
func (s *Service) Tenant(ctx context.Context, id store.Tenant) (Tenant, error) {
	r, err := s.tenantRow(ctx, id)
	if err != nil {
		return Tenant{}, fmt.Errorf("tenant: %w", store.NoRows(err))
	}
	return tenantOf(r), nil
}

// TenantByShort finds a tenant by the letters that lead its household codes,
// in either case; unknown letters are a not_found fault.
func (s *Service) TenantByShort(ctx context.Context, short string) (Tenant, error) {
	r, err := s.read().TenantByShort(ctx, strings.TrimSpace(short))
	if err != nil {
		return Tenant{}, fmt.Errorf("tenant: %w", store.NoRows(err))
	}
	return tenantOf(r), nil
}

// ByID is one place, retired ones included; an id of another tenant is a
// not_found fault.
func (s *Service) ByID(ctx context.Context, tenant store.Tenant, id string) (Node, error) {
	r, err := s.read().NodeByID(ctx, tenant, id)
	if err != nil {
		return Node{}, fmt.Errorf("place: %w", store.NoRows(err))
	}
	return nodeOf(r)
}

// ByRef is one place by the register's own key.
func (s *Service) ByRef(ctx context.Context, tenant store.Tenant, ref string) (Node, error) {
	r, err := s.read().NodeByRef(ctx, tenant, ref)
	if err != nil {
		return Node{}, fmt.Errorf("place by ref: %w", store.NoRows(err))
	}
	return nodeOf(r)
}

// Children are the places directly below one, in the order of the door-plates
// (2号 before 10号).
func (s *Service) Children(ctx context.Context, tenant store.Tenant, id string) ([]Node, error) {
	nodes, err := nodesOf(s.read().Children(ctx, tenant, id))
	if err != nil {
		return nil, fmt.Errorf("places below: %w", err)
	}
	// Again here: databases differ in how they compare signs such as 地 and -.
	slices.SortStableFunc(nodes, byLabel)
	return nodes, nil
}

// Ancestors are the places from the root to the place itself; an unknown id
// is a not_found fault.
func (s *Service) Ancestors(ctx context.Context, tenant store.Tenant, id string) ([]Node, error) {
	chain, err := nodesOf(s.read().Chain(ctx, tenant, id))
	if err != nil {
		return nil, fmt.Errorf("places above: %w", err)
	}
	if len(chain) == 0 {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	return chain, nil
}

// Subtree are the places of one kind in a place, itself included, in the
// order in which one walks through them; an empty kind means all.
func (s *Service) Subtree(ctx context.Context, tenant store.Tenant, id string, kind Kind) ([]Node, error) {
	row, err := s.tenantRow(ctx, tenant)
	if err = store.NoRows(err); err != nil && !fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("tenant: %w", err)
	}
	key := string(kind) + " " + id
	// The version was read first: a subtree read after it is as new or newer.
	if kept := s.trees.find(tenant, row.Version, key); kept != nil {
		return slices.Clone(kept), nil
	}
	nodes, err := nodesOf(s.read().Subtree(ctx, tenant, id))
	if err != nil {
		return nil, fmt.Errorf("places in: %w", err)
	}
	var out []Node
	for _, n := range walk(nodes, id) {
		if kind == "" || n.Kind == kind {
			out = append(out, n)
		}
	}
	s.trees.keep(tenant, row.Version, key, slices.Clone(out), treesMax)
	return out, nil
}

// walk brings nodes into the order of a walk from the top place: each place
// before those in it.
func walk(nodes []Node, top string) []Node {
	below := map[string][]Node{}
	for _, n := range nodes {
		if n.ID == top {
			below[""] = append(below[""], n)
			continue
		}
		below[n.Parent] = append(below[n.Parent], n)
	}
	var out []Node
	var visit func(id string)
	visit = func(id string) {
		slices.SortStableFunc(below[id], byLabel)
		for _, n := range below[id] {
			out = append(out, n)
			visit(n.ID)
		}
	}
	visit("")
	return out
}

func byLabel(a, b Node) int {
	if c := strings.Compare(address.SortKey(a.Name), address.SortKey(b.Name)); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// Compound is the compound that the place lies in, or the place itself; above
// compounds it is a not_found fault.
func (s *Service) Compound(ctx context.Context, n Node) (Node, error) {
	chain, err := s.Ancestors(ctx, n.Tenant, n.ID)
	if err != nil {
		return Node{}, err
	}
	at := slices.IndexFunc(chain, func(n Node) bool { return n.Kind == Compound })
	if at < 0 {
		return Node{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return chain[at], nil
}
