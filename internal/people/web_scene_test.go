package people_test

import (
	"context"
	"flag"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// plain is a frame with nothing in it but the page.
type plain struct{}

func (plain) page(r *http.Request, title string) ui.Page {
	return ui.Page{Title: title, Lang: words.Of(r.Context()).Tag(), Path: r.URL.RequestURI(),
		Words: ui.WordsFrom(func(key string) string { return words.T(r.Context(), key) })}
}

func (f plain) Phone(r *http.Request, title string, _ templ.SafeURL) ui.PhoneShell {
	return ui.PhoneShell{Page: f.page(r, title)}
}

func (f plain) Home(r *http.Request, title, _ string) ui.PhoneShell {
	return ui.PhoneShell{Page: f.page(r, title), Top: ui.Top{Title: title}}
}

func (f plain) Desk(r *http.Request, _ string, head ui.Head) ui.DeskShell {
	return ui.DeskShell{Page: f.page(r, head.Title), Head: head}
}

func (f plain) Bare(r *http.Request, title string) ui.BareShell {
	return ui.BareShell{Page: f.page(r, title), Brand: "linli"}
}

// house is the small subdistrict with its pages served.
type house struct {
	*scene
	url   string
	pages *people.Pages
}

func eachHouse(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	eachWith(t, people.DoorOptions{OneClick: true}, func(t *testing.T, s *scene) { fn(t, newHouse(t, s, "https://linli.example")) })
}

func newHouse(t *testing.T, s *scene, public string) *house {
	t.Helper()
	s.exec("UPDATE place_tenant SET parent_id = 'office' WHERE kind = 'neighbourhood'")
	s.exec("INSERT INTO people_person (tenant_id, id, ref, name, standing, since) VALUES ('office','boss','s0','樊处暑','staff',1), ('office','clerk','s3','田惊蛰','staff',1), ('t-wh','local','s9','俞立冬','staff',1), ('t-xw','shadow','s8','殷大寒','staff',1)")
	s.exec("INSERT INTO people_post (tenant_id, id, person_id, role, place_id, since) VALUES ('office','p7','boss','admin','root',1), ('office','p8','clerk','street_officer','root',1), ('t-wh','p9','local','admin','wh',1), ('t-xw','p10','shadow','committee_worker','xw',1)")
	catalog, err := words.Load(words.Base(), ui.WordFiles(), place.Words(), people.Words())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{scene: s}
	h.pages = people.NewPages(people.PageDeps{Door: s.Door, Register: people.NewRegister(s.s), Places: place.NewService(s.s), Frame: plain{}, Public: public})
	mux := web.New(web.Options{Words: catalog, Clock: s.clock.Now, Identify: s.Identify, Allow: s.Allow})
	mux.Handle(h.pages.Routes()...)
	srv := httptest.NewServer(mux.Handler())
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// visitor is a browser without scripts.
type visitor struct {
	t    *testing.T
	url  string
	lang string
	http *http.Client
}

// answer is what a visitor gets to see.
type answer struct {
	status int
	body   string
	header http.Header
}

func (h *house) visitor(t *testing.T) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{t: t, url: h.url, lang: "en", http: &http.Client{Jar: jar, CheckRedirect: stay}}
}

// as is a visitor signed in as somebody.
func (h *house) as(t *testing.T, tenant store.Tenant, person string) *visitor {
	t.Helper()
	link, err := h.DemoLink(context.Background(), tenant, person)
	if err != nil {
		t.Fatal(err)
	}
	v := h.visitor(t)
	if a := v.get(link); a.status != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %d %s", person, a.status, a.body)
	}
	return v
}

func (v *visitor) get(path string) answer { return v.ask("GET", path, nil) }

// post sends a form: pairs of names and values.
func (v *visitor) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.ask("POST", path, strings.NewReader(form.Encode()))
}

func (v *visitor) ask(method, path string, body io.Reader) answer {
	v.t.Helper()
	r, err := http.NewRequest(method, v.url+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", v.lang)
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if missing := regexp.MustCompile(`\[[a-z_]+\.[a-z_.]+\]`).Find(b); missing != nil {
		v.t.Errorf("%s %s shows the key %s", method, path, missing)
	}
	return answer{res.StatusCode, string(b), res.Header}
}

// is fails unless the answer has the status and says all of it.
func (a answer) is(t *testing.T, status int, says ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, mainOf(a.body))
	}
	for _, text := range says {
		if !strings.Contains(a.body, text) {
			t.Fatalf("does not say %q: %s", text, mainOf(a.body))
		}
	}
	return a
}

// hides fails if the answer says any of it.
func (a answer) hides(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Fatalf("says %q: %s", text, mainOf(a.body))
		}
	}
	return a
}

// goes fails unless the answer sends the browser there.
func (a answer) goes(t *testing.T, to string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		t.Fatalf("%d to %q, want 303 to %q: %s", a.status, a.header.Get("Location"), to, mainOf(a.body))
	}
}

// found is the first group of a pattern in the answer.
func (a answer) found(t *testing.T, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no %s in %s", pattern, mainOf(a.body))
	}
	return m[1]
}

func mainOf(body string) string {
	if _, after, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(after, "</main>")
	}
	return body
}

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares the page's own part with testdata/name.html, without the
// marks of the icons' file. With -update it writes the file anew.
func golden(t *testing.T, name, body string) {
	t.Helper()
	path := filepath.Join("testdata", name+".html")
	got := regexp.MustCompile(`\?v=[0-9a-f]+`).ReplaceAllString(strings.ReplaceAll(mainOf(body), "><", ">\n<"), "") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from what it was:\n%s", path, got)
	}
}
