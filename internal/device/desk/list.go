package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// listPage is the list of devices.
type listPage struct {
	top
	Show    device.Show
	Kind    decode.Kind
	Query   string
	Shows   []ui.Segment
	Kinds   []ui.Segment
	Stats   []ui.Stat
	Qos0    int
	Outages []outage
	Items   []ui.Item
	Paging  ui.Paging
}

// outage is a gateway off the line, with what is not heard because of it.
type outage struct {
	Href  templ.SafeURL
	Text  string
	Doors []string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	v := listPage{top: topOf(ctx, d, "list", "/devices"), Show: device.Show(r.FormValue("show")), Query: r.FormValue("q")}
	if !slices.Contains(device.Shows(), v.Show) {
		v.Show = device.Everything
	}
	v.Kind = decode.Kind(r.FormValue("kind"))
	if err := p.figures(ctx, d, &v); err != nil {
		return err
	}
	if err := p.outages(ctx, d, &v); err != nil {
		return err
	}
	units, more, err := p.Devices.Listed(ctx, d.Actor, d.Tenant.ID, device.Filter{Show: v.Show, Kind: v.Kind, Query: v.Query, After: r.FormValue("after")})
	if err != nil {
		return err
	}
	for _, u := range units {
		item, err := p.item(ctx, d, u)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, item)
	}
	v.Paging = ui.Paging{Label: say(ctx, "pages"), OlderText: say(ctx, "older"), NewerText: say(ctx, "newest")}
	if more {
		v.Paging.Older = v.link(v.Show, v.Kind, units[len(units)-1].ID)
	}
	if r.FormValue("after") != "" {
		v.Paging.Newer = v.link(v.Show, v.Kind, "")
	}
	return web.Render(w, r, http.StatusOK, listView(p.shell(r, d, say(ctx, "title"), say(ctx, "sub")), v))
}

// link is the list with its search, of a view and a kind, after a device.
func (v *listPage) link(show device.Show, kind decode.Kind, after string) templ.SafeURL {
	return templ.SafeURL(v.Desk.To("/devices", some("show", string(show), "kind", string(kind), "q", v.Query, "after", after)...))
}

// some are the pairs whose value is not empty.
func some(pairs ...string) []string {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, pairs[i], pairs[i+1])
		}
	}
	return out
}

// figures are the numbers at the top and the views with theirs.
func (p *Pages) figures(ctx context.Context, d people.Desk, v *listPage) error {
	counts, qos0, err := p.Devices.Counted(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return err
	}
	v.Qos0 = qos0
	for _, show := range device.Shows() {
		if n := counts[show]; n > 0 || show == v.Show || show == device.Everything {
			v.Shows = append(v.Shows, ui.Segment{Href: v.link(show, v.Kind, ""), Text: say(ctx, "show."+showName(show)), Count: strconv.Itoa(n), Current: show == v.Show})
		}
	}
	hot := func(n int) string {
		if n > 0 {
			return "hot"
		}
		return ""
	}
	v.Stats = []ui.Stat{
		{Label: say(ctx, "stat.all"), Value: strconv.Itoa(counts[device.Everything]), Note: say(ctx, "stat.all_note", "n", counts[device.Unclaimed])},
		{Label: say(ctx, "stat.silent"), Value: strconv.Itoa(counts[device.Quiet]), Note: say(ctx, "stat.silent_note", "n", counts[device.Unheard]), Kind: hot(counts[device.Quiet])},
		{Label: say(ctx, "stat.battery"), Value: strconv.Itoa(counts[device.LowBattery]), Note: say(ctx, "stat.battery_note")},
		{Label: say(ctx, "stat.tests"), Value: strconv.Itoa(counts[device.Untested]), Note: say(ctx, "stat.tests_note")},
	}
	return p.kinds(ctx, d, v)
}

// kinds are what can be looked for, if there is more than one.
func (p *Pages) kinds(ctx context.Context, d people.Desk, v *listPage) error {
	list, err := p.Devices.ByKind(ctx, d.Actor, d.Tenant.ID)
	if err != nil || len(list) < 2 {
		return err
	}
	v.Kinds = append(v.Kinds, ui.Segment{Href: v.link(v.Show, "", ""), Text: say(ctx, "kind_all"), Current: v.Kind == ""})
	for _, k := range list {
		v.Kinds = append(v.Kinds, ui.Segment{Href: v.link(v.Show, k.Kind, ""), Text: say(ctx, "kind."+string(k.Kind)), Count: strconv.Itoa(k.N), Current: k.Kind == v.Kind})
	}
	return nil
}

// showName is a view as it stands in the words.
func showName(s device.Show) string {
	if s == device.Everything {
		return "all"
	}
	return string(s)
}

// outages are the gateways off the line: one incident each.
func (p *Pages) outages(ctx context.Context, d people.Desk, v *listPage) error {
	list, err := p.Devices.Outages(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return err
	}
	for _, x := range list {
		o := outage{Href: templ.SafeURL(d.To("/devices/" + url.PathEscape(x.Gateway.ID)))}
		o.Text = say(ctx, "outage", "gateway", called(x.Gateway), "n", len(x.Behind), "at", words.At(ctx, x.Gateway.LastSeen, p.Now()))
		for _, u := range x.Behind {
			at, err := p.door(ctx, d.Tenant.ID, u.Place)
			if err != nil {
				return err
			}
			o.Doors = append(o.Doors, strings.TrimSpace(orElse(at, called(u))+" "+u.Spot))
		}
		v.Outages = append(v.Outages, o)
	}
	return nil
}

// item is a device as a row of the list.
func (p *Pages) item(ctx context.Context, d people.Desk, u device.Unit) (ui.Item, error) {
	door, err := p.door(ctx, d.Tenant.ID, u.Place)
	if err != nil {
		return ui.Item{}, err
	}
	tone, tag := state(ctx, u, p.Now())
	it := ui.Item{
		Href: templ.SafeURL(d.To("/devices/" + url.PathEscape(u.ID))), Plate: door, Hot: u.Alarming, Tone: tone, Tag: tag,
		Title: strings.TrimSpace(kinds(ctx, u) + " " + u.Spot), Note: called(u),
	}
	if u.Place == "" {
		it.Plate = say(ctx, "nowhere")
	}
	if u.Battery >= 0 {
		it.Note += " · " + say(ctx, "battery_pct", "n", u.Battery)
	}
	if it.When = say(ctx, "never_heard"); !u.LastSeen.IsZero() {
		it.When = say(ctx, "heard", "at", words.At(ctx, u.LastSeen, p.Now()))
	}
	return it, nil
}
