package report

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// home is the resident's home; staff are led to their desk.
func (w Web) home(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		http.Redirect(rw, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	if desk := deskOf(a); desk != "" {
		http.Redirect(rw, r, desk, http.StatusSeeOther)
		return nil
	}
	h, err := w.homeOf(r.Context(), a)
	if err != nil {
		return err
	}
	s := w.Frame.Home(r, "", "home")
	s.Page.Title, s.Page.Live = words.T(r.Context(), "report.home"), true
	s.Hero, s.Top.Place, s.Top.Title = true, h.Plate, ""
	h.Words = s.Page.Words
	return web.Render(rw, r, http.StatusOK, phonePage(s, homeBody(h)))
}

// deskOf is where somebody who does not live here works.
func deskOf(a people.Actor) string {
	if a.Household != "" {
		return ""
	}
	for _, d := range []struct {
		group people.Group
		path  string
	}{{people.Property, "/today"}, {people.Committee, "/board"}, {people.Subdistrict, "/overview"}, {people.Administrators, "/admin"}} {
		if a.In(d.group) {
			return d.path
		}
	}
	return ""
}

// homePage is what the resident's home shows.
type homePage struct {
	Words    ui.Words
	Danger   templ.Component // nil: none
	Plate    string
	Hello    string
	Date     string
	Waiting  string // 今天有 2 件事等您
	Todos    []ui.Todo
	Cards    []ui.Matter
	All      string // 全部 5 件
	Tiles    []ui.Shortcut
	Settled  int
	Call     string // the committee's telephone; empty: none is known
	Messages int
}

// cardsShown is how many of their own matters a resident sees at home.
const cardsShown = 4

func (w Web) homeOf(ctx context.Context, a people.Actor) (homePage, error) {
	t := w.teller(ctx, a)
	h := homePage{
		Hello: t.text("report.hello."+partOfDay(t.now), "name", a.Name), Date: words.Day(ctx, t.now, t.now), Tiles: t.tiles(),
	}
	var err error
	if h.Plate, err = w.doorOf(ctx, a); err != nil {
		return h, err
	}
	home, err := w.Places.Tenant(ctx, a.Tenant)
	if err != nil {
		return h, err
	}
	h.Call = home.Phone
	if w.Danger != nil {
		h.Danger = w.Danger(ctx, a)
	}
	mine, err := w.List(ctx, a, Filter{Mine: true, Open: true}, Cursor{}, 20)
	if err != nil {
		return h, err
	}
	for _, r := range mine.Rows {
		if r.Phase == matter.Done {
			h.Todos = append(h.Todos, t.toCheck(r))
		}
		if len(h.Cards) < cardsShown {
			h.Cards = append(h.Cards, t.card(r))
		}
	}
	if n := len(mine.Rows); n > 0 {
		h.All = t.text("report.all", "n", n)
	}
	if h.Messages, err = w.Notify.Unseen(ctx, a.Tenant, a.Person); err != nil {
		return h, err
	}
	if h.Messages > 0 {
		h.Todos = append(h.Todos, ui.Todo{Href: "/inbox", Icon: "bell", Tone: ui.Info, Title: t.text("report.new_messages", "n", h.Messages), Note: t.text("report.new_messages_note")})
	}
	if w.More != nil {
		more, err := w.More(ctx, a)
		if err != nil {
			return h, err
		}
		h.Todos = append(h.Todos, more...)
	}
	if n := len(h.Todos); n > 0 {
		h.Waiting = t.text("report.waiting", "n", n)
	}
	h.Settled, err = w.Settled(ctx, a, Filter{}, time.Time{})
	return h, err
}

// doorOf is the plate of the actor's own dwelling, or of their compound where
// they have none.
func (w Web) doorOf(ctx context.Context, a people.Actor) (string, error) {
	if a.Dwelling == "" {
		return "", nil
	}
	label, err := w.Places.Label(ctx, a.Tenant, a.Dwelling)
	return label.Door, err
}

func (t teller) toCheck(r Row) ui.Todo {
	return ui.Todo{
		Href: templ.SafeURL(Path(r.ID)), Icon: "badge-check",
		Title: t.text("report.to_check", "place", r.Door, "category", r.Category.Name(t.ctx)),
		Note:  t.text("report.to_check_note", "raised", words.At(t.ctx, r.RaisedAt, t.now), "due", words.At(t.ctx, r.Due, t.now)),
	}
}

func (t teller) tiles() []ui.Shortcut {
	return []ui.Shortcut{
		{Href: "/report/new", Icon: "wrench", Text: t.text("report.tile.report")},
		{Href: "/reports", Icon: "list", Text: t.text("report.tile.compound")},
		{Href: "/inbox", Icon: "bell", Text: t.text("report.tile.messages")},
		{Href: "/me", Icon: "circle-user-round", Text: t.text("report.tile.me")},
	}
}

// partOfDay in Shanghai: morning to 11, noon to 13, afternoon to 18.
func partOfDay(now time.Time) string {
	switch h := now.In(words.Shanghai()).Hour(); {
	case h < 5 || h >= 18:
		return "evening"
	case h < 11:
		return "morning"
	case h < 13:
		return "noon"
	}
	return "afternoon"
}

// homeLive keeps the open home page up to date.
func (w Web) homeLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, []string{notify.Topic(a.Person)}, func(ctx context.Context) (templ.Component, error) {
		h, err := w.homeOf(ctx, a)
		h.Words = uiWords(ctx)
		return homeLivePart(h), err
	})
}

func uiWords(ctx context.Context) ui.Words {
	return ui.WordsFrom(func(key string) string { return words.T(ctx, key) })
}
