package app

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// frame is the shells of the house, with what the signed-in person may go to.
type frame struct{ app *App }

func (f frame) page(r *http.Request, title string) ui.Page {
	ctx := r.Context()
	look := web.LookOf(ctx)
	p := ui.Page{
		Title: title, Lang: words.Of(ctx).Tag(), Path: r.URL.RequestURI(), Live: true,
		Look:  ui.Look{Theme: look.Theme, Elder: look.Elder},
		Words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) }),
	}
	if r.Method != http.MethodGet {
		p.Path = "/"
	}
	if web.Late(ctx) > 0 {
		p.Late = words.T(ctx, "fault.late")
	}
	if a, err := people.ActorOf(ctx); err == nil {
		p.Who = f.app.Sealer.Digest("draft", a.Person)[:16]
		p.Alarm = people.Access{}.Allow(a, "alarm.read") == nil || a.Dwelling != ""
	}
	return p
}

// Phone is a resident's inner page with a way back.
func (f frame) Phone(r *http.Request, title string, back templ.SafeURL) ui.PhoneShell {
	over, _ := f.over(r.Context(), "")
	return ui.PhoneShell{Page: f.page(r, title), Top: ui.Top{Title: title, Back: back}, Tabs: f.tabs(r.Context(), ""), Over: over}
}

// Home is a resident's page with the tabs.
func (f frame) Home(r *http.Request, title, at string) ui.PhoneShell {
	ctx := r.Context()
	over, _ := f.over(ctx, at)
	return ui.PhoneShell{
		Page: f.page(r, title), Tabs: f.tabs(ctx, at), Over: over,
		Top: ui.Top{Title: title, Switch: true, Messages: "/inbox", Unread: f.unread(ctx)},
	}
}

func (f frame) tabs(ctx context.Context, at string) []ui.Tab {
	tabs := []ui.Tab{
		{Href: "/", Icon: "house", Text: words.T(ctx, "app.home"), Current: at == "home", Keep: true},
		{Href: "/reports", Icon: "messages-square", Text: words.T(ctx, "app.reports"), Current: at == "reports"},
		{Href: "/report/new", Icon: "camera", Text: words.T(ctx, "app.snap"), Raised: true, Keep: true, Current: at == "snap"},
		{Href: "/inbox", Icon: "bell", Text: words.T(ctx, "app.messages"), Current: at == "messages", Count: f.unread(ctx)},
		{Href: "/me", Icon: "circle-user-round", Text: words.T(ctx, "app.me"), Current: at == "me"},
	}
	return tabs
}

// unread is how many messages wait, as text; empty for none.
func (f frame) unread(ctx context.Context) string {
	a, err := people.ActorOf(ctx)
	if err != nil {
		return ""
	}
	n, err := f.app.Notify.Unseen(ctx, a.Tenant, a.Person)
	if err != nil || n == 0 {
		return ""
	}
	return strconv.Itoa(min(n, 99))
}

// alarms is what stands above every page of those who answer alarms, and how
// many are open. A fault leaves the page without it: the page must come.
func (f frame) alarms(ctx context.Context) (templ.Component, int) {
	a, err := people.ActorOf(ctx)
	if err != nil || (people.Access{}).Allow(a, "alarm.read") != nil {
		return nil, 0
	}
	over, n, err := alarm.Web{Service: f.app.Alarms}.Banner(ctx, a)
	if err != nil {
		f.app.Log.Error("alarm banner", "cause", err)
		return nil, 0
	}
	return over, n
}

// over is what stands above all else on a page: to those who answer alarms the
// open ones, to a resident that their building was told. The home page has the
// latter in its own stream.
func (f frame) over(ctx context.Context, at string) (templ.Component, int) {
	over, n := f.alarms(ctx)
	a, err := people.ActorOf(ctx)
	if over != nil || err != nil || a.Dwelling == "" || at == "home" {
		return over, n
	}
	return alarm.Web{Service: f.app.Alarms}.Around(ctx, a), 0
}

// Desk is a staff page; residents who open one of its pages keep their tabs.
func (f frame) Desk(r *http.Request, at string, head ui.Head) ui.DeskShell {
	ctx := r.Context()
	s := ui.DeskShell{Page: f.page(r, head.Title), Brand: words.T(ctx, "app.brand"), Head: head}
	a, err := people.ActorOf(ctx)
	if err != nil {
		return s
	}
	s.Role = f.role(ctx, a)
	s.Me = ui.Me{Href: "/me", Name: a.Name, Surname: surname(a.Name)}
	access := people.Access{}
	over, open := f.over(ctx, at)
	s.Over = over
	first, second := ui.RailGroup{}, ui.RailGroup{Title: words.T(ctx, "app.admin")}
	for _, d := range rail(false) {
		if access.Allow(a, d.Access) == nil {
			item := ui.RailItem{Href: templ.SafeURL(d.Href), Icon: d.Icon, Text: words.T(ctx, "app."+d.At), Current: d.At == at}
			if d.At == "alarms" && open > 0 {
				item.Count, item.Hot = strconv.Itoa(open), true
			}
			first.Items = append(first.Items, item)
		}
	}
	for _, d := range rail(true) {
		if access.Allow(a, d.Access) == nil {
			second.Items = append(second.Items, ui.RailItem{Href: templ.SafeURL(d.Href), Icon: d.Icon, Text: words.T(ctx, "app."+d.At), Current: d.At == at})
		}
	}
	s.Rail = []ui.RailGroup{first}
	if len(second.Items) > 0 {
		s.Rail = append(s.Rail, second)
	}
	s.Tabs = deskTabs(s.Rail, words.T(ctx, "app.me"))
	return s
}

// deskTabs are the first items of the rail, for a phone.
func deskTabs(rail []ui.RailGroup, me string) []ui.Tab {
	var tabs []ui.Tab
	for _, g := range rail {
		for _, i := range g.Items {
			if len(tabs) < 4 {
				tabs = append(tabs, ui.Tab{Href: i.Href, Icon: i.Icon, Text: i.Text, Current: i.Current})
			}
		}
	}
	return append(tabs, ui.Tab{Href: "/me", Icon: "circle-user-round", Text: me})
}

// role is where and as what the person works: 西武居民区 · 物业.
func (f frame) role(ctx context.Context, a people.Actor) string {
	for _, p := range a.Posts {
		g := p.Role.Group()
		if g == "" {
			continue
		}
		label, err := f.app.Places.Label(ctx, a.Tenant, p.Place)
		if err != nil {
			continue
		}
		return words.T(ctx, "app.role", "place", label.Door, "group", words.T(ctx, "group."+string(g)))
	}
	return ""
}

func surname(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}

// Bare is a page outside the house.
func (f frame) Bare(r *http.Request, title string) ui.BareShell {
	return ui.BareShell{Page: f.page(r, title), Brand: words.T(r.Context(), "app.brand")}
}

// failure shows a fault in the look of the house. Who is not signed in and
// only wanted to look is sent to sign in.
func (f frame) failure(w http.ResponseWriter, r *http.Request, x web.Failure) {
	ctx := r.Context()
	if x.Fault.Code == fault.Unsigned && r.Method == http.MethodGet {
		http.Redirect(w, r, "/sign-in?back="+url.QueryEscape(r.URL.EscapedPath()), http.StatusSeeOther)
		return
	}
	panel := ui.Panel{
		Icon: "triangle-alert", Tone: ui.Warn, Main: true, Title: words.T(ctx, "app.error_title"),
		Body: words.T(ctx, x.Fault.Key, x.Fault.Args...), Quote: words.T(ctx, "app.error_quote", "number", x.Number),
		Actions: []ui.Btn{{Text: words.T(ctx, "app.error_home"), Href: "/", Kind: "primary"}},
	}
	if x.Fault.Code == fault.Unsigned {
		panel.Actions = []ui.Btn{{Text: words.T(ctx, "app.error_sign_in"), Href: "/sign-in", Kind: "primary"}}
	}
	if err := web.Render(w, r, x.Status, errorPage(f.Bare(r, words.T(ctx, "app.error_title")), panel)); err != nil {
		f.app.Log.Error("render fault", "cause", err)
	}
}
