package care

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web/ui"
)

// rounds shows a carer what is due today.
func (w Web) rounds(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	round, err := w.Round(r.Context(), a)
	if err != nil {
		return err
	}
	t := w.teller(r.Context(), a)
	return a.Show(rw, r, w.Frame, people.PageHead{Title: t.T("care.rounds"), At: "rounds", Back: "/"}, roundsBody(t, round))
}

// turns are rows of a carer's list.
func (t teller) turns(list []Turn) []ui.Item {
	out := make([]ui.Item, len(list))
	for i, x := range list {
		it := ui.Item{Href: templ.SafeURL(VisitPath(x.ID)), Plate: x.Door, Title: x.Name, Note: t.by(x.Detail.PromisedFor)}
		switch {
		case x.Detail.Outcome != "" && (x.Phase.Closed() || x.Phase == matter.Taken):
			it.Tag, it.Tone = t.T("care.outcome."+string(x.Detail.Outcome)), ui.OK
			if x.Phase == matter.Taken || x.Detail.Outcome == Missed {
				it.Tone = ui.Warn
			}
		case x.Detail.Missed > 0:
			it.Tag, it.Tone = t.T("care.missed_tag"), ui.Warn
		}
		out[i] = it
	}
	return out
}

// visitPage shows a visit with the sheet to a named carer.
func (w Web) visitPage(rw http.ResponseWriter, r *http.Request, a people.Actor) error {
	g, err := w.Visit(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	at, plate := "rounds", g.Door
	if w.mayKeep(a, g.Visit.Path) == nil {
		at = "care"
	}
	if a.AtDesk() { // which has the plate above the title
		plate = ""
	}
	t := w.teller(r.Context(), a)
	return a.Show(rw, r, w.Frame, people.PageHead{Title: t.T("care.visit"), Plate: g.Door, At: at, Back: "/care/rounds"}, visitBody(t, g, plate))
}

// state is a visit's tag, and by when it has to be made.
func (t teller) state(v Visit) (tone ui.Tone, state, due string) {
	state, due = t.T("care.state."+string(v.Phase)), t.T("care.visit_due", "at", t.At(v.Due))
	switch {
	case v.Phase == matter.Declined:
		return ui.Warn, state, ""
	case v.Phase.Closed():
		return ui.OK, state, ""
	case v.Detail.Missed > 0 || v.Phase == matter.Taken:
		tone = ui.Warn
	}
	return tone, state, due
}

// offer are the buttons of a visit: what happened.
func (t teller) offer(g Going) []ui.Btn {
	var out []ui.Btn
	for _, b := range []struct {
		verb matter.Verb
		icon string
		kind string
	}{{Visited, "circle-check", "primary"}, {Settle, "phone", ""}, {Nobody, "circle-help", ""}, {CouldNot, "circle-x", ""}} {
		if !g.Visit.May(b.verb) || b.verb == Settle && g.Visit.Phase != matter.Taken && g.Visit.Detail.Missed == 0 {
			continue
		}
		out = append(out, ui.Btn{
			Text: t.T("care.act." + string(b.verb)), Icon: b.icon, Kind: b.kind, Size: "xl", Wide: true,
			Attrs: templ.Attributes{"formaction": VisitPath(g.Visit.ID) + "/" + string(b.verb)},
		})
	}
	return out
}

// assignable are those to whom the committee may hand a visit.
func (g Going) assignable() (out []ui.Choice) {
	if g.Visit.May(matter.Assign) && g.Duty == Responsible {
		for _, c := range g.Carers {
			out = append(out, ui.Choice{Value: c.Person, Text: c.Name, Checked: c.Person == g.Visit.Detail.Volunteer})
		}
	}
	return out
}
