package place

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Tree is all places of one tenant within one transaction: for registers,
// which write many at once.
type Tree struct {
	tenant  store.Tenant
	byRef   map[string]Node
	refs    map[string]string // id → ref
	touched bool
}

// ReadTree reads a tenant's places, retired ones included.
func ReadTree(ctx context.Context, db store.DB, tenant store.Tenant) (*Tree, error) {
	nodes, err := nodesOf(New(db).AllNodes(ctx, tenant))
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	t := &Tree{tenant: tenant, byRef: make(map[string]Node, len(nodes)), refs: make(map[string]string, len(nodes))}
	for _, n := range nodes {
		t.keep(n)
	}
	return t, nil
}

func (t *Tree) keep(n Node) { t.byRef[n.Ref], t.refs[n.ID] = n, n.Ref }

// ByID finds a place by its id, retired ones included.
func (t *Tree) ByID(id string) (Node, bool) { return t.ByRef(t.refs[id]) }

// ByRef finds a place by the register's own key, retired ones included.
func (t *Tree) ByRef(ref string) (Node, bool) {
	n, ok := t.byRef[ref]
	return n, ok
}

// InUse are the places of a kind that are not retired, in no order.
func (t *Tree) InUse(kind Kind) []Node {
	var out []Node
	for _, n := range t.byRef {
		if n.Kind == kind && n.Retired.IsZero() {
			out = append(out, n)
		}
	}
	return out
}

// Put writes a place under the one with the ref parent, as [Service.Put]
// does, and says what that came to. Parents come before what lies in them.
func (t *Tree) Put(ctx context.Context, tx *store.Tx, parent string, n Node) (Node, Change, error) {
	above, ok := t.byRef[parent]
	if !ok {
		return Node{}, "", fault.New(fault.NotFound, "fault.not_found")
	}
	var old *Node
	if o, ok := t.byRef[n.Ref]; ok {
		old = &o
	}
	n.Tenant = t.tenant
	n, change, err := write(ctx, tx, old, above, n)
	if err != nil {
		return Node{}, "", err
	}
	moved := old != nil && old.Path != n.Path
	t.keep(n)
	if moved {
		err = t.reread(ctx, tx)
	}
	if err == nil && change != Same {
		err = t.touch(ctx, tx)
	}
	return n, change, err
}

// reread learns the new paths of what lies in a place that moved.
func (t *Tree) reread(ctx context.Context, tx *store.Tx) error {
	fresh, err := ReadTree(ctx, tx, t.tenant)
	if err == nil {
		t.byRef = fresh.byRef
	}
	return err
}

// Retire takes a place out of use, see [Service.Retire].
func (t *Tree) Retire(ctx context.Context, tx *store.Tx, n Node) error {
	if _, err := New(tx).RetireNode(ctx, t.tenant, n.ID, store.Ms(tx.Now())); err != nil {
		return fmt.Errorf("retire place: %w", err)
	}
	n.Retired = tx.Now()
	t.keep(n)
	return t.touch(ctx, tx)
}

func (t *Tree) touch(ctx context.Context, tx *store.Tx) error {
	if t.touched {
		return nil
	}
	t.touched = true
	return changed(ctx, tx, t.tenant)
}

// Trees are the places of every neighbourhood, for files that name places by
// their keys.
type Trees map[store.Tenant]*Tree

// Trees reads the places of all tenants.
func (s *Service) Trees(ctx context.Context) (Trees, error) {
	tenants, err := s.Tenants(ctx)
	trees := Trees{}
	for _, t := range tenants {
		if err == nil {
			trees[t.ID], err = ReadTree(ctx, s.store.Reader(), t.ID)
		}
	}
	return trees, err
}

// ByRef finds a place that is in use by the register's own key.
func (x Trees) ByRef(ref string) (Node, bool) {
	for _, tree := range x {
		if n, ok := tree.ByRef(ref); ok && n.Retired.IsZero() && ref != "" {
			return n, true
		}
	}
	return Node{}, false
}
