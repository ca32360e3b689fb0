package front

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// todayPage is the work of the property's staff: figures, what waits, the list
// of the day.
type todayPage struct {
	ui.WorkPart
	Words ui.Words
	Todos []ui.Todo
}

// today shows it, with an opened matter beside the list.
func (w Web) today(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	if a.In(people.Subdistrict) && !a.In(people.Property, people.Committee) {
		http.Redirect(rw, r, "/overview", http.StatusSeeOther)
		return nil
	}
	p, err := w.todayOf(ctx, a, r.URL.Query())
	if err != nil {
		return err
	}
	if open := r.URL.Query().Get("open"); open != "" {
		if err := w.Notify.Seen(ctx, a.Tenant, a.Person, open); err != nil {
			return err
		}
	}
	now := w.Now()
	head := ui.Head{Title: words.T(ctx, "front.today"), Sub: words.Day(ctx, now, now), LiveAt: store.Ms(now), Live: words.T(ctx, "app.live"), Actions: p.Actions}
	s := w.Frame.Desk(r, "today", head)
	s.Page.Live = true
	return web.Render(rw, r, http.StatusOK, ui.DeskPage(s, todayBody(p)))
}

func (w Web) todayOf(ctx context.Context, a people.Actor, q url.Values) (todayPage, error) {
	p := todayPage{Words: ui.Read(ctx)}
	var err error
	if p.WorkPart, err = w.Work(ctx, a, q); err != nil {
		return p, err
	}
	p.Todos, err = w.waiting(ctx, a)
	return p, err
}

// todayLive keeps list, figures and the opened matter up to date.
func (w Web) todayLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, []string{matter.ListTopic(a.Tenant)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.todayOf(ctx, a, r.URL.Query())
		return todayPart(p), err
	})
}
