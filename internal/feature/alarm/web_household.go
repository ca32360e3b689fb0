package alarm

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// householdRoutes are the doors of those who live where it calls.
func (w Web) householdRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + householdPages + "{id}", Access: "alarm.home", Do: w.gone(w.household)},
		{Pattern: "GET " + householdPages + "{id}/live", Access: "alarm.home", Do: w.householdLive},
		{Pattern: "POST " + householdPages + "{id}/hush", Access: "alarm.home", Do: w.gone(w.cooking(true))},
		{Pattern: "POST " + householdPages + "{id}/unhush", Access: "alarm.home", Do: w.gone(w.cooking(false))},
	}
}

// householdPage is an incident as those see it who live where it calls.
type householdPage struct {
	incidentPage
	May   bool     // they may say that they are cooking
	Now   string   // what stands about the hush
	Fire  bool     // flames or smoke may be behind it
	Steps []string // what to do of gas and carbon monoxide, where a call indoors or a light may be the end
}

func (w Web) householdOf(ctx context.Context, a people.Actor, id string) (householdPage, error) {
	h, err := w.HouseholdView(ctx, a, id)
	if err != nil {
		return householdPage{}, err
	}
	t, shown := w.toResident(ctx, a, h.View)
	p := householdPage{incidentPage: shown, May: h.May, Now: t.hushNow(h)}
	switch h.Signal {
	case Smoke, Heat:
		p.Fire = true
	case Gas, CO:
		p.Steps = t.runSteps(h.Signal)
	}
	press := func(verb string, b ui.Btn) {
		b.Size, b.Wide = "xl", true
		p.Acts = []act{{Action: HouseholdPath(id) + verb, Key: store.NewID(), Btn: b}}
	}
	switch {
	case h.HushUntil.After(t.now):
		press("/unhush", ui.Btn{Text: t.text("alarm.home_not_cooking"), Icon: "x"})
	case h.May:
		press("/hush", ui.Btn{Text: t.text("alarm.home_cooking"), Kind: "primary"})
	}
	return p, nil
}

// hushNow is what a household has to know about the hush.
func (t teller) hushNow(h Household) string {
	switch {
	case h.HushUntil.After(t.now) && h.Said.Key != "":
		return t.text("alarm.home_said", "at", words.Seconds(h.Said.At), "until", words.Seconds(h.HushUntil))
	case h.HushUntil.After(t.now):
		return t.text("alarm.hush", "at", words.Clock(h.HushUntil))
	case h.Others:
		return t.text("alarm.home_others")
	case h.Said.Key != "":
		return t.text("alarm.home_over")
	}
	return t.text("alarm.home_called")
}

// gone says in a sentence of its own that it is over.
func (w Web) gone(do func(http.ResponseWriter, *http.Request, people.Actor) error) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err == nil {
			err = do(rw, r, a)
		}
		if !fault.Is(err, fault.Gone) {
			return err
		}
		return web.Render(rw, r, http.StatusGone, ui.PhonePage(w.householdShell(r, words.T(r.Context(), "alarm.over")), familyOver(fault.As(err).Key)))
	}
}

func (w Web) householdShell(r *http.Request, title string) ui.PhoneShell {
	return w.familyShell(r, title, caller{back: "/"})
}

// household shows it, and notes that it was seen.
func (w Web) household(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	p, err := w.householdOf(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := w.Notify.Seen(r.Context(), a.Tenant, a.Person, p.View.ID); err != nil {
		return err
	}
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(w.householdShell(r, p.Kind), householdBody(p)))
}

// householdLive keeps it up to date, and says that it is over once it is.
func (w Web) householdLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := w.HouseholdView(r.Context(), a, id); err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, []string{Topic(a.Tenant), notify.ReceiptsTopic(a.Tenant)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.householdOf(ctx, a, id)
		if fault.Is(err, fault.Gone) {
			return familyOver(fault.As(err).Key), nil
		}
		return householdPart(p), err
	})
}

// cooking notes what the household says.
func (w Web) cooking(on bool) func(http.ResponseWriter, *http.Request, people.Actor) error {
	return func(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
		id := r.PathValue("id")
		if err := w.Cook(r.Context(), a, id, on); err != nil {
			return err
		}
		http.Redirect(rw, r, HouseholdPath(id), http.StatusSeeOther)
		return nil
	}
}

// ownHome is what stands on the home page of those where it calls; nil where
// nothing does. A fault leaves the page without it: the page must come.
func (w Web) ownHome(ctx context.Context, a people.Actor) templ.Component {
	list, err := w.OpenAtHome(ctx, a)
	if err != nil {
		w.Log.Error("alarm: a home page without its alarm", "cause", err)
	}
	if len(list) == 0 {
		return nil
	}
	t := w.teller(ctx, a)
	lines := make([]rowLine, len(list))
	for n, i := range list {
		lines[n] = rowLine{Row: Row{Incident: i}, Kind: t.kind(i), Stage: t.phase(i), Href: templ.SafeURL(HouseholdPath(i.ID))}
	}
	return homeBars(lines)
}
