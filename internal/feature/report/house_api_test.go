package report_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/blob"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/photo"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/store/storetest"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/openapi"
	"github.com/linli/linli/internal/platform/words"
)

// apiHouse is the sample subdistrict with the doors for programs.
type apiHouse struct {
	*report.Service
	t       testing.TB
	clock   *storetest.Clock
	office  place.Tenant
	xiwu    place.Tenant
	yeqing  place.Tenant
	seal    *people.Sealer
	keys    *report.APIKeys
	open311 *report.Open311
	key     string
	mux     *web.Mux
	handler http.Handler
	actor   people.Actor // whoever asks; nobody without a person
}

func apiRooms() []store.Room {
	return []store.Room{job.Room(), search.Room(), place.Room(), people.Room(), matter.Room(), notify.Room(), report.Room()}
}

func eachAPIHouse(t *testing.T, fn func(t *testing.T, h *apiHouse)) {
	t.Helper()
	storetest.Each(t, apiRooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) { fn(t, newAPIHouse(t, s, clock)) })
}

func oneAPIHouse(t testing.TB) *apiHouse {
	t.Helper()
	s, clock := storetest.SQLite(t, apiRooms())
	return newAPIHouse(t, s, clock)
}

func newAPIHouse(t testing.TB, s *store.Store, clock *storetest.Clock) *apiHouse {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	h := &apiHouse{t: t, clock: clock}
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h.seal, err = people.OpenSealer(dir)
	check()
	blobs, err := blob.Open(filepath.Join(dir, "photos"))
	check()
	places, hub := place.NewService(s), live.New()
	h.office, err = places.EnsureOffice(ctx, "街道")
	check()
	h.Service = report.NewService(report.Deps{
		Store: s, Spine: matter.NewSpine(s, hub, report.Kind()), Places: places, Register: people.NewRegister(s),
		Notify: notify.NewService(s, hub, h.seal, notify.Options{}, func() {}, nil), Index: search.New(s), Hub: hub,
		Categories: report.NewCatalogue(s, func(context.Context) (store.Tenant, error) { return h.office.ID, nil }),
		Studio:     report.Studio{Clean: photo.New(photo.Options{}), Blobs: blobs},
	})
	_, err = register.Import(ctx, register.Deps{Store: s, Places: places, Sealer: h.seal}, demo.Data(), register.Options{})
	check()
	_, err = h.ImportRegisters(ctx, demo.Data(), false)
	check()
	h.office, err = places.Tenant(ctx, h.office.ID) // named by the register now
	check()
	h.xiwu, err = places.TenantByShort(ctx, "XW")
	check()
	h.yeqing, err = places.TenantByShort(ctx, "YQ")
	check()
	h.keys = report.NewAPIKeys(s, h.office.ID, h.seal)
	h.key, err = h.keys.Renew(ctx, "sample")
	check()
	h.serve(report.Open311Options{OneJurisdiction: true, Words: true})
	return h
}

// serve opens the doors with these options.
func (h *apiHouse) serve(o report.Open311Options) {
	h.t.Helper()
	o.Reports, o.Keys, o.Seal, o.Office = h.Service, h.keys, h.seal, h.office.ID
	h.open311 = report.NewOpen311(o)
	catalog, err := words.Load(words.Base(), place.Words(), people.Words(), matter.Words(), notify.Words(), report.Words())
	if err != nil {
		h.t.Fatal(err)
	}
	h.mux = web.New(web.Options{
		Words: catalog, Clock: h.clock.Now,
		Identify: func(ctx context.Context, _ http.ResponseWriter, _ *http.Request) (context.Context, error) {
			if h.actor.Person == "" {
				return ctx, nil
			}
			return people.WithActor(ctx, h.actor), nil
		},
		Allow: func(ctx context.Context, access string) error {
			a, err := people.ActorOf(ctx)
			if err != nil {
				return err
			}
			return people.Access{}.Allow(a, access)
		},
	})
	h.mux.Handle(h.open311.Routes()...)
	book := openapi.New(openapi.Options{Title: "linli", Version: "1", About: "What the neighbourhood shares.", Cookie: people.CookieName})
	report.NewAPI(h.Service, h.open311).AddTo(book)
	routes, err := book.Routes()
	if err != nil {
		h.t.Fatal(err)
	}
	h.mux.Handle(routes...)
	h.handler = h.mux.Handler()
}

// ask sends a request; body may be nil. Headers alternate name and value.
func (h *apiHouse) ask(method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(method, target, body)
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func (h *apiHouse) get(target string) *httptest.ResponseRecorder {
	h.t.Helper()
	return h.ask("GET", target, nil)
}

// form posts form values, alternating name and value, with the sample key
// unless another is given.
func (h *apiHouse) form(target string, values ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	v := url.Values{"api_key": {h.key}}
	for i := 0; i+1 < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return h.ask("POST", target, strings.NewReader(v.Encode()), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
}

// upload posts form values and one file.
func (h *apiHouse) upload(target, field string, file []byte, values ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(values); i += 2 {
		if err := m.WriteField(values[i], values[i+1]); err != nil {
			h.t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile(field, "a.jpg")
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		h.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		h.t.Fatal(err)
	}
	return h.ask("POST", target, &b, "Content-Type", m.FormDataContentType())
}

// person is somebody of a neighbourhood as they act: a resident by their
// household, staff by their posts.
func (h *apiHouse) person(t place.Tenant, ref string) people.Actor {
	h.t.Helper()
	ctx := context.Background()
	p, err := h.Register.PersonByRef(ctx, t.ID, ref)
	if err != nil {
		h.t.Fatal(err)
	}
	a := people.Actor{Tenant: t.ID, Person: p.ID, Name: p.Name, Household: p.Household, Session: "test"}
	if p.Household != "" {
		home, err := h.Register.Household(ctx, t.ID, p.Household)
		if err != nil {
			h.t.Fatal(err)
		}
		n, err := h.Places.ByID(ctx, t.ID, home.Place)
		if err != nil {
			h.t.Fatal(err)
		}
		a.Dwelling, a.Path = n.ID, n.Path
	}
	return a
}

// serving is somebody who holds a post at a place of a neighbourhood.
func (h *apiHouse) serving(t place.Tenant, role people.Role, ref string) people.Actor {
	h.t.Helper()
	n, err := h.Places.ByRef(context.Background(), t.ID, ref)
	if err != nil {
		h.t.Fatal(err)
	}
	return people.Actor{Tenant: t.ID, Person: "staff-" + string(role), Session: "test", Posts: []people.Held{{Role: role, Place: n.ID, Path: n.Path}}}
}

// uuid matches our ids, which differ from run to run.
var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// goldenAPI compares with a file of testdata; UPDATE_GOLDEN=1 writes it anew.
func goldenAPI(t *testing.T, name, got string) {
	t.Helper()
	ids := map[string]string{}
	got = uuid.ReplaceAllStringFunc(got, func(id string) string {
		if ids[id] == "" {
			ids[id] = "ID-" + string(rune('A'+len(ids)))
		}
		return ids[id]
	}) + "\n"
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// forgetPositions takes every position out of the register.
func (h *apiHouse) forgetPositions(t *testing.T) {
	t.Helper()
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE place_node SET facts = '{}'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// photographed is what a resident reported with a picture, from their phone.
func (h *apiHouse) photographed(t *testing.T) string {
	t.Helper()
	ctx, a := context.Background(), h.person(h.xiwu, "r0434")
	photos, err := h.Studio.Take(ctx, []report.File{{Name: "a.jpg", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(jpegBytes(t))), nil }}})
	if err != nil {
		t.Fatal(err)
	}
	n, err := h.Places.ByRef(ctx, h.xiwu.ID, "guihua-6")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := h.Create(ctx, a, report.Draft{Place: n.ID, Category: "corridor.light", Words: "x", Photos: photos, Source: report.FromApp})
	if err != nil {
		t.Fatal(err)
	}
	return r.ID
}
