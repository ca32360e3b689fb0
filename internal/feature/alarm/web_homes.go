package alarm

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// homeRoutes are the doors of follow-ups.
func (w Web) homeRoutes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /alarms/followup/{id}", Access: "alarm.read", Do: w.followup},
	}
	for _, verb := range []matter.Verb{matter.Take, matter.Finish, matter.Decline} {
		routes = append(routes, web.Route{Pattern: "POST /alarms/followup/{id}/" + string(verb), Access: "alarm.answer", Do: w.actFollowup(verb)})
	}
	return routes
}

// sheetLine is a sheet in words.
type sheetLine struct {
	Name, Surname, Age, Hints, Key, Helpers string
	Contacts                                []sheetCall
}

type sheetCall struct {
	Who, Masked, Label string
	Call               templ.SafeURL
}

// addSheets opens the sheets of the home for a responder.
func (w Web) addSheets(ctx context.Context, a people.Actor, p *incidentPage) error {
	list, err := w.Sheets(ctx, a, p.View)
	if err != nil { // the alarm is shown all the same
		w.Log.Error("alarm: a home's sheets cannot be opened", "tenant", p.View.Tenant, "matter", p.View.ID, "cause", err)
		p.NoSheets = true
	}
	t := w.teller(ctx, a)
	for _, s := range list {
		p.Sheets = append(p.Sheets, t.sheet(s))
	}
	return nil
}

func (t teller) sheet(s Sheet) sheetLine {
	l := sheetLine{Name: s.Name, Surname: string([]rune(s.Name + " ")[:1]), Hints: s.Hints, Key: s.Key}
	if s.Age > 0 {
		l.Age = t.text("alarm.sheet_age", "n", s.Age)
	}
	for i, name := range s.Helpers {
		if i > 0 {
			l.Helpers += t.text("alarm.comma")
		}
		l.Helpers += name
	}
	for _, c := range s.Contacts {
		who := c.Name
		if c.Relation != "" {
			who = c.Relation + " " + c.Name
		}
		l.Contacts = append(l.Contacts, sheetCall{who, people.MaskPhone(c.Phone), t.text("alarm.sheet_call", "who", who), templ.SafeURL("tel:" + c.Phone)})
	}
	return l
}

// followLine is a follow-up as a line.
type followLine struct {
	Text, Door, When string
	Href             templ.SafeURL
	Late             bool
}

// where is the door, and by when while something is due.
func (f followLine) where() string {
	if f.When == "" {
		return f.Door
	}
	return f.Door + " · " + f.When
}

// follows are follow-ups as lines.
func (t teller) follows(list []Followup) []followLine {
	out := make([]followLine, len(list))
	for i, f := range list {
		out[i] = followLine{t.remedy(f), f.Door, t.dueText(f), templ.SafeURL(FollowupPath(f.ID)), f.Overdue(t.now)}
	}
	return out
}

// asked are matters of upkeep as lines.
func (t teller) asked(list []Asked) []followLine {
	out := make([]followLine, len(list))
	for i, x := range list {
		out[i] = followLine{x.Text, x.Door, t.dueAt(x.Due), x.Href, x.Late}
	}
	return out
}

// remedy is what is chosen, or else proposed.
func (t teller) remedy(f Followup) string {
	if f.Chosen != "" {
		return t.text("alarm.remedy." + string(f.Chosen))
	}
	return t.text("alarm.propose." + string(f.Proposed))
}

func (t teller) dueText(f Followup) string { return t.dueAt(f.Due) }

func (t teller) dueAt(due time.Time) string {
	if due.IsZero() {
		return ""
	}
	return t.text("alarm.follow_due", "at", words.At(t.ctx, due, t.now))
}

// followPage is a follow-up.
type followPage struct {
	Words  ui.Words
	F      Followup
	Title  string
	Stage  string
	Due    string
	Late   bool
	Choose []ui.Choice // what the committee may choose
	Finish bool
	Key    string
	Log    []ui.Entry
	Said   string
	Fault  *fault.Error
}

func (w Web) followup(rw http.ResponseWriter, r *http.Request) error {
	return w.showFollowup(rw, r, r.PathValue("id"), "", nil)
}

func (w Web) showFollowup(rw http.ResponseWriter, r *http.Request, id, said string, f *fault.Error) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	x, err := w.Followup(ctx, a, id)
	if err != nil {
		return err
	}
	for _, about := range []string{x.Incident, x.ID} {
		if err := w.Notify.Seen(ctx, a.Tenant, a.Person, about); err != nil {
			return err
		}
	}
	t := w.teller(ctx, a)
	p := followPage{
		Words: ui.WordsFrom(func(key string) string { return words.T(ctx, key) }), F: x, Title: t.text("alarm.follow_title"), Stage: t.text("alarm.follow_stage." + string(x.Phase)),
		Due: t.dueText(x), Late: x.Overdue(t.now), Key: store.NewID(), Finish: slices.Contains(x.Can, matter.Finish), Said: said, Fault: f, Log: t.followLog(x),
	}
	if slices.Contains(x.Can, matter.Take) {
		for _, c := range Remedies() {
			p.Choose = append(p.Choose, ui.Choice{Value: string(c), Text: t.text("alarm.remedy." + string(c)), Checked: c == x.Chosen || x.Chosen == "" && c == x.Proposed})
		}
	}
	status := http.StatusOK
	if f != nil {
		status = f.Code.Status()
	}
	return web.Render(rw, r, status, ui.DeskPage(w.Frame.Desk(r, "alarms", ui.Head{Plate: x.Door, Title: p.Title, Sub: t.remedy(x)}), followBody(p)))
}

// followLog is what became of a follow-up so far.
func (t teller) followLog(f Followup) []ui.Entry {
	var out []ui.Entry
	for _, e := range f.Timeline {
		text := t.text(e.Key)
		if r := e.Args["remedy"]; r != "" {
			text = t.text(e.Key, "remedy", t.text("alarm.remedy."+r))
		}
		if name := t.named(f.Tenant, e.Actor); name != "" {
			text = t.text("alarm.who_did", "who", name, "what", text)
		}
		out = append(out, ui.Entry{Time: words.At(t.ctx, e.At, t.now), Text: text, Quote: e.Args["words"], State: ui.Done})
	}
	return out
}

// actFollowup carries out what the committee says.
func (w Web) actFollowup(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		if err := web.ParseForm(rw, r); err != nil {
			return err
		}
		x := FollowupAct{ID: r.PathValue("id"), Verb: verb, Key: r.FormValue("key"), Chosen: Remedy(r.FormValue("chosen")), Words: r.FormValue("words")}
		err = w.DoFollowup(r.Context(), a, x)
		if fault.Is(err, fault.Invalid) {
			return w.showFollowup(rw, r, x.ID, x.Words, fault.As(err))
		}
		if err != nil {
			return err
		}
		http.Redirect(rw, r, FollowupPath(x.ID), http.StatusSeeOther)
		return nil
	}
}

// kindOf is the main button's kind unless another is the main one.
func kindOf(other bool) string {
	if other {
		return ""
	}
	return "primary"
}
