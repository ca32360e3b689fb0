package alarm

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// toldRoutes are the doors of those whose building was told.
func (w Web) toldRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /alarm/{id}/told", Access: "alarm.told", Do: w.told},
		{Pattern: "GET /alarm/{id}/told/live", Access: "alarm.told", Do: w.toldLive},
		{Pattern: "POST /alarm/{id}/told", Access: "alarm.told", Do: w.report},
		{Pattern: "GET " + aroundPath, Access: "alarm.told", Do: w.aroundLive},
		{Pattern: "POST /alarm/{id}/help", Access: "alarm.answer", Do: w.goTo},
	}
}

// aroundPath streams what stands above every page of a resident.
const aroundPath = "/home/told"

// toldPage is what a resident of a building that was told sees: what it is, in
// which building, what to do, and what they said of themselves.
type toldPage struct {
	Incident
	Kind, Place string
	Text        string
	Steps       []string
	Said        Answered
	Noted       string // that it was taken, and who comes; empty: they have not answered
	Key         string
}

// toldPageOf is an incident for a resident of its building.
func (w Web) toldPageOf(ctx context.Context, a people.Actor, id string) (toldPage, error) {
	i, where, err := w.ToldOf(ctx, a, id)
	if err != nil {
		return toldPage{}, err
	}
	t := w.teller(ctx, a)
	p := toldPage{Incident: i, Kind: t.kind(i), Place: where, Key: store.NewID()}
	if i.Phase.Closed() {
		p.Text = t.text("alarm.told.building_clear", "kind", p.Kind, "place", where)
		return p, nil
	}
	p.Text, p.Steps = t.text("alarm.told."+i.Signal.runFrom(), "kind", p.Kind, "place", where), t.runSteps(i.Signal)
	said, flat, err := w.saidOf(ctx, w.Store.Reader(), i, a.Person, a.Dwelling)
	p.Said, p.Noted = said, t.noted(said, flat)
	return p, err
}

// noted is what somebody reads after they answered: that it was taken, and what
// comes of it.
func (t teller) noted(said Answered, flat Flat) string {
	switch {
	case said == "":
		return ""
	case flat.Answer == HelpComes:
		return t.text("alarm.count_coming", "at", words.Clock(flat.At))
	case flat.Answer == NeedsHelp:
		return t.text("alarm.count_help", "at", words.Clock(flat.At))
	}
	return t.text("alarm.count_safe", "at", words.Clock(flat.At))
}

// told shows it, and notes that it was seen.
func (w Web) told(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	p, err := w.toldPageOf(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := w.Notify.Seen(ctx, a.Tenant, a.Person, buildingSubject(p.ID)); err != nil {
		return err
	}
	s := w.Frame.Phone(r, p.Kind, "/")
	s.Tabs, s.Over, s.Page.Live, s.Page.Alarm, s.Page.Look.Elder = nil, nil, true, true, true // it is read running
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(s, toldBody(p)))
}

// toldLive keeps it up to date, until it is over and after.
func (w Web) toldLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	return web.Stream(rw, r, w.Hub, []string{notify.Topic(a.Person)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.toldPageOf(ctx, a, id)
		return toldPart(p), err
	})
}

// report notes what a resident says of themselves.
func (w Web) report(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := web.ParseForm(rw, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := w.Report(r.Context(), a, id, Answered(r.FormValue("answer"))); err != nil {
		return err
	}
	http.Redirect(rw, r, ToldPath(id), http.StatusSeeOther)
	return nil
}

// goTo notes that somebody goes to a flat that needs help.
func (w Web) goTo(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := web.ParseForm(rw, r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := w.GoTo(r.Context(), a, id, r.FormValue("flat")); err != nil {
		return err
	}
	back := Path(id)
	if r.FormValue("back") != "" {
		back = web.LocalPath(r.FormValue("back"))
	}
	http.Redirect(rw, r, back, http.StatusSeeOther)
	return nil
}

// around is what stands above all else on a resident's page while their building
// is told: the whole red page until they have answered, then a line that leads
// to it. Who answers alarms themselves gets the line: they have their own page.
type around struct {
	Full *toldPage
	Bars []toldPage
}

func (w Web) aroundOf(ctx context.Context, a people.Actor) (around, error) {
	list, err := w.OpenAround(ctx, a)
	if err != nil {
		return around{}, err
	}
	answers := (people.Access{}).Allow(a, "alarm.read") == nil
	var out around
	for _, i := range list {
		p, err := w.toldPageOf(ctx, a, i.ID)
		if err != nil {
			return around{}, err
		}
		if p.Said == "" && !answers && out.Full == nil {
			out.Full = &p
			continue
		}
		out.Bars = append(out.Bars, p)
	}
	return out, nil
}

// Around is what stands above every page of a resident, and keeps itself up to
// date. A fault leaves the page without it: the page must come.
func (w Web) Around(ctx context.Context, a people.Actor) templ.Component {
	p, err := w.aroundOf(ctx, a)
	if err != nil {
		w.Log.Error("alarm: a page without its building's alarm", "cause", err)
	}
	return aroundBox(p)
}

// aroundLive keeps it up to date, and notes that it stands there.
func (w Web) aroundLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, []string{notify.Topic(a.Person)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.aroundOf(ctx, a)
		if err == nil && p.Full != nil {
			err = w.Notify.Delivered(ctx, a.Tenant, a.Person)
		}
		return aroundPart(p), err
	})
}

// AtHome is what stands on the home page: what calls in the home itself, and
// what its building was told. A fault leaves the page without it: the page must
// come.
func (w Web) AtHome(ctx context.Context, a people.Actor) templ.Component {
	near, err := w.aroundOf(ctx, a)
	if err != nil {
		w.Log.Error("alarm: a home page without its building's alarm", "cause", err)
	}
	own := w.ownHome(ctx, a)
	if own == nil && near.Full == nil && len(near.Bars) == 0 {
		return nil
	}
	return atHome(near, own)
}

// countPage is the headcount of a building as those see it who answer the alarm.
type countPage struct {
	ID, Back string
	Sum      string
	Help     []flatLine
	Silent   []flatLine
	Safe     []flatLine
}

// flatLine is a flat with what was said there.
type flatLine struct {
	Flat
	Note string
}

// count puts a headcount into words; nil before the building was told.
func (t teller) count(v View, h Headcount) *countPage {
	if v.Evacuated.IsZero() {
		return nil
	}
	p := &countPage{ID: v.ID, Sum: t.text("alarm.count_sum", "safe", len(h.Safe), "help", len(h.Help)+len(h.Coming), "silent", len(h.Silent))}
	for _, f := range slices.Concat(h.Help, h.Coming) {
		l := flatLine{Flat: f, Note: t.text("alarm.count_calls", "at", words.Seconds(f.At))}
		if f.Answer == HelpComes {
			l.Note = t.text("alarm.count_goes", "who", t.who(v, f.By), "at", words.Seconds(f.At))
		}
		p.Help = append(p.Help, l)
	}
	for _, f := range h.Silent {
		p.Silent = append(p.Silent, flatLine{Flat: f})
	}
	for _, f := range h.Safe {
		p.Safe = append(p.Safe, flatLine{Flat: f, Note: words.Clock(f.At)})
	}
	return p
}
