package front

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// PersonPicker is where staff choose for whom they write something down.
type PersonPicker struct {
	Path   string
	Access string                              // asked for the place where a person lives
	At     string                              // item of the rail
	Title  func(context.Context) string        // of the page
	Lead   func(person string) (chosen string) // where a person leads to
}

// personsFound is how many persons a search shows.
const personsFound = 20

// Persons is the page of such a choice: who came or called. It shows those only
// for whom the actor may write.
func (d Deps) Persons(p PersonPicker) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		a, err := people.ActorOf(ctx)
		if err != nil {
			return err
		}
		query := r.URL.Query().Get("q")
		items, err := d.findPersons(ctx, a, p, query)
		if err != nil {
			return err
		}
		return d.show(rw, r, a, inner{title: p.Title(ctx), back: "/", at: p.At}, personBody(p.Path, query, items))
	}
}

// findPersons searches who lives where the actor serves.
func (d Deps) findPersons(ctx context.Context, a people.Actor, p PersonPicker, query string) ([]ui.Item, error) {
	if query == "" {
		return nil, nil
	}
	listed, _, err := d.Register.Persons(ctx, a.Tenant, people.Filter{Query: query}, people.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	var items []ui.Item
	for _, x := range listed {
		if x.Path != "" && len(items) < personsFound && (people.Access{}).May(a, p.Access, people.Subject{Path: x.Path}) == nil {
			items = append(items, ui.Item{Href: templ.SafeURL(p.Lead(x.ID)), Plate: x.Building + " " + x.Room, Title: x.Name})
		}
	}
	return items, nil
}
