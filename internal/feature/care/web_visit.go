package care

import (
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// roundsPage is a carer's round.
type roundsPage struct {
	Today, Week, Done []ui.Item
	Aways             []awayLine
	Tomorrow          string
}

type awayLine struct{ ID, Text string }

// rounds shows a carer what is due today.
func (w Web) rounds(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	round, err := w.Round(ctx, a)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	p := roundsPage{Today: t.turns(round.Today), Week: t.turns(round.Week), Done: t.turns(round.Done), Tomorrow: t.now.In(shanghai()).AddDate(0, 0, 1).Format(time.DateOnly)}
	for _, x := range round.Aways {
		p.Aways = append(p.Aways, awayLine{x.ID, t.text("care.away_line", "from", t.day(x.From), "until", t.day(x.Until.Add(-time.Second)))})
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: t.text("care.rounds"), at: "rounds", back: "/"}, roundsBody(p))
}

func (t teller) turns(list []Turn) []ui.Item {
	var out []ui.Item
	for _, x := range list {
		it := ui.Item{Href: templ.SafeURL(VisitPath(x.ID)), Plate: x.Door, Title: x.Name, Note: t.by(x.PromisedFor)}
		switch {
		case x.Outcome != "" && (x.Phase.Closed() || x.Phase == matter.Taken):
			it.Tag, it.Tone = t.text("care.outcome."+string(x.Outcome)), ui.OK
			if x.Phase == matter.Taken || x.Outcome == Missed {
				it.Tone = ui.Warn
			}
		case x.Missed > 0:
			it.Tag, it.Tone = t.text("care.missed_tag"), ui.Warn
		}
		out = append(out, it)
	}
	return out
}

// goingPage is one visit.
type goingPage struct {
	Plate  string
	Card   sheetCard
	Elder  templ.SafeURL
	Due    string
	Turn   string
	State  string
	Tone   ui.Tone
	Note   string
	Acts   []ui.Btn // of one form: each sends it elsewhere
	Key    string
	Assign []ui.Choice
	Path   string
	Log    []ui.Entry
}

// visitPage shows a visit with the sheet to a named carer.
func (w Web) visitPage(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	g, err := w.Visit(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	lines, err := w.Spine.Timeline(ctx, a.Tenant, g.Visit.ID)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	p := goingPage{
		Card: t.card(g.Sheet), Elder: templ.SafeURL(Path(g.Elder.ID)), Due: t.text("care.visit_due", "at", words.At(ctx, g.Visit.Due, t.now)),
		Turn: t.text("care.visit_turn", "who", t.named(g.Visit.Volunteer)), State: t.text("care.state." + string(g.Visit.Phase)),
		Note: g.Visit.Note, Key: store.NewID(), Path: VisitPath(g.Visit.ID), Acts: t.offer(g), Log: t.log(lines),
	}
	if g.Visit.Phase.Closed() {
		p.Due, p.Tone = "", ui.OK
		if g.Visit.Phase == matter.Declined {
			p.Tone = ui.Warn
		}
	} else if g.Visit.Missed > 0 || g.Visit.Phase == matter.Taken {
		p.Tone = ui.Warn
	}
	if slices.Contains(g.Can, matter.Assign) && g.Duty == Responsible {
		for _, c := range g.Carers {
			p.Assign = append(p.Assign, ui.Choice{Value: c.Person, Text: c.Name, Checked: c.Person == g.Visit.Volunteer})
		}
	}
	if !a.AtDesk() { // the desk has the plate above the title
		p.Plate = g.Door
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: t.text("care.visit"), plate: g.Door, at: atOf(a), back: "/care/rounds"}, visitBody(p))
}

// atOf is the item of the rail under which somebody finds visits.
func atOf(a people.Actor) string {
	if a.In(people.Committee) {
		return "care"
	}
	return "rounds"
}

// offer are the buttons of a visit: what happened.
func (t teller) offer(g Going) []ui.Btn {
	var out []ui.Btn
	for _, b := range []struct {
		verb matter.Verb
		icon string
		kind string
	}{{Visited, "circle-check", "primary"}, {Settle, "phone", ""}, {Nobody, "circle-help", ""}, {CouldNot, "circle-x", ""}} {
		if !slices.Contains(g.Can, b.verb) || b.verb == Settle && g.Visit.Phase != matter.Taken && g.Visit.Missed == 0 {
			continue
		}
		out = append(out, ui.Btn{
			Text: t.text("care.act." + string(b.verb)), Icon: b.icon, Kind: b.kind, Size: "xl", Wide: true,
			Attrs: templ.Attributes{"formaction": VisitPath(g.Visit.ID) + "/" + string(b.verb)},
		})
	}
	return out
}

// log is what became of a visit so far.
func (t teller) log(lines []matter.Entry) []ui.Entry {
	var out []ui.Entry
	for _, e := range lines {
		text := t.text(e.Key)
		if name := t.named(e.Actor); name != "" {
			text = t.text("care.look_line", "who", name, "why", text)
		}
		out = append(out, ui.Entry{Time: words.At(t.ctx, e.At, t.now), At: e.At.UTC().Format(time.RFC3339), Text: text, State: ui.Done})
	}
	return out
}

// act carries out what a carer says of a visit.
func (w Web) act(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		if err := web.ParseForm(rw, r); err != nil {
			return err
		}
		d := Done{ID: r.PathValue("id"), Verb: verb, Key: r.FormValue("key"), Note: r.FormValue("note"), To: r.FormValue("to")}
		if err := w.Do(r.Context(), a, d); err != nil {
			return err
		}
		return see(rw, r, VisitPath(d.ID))
	}
}

// away says that the actor is away for some days.
func (w Web) away(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := web.ParseForm(rw, r); err != nil {
		return err
	}
	first, _ := time.ParseInLocation(time.DateOnly, r.FormValue("from"), shanghai()) // none: refused
	last, _ := time.ParseInLocation(time.DateOnly, r.FormValue("until"), shanghai())
	if err := w.GoAway(r.Context(), a, first, last); err != nil {
		return err
	}
	return see(rw, r, "/care/rounds")
}

// back ends an absence.
func (w Web) back(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := w.Back(r.Context(), a, r.PathValue("id")); err != nil {
		return err
	}
	return see(rw, r, "/care/rounds")
}

// minePage is what the elder or the family sees.
type minePage struct {
	Mine []mineLine
	Gone bool
}

type mineLine struct {
	ID, Title, Intro string
	Card             *sheetCard
	Facts            []ui.Fact
	Looks            []ui.Fact
}

// mine shows the elder or the family what is kept, who looked, and the one
// press that ends it.
func (w Web) mine(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	list, err := w.Mine(ctx, a)
	if err != nil {
		return err
	}
	t := w.teller(ctx, a)
	p := minePage{Gone: r.URL.Query().Get("gone") != ""}
	for _, o := range list {
		l := mineLine{ID: o.Elder.ID, Title: o.Name, Intro: t.text("care.mine_family", "name", o.Name), Looks: t.looks(o.Looks)}
		if o.Self {
			card := t.card(o.Sheet)
			l.Card, l.Intro = &card, t.text("care.mine_self")
			l.Facts = t.consent(o.Elder, o.Sheet.Consent)
		}
		l.Facts = append(l.Facts, ui.Fact{Term: t.text("care.carers"), Value: t.carers(o.Elder, "")})
		if o.Next.ID != "" {
			l.Facts = append(l.Facts, ui.Fact{Term: t.text("care.visit"), Value: t.text("care.next", "at", t.by(o.Next.PromisedFor))})
		}
		p.Mine = append(p.Mine, l)
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: t.text("care.mine"), back: "/me", at: "me"}, mineBody(p))
}
