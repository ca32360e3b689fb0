package care

import (
	"context"
	"net/http"
	"strconv"
	"strings"

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
	Volunteers []people.Served // who may be paired
	Committee  []people.Served // who may answer for it, without the actor
	Rules      Rules
}

func (p formPage) action() templ.SafeURL {
	if p.ID == "" {
		return "/care/new"
	}
	return templ.SafeURL(Path(p.ID) + "/edit")
}

// askNew finds the elder, then asks for the entry.
func (w Web) askNew(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	person := r.FormValue("person")
	if person == "" {
		return w.askFind(rw, r, a)
	}
	now := w.Store.Now()
	return w.showForm(rw, r, a, formPage{Entry: Entry{Person: person, Grade: "weekly", First: now.AddDate(0, 0, 1), Consent: Consent{Day: dayOf(now)}}})
}

// showForm shows the form with what was typed.
func (w Web) showForm(rw http.ResponseWriter, r *http.Request, a people.Actor, p formPage) (err error) {
	ctx := r.Context()
	if p.Rules, err = w.rules(ctx, w.Store.Reader()); err != nil {
		return err
	}
	x, err := w.subjectOf(ctx, a.Tenant, p.Entry.Person)
	if err == nil {
		err = w.mayKeep(a, x.home.Node.Path)
	}
	if err != nil {
		return err
	}
	for _, s := range x.home.Served {
		switch {
		case s.Tenant != a.Tenant || s.Person == p.Entry.Person:
		case allServe([]people.Served{s}, a.Tenant, []string{s.Person}, volunteering...):
			p.Volunteers = append(p.Volunteers, s)
		case s.Role.Group() == people.Committee && s.Person != a.Person:
			p.Committee = append(p.Committee, s)
		}
	}
	p.Name = x.person.Name
	head := people.PageHead{Title: words.T(ctx, "care.form_new"), Plate: x.home.Door, Sub: words.T(ctx, "care.form_sub"), At: "care", Back: "/care"}
	if p.ID != "" {
		head.Title, head.Back = words.T(ctx, "care.form_edit"), templ.SafeURL(Path(p.ID))
	}
	if p.Fault != nil {
		head.Status = p.Fault.Code.Status()
	}
	return a.Show(rw, r, w.Frame, head, formBody(p))
}

// enter writes a new entry.
func (w Web) enter(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	return w.keep(rw, r, a, "", w.Enter)
}

// askEdit opens an entry to change it; that it was opened is written down.
func (w Web) askEdit(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	id := r.PathValue("id")
	o, err := w.Open(r.Context(), a, id, ForEdit)
	if err == nil && o.Duty != Responsible {
		err = fault.New(fault.Forbidden, "fault.forbidden")
	}
	if err != nil {
		return err
	}
	return w.showForm(rw, r, a, formPage{ID: id, Entry: o.entry()})
}

// entry is an open entry as its form has it.
func (o Opened) entry() Entry {
	e := Entry{Person: o.Person, Ground: o.Ground.ID, Grade: o.Grade.ID, Born: o.Born, Consent: o.Consent, Contacts: o.Contacts, Key: o.Key, Hints: o.Hints}
	e.Responsible, e.Volunteers = o.persons(Responsible), o.persons(Paired)
	return e
}

// edit writes an entry anew.
func (w Web) edit(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	id := r.PathValue("id")
	return w.keep(rw, r, a, id, func(ctx context.Context, a people.Actor, e Entry) (string, error) { return id, w.Change(ctx, a, id, e) })
}

// keep reads the form and writes it; what is wrong is shown beside it.
func (w Web) keep(rw http.ResponseWriter, r *http.Request, a people.Actor, id string, write func(context.Context, people.Actor, Entry) (string, error)) error {
	done, err := web.ParseUpload(rw, r)
	defer done()
	if err != nil {
		return err
	}
	e := entryOf(r, a)
	if id != "" { // whose entry it is stands in the register, not in the form
		old, err := w.known(r.Context(), a, id)
		if err != nil {
			return err
		}
		e.Person = old.sheet.Person
	}
	e.Paper = picture.Files(r, "paper")
	id2, err := write(r.Context(), a, e)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Busy) {
		return w.showForm(rw, r, a, formPage{ID: id, Entry: e, Fault: fault.As(err)})
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, Path(id2), http.StatusSeeOther)
	return nil
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
	e.First = dayIn(text("first")) // none: tomorrow
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
