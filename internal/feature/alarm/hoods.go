package alarm

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// Hood is what the subdistrict's officers see of one neighbourhood: who is on
// duty there, and what happened.
type Hood struct {
	Tenant place.Tenant
	Duty   []Shift // longest first
	Open   int     // alarms; tests are not counted
	Past   []Row   // closed ones of the last thirty days, newest first
}

// What the subdistrict's desk shows of the past of each neighbourhood.
const (
	hoodPast  = 3
	hoodSince = 30 * 24 * time.Hour
)

// Hoods are the neighbourhoods of a subdistrict, for its officers; to others
// there are none. It asks as often for thirty of them as for three.
func (s *Service) Hoods(ctx context.Context, a people.Actor) ([]Hood, error) {
	if !(people.Access{}).Scope(a, "alarm.read").Office {
		return nil, nil
	}
	all, err := s.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	at := map[store.Tenant]int{}
	var out []Hood
	for _, t := range all {
		if t.Parent == a.Tenant {
			at[t.ID] = len(out)
			out = append(out, Hood{Tenant: t})
		}
	}
	q := New(s.Store.Reader())
	duty, err := q.HoodsDuty(ctx, string(a.Tenant))
	if err != nil {
		return nil, fmt.Errorf("duty of all: %w", err)
	}
	for _, r := range duty {
		h := &out[at[r.AlarmDuty.TenantID]]
		door := doorOf(place.Node{Kind: place.Kind(r.UpperKind), Name: r.UpperName}, place.Node{Kind: place.Kind(r.PlaceKind), Name: r.PlaceName})
		h.Duty = append(h.Duty, shiftOf(r.AlarmDuty, r.Name, door))
	}
	open, err := q.HoodsOpen(ctx, string(a.Tenant))
	if err != nil {
		return nil, fmt.Errorf("open of all: %w", err)
	}
	for _, r := range open {
		out[at[r.TenantID]].Open = int(r.N)
	}
	past, err := q.HoodsPast(ctx, string(a.Tenant), store.Ms(s.Store.Now().Add(-hoodSince)), hoodPast)
	if err != nil {
		return nil, fmt.Errorf("past of all: %w", err)
	}
	for _, r := range past {
		h := &out[at[r.AlarmIncident.TenantID]]
		h.Past = append(h.Past, r.row())
	}
	return out, nil
}

func (r HoodsPastRow) row() Row {
	i := r.AlarmIncident
	m := matter.Matter{Tenant: i.TenantID, ID: i.MatterID, Number: r.Number, Kind: KindName, Phase: matter.Phase(r.Phase), RaisedAt: store.Time(i.RaisedAt)}
	chain := []place.Node{{Kind: place.Compound, Name: r.CompoundName}, {Kind: place.Building, Name: r.BuildingName}}
	if r.UpperKind == string(place.Entrance) {
		chain = append(chain, place.Node{Kind: place.Entrance, Name: r.UpperName})
	}
	if r.PlaceKind != string(place.Compound) && r.PlaceKind != string(place.Building) {
		chain = append(chain, place.Node{Kind: place.Kind(r.PlaceKind), Name: r.PlaceName})
	}
	return Row{incidentOf(m, i), doorOf(chain...)}
}

// doorOf is a place as on its door-plate, from what is known of the places above
// it; those without a name are left out.
func doorOf(chain ...place.Node) string {
	var known []place.Node
	for _, n := range chain {
		if n.Name != "" {
			known = append(known, n)
		}
	}
	return place.LabelOf(place.Tenant{}, known).Door
}
