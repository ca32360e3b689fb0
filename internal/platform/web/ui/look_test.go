package ui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/web/ui"
)

func TestPageWearsItsLook(t *testing.T) {
	for want, look := range map[string]ui.Look{
		`data-theme="auto" data-mode="standard"`: {},
		`data-theme="dark" data-mode="elder"`:    {Theme: "dark", Elder: true},
	} {
		if got := html(t, ui.Doc(ui.Page{Look: look})); !strings.Contains(got, want) {
			t.Errorf("%+v gives no %s", look, want)
		}
	}
}

func TestSavedSpeaksToScriptAndBareBrowser(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		status int
	}{"bare browser": {"", http.StatusSeeOther}, "script": {"1", http.StatusCreated}} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/report", nil)
		if c.header != "" {
			r.Header.Set(ui.DraftHeader, c.header)
		}
		ui.Saved(w, r, "/matter/1")
		if w.Code != c.status || w.Header().Get("Location") != "/matter/1" {
			t.Errorf("%s gets %d to %q", name, w.Code, w.Header().Get("Location"))
		}
	}
}
