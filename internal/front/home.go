package front

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

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
	s.Page.Title, s.Page.Live = words.T(r.Context(), "front.home"), true
	s.Hero, s.Top.Place, s.Top.Title = true, h.Plate, ""
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(s, homeBody(h)))
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
	Danger  templ.Component // nil: none
	Plate   string
	Hello   string
	Date    string
	Waiting string // 今天有 2 件事等您
	Todos   []ui.Todo
	Call    string // the committee's telephone; empty: none is known
	Tiles   []ui.Shortcut
	Own     templ.Component // their own matters; nil: none
}

func (w Web) homeOf(ctx context.Context, a people.Actor) (homePage, error) {
	now := w.Now()
	h := homePage{Hello: words.T(ctx, "front.hello."+partOfDay(now), "name", a.Name), Date: words.Day(ctx, now, now), Tiles: tiles(ctx)}
	var err error
	if h.Plate, err = w.doorOf(ctx, a); err != nil {
		return h, err
	}
	tenant, err := w.Places.Tenant(ctx, a.Tenant)
	if err != nil {
		return h, err
	}
	h.Call = tenant.Phone
	if w.Danger != nil {
		h.Danger = w.Danger(ctx, a)
	}
	if w.Home != nil {
		part, err := w.Home(ctx, a)
		if err != nil {
			return h, err
		}
		h.Todos, h.Own = part.Todos, part.Body
	}
	return h, w.setWaiting(ctx, a, &h)
}

// setWaiting adds new messages and what waits in all rooms, and says how much
// it is.
func (w Web) setWaiting(ctx context.Context, a people.Actor, h *homePage) error {
	unseen, err := w.Notify.Unseen(ctx, a.Tenant, a.Person)
	if err != nil {
		return err
	}
	if unseen > 0 {
		h.Todos = append(h.Todos, ui.Todo{Href: "/inbox", Icon: "bell", Tone: ui.Info, Title: words.T(ctx, "front.new_messages", "n", unseen), Note: words.T(ctx, "front.new_messages_note")})
	}
	more, err := w.waiting(ctx, a)
	if err != nil {
		return err
	}
	h.Todos = append(h.Todos, more...)
	if n := len(h.Todos); n > 0 {
		h.Waiting = words.T(ctx, "front.waiting", "n", n)
	}
	return nil
}

// doorOf is the plate of the actor's own dwelling; empty where they have none.
func (w Web) doorOf(ctx context.Context, a people.Actor) (string, error) {
	if a.Dwelling == "" {
		return "", nil
	}
	label, err := w.Places.Label(ctx, a.Tenant, a.Dwelling)
	return label.Door, err
}

func tiles(ctx context.Context) []ui.Shortcut {
	return []ui.Shortcut{
		{Href: "/report/new", Icon: "wrench", Text: words.T(ctx, "front.tile.report")},
		{Href: "/reports", Icon: "list", Text: words.T(ctx, "front.tile.compound")},
		{Href: "/inbox", Icon: "bell", Text: words.T(ctx, "front.tile.messages")},
		{Href: "/me", Icon: "circle-user-round", Text: words.T(ctx, "front.tile.me")},
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
		return homeLivePart(h), err
	})
}
