package alarm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// Row is an incident in a list.
type Row struct {
	Incident
	Door string
}

// part is where somebody answers alarms: a whole neighbourhood, or a compound
// or a building of it.
type part struct {
	tenant   store.Tenant
	whole    bool
	compound string // of everything that hangs in no compound: empty
	building string
	all      bool // they serve all of it: no incident needs to be looked at to know
}

// partsOf is where an actor answers alarms. What hangs in no compound
// concerns everybody who answers anywhere in the neighbourhood.
func (s *Service) partsOf(ctx context.Context, a people.Actor) ([]part, error) {
	if (people.Access{}).Scope(a, "alarm.read").Office {
		tenants, err := s.tenantsOf(ctx, a)
		parts := make([]part, len(tenants))
		for i, t := range tenants {
			parts[i] = part{tenant: t, whole: true, all: true}
		}
		return parts, err
	}
	var parts []part
	for _, post := range (people.Access{}).Posts(a, "alarm.answer") {
		sc, err := s.whereIs(ctx, a.Tenant, post.Place)
		if err != nil {
			return nil, err
		}
		p := part{tenant: a.Tenant, compound: sc.compound, building: sc.building}
		switch kind := sc.node.Kind; kind {
		case place.Neighbourhood, place.Grid:
			p.whole, p.all = true, kind == place.Neighbourhood
		default:
			p.all = kind == place.Compound || kind == place.Building
		}
		if p.whole && p.all {
			return []part{p}, nil
		}
		parts = append(parts, p)
	}
	if len(parts) > 0 {
		parts = append(parts, part{tenant: a.Tenant})
	}
	return parts, nil
}

// openKey is an open incident and where it stands among the others.
type openKey struct {
	tenant  store.Tenant
	id      string
	raised  int64
	urgency int64
	look    bool // whether the actor serves it shows only on the incident itself
}

// openKeys are the open incidents of some parts, the most urgent first, at
// most so many of each part.
func (s *Service) openKeys(ctx context.Context, parts []part, most int32) ([]openKey, error) {
	q := New(s.Store.Reader())
	at := map[string]int{}
	var keys []openKey
	for _, p := range parts {
		rows, err := q.openOf(ctx, p, most)
		if err != nil {
			return nil, fmt.Errorf("open incidents: %w", err)
		}
		for _, r := range rows {
			if n, known := at[r.MatterID]; known {
				keys[n].look = keys[n].look && !p.all
				continue
			}
			at[r.MatterID] = len(keys)
			keys = append(keys, openKey{p.tenant, r.MatterID, r.RaisedAt, r.Urgency, !p.all})
		}
	}
	slices.SortFunc(keys, func(a, b openKey) int {
		return cmp.Or(cmp.Compare(a.urgency, b.urgency), cmp.Compare(a.raised, b.raised), cmp.Compare(a.id, b.id))
	})
	return keys, nil
}

// openOf reads the keys of one part from an index alone.
func (q *Queries) openOf(ctx context.Context, p part, most int32) ([]OpenInRow, error) {
	switch {
	case p.whole:
		return q.OpenIn(ctx, p.tenant, most)
	case p.building != "":
		rows, err := q.OpenInBuilding(ctx, p.tenant, p.building, most)
		return same(rows, func(r OpenInBuildingRow) OpenInRow { return OpenInRow(r) }), err
	}
	rows, err := q.OpenInCompound(ctx, p.tenant, p.compound, most)
	return same(rows, func(r OpenInCompoundRow) OpenInRow { return OpenInRow(r) }), err
}

func same[R any](rows []R, as func(R) OpenInRow) []OpenInRow {
	out := make([]OpenInRow, len(rows))
	for i, r := range rows {
		out[i] = as(r)
	}
	return out
}

// What a page shows and counts of the open incidents, however many there are:
// a storm must not make pages slow for those who have to answer it.
const (
	deskShown    = 50
	bannerShown  = 3
	mostCounted  = 1000
	bannerCounts = 100
)

// Open are the open incidents that the actor serves, the most urgent first: what
// nobody answered, then the others, then drills, the oldest of each first.
// They are at most so many as a desk shows.
func (s *Service) Open(ctx context.Context, a people.Actor) ([]Row, error) {
	rows, _, err := s.open(ctx, a, deskShown, mostCounted)
	return rows, err
}

// open are the most urgent of the open incidents that the actor serves, and
// how many there are; beyond a number they are not counted on.
func (s *Service) open(ctx context.Context, a people.Actor, shown int, counted int32) ([]Row, int, error) {
	parts, err := s.partsOf(ctx, a)
	if err != nil {
		return nil, 0, err
	}
	keys, err := s.openKeys(ctx, parts, counted)
	if err != nil {
		return nil, 0, err
	}
	var rows []Row
	n := 0
	for _, k := range keys {
		if !k.look && len(rows) == shown {
			n++
			continue
		}
		row, err := New(s.Store.Reader()).IncidentByID(ctx, k.tenant, k.id)
		if err != nil {
			return nil, 0, fmt.Errorf("open incident: %w", err)
		}
		if row.Open == 0 {
			continue // closed this instant
		}
		if concerns, err := s.concerns(ctx, a, row); err != nil || !concerns {
			if err != nil {
				return nil, 0, err
			}
			continue
		}
		served, err := s.rows(ctx, a, []AlarmIncident{row}, nil)
		if err != nil {
			return nil, 0, err
		}
		n += len(served)
		if len(rows) < shown {
			rows = append(rows, served...)
		}
	}
	return rows, n, nil
}

// concerns reports whether an open incident stands before an actor: a test only
// before those who are told of it.
func (s *Service) concerns(ctx context.Context, a people.Actor, r AlarmIncident) (bool, error) {
	if r.TrialID == "" {
		return true, nil
	}
	told, err := New(s.Store.Reader()).AnswerOf(ctx, r.TenantID, r.MatterID, a.Person)
	return len(told) > 0, err
}

// Past are the closed incidents of the actor's neighbourhood, newest first.
func (s *Service) Past(ctx context.Context, a people.Actor, before time.Time, limit int) ([]Row, error) {
	rows, err := New(s.Store.Reader()).PastIncidents(ctx, a.Tenant, store.Ms(before), int32(limit))
	if err != nil {
		return nil, fmt.Errorf("past incidents: %w", err)
	}
	return s.rows(ctx, a, rows, nil)
}

// rows adds those of the incidents that the actor serves.
func (s *Service) rows(ctx context.Context, a people.Actor, rows []AlarmIncident, out []Row) ([]Row, error) {
	for _, r := range rows {
		m, err := s.Spine.ByID(ctx, r.TenantID, r.MatterID)
		if err != nil {
			return nil, err
		}
		i := incidentOf(m, r)
		sc, err := s.whereIs(ctx, i.Tenant, i.Place)
		if err != nil {
			return nil, err
		}
		if len(rolesAt(a, i, sc)) > 0 {
			out = append(out, Row{i, sc.door})
		}
	}
	return out, nil
}
