package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/makes"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// testsPage is the monthly test list.
type testsPage struct {
	top
	Lines []testLine
	More  bool
	Total int
}

// testLine is a detector that was not tested this month.
type testLine struct {
	Href    templ.SafeURL
	Action  templ.SafeURL
	Door    string
	Title   string
	Tested  string
	MayTest bool
}

const testsShown = 200

func (p *Pages) tests(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	units, more, err := p.Devices.Listed(ctx, d.Actor, d.Tenant.ID, device.Filter{Show: device.Untested, Limit: testsShown})
	if err != nil {
		return err
	}
	counts, _, err := p.Devices.Counted(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return err
	}
	v := testsPage{top: topOf(ctx, d, "tests", "/devices/tests"), More: more, Total: counts[device.Untested]}
	if r.FormValue("done") != "" {
		v.Done = say(ctx, "done_test")
	}
	for _, u := range units {
		line, err := p.testLine(ctx, d, u)
		if err != nil {
			return err
		}
		v.Lines = append(v.Lines, line)
	}
	return web.Render(w, r, http.StatusOK, testsView(p.shell(r, d, say(ctx, "tests"), say(ctx, "tests_sub")), v))
}

func (p *Pages) testLine(ctx context.Context, d people.Desk, u device.Unit) (testLine, error) {
	door, err := p.door(ctx, d.Tenant.ID, u.Place)
	at := "/devices/" + url.PathEscape(u.ID)
	l := testLine{
		Href: templ.SafeURL(d.To(at)), Action: templ.SafeURL(at + "/tested"), Door: door, Title: strings.TrimSpace(kinds(ctx, u) + " " + u.Spot),
		Tested: say(ctx, "never_tested"), MayTest: p.Devices.May(ctx, d.Actor, "device.test", u) == nil,
	}
	if !u.Tested.IsZero() {
		l.Tested = say(ctx, "tested_at", "at", words.At(ctx, u.Tested, p.Now()))
	}
	return l, err
}

// coveragePage is how many homes that ought to have a detector have a live one.
type coveragePage struct {
	top
	Stats []ui.Stat
	Lines []coverageLine
	Older []ui.Item     // smoke detectors that follow an older standard, the first of them
	All   templ.SafeURL // the view of all of these; empty: no more
}

const olderShown = 20

// coverageLine is one building. It gives numbers, never homes: who lives alone
// is nobody's to read off a list of devices.
type coverageLine struct {
	Building string
	Text     string
	Bar      ui.Bar
	Full     bool
}

func (p *Pages) coverage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	homes, err := p.Homes(ctx, d.Tenant.ID)
	if err != nil {
		return err
	}
	list, err := p.Devices.Coverage(ctx, d.Tenant.ID, homes)
	if err != nil {
		return err
	}
	v := coveragePage{top: topOf(ctx, d, "coverage", "/devices/coverage")}
	live, all := 0, 0
	for _, c := range list {
		if (people.Access{}).May(d.Actor, "device.read", people.Subject{Path: c.Building.Path}) != nil {
			continue
		}
		line, err := p.coverageLine(ctx, d, c)
		if err != nil {
			return err
		}
		v.Lines = append(v.Lines, line)
		live, all = live+c.Live, all+c.Homes
	}
	v.Stats = []ui.Stat{
		{Label: say(ctx, "cover.share"), Value: share(live, all), Note: say(ctx, "cover.of", "live", live, "homes", all), Kind: "lead"},
		{Label: say(ctx, "cover.dark"), Value: say(ctx, "cover.homes", "n", all-live), Note: say(ctx, "cover.dark_note")},
	}
	n, err := p.Devices.Standards(ctx, d.Actor, d.Tenant.ID)
	if err != nil {
		return err
	}
	v.Stats = append(v.Stats, ui.Stat{Label: say(ctx, "cover.older"), Value: strconv.Itoa(n.Before), Note: say(ctx, "cover.older_note", "new", n.Since, "unknown", n.Unknown)})
	if err := p.older(ctx, d, &v); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, coverageView(p.shell(r, d, say(ctx, "coverage"), say(ctx, "coverage_sub")), v))
}

func (p *Pages) coverageLine(ctx context.Context, d people.Desk, c device.Coverage) (coverageLine, error) {
	name, err := p.door(ctx, d.Tenant.ID, c.Building.ID)
	text := say(ctx, "cover.of", "live", c.Live, "homes", c.Homes)
	return coverageLine{
		Building: name, Text: text, Full: c.Live == c.Homes, Bar: ui.Bar{Label: name + " " + text, Share: 1000 * c.Live / max(c.Homes, 1), Gold: c.Live < c.Homes},
	}, err
}

// older names the smoke detectors that follow an older standard, and what is
// known of their makes.
func (p *Pages) older(ctx context.Context, d people.Desk, v *coveragePage) error {
	units, more, err := p.Devices.Listed(ctx, d.Actor, d.Tenant.ID, device.Filter{Show: device.Older, Limit: olderShown})
	if err != nil {
		return err
	}
	if more {
		v.All = templ.SafeURL(d.To("/devices", "show", string(device.Older)))
	}
	for _, u := range units {
		door, err := p.door(ctx, d.Tenant.ID, u.Place)
		if err != nil {
			return err
		}
		v.Older = append(v.Older, ui.Item{
			Href: templ.SafeURL(d.To("/devices/" + url.PathEscape(u.ID))), Plate: door, Title: strings.TrimSpace(kinds(ctx, u) + " " + u.Spot),
			Note: standardOf(ctx, u), When: say(ctx, "cover.older_since", "day", day(u.Installed)),
		})
	}
	return nil
}

// standardOf is what a device's make follows, or that nobody knows.
func standardOf(ctx context.Context, u device.Unit) string {
	m, _ := makes.ByID(u.Make)
	if m.Standard == "" {
		return say(ctx, "cover.older_unknown")
	}
	return say(ctx, "cover.older_make", "standard", m.Standard, "since", strconv.Itoa(m.Since))
}
