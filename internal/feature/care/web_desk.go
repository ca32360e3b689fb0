package care

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// list shows the register to the committee.
func (w Web) list(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	rows, err := w.List(r.Context(), a)
	if err != nil {
		return err
	}
	ends, err := w.Withdrawals(r.Context(), a)
	if err != nil {
		return err
	}
	t := w.teller(r.Context(), a)
	items, ended := make([]ui.Item, len(rows)), make([]ui.Fact, len(ends))
	for i, row := range rows {
		items[i] = t.item(row)
	}
	for i, x := range ends {
		ended[i] = ui.Fact{Term: t.At(x.At), Value: t.T("care.withdrawn_line", "place", x.Door, "how", t.T("care.how."+x.How))}
	}
	p := people.PageHead{Title: t.T("care.title"), Sub: t.T("care.sub"), At: "care", Back: "/", Actions: listActions()}
	return a.Show(rw, r, w.Frame, p, listBody(t.stats(rows), items, ended))
}

// stats are the figures of the register.
func (t teller) stats(rows []Row) []ui.Stat {
	var today, late, nobody int
	tonight, hot := hour(t.Now, 0).AddDate(0, 0, 1), ""
	for _, r := range rows {
		switch v := r.Visit.Detail; {
		case r.Visit.ID == "":
		case v.Outcome == Nobody:
			nobody++
			hot = "hot"
		case v.Missed > 0:
			late++
		case v.PromisedFor.Before(tonight):
			today++
		}
		if r.Next.ID != "" && r.Next.Detail.PromisedFor.Before(tonight) {
			today++
		}
	}
	return []ui.Stat{
		{Label: t.T("care.elders"), Value: strconv.Itoa(len(rows))}, {Label: t.T("care.visits_today"), Value: strconv.Itoa(today)},
		{Label: t.T("care.overdue"), Value: strconv.Itoa(late)}, {Label: t.T("care.no_answer"), Value: strconv.Itoa(nobody), Kind: hot},
	}
}

// item is an entry as a row.
func (t teller) item(r Row) ui.Item {
	it := ui.Item{
		Href: templ.SafeURL(Path(r.Elder.ID)), Plate: r.Door, Title: r.Name,
		Note: t.T("care.list_note", "grade", r.Grade.Name(t.Ctx), "carers", t.carers(r.Elder, "")),
	}
	if r.Visit.ID == "" {
		return it
	}
	it.When = t.next(r.Visit)
	if r.Next.ID != "" {
		it.When = t.T("care.next_after", "missed", t.by(r.Visit.Detail.PromisedFor), "at", t.by(r.Next.Detail.PromisedFor))
	}
	switch v := r.Visit.Detail; {
	case v.Outcome == Nobody:
		it.Tone, it.Tag = ui.Hot, t.T("care.outcome.nobody")
	case v.Missed > 0:
		it.Tone, it.Tag = ui.Warn, t.T("care.missed_tag")
	}
	return it
}

// elder shows the sheet to a named carer; to the rest of the committee it says
// who can open it.
func (w Web) elder(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	o, err := w.Open(r.Context(), a, r.PathValue("id"), ForCare)
	if fault.Is(err, fault.NotFound) {
		return w.closed(rw, r, a, err)
	}
	if err != nil {
		return err
	}
	t := w.teller(r.Context(), a)
	facts := append(t.consent(o.Elder, o.Consent), ui.Fact{Term: t.T("care.duty.responsible"), Value: t.carers(o.Elder, Responsible)},
		ui.Fact{Term: t.T("care.duty.volunteer"), Value: t.carers(o.Elder, Paired)})
	var next Visit // the first that is owed
	visits := make([]ui.Entry, len(o.Visits))
	for i, v := range o.Visits {
		visits[i] = t.line(v)
		if !v.Phase.Closed() {
			next = v
		}
	}
	p := people.PageHead{Title: o.Name, Plate: o.Door, At: "care", Back: "/care/rounds", Sub: t.T("care.sheet")}
	return a.Show(rw, r, w.Frame, p, sheetBody(t, o, facts, visits, next))
}

// line is a visit in the list of visits.
func (t teller) line(v Visit) ui.Entry {
	d, outcome := v.Detail, "care.outcome."+string(v.Detail.Outcome)
	e := ui.Entry{Time: words.Day(t.Ctx, d.PromisedFor, t.Now), At: d.PromisedFor.UTC().Format(time.RFC3339), Quote: d.Note, State: ui.Done, Text: t.T(outcome)}
	switch {
	case !v.Phase.Closed():
		e.State, e.Time = ui.Now, t.by(d.PromisedFor)
		if d.Outcome == "" {
			e.Text = t.T("care.visit_turn", "who", t.named(d.Volunteer))
		}
	case d.DoneBy != "":
		e.Text = t.who(d.DoneBy, outcome)
	}
	return e
}

// closed says to the committee who can open a sheet.
func (w Web) closed(rw http.ResponseWriter, r *http.Request, a people.Actor, cause error) error {
	id := r.PathValue("id")
	rows, err := w.List(r.Context(), a)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Elder.ID == id {
			may, err := w.MayTakeOver(r.Context(), a, id)
			if err != nil {
				return err
			}
			t := w.teller(r.Context(), a)
			panel := ui.Panel{Icon: "lock", Title: t.T("care.closed_title"), Body: t.T("care.closed_body", "carers", t.carers(row.Elder, ""))}
			p := people.PageHead{Status: http.StatusForbidden, Title: row.Name, Plate: row.Door, At: "care", Back: "/care"}
			return a.Show(rw, r, w.Frame, p, closedBody(panel, id, may))
		}
	}
	return cause
}

// paperOf is the photograph of the signed paper.
func (w Web) paperOf(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	f, err := w.Paper(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	picture.Serve(rw, r, f, picture.Never)
	return nil
}

// findMost is how many residents a search shows.
const findMost = 20

// askFind finds the elder of a new entry.
func (w Web) askFind(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	ctx, q := r.Context(), r.FormValue("q")
	var list []people.Listed
	var items []ui.Item
	var err error
	if q != "" {
		list, _, err = w.Register.Persons(ctx, a.Tenant, people.Filter{Query: q, Named: true}, people.Page{Limit: 200})
	}
	for _, x := range list {
		if x.Household == "" || x.AgeBand != people.Elder && x.AgeBand != people.Eldest || len(items) == findMost || w.mayKeep(a, x.Path) != nil {
			continue
		}
		label, err := w.Places.Label(ctx, a.Tenant, x.Dwelling)
		if err != nil {
			return err
		}
		items = append(items, ui.Item{Href: templ.SafeURL("/care/new?person=" + url.QueryEscape(x.ID)), Plate: label.Door, Title: x.Name, Note: words.T(ctx, "care.choose")})
	}
	if err != nil {
		return err
	}
	return a.Show(rw, r, w.Frame, people.PageHead{Title: words.T(ctx, "care.find"), Sub: words.T(ctx, "care.find_first"), At: "care", Back: "/care"}, findBody(q, items))
}
