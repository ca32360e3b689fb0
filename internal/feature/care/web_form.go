package care

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// formPage is the form of an entry.
type formPage struct {
	Entry      Entry
	ID         string // empty for a new one
	Name       string
	Fault      *fault.Error
	Words      ui.Words
	Volunteers []people.Served // who may be paired
	Committee  []people.Served // who may answer for it, without the actor
	Now        time.Time
	Rules      Rules
}

func (p formPage) action() templ.SafeURL {
	if p.ID == "" {
		return "/care/new"
	}
	return templ.SafeURL(Path(p.ID) + "/edit")
}

// askNew finds the elder, then asks for the entry.
func (w Web) askNew(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	person := r.URL.Query().Get("person")
	if person == "" {
		return w.askFind(rw, r, a)
	}
	e := Entry{Person: person, Grade: "weekly", First: w.Store.Now().AddDate(0, 0, 1)}
	e.Consent.Day = w.Store.Now().In(shanghai()).Format(time.DateOnly)
	return w.showForm(rw, r, a, formPage{Entry: e})
}

// showForm shows the form with what was typed.
func (w Web) showForm(rw http.ResponseWriter, r *http.Request, a people.Actor, p formPage) error {
	ctx := r.Context()
	rules, err := w.rules(ctx, w.Store.Reader())
	if err != nil {
		return err
	}
	p.Rules = rules
	x, err := w.subjectOf(ctx, a.Tenant, p.Entry.Person)
	if err != nil {
		return err
	}
	if err := w.mayKeep(a, x.home.Path); err != nil {
		return err
	}
	served, err := w.Register.PostsAt(ctx, a.Tenant, x.home.Path)
	if err != nil {
		return err
	}
	for _, s := range served {
		switch {
		case s.Tenant != a.Tenant || s.Person == p.Entry.Person:
		case s.Role.Group() == people.Volunteers || s.Role.Group() == people.BuildingLeads:
			p.Volunteers = append(p.Volunteers, s)
		case s.Role.Group() == people.Committee && s.Person != a.Person:
			p.Committee = append(p.Committee, s)
		}
	}
	label, err := w.Places.Label(ctx, a.Tenant, x.home.ID)
	if err != nil {
		return err
	}
	p.Name, p.Now, p.Words = x.person.Name, w.Store.Now(), ui.WordsFrom(func(key string) string { return words.T(ctx, key) })
	title, back, status := words.T(ctx, "care.form_new"), templ.SafeURL("/care"), http.StatusOK
	if p.ID != "" {
		title, back = words.T(ctx, "care.form_edit"), templ.SafeURL(Path(p.ID))
	}
	if p.Fault != nil {
		status = p.Fault.Code.Status()
	}
	return w.show(rw, r, status, a, inner{title: title, plate: label.Door, sub: words.T(ctx, "care.form_sub"), at: "care", back: back}, formBody(p))
}

// enter writes a new entry.
func (w Web) enter(rw http.ResponseWriter, r *http.Request) error {
	return w.keep(rw, r, "", func(ctx context.Context, a people.Actor, e Entry) (string, error) { return w.Enter(ctx, a, e) })
}

// askEdit opens an entry to change it; that it was opened is written down.
func (w Web) askEdit(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	o, err := w.Open(r.Context(), a, id, ForEdit)
	if err != nil {
		return err
	}
	if o.Duty != Responsible {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return w.showForm(rw, r, a, formPage{ID: id, Entry: o.entry()})
}

// entry is an open entry as its form has it.
func (o Opened) entry() Entry {
	e := Entry{Person: o.Person, Ground: o.Ground.ID, Grade: o.Grade.ID, Born: o.Born, Consent: o.Consent, Contacts: o.Contacts, Key: o.Key, Hints: o.Hints}
	for _, c := range o.Carers {
		if c.Duty == Paired {
			e.Volunteers = append(e.Volunteers, c.Person)
		} else {
			e.Responsible = append(e.Responsible, c.Person)
		}
	}
	return e
}

// edit writes an entry anew.
func (w Web) edit(rw http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	return w.keep(rw, r, id, func(ctx context.Context, a people.Actor, e Entry) (string, error) {
		return id, w.Change(ctx, a, id, e)
	})
}

// keep reads the form and writes it; what is wrong is shown beside it.
func (w Web) keep(rw http.ResponseWriter, r *http.Request, id string, write func(context.Context, people.Actor, Entry) (string, error)) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	done, err := web.ParseUpload(rw, r)
	defer done()
	if err != nil {
		return err
	}
	e := entryOf(r, a)
	if id != "" { // whose entry it is stands in the register, not in the form
		if e.Person, err = w.personOf(r.Context(), a, id); err != nil {
			return err
		}
	}
	e.Paper = picture.Files(r, "paper")
	id2, err := write(r.Context(), a, e)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Busy) {
		return w.showForm(rw, r, a, formPage{ID: id, Entry: e, Fault: fault.As(err)})
	}
	if err != nil {
		return err
	}
	return see(rw, r, Path(id2))
}

// personOf is who an entry is about, for its responsible workers.
func (w Web) personOf(ctx context.Context, a people.Actor, id string) (string, error) {
	r, err := w.row(ctx, w.read(), a.Tenant, id)
	if err != nil {
		return "", err
	}
	if _, err := w.carer(ctx, w.read(), a, r); err != nil {
		return "", err
	}
	sheet, err := w.openSheet(r)
	return sheet.Person, err
}

// entryOf reads the form. Empty contacts and volunteers are left out.
func entryOf(r *http.Request, a people.Actor) Entry {
	text := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	e := Entry{
		Person: text("person"), Ground: text("ground"), Grade: text("grade"), Key: text("key"), Hints: text("hints"),
		Consent: Consent{By: text("by"), Way: Way(text("way")), Day: text("day")},
	}
	e.Born, _ = strconv.Atoi(text("born")) // none: not said
	if text("born") != "" && e.Born == 0 {
		e.Born = -1
	}
	for i := 1; i <= mostContacts; i++ {
		n := strconv.Itoa(i)
		c := Contact{Name: text("name" + n), Relation: text("relation" + n), Phone: strings.ReplaceAll(text("phone"+n), " ", "")}
		if c.Name != "" || c.Phone != "" {
			e.Contacts = append(e.Contacts, c)
		}
	}
	for i := 1; i <= mostVolunteers; i++ {
		if v := text("volunteer" + strconv.Itoa(i)); v != "" {
			e.Volunteers = append(e.Volunteers, v)
		}
	}
	e.Responsible = []string{a.Person}
	if v := text("responsible"); v != "" && v != a.Person {
		e.Responsible = append(e.Responsible, v)
	}
	e.First, _ = time.ParseInLocation(time.DateOnly, text("first"), shanghai()) // none: tomorrow
	return e
}

// contact is the n-th contact of the form, from 1.
func (p formPage) contact(n int) Contact {
	if n <= len(p.Entry.Contacts) {
		return p.Entry.Contacts[n-1]
	}
	return Contact{}
}

// volunteers are the choices of the n-th volunteer, from 1.
func (p formPage) volunteers(ctx context.Context, n int) []ui.Choice {
	chosen := ""
	if n <= len(p.Entry.Volunteers) {
		chosen = p.Entry.Volunteers[n-1]
	}
	return personChoices(ctx, p.Volunteers, chosen)
}

func (p formPage) committee(ctx context.Context) []ui.Choice {
	chosen := ""
	for _, id := range p.Entry.Responsible {
		for _, c := range p.Committee {
			if c.Person == id {
				chosen = id
			}
		}
	}
	return personChoices(ctx, p.Committee, chosen)
}

func personChoices(ctx context.Context, list []people.Served, chosen string) []ui.Choice {
	out := []ui.Choice{{Value: "", Text: words.T(ctx, "care.nobody_chosen")}}
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s.Person] {
			seen[s.Person] = true
			out = append(out, ui.Choice{Value: s.Person, Text: s.Name, Checked: s.Person == chosen})
		}
	}
	return out
}

func (p formPage) grounds(ctx context.Context) ui.Group {
	g := ui.Group{Name: "ground", Legend: words.T(ctx, "care.ground"), Required: true, Error: ui.ErrorOf(ctx, p.Fault, "ground")}
	for _, x := range p.Rules.Grounds {
		if x.Holds || x.ID == p.Entry.Ground {
			g.Choices = append(g.Choices, ui.Choice{Value: x.ID, Text: x.Name(ctx), Checked: x.ID == p.Entry.Ground})
		}
	}
	return g
}

func (p formPage) grades(ctx context.Context) ui.Group {
	g := ui.Group{Name: "grade", Legend: words.T(ctx, "care.grade"), Required: true, Error: ui.ErrorOf(ctx, p.Fault, "grade")}
	for _, x := range p.Rules.Grades {
		if x.Holds || x.ID == p.Entry.Grade {
			g.Choices = append(g.Choices, ui.Choice{Value: x.ID, Text: x.Name(ctx), Checked: x.ID == p.Entry.Grade})
		}
	}
	return g
}

func (p formPage) ways(ctx context.Context) ui.Group {
	g := ui.Group{Name: "way", Legend: words.T(ctx, "care.way_label"), Error: ui.ErrorOf(ctx, p.Fault, "way")}
	for _, x := range Ways() {
		g.Choices = append(g.Choices, ui.Choice{Value: string(x), Text: words.T(ctx, "care.way."+string(x)), Checked: x == p.Entry.Consent.Way})
	}
	return g
}

// born is the year as the form shows it.
func (p formPage) born() string {
	if p.Entry.Born <= 0 {
		return ""
	}
	return strconv.Itoa(p.Entry.Born)
}

// first is the day of the first visit as the form shows it.
func (p formPage) first() string {
	if p.Entry.First.IsZero() {
		return ""
	}
	return p.Entry.First.In(shanghai()).Format(time.DateOnly)
}
