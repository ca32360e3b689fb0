package front

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

//go:embed words/*.toml
var files embed.FS

// Words are the sentences of the room.
func Words() fs.FS { return store.Folder(files, "words") }

// Deps is what the room stands on.
type Deps struct {
	Places   *place.Service
	Register *people.Register
	Notify   *notify.Service
	Hub      *live.Hub
	Now      func() time.Time
	Frame    ui.Frame
	Public   string // address people reach the house by, for codes on walls; empty: that of the request
}

// Todos are what waits for somebody in one room.
type Todos func(context.Context, people.Actor) ([]ui.Todo, error)

// Web is the first pages with what rooms give to them. A part that is nil is
// left out.
type Web struct {
	Deps
	// Danger is what stands above all else on the home page of somebody whose
	// home is in danger; nil where nothing is.
	Danger func(context.Context, people.Actor) templ.Component
	// Home is what a room shows of somebody's own matters on their home page.
	Home func(context.Context, people.Actor) (ui.HomePart, error)
	// Work is the list of the day of those who serve a place.
	Work func(context.Context, people.Actor, url.Values) (ui.WorkPart, error)
	// Waiting is what waits for somebody, room by room.
	Waiting []Todos
	// Named gives the words for an argument of a message that stands there by a
	// code, by the argument's name; the value itself where it is not known.
	Named map[string]func(ctx context.Context, value string) (string, error)
	// Picker is where a place is chosen; the codes on walls lead where it leads.
	Picker PlacePicker
}

// Routes are the doors of the room.
func (w Web) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /{$}", Access: web.Public, Do: w.home},
		{Pattern: "GET /home/live", Access: "report.read", Do: w.homeLive},
		{Pattern: "GET /today", Access: "report.work", Do: w.today},
		{Pattern: "GET /today/live", Access: "report.work", Do: w.todayLive},
		{Pattern: "GET /inbox", Access: "report.read", Do: w.inbox},
		{Pattern: "GET " + w.Picker.Path, Access: w.Picker.Access, Do: w.pickPlace},
		{Pattern: "GET /q/{place}", Access: "report.create", Do: w.scanned},
		{Pattern: "GET /q/{place}/sheet", Access: "place.sheet", Do: w.sheet},
		{Pattern: "GET /q/{place}/code.png", Access: "place.sheet", Do: w.code},
	}
}

// waiting is what waits for somebody in all rooms.
func (w Web) waiting(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	var all []ui.Todo
	for _, of := range w.Waiting {
		list, err := of(ctx, a)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// inner is a page one step in.
type inner struct{ title, back, at string }

// show answers with an inner page: at the desk for staff, with a way back for
// residents.
func (d Deps) show(rw http.ResponseWriter, r *http.Request, a people.Actor, p inner, body templ.Component) error {
	if a.AtDesk() {
		return web.Render(rw, r, http.StatusOK, ui.DeskPage(d.Frame.Desk(r, p.at, ui.Head{Title: p.title}), body))
	}
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(d.Frame.Phone(r, p.title, templ.SafeURL(p.back)), body))
}
