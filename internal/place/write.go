package place

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Change is what writing a row of a register came to.
type Change string

// The changes.
const (
	Added   Change = "new"
	Changed Change = "changed"
	Same    Change = "same"
	Ended   Change = "ended"
)

// PutTenant writes a tenant and its root place. It is found again by kind and
// ref and then keeps its id, short name and root. A new one without a short
// name gets one from its name, see [ShortName].
func (s *Service) PutTenant(ctx context.Context, tx *store.Tx, t Tenant) (Tenant, Change, error) {
	all, err := TenantsIn(ctx, tx)
	if err != nil {
		return Tenant{}, "", err
	}
	at := slices.IndexFunc(all, func(o Tenant) bool { return o.Kind == t.Kind && o.Ref == t.Ref })
	if at < 0 && t.Kind == Subdistrict {
		if at, err = adopt(ctx, tx, all, t.Ref); err != nil {
			return Tenant{}, "", err
		}
	}
	if at < 0 {
		return addTenant(ctx, tx, t, all)
	}
	old := all[at]
	t.ID, t.Short, t.Root = old.ID, old.Short, old.Root
	if t == old {
		return t, Same, nil
	}
	if err := New(tx).UpdateTenant(ctx, UpdateTenantParams{TenantID: t.ID, ParentID: string(t.Parent), Name: t.Name, District: t.District, City: t.City, Phone: t.Phone}); err != nil {
		return Tenant{}, "", fmt.Errorf("put tenant: %w", err)
	}
	_, err = s.Put(ctx, tx, root(t))
	return t, Changed, err
}

// unnamed is the ref of a subdistrict's office before any register named it.
const unnamed = "office"

// EnsureOffice finds the subdistrict's office, or makes one that the first
// register will name: the office must be there before anybody can sign in.
func (s *Service) EnsureOffice(ctx context.Context, name string) (Tenant, error) {
	all, err := s.Tenants(ctx)
	if err != nil {
		return Tenant{}, err
	}
	if at := slices.IndexFunc(all, func(o Tenant) bool { return o.Kind == Subdistrict }); at >= 0 {
		return all[at], nil
	}
	var t Tenant
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if err := tx.Alone(ctx, "office"); err != nil {
			return err
		}
		if all, err = TenantsIn(ctx, tx); err != nil { // another node may have made it since
			return err
		}
		if at := slices.IndexFunc(all, func(o Tenant) bool { return o.Kind == Subdistrict }); at >= 0 {
			t = all[at]
			return nil
		}
		t, _, err = s.PutTenant(ctx, tx, Tenant{Kind: Subdistrict, Ref: unnamed, Name: name, Short: "JD"})
		return err
	})
	return t, err
}

// adopt gives the office that nobody has named yet the ref of a register's
// subdistrict. It returns where the office stands among all, or -1.
func adopt(ctx context.Context, tx *store.Tx, all []Tenant, ref string) (int, error) {
	at := slices.IndexFunc(all, func(o Tenant) bool { return o.Kind == Subdistrict && o.Ref == unnamed })
	if at < 0 {
		return at, nil
	}
	q := New(tx)
	if err := q.AdoptTenant(ctx, all[at].ID, ref); err != nil {
		return at, fmt.Errorf("name the office: %w", err)
	}
	if err := q.AdoptRoot(ctx, all[at].ID, all[at].Root, ref); err != nil {
		return at, fmt.Errorf("name the office: %w", err)
	}
	return at, nil
}

func addTenant(ctx context.Context, tx *store.Tx, t Tenant, others []Tenant) (Tenant, Change, error) {
	t.ID, t.Root = store.Tenant(store.NewID()), store.NewID()
	taken := func(short string) bool {
		return slices.ContainsFunc(others, func(o Tenant) bool { return o.Short == short })
	}
	if t.Short == "" {
		t.Short = ShortName(t.Name, taken)
	}
	if taken(t.Short) {
		return Tenant{}, "", fault.New(fault.Conflict, "place.short_taken", "short", t.Short)
	}
	err := New(tx).InsertTenant(ctx, InsertTenantParams{
		TenantID: t.ID, ParentID: string(t.Parent), Kind: string(t.Kind), Ref: t.Ref, Name: t.Name, Short: t.Short,
		District: t.District, City: t.City, Phone: t.Phone, RootID: t.Root, Since: store.Ms(tx.Now()),
	})
	if err != nil {
		return Tenant{}, "", fmt.Errorf("put tenant: %w", err)
	}
	n := root(t)
	n.ID = t.Root
	_, _, err = write(ctx, tx, nil, Node{}, n)
	return t, Added, err
}

func root(t Tenant) Node { return Node{Tenant: t.ID, Kind: t.Kind, Ref: t.Ref, Name: t.Name} }

// Put writes one place. It is found again by tenant and ref and then keeps
// its id; a place that moved takes everything in it along, a retired one is
// back in use. n.Parent is the id of the place it lies in, empty for the
// root; an unknown parent is a not_found fault.
func (s *Service) Put(ctx context.Context, tx *store.Tx, n Node) (Node, error) {
	q := New(tx)
	var parent Node
	if n.Parent != "" {
		r, err := q.NodeByID(ctx, n.Tenant, n.Parent)
		if err != nil {
			return Node{}, fmt.Errorf("put place: parent: %w", store.NoRows(err))
		}
		parent, _ = nodeOf(r)
	}
	old, err := previous(ctx, q, n)
	if err != nil {
		return Node{}, err
	}
	n, change, err := write(ctx, tx, old, parent, n)
	if err != nil || change == Same {
		return n, err
	}
	if old != nil && old.Path != n.Path && s.OnMove != nil {
		if err := s.OnMove(ctx, tx, n.Tenant, old.Path, n.Path); err != nil {
			return n, err
		}
	}
	return n, changed(ctx, tx, n.Tenant)
}

func previous(ctx context.Context, q *Queries, n Node) (*Node, error) {
	r, err := q.NodeByRef(ctx, n.Tenant, n.Ref)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("put place: %w", err)
	}
	old, err := nodeOf(r)
	return &old, err
}

// write inserts n, or updates old where it differs.
func write(ctx context.Context, tx *store.Tx, old *Node, parent, n Node) (Node, Change, error) {
	n.Retired, n.Parent = store.Time(0), parent.ID
	if old == nil {
		return insert(ctx, tx, parent, n)
	}
	n.ID = old.ID
	n.Path = below(parent) + n.ID + "/"
	if same(*old, n) {
		return n, Same, nil
	}
	if old.Kind != n.Kind {
		return Node{}, "", fault.New(fault.Conflict, "place.other_kind", "name", old.Name)
	}
	if parent.ID == n.ID || parent.Path != "" && old.Covers(parent) {
		return Node{}, "", fault.New(fault.Invalid, "place.inside_itself", "name", n.Name)
	}
	if old.Path != n.Path {
		if err := New(tx).MoveBelow(ctx, n.Tenant, old.Path, n.Path); err != nil {
			return Node{}, "", fmt.Errorf("move place: %w", err)
		}
	}
	p, err := updateParams(n)
	if err == nil {
		err = New(tx).UpdateNode(ctx, p)
	}
	if err != nil {
		return Node{}, "", fmt.Errorf("update place: %w", err)
	}
	return n, Changed, nil
}

func insert(ctx context.Context, tx *store.Tx, parent, n Node) (Node, Change, error) {
	if n.ID == "" {
		n.ID = store.NewID()
	}
	n.Path = below(parent) + n.ID + "/"
	p, err := insertParams(n)
	if err == nil {
		err = New(tx).InsertNode(ctx, p)
	}
	if err != nil {
		return Node{}, "", fmt.Errorf("insert place: %w", err)
	}
	return n, Added, nil
}

func below(parent Node) string {
	if parent.Path == "" {
		return "/"
	}
	return parent.Path
}

func same(a, b Node) bool {
	fa, fb := a.Facts, b.Facts
	a.Facts, b.Facts = nil, nil
	return maps.Equal(fa, fb) && sameButFacts(a, b)
}

func sameButFacts(a, b Node) bool {
	return a.Retired.Equal(b.Retired) && a.Parent == b.Parent && a.Kind == b.Kind && a.Name == b.Name &&
		a.Alias == b.Alias && a.Road == b.Road && a.Lane == b.Lane && a.Path == b.Path && a.Floor == b.Floor &&
		a.Floors == b.Floors && a.Area == b.Area && a.Built == b.Built
}

// Retire takes a place out of use: it is no longer found or listed, but what
// happened there still names it. Retiring it again changes nothing.
func (s *Service) Retire(ctx context.Context, tx *store.Tx, tenant store.Tenant, id string) error {
	n, err := New(tx).RetireNode(ctx, tenant, id, store.Ms(tx.Now()))
	if err != nil {
		return fmt.Errorf("retire place: %w", err)
	}
	if n == 0 {
		return nil
	}
	return changed(ctx, tx, tenant)
}

// changed tells every search index of the tenant, on every machine, that it is
// out of date.
func changed(ctx context.Context, tx *store.Tx, tenant store.Tenant) error {
	if err := New(tx).Touch(ctx, tenant); err != nil {
		return fmt.Errorf("place changed: %w", err)
	}
	return nil
}
