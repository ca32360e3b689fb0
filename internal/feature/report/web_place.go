package report

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/skip2/go-qrcode"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

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
	p := placePage{Action: "/report/place", Query: q.Get("q"), Person: q.Get("person")}
	if p.Query != "" {
		p.Found, err = w.searchPlaces(ctx, a, p.Query, p.Person)
	} else {
		p.Groups, err = w.placesAround(ctx, a, p.Person)
	}
	if err != nil {
		return err
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: words.T(ctx, "report.place_title"), back: backToForm("", p.Person), at: "reports"}, placeBody(p))
}

// backToForm is the form for a place, for the actor or on behalf of a person.
func backToForm(place, person string) string {
	v := url.Values{}
	if place != "" {
		v.Set("place", place)
	}
	path := "/report/new"
	if person != "" {
		path = "/report/desk"
		v.Set("person", person)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
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
		sc, err := w.sceneAt(ctx, a.Tenant, h.Node.ID)
		if err != nil {
			return nil, err
		}
		id := sc.building
		if id == "" {
			id = sc.compound
		}
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, spotChoice{backToForm(id, person), sc.label.Door, h.Near()})
		}
	}
	return out, nil
}

// placesAround are the compounds of the actor with their buildings: the one
// they live in, or those they serve.
func (w Web) placesAround(ctx context.Context, a people.Actor, person string) ([]spotGroup, error) {
	var groups []spotGroup
	for _, top := range topsOf(a) {
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

// topsOf are the places below which the actor finds theirs.
func topsOf(a people.Actor) []string {
	if ids := splitPath(a.Path); len(ids) > 1 {
		return ids[1:2]
	}
	var tops []string
	for _, p := range a.Posts {
		tops = append(tops, p.Place)
	}
	return tops
}

func (w Web) compoundChoices(ctx context.Context, c place.Node, person string) (spotGroup, error) {
	g := spotGroup{Name: c.Name, Choice: []spotChoice{{backToForm(c.ID, person), words.T(ctx, "report.place_open"), false}}}
	buildings, err := w.Places.Subtree(ctx, c.Tenant, c.ID, place.Building)
	for _, b := range buildings {
		g.Choice = append(g.Choice, spotChoice{backToForm(b.ID, person), b.Name, false})
	}
	return g, err
}

// scanned leads from the code on a wall to the form for that place.
func (w Web) scanned(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if _, err := w.sceneAt(r.Context(), a.Tenant, r.PathValue("place")); err != nil {
		return err
	}
	http.Redirect(rw, r, backToForm(r.PathValue("place"), ""), http.StatusSeeOther)
	return nil
}

// servedScene is a place that the actor serves; any other is not found.
func (w Web) servedScene(r *http.Request) (people.Actor, scene, error) {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return a, scene{}, err
	}
	sc, err := w.sceneAt(r.Context(), a.Tenant, r.PathValue("place"))
	if err != nil {
		return a, sc, err
	}
	if !a.Serves(people.Property, sc.node.Path) && !a.Serves(people.Committee, sc.node.Path) {
		return a, sc, fault.New(fault.NotFound, "fault.not_found")
	}
	return a, sc, nil
}

// sheet is the paper with the code, to be printed and put on the wall.
func (w Web) sheet(rw http.ResponseWriter, r *http.Request) error {
	a, sc, err := w.servedScene(r)
	if err != nil {
		return err
	}
	p := inner{title: words.T(r.Context(), "report.sheet_title"), back: "/report/place", at: "reports"}
	return w.show(rw, r, http.StatusOK, a, p, sheetBody(sc.label.Door, "/q/"+sc.node.ID+"/code.png", w.wallLink(r, sc.node.ID)))
}

// wallLink is what the code says.
func (w Web) wallLink(r *http.Request, id string) string {
	base := w.Public
	if base == "" {
		base = "http://" + r.Host
		if r.TLS != nil {
			base = "https://" + r.Host
		}
	}
	return base + "/q/" + id
}

// codeSize is the width of the picture of a code, in pixels.
const codeSize = 560

// code is the code of a place as a picture.
func (w Web) code(rw http.ResponseWriter, r *http.Request) error {
	_, sc, err := w.servedScene(r)
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(w.wallLink(r, sc.node.ID), qrcode.Medium, codeSize)
	if err != nil {
		return fmt.Errorf("code of a place: %w", err)
	}
	rw.Header().Set("Content-Type", "image/png")
	rw.Header().Set("Content-Length", strconv.Itoa(len(png)))
	_, err = rw.Write(png)
	return err
}

// intake is the desk where staff write a report down for somebody who came or
// called: first the person, then the form.
func (w Web) intake(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if person := q.Get("person"); person != "" {
		return w.intakeForm(rw, r, a, person)
	}
	list, err := w.findPersons(ctx, a, q.Get("q"))
	if err != nil {
		return err
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: words.T(ctx, "report.intake_title"), back: "/", at: "reports"}, intakeBody(q.Get("q"), list))
}

// personChoice is a person to write for.
type personChoice struct{ ID, Name, Home string }

const personsFound = 20

// findPersons searches who lives where the actor serves.
func (w Web) findPersons(ctx context.Context, a people.Actor, query string) ([]personChoice, error) {
	if query == "" {
		return nil, nil
	}
	listed, _, err := w.Register.Persons(ctx, a.Tenant, people.Filter{Query: query}, people.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	var out []personChoice
	for _, p := range listed {
		if mayWriteFor(a, p) && len(out) < personsFound {
			out = append(out, personChoice{p.ID, p.Name, p.Building + " " + p.Room})
		}
	}
	return out, nil
}

// mayWriteFor: whoever takes reports in for the place where the person lives.
func mayWriteFor(a people.Actor, p people.Listed) bool {
	return p.Path != "" && (people.Access{}).May(a, "report.intake", people.Subject{Path: p.Path}) == nil
}

func (w Web) intakeForm(rw http.ResponseWriter, r *http.Request, a people.Actor, person string) error {
	f := form{Draft: Draft{OnBehalf: person, Place: r.URL.Query().Get("place")}}
	f.Chosen = f.Draft.Place != ""
	if err := w.onBehalf(r.Context(), a, &f); err != nil {
		return err
	}
	f.Draft.Key = store.NewID()
	return w.showForm(rw, r, a, f)
}

// onBehalf fills in whom a form is written for, and their building.
func (w Web) onBehalf(ctx context.Context, a people.Actor, f *form) error {
	p, err := w.Register.Person(ctx, a.Tenant, f.Draft.OnBehalf)
	if err != nil {
		return err
	}
	home, err := w.homeServed(ctx, a, p)
	if err != nil {
		return err
	}
	label, err := w.Places.Label(ctx, a.Tenant, home.Place)
	if err != nil {
		return err
	}
	if f.Draft.Place == "" {
		if f.Draft.Place, err = w.ownBuilding(ctx, a.Tenant, home.Place); err != nil {
			return err
		}
	}
	f.Behalf, f.Action = words.T(ctx, "report.behalf", "name", p.Name, "place", label.Door), "/report/desk"
	f.Change = "/report/place?person=" + url.QueryEscape(p.ID)
	return nil
}

// homeServed is where a person lives, if the actor takes reports in for there;
// else the person is not found.
func (w Web) homeServed(ctx context.Context, a people.Actor, p people.Person) (people.Household, error) {
	home, err := w.Register.Household(ctx, a.Tenant, p.Household)
	if err != nil {
		return home, err
	}
	node, err := w.Places.ByID(ctx, a.Tenant, home.Place)
	if err != nil {
		return home, err
	}
	if (people.Access{}).May(a, "report.intake", people.Subject{Path: node.Path}) != nil {
		return home, fault.New(fault.NotFound, "fault.not_found")
	}
	return home, nil
}

func personItems(list []personChoice) []ui.Item {
	items := make([]ui.Item, len(list))
	for i, p := range list {
		items[i] = ui.Item{Href: templ.SafeURL(backToForm("", p.ID)), Plate: p.Home, Title: p.Name}
	}
	return items
}
