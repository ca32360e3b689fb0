package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

const (
	readingsShown = 30
	homesFound    = 12
)

// unitPage is one device.
type unitPage struct {
	top
	Unit     device.Unit
	Door     string
	Tone     ui.Tone
	Tag      string
	Troubles []trouble
	Facts    []ui.Fact
	Charts   []ui.Chart // what it measured
	Last     ui.Grid
	Readings ui.Grid
	Series   templ.SafeURL
	Trial    templ.SafeURL
	Bridge   *ui.Item
	Behind   []ui.Item
	Tickets  []ui.Item
	Messages templ.SafeURL // what it sent, as it came; empty: not for the reader
	MayBind  bool
	MayTest  bool
	Bind     bindForm
}

// trouble is what is wrong with a device and what to do about it.
type trouble struct{ Title, Fix string }

// bindForm asks where a device hangs.
type bindForm struct {
	Query  string
	Homes  []ui.Choice
	Near   bool // only guesses at what was typed
	Spot   string
	Guards []ui.Choice
	Bay    string
	Made   string // 2026-11-23
	Until  string
	Action templ.SafeURL
}

func (p *Pages) unit(w http.ResponseWriter, r *http.Request) error {
	d, u, err := p.unitFor(r, "device.read")
	if err != nil {
		return err
	}
	return p.showUnit(w, r, d, u, http.StatusOK, nil)
}

func (p *Pages) showUnit(w http.ResponseWriter, r *http.Request, d people.Desk, u device.Unit, status int, problems []ui.FormError) error {
	ctx := r.Context()
	v := unitPage{top: topOf(ctx, d, "", "/devices"), Unit: u}
	v.Problem = problems
	v.MayBind = p.Devices.May(ctx, d.Actor, "device.edit", u) == nil
	v.MayTest = u.LifeSafety && p.Devices.May(ctx, d.Actor, "device.test", u) == nil
	if v.MayTest && p.Trial != "" && u.Place != "" && len((people.Access{}).As(d.Actor, "device.test", "")) > 0 {
		v.Trial = templ.SafeURL(p.Trial)
	}
	if p.Series != nil {
		v.Series = templ.SafeURL(p.Series(u))
	}
	if r.FormValue("done") != "" {
		v.Done = say(ctx, "done")
	}
	v.Tone, v.Tag = state(ctx, u, p.Now())
	for _, x := range u.Troubles {
		v.Troubles = append(v.Troubles, trouble{say(ctx, "trouble."+string(x)), say(ctx, "fix."+string(x))})
	}
	for _, fill := range []func(context.Context, people.Desk, *unitPage) error{p.facts, p.charts, p.said, p.through, p.tickets} {
		if err := fill(ctx, d, &v); err != nil {
			return err
		}
	}
	if v.MayBind {
		var err error
		if v.Bind, err = p.bindForm(r, d, u); err != nil {
			return err
		}
	}
	title := strings.TrimSpace(kinds(ctx, u) + " " + u.Spot)
	s := p.Frame.Desk(r, "devices", ui.Head{Plate: orElse(v.Door, say(ctx, "nowhere")), Title: title, Sub: called(u)})
	return web.Render(w, r, status, unitView(s, v))
}

// facts are what is known of the device itself.
func (p *Pages) facts(ctx context.Context, d people.Desk, v *unitPage) (err error) {
	u, now := v.Unit, p.Now()
	if v.Door, err = p.door(ctx, d.Tenant.ID, u.Place); err != nil {
		return err
	}
	add := func(term, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.Fact{Term: term, Value: value})
		}
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return words.At(ctx, t, now)
	}
	add(say(ctx, "fact.heard"), orElse(at(u.LastSeen), say(ctx, "never_heard")))
	if u.Battery >= 0 {
		add(say(ctx, "fact.battery"), strconv.Itoa(u.Battery)+"%")
	}
	power := say(ctx, "power."+string(u.Power))
	if u.State[decode.Supply].Value == decode.Mains {
		power = say(ctx, "power.mains")
	}
	add(say(ctx, "fact.power"), power)
	add(say(ctx, "fact.allowance"), words.Span(ctx, u.Allowance()))
	if u.LifeSafety {
		add(say(ctx, "fact.tested"), orElse(at(u.Tested), say(ctx, "never_tested")))
	}
	add(say(ctx, "fact.installed"), day(u.Installed))
	add(say(ctx, "fact.replace"), day(u.ReplaceBy))
	add(say(ctx, "fact.bay"), u.Bay)
	add(say(ctx, "fact.make"), makeOf(u))
	add(say(ctx, "fact.product"), u.Product)
	add(say(ctx, "fact.name"), u.Name)
	add(say(ctx, "fact.key"), u.Key)
	return nil
}

// day is a date as forms have it; empty for none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(words.Shanghai()).Format(time.DateOnly)
}

// pastShown is how far back the charts of a device go.
const pastShown = 14 * 24 * time.Hour

// charts draw what a detector measured in the last days.
func (p *Pages) charts(ctx context.Context, d people.Desk, v *unitPage) error {
	now := p.Now()
	list, err := p.Devices.Gauges(ctx, d.Tenant.ID, v.Unit.ID, now.Add(-pastShown))
	if err != nil {
		return err
	}
	for _, g := range list {
		c := ui.Chart{To: now, Zone: words.Shanghai(), Unit: g.Unit}
		for _, x := range g.Points {
			c.Points = append(c.Points, ui.ChartPoint(x))
		}
		if limit, err := strconv.ParseFloat(g.AlarmAt, 64); err == nil {
			c.Limit = &limit
		}
		if len(c.Points) > 0 {
			if c.From = c.Points[0].At; c.From.Before(now.Add(-pastShown)) {
				c.From = now.Add(-pastShown)
			}
			c.Label = say(ctx, "chart", "what", say(ctx, "kind."+string(g.Kind)), "at", words.At(ctx, c.From, now), "value", strings.TrimSpace(g.Value+" "+g.Unit))
		}
		if c.Chartable() {
			v.Charts = append(v.Charts, c)
		}
	}
	return nil
}

// said are the last word of each kind and the last changes.
func (p *Pages) said(ctx context.Context, d people.Desk, v *unitPage) error {
	now := p.Now()
	v.Last = ui.Grid{Head: []ui.Cell{{Text: say(ctx, "col.what")}, {Text: say(ctx, "col.value")}, {Text: say(ctx, "col.since")}}}
	for _, k := range decode.Kinds() {
		if x, ok := v.Unit.State[k]; ok {
			v.Last.Rows = append(v.Last.Rows, []ui.Cell{{Text: say(ctx, "kind."+string(k))}, {Text: value(ctx, k, x.Value, x.Unit)}, {Text: words.At(ctx, time.UnixMilli(x.Since), now)}})
		}
	}
	list, err := p.Devices.Readings(ctx, d.Tenant.ID, v.Unit.ID)
	if err != nil {
		return err
	}
	v.Readings = ui.Grid{Head: []ui.Cell{{Text: say(ctx, "col.at")}, {Text: say(ctx, "col.what")}, {Text: say(ctx, "col.value")}, {Text: say(ctx, "col.note")}}}
	for _, x := range list[:min(len(list), readingsShown)] {
		note := ""
		if x.Test {
			note = say(ctx, "note.test")
		}
		if x.Late {
			note = say(ctx, "note.late")
		}
		v.Readings.Rows = append(v.Readings.Rows, []ui.Cell{{Text: words.At(ctx, x.At, now)}, {Text: say(ctx, "kind."+string(x.Kind))}, {Text: value(ctx, x.Kind, x.Value, x.Unit)}, {Text: note}})
	}
	return nil
}

// through are the gateway that a device speaks through, and those that speak
// through it.
func (p *Pages) through(ctx context.Context, d people.Desk, v *unitPage) error {
	if v.Unit.Bridge != "" {
		b, err := p.Devices.ByKey(ctx, d.Tenant.ID, v.Unit.Bridge)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && p.Devices.May(ctx, d.Actor, "device.read", b) == nil {
			it, err := p.item(ctx, d, b)
			if err != nil {
				return err
			}
			v.Bridge = &it
		}
	}
	behind, err := p.Devices.Behind(ctx, d.Tenant.ID, v.Unit.Key)
	if err != nil {
		return err
	}
	for _, u := range behind {
		if p.Devices.May(ctx, d.Actor, "device.read", u) != nil {
			continue
		}
		it, err := p.item(ctx, d, u)
		if err != nil {
			return err
		}
		v.Behind = append(v.Behind, it)
	}
	return nil
}

// tickets are what the device needs or needed, and the way to what it sent.
func (p *Pages) tickets(ctx context.Context, d people.Desk, v *unitPage) (err error) {
	if p.Devices.May(ctx, d.Actor, "device.messages", v.Unit) == nil {
		v.Messages = templ.SafeURL(d.To("/devices/" + url.PathEscape(v.Unit.ID) + "/messages"))
	}
	v.Tickets, err = p.Tickets(ctx, d, v.Unit.ID)
	return err
}

// bindForm finds the places that were searched for, and keeps the one where
// the device hangs.
func (p *Pages) bindForm(r *http.Request, d people.Desk, u device.Unit) (bindForm, error) {
	ctx := r.Context()
	f := bindForm{Query: r.FormValue("q"), Spot: u.Spot, Bay: u.Bay, Made: day(u.Installed), Until: day(u.ReplaceBy), Action: templ.SafeURL("/devices/" + url.PathEscape(u.ID))}
	if r.Method == http.MethodPost {
		f.Spot, f.Bay, f.Made, f.Until = r.PostFormValue("spot"), r.PostFormValue("bay"), r.PostFormValue("installed"), r.PostFormValue("replace_by")
	}
	guards := string(u.Guards)
	if r.Method == http.MethodPost {
		guards = r.PostFormValue("guards")
	}
	f.Guards = guardChoices(ctx, guards)
	ids := []string{}
	if u.Place != "" {
		ids = append(ids, u.Place)
	}
	if f.Query != "" {
		hits, err := p.Places.Search(ctx, d.Tenant.ID, f.Query, homesFound)
		if err != nil {
			return f, err
		}
		for _, h := range hits {
			mayHere := (people.Access{}).May(d.Actor, "device.edit", people.Subject{Path: h.Node.Path}) == nil
			if h.Node.Tenant == d.Tenant.ID && mayHere && !slices.Contains(ids, h.Node.ID) {
				ids, f.Near = append(ids, h.Node.ID), f.Near || h.Near()
			}
		}
	}
	for _, id := range ids {
		door, err := p.door(ctx, d.Tenant.ID, id)
		if err != nil {
			return f, err
		}
		f.Homes = append(f.Homes, ui.Choice{Value: id, Text: door, Icon: "map-pin", Checked: id == u.Place || len(ids) == 1})
	}
	return f, nil
}

func (p *Pages) bind(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	d, u, err := p.unitFor(r, "device.edit")
	if err != nil {
		return err
	}
	b := device.Binding{Place: r.PostFormValue("place"), Bay: strings.TrimSpace(r.PostFormValue("bay")), Spot: strings.TrimSpace(r.PostFormValue("spot")), Guards: decode.Kind(r.PostFormValue("guards"))}
	installed, badMade := date(r.PostFormValue("installed"))
	until, badUntil := date(r.PostFormValue("replace_by"))
	b.Installed, b.ReplaceBy = installed, until
	switch {
	case b.Place == "":
		return p.showUnit(w, r, d, u, http.StatusUnprocessableEntity, []ui.FormError{{ID: "place", Text: say(ctx, "place_missing")}})
	case badMade || badUntil:
		return p.showUnit(w, r, d, u, http.StatusUnprocessableEntity, []ui.FormError{{ID: "installed", Text: say(ctx, "date_bad")}})
	}
	if _, err = p.Devices.Bind(ctx, d.Actor, d.Tenant.ID, u.ID, b); err != nil {
		problems, err := problem(ctx, err, "spot")
		if err != nil {
			return err
		}
		return p.showUnit(w, r, d, u, http.StatusUnprocessableEntity, problems)
	}
	return p.back(w, r, d, u)
}

// guardChoices are the dangers that a detector may be bound against.
func guardChoices(ctx context.Context, chosen string) []ui.Choice {
	list := []ui.Choice{{Value: "", Text: say(ctx, "guards_model"), Checked: chosen == ""}}
	for _, k := range decode.Kinds() {
		if k.Alarms() && k != decode.Entrapment {
			list = append(list, ui.Choice{Value: string(k), Text: say(ctx, "kind."+string(k)), Checked: chosen == string(k)})
		}
	}
	return list
}

// date reads a date of a form; an empty one is none.
func date(s string) (t time.Time, bad bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(time.DateOnly, s, words.Shanghai())
	return t, err != nil || t.Year() < 1990 || t.Year() > 2100
}

func (p *Pages) unbind(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, u, err := p.unitFor(r, "device.edit")
	if err != nil {
		return err
	}
	if _, err := p.Devices.Unbind(r.Context(), d.Actor, d.Tenant.ID, u.ID); err != nil {
		return err
	}
	return p.back(w, r, d, u)
}

func (p *Pages) tested(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, u, err := p.unitFor(r, "device.test")
	if err != nil {
		return err
	}
	if err := p.Devices.MarkTested(r.Context(), d.Actor, d.Tenant.ID, u.ID); err != nil {
		return err
	}
	if r.PostFormValue("from") == "tests" {
		http.Redirect(w, r, d.To("/devices/tests", "done", u.ID), http.StatusSeeOther)
		return nil
	}
	return p.back(w, r, d, u)
}

func (p *Pages) back(w http.ResponseWriter, r *http.Request, d people.Desk, u device.Unit) error {
	http.Redirect(w, r, d.To("/devices/"+url.PathEscape(u.ID), "done", "1"), http.StatusSeeOther)
	return nil
}

func (f bindForm) testAction(id string) templ.SafeURL {
	return templ.SafeURL("/devices/" + url.PathEscape(id) + "/tested")
}

func bindTitle(ctx context.Context, v unitPage) string {
	if v.Unit.Place == "" {
		return say(ctx, "bind_title")
	}
	return say(ctx, "rebind_title")
}

// near warns that what was found is not what was typed.
func near(ctx context.Context, f bindForm) string {
	if f.Near {
		return say(ctx, "search_near")
	}
	return ""
}
