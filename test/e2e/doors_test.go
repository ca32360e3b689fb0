package e2e_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/e2e/browser"
	"github.com/linli/linli/test/furnished"
)

func TestMain(m *testing.M) { browser.Main(m) }

// sample is the sample subdistrict in a running house.
type sample struct {
	*app.App
	url   string
	clock *demo.Clock
	cast  map[string]demo.Person
}

func newSample(t *testing.T, more ...func(*app.Options)) *sample {
	t.Helper()
	ctx := context.Background()
	clock := &demo.Clock{}
	o := app.Options{Dir: t.TempDir(), OneClick: true, Smoke: demo.Smoke, Public: "https://linli.example", Clock: clock.Now}
	for _, f := range more {
		f(&o)
	}
	furnished.Lived.Into(t, o.Dir)
	a, err := app.New(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	a.Inbox.Start()
	if _, err := demo.Connect(ctx, a); err != nil {
		t.Fatal(err)
	}
	cast, err := demo.Cast(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Mux.Handler())
	t.Cleanup(srv.Close)
	s := &sample{App: a, url: srv.URL, clock: clock, cast: map[string]demo.Person{}}
	for _, p := range cast {
		s.cast[p.Role] = p
	}
	return s
}

// as signs a tab in with one click.
func (s *sample) as(p *browser.Page, role string) { p.Open(s.url + s.cast[role].Link) }

// door is a page to look at: by whom and where.
type door struct{ name, role, path string }

func (s *sample) doors(t *testing.T) []door {
	t.Helper()
	ctx := context.Background()
	xw := s.cast["committee"].Tenant
	list, _, err := s.Register.Persons(ctx, xw, people.Filter{Standing: people.Owner}, people.Page{Limit: 1})
	if err != nil || len(list) == 0 {
		t.Fatal(err, len(list))
	}
	building, err := s.Places.ByRef(ctx, xw, "guihua-6")
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Door.Invite(ctx, people.Actor{Tenant: s.Office.ID, Person: "x", Posts: []people.Held{{Role: people.Administrator}}}, xw, s.cast["property"].ID)
	if err != nil {
		t.Fatal(err)
	}
	n := "?n=" + string(xw)
	return []door{
		{"sign-in", "", "/sign-in"}, {"staff", "", "/sign-in/staff"}, {"setup", "", link},
		{"member", "", "/in/" + s.code(t, xw, building.ID)}, {"wrong-code", "", "/in/XW-0000-0000"},
		{"me", "resident", "/me"}, {"me-staff", "committee", "/me"},
		{"people", "committee", "/admin"}, {"person", "committee", "/admin/people/" + list[0].ID},
		{"places", "admin", "/admin/places" + n + "&at=" + building.ID}, {"near", "admin", "/admin/places" + n + "&q=255弄"},
		{"posts", "committee", "/admin/posts?q=lu&at=" + building.ID}, {"codes", "committee", "/admin/codes"}, {"codes-sure", "committee", "/admin/codes?at=" + building.ID},
		{"accounts", "admin", "/admin/accounts" + n}, {"audit", "admin", "/admin/audit" + n}, {"import", "admin", "/admin/import"}, {"keys", "admin", "/admin/keys"}, {"hooks", "admin", "/admin/webhooks" + n},
		{"rules", "committee", "/admin/rules"}, {"rules-topic", "committee", "/admin/rules?topic=vote"}, {"rules-none", "committee", "/admin/rules?q=zzzz"}, {"rule", "admin", "/admin/rules/audit.result_posted_for.1"},
	}
}

func (s *sample) code(t *testing.T, tenant store.Tenant, building string) string {
	t.Helper()
	a := people.Actor{Tenant: tenant, Person: "x", Posts: []people.Held{{Role: people.Administrator}}}
	sheet, err := s.Door.IssueCodes(context.Background(), a, building)
	if err != nil || len(sheet.Lines) == 0 {
		t.Fatal(err)
	}
	return sheet.Lines[0].Code
}

// TestDoorsAreReadableByEverybody looks at every page of people and places on
// a phone and at a desk, in light, dark, large type and English.
func TestDoorsAreReadableByEverybody(t *testing.T) {
	b := browser.New(t)
	s := newSample(t)
	pages := map[string]*browser.Page{"": b.Page(t)}
	for _, role := range []string{"resident", "committee", "admin"} {
		pages[role] = b.Page(t)
		s.as(pages[role], role)
	}
	s.look(t, pages, s.doors(t))
}

// look looks at pages on a phone and at a desk, in light, dark, large type and
// English.
func (s *sample) look(t *testing.T, pages map[string]*browser.Page, doors []door) {
	t.Helper()
	for _, d := range doors {
		p := pages[d.role]
		for _, look := range []struct{ name, theme, mode, lang string }{{"light", "light", "standard", "zh"}, {"dark", "dark", "standard", "en"}, {"elder", "light", "elder", "zh"}} {
			p.Theme(look.theme)
			p.Mode(look.mode)
			p.Viewport(browser.Small)
			p.Open(s.url + "/healthz")
			p.Eval("document.cookie='lang="+look.lang+";path=/'", nil)
			p.Open(s.url + d.path)
			p.Ready()
			p.Fits(t)
			p.Viewport(browser.Phone)
			p.Fits(t)
			p.Axe(t)
			p.Shot(t, d.name+"-phone-"+look.name)
			p.Viewport(browser.Desk)
			p.Fits(t)
			p.Axe(t)
			p.Shot(t, d.name+"-desk-"+look.name)
		}
		p.Theme("light")
		p.Mode("standard")
	}
	for _, p := range pages {
		p.NoMistakes(t)
	}
}
