package app_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/app"
)

// The operator's guide names what to watch; it is there in the form that
// Prometheus reads, to callers on this machine only.
func TestMetricsAreShownToThisMachineOnly(t *testing.T) {
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	ask := func(path, from string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
		r.RemoteAddr = from
		a.Mux.Handler().ServeHTTP(w, r)
		return w
	}
	ask("/healthz", "192.0.2.1:1000")
	w := ask("/metrics", "127.0.0.1:1000")
	body := w.Body.String()
	for _, want := range []string{
		"linli_jobs_late 0", "linli_jobs_dead 0", "linli_inbox_waiting 0", "linli_inbox_not_understood 0", "linli_database_log_held_bytes 0", "linli_live_listeners 0",
		`linli_http_seconds_bucket{route="GET /healthz",status="2xx",le="2.5"} 1`, `linli_http_seconds_count{route="GET /healthz",status="2xx"} 1`, "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if kind := w.Header().Get("Content-Type"); w.Code != http.StatusOK || kind != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("%d %q", w.Code, kind)
	}
	line := regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]+="[^"]*",? ?)*\})? [0-9.e+\-NaInf]+)?$`)
	for l := range strings.Lines(body) {
		if l = strings.TrimSuffix(l, "\n"); !strings.HasPrefix(l, "#") && !line.MatchString(l) {
			t.Errorf("no line of Prometheus: %q", l)
		}
	}
	if w := ask("/metrics", "192.0.2.1:1000"); w.Code != http.StatusNotFound {
		t.Errorf("another machine: %d", w.Code)
	}
}
