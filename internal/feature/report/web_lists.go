package report

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// listPage is the list of reports with its filters.
type listPage struct {
	Words      ui.Words
	Segments   []ui.Segment
	Query      string
	Kept       [][2]string // hidden fields: what is not asked in the form
	Categories []ui.Choice
	Phases     []ui.Choice
	Buildings  []ui.Choice
	Items      []ui.Item
	Pager      ui.Paging
	Settled    int
	Filtered   bool
	Narrowed   bool // by kind, stage or building
}

// rowsShown is how many reports a page of a list holds.
const rowsShown = 20

// list shows the reports the actor may see, by page.
func (w Web) list(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := filterOf(q)
	page, err := w.List(ctx, a, f, q.Get("after"), rowsShown)
	if err != nil {
		return err
	}
	p, err := w.listOf(ctx, a, q, f, page)
	if err != nil {
		return err
	}
	if a.AtDesk() {
		return w.show(rw, r, http.StatusOK, a, inner{title: words.T(ctx, "report.reports"), at: "reports", actions: intakeButton(ctx, a)}, listBody(p))
	}
	s := w.Frame.Home(r, words.T(ctx, "report.reports"), "reports")
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(s, listBody(p)))
}

// intakeButton leads staff who take reports in to the desk.
func intakeButton(ctx context.Context, a people.Actor) templ.Component {
	if (people.Access{}).Allow(a, "report.intake") != nil {
		return nil
	}
	return ui.Button(ui.Btn{Text: words.T(ctx, "report.intake_title"), Icon: "file-pen", Kind: "primary", Href: "/report/desk"})
}

// filterOf reads the filter of a link; what it does not know it leaves out.
func filterOf(q url.Values) Filter {
	f := Filter{
		Mine: q.Get("of") == "mine", Category: q.Get("category"), Building: q.Get("building"), Query: q.Get("q"),
		Late: q.Get("late") != "", Neighbourhood: store.Tenant(q.Get("n")),
	}
	if p := matter.Phase(q.Get("phase")); p != "" {
		f.Phases = []matter.Phase{p}
	}
	return f
}

func (w Web) listOf(ctx context.Context, a people.Actor, q url.Values, f Filter, page Page) (listPage, error) {
	t := w.teller(ctx, a)
	p := listPage{Words: ui.Read(ctx), Query: f.Query, Segments: t.segments(a, f), Filtered: len(q) > 0, Narrowed: f.Category+f.Building != "" || len(f.Phases) > 0}
	for _, r := range page.Rows {
		p.Items = append(p.Items, t.item(r, Path(r.ID)))
	}
	for _, name := range []string{"of", "n", "late"} {
		if v := q.Get(name); v != "" {
			p.Kept = append(p.Kept, [2]string{name, v})
		}
	}
	p.Pager = pager(t, "/reports", q, page.Next)
	var err error
	if p.Categories, err = w.categoryChoices(t, f.Category); err != nil {
		return p, err
	}
	if p.Buildings, err = w.buildingChoices(t, a, f.Building); err != nil {
		return p, err
	}
	p.Phases = t.phaseChoices(f.Phases)
	p.Settled, err = w.Settled(ctx, a, f, time.Time{})
	return p, err
}

// pager leads to the next page and back to the first.
func pager(t teller, path string, q url.Values, next string) ui.Paging {
	p := ui.Paging{Label: t.text("report.pages"), NewerText: t.text("report.first_page"), OlderText: t.text("report.next_page")}
	with := func(after string) templ.SafeURL {
		v := url.Values{}
		for k, vs := range q {
			if k != "after" {
				v[k] = vs
			}
		}
		if after != "" {
			v.Set("after", after)
		}
		if len(v) == 0 {
			return templ.SafeURL(path)
		}
		return templ.SafeURL(path + "?" + v.Encode())
	}
	if q.Get("after") != "" {
		p.Newer = with("")
	}
	if next != "" {
		p.Older = with(next)
	}
	return p
}

// segments switch between one's own reports and all one may see.
func (t teller) segments(a people.Actor, f Filter) []ui.Segment {
	if a.Household == "" || f.Neighbourhood != "" {
		return nil
	}
	return []ui.Segment{
		{Href: "/reports?of=mine", Text: t.text("report.of_mine"), Current: f.Mine},
		{Href: "/reports", Text: t.text("report.of_compound"), Current: !f.Mine},
	}
}

func (w Web) categoryChoices(t teller, chosen string) ([]ui.Choice, error) {
	all, err := w.Categories.All(t.ctx)
	choices := []ui.Choice{{Text: t.text("report.any_kind")}}
	for _, c := range all {
		choices = append(choices, ui.Choice{Value: c.Code, Text: c.Name(t.ctx), Checked: c.Code == chosen})
	}
	return choices, err
}

func (t teller) phaseChoices(chosen []matter.Phase) []ui.Choice {
	choices := []ui.Choice{{Text: t.text("report.any_phase")}}
	for _, p := range []matter.Phase{matter.Raised, matter.Taken, matter.Doing, matter.Done, matter.Confirmed, matter.Reopened, matter.Declined, matter.Withdrawn} {
		word := words.T(t.ctx, "phase."+string(p))
		if p == matter.Done {
			word = t.text("report.awaits_check")
		}
		choices = append(choices, ui.Choice{Value: string(p), Text: word, Checked: len(chosen) == 1 && chosen[0] == p})
	}
	return choices
}

// buildingChoices are the buildings of the compounds the actor lives in or
// serves.
func (w Web) buildingChoices(t teller, a people.Actor, chosen string) ([]ui.Choice, error) {
	choices := []ui.Choice{{Text: t.text("report.any_building")}}
	for _, top := range a.Tops() {
		nodes, err := w.Places.Subtree(t.ctx, a.Tenant, top, "")
		if err != nil {
			return nil, err
		}
		compound := ""
		for _, n := range nodes {
			if n.Kind == place.Compound {
				compound = n.Name + " "
			}
			if n.Kind == place.Building {
				choices = append(choices, ui.Choice{Value: n.ID, Text: compound + n.Name, Checked: n.ID == chosen})
			}
		}
	}
	return choices, nil
}

// CategoryName is a kind of trouble in words; a code that is not known stays as
// it is.
func (w Web) CategoryName(ctx context.Context, code string) (string, error) {
	c, known, err := w.Categories.ByCode(ctx, code)
	if err != nil || !known {
		return code, err
	}
	return c.Name(ctx), nil
}
