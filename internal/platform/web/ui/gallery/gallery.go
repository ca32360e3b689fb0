package gallery

import (
	"context"
	"embed"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

//go:embed photos
var photos embed.FS

// Names are the sample pages in the order of the design.
func Names() []string {
	return []string{"home", "report", "refused", "matter", "today", "order", "board", "register", "signin", "empty", "error", "parts"}
}

// Catalog is the package's own texts.
func Catalog() (*words.Catalog, error) { return words.Load(ui.WordFiles()) }

// Words are the texts in one language.
func Words(c *words.Catalog, lang words.Lang) ui.Words {
	return ui.WordsFrom(func(key string) string { return c.T(lang, key) })
}

// Page gives the sample page of that name, or nil.
func Page(name string, p ui.Page) templ.Component {
	p.Path = "/" + name
	p.Live = true
	for _, pages := range []func(string, ui.Page) templ.Component{resident, staff, alone} {
		if c := pages(name, p); c != nil {
			return c
		}
	}
	return nil
}

func resident(name string, p ui.Page) templ.Component {
	switch name {
	case "home":
		return home(p)
	case "report":
		p.Offline = true
		return report(p, nil)
	case "refused":
		return report(p, []ui.FormError{{ID: "photos", Text: "请至少拍一张照片"}, {ID: "kind", Text: "请选一下是什么问题"}})
	case "matter":
		return matter(p)
	}
	return nil
}

func staff(name string, p ui.Page) templ.Component {
	switch name {
	case "today":
		return today(p, nil)
	case "order":
		return today(p, order(p.Words))
	case "board":
		return board(p)
	case "register":
		return register(p)
	}
	return nil
}

func alone(name string, p ui.Page) templ.Component {
	switch name {
	case "signin":
		return signin(p)
	case "empty":
		return emptyPage(p)
	case "error":
		return errorPage(p)
	case "parts":
		return parts(p)
	}
	return nil
}

// Handler serves the sample pages at /NAME, their photos and the static files
// through the door the product uses, with its policy and its way of keeping the
// look.
func Handler() (http.Handler, error) {
	c, err := Catalog()
	if err != nil {
		return nil, err
	}
	mux := web.New(web.Options{Words: c})
	mux.Handle(web.LookRoutes()...)
	mux.Mount("GET /static/", ui.Static())
	mux.Mount("GET /photos/", http.FileServerFS(photos))
	mux.Handle(web.Route{Pattern: "GET /{name}", Access: web.Public, Do: show(c)})
	mux.Handle(web.Route{Pattern: "GET /stream", Access: web.Public, Do: stream})
	return mux.Handler(), nil
}

func show(c *words.Catalog) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		look := web.LookOf(r.Context())
		page := Page(r.PathValue("name"), ui.Page{
			Look:  ui.Look{Theme: look.Theme, Elder: look.Elder},
			Words: Words(c, words.Chinese),
		})
		if page == nil {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return web.Render(w, r, http.StatusOK, page)
	}
}

// stream sends one new state of the watched part of the sample page.
func stream(w http.ResponseWriter, r *http.Request) error {
	hub := live.New()
	hub.Close()
	return web.Stream(w, r, hub, []string{"parts"}, func(context.Context) (templ.Component, error) {
		return ui.Tag(ui.OK, "check", "刚刚办好"), nil
	})
}
