package front

import (
	"context"
	"net/http"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/words"
)

// PlacePicker is where a place is chosen for something.
type PlacePicker struct {
	Path, Access string
	At           string // item of the rail
	// Lead is where a place leads to that was chosen for oneself, or on behalf
	// of a person; no place: where one came from.
	Lead func(place, person string) string
}

// spotChoice is a place to choose.
type spotChoice struct {
	Href string
	Door string
	Near bool // only a guess at what was typed
}

// placePage is where another place is chosen.
type placePage struct {
	Action, Query string
	Person        string
	Found         []spotChoice
	Groups        []spotGroup
}

// spotGroup is a compound with its buildings.
type spotGroup struct {
	Name   string
	Choice []spotChoice
}

// placesFound is how many places a search shows.
const placesFound = 12

// pickPlace shows the buildings around and searches for others.
func (w Web) pickPlace(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := placePage{Action: w.Picker.Path, Query: q.Get("q"), Person: q.Get("person")}
	if p.Query != "" {
		p.Found, err = w.searchPlaces(ctx, a, p.Query, p.Person)
	} else {
		p.Groups, err = w.placesAround(ctx, a, p.Person)
	}
	if err != nil {
		return err
	}
	return w.show(rw, r, a, inner{title: words.T(ctx, "front.place_title"), back: w.Picker.Lead("", p.Person), at: w.Picker.At}, placeBody(p))
}

// searchPlaces finds buildings and compounds by what was typed. Rooms lead to
// their building: who lives where is nobody's to list.
func (w Web) searchPlaces(ctx context.Context, a people.Actor, query, person string) ([]spotChoice, error) {
	hits, err := w.Places.Search(ctx, a.Tenant, query, placesFound)
	if err != nil {
		return nil, err
	}
	var out []spotChoice
	seen := map[string]bool{}
	for _, h := range hits {
		if h.Node.Tenant != a.Tenant {
			continue
		}
		spot, err := w.Places.Spot(ctx, a.Tenant, h.Node.ID)
		if err != nil {
			return nil, err
		}
		id := spot.Building
		if id == "" {
			id = spot.Compound
		}
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, spotChoice{w.Picker.Lead(id, person), spot.Label.Door, h.Near()})
		}
	}
	return out, nil
}

// placesAround are the compounds of the actor with their buildings: the one
// they live in, or those they serve.
func (w Web) placesAround(ctx context.Context, a people.Actor, person string) ([]spotGroup, error) {
	var groups []spotGroup
	for _, top := range a.Tops() {
		compounds, err := w.Places.Subtree(ctx, a.Tenant, top, place.Compound)
		if err != nil {
			return nil, err
		}
		for _, c := range compounds {
			g, err := w.compoundChoices(ctx, c, person)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
		}
	}
	return groups, nil
}

func (w Web) compoundChoices(ctx context.Context, c place.Node, person string) (spotGroup, error) {
	g := spotGroup{Name: c.Name, Choice: []spotChoice{{w.Picker.Lead(c.ID, person), words.T(ctx, "front.place_open"), false}}}
	buildings, err := w.Places.Subtree(ctx, c.Tenant, c.ID, place.Building)
	for _, b := range buildings {
		g.Choice = append(g.Choice, spotChoice{w.Picker.Lead(b.ID, person), b.Name, false})
	}
	return g, err
}
