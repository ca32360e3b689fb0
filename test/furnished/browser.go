package furnished

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/linli/linli/internal/people"
)

// Browser is one signed-in person without JavaScript.
type Browser struct {
	Lang   string      // what they read, as a browser says it
	Header http.Header // what it says besides

	h *House
	c *http.Client
}

// Visit signs somebody in by the demo's link, who reads Chinese.
func (h *House) Visit(a people.Actor) Browser {
	h.T.Helper()
	link, err := h.Door.DemoLink(context.Background(), a.Tenant, a.Person)
	h.Must(err)
	b := h.Stranger()
	b.Get(link)
	return b
}

// Stranger is somebody who has not signed in.
func (h *House) Stranger() Browser {
	h.T.Helper()
	jar, err := cookiejar.New(nil)
	h.Must(err)
	return Browser{"zh-CN", nil, h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Open sends a request. The answer is closed when the test ends.
func (b Browser) Open(method, path, kind, body string) *http.Response {
	b.h.T.Helper()
	req, err := http.NewRequestWithContext(b.h.T.Context(), method, b.h.URL()+path, strings.NewReader(body))
	b.h.Must(err)
	maps.Copy(req.Header, b.Header)
	req.Header.Set("Accept-Language", b.Lang)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := b.c.Do(req)
	b.h.Must(err)
	b.h.T.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// Answer sends a request and gives all of its answer.
func (b Browser) Answer(method, path, kind, body string) (int, http.Header, string) {
	b.h.T.Helper()
	res := b.Open(method, path, kind, body) //nolint:bodyclose // it closes it itself
	all, err := io.ReadAll(res.Body)
	b.h.Must(err)
	return res.StatusCode, res.Header, string(all)
}

// Do sends a request and gives its status, where it leads and the page.
func (b Browser) Do(method, path, kind, body string) (status int, location, page string) {
	b.h.T.Helper()
	status, header, page := b.Answer(method, path, kind, body)
	return status, header.Get("Location"), page
}

// Get opens a page.
func (b Browser) Get(path string) (int, string) {
	b.h.T.Helper()
	status, _, page := b.Do("GET", path, "", "")
	return status, page
}

// Must opens a page that has to be there, in whole sentences.
func (b Browser) Must(path string) string {
	b.h.T.Helper()
	status, page := b.Get(path)
	if status != http.StatusOK {
		b.h.T.Fatalf("GET %s: %d", path, status)
	}
	if missing := missingWords().FindString(page); missing != "" {
		b.h.T.Errorf("GET %s shows %s", path, missing)
	}
	return page
}

// missingWords finds what stands where a sentence is missing.
func missingWords() *regexp.Regexp {
	return regexp.MustCompile(`\[(alarm|app|care|date|device|group|matter|notify|people|phase|place|register|report|ui|upkeep)\.[a-z_.]+\]`)
}

// Send submits a form.
func (b Browser) Send(path string, v url.Values) (status int, location, page string) {
	b.h.T.Helper()
	return b.Do("POST", path, "application/x-www-form-urlencoded", v.Encode())
}

// Upload submits a form with files under one name.
func (b Browser) Upload(path string, v url.Values, name string, files ...[]byte) (status int, location, page string) {
	b.h.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, values := range v {
		for _, value := range values {
			b.h.Must(w.WriteField(k, value))
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(name, name+".jpg")
		b.h.Must(err)
		_, err = part.Write(file)
		b.h.Must(err)
	}
	b.h.Must(w.Close())
	return b.Do("POST", path, w.FormDataContentType(), body.String())
}

// Press sends the form of one act that a page offers, with more fields, which
// alternate name and value.
func (b Browser) Press(page, action string, more ...string) {
	b.h.T.Helper()
	_, after, found := strings.Cut(page, `action="`+action+`"`)
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(after)
	if !found || key == nil {
		b.h.T.Fatalf("the page has no form for %s", action)
	}
	v := url.Values{"key": {key[1]}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	if status, where, body := b.Send(action, v); status != http.StatusSeeOther || where == "" {
		b.h.T.Fatalf("%s: %d %s", action, status, body)
	}
}

// Stream gives the next part of a live page each time it is called.
func (b Browser) Stream(path string) func() string {
	b.h.T.Helper()
	lines := bufio.NewReader(b.Open("GET", path, "", "").Body) //nolint:bodyclose // it closes it itself
	return func() string {
		b.h.T.Helper()
		var part strings.Builder
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				b.h.T.Fatalf("%s ended: %v", path, err)
			}
			if line == "\n" {
				return part.String()
			}
			part.WriteString(line)
		}
	}
}

// Says fails where a page does not say something.
func Says(t testing.TB, page string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}
