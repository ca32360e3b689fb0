package web_test

import (
	"net/http"
	"testing"

	"github.com/linli/linli/internal/platform/web"
)

// A browser that came by https once comes by https only, wherever TLS ends; on the
// office's own network without TLS nothing is promised.
func TestS31_BrowsersAreHeldToHTTPS(t *testing.T) {
	for name, tt := range map[string]struct {
		options web.Options
		proto   []string
		want    bool
	}{
		"plain":                             {web.Options{}, nil, false},
		"a stranger claims https":           {web.Options{}, []string{"https"}, false},
		"the proxy says https":              {web.Options{Proxied: true}, []string{"https"}, true},
		"the proxy says http":               {web.Options{Proxied: true, Public: "https://linli.example"}, []string{"http"}, false},
		"the proxy says nothing":            {web.Options{Proxied: true}, nil, false},
		"https is the address":              {web.Options{Public: "https://linli.example"}, nil, true},
		"http is the address":               {web.Options{Public: "http://linli.example"}, nil, false},
		"a caller claims https at a proxy":  {web.Options{Proxied: true}, []string{"https, http"}, false},
		"two headers, the last the proxy's": {web.Options{Proxied: true}, []string{"http", "HTTPS"}, true},
	} {
		s := serve(t, tt.options, web.Route{Pattern: "GET /x", Access: web.Public, Do: func(w http.ResponseWriter, _ *http.Request) error {
			return web.WriteJSON(w, http.StatusOK, 1)
		}})
		for _, path := range []string{"/x", "/nowhere"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header["X-Forwarded-Proto"] = tt.proto
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if got := res.Header.Get("Strict-Transport-Security"); (got == "max-age=31536000") != tt.want || !tt.want && got != "" {
				t.Errorf("%s %s: %q", name, path, got)
			}
		}
	}
}
