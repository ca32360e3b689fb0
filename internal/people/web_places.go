package people

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// placesPage is one place with what lies in it, or what a search found.
type placesPage struct {
	Desk
	Query   string
	Up      []ui.Segment // the way down from the root
	Facts   []ui.Fact
	Items   []ui.Item
	Homes   []ui.Segment  // dwellings directly within
	People  templ.SafeURL // who lives here; empty where the desk may not see
	Posts   templ.SafeURL
	Nothing bool // a search found nothing
}

const placeHits = 30

func (p *Pages) places(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	v := placesPage{Desk: d, Query: r.FormValue("q")}
	if v.Query != "" {
		err = p.findPlaces(ctx, &v)
	} else {
		err = p.browse(ctx, &v, r.FormValue("at"))
	}
	if err != nil {
		return err
	}
	s := p.Frame.Desk(r, "register", d.head(say(ctx, "desk.places"), ""))
	return web.Render(w, r, http.StatusOK, placesView(s, v))
}

func (p *Pages) findPlaces(ctx context.Context, v *placesPage) error {
	hits, err := p.Places.Search(ctx, v.Tenant.ID, v.Query, placeHits)
	if err != nil {
		return err
	}
	v.Nothing = len(hits) == 0
	for _, h := range hits {
		it := v.placeItem(ctx, h.Node)
		it.Plate, it.Note = h.Label.Door, h.Label.Full
		if h.Near() {
			it.Tone, it.Tag = ui.Warn, say(ctx, "desk.guess")
		}
		v.Items = append(v.Items, it)
	}
	return nil
}

// placeItem leads to a place; it may lie in a neighbourhood below the office.
func (v *placesPage) placeItem(ctx context.Context, n place.Node) ui.Item {
	to := templ.SafeURL(v.To("/admin/places", "at", n.ID))
	if n.Tenant != v.Tenant.ID {
		to = link("/admin/places", "n", string(n.Tenant), "at", n.ID)
	}
	return ui.Item{Href: to, Plate: n.Name, Title: words.T(ctx, "place.kind."+string(n.Kind))}
}

func (p *Pages) browse(ctx context.Context, v *placesPage, id string) error {
	at := v.Root
	if id != "" {
		var err error
		if at, err = p.Places.ByID(ctx, v.Tenant.ID, id); err != nil {
			return err
		}
	}
	chain, err := p.Places.Ancestors(ctx, v.Tenant.ID, at.ID)
	if err != nil {
		return err
	}
	for _, n := range chain {
		v.Up = append(v.Up, ui.Segment{Href: templ.SafeURL(v.To("/admin/places", "at", n.ID)), Text: n.Name, Current: n.ID == at.ID})
	}
	below, err := p.Places.Children(ctx, v.Tenant.ID, at.ID)
	if err != nil {
		return err
	}
	for _, n := range below {
		it := v.placeItem(ctx, n)
		if n.Kind == place.Dwelling && n.Retired.IsZero() {
			v.Homes = append(v.Homes, ui.Segment{Href: it.Href, Text: n.Name})
			continue
		}
		if !n.Retired.IsZero() {
			it.Tag = say(ctx, "desk.retired")
		}
		v.Items = append(v.Items, it)
	}
	v.Facts = v.placeFacts(ctx, at)
	if v.may("people.read", at.Path) == nil {
		v.People = templ.SafeURL(v.To("/admin", "under", at.ID))
	}
	if v.may("post.edit", at.Path) == nil {
		v.Posts = templ.SafeURL(v.To("/admin/posts", "at", at.ID))
	}
	return nil
}

func (v *placesPage) placeFacts(ctx context.Context, n place.Node) []ui.Fact {
	facts := []ui.Fact{{Term: say(ctx, "desk.kind"), Value: words.T(ctx, "place.kind."+string(n.Kind))}}
	if n.Road+n.Lane != "" {
		facts = append(facts, ui.Fact{Term: say(ctx, "desk.road"), Value: n.Road + n.Lane})
	}
	if n.Alias != "" {
		facts = append(facts, ui.Fact{Term: say(ctx, "desk.alias"), Value: n.Alias})
	}
	if n.Area > 0 && v.may("place.area", n.Path) == nil {
		facts = append(facts, ui.Fact{Term: say(ctx, "desk.area"), Value: words.Area(n.Area)})
	}
	return append(facts, ui.Fact{Term: say(ctx, "desk.ref"), Value: n.Ref})
}
