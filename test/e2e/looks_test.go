package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/report"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/e2e/browser"
)

// look is how a person has set up their device.
type look struct{ name, theme, mode, lang string }

func looks() []look {
	return []look{{"light", "light", "standard", "zh"}, {"dark", "dark", "standard", "en"}, {"elder", "light", "elder", "zh"}}
}

// newcomer is a resident who has never reported anything, with the link that
// signs them in.
func (s *sample) newcomer(t *testing.T) string {
	t.Helper()
	ctx, tenant := context.Background(), s.cast["resident"].Tenant
	list, _, err := s.Register.Persons(ctx, tenant, people.Filter{Standing: people.Owner}, people.Page{Limit: 1})
	if err != nil || len(list) == 0 {
		t.Fatal(err, len(list))
	}
	link, err := s.Door.DemoLink(ctx, tenant, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// phases are reports of the resident in every phase, and one that is late.
func (s *sample) phases(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{"late": s.raise(t, "一小时没有人接")}
	s.later(t, 61*time.Minute)
	take, start, finish := matter.Take, matter.Start, matter.Finish
	for name, verbs := range map[string][]matter.Verb{
		"raised": nil, "taken": {take}, "doing": {take, start, matter.Note}, "done": {take, start, finish},
		"confirmed": {take, finish, matter.Confirm}, "reopened": {take, finish, matter.Reopen}, "declined": {matter.Decline},
	} {
		ids[name] = s.raise(t, "旧家具放在楼梯口，三天没有人来拿", verbs...)
	}
	return ids
}

// rooms are the pages of reports: by whom and where. The size is that of the
// device they are made for.
func (s *sample) rooms(t *testing.T) map[browser.Size][]door {
	t.Helper()
	ids := s.phases(t)
	phone := []door{
		{"home", "resident", "/"}, {"new", "resident", "/report/new"}, {"place", "resident", "/report/place"}, {"place-none", "resident", "/report/place?q=zzzz"},
		{"confirm", "resident", report.Path(ids["done"]) + "/confirm"}, {"reopen", "resident", report.Path(ids["done"]) + "/reopen"},
		{"reports", "resident", "/reports"}, {"mine", "resident", "/reports?of=mine"}, {"nothing-found", "resident", "/reports?q=zzzz"}, {"inbox", "resident", "/inbox"},
		{"not-found", "resident", "/report/none"}, {"forbidden", "resident", "/board"},
		{"home-empty", "newcomer", "/"}, {"inbox-empty", "newcomer", "/inbox"}, {"mine-empty", "newcomer", "/reports?of=mine"},
	}
	desk := []door{
		{"today", "property", "/today"}, {"today-open", "property", "/today?open=" + ids["doing"]}, {"today-late", "property", "/today?late=1"}, {"today-none", "property", "/today?q=zzzz"},
		{"finish", "property", report.Path(ids["doing"]) + "/finish"}, {"note", "property", report.Path(ids["doing"]) + "/note"}, {"decline", "property", report.Path(ids["raised"]) + "/decline"},
		{"sheet", "property", "/q/" + s.spot(t, "guihua-6").ID + "/sheet"}, {"inbox-desk", "property", "/inbox"}, {"reports-desk", "property", "/reports"},
		{"board", "committee", "/board"}, {"intake", "committee", "/report/desk?q=lu"}, {"desk-not-found", "committee", "/report/none"},
		{"overview", "subdistrict", "/overview"}, {"board-of", "subdistrict", "/board?n=" + string(s.cast["resident"].Tenant)},
	}
	for name, id := range ids {
		phone = append(phone, door{"matter-" + name, "resident", report.Path(id)})
		desk = append(desk, door{"order-" + name, "property", report.Path(id)}, door{"case-" + name, "committee", report.Path(id)})
	}
	return map[browser.Size][]door{browser.Phone: phone, browser.Desk: desk}
}

// TestRoomsAreReadableByEverybody looks at every page of reports in light,
// dark and large type, in both languages: no breach of WCAG 2.2 AA on the
// device it is made for, and no sideways scroll at 320, 390 and 1440.
func TestRoomsAreReadableByEverybody(t *testing.T) {
	b := browser.New(t)
	s := newSample(t)
	newcomer, rooms, pages := s.newcomer(t), s.rooms(t), map[string]*browser.Page{}
	for _, role := range []string{"resident", "newcomer", "property", "committee", "subdistrict"} {
		pages[role] = b.Page(t)
		if role == "newcomer" {
			pages[role].Open(s.url + newcomer)
			continue
		}
		s.as(pages[role], role)
	}
	for _, l := range looks() {
		for _, p := range pages {
			p.Theme(l.theme)
			p.Mode(l.mode)
			s.speak(p, l.lang)
		}
		for size, doors := range rooms {
			for _, d := range doors {
				readable(t, pages[d.role], s.url+d.path, size, d.name+"-"+l.name)
			}
		}
	}
	for _, p := range pages {
		p.NoMistakes(t)
	}
}

// readable looks at one page.
func readable(t *testing.T, p *browser.Page, url string, size browser.Size, name string) {
	t.Helper()
	p.Viewport(size)
	p.Open(url)
	p.Ready()
	for _, other := range []browser.Size{browser.Small, browser.Phone, browser.Desk} {
		p.Viewport(other)
		p.Fits(t)
	}
	p.Viewport(size)
	p.Axe(t)
	p.Shot(t, name)
}

// TestTodayIsWalkedWithKeys opens an order without a mouse.
func TestTodayIsWalkedWithKeys(t *testing.T) {
	b := browser.New(t)
	s := newSample(t)
	p := s.desk(b, t, "property", "/today")
	p.Keys("jjk")
	p.Wait("the focus on the first row", "document.activeElement===document.querySelector('#orders [data-row]')")
	seen(t, p)
	p.Keys("?")
	p.Wait("the list of keys", "document.querySelector('#keys').open")
	p.Axe(t)
	p.Shot(t, "today-keys")
	p.Keys("\r")
	p.Wait("the list of keys to close", "!document.querySelector('#keys').open")
	p.Keys("j\r")
	p.WaitText("#pane", "经过")
	tabTo(t, p, "#pane form button, #pane .acton a")
	seen(t, p)
	p.NoMistakes(t)
}
