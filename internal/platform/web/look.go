package web

import (
	"context"
	"net/http"
)

// Look is how a person wants pages to look. It is kept in cookies, so that it
// holds before anybody signs in.
type Look struct {
	Theme string // "light", "dark" or "auto"
	Elder bool   // large type 大字
}

type lookKey struct{}

func withLook(ctx context.Context, r *http.Request) context.Context {
	l := Look{Theme: "auto"}
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		l.Theme = c.Value
	}
	if c, err := r.Cookie("mode"); err == nil {
		l.Elder = c.Value == "elder"
	}
	return context.WithValue(ctx, lookKey{}, l)
}

// LookOf is the look of the request.
func LookOf(ctx context.Context) Look {
	if l, ok := ctx.Value(lookKey{}).(Look); ok {
		return l
	}
	return Look{Theme: "auto"}
}

// LookRoutes lets people choose language, theme and large type without
// JavaScript; they land on the page they came from.
func LookRoutes() []Route {
	return []Route{{Pattern: "POST /look", Access: Public, NoSession: true, Do: setLook}}
}

func setLook(w http.ResponseWriter, r *http.Request) error {
	for name, allowed := range map[string][]string{
		"lang": {"zh", "en"}, "theme": {"light", "dark", "auto"}, "mode": {"standard", "elder"},
	} {
		v := r.PostFormValue(name)
		for _, a := range allowed {
			if v == a {
				http.SetCookie(w, &http.Cookie{Name: name, Value: v, Path: "/", MaxAge: 400 * 24 * 3600, SameSite: http.SameSiteLaxMode})
			}
		}
	}
	http.Redirect(w, r, LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// LocalPath is p if it is a path on this site, else the front page, so that no
// link of ours sends anybody elsewhere.
func LocalPath(p string) string {
	if len(p) == 0 || p[0] != '/' || len(p) > 1 && (p[1] == '/' || p[1] == '\\') {
		return "/"
	}
	for _, c := range p {
		if c < ' ' || c == '\\' {
			return "/"
		}
	}
	return p
}
