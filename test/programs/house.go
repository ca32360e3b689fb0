package programs

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
	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/feature/report/open311"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/people/register"
	"github.com/linli/linli/internal/picture"
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

// House is the sample subdistrict with the doors for programs.
type House struct {
	*report.Service
	T       testing.TB
	Clock   *storetest.Clock
	Office  place.Tenant
	Xiwu    place.Tenant
	Yeqing  place.Tenant
	Seal    *people.Sealer
	Keys    *open311.Keys
	Open311 *open311.API
	Key     string // of a program
	Mux     *web.Mux
	Handler http.Handler
	Actor   people.Actor // whoever asks; nobody without a person
}

func rooms() []store.Room {
	return []store.Room{job.Room(), search.Room(), place.Room(), people.Room(), matter.Room(), picture.Room(), notify.Room(), report.Room()}
}

// Each runs fn in a new house on both databases.
func Each(t *testing.T, fn func(t *testing.T, h *House)) {
	t.Helper()
	storetest.Each(t, rooms(), func(t *testing.T, s *store.Store, clock *storetest.Clock) { fn(t, newHouse(t, s, clock)) })
}

// One is a house on SQLite.
func One(t testing.TB) *House {
	t.Helper()
	s, clock := storetest.SQLite(t, rooms())
	return newHouse(t, s, clock)
}

func newHouse(t testing.TB, s *store.Store, clock *storetest.Clock) *House {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	h := &House{T: t, Clock: clock}
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h.Seal, err = people.OpenSealer(dir)
	check()
	blobs, err := blob.Open(filepath.Join(dir, "photos"))
	check()
	places, hub := place.NewService(s), live.New()
	h.Office, err = places.EnsureOffice(ctx, "街道")
	check()
	h.Service = report.NewService(casework.House{
		Store: s, Spine: matter.NewSpine(s, hub, report.Kind()), Places: places, Register: people.NewRegister(s),
		Notify: notify.NewService(s, hub, h.Seal, notify.Options{}, func() {}, nil), Hub: hub,
		Studio: picture.Studio{Clean: photo.New(photo.Options{}), Blobs: blobs},
	}, report.Deps{
		Index:      search.New(s),
		Categories: report.NewCatalogue(s, func(context.Context) (store.Tenant, error) { return h.Office.ID, nil }),
	})
	_, err = register.Import(ctx, register.Deps{Store: s, Places: places, Sealer: h.Seal}, demo.Data(), register.Options{})
	check()
	_, err = h.ImportRegisters(ctx, demo.Data(), false)
	check()
	h.Office, err = places.Tenant(ctx, h.Office.ID) // named by the register now
	check()
	h.Xiwu, err = places.TenantByShort(ctx, "XW")
	check()
	h.Yeqing, err = places.TenantByShort(ctx, "YQ")
	check()
	h.Keys = open311.NewKeys(s, h.Office.ID, h.Seal)
	h.Key, err = h.Keys.Renew(ctx, "sample")
	check()
	h.Serve(open311.Options{OneJurisdiction: true, Words: true})
	return h
}

// Serve opens the doors with these options.
func (h *House) Serve(o open311.Options) {
	h.T.Helper()
	o.Reports, o.Keys, o.Seal, o.Office = h.Service, h.Keys, h.Seal, h.Office.ID
	h.Open311 = open311.NewAPI(o)
	catalog, err := words.Load(words.Base(), place.Words(), people.Words(), matter.Words(), casework.Words(), notify.Words(), report.Words(), open311.Words())
	if err != nil {
		h.T.Fatal(err)
	}
	h.Mux = web.New(web.Options{
		Words: catalog, Clock: h.Clock.Now,
		Identify: func(ctx context.Context, _ http.ResponseWriter, _ *http.Request) (context.Context, error) {
			if h.Actor.Person == "" {
				return ctx, nil
			}
			return people.WithActor(ctx, h.Actor), nil
		},
		Allow: func(ctx context.Context, access string) error {
			a, err := people.ActorOf(ctx)
			if err != nil {
				return err
			}
			return people.Access{}.Allow(a, access)
		},
	})
	h.Mux.Handle(h.Open311.Routes()...)
	book := openapi.New(openapi.Options{Title: "linli", Version: "1", About: "What the neighbourhood shares.", Cookie: people.CookieName})
	report.NewAPI(h.Service).AddTo(book)
	people.NewAPI(h.Places, h.Register).AddTo(book)
	h.Open311.AddTo(book)
	routes, err := book.Routes()
	if err != nil {
		h.T.Fatal(err)
	}
	h.Mux.Handle(routes...)
	h.Handler = h.Mux.Handler()
}

// Ask sends a request; body may be nil. Headers alternate name and value.
func (h *House) Ask(method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	h.T.Helper()
	r := httptest.NewRequest(method, target, body)
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, r)
	return w
}

// Fetch opens an address.
func (h *House) Fetch(target string) *httptest.ResponseRecorder {
	h.T.Helper()
	return h.Ask("GET", target, nil)
}

// Form posts form values, alternating name and value, with the sample key
// unless another is given.
func (h *House) Form(target string, values ...string) *httptest.ResponseRecorder {
	h.T.Helper()
	v := url.Values{"api_key": {h.Key}}
	for i := 0; i+1 < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return h.Ask("POST", target, strings.NewReader(v.Encode()), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
}

// Upload posts form values and one file.
func (h *House) Upload(target, field string, file []byte, values ...string) *httptest.ResponseRecorder {
	h.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(values); i += 2 {
		if err := m.WriteField(values[i], values[i+1]); err != nil {
			h.T.Fatal(err)
		}
	}
	part, err := m.CreateFormFile(field, "a.jpg")
	if err != nil {
		h.T.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		h.T.Fatal(err)
	}
	if err := m.Close(); err != nil {
		h.T.Fatal(err)
	}
	return h.Ask("POST", target, &b, "Content-Type", m.FormDataContentType())
}

// Somebody is somebody of a neighbourhood as they act: a resident by their
// household, staff by their posts.
func (h *House) Somebody(t place.Tenant, ref string) people.Actor {
	h.T.Helper()
	ctx := context.Background()
	p, err := h.Register.PersonByRef(ctx, t.ID, ref)
	if err != nil {
		h.T.Fatal(err)
	}
	a := people.Actor{Tenant: t.ID, Person: p.ID, Name: p.Name, Household: p.Household, Session: "test"}
	if p.Household != "" {
		home, err := h.Register.Household(ctx, t.ID, p.Household)
		if err != nil {
			h.T.Fatal(err)
		}
		n, err := h.Places.ByID(ctx, t.ID, home.Place)
		if err != nil {
			h.T.Fatal(err)
		}
		a.Dwelling, a.Path = n.ID, n.Path
	}
	return a
}

// Serving is somebody who holds a post at a place of a neighbourhood.
func (h *House) Serving(t place.Tenant, role people.Role, ref string) people.Actor {
	h.T.Helper()
	n, err := h.Places.ByRef(context.Background(), t.ID, ref)
	if err != nil {
		h.T.Fatal(err)
	}
	return people.Actor{Tenant: t.ID, Person: "staff-" + string(role), Session: "test", Posts: []people.Held{{Role: role, Place: n.ID, Path: n.Path}}}
}

// uuid matches our ids, which differ from run to run.
var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// Golden compares with a file of testdata; UPDATE_GOLDEN=1 writes it anew.
func Golden(t *testing.T, name, got string) {
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

// ForgetPositions takes every position out of the register.
func (h *House) ForgetPositions(t *testing.T) {
	t.Helper()
	err := h.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE place_node SET facts = '{}'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Photographed is what a resident reported with a picture, from their phone.
func (h *House) Photographed(t *testing.T) string {
	t.Helper()
	ctx, a := context.Background(), h.Somebody(h.Xiwu, "r0434")
	photos, err := h.Studio.Take(ctx, picture.Bytes(JPEG(t)), 1)
	if err != nil {
		t.Fatal(err)
	}
	n, err := h.Places.ByRef(ctx, h.Xiwu.ID, "guihua-6")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := h.Create(ctx, a, report.Draft{Place: n.ID, Category: "corridor.light", Words: "x", Photos: photos, Source: report.FromApp})
	if err != nil {
		t.Fatal(err)
	}
	return r.ID
}
