package place

import (
	"encoding/json"
	"fmt"

	"github.com/linli/linli/internal/place/address"
	"github.com/linli/linli/internal/platform/store"
)

func tenantOf(r PlaceTenant) Tenant {
	return Tenant{
		ID: r.TenantID, Parent: store.Tenant(r.ParentID), Kind: Kind(r.Kind), Ref: r.Ref, Name: r.Name,
		Short: r.Short, District: r.District, City: r.City, Phone: r.Phone, Root: r.RootID,
	}
}

func nodeOf(r PlaceNode) (Node, error) {
	n := Node{
		Tenant: r.TenantID, ID: r.ID, Parent: r.ParentID, Kind: Kind(r.Kind), Ref: r.Ref, Name: r.Name, Alias: r.Alias,
		Road: r.Road, Lane: r.Lane, Path: r.Path, Floor: int(r.Floor), Floors: int(r.Floors), Area: r.Area,
		Built: int(r.Built), Retired: store.Time(r.RetiredAt),
	}
	if r.Facts == "" || r.Facts == "{}" {
		return n, nil
	}
	if err := json.Unmarshal([]byte(r.Facts), &n.Facts); err != nil {
		return Node{}, fmt.Errorf("facts of place %s: %w", r.ID, err)
	}
	return n, nil
}

func nodesOf(rows []PlaceNode, err error) ([]Node, error) {
	if err != nil {
		return nil, err
	}
	nodes := make([]Node, len(rows))
	for i, r := range rows {
		if nodes[i], err = nodeOf(r); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// facts are written with their keys in order, so that equal facts are equal
// text.
func facts(m map[string]string) (string, error) {
	if len(m) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(m)
	return string(b), err
}

func insertParams(n Node) (InsertNodeParams, error) {
	f, err := facts(n.Facts)
	return InsertNodeParams{
		TenantID: n.Tenant, ID: n.ID, ParentID: n.Parent, Kind: string(n.Kind), Ref: n.Ref, Name: n.Name, Alias: n.Alias,
		Road: n.Road, Lane: n.Lane, Path: n.Path, Sort: address.SortKey(n.Name), Floor: int64(n.Floor),
		Floors: int64(n.Floors), Area: n.Area, Built: int64(n.Built), Facts: f,
	}, err
}

func updateParams(n Node) (UpdateNodeParams, error) {
	f, err := facts(n.Facts)
	return UpdateNodeParams{
		TenantID: n.Tenant, ID: n.ID, ParentID: n.Parent, Kind: string(n.Kind), Name: n.Name, Alias: n.Alias,
		Road: n.Road, Lane: n.Lane, Path: n.Path, Sort: address.SortKey(n.Name), Floor: int64(n.Floor),
		Floors: int64(n.Floors), Area: n.Area, Built: int64(n.Built), Facts: f,
	}, err
}
