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
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// listPage is the committee's register.
type listPage struct {
	Stats []ui.Stat
	Items []ui.Item
	Ended []ui.Fact
	Words ui.Words
}

// list shows the register to the committee.
func (w Web) list(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	rows, err := w.List(ctx, a)
	if err != nil {
		return err
	}
	ends, err := w.Withdrawals(ctx, a)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	p := listPage{Words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) }), Stats: t.stats(rows)}
	for _, row := range rows {
		p.Items = append(p.Items, t.item(row))
	}
	for _, x := range ends {
		p.Ended = append(p.Ended, ui.Fact{Term: words.At(ctx, x.At, t.now), Value: t.text("care.withdrawn_line", "place", x.Door, "how", t.text("care.how."+x.How))})
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: t.text("care.title"), sub: t.text("care.sub"), at: "care", back: "/", actions: listActions()}, listBody(p))
}

// stats are the figures of the register.
func (t teller) stats(rows []Row) []ui.Stat {
	var today, late, nobody int
	tonight := hour(t.now, 0).AddDate(0, 0, 1)
	for _, r := range rows {
		switch {
		case r.Visit.ID == "":
		case r.Visit.Outcome == Nobody:
			nobody++
		case r.Visit.Missed > 0:
			late++
		case r.Visit.PromisedFor.Before(tonight):
			today++
		}
		if r.Next.ID != "" && r.Next.PromisedFor.Before(tonight) {
			today++
		}
	}
	n := func(n int) string { return strconv.Itoa(n) }
	return []ui.Stat{
		{Label: t.text("care.elders"), Value: n(len(rows))}, {Label: t.text("care.visits_today"), Value: n(today)},
		{Label: t.text("care.overdue"), Value: n(late)}, {Label: t.text("care.no_answer"), Value: n(nobody), Kind: hotIf(nobody)},
	}
}

func hotIf(n int) string {
	if n > 0 {
		return "hot"
	}
	return ""
}

// item is an entry as a row.
func (t teller) item(r Row) ui.Item {
	it := ui.Item{
		Href: templ.SafeURL(Path(r.Elder.ID)), Plate: r.Door, Title: r.Name,
		Note: t.text("care.list_note", "grade", r.Grade.Name(t.ctx), "carers", t.carers(r.Elder, "")),
	}
	if v := r.Visit; v.ID != "" {
		it.When = t.text("care.next", "at", t.by(v.PromisedFor))
		if r.Next.ID != "" {
			it.When = t.text("care.next_after", "missed", t.by(v.PromisedFor), "at", t.by(r.Next.PromisedFor))
		}
		switch {
		case v.Outcome == Nobody:
			it.Tone, it.Tag = ui.Hot, t.text("care.outcome.nobody")
		case v.Missed > 0:
			it.Tone, it.Tag = ui.Warn, t.text("care.missed_tag")
		}
	}
	return it
}

// sheetPage is an entry with its sheet.
type sheetPage struct {
	Card   sheetCard
	Facts  []ui.Fact
	Looks  []ui.Fact
	Visits []ui.Entry
	ID     string
	Keeper bool // may change it
	Paper  bool
	Next   templ.SafeURL // page of the visit that is owed
	NextAt string
}

// sheetCard is the person, as a carer sees them.
type sheetCard struct {
	Name, Surname, Age, Hints, Key string
	Contacts                       []contactLine
}

type contactLine struct {
	Who, Masked string
	Call        templ.SafeURL
	Label       string
}

func (t teller) card(s Sheet) sheetCard {
	c := sheetCard{Name: s.Name, Surname: string([]rune(s.Name + " ")[:1]), Hints: s.Hints, Key: s.Key}
	if n := s.Age(t.now); n > 0 {
		c.Age = t.text("care.age", "n", n)
	}
	for _, x := range s.Contacts {
		who := x.Name
		if x.Relation != "" {
			who = x.Relation + " " + x.Name
		}
		c.Contacts = append(c.Contacts, contactLine{who, people.MaskPhone(x.Phone), templ.SafeURL("tel:" + x.Phone), t.text("care.call", "who", who)})
	}
	return c
}

// elder shows the sheet to a named carer; to the rest of the committee it says
// who can open it.
func (w Web) elder(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	o, err := w.Open(ctx, a, id, ForCare)
	if fault.Is(err, fault.NotFound) {
		return w.closed(rw, r, a, id, err)
	}
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	p := sheetPage{Card: t.card(o.Sheet), ID: id, Keeper: o.Duty == Responsible, Paper: o.Paper, Looks: t.looks(o.Looks)}
	p.Facts = append(t.consent(o.Elder, o.Consent), ui.Fact{Term: t.text("care.duty.responsible"), Value: t.carers(o.Elder, Responsible)},
		ui.Fact{Term: t.text("care.duty.volunteer"), Value: t.carers(o.Elder, Paired)})
	for _, v := range o.Visits {
		p.Visits = append(p.Visits, t.line(v))
		if !v.Phase.Closed() {
			p.Next, p.NextAt = templ.SafeURL(VisitPath(v.ID)), t.text("care.next", "at", t.by(v.PromisedFor))
		}
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: o.Name, plate: o.Door, at: "care", back: "/care/rounds", sub: t.text("care.sheet")}, sheetBody(p))
}

// line is a visit in the list of visits.
func (t teller) line(v Visit) ui.Entry {
	e := ui.Entry{Time: t.day(v.PromisedFor), At: v.PromisedFor.UTC().Format(time.RFC3339), Quote: v.Note, State: ui.Done}
	switch {
	case !v.Phase.Closed():
		e.Time = t.by(v.PromisedFor)
		e.State, e.Text = ui.Now, t.text("care.visit_turn", "who", t.named(v.Volunteer))
		if v.Outcome != "" {
			e.Text = t.text("care.outcome." + string(v.Outcome))
		}
	case v.DoneBy == "":
		e.Text = t.text("care.outcome." + string(v.Outcome))
	default:
		e.Text = t.text("care.look_line", "who", t.named(v.DoneBy), "why", t.text("care.outcome."+string(v.Outcome)))
	}
	return e
}

// closed says to the committee who can open a sheet.
func (w Web) closed(rw http.ResponseWriter, r *http.Request, a people.Actor, id string, cause error) error {
	rows, err := w.List(r.Context(), a)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Elder.ID == id {
			t := w.teller(r.Context(), a)
			may, err := w.MayTakeOver(r.Context(), a, id)
			if err != nil {
				return err
			}
			panel := ui.Panel{Icon: "lock", Title: t.text("care.closed_title"), Body: t.text("care.closed_body", "carers", t.carers(row.Elder, ""))}
			return w.show(rw, r, http.StatusForbidden, a, inner{title: row.Name, plate: row.Door, at: "care", back: "/care"}, closedBody(panel, id, may))
		}
	}
	return cause
}

// takeOver makes the actor responsible for an entry.
func (w Web) takeOver(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := w.TakeOver(r.Context(), a, id); err != nil {
		return err
	}
	return see(rw, r, Path(id))
}

// paperOf is the photograph of the signed paper.
func (w Web) paperOf(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	f, err := w.Paper(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	picture.Serve(rw, r, f, picture.Never)
	return nil
}

// askWithdraw repeats in words what withdrawing does.
func (w Web) askWithdraw(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	row, err := w.row(ctx, w.read(), a.Tenant, r.PathValue("id"))
	if err != nil {
		return err
	}
	if _, err := w.side(ctx, a, row); err != nil {
		return err
	}
	title := words.T(ctx, "care.withdraw_title")
	return w.show(rw, r, http.StatusOK, a, inner{title: title, at: "care", back: templ.SafeURL(Path(row.ID))}, withdrawBody(row.ID))
}

// withdraw ends an entry.
func (w Web) withdraw(after string) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		if err := w.Withdraw(r.Context(), a, r.PathValue("id")); err != nil {
			return err
		}
		return see(rw, r, after)
	}
}

// findPage is where the elder of a new entry is found.
type findPage struct {
	Query string
	Items []ui.Item
	Words ui.Words
}

// findMost is how many residents a search shows.
const findMost = 20

func (w Web) askFind(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	ctx, q := r.Context(), r.URL.Query().Get("q")
	p := findPage{Query: q, Words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) })}
	if q != "" {
		list, _, err := w.Register.Persons(ctx, a.Tenant, people.Filter{Query: q, Named: true}, people.Page{Limit: 200})
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.Household == "" || x.AgeBand != people.Elder && x.AgeBand != people.Eldest || len(p.Items) == findMost || w.mayKeep(a, x.Path) != nil {
				continue
			}
			label, err := w.Places.Label(ctx, a.Tenant, x.Dwelling)
			if err != nil {
				return err
			}
			p.Items = append(p.Items, ui.Item{Href: templ.SafeURL("/care/new?person=" + url.QueryEscape(x.ID)), Plate: label.Door, Title: x.Name, Note: words.T(ctx, "care.choose")})
		}
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: words.T(ctx, "care.find"), sub: words.T(ctx, "care.find_first"), at: "care", back: "/care"}, findBody(p))
}
