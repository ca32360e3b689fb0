package people

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// As hands a request to a handler with the one who asks.
func As(do func(http.ResponseWriter, *http.Request, Actor) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, err := ActorOf(r.Context())
		if err != nil {
			return err
		}
		return do(w, r, a)
	}
}

// Then does something for the one who asks and leads them on to a page.
func Then(do func(*http.Request, Actor) (path string, err error)) web.Handler {
	return As(func(w http.ResponseWriter, r *http.Request, a Actor) error {
		path, err := do(r, a)
		if err == nil {
			http.Redirect(w, r, path, http.StatusSeeOther)
		}
		return err
	})
}

// PageHead is the top of a page that staff see at a desk, and who lives here on a phone.
type PageHead struct {
	Title, Sub, Plate string
	At                string          // item of the rail
	Back              templ.SafeURL   // on a phone
	Actions           templ.Component // at a desk
	Status            int             // 0: 200
}

// Show answers the actor with a page.
func (a Actor) Show(w http.ResponseWriter, r *http.Request, f ui.Frame, p PageHead, body templ.Component) error {
	status := max(p.Status, http.StatusOK)
	if a.AtDesk() {
		s := f.Desk(r, p.At, ui.Head{Plate: p.Plate, Title: p.Title, Sub: p.Sub, Actions: p.Actions})
		return web.Render(w, r, status, ui.DeskPage(s, ui.Stack(body)))
	}
	return web.Render(w, r, status, ui.PhonePage(f.Phone(r, p.Title, p.Back), ui.Stack(body)))
}
