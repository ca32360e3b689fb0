package alarm

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// buildingPage asks once more before a whole building is told: whom, how, and
// in which words.
type buildingPage struct {
	View  View
	Place string // the building
	Who   string
	Mute  string // those no message reaches; empty: none
	Ways  string
	Alone bool // no gateway: only open pages show it
	Text  string
	Key   string
	Back  string
}

// askBuilding shows it.
func (w Web) askBuilding(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	v, err := w.View(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := (people.Access{}).May(a, "alarm.building", people.Subject{Path: v.scene.node.Path}); err != nil {
		return err
	}
	back := web.LocalPath(r.URL.Query().Get("back"))
	if r.URL.Query().Get("back") == "" {
		back = Path(v.ID)
	}
	if !v.Evacuated.IsZero() { // somebody was quicker
		http.Redirect(rw, r, back, http.StatusSeeOther)
		return nil
	}
	if why := v.staysIn(); why != "" {
		return fault.New(fault.Conflict, why)
	}
	p, err := w.buildingOf(ctx, w.teller(ctx, a), v)
	if err != nil {
		return err
	}
	p.Back = back
	s := w.phone(r, words.T(ctx, "alarm.act."+string(Evacuate)))
	s.Top.Back = templ.SafeURL(back)
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(s, buildingBody(p)))
}

func (w Web) buildingOf(ctx context.Context, t teller, v View) (buildingPage, error) {
	n, err := w.neighboursOf(ctx, v.Incident)
	if err != nil {
		return buildingPage{}, err
	}
	if len(n.people) == 0 {
		return buildingPage{}, fault.New(fault.Conflict, "alarm.building_nobody")
	}
	p := buildingPage{View: v, Place: v.scene.short, Key: store.NewID(), Who: t.text("alarm.building_who", "n", len(n.people), "homes", n.homes)}
	if n.mute > 0 {
		p.Mute = t.text("alarm.building_mute", "n", n.mute)
	}
	sms, voice, err := w.Notify.Has(ctx, v.Tenant)
	if err != nil {
		return p, err
	}
	ways := []string{t.text("alarm.by.app")}
	if sms {
		ways = append(ways, t.text("alarm.by.sms"))
	}
	if voice {
		ways = append(ways, t.text("alarm.by.voice"))
	}
	p.Ways, p.Alone = strings.Join(ways, t.text("alarm.comma")), !sms && !voice
	p.Text = t.text("alarm.told."+v.Signal.runFrom(), "kind", t.kind(v.Incident), "place", p.Place)
	return p, nil
}

// building says that the whole building was told, or that a drill tells nobody.
func (t teller) building(i Incident) string {
	switch {
	case !i.Evacuated.IsZero() && i.Phase.Closed():
		return t.text("alarm.building_over", "at", words.Seconds(i.Evacuated))
	case !i.Evacuated.IsZero():
		return t.text("alarm.building_told", "at", words.Seconds(i.Evacuated))
	case i.Drill && !i.Phase.Closed():
		return t.text("alarm.building_drill")
	}
	return ""
}

// setBack has acts lead back to a page.
func (p *incidentPage) setBack(to string) {
	p.Back = to
	if p.Count != nil {
		p.Count.Back = to
	}
	for i, x := range p.Acts {
		if x.Action == Path(p.View.ID)+"/"+string(Evacuate) {
			p.Acts[i].Btn.Href += templ.SafeURL("?back=" + url.QueryEscape(to))
		}
	}
}

// runSteps are what to do, one after the other.
func (t teller) runSteps(k SignalKind) []string {
	return strings.Split(t.text("alarm.run."+k.runFrom()), "\n")
}
