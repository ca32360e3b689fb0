package open311

import (
	"context"
	"net/url"
	"strings"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// How far a position may lie from where the register puts a place and still
// mean it, in metres.
const (
	atBuilding = 60
	atCompound = 250
	atAll      = 20_000 // further off than this it is none of ours
)

// location is the place of a form, and what of its address_string says no more
// than where in it. By the specification one of address_id, address_string and
// lat with long is enough; the narrowest that leads anywhere counts.
func (o *API) location(ctx context.Context, scope []place.Tenant, f url.Values, out Outside) (at place.Node, spot string, err error) {
	if id := store.Clean(strings.TrimSpace(f.Get("address_id"))); id != "" {
		at, err = o.byAddressID(ctx, scope, id)
		return at, "", err
	}
	if text := strings.TrimSpace(f.Get("address_string")); text != "" {
		at, err = o.byAddress(ctx, scope, text)
		if !fault.Is(err, fault.Invalid) || !out.Placed {
			return at, "", err
		}
		if len([]rune(text)) <= report.MaxSpot { // a longer one is no spot; the position tells
			spot = text
		}
	}
	if out.Placed {
		at, err = o.byPosition(ctx, scope, out.Position)
		return at, spot, err
	}
	return place.Node{}, "", fault.New(fault.Invalid, "open311.location_missing")
}

// byPosition is the building or compound at a position; between them, or where
// the register knows no positions, the neighbourhood as a whole: its committee
// finds out who should go.
func (o *API) byPosition(ctx context.Context, scope []place.Tenant, p place.Position) (place.Node, error) {
	near, metres, err := o.reports.Places.Nearest(ctx, scope, p)
	if fault.Is(err, fault.NotFound) {
		if len(scope) != 1 {
			return place.Node{}, fault.New(fault.Invalid, "open311.no_positions")
		}
		return o.reports.Places.ByID(ctx, scope[0].ID, scope[0].Root)
	}
	switch {
	case err != nil:
		return place.Node{}, err
	case metres > atAll:
		return place.Node{}, fault.New(fault.Invalid, "open311.position_far")
	case near.Kind == place.Building && metres <= atBuilding:
		return near, nil
	case metres <= atCompound:
		return o.reports.Places.Compound(ctx, near)
	}
	return o.rootOf(ctx, scope, near.Tenant)
}

func (o *API) rootOf(ctx context.Context, scope []place.Tenant, tenant store.Tenant) (place.Node, error) {
	for _, t := range scope {
		if t.ID == tenant {
			return o.reports.Places.ByID(ctx, t.ID, t.Root)
		}
	}
	return place.Node{}, fault.New(fault.NotFound, "fault.not_found")
}

func (o *API) byAddressID(ctx context.Context, scope []place.Tenant, id string) (place.Node, error) {
	for _, t := range scope {
		for _, find := range []func(context.Context, store.Tenant, string) (place.Node, error){o.reports.Places.ByID, o.reports.Places.ByRef} {
			n, err := find(ctx, t.ID, id)
			if fault.Is(err, fault.NotFound) || err == nil && !n.Retired.IsZero() {
				continue
			}
			return n, err
		}
	}
	return place.Node{}, fault.New(fault.Invalid, "open311.address_id_unknown")
}

// suggested is how many places a refused address is answered with.
const suggested = 3

// byAddress takes an address that is exactly one place; a near miss or one of
// several is refused with what it may have meant.
func (o *API) byAddress(ctx context.Context, scope []place.Tenant, text string) (place.Node, error) {
	from := o.office
	if len(scope) == 1 {
		from = scope[0].ID
	}
	hits, err := o.reports.Places.Search(ctx, from, text, suggested)
	if err != nil {
		return place.Node{}, err
	}
	if len(hits) == 0 {
		return place.Node{}, fault.New(fault.Invalid, "open311.address_unknown")
	}
	if hits[0].Near() || len(hits) > 1 && hits[1].Score == hits[0].Score && !hits[0].Node.Covers(hits[1].Node) {
		var names []string
		for _, h := range hits {
			names = append(names, h.Label.Door)
		}
		return place.Node{}, fault.New(fault.Invalid, "open311.address_unclear", "places", strings.Join(names, ", "))
	}
	return hits[0].Node, nil
}
