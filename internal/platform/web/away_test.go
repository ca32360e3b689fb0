package web_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/linli/linli/internal/platform/web"
)

// While the database is away a page, and a program's question, are answered 503
// with when to come again; what needs no session does not look for one.
func TestS31_AwayIsAnsweredComeAgain(t *testing.T) {
	gone := fmt.Errorf("session: %w", driver.ErrBadConn)
	well := func(w http.ResponseWriter, _ *http.Request) error { _, err := io.WriteString(w, "well"); return err }
	s := serve(t, web.Options{Identify: func(context.Context, http.ResponseWriter, *http.Request) (context.Context, error) { return nil, gone }},
		web.Route{Pattern: "GET /page", Access: web.Public, Do: well},
		web.Route{Pattern: "GET /healthz", Access: web.Public, NoSession: true, Do: well},
		web.Route{Pattern: "GET /token", Access: web.Public, NoSession: true, Do: func(http.ResponseWriter, *http.Request) error { return gone }},
	)
	for path, want := range map[string]int{"/page": 503, "/healthz": 200, "/token": 503} {
		res, body := get(t, s.URL+path, "Accept-Language", "en")
		if res.StatusCode != want || (res.Header.Get("Retry-After") != "") != (want == 503) || strings.Contains(body, "bad connection") {
			t.Errorf("%s: %d, again after %q: %s", path, res.StatusCode, res.Header.Get("Retry-After"), body)
		}
	}
}
