package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/web/ui"
)

func ask(t *testing.T, h http.Handler, target string, header map[string]string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestStaticFilesAreSentPackedAndKept(t *testing.T) {
	for name, kind := range map[string]string{
		"linli.css": "text/css; charset=utf-8", "linli.js": "text/javascript; charset=utf-8", "sw.js": "text/javascript; charset=utf-8",
		"icons.svg": "image/svg+xml", "htmx-4.0.1.min.js": "text/javascript; charset=utf-8", "hx-sse-4.0.1.min.js": "text/javascript; charset=utf-8",
		"icons.LICENSE.txt": "text/plain; charset=utf-8",
	} {
		plain := ask(t, ui.Static(), ui.Asset(name), nil)
		packed := ask(t, ui.Static(), ui.Asset(name), map[string]string{"Accept-Encoding": "br, gzip;q=0.8"})
		if plain.StatusCode != 200 || plain.Header.Get("Content-Type") != kind || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", name, plain.StatusCode, plain.Header)
		}
		if packed.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(packed.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s packed: %v", name, packed.Header)
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a, _ := io.ReadAll(z)
		b, _ := io.ReadAll(plain.Body)
		if string(a) != string(b) || len(a) == 0 {
			t.Errorf("%s: packed and plain differ", name)
		}
	}
}

// TestBudgets: the style sheet and the script stay small enough for a first
// view under 60 KB on a phone.
func TestBudgets(t *testing.T) {
	for name, most := range map[string]int{"linli.css": 9 << 10, "linli.js": 6 << 10, "icons.svg": 7 << 10, "alarm.js": 3 << 10, "alarm.css": 3 << 10, "htmx-4.0.1.min.js": 14 << 10} {
		b, err := io.ReadAll(ask(t, ui.Static(), ui.Asset(name), map[string]string{"Accept-Encoding": "gzip"}).Body)
		if err != nil || len(b) > most {
			t.Errorf("%s is %d bytes packed, at most %d (%v)", name, len(b), most, err)
		}
	}
}

func TestStaticAnswersWhatItMust(t *testing.T) {
	fresh := ask(t, ui.Static(), "/static/linli.css", nil)
	if fresh.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("without a hash: %v", fresh.Header)
	}
	same := ask(t, ui.Static(), "/static/linli.css", map[string]string{"If-None-Match": fresh.Header.Get("ETag")})
	if same.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged file answers %d", same.StatusCode)
	}
	if got := ask(t, ui.Static(), "/static/linli.css", map[string]string{"Accept-Encoding": "gzip;q=0"}); got.Header.Get("Content-Encoding") != "" {
		t.Error("gzip was refused and sent")
	}
	if got := ask(t, ui.Static(), "/static/sw.js", nil); got.Header.Get("Service-Worker-Allowed") != "/" {
		t.Error("the service worker may not serve the whole house")
	}
	for _, missing := range []string{"/static/none.css", "/static/", "/static/../doc.go", "/static/words/zh.toml"} {
		if got := ask(t, ui.Static(), missing, nil); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", missing, got.StatusCode)
		}
	}
}

// TestStyleSheetIsSafeForOldPhones: nothing Chromium 105 lacks, and no colour
// leaves the origin.
func TestStyleSheetIsSafeForOldPhones(t *testing.T) {
	b, err := io.ReadAll(ask(t, ui.Static(), "/static/linli.css", nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	css := string(b)
	if bad := regexp.MustCompile(`color-mix|light-dark|oklch|@layer|@container|dvh|@import|url\(`).FindString(css); bad != "" {
		t.Errorf("the style sheet uses %q", bad)
	}
	if strings.Count(css, "{") != strings.Count(css, "}") {
		t.Error("a brace is missing")
	}
	for _, token := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, token[1]+":") {
			t.Errorf("token %s is used and never set", token[1])
		}
	}
}
