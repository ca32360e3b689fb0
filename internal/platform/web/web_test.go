package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/words"
)

func serve(t *testing.T, o web.Options, routes ...web.Route) *httptest.Server {
	t.Helper()
	c, err := words.Load(words.Base())
	if err != nil {
		t.Fatal(err)
	}
	o.Words = c
	m := web.New(o)
	m.Handle(routes...)
	s := httptest.NewServer(m.Handler())
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, target string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest("GET", target, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestFaultBecomesStatusAndSentenceWithoutItsCause(t *testing.T) {
	s := serve(t, web.Options{}, web.Route{Pattern: "GET /x", Access: web.Public, Do: func(http.ResponseWriter, *http.Request) error {
		return fault.Wrap(errors.New("SECRET table missing"), fault.Conflict, "fault.changed")
	}})
	res, body := get(t, s.URL+"/x", "Accept-Language", "en")
	if res.StatusCode != 409 || !strings.Contains(body, "Someone has just changed this") || strings.Contains(body, "SECRET") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
}

func TestPanicIsAnInternalFault(t *testing.T) {
	s := serve(t, web.Options{}, web.Route{Pattern: "GET /x", Access: web.Public, Do: func(http.ResponseWriter, *http.Request) error { panic("SECRET") }})
	res, body := get(t, s.URL+"/x")
	if res.StatusCode != 500 || strings.Contains(body, "SECRET") || !strings.Contains(body, `"number"`) {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
}

func TestAccessIsAskedBeforeTheHandler(t *testing.T) {
	ran := false
	o := web.Options{Allow: func(_ context.Context, access string) error {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}}
	s := serve(t, o, web.Route{Pattern: "GET /x", Access: "report.read", Do: func(http.ResponseWriter, *http.Request) error { ran = true; return nil }})
	if res, _ := get(t, s.URL+"/x"); res.StatusCode != 403 || ran {
		t.Fatalf("status %d, handler ran: %v", res.StatusCode, ran)
	}
}

func TestRouteWithoutAccessDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("started")
		}
	}()
	web.New(web.Options{}).Handle(web.Route{Pattern: "GET /x"})
}

func TestUnknownPathAndMethod(t *testing.T) {
	s := serve(t, web.Options{}, web.Route{Pattern: "POST /x", Access: web.Public, Do: func(http.ResponseWriter, *http.Request) error { return nil }})
	if res, _ := get(t, s.URL+"/nowhere"); res.StatusCode != 404 {
		t.Errorf("unknown path: %d", res.StatusCode)
	}
	if res, _ := get(t, s.URL+"/x"); res.StatusCode != 405 || res.Header.Get("Allow") != "POST" {
		t.Errorf("wrong method: %d %q", res.StatusCode, res.Header.Get("Allow"))
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	s := serve(t, web.Options{}, web.Route{Pattern: "POST /x", Access: web.Public, Do: func(http.ResponseWriter, *http.Request) error { return nil }})
	req, _ := http.NewRequest("POST", s.URL+"/x", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != 403 {
		t.Fatalf("%v %v", res.StatusCode, err)
	}
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	s := serve(t, web.Options{})
	res, _ := get(t, s.URL+"/nowhere")
	csp := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("headers %v", res.Header)
	}
}

func TestLookIsChosenWithoutJavaScript(t *testing.T) {
	s := serve(t, web.Options{}, web.LookRoutes()...)
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(s.URL+"/look", url.Values{"lang": {"en"}, "mode": {"elder"}, "theme": {"<script>"}, "back": {"//evil.example"}})
	if err != nil {
		t.Fatal(err)
	}
	var set []string
	for _, k := range res.Cookies() {
		set = append(set, k.Name+"="+k.Value)
	}
	if res.Header.Get("Location") != "/" || len(set) != 2 || strings.Contains(strings.Join(set, " "), "script") {
		t.Fatalf("to %q with %v", res.Header.Get("Location"), set)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/a?b=c": "/a?b=c", "": "/", "//x": "/", `/\x`: "/", "https://x": "/", "/a\nb": "/",
	} {
		if got := web.LocalPath(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestStreamSendsTheWholePartAtOnceAndAfterEachChange(t *testing.T) {
	hub, n := live.New(), 0
	s := serve(t, web.Options{}, web.Route{Pattern: "GET /live", Access: web.Public, Do: func(w http.ResponseWriter, r *http.Request) error {
		return web.Stream(w, r, hub, []string{"t"}, func(context.Context) (templ.Component, error) {
			n++
			return templ.Raw("<p>\n" + strings.Repeat("x", n) + "</p>"), nil
		})
	}})
	res, err := http.Get(s.URL + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	next := func() string {
		var got []string
		for lines.Scan() && lines.Text() != "" {
			got = append(got, lines.Text())
		}
		return strings.Join(got, "|")
	}
	if got := next(); got != "data: <p>|data: x</p>" {
		t.Fatalf("first %q", got)
	}
	hub.Publish("t")
	if got := next(); got != "data: <p>|data: xx</p>" {
		t.Fatalf("after a change %q", got)
	}
	hub.Close()
	if lines.Scan() {
		t.Fatalf("after the end: %q", lines.Text())
	}
}

func TestUploadTooLargeIsASentence(t *testing.T) {
	s := serve(t, web.Options{}, web.Route{Pattern: "POST /x", Access: web.Public, Do: func(w http.ResponseWriter, r *http.Request) error {
		return web.ParseForm(w, r)
	}})
	res, err := http.PostForm(s.URL+"/x", url.Values{"a": {strings.Repeat("x", 2<<20)}})
	if err != nil || res.StatusCode != 413 {
		t.Fatalf("%v %v", res.StatusCode, err)
	}
}

func TestObserverSeesThePatternNotThePath(t *testing.T) {
	seen := make(chan string, 1)
	o := web.Options{Observe: func(pattern string, status int, _ time.Duration) { seen <- pattern }}
	s := serve(t, o, web.Route{Pattern: "GET /person/{id}", Access: web.Public, Do: func(http.ResponseWriter, *http.Request) error { return nil }})
	get(t, s.URL+"/person/42")
	if got := <-seen; got != "GET /person/{id}" {
		t.Fatalf("saw %q", got)
	}
}
