package web_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/web"
)

func TestPagesArePackedForWhomTakesIt(t *testing.T) {
	long := strings.Repeat("<p>page</p>", 1000)
	m := web.New(web.Options{})
	show := func(body string) web.Handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			return web.Render(w, r, http.StatusOK, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, body)
				return err
			}))
		}
	}
	m.Handle(web.Route{Pattern: "GET /long", Access: web.Public, Do: show(long)}, web.Route{Pattern: "GET /short", Access: web.Public, Do: show("x")})
	srv := httptest.NewServer(m.Handler())
	t.Cleanup(srv.Close)
	for _, c := range []struct {
		name, path, accept string
		packed             bool
	}{
		{"taken", "/long", "gzip, br", true},
		{"not asked for", "/long", "br", false},
		{"refused", "/long", "gzip;q=0", false},
		{"short", "/short", "gzip", false},
		{"with a query", "/long?q=x", "gzip", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Accept-Encoding", c.accept)
			res, err := srv.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if packed := res.Header.Get("Content-Encoding") == "gzip"; packed != c.packed {
				t.Fatalf("packed %v, want %v", packed, c.packed)
			}
			if !c.packed {
				return
			}
			z, err := gzip.NewReader(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(z); err != nil || string(b) != long || res.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%d bytes, %v, Vary %q", len(b), err, res.Header.Get("Vary"))
			}
		})
	}
}
