package people

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// PageDeps are what the room's pages stand on.
type PageDeps struct {
	Door     *Door
	Register *Register
	Places   *place.Service
	Frame    ui.Frame
	// Public is the address people reach the house by, such as
	// https://linli.example, for QR codes on paper. Empty prints none.
	Public string
	// More leads from somebody's own page to what other rooms keep about them;
	// nil: nothing.
	More func(context.Context, Actor) ([]ui.Todo, error)
}

// Pages are the room's pages: signing in, one's own page, and the desk of
// those who keep the registers.
type Pages struct{ PageDeps }

// NewPages makes the pages.
func NewPages(d PageDeps) *Pages { return &Pages{d} }

// Routes are all doors of the room's pages.
func (p *Pages) Routes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /sign-in", Access: web.Public, Do: p.codeForm},
		{Pattern: "POST /sign-in", Access: web.Public, Do: p.codeGiven},
		{Pattern: "GET /in/{code}", Access: web.Public, Do: p.codeScanned},
		{Pattern: "GET /in/demo/{token}", Access: web.Public, Do: p.demoLink},
		{Pattern: "GET /sign-in/staff", Access: web.Public, Do: p.passwordForm},
		{Pattern: "POST /sign-in/staff", Access: web.Public, Do: p.passwordGiven},
		{Pattern: "GET /sign-in/staff/code", Access: web.Public, Do: p.secondForm},
		{Pattern: "POST /sign-in/staff/code", Access: web.Public, Do: p.secondGiven},
		{Pattern: "GET /setup/{token}", Access: web.Public, Do: p.setUpForm},
		{Pattern: "POST /setup/{token}", Access: web.Public, Do: p.setUpChosen},
		{Pattern: "POST /setup/{token}/confirm", Access: web.Public, Do: p.setUpConfirmed},
		{Pattern: "POST /sign-out", Access: "session.own", Do: p.signOut},
		{Pattern: "GET /me", Access: "session.own", Do: p.me},
		{Pattern: "POST /me/sessions/end-others", Access: "session.own", Do: p.endOthers},
		{Pattern: "POST /me/sessions/{id}/end", Access: "session.own", Do: p.endSession},
	}
	return append(routes, p.deskRoutes()...)
}

// say is a sentence of this room in the language of the request.
func say(ctx context.Context, key string, args ...any) string {
	return words.T(ctx, "people."+key, args...)
}

// refusal is what a form says about what was sent.
type refusal struct {
	Status int
	Text   string
	Fields map[string]string // by field name
}

// field is what is wrong with one field; empty for nothing.
func (x refusal) field(name string) string { return x.Fields[name] }

// list is the refusal as the summary above a form: the wrong fields, or the
// sentence leading to the first field.
func (x refusal) list(first string, fields ...string) []ui.FormError {
	var out []ui.FormError
	for _, name := range fields {
		if text := x.Fields[name]; text != "" {
			out = append(out, ui.FormError{ID: name, Text: text})
		}
	}
	if len(out) == 0 && x.Text != "" {
		out = append(out, ui.FormError{ID: first, Text: x.Text})
	}
	return out
}

// refused turns a fault that a person can mend into what the form says; any
// other error is returned. It tells programs how long to wait.
func refused(w http.ResponseWriter, r *http.Request, err error) (refusal, error) {
	f := fault.As(err)
	switch f.Code {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.TooMany, fault.Unsigned:
	default:
		return refusal{}, err
	}
	for i := 0; i+1 < len(f.Args); i += 2 {
		if seconds, ok := f.Args[i+1].(int64); ok && f.Args[i] == "seconds" {
			w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
		}
	}
	x := refusal{Status: f.Code.Status(), Text: words.T(r.Context(), f.Key, f.Args...), Fields: map[string]string{}}
	for _, one := range f.Fields {
		x.Fields[one.Name] = words.T(r.Context(), one.Key, one.Args...)
	}
	return x, nil
}

// back is where to go after signing in: always on this site.
func back(r *http.Request) string { return web.LocalPath(r.FormValue("back")) }

// link is a path with what of a query is not empty: pairs of names and values.
func link(path string, pairs ...string) templ.SafeURL {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return templ.SafeURL(path)
}

// see sends the browser on after a form was taken.
func see(w http.ResponseWriter, r *http.Request, to templ.SafeURL) error {
	http.Redirect(w, r, string(to), http.StatusSeeOther)
	return nil
}
