package web

import (
	"net/http"

	"github.com/linli/linli/internal/platform/words"
)

const langCookie = "linli_lang"

// langOf is the chosen language: the cookie, else what the browser asks for.
func langOf(r *http.Request) words.Lang {
	if c, err := r.Cookie(langCookie); err == nil {
		return words.Parse(c.Value)
	}
	return words.FromHeader(r.Header.Get("Accept-Language"))
}

// LangRoutes let people choose the language without JavaScript; they land on
// the page they came from.
func LangRoutes() []Route {
	return []Route{{"GET /lang/{lang}", Public, setLang}}
}

func setLang(w http.ResponseWriter, r *http.Request) error {
	lang := words.Parse(r.PathValue("lang"))
	http.SetCookie(w, &http.Cookie{Name: langCookie, Value: string(lang), Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, LocalPath(r.URL.Query().Get("back")), http.StatusSeeOther)
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
