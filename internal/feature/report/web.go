package report

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// Web is the pages of reports: the report and its photographs, lists, the board
// of the committee and the overview of the subdistrict; and what reports give to
// the first pages.
type Web struct {
	*Service
	Frame   ui.Frame
	Outside Outside // nil: none
	// Persons is the page where staff choose for whom they write.
	Persons web.Handler
}

// Routes are the doors of the room.
func (w Web) Routes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /report/new", Access: "report.create", Do: w.blank},
		{Pattern: "POST /report", Access: "report.create", Do: w.create, Most: web.Upload(MaxPhotos), Reads: true},
		{Pattern: "GET /report/desk", Access: "report.intake", Do: w.intake},
		{Pattern: "POST /report/desk", Access: "report.intake", Do: w.create, Most: web.Upload(MaxPhotos), Reads: true},
		{Pattern: "GET /report/{id}", Access: "report.read", Do: w.detail},
		{Pattern: "GET /report/{id}/live", Access: "report.read", Do: w.detailLive},
		w.Studio.Route(KindName, "report.read", w.PhotosOf),
		{Pattern: "GET /reports", Access: "report.read", Do: w.list},
		{Pattern: "GET /board", Access: "report.board", Do: w.board},
		{Pattern: "GET /board/live", Access: "report.board", Do: w.boardLive},
		{Pattern: "GET /overview", Access: "overview.read", Do: w.overview},
	}
	for verb, access := range acts() {
		routes = append(routes, web.Route{Pattern: "POST /report/{id}/" + string(verb), Access: access, Do: w.act(verb), Most: web.Upload(MaxPhotos), Reads: true})
		if asksFirst(verb) {
			routes = append(routes, web.Route{Pattern: "GET /report/{id}/" + string(verb), Access: access, Do: w.ask(verb)})
		}
	}
	return routes
}

// acts are the verbs that pages offer, with the access each needs.
func acts() map[matter.Verb]string {
	return map[matter.Verb]string{
		matter.Take: "report.work", matter.Start: "report.work", matter.Finish: "report.work", matter.Decline: "report.work",
		matter.Confirm: "report.confirm", matter.Reopen: "report.confirm", matter.Withdraw: "report.confirm", matter.Note: "report.read",
	}
}

// asksFirst: the act has a page of its own, which repeats what it is about.
func asksFirst(v matter.Verb) bool { return v != matter.Take && v != matter.Start }

// teller is the words for whoever asks. Names of staff are looked up once.
func (w Web) teller(ctx context.Context, a people.Actor) teller {
	known := map[string]string{}
	return teller{ctx: ctx, now: w.Store.Now(), me: a.Person, named: func(id string) string {
		name, ok := known[id]
		if !ok {
			if p, err := w.Register.Person(ctx, a.Tenant, id); err == nil {
				name = p.Name
			}
			known[id] = name
		}
		return name
	}}
}

// inner is a page one step in: at the desk for staff, with a way back for
// residents.
type inner struct {
	title, plate string
	back         string
	at           string // item of the rail
	sub          string
	actions      templ.Component
	end          templ.Component // right of the title on a phone
	foot         templ.Component // instead of the tabs on a phone
}

// show answers with an inner page.
func (w Web) show(rw http.ResponseWriter, r *http.Request, status int, a people.Actor, p inner, body templ.Component) error {
	if a.AtDesk() {
		s := w.Frame.Desk(r, p.at, ui.Head{Plate: p.plate, Title: p.title, Sub: p.sub, Actions: p.actions})
		if p.foot != nil {
			body = templ.Join(body, deskFoot(p.foot))
		}
		return web.Render(rw, r, status, ui.DeskPage(s, body))
	}
	s := w.Frame.Phone(r, p.title, templ.SafeURL(p.back))
	s.Top.End = p.end
	if p.foot != nil {
		s.Tabs, s.Foot = nil, p.foot
	}
	return web.Render(rw, r, status, ui.PhonePage(s, body))
}
