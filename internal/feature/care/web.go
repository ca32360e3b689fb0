package care

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/casework"
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
	const register, sheet, visit = "care.register", "care.sheet", "care.visit"
	routes := []web.Route{
		{Pattern: "GET /care", Access: register, Do: people.As(w.list)},
		{Pattern: "GET /care/new", Access: register, Do: people.As(w.askNew)},
		{Pattern: "POST /care/new", Access: register, Do: people.As(w.enter), Most: web.Upload(1), Reads: true},
		{Pattern: "GET /care/elder/{id}", Access: sheet, Do: people.As(w.elder)},
		{Pattern: "GET /care/elder/{id}/paper", Access: sheet, Do: people.As(w.paperOf)},
		{Pattern: "GET /care/elder/{id}/edit", Access: register, Do: people.As(w.askEdit)},
		{Pattern: "POST /care/elder/{id}/edit", Access: register, Do: people.As(w.edit), Most: web.Upload(1), Reads: true},
		{Pattern: "GET /care/elder/{id}/withdraw", Access: register, Do: people.As(w.askWithdraw)},
		{Pattern: "POST /care/elder/{id}/withdraw", Access: register, Do: w.withdraw("/care")},
		{Pattern: "POST /care/elder/{id}/take", Access: register, Do: people.Then(func(r *http.Request, a people.Actor) (string, error) {
			id := r.PathValue("id")
			return Path(id), w.TakeOver(r.Context(), a, id)
		})},
		{Pattern: "GET /care/mine", Access: "care.own", Do: people.As(w.mine)},
		{Pattern: "POST /care/mine/{id}/withdraw", Access: "care.own", Do: w.withdraw("/care/mine?gone=1")},
		{Pattern: "GET /care/rounds", Access: visit, Do: people.As(w.rounds)},
		{Pattern: "POST /care/away", Access: visit, Do: people.Then(func(r *http.Request, a people.Actor) (string, error) {
			return "/care/rounds", w.GoAway(r.Context(), a, dayIn(r.FormValue("from")), dayIn(r.FormValue("until")))
		})},
		{Pattern: "POST /care/away/{id}/end", Access: visit, Do: people.Then(func(r *http.Request, a people.Actor) (string, error) {
			return "/care/rounds", w.Back(r.Context(), a, r.PathValue("id"))
		})},
		{Pattern: "GET /care/visit/{id}", Access: visit, Do: people.As(w.visitPage)},
	}
	for _, verb := range []matter.Verb{Visited, Nobody, CouldNot, Settle, matter.Assign} {
		routes = append(routes, web.Route{Pattern: "POST /care/visit/{id}/" + string(verb), Access: visit, Do: people.Then(func(r *http.Request, a people.Actor) (string, error) {
			d := Done{ID: r.PathValue("id"), Verb: verb, Key: r.FormValue("key"), Note: r.FormValue("note"), To: r.FormValue("to")}
			return VisitPath(d.ID), w.Do(r.Context(), a, d)
		})})
	}
	return routes
}

// dayIn is a day as a form has it; the zero time if it has none.
func dayIn(text string) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, text, shanghai())
	if err != nil {
		return time.Time{}
	}
	return day
}

// dayOf is a day as a form has it; empty for the zero time.
func dayOf(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.In(shanghai()).Format(time.DateOnly)
}

// teller puts the register into words for one reader.
type teller struct {
	casework.Voice
	tenant store.Tenant
}

func (w Web) teller(ctx context.Context, a people.Actor) teller {
	return teller{w.Voice(ctx, nil), a.Tenant}
}

// named is a person of the neighbourhood, or an officer who responded.
func (t teller) named(person string) string { return t.Name(t.tenant, person) }

// carers are the names of those with a duty; all of them for the empty duty.
func (t teller) carers(e Elder, duty Duty) string {
	return strings.Join(e.names(duty), t.T("care.comma"))
}

// by is the hour by which a visit is promised, with its day.
func (t teller) by(at time.Time) string {
	return t.T("care.by_hour", "day", words.Day(t.Ctx, at, t.Now), "time", words.Clock(at))
}

// next says when the next visit is.
func (t teller) next(v Visit) string { return t.T("care.next", "at", t.by(v.Detail.PromisedFor)) }

// who says who did what.
func (t teller) who(person, key string) string {
	return t.T("care.look_line", "who", t.named(person), "why", t.T(key))
}

// looks say who looked and when, newest first.
func (t teller) looks(list []Look) []ui.Fact {
	out := make([]ui.Fact, len(list))
	for i, l := range list {
		out[i] = ui.Fact{Term: t.At(l.At), Value: t.who(l.Viewer, "care.why."+string(l.Why))}
	}
	return out
}

// consent is the ground of an entry and how it was given.
func (t teller) consent(e Elder, c Consent) []ui.Fact {
	line := e.Ground.Name(t.Ctx)
	if e.Ground.Consent != "" {
		if day := dayIn(c.Day); !day.IsZero() {
			c.Day = words.Day(t.Ctx, day, t.Now)
		}
		line = t.T("care.consent_line", "ground", line, "day", c.Day, "way", t.T("care.way."+string(c.Way)))
	}
	facts := []ui.Fact{{Term: t.T("care.consent"), Value: line}}
	if c.By != "" && e.Ground.Consent == "family" {
		facts = append(facts, ui.Fact{Term: t.T("care.by"), Value: c.By})
	}
	return append(facts, ui.Fact{Term: t.T("care.source"), Value: e.Ground.SourceText(t.Ctx)}, ui.Fact{Term: t.T("care.grade"), Value: e.Grade.Name(t.Ctx)})
}

// Waiting is what the home page says to a carer: how many visits wait today. It
// names nobody.
func (w Web) Waiting(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	if (people.Access{}).Allow(a, "care.visit") != nil {
		return nil, nil
	}
	rows, err := w.visits.Table.Open(ctx, w.Store.Reader(), a.Tenant, turnsOf(a.Person, hour(w.Store.Now(), 0).AddDate(0, 0, 1))...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return []ui.Todo{{
		Href: "/care/rounds", Icon: "hand-heart", Tone: ui.Warn,
		Title: words.T(ctx, "care.rounds_todo", "n", len(rows)), Note: words.T(ctx, "care.rounds_todo_note", "time", words.Clock(hour(w.Store.Now(), VisitsEnd))),
	}}, nil
}

// About leads from somebody's own page to what the register keeps about them or
// their family, and a volunteer to their visits.
func (w Web) About(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	rows, err := w.ownRows(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []ui.Todo
	if len(rows) > 0 {
		out = append(out, ui.Todo{Href: "/care/mine", Icon: "hand-heart", Title: words.T(ctx, "care.mine_todo"), Note: words.T(ctx, "care.mine_todo_note")})
	}
	if !a.AtDesk() && (people.Access{}).Allow(a, "care.visit") == nil { // the desk has them in its rail
		out = append(out, ui.Todo{Href: "/care/rounds", Icon: "calendar-check", Title: words.T(ctx, "care.rounds"), Note: words.T(ctx, "care.rounds_none_body")})
	}
	return out, nil
}

// mine shows the elder or the family what is kept, who looked, and the one
// press that ends it.
func (w Web) mine(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	list, err := w.Mine(r.Context(), a)
	if err != nil {
		return err
	}
	t := w.teller(r.Context(), a)
	return a.Show(rw, r, w.Frame, people.PageHead{Title: t.T("care.mine"), Back: "/me", At: "me"}, mineBody(t, list, r.FormValue("gone") != ""))
}

// facts are what the elder or the family reads of an entry.
func (t teller) facts(o Own) (facts []ui.Fact) {
	if o.Self {
		facts = t.consent(o.Elder, o.Sheet.Consent)
	}
	facts = append(facts, ui.Fact{Term: t.T("care.carers"), Value: t.carers(o.Elder, "")})
	if o.Next.ID != "" {
		facts = append(facts, ui.Fact{Term: t.T("care.visit"), Value: t.next(o.Next)})
	}
	return facts
}

// withdraw ends an entry.
func (w Web) withdraw(after string) web.Handler {
	return people.Then(func(r *http.Request, a people.Actor) (string, error) {
		return after, w.Withdraw(r.Context(), a, r.PathValue("id"))
	})
}

// askWithdraw repeats in words what withdrawing does.
func (w Web) askWithdraw(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	e, _, err := w.side(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	return a.Show(rw, r, w.Frame, people.PageHead{Title: words.T(r.Context(), "care.withdraw_title"), At: "care", Back: templ.SafeURL(Path(e.ID))}, withdrawBody(e.ID))
}
