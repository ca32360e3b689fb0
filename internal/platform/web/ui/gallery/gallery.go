package gallery

import (
	"embed"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/pelletier/go-toml/v2"

	"io/fs"

	"github.com/linli/linli/internal/platform/web/ui"
)

//go:embed photos
var photos embed.FS

// Names are the sample pages in the order of the design.
func Names() []string {
	return []string{"home", "report", "refused", "matter", "today", "order", "board", "register", "signin", "empty", "error", "parts"}
}

// Words reads the package's own texts: lang is zh or en.
func Words(lang string) (ui.Words, error) {
	b, err := fs.ReadFile(ui.WordFiles(), "words/"+lang+".toml")
	if err != nil {
		return ui.Words{}, fmt.Errorf("read words: %w", err)
	}
	var file struct{ UI map[string]string }
	if err := toml.Unmarshal(b, &file); err != nil {
		return ui.Words{}, fmt.Errorf("parse words: %w", err)
	}
	return ui.WordsFrom(func(key string) string { return file.UI[key[len("ui."):]] }), nil
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
// under the policy the product runs with.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", ui.Static())
	mux.Handle("GET /look", ui.SwitchLook())
	mux.Handle("GET /photos/", http.FileServerFS(photos))
	mux.HandleFunc("GET /{name}", show)
	return mux
}

func show(w http.ResponseWriter, r *http.Request) {
	words, err := Words("zh")
	if err != nil {
		http.Error(w, "words are missing", http.StatusInternalServerError)
		return
	}
	page := Page(r.PathValue("name"), ui.Page{Look: ui.LookOf(r), Words: words})
	if page == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", ui.CSP)
	templ.Handler(page).ServeHTTP(w, r)
}
