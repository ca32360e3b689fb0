package care

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Web is the pages of the register and of visits.
type Web struct {
	*Service
	Frame ui.Frame
}

// Routes are the doors of the room.
func (w Web) Routes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /care", Access: "care.register", Do: w.list},
		{Pattern: "GET /care/new", Access: "care.register", Do: w.askNew},
		{Pattern: "POST /care/new", Access: "care.register", Do: w.enter, Most: web.Upload(1), Reads: true},
		{Pattern: "GET /care/elder/{id}", Access: "care.sheet", Do: w.elder},
		{Pattern: "GET /care/elder/{id}/paper", Access: "care.sheet", Do: w.paperOf},
		{Pattern: "GET /care/elder/{id}/edit", Access: "care.register", Do: w.askEdit},
		{Pattern: "POST /care/elder/{id}/edit", Access: "care.register", Do: w.edit, Most: web.Upload(1), Reads: true},
		{Pattern: "GET /care/elder/{id}/withdraw", Access: "care.register", Do: w.askWithdraw},
		{Pattern: "POST /care/elder/{id}/withdraw", Access: "care.register", Do: w.withdraw("/care")},
		{Pattern: "POST /care/elder/{id}/take", Access: "care.register", Do: w.takeOver},
		{Pattern: "GET /care/mine", Access: "care.own", Do: w.mine},
		{Pattern: "POST /care/mine/{id}/withdraw", Access: "care.own", Do: w.withdraw("/care/mine?gone=1")},
		{Pattern: "GET /care/rounds", Access: "care.visit", Do: w.rounds},
		{Pattern: "POST /care/away", Access: "care.visit", Do: w.away},
		{Pattern: "POST /care/away/{id}/end", Access: "care.visit", Do: w.back},
		{Pattern: "GET /care/visit/{id}", Access: "care.visit", Do: w.visitPage},
	}
	for _, verb := range []matter.Verb{Visited, Nobody, CouldNot, Settle, matter.Assign} {
		routes = append(routes, web.Route{Pattern: "POST /care/visit/{id}/" + string(verb), Access: "care.visit", Do: w.act(verb)})
	}
	return routes
}

// inner is a page: at the desk for staff, on the phone for who lives here.
type inner struct {
	title, sub, plate, at string
	back                  templ.SafeURL
	actions               templ.Component
}

// show answers with a page.
func (w Web) show(rw http.ResponseWriter, r *http.Request, status int, a people.Actor, p inner, body templ.Component) error {
	if a.AtDesk() {
		s := w.Frame.Desk(r, p.at, ui.Head{Plate: p.plate, Title: p.title, Sub: p.sub, Actions: p.actions})
		return web.Render(rw, r, status, ui.DeskPage(s, ui.Stack(body)))
	}
	return web.Render(rw, r, status, ui.PhonePage(w.Frame.Phone(r, p.title, p.back), ui.Stack(body)))
}

// teller puts the register into words for one reader.
type teller struct {
	ctx   context.Context
	now   time.Time
	named func(person string) string
}

// teller is the words for whoever asks. Names are looked up once.
func (w Web) teller(ctx context.Context, a people.Actor) teller {
	known := map[string]string{}
	return teller{ctx: ctx, now: w.Store.Now(), named: func(id string) string {
		name, ok := known[id]
		if !ok && id != "" {
			name = w.nameOf(ctx, a.Tenant, id)
			known[id] = name
		}
		return name
	}}
}

// nameOf finds a person of the neighbourhood, or an officer who responded.
func (w Web) nameOf(ctx context.Context, tenant store.Tenant, id string) string {
	t, err := w.Places.Tenant(ctx, tenant)
	if err != nil {
		return ""
	}
	for _, in := range []store.Tenant{tenant, t.Parent} {
		if p, err := w.Register.Person(ctx, in, id); err == nil {
			return p.Name
		}
	}
	return ""
}

func (t teller) text(key string, args ...any) string { return words.T(t.ctx, key, args...) }

// join puts names beside each other.
func (t teller) join(list []string) string { return strings.Join(list, t.text("care.comma")) }

// carers are the names of those with a duty; all of them for the empty duty.
func (t teller) carers(e Elder, duty Duty) string {
	var out []string
	for _, c := range e.Carers {
		if duty == "" || c.Duty == duty {
			out = append(out, c.Name)
		}
	}
	return t.join(out)
}

// day is a day of the calendar in words.
func (t teller) day(at time.Time) string { return words.Day(t.ctx, at, t.now) }

// by is the hour by which a visit is promised, with its day.
func (t teller) by(at time.Time) string {
	return t.text("care.by_hour", "day", t.day(at), "time", words.Clock(at))
}

// looks say who looked and when, newest first.
func (t teller) looks(list []Look) []ui.Fact {
	out := make([]ui.Fact, len(list))
	for i, l := range list {
		out[i] = ui.Fact{Term: words.At(t.ctx, l.At, t.now), Value: t.text("care.look_line", "who", t.named(l.Viewer), "why", t.text("care.why."+string(l.Why)))}
	}
	return out
}

// consent is the ground of an entry and how it was given.
func (t teller) consent(e Elder, c Consent) []ui.Fact {
	line := e.Ground.Name(t.ctx)
	if e.Ground.Consent != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Day, shanghai())
		if err == nil {
			c.Day = t.day(day)
		}
		line = t.text("care.consent_line", "ground", line, "day", c.Day, "way", t.text("care.way."+string(c.Way)))
	}
	facts := []ui.Fact{{Term: t.text("care.consent"), Value: line}}
	if c.By != "" && e.Ground.Consent == "family" {
		facts = append(facts, ui.Fact{Term: t.text("care.by"), Value: c.By})
	}
	return append(facts, ui.Fact{Term: t.text("care.source"), Value: e.Ground.SourceText(t.ctx)}, ui.Fact{Term: t.text("care.grade"), Value: e.Grade.Name(t.ctx)})
}

// see leads on after something was done.
func see(rw http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(rw, r, path, http.StatusSeeOther)
	return nil
}
