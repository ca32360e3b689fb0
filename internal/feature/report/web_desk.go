package report

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// owed are the phases in which staff owe the next act.
func owed() []matter.Phase {
	return []matter.Phase{matter.Raised, matter.Reopened, matter.Taken, matter.Doing}
}

// workPage is the work of the property's staff: what is late, then what is due.
type workPage struct {
	Query    string
	Segments []ui.Segment
	Stats    []ui.Stat
	Items    []ui.Item
	Pager    ui.Paging
	Pane     templ.Component
	Live     templ.SafeURL
	Back     templ.SafeURL
}

// Work is what the page of the day shows of reports: figures, and the list with
// an opened report beside it.
func (w Web) Work(ctx context.Context, a people.Actor, q url.Values) (ui.WorkPart, error) {
	p, err := w.workOf(ctx, a, q)
	return ui.WorkPart{Stats: p.Stats, Body: workPart(p), Live: p.Live, Actions: intakeButton(ctx, a)}, err
}

func (w Web) workOf(ctx context.Context, a people.Actor, q url.Values) (workPage, error) {
	t, f := w.teller(ctx, a), filterOf(q)
	f.Order = Urgent
	if len(f.Phases) == 0 {
		f.Phases = owed()
	}
	page, err := w.List(ctx, a, f, q.Get("after"), rowsShown)
	if err != nil {
		return workPage{}, err
	}
	p := workPage{Query: f.Query, Pager: pager(t, "/today", q, page.Next), Live: withQuery("/today/live", q, ""), Back: withQuery("/today", q, "")}
	open := q.Get("open")
	for _, r := range page.Rows {
		it := t.item(r, string(withQuery("/today", q, r.ID)))
		it.Current = r.ID == open
		p.Items = append(p.Items, it)
	}
	if open != "" {
		d, err := w.detailOf(ctx, a, open)
		if err != nil {
			return p, err
		}
		d.Back = string(withQuery("/today", q, open))
		p.Live, p.Pane = withQuery("/today/live", q, open), orderPane(d, p.Back)
	}
	return p, w.workFigures(ctx, a, t, f, &p)
}

// withQuery is a link that keeps the filter and opens a row, or none.
func withQuery(path string, q url.Values, open string) templ.SafeURL {
	v := url.Values{}
	for _, k := range []string{"q", "late", "phase", "after"} {
		if q.Get(k) != "" {
			v.Set(k, q.Get(k))
		}
	}
	if open != "" {
		v.Set("open", open)
	}
	if len(v) == 0 {
		return templ.SafeURL(path)
	}
	return templ.SafeURL(path + "?" + v.Encode())
}

func (w Web) workFigures(ctx context.Context, a people.Actor, t teller, f Filter, p *workPage) error {
	tally, err := w.Tally(ctx, a, Filter{})
	if err != nil {
		return err
	}
	closed, err := w.Settled(ctx, a, Filter{}, dayStart(t.now))
	if err != nil {
		return err
	}
	waiting, doing := tally.Count(matter.Raised, matter.Reopened), tally.Count(matter.Taken, matter.Doing)
	p.Stats = []ui.Stat{
		{Label: t.text("report.stat.closed_today"), Value: count(closed), Note: t.text("report.stat.closed_today_note"), Kind: "lead"},
		{Label: t.text("report.stat.waiting"), Value: count(waiting), Note: t.text("report.stat.waiting_note")},
		{Label: t.text("report.stat.doing"), Value: count(doing), Note: t.text("report.stat.doing_note")},
		t.lateStat(tally.Late),
	}
	p.Segments = []ui.Segment{
		{Href: "/today", Text: t.text("report.seg.all"), Count: count(waiting + doing), Current: !f.Late && len(f.Phases) > 1},
		{Href: "/today?late=1", Text: t.text("report.seg.late"), Count: count(tally.Late), Current: f.Late},
		{Href: "/today?phase=done", Text: t.text("report.awaits_check"), Count: count(tally.Count(matter.Done)), Current: slices.Equal(f.Phases, []matter.Phase{matter.Done})},
	}
	return nil
}

// lateStat is red only when something is late.
func (t teller) lateStat(n int) ui.Stat {
	s := ui.Stat{Label: t.text("report.stat.late"), Value: count(n), Note: t.text("report.stat.late_note"), Kind: "hot"}
	if n == 0 {
		s.Note, s.Kind = t.text("report.stat.late_none"), ""
	}
	return s
}

// boardPage is the committee's board: by stage, what is stuck first.
type boardPage struct {
	Words   ui.Words
	Late    string
	Stats   []ui.Stat
	Columns []ui.Column
	Live    templ.SafeURL
	Settled int
	Of      string // neighbourhood, for the subdistrict
}

// columnShown is how many reports a column holds.
const columnShown = 12

// board shows all reports of the neighbourhood by stage. The subdistrict opens
// that of one neighbourhood.
func (w Web) board(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	n := store.Tenant(r.URL.Query().Get("n"))
	where, err := w.Places.Tenant(ctx, cmp.Or(n, a.Tenant))
	if err != nil {
		return err
	}
	if where.Kind == place.Subdistrict { // an office has no board of its own
		http.Redirect(rw, r, "/overview", http.StatusSeeOther)
		return nil
	}
	p, err := w.boardOf(ctx, a, n)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	head := ui.Head{Title: t.text("report.board_of", "name", where.Name), Sub: t.text("report.board_sub"), LiveAt: store.Ms(t.now), Live: words.T(ctx, "app.live"), Actions: intakeButton(ctx, a)}
	s := w.Frame.Desk(r, "board", head)
	s.Page.Live = true
	return web.Render(rw, r, http.StatusOK, ui.DeskPage(s, boardBody(p)))
}

// neighbourhoodOf refuses one that is not the actor's to see.
func neighbourhoodOf(a people.Actor, n store.Tenant) error {
	if n != "" && n != a.Tenant && !(people.Access{}).Scope(a, "report.board").Office {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

func (w Web) boardOf(ctx context.Context, a people.Actor, n store.Tenant) (boardPage, error) {
	if err := neighbourhoodOf(a, n); err != nil {
		return boardPage{}, err
	}
	t := w.teller(ctx, a)
	tally, err := w.Tally(ctx, a, Filter{Neighbourhood: n})
	if err != nil {
		return boardPage{}, err
	}
	p := boardPage{Words: ui.Read(ctx), Live: "/board/live"}
	if n != "" {
		p.Live, p.Of = templ.SafeURL("/board/live?n="+url.QueryEscape(string(n))), string(n)
	}
	if tally.Late > 0 {
		p.Late = t.text("report.board_late", "n", tally.Late)
	}
	if p.Settled, err = w.Settled(ctx, a, Filter{Neighbourhood: n}, time.Time{}); err != nil {
		return p, err
	}
	for _, c := range stages() {
		col, err := w.column(t, a, n, c, tally, p.Settled)
		if err != nil {
			return p, err
		}
		p.Columns = append(p.Columns, col)
	}
	return p, nil
}

// stage is one column of the board.
type stage struct {
	key    string
	tone   ui.Tone
	phases []matter.Phase
	order  matter.Order
}

func stages() []stage {
	return []stage{
		{"waiting", ui.Info, []matter.Phase{matter.Raised, matter.Reopened}, Urgent},
		{"doing", ui.Warn, []matter.Phase{matter.Taken, matter.Doing}, Urgent},
		{"check", ui.Neutral, []matter.Phase{matter.Done}, Urgent},
		{"closed", ui.OK, []matter.Phase{matter.Confirmed}, Newest},
	}
}

func (w Web) column(t teller, a people.Actor, n store.Tenant, c stage, tally matter.Tally, settled int) (ui.Column, error) {
	page, err := w.List(t.ctx, a, Filter{Neighbourhood: n, Phases: c.phases, Order: c.order}, "", columnShown)
	if err != nil {
		return ui.Column{}, err
	}
	total := tally.Count(c.phases...)
	if c.order == Newest {
		total = settled
	}
	col := ui.Column{Title: t.text("report.column." + c.key), Count: count(total), Tone: c.tone, Empty: t.text("report.column." + c.key + "_none")}
	for _, r := range page.Rows {
		it := t.item(r, Path(r.ID))
		it.Hot = r.Overdue(t.now)
		col.Items = append(col.Items, it)
	}
	return col, nil
}

// boardLive keeps the board up to date.
func (w Web) boardLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	n := store.Tenant(r.URL.Query().Get("n"))
	topic := a.Tenant
	if n != "" {
		topic = n
	}
	return web.Stream(rw, r, w.Hub, []string{matter.ListTopic(topic)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.boardOf(ctx, a, n)
		return boardPart(p), err
	})
}

// overview shows the subdistrict its neighbourhoods side by side.
func (w Web) overview(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	all, err := w.Overview(ctx, a)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	head := ui.Head{Title: t.text("report.overview"), Sub: t.text("report.overview_sub")}
	return web.Render(rw, r, http.StatusOK, ui.DeskPage(w.Frame.Desk(r, "overview", head), overviewBody(t.overviewStats(all), t.overviewGrid(a, all))))
}

func (t teller) overviewStats(all []Standing) []ui.Stat {
	var open, late, closed, lifted int
	for _, s := range all {
		open, late, closed, lifted = open+s.Open, late+s.Late, closed+s.Closed, lifted+s.Lifted
	}
	return []ui.Stat{
		{Label: t.text("report.stat.closed_month"), Value: count(closed), Note: t.text("report.stat.closed_month_note"), Kind: "lead"},
		{Label: t.text("report.stat.open"), Value: count(open), Note: t.text("report.stat.open_note")},
		t.lateStat(late),
		{Label: t.text("report.stat.lifted"), Value: count(lifted), Note: t.text("report.stat.lifted_note")},
	}
}

func (t teller) overviewGrid(a people.Actor, all []Standing) ui.Grid {
	g := ui.Grid{Head: []ui.Cell{
		{Text: t.text("report.grid.neighbourhood")}, {Text: t.text("report.stat.open"), End: true}, {Text: t.text("report.stat.late"), End: true},
		{Text: t.text("report.stat.closed_month"), End: true}, {Text: t.text("report.grid.accept"), End: true}, {Text: t.text("report.stat.lifted"), End: true},
	}}
	scope := people.Access{}.Scope(a, "report.board")
	for _, s := range all {
		name := ui.Cell{Text: s.Neighbourhood.Name}
		if scope.Office || scope.Serves() && s.Neighbourhood.ID == a.Tenant {
			name.Href = templ.SafeURL("/board?n=" + url.QueryEscape(string(s.Neighbourhood.ID)))
		}
		accept := t.text("report.grid.none")
		if s.Accept > 0 {
			accept = words.Span(t.ctx, s.Accept)
		}
		late := ui.Cell{Text: count(s.Late), End: true}
		if s.Late > 0 {
			late.Part = ui.Tag(ui.Hot, "triangle-alert", count(s.Late))
		}
		g.Rows = append(g.Rows, []ui.Cell{name, {Text: count(s.Open), End: true}, late, {Text: count(s.Closed), End: true}, {Text: accept, End: true}, {Text: count(s.Lifted), End: true}})
	}
	return g
}

// boardLink leads from the board to the list it stands for.
func boardLink(p boardPage, query string) templ.SafeURL {
	if p.Of != "" {
		query += "&n=" + url.QueryEscape(p.Of)
	}
	return templ.SafeURL("/reports?" + query)
}
