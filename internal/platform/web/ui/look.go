package ui

import "net/http"

// Look is how a person likes pages.
type Look struct {
	Theme string // light, dark, or auto, which an empty one means too
	Elder bool   // large type 大字
}

func (l Look) theme() string {
	if l.Theme == "" {
		return "auto"
	}
	return l.Theme
}

func (l Look) mode() string {
	if l.Elder {
		return "elder"
	}
	return "standard"
}

// DraftHeader is sent by the script with a form it keeps on the phone.
const DraftHeader = "Linli-Draft"

// Saved answers a form that was taken: 303 to where for a bare browser, and
// 201 with Location for the script, which throws its draft away only then. A
// refused form answers 422 with the page; the script shows it and keeps the
// draft. 401 or a way to sign in keeps the draft too and asks to sign in.
func Saved(w http.ResponseWriter, r *http.Request, where string) {
	if r.Header.Get(DraftHeader) == "" {
		http.Redirect(w, r, where, http.StatusSeeOther)
		return
	}
	w.Header().Set("Location", where)
	w.WriteHeader(http.StatusCreated)
}
