package ui

import (
	"net/http"
	"strings"
)

// Look is how a person likes pages: kept on the device in two cookies that
// hold no secret, so that a shared phone keeps its own.
type Look struct {
	Theme string // auto, light, dark
	Mode  string // "" or elder (大字, large type)
}

const (
	themeCookie = "linli_theme"
	modeCookie  = "linli_mode"
	year        = 365 * 24 * 3600
)

func (l Look) theme() string {
	if l.Theme == "" {
		return "auto"
	}
	return l.Theme
}

// LookOf reads the look from the request's cookies; unknown values are none.
func LookOf(r *http.Request) Look {
	return Look{Theme: known(cookie(r, themeCookie), "light", "dark"), Mode: known(cookie(r, modeCookie), "elder")}
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func known(v string, allowed ...string) string {
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	return ""
}

// SwitchLook answers GET /look?mode=elder|standard|toggle&theme=auto|light|dark
// &back=/path: it remembers the choice and leads back. The script does the same
// without a round trip.
func SwitchLook() http.Handler { return http.HandlerFunc(switchLook) }

func switchLook(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Has("mode") {
		mode := known(q.Get("mode"), "elder")
		if q.Get("mode") == "toggle" && LookOf(r).Mode == "" {
			mode = "elder"
		}
		remember(w, modeCookie, mode)
	}
	if q.Has("theme") {
		remember(w, themeCookie, known(q.Get("theme"), "light", "dark"))
	}
	http.Redirect(w, r, ownPath(q.Get("back")), http.StatusSeeOther)
}

// remember sets a cookie the script may read and write too.
func remember(w http.ResponseWriter, name, value string) {
	age := year
	if value == "" {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, SameSite: http.SameSiteLaxMode})
}

// ownPath keeps a way back inside the house: an absolute path, no other host.
func ownPath(back string) string {
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsAny(back, "\\\r\n\t") {
		return "/"
	}
	return back
}

// DraftHeader is sent by the script with a form it keeps on the phone.
const DraftHeader = "Linli-Draft"

// Saved answers a form that was taken: 303 to where for a bare browser, and
// 201 with Location for the script, which throws its draft away only then. A
// refused form answers 422 with the page; the script shows it and keeps the
// draft. 401 keeps the draft too and asks to sign in.
func Saved(w http.ResponseWriter, r *http.Request, where string) {
	if r.Header.Get(DraftHeader) == "" {
		http.Redirect(w, r, where, http.StatusSeeOther)
		return
	}
	w.Header().Set("Location", where)
	w.WriteHeader(http.StatusCreated)
}
