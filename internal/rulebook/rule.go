package rulebook

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/rules"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// rulePage is one rule.
type rulePage struct {
	words     ui.Words
	row       rules.Row // of the file
	state     rules.State
	stateText string
	facts     []ui.Fact
	said      []said // what the office said, newest first
	others    []ui.Item
	edit      bool // the reader may override it
	done      bool // just done
	typed     rules.Override
	from      string // typed
	until     string // typed
	fault     *fault.Error
}

// said is an entry of the office in words.
type said struct{ title, source, reason, days string }

func (w Web) rule(rw http.ResponseWriter, r *http.Request) error {
	return w.show(rw, r, rulePage{done: r.FormValue("done") != ""})
}

func (w Web) show(rw http.ResponseWriter, r *http.Request, p rulePage) error {
	ctx := r.Context()
	book, err := w.Rules.Book(ctx)
	if err != nil {
		return err
	}
	if p.row, err = book.ByID(r.PathValue("id")); err != nil {
		return err
	}
	if o := p.row.Override; o != nil { // a decision may name the override it ran under
		http.Redirect(rw, r, string(path(o.Rule)), http.StatusSeeOther)
		return nil
	}
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	p.edit = people.Access{}.Allow(a, "rules.edit") == nil
	p.words = ui.WordsFrom(func(key string) string { return words.T(ctx, key) })
	today := w.Rules.Today()
	p.fill(ctx, book, today)
	if p.from == "" {
		p.from = today.Format(time.DateOnly)
	}
	status := http.StatusOK
	if p.fault != nil {
		status = p.fault.Code.Status()
	}
	head := ui.Head{Title: p.row.Name(ctx), Sub: rules.TopicName(ctx, p.row.Topic)}
	return web.Render(rw, r, status, ruleView(w.Frame.Desk(r, "rules", head), p))
}

// fill says what the book has on the rule.
func (p *rulePage) fill(ctx context.Context, book rules.Book, today time.Time) {
	var first rules.Row
	p.state, first = book.Stand(p.row, today)
	p.stateText = stateText(ctx, p.state)
	p.facts = []ui.Fact{{Term: say(ctx, "value"), Value: p.row.Says(ctx)}}
	switch p.state {
	case rules.GivesWay:
		p.facts = append(p.facts, ui.Fact{Term: say(ctx, "goes_first"), Value: say(ctx, "line", "name", first.SourceText(ctx), "value", first.Says(ctx))})
	case rules.Overridden:
		p.facts = []ui.Fact{{Term: say(ctx, "value_now"), Value: first.Says(ctx)}, {Term: say(ctx, "value_file"), Value: p.row.Says(ctx)}}
	}
	p.facts = append(p.facts, ui.Fact{Term: say(ctx, "scope"), Value: p.row.ScopeText(ctx)}, ui.Fact{Term: say(ctx, "source"), Value: p.row.SourceText(ctx)},
		ui.Fact{Term: say(ctx, "days"), Value: days(ctx, p.row)}, ui.Fact{Term: say(ctx, "verified"), Value: say(ctx, "mark."+p.row.Mark)},
		ui.Fact{Term: say(ctx, "id"), Value: p.row.ID})
	for _, x := range book.Overrides(p.row.ID) {
		s := said{title: say(ctx, "again"), reason: x.Override.Reason, days: say(ctx, "entered", "days", days(ctx, x), "at", words.At(ctx, x.Override.At, today))}
		if !x.Override.Again {
			s.title, s.source = x.Says(ctx), x.SourceText(ctx)
		}
		p.said = append(p.said, s)
	}
	for _, l := range standing(book, today) {
		if l.Topic == p.row.Topic && l.Parameter == p.row.Parameter && l.ID != p.row.ID {
			p.others = append(p.others, l.item(ctx))
		}
	}
}

// days is from when to when a row is in force.
func days(ctx context.Context, r rules.Row) string {
	from, until := r.Days()
	switch {
	case from == "" && until == "":
		return say(ctx, "days_unknown")
	case until == "":
		return say(ctx, "days_from", "from", from)
	case from == "":
		return say(ctx, "until", "day", until)
	}
	return say(ctx, "days_both", "from", from, "until", until)
}

// override says something else for a rule.
func (w Web) override(rw http.ResponseWriter, r *http.Request) error { return w.enter(rw, r, false) }

// end says that the file is right again.
func (w Web) end(rw http.ResponseWriter, r *http.Request) error { return w.enter(rw, r, true) }

func (w Web) enter(rw http.ResponseWriter, r *http.Request, again bool) error {
	if err := web.ParseForm(rw, r); err != nil {
		return err
	}
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	p := typedIn(r, again)
	p.typed.By = a.Person
	err = w.Store.Update(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		row, added, err := w.Rules.Enter(ctx, tx, p.typed)
		if err != nil || !added {
			return err
		}
		if again {
			return people.Audit(ctx, tx, a, "rules.end", "rule", row.ID)
		}
		return people.Audit(ctx, tx, a, "rules.override", "rule", row.ID)
	})
	if fault.Is(err, fault.Invalid) {
		p.fault = fault.As(err)
		return w.show(rw, r, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, string(path(p.typed.Rule))+"?done=1", http.StatusSeeOther)
	return nil
}

// typedIn is the page with what was typed. A day that is none is refused: the
// first as past, the last as before the first.
func typedIn(r *http.Request, again bool) rulePage {
	text := r.PostFormValue
	p := rulePage{from: text("from"), until: text("until"), typed: rules.Override{
		Rule: r.PathValue("id"), Again: again, Value: text("value"), Source: text("source"), Article: text("article"), Reason: text("reason"),
	}}
	p.typed.From, _ = time.ParseInLocation(time.DateOnly, p.from, words.Shanghai()) // refused, see above
	if p.until != "" {
		p.typed.Until, _ = time.ParseInLocation(time.DateOnly, p.until, words.Shanghai())
		if p.typed.Until.IsZero() {
			p.typed.Until = p.typed.From.AddDate(0, 0, -1)
		}
	}
	return p
}

// errorOf is what is wrong with a field.
func (p rulePage) errors(ctx context.Context) []ui.FormError {
	list := ui.Errors(ctx, p.fault)
	for i := range list {
		if list[i].ID != "" {
			list[i].ID = p.form() + list[i].ID
		}
	}
	return list
}

// form is what the ids of the fields begin with: there are two forms.
func (p rulePage) form() string {
	if p.typed.Again {
		return "end-"
	}
	return ""
}

// control is a field of one of the forms.
func (p rulePage) control(ctx context.Context, again bool, name, value string) ui.Control {
	c := ui.Control{ID: name, Name: name, Label: say(ctx, "field."+name), Value: value, Required: true}
	if again {
		c.ID = "end-" + name
	}
	if p.fault != nil && p.typed.Again == again {
		c.Error = ui.ErrorOf(ctx, p.fault, name)
	}
	return c
}

// value is the field of the new value, with how it is written.
func (p rulePage) value(ctx context.Context) ui.Control {
	c := p.control(ctx, false, "value", p.typed.Value)
	c.Help = say(ctx, "value_help", "value", p.row.Value)
	return c
}

func (p rulePage) article(ctx context.Context) ui.Control {
	c := p.control(ctx, false, "article", p.typed.Article)
	c.Required, c.Optional = false, say(ctx, "optional")
	return c
}

// day is a field of a day; the last one may stay open.
func (p rulePage) day(ctx context.Context, again bool, name, value string) ui.Control {
	c := p.control(ctx, again, name, value)
	c.Type = "date"
	if name == "until" {
		c.Required, c.Optional = false, say(ctx, "until_open")
	}
	return c
}

// back leads to the rules of the topic.
func (p rulePage) back() templ.SafeURL {
	return templ.SafeURL("/admin/rules?topic=" + url.QueryEscape(p.row.Topic))
}
