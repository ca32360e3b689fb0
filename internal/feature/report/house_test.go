package report_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
)

// house is the whole program with the sample subdistrict and a clock that
// stands.
type house struct {
	*app.App
	t     *testing.T
	clock *storetest.Clock
	url   string
	xiwu  store.Tenant
}

// each runs fn in a new house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	databases := map[string]string{"sqlite": ""}
	if base := os.Getenv(storetest.PostgresEnv); base != "" {
		databases["postgres"] = base
	}
	for name, base := range databases {
		t.Run(name, func(t *testing.T) {
			if base != "" {
				base = storetest.NewSchema(t, base)
			}
			fn(t, newHouse(t, base))
		})
	}
}

// onSQLite runs one house where the database makes no difference.
func onSQLite(t *testing.T) *house { return newHouse(t, "") }

func newHouse(t *testing.T, postgres string, more ...func(*app.Options)) *house {
	t.Helper()
	clock, dir := storetest.NewClock(), t.TempDir()
	if postgres == "" {
		copyHouse(t, dir, furnished(t))
	}
	a := openHouse(t, dir, postgres, clock, more...)
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if postgres != "" {
		furnish(t, a)
	}
	srv := httptest.NewServer(a.Mux.Handler())
	t.Cleanup(srv.Close)
	return &house{App: a, t: t, clock: clock, url: srv.URL, xiwu: tenantOf(t, a, "xiwu")}
}

// copyHouse copies a data folder. Its keys may be read by their owner alone,
// and a copy has wider rights.
func copyHouse(t *testing.T, to, from string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openHouse(t *testing.T, dir, postgres string, clock *storetest.Clock, more ...func(*app.Options)) *app.App {
	t.Helper()
	o := app.Options{Dir: dir, Postgres: postgres, OneClick: true, Clock: clock.Now}
	for _, change := range more {
		change(&o)
	}
	a, err := app.New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// furnish takes the sample subdistrict in.
func furnish(t *testing.T, a *app.App) {
	t.Helper()
	ctx := context.Background()
	if _, err := register.Import(ctx, register.Deps{Store: a.Store, Places: a.Places, Sealer: a.Sealer}, demo.Data(), register.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Reports.ImportRegisters(ctx, demo.Data(), false); err != nil {
		t.Fatal(err)
	}
}

// model is the folder of a furnished house on SQLite: made once, copied for
// each test.
var model struct {
	once sync.Once
	dir  string
}

func furnished(t *testing.T) string {
	t.Helper()
	model.once.Do(func() {
		dir, err := os.MkdirTemp("", "linli-report-")
		if err != nil {
			t.Fatal(err)
		}
		a := openHouse(t, dir, "", storetest.NewClock())
		furnish(t, a)
		if err := a.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		model.dir = dir
	})
	if model.dir == "" {
		t.Fatal("the furnished house could not be made")
	}
	return model.dir
}

// TestMain takes the furnished house down at the end.
func TestMain(m *testing.M) {
	code := m.Run()
	if model.dir != "" {
		_ = os.RemoveAll(model.dir)
	}
	os.Exit(code)
}

func tenantOf(t *testing.T, a *app.App, ref string) store.Tenant {
	t.Helper()
	all, err := a.Places.Tenants(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Ref == ref {
			return x.ID
		}
	}
	t.Fatalf("no neighbourhood %s", ref)
	return ""
}

func (h *house) place(ref string) place.Node {
	h.t.Helper()
	n, err := h.Places.ByRef(context.Background(), h.xiwu, ref)
	if err != nil {
		h.t.Fatalf("place %s: %v", ref, err)
	}
	return n
}

// resident is somebody who lives in a building, by its ref; nth counts from 0.
func (h *house) resident(building string, nth int) people.Actor {
	h.t.Helper()
	n := h.place(building)
	list, _, err := h.Register.Persons(context.Background(), h.xiwu, people.Filter{Under: n.Path, Standing: people.Owner}, people.Page{Limit: nth + 1})
	if err != nil || len(list) <= nth {
		h.t.Fatalf("resident %d of %s: %v", nth, building, err)
	}
	p := list[nth]
	return people.Actor{Tenant: h.xiwu, Person: p.ID, Name: p.Name, Household: p.Household, Dwelling: p.Dwelling, Path: p.Path}
}

// staff is the first who holds a role at a place that covers the one named.
func (h *house) staff(role people.Role, at string) people.Actor {
	h.t.Helper()
	posts, err := h.Register.PostsAt(context.Background(), h.xiwu, h.place(at).Path)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range posts {
		if p.Role != role {
			continue
		}
		node, err := h.Places.ByID(context.Background(), p.Tenant, p.Place)
		if err != nil {
			h.t.Fatal(err)
		}
		return people.Actor{Tenant: p.Tenant, Person: p.Person, Name: p.Name, Posts: []people.Held{{Role: role, Place: p.Place, Path: node.Path}}}
	}
	h.t.Fatalf("nobody is %s at %s", role, at)
	return people.Actor{}
}

// raise makes a report of clutter in building 6.
func (h *house) raise(a people.Actor, change ...func(*report.Draft)) report.Report {
	h.t.Helper()
	d := report.Draft{Place: h.place("guihua-6").ID, Category: "corridor.clutter", Words: "纸箱挡住消火栓", Source: report.FromApp}
	for _, c := range change {
		c(&d)
	}
	r, _, err := h.Reports.Create(context.Background(), a, d)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// do makes a move that must succeed.
func (h *house) do(a people.Actor, x report.Act) report.Report {
	h.t.Helper()
	r, err := h.Reports.Do(context.Background(), a, x)
	if err != nil {
		h.t.Fatalf("%s: %v", x.Verb, err)
	}
	return r
}

// photoTaken is a photograph in the house's own keeping.
func (h *house) photoTaken() []report.Photo {
	h.t.Helper()
	photos, err := h.Reports.Studio.Take(context.Background(), []report.File{{Name: "a.jpg", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(picture(h.t))), nil
	}}})
	if err != nil {
		h.t.Fatal(err)
	}
	return photos
}

// due runs what the clock owes.
func (h *house) due() {
	h.t.Helper()
	if _, err := h.Jobs.RunDue(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// picture is a small JPEG.
func picture(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 {
		m.Set(i, i%48, color.RGBA{uint8(i * 3), 90, 120, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// browser is one signed-in person without JavaScript.
type browser struct {
	h *house
	c *http.Client
}

// visit signs an actor in by the demo's link.
func (h *house) visit(a people.Actor) browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	link, err := h.Door.DemoLink(context.Background(), a.Tenant, a.Person)
	if err != nil {
		h.t.Fatal(err)
	}
	b := browser{h, c}
	b.get(link)
	return b
}

func (b browser) do(req *http.Request) (int, http.Header, string) {
	b.h.t.Helper()
	res, err := b.c.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

func (b browser) request(method, path string, body io.Reader) *http.Request {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, b.h.url+path, body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("Accept-Language", "zh-CN")
	return req
}

// get opens a page and gives its status and text.
func (b browser) get(path string) (int, string) {
	b.h.t.Helper()
	status, _, body := b.do(b.request("GET", path, nil))
	return status, body
}

// must opens a page that has to be there.
func (b browser) must(path string) string {
	b.h.t.Helper()
	status, body := b.get(path)
	if status != http.StatusOK {
		b.h.t.Fatalf("GET %s: %d", path, status)
	}
	return body
}

// send submits a form with photographs and gives status, where it leads and
// the page.
func (b browser) send(path string, fields url.Values, photos ...[]byte) (int, string, string) {
	b.h.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for k, vs := range fields {
		for _, v := range vs {
			_ = w.WriteField(k, v)
		}
	}
	for _, p := range photos {
		f, err := w.CreateFormFile("photo", "photo.jpg")
		if err != nil {
			b.h.t.Fatal(err)
		}
		_, _ = f.Write(p)
	}
	w.Close()
	req := b.request("POST", path, &buf)
	req.Header.Set("Content-Type", w.FormDataContentType())
	status, header, body := b.do(req)
	return status, header.Get("Location"), body
}

// hidden is the value of a hidden field of a page.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no field %s", name)
	}
	return m[1]
}

// idOf is the report a link leads to.
func idOf(location string) string {
	path, _, _ := strings.Cut(location, "?")
	return strings.TrimPrefix(path, "/report/")
}
