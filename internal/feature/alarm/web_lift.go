package alarm

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// liftPage is the entrapments of lifts, and the form that reports one.
type liftPage struct {
	Words     ui.Words
	Device    string // the one asked for; empty: all
	Lifts     []liftLine
	May       bool        // the reader may report one
	Buildings []ui.Choice // none if the device is known
	Numbers   []ui.Choice
	Key, Said string
	Fault     *fault.Error
}

type liftLine struct {
	Lift
	Title string
	Lines []rowLine
}

func (w Web) liftRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /alarms/lifts", Access: "alarm.lift", Do: w.lifts},
		{Pattern: "POST /alarms/lifts", Access: "alarm.log", Do: w.logEntrapment},
	}
}

func (w Web) lifts(rw http.ResponseWriter, r *http.Request) error {
	return w.showLifts(rw, r, ByHand{Device: r.URL.Query().Get("device")}, nil)
}

func (w Web) showLifts(rw http.ResponseWriter, r *http.Request, x ByHand, f *fault.Error) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	list, err := w.LiftsServed(ctx, a, x.Device)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	p := liftPage{
		Words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) }), Device: x.Device, Key: store.NewID(), Said: x.Words, Fault: f,
		May: (people.Access{}).Allow(a, "alarm.log") == nil,
	}
	for _, l := range list {
		p.Lifts = append(p.Lifts, liftLine{l, t.lift(l), t.lines(l.Incidents)})
	}
	if p.May && x.Device == "" {
		if p.Buildings, err = w.liftBuildings(ctx, a, x.Place); err != nil {
			return err
		}
		for n := 1; n <= liftsAtBuilding; n++ {
			v := strconv.Itoa(n)
			p.Numbers = append(p.Numbers, ui.Choice{Value: v, Text: t.text("alarm.lift_number", "n", n), Checked: n == max(x.Number, 1)})
		}
	}
	status := http.StatusOK
	if f != nil {
		status = f.Code.Status()
	}
	head := ui.Head{Title: t.text("alarm.lifts"), Sub: t.text("alarm.lifts_sub")}
	return web.Render(rw, r, status, ui.DeskPage(w.Frame.Desk(r, "alarms", head), liftBody(p)))
}

// lift is what a lift is called.
func (t teller) lift(l Lift) string {
	switch {
	case l.Number > 0:
		return t.text("alarm.lift_number", "n", l.Number)
	case l.Name != "":
		return l.Name
	}
	return t.text("alarm.lift")
}

// liftBuildings are the buildings where the actor may report one.
func (w Web) liftBuildings(ctx context.Context, a people.Actor, chosen string) ([]ui.Choice, error) {
	var out []ui.Choice
	for _, post := range (people.Access{}).Posts(a, "alarm.log") {
		list, err := w.Places.Subtree(ctx, a.Tenant, post.Place, place.Building)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			if slices.ContainsFunc(out, func(c ui.Choice) bool { return c.Value == b.ID }) {
				continue
			}
			label, err := w.Places.Label(ctx, a.Tenant, b.ID)
			if err != nil {
				return nil, err
			}
			out = append(out, ui.Choice{Value: b.ID, Text: label.Door, Checked: b.ID == chosen})
		}
	}
	if len(out) > 1 { // nobody shall be sent to the first by default
		out = slices.Insert(out, 0, ui.Choice{Text: words.T(ctx, "alarm.lift_place_missing")})
	}
	return out, nil
}

func (w Web) logEntrapment(rw http.ResponseWriter, r *http.Request) error {
	a, err := formOf(rw, r)
	if err != nil {
		return err
	}
	x := ByHand{Device: r.FormValue("device"), Place: r.FormValue("place"), Words: r.FormValue("words"), Key: r.FormValue("key")}
	x.Number, _ = strconv.Atoi(r.FormValue("number")) // none: refused as missing
	id, err := w.LogEntrapment(r.Context(), a, x)
	if fault.Is(err, fault.Invalid) {
		return w.showLifts(rw, r, x, fault.As(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, "/alarms?open="+id, http.StatusSeeOther)
	return nil
}

// liftHref is the page of one lift.
func liftHref(device string) templ.SafeURL { return templ.URL(LiftPath(device)) }
