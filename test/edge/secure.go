package edge

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/linli/linli/internal/platform/inbox/inboxtest"
)

// Secure serves over TLS until the test ends. Its key is of the kind that signs
// fast, and its client keeps as many lines open as a lane calls at once:
// httptest's own signs by RSA and keeps two, so that nearly every call of a
// telling shook hands, an eighth of the time of alarm's tests.
func Secure(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{inboxtest.NewAuthority(t).Server()}}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	srv.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 32
	return srv
}
