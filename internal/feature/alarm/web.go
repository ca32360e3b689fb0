package alarm

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// Web is the pages of alarms: the desk, the responder's phone, the banner on
// every page of staff.
type Web struct {
	*Service
	Frame ui.Frame
	Smoke func(context.Context) error // the demo's detector; nil: there is none
}

// Routes are the doors of the room.
func (w Web) Routes() []web.Route {
	routes := []web.Route{
		w.Studio.Route(KindName, "alarm.read", w.Photos),
		{Pattern: "GET /alarms", Access: "alarm.read", Do: w.desk},
		{Pattern: "GET /alarms/live", Access: "alarm.read", Do: w.deskLive},
		{Pattern: "GET /alarms/banner", Access: "alarm.read", Do: w.bannerLive},
		{Pattern: "POST /alarms/duty", Access: "alarm.answer", Do: w.duty},
		{Pattern: "POST /alarms/beat", Access: "alarm.answer", Do: w.beat},
		{Pattern: "GET /alarms/handover", Access: "alarm.answer", Do: w.askHandover},
		{Pattern: "POST /alarms/handover", Access: "alarm.answer", Do: w.handover},
		{Pattern: "POST /alarms/takeover", Access: "alarm.answer", Do: w.takeover},
		{Pattern: "GET /alarms/roster", Access: "alarm.read", Do: w.roster},
		{Pattern: "POST /alarms/roster", Access: "alarm.roster", Do: w.plan},
		{Pattern: "POST /alarms/roster/{id}/end", Access: "alarm.roster", Do: w.unplan},
		{Pattern: "GET /alarms/drill", Access: "alarm.drill", Do: w.askDrill},
		{Pattern: "POST /alarms/drill", Access: "alarm.drill", Do: w.drill},
		{Pattern: "GET /alarm/{id}", Access: "alarm.read", Do: w.incident},
		{Pattern: "GET /alarm/{id}/building", Access: "alarm.building", Do: w.askBuilding},
		{Pattern: "POST /alarm/{id}/building", Access: "alarm.building", Do: w.act(Evacuate), Most: web.Upload(photosMost), Reads: true},
		{Pattern: "GET /alarm/{id}/live", Access: "alarm.read", Do: w.incidentLive},
	}
	for _, verb := range []matter.Verb{Go, Cannot, AtDoor, Outcome, Shut, Hush, matter.Note} {
		routes = append(routes, web.Route{Pattern: "POST /alarm/{id}/" + string(verb), Access: "alarm.answer", Do: w.act(verb), Most: web.Upload(photosMost), Reads: true})
		if asksFirst(verb) {
			routes = append(routes, web.Route{Pattern: "GET /alarm/{id}/" + string(verb), Access: "alarm.answer", Do: w.ask(verb)})
		}
	}
	routes = append(append(routes, w.homeRoutes()...), w.liftRoutes()...)
	routes = slices.Concat(routes, w.trialRoutes(), w.familyRoutes(), w.householdRoutes(), w.toldRoutes())
	if w.Smoke != nil {
		routes = append(routes, web.Route{Pattern: "POST /demo/smoke", Access: "alarm.read", Do: w.smoke})
	}
	return routes
}

// asksFirst: the act has a page of its own with a form.
func asksFirst(v matter.Verb) bool {
	return slices.Contains([]matter.Verb{Outcome, Shut, matter.Note, Evacuate, Hush}, v)
}

// teller is the words for whoever asks. Names are looked up once.
func (w Web) teller(ctx context.Context, a people.Actor) teller {
	known := map[string]string{}
	return teller{ctx: ctx, now: w.Store.Now(), me: a.Person, named: func(tenant store.Tenant, id string) string {
		name, ok := known[id]
		if !ok && id != "" {
			name = w.nameOf(ctx, tenant, id)
			known[id] = name
		}
		return name
	}}
}

// nameOf finds a person of the neighbourhood or of the subdistrict's office.
func (w Web) nameOf(ctx context.Context, tenant store.Tenant, id string) string {
	for _, t := range []store.Tenant{tenant, w.Office} {
		if p, err := w.Register.Person(ctx, t, id); err == nil {
			return p.Name
		}
	}
	return ""
}

// topics are those of all incidents that an actor serves.
func (w Web) topics(ctx context.Context, a people.Actor) ([]string, error) {
	tenants, err := w.tenantsOf(ctx, a)
	if err != nil {
		return nil, err
	}
	topics := []string{Topic(a.Tenant)}
	for _, t := range tenants {
		if t != a.Tenant {
			topics = append(topics, Topic(t))
		}
	}
	return topics, nil
}

// smoke lets the demo's detector see smoke.
func (w Web) smoke(rw http.ResponseWriter, r *http.Request) error {
	if err := w.Smoke(r.Context()); err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms", http.StatusSeeOther)
	return nil
}

// ms is a span in milliseconds, for the clocks of a page.
func ms(d time.Duration) string { return num(int(max(d, 0) / time.Millisecond)) }
