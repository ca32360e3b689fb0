package alarm

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// caller is one of the family at their page of an incident.
type caller struct {
	actor people.Actor
	id    string
	base  string // path of the page
	back  templ.SafeURL
}

// familyDoor is one of the two ways in.
type familyDoor func(*http.Request) (caller, error)

// familyRoutes are the doors of the family: with an account, and by the link
// they were sent, which needs none.
func (w Web) familyRoutes() []web.Route {
	var routes []web.Route
	for _, d := range []struct {
		at, access string
		in         familyDoor
	}{{familyPages + "{id}", "alarm.family", w.byAccount}, {linkPages + "{short}/{number}/{token}", web.Public, w.byLink}} {
		routes = append(routes, web.Route{Pattern: "GET " + d.at, Access: d.access, Do: w.forFamily(d.in, w.family)},
			web.Route{Pattern: "GET " + d.at + "/live", Access: d.access, Do: w.forFamily(d.in, w.familyLive)})
		for _, verb := range []matter.Verb{Go, Cannot, AtDoor, NotThere, Outcome, matter.Note} {
			routes = append(routes, web.Route{Pattern: "POST " + d.at + "/" + string(verb), Access: d.access, Do: w.forFamily(d.in, w.familyAct(verb)), Most: web.Upload(photosMost), Reads: true})
			if asksFirst(verb) {
				routes = append(routes, web.Route{Pattern: "GET " + d.at + "/" + string(verb), Access: d.access, Do: w.forFamily(d.in, w.familyAsk(verb))})
			}
		}
	}
	return routes
}

// byAccount is somebody who is signed in.
func (w Web) byAccount(r *http.Request) (caller, error) {
	a, err := people.ActorOf(r.Context())
	id := r.PathValue("id")
	return caller{a, id, FamilyPath(id), "/inbox"}, err
}

// byLink is somebody who has the link and nothing else.
func (w Web) byLink(r *http.Request) (caller, error) {
	short, number, token := r.PathValue("short"), r.PathValue("number"), r.PathValue("token")
	a, id, err := w.Service.ByLink(r.Context(), short, number, token)
	return caller{actor: a, id: id, base: linkPages + short + "/" + number + "/" + token}, err
}

// forFamily lets somebody in; what is over is said in a sentence of its own.
func (w Web) forFamily(in familyDoor, do func(http.ResponseWriter, *http.Request, caller) error) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		c, err := in(r)
		if err == nil {
			err = do(rw, r, c)
		}
		if !fault.Is(err, fault.Gone) {
			return err
		}
		return web.Render(rw, r, http.StatusGone, ui.PhonePage(w.familyShell(r, words.T(r.Context(), "alarm.over"), c), familyOver(fault.As(err).Key)))
	}
}

// familyShell is the frame of the family's pages: in large type whatever the
// phone is set to, as it is read running.
func (w Web) familyShell(r *http.Request, title string, c caller) ui.PhoneShell {
	s := w.phone(r, title)
	s.Top.Back, s.Page.Alarm, s.Page.Look.Elder = c.back, true, true
	return s
}

// familyPage is an incident as the family sees it.
type familyPage struct {
	incidentPage
	Live templ.SafeURL
	Said string        // what this one of them has said; empty: nothing yet
	Home templ.SafeURL // their page as one who lives there; empty: they do not
}

func (w Web) familyOf(ctx context.Context, c caller) (familyPage, error) {
	v, err := w.FamilyView(ctx, c.actor, c.id)
	if err != nil {
		return familyPage{}, err
	}
	t, shown := w.toResident(ctx, c.actor, v)
	p := familyPage{incidentPage: shown, Live: templ.SafeURL(c.base + "/live"), Said: t.said(v)}
	p.Acts = t.familyOffer(v, c.base)
	if c.back != "" { // with an account one may be known to live there
		var home bool
		if home, err = w.livesAt(ctx, c.actor, v.Place); home && !v.Phase.Closed() {
			p.Home = templ.SafeURL(HouseholdPath(v.ID))
		}
	}
	return p, err
}

// toResident is an incident as somebody sees it who serves nothing: what it is,
// and who comes, by no more than their family names.
func (w Web) toResident(ctx context.Context, a people.Actor, v View) (teller, incidentPage) {
	t := w.teller(ctx, a)
	named := t.named // volunteers did not agree to be named to residents
	t.named = func(tenant store.Tenant, person string) string { return people.MaskName(named(tenant, person)) }
	t.kin = map[string]string{a.Person: t.text("alarm.you")}
	p := incidentPage{View: v, Kind: t.kind(v.Incident), Icon: icon(v.Signal), Stage: t.phase(v.Incident), Called: t.called(v), Lanes: t.lanes(v), At: t.now}
	p.setClocks(t)
	return t, p
}

// said is what the reader has said, with its second.
func (t teller) said(v View) string {
	at := slices.IndexFunc(v.Responders, func(r Responder) bool { return r.Person == t.me })
	if at < 0 || v.Responders[at].Answer == "" || v.Phase.Closed() {
		return ""
	}
	r := v.Responders[at]
	when := r.AnsweredAt
	if !r.DoorAt.IsZero() {
		when = r.DoorAt
	}
	return t.text("alarm.family_said."+[...]string{"cannot", "", "going", "door"}[r.Lane()], "at", words.Seconds(when))
}

// familyOffer is what the reader may say now, as buttons that hold a form each.
func (t teller) familyOffer(v View, base string) []act {
	var out []act
	for n, verb := range v.Can {
		b := ui.Btn{Text: t.text("alarm.act." + string(verb)), Icon: map[matter.Verb]string{
			Go: "arrow-right", Cannot: "circle-x", AtDoor: "map-pin", NotThere: "x", Outcome: "clipboard-list", matter.Note: "message-square-text",
		}[verb], Size: "xl", Wide: true}
		if n == 0 {
			b.Kind = "primary"
		}
		path := base + "/" + string(verb)
		if asksFirst(verb) {
			b.Href = templ.SafeURL(path)
		}
		x := act{Action: path, Key: store.NewID(), Btn: b}
		if verb == Go {
			x.Away = t.text("alarm.away")
		}
		out = append(out, x)
	}
	return out
}

// family shows it, and notes that it was seen.
func (w Web) family(rw http.ResponseWriter, r *http.Request, c caller) error {
	ctx := r.Context()
	p, err := w.familyOf(ctx, c)
	if err != nil {
		return err
	}
	if err := w.Notify.Seen(ctx, c.actor.Tenant, c.actor.Person, c.id); err != nil {
		return err
	}
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(w.familyShell(r, p.Kind, c), familyBody(p)))
}

// familyLive keeps it up to date.
func (w Web) familyLive(rw http.ResponseWriter, r *http.Request, c caller) error {
	if _, err := w.FamilyView(r.Context(), c.actor, c.id); err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, []string{Topic(c.actor.Tenant), notify.ReceiptsTopic(c.actor.Tenant)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.familyOf(ctx, c)
		return familyPart(p), err
	})
}

// familyAsk shows the form of an act.
func (w Web) familyAsk(verb matter.Verb) func(http.ResponseWriter, *http.Request, caller) error {
	return func(rw http.ResponseWriter, r *http.Request, c caller) error {
		return w.showFamilyAct(rw, r, c, Act{ID: c.id, Verb: verb, Key: store.NewID()}, nil)
	}
}

func (w Web) showFamilyAct(rw http.ResponseWriter, r *http.Request, c caller, x Act, f *fault.Error) error {
	v, err := w.FamilyView(r.Context(), c.actor, c.id)
	if err != nil {
		return err
	}
	if v.Phase.Closed() {
		return fault.New(fault.Gone, "alarm.family_closed")
	}
	s := w.familyShell(r, words.T(r.Context(), "alarm.act."+string(x.Verb)), c)
	return w.renderAct(rw, r, s, actPage{Verb: x.Verb, View: v, Act: x, Fault: f, Base: c.base})
}

// familyAct carries out what one of the family says.
func (w Web) familyAct(verb matter.Verb) func(http.ResponseWriter, *http.Request, caller) error {
	return func(rw http.ResponseWriter, r *http.Request, c caller) error {
		x, err := w.actOf(rw, r, c.id, verb)
		if err == nil {
			_, err = w.DoFamily(r.Context(), c.actor, x)
		}
		if fault.Is(err, fault.Invalid) && asksFirst(verb) {
			return w.showFamilyAct(rw, r, c, x, fault.As(err))
		}
		if err != nil {
			return err
		}
		http.Redirect(rw, r, c.base, http.StatusSeeOther)
		return nil
	}
}
