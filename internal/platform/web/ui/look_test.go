package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/linli/linli/internal/platform/web/ui"
)

func TestSwitchLookRemembersAndLeadsBack(t *testing.T) {
	for _, c := range []struct {
		name, target, cookie string
		want                 ui.Look
		back                 string
	}{
		{"to large type", "/look?mode=toggle&back=%2Fhome", "", ui.Look{Mode: "elder"}, "/home"},
		{"and back", "/look?mode=toggle&back=%2Fhome%3Fq%3D1", "linli_mode=elder", ui.Look{}, "/home?q=1"},
		{"dark", "/look?theme=dark", "", ui.Look{Theme: "dark"}, "/"},
		{"as the phone", "/look?theme=auto", "linli_theme=dark", ui.Look{}, "/"},
		{"unknown", "/look?theme=%22%3E&mode=x", "", ui.Look{}, "/"},
		{"another house", "/look?back=%2F%2Fevil.example", "", ui.Look{}, "/"},
		{"another house with a backslash", "/look?back=%2F%5Cevil.example", "", ui.Look{}, "/"},
		{"another scheme", "/look?back=https%3A%2F%2Fevil.example", "", ui.Look{}, "/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := map[string]string{}
			if c.cookie != "" {
				header["Cookie"] = c.cookie
			}
			resp := ask(t, ui.SwitchLook(), c.target, header)
			if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != c.back {
				t.Errorf("answers %d to %q", resp.StatusCode, resp.Header.Get("Location"))
			}
			if got := lookAfter(resp); got != c.want {
				t.Errorf("look %+v, want %+v", got, c.want)
			}
		})
	}
}

func lookAfter(resp *http.Response) ui.Look {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range resp.Cookies() {
		if c.MaxAge >= 0 {
			r.AddCookie(c)
		}
	}
	return ui.LookOf(r)
}

func TestLookOfIgnoresWhatItDoesNotKnow(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: "linli_theme", Value: "purple"})
	r.AddCookie(&http.Cookie{Name: "linli_mode", Value: "elder"})
	if got := ui.LookOf(r); got != (ui.Look{Mode: "elder"}) {
		t.Errorf("look %+v", got)
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
