package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/linli/linli/internal/platform/web"
)

var filling = bytes.Repeat([]byte("a"), 64<<10)

// bottomless is a body without an end: a head, and then the same byte for ever. It
// counts what was read of it.
type bottomless struct {
	head io.Reader
	read int64
}

func (e *bottomless) Read(p []byte) (int, error) {
	n, err := e.head.Read(p)
	if errors.Is(err, io.EOF) {
		n, err = copy(p, filling), nil
	}
	e.read += int64(n)
	return n, err
}

func (e *bottomless) Close() error { return nil }

// bodyKinds are the ways in which a body can have no end.
func bodyKinds() map[string]struct{ kind, head string } {
	const multi = "multipart/form-data; boundary=x"
	part := func(disposition string) string {
		return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n"
	}
	return map[string]struct{ kind, head string }{
		"urlencoded":           {"application/x-www-form-urlencoded", "words="},
		"json":                 {"application/json", `{"words":"`},
		"a field":              {multi, part(`name="words"`)},
		"a file":               {multi, part(`name="photo"; filename="a.jpg"`)},
		"a file after a field": {multi, part(`name="words"`) + "x\r\n" + part(`name="files"; filename="a.csv"`)},
		"the head of a part":   {multi, "--x\r\nContent-Disposition: form-data; name="},
		"before any part":      {multi, "x"},
		"of no known kind":     {"application/octet-stream", "x"},
	}
}

// sentTo sends a body to a route, past the network, so that what is read of it
// is known to the byte.
func (h bounded) sentTo(t *testing.T, route web.Route, method string, session []*http.Cookie, kind string, length int64, body io.ReadCloser) *httptest.ResponseRecorder {
	t.Helper()
	_, path, _ := strings.Cut(route.Pattern, " ")
	path = wildcard.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x")
	patience := 30 * time.Second
	if method == http.MethodGet {
		patience = 100 * time.Millisecond // a stream has no end of its own
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, path, nil)
	r.Body, r.ContentLength = body, length
	r.Header.Set("Content-Type", kind)
	for _, c := range session {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.small.Handler().ServeHTTP(w, r)
	return w
}

// smallest is what large bodies are limited to here, so that the test need not
// read 80 MiB of each.
const smallest = 2 << 20

// bounded is a house with all its routes, those that take large bodies with a
// smaller limit.
type bounded struct {
	house
	small    *web.Mux
	incoming string
}

func bound(t *testing.T, h house, log *slog.Logger) bounded {
	t.Helper()
	incoming := t.TempDir()
	in, err := web.NewIntake(web.IntakeOptions{Dir: incoming})
	if err != nil {
		t.Fatal(err)
	}
	m := web.New(web.Options{Words: h.Words, Log: log, Identify: h.Door.Identify, Allow: h.Door.Allow, Intake: in})
	for _, route := range h.Mux.Routes() {
		route.Most = min(route.Most, smallest)
		m.Handle(route)
	}
	return bounded{h, m, incoming}
}

// readAhead is what reading may take beyond a limit to find that it is passed.
const readAhead = 64 << 10

// files are all files in a folder and below.
func files(t *testing.T, dir string) (list []string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// No route reads more of a body than it declares, whoever sends it and however
// it is packed, and none leaves a file behind. What a route takes must be small
// unless it is on the list of those that take photographs and registers.
func TestNoRouteReadsMoreOfABodyThanItDeclares(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	h := bound(t, open(t), nil)
	sessions := map[string][]*http.Cookie{"nobody": nil}
	for who, c := range map[string]*http.Client{
		"resident": h.as(t, "xiwu", firstOf(t, h.house, "xiwu")), "committee": h.as(t, "xiwu", "s012"),
	} {
		sessions[who] = c.Jar.(*oneCookie).kept
	}
	left := files(t, temp)
	for who, session := range sessions {
		for _, route := range h.small.Routes() {
			if strings.HasSuffix(route.Pattern, "/out") || strings.HasSuffix(route.Pattern, "/sign-out") || strings.Contains(route.Pattern, "/demo") {
				continue // they end the session or play an alarm, and are asked last
			}
			h.refuses(t, who, session, route)
			if now := files(t, temp); len(now) > len(left) {
				t.Fatalf("%s: %s left %v", who, route.Pattern, now)
			}
			if now := files(t, h.incoming); len(now) > 0 {
				t.Fatalf("%s: %s left %v", who, route.Pattern, now)
			}
		}
	}
	for _, route := range h.Mux.Routes() {
		if strings.HasSuffix(route.Pattern, "/out") || strings.HasSuffix(route.Pattern, "/sign-out") {
			h.refuses(t, "nobody", nil, route)
		}
	}
}

// refuses sends bottomless bodies to one route.
func (h bounded) refuses(t *testing.T, who string, session []*http.Cookie, route web.Route) {
	t.Helper()
	method, _, _ := strings.Cut(route.Pattern, " ")
	for name, kind := range bodyKinds() {
		body := &bottomless{head: strings.NewReader(kind.head)}
		w := h.sentTo(t, route, method, session, kind.kind, -1, body)
		most := max(route.Most, web.FormMost)
		if method == http.MethodGet {
			most = 0
		} else if who == "nobody" && route.Access != web.Public {
			most = 0 // nobody's body is of no interest
		}
		if body.read > most+readAhead {
			t.Errorf("%s: %s read %d bytes of %s, more than %d", who, route.Pattern, body.read, name, most)
		}
		if most > 0 && body.read > most && w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %s with %s without end: status %d", who, route.Pattern, name, w.Code)
		}
		declared := &bottomless{head: strings.NewReader(kind.head)}
		w = h.sentTo(t, route, method, session, kind.kind, 200<<20, declared)
		if declared.read > 0 || method != http.MethodGet && w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %s read %d bytes of %s declared as 200 MiB: status %d", who, route.Pattern, declared.read, name, w.Code)
		}
	}
}

// The routes that take more than a form are few, and each is known.
func TestOnlyUploadsTakeMoreThanAForm(t *testing.T) {
	h := open(t)
	known := []string{"POST /report", "POST /alarm", "POST /home/alarm", "POST /f/", "POST /family/alarm/", "POST /care/new", "POST /care/elder/", "POST /upkeep/{id}/", "POST /admin/import", "POST /push/",
		"POST /devices/codecs", "/api/v1/", "POST /open311/v2/requests"}
	for _, route := range h.Mux.Routes() {
		if route.Most <= web.FormMost {
			continue
		}
		found := false
		for _, k := range known {
			found = found || strings.Contains(route.Pattern, k)
		}
		if !found {
			t.Errorf("%s takes %d bytes", route.Pattern, route.Most)
		}
		if route.Most > 80<<20 {
			t.Errorf("%s takes %d bytes, more than anything has to", route.Pattern, route.Most)
		}
	}
}

// What is too long is said in the person's own language.
func TestABodyThatIsTooLargeIsSaidInThePersonsLanguage(t *testing.T) {
	h := open(t)
	for lang, sentence := range map[string]string{"zh-CN": "写得太长，没有收下", "en": "Too long: at most"} {
		for name, length := range map[string]int64{"declared": 1 << 20, "chunked": -1} {
			r := httptest.NewRequest("POST", "/sign-in", nil)
			r.Body, r.ContentLength = &bottomless{head: strings.NewReader("code=")}, length
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Accept-Language", lang)
			w := httptest.NewRecorder()
			h.Mux.Handler().ServeHTTP(w, r)
			if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), sentence) {
				t.Errorf("%s, %s: %d without %q", lang, name, w.Code, sentence)
			}
		}
	}
}

// openSaying is a house, and what its log says.
func openSaying(t *testing.T) (bounded, *safeBuffer) {
	t.Helper()
	said := &safeBuffer{}
	log := slog.New(slog.NewTextHandler(said, nil))
	return bound(t, openWith(t, log), log), said
}

// safeBuffer is written by many.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b.Reset()
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// A sender that hangs up in the middle is no mistake of ours, on any route:
// neither a status of 500 nor an error line.
func TestASenderThatHangsUpIsNoErrorOnAnyRoute(t *testing.T) {
	h, said := openSaying(t)
	session := h.as(t, "xiwu", "s012").Jar.(*oneCookie).kept
	for _, route := range h.Mux.Routes() {
		method, _, _ := strings.Cut(route.Pattern, " ")
		if method == http.MethodGet || strings.HasSuffix(route.Pattern, "/out") || strings.HasSuffix(route.Pattern, "/sign-out") {
			continue
		}
		for name, kind := range bodyKinds() {
			for _, how := range []error{io.ErrUnexpectedEOF, fmt.Errorf("read tcp: %w", syscall.ECONNRESET)} {
				said.Reset()
				body := io.NopCloser(io.MultiReader(strings.NewReader(kind.head+"aaa"), iotest.ErrReader(how)))
				if w := h.sentTo(t, route, method, session, kind.kind, 1000, body); w.Code >= 500 || strings.Contains(said.String(), "level=ERROR") {
					t.Errorf("%s with %s that breaks off: %d %s", route.Pattern, name, w.Code, said)
				}
			}
		}
	}
}

// Nor is one that does not wait for the answer.
func TestASenderThatDoesNotWaitIsNoErrorOnAnyRoute(t *testing.T) {
	h, said := openSaying(t)
	session := h.as(t, "xiwu", "s012").Jar.(*oneCookie).kept
	for _, route := range h.Mux.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		said.Reset()
		ctx, gone := context.WithCancel(t.Context())
		gone()
		r := httptest.NewRequestWithContext(ctx, method, wildcard.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x"), strings.NewReader("words=x"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range session {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.small.Handler().ServeHTTP(w, r)
		if w.Code >= 500 || strings.Contains(said.String(), "level=ERROR") {
			t.Errorf("%s: %d %s", route.Pattern, w.Code, said)
		}
	}
}
