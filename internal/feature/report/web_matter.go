package report

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// detailPage is a report as one person sees it.
type detailPage struct {
	Words    ui.Words
	View     View
	Title    string
	Tone     ui.Tone
	Phase    string
	Next     string
	Late     bool
	Steps    []ui.Step
	Before   ui.Photo
	After    ui.Photo
	Pair     bool
	Photos   []ui.Photo // when there is no pair
	Timeline []ui.Entry
	Facts    []ui.Fact
	Receipts []ui.Fact
	Looked   int      // how many of those told have looked
	Acts     []ui.Btn // pages of acts
	Direct   []direct // acts of one press
	Back     string   // where these lead to; empty: the report
	Beside   Beside   // what a program outside gave along; for staff
}

// direct is an act of one press: a form of one button.
type direct struct {
	Action, Key string
	Version     string
	Btn         ui.Btn
}

// detail shows one report and notes that it was seen.
func (w Web) detail(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	p, err := w.detailOf(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := w.Notify.Seen(ctx, a.Tenant, a.Person, p.View.ID); err != nil {
		return err
	}
	toast := ""
	if r.URL.Query().Get("sent") != "" {
		toast = words.T(ctx, "report.sent", "who", words.T(ctx, "group."+string(p.View.Category.Holder())), "accept", words.Span(ctx, p.View.Category.Accept))
	}
	return w.show(rw, r, http.StatusOK, a, inner{title: p.Title, back: "/", at: "reports"}, detailBody(p, toast))
}

// detailOf prepares what a person may see of a report.
func (w Web) detailOf(ctx context.Context, a people.Actor, id string) (detailPage, error) {
	v, err := w.View(ctx, a, id)
	if err != nil {
		return detailPage{}, err
	}
	t := w.teller(ctx, a)
	beside, err := w.beside(ctx, v)
	if err != nil {
		return detailPage{}, err
	}
	p := detailPage{
		Words: ui.Read(ctx), View: v, Title: t.title(v.Category, v.Detail.Spot), Steps: t.trail(v.Case, true), Timeline: t.timeline(v), Facts: t.facts(v, beside), Beside: beside,
	}
	t.named = func(id string) string { return v.Names[id].Name }
	p.Tone, p.Phase = t.phase(v.Case)
	p.Next, p.Late = t.next(v.Case)
	if p.Before, p.After, p.Pair = t.pair(v); !p.Pair {
		p.Photos = t.photos(v, func(picture.Picture) bool { return true })
	}
	p.offer(t)
	if v.Staff() {
		if p.Receipts, p.Looked, err = w.receipts(ctx, t, v); err != nil {
			return p, err
		}
	}
	return p, nil
}

// beside is what a program outside gave along.
func (w Web) beside(ctx context.Context, v View) (Beside, error) {
	if w.Outside == nil {
		return Beside{}, nil
	}
	return w.Outside.Beside(ctx, v)
}

// facts are the small print: number, kind, who reported, when and what the
// duty rests on.
func (t teller) facts(v View, b Beside) []ui.Fact {
	reporter := t.who(v, matter.Entry{Actor: v.RaisedBy, Group: matter.ByRaiser})
	if v.Detail.Anonymous && !v.Names[v.RaisedBy].Hidden {
		reporter = t.text("report.unnamed_to_others", "name", reporter)
	}
	facts := []ui.Fact{
		{Term: t.text("report.fact.number"), Value: v.Number},
		{Term: t.text("report.fact.category"), Value: v.Category.Group(t.ctx) + " · " + v.Category.Name(t.ctx)},
		{Term: t.text("report.fact.reporter"), Value: reporter},
		{Term: t.text("report.fact.happened"), Value: words.At(t.ctx, v.Detail.HappenedAt, t.now)},
	}
	if v.RaisedAt.Sub(v.Detail.HappenedAt) > 2*time.Minute {
		facts = append(facts, ui.Fact{Term: t.text("report.fact.arrived"), Value: words.At(t.ctx, v.RaisedAt, t.now)})
	}
	facts = append(facts,
		ui.Fact{Term: t.text("report.fact.accept_by"), Value: words.At(t.ctx, v.Detail.AcceptBy, t.now)},
		ui.Fact{Term: t.text("report.fact.mend_by"), Value: words.At(t.ctx, v.Detail.MendBy, t.now)})
	if b.Placed {
		lat, long := b.Position.Texts()
		facts = append(facts, ui.Fact{Term: t.text("report.fact.position"), Value: lat + ", " + long})
	}
	if v.Category.Law != "" && words.Of(t.ctx) == words.Chinese {
		facts = append(facts, ui.Fact{Term: t.text("report.fact.law"), Value: v.Category.Law})
	}
	return facts
}

// offer lays out exactly the acts that the viewer may do now. The first is
// the one that moves the report on.
func (p *detailPage) offer(t teller) {
	v, primary := p.View, "primary"
	for _, x := range []struct {
		verb matter.Verb
		icon string
		main bool
	}{
		{matter.Take, "check", true}, {matter.Start, "map-pin", false}, {matter.Finish, "camera", true}, {matter.Confirm, "circle-check", true},
		{matter.Reopen, "rotate-ccw", false}, {matter.Note, "message-square-text", false}, {matter.Decline, "circle-x", false}, {matter.Withdraw, "undo-2", false},
	} {
		if !slices.Contains(v.Can, x.verb) {
			continue
		}
		b := ui.Btn{Text: t.text("report.act." + string(x.verb)), Icon: x.icon}
		if x.main {
			b.Kind, primary = primary, ""
		}
		if asksFirst(x.verb) {
			b.Href = templ.SafeURL(Path(v.ID) + "/" + string(x.verb))
			p.Acts = append(p.Acts, b)
			continue
		}
		p.Direct = append(p.Direct, direct{Path(v.ID) + "/" + string(x.verb), store.NewID(), strconv.Itoa(v.Version), b})
	}
}

// receipts say who was told, and whether they looked: for each person the
// latest message. Second is how many looked.
func (w Web) receipts(ctx context.Context, t teller, v View) ([]ui.Fact, int, error) {
	list, err := w.Notify.Receipts(ctx, v.Tenant, v.ID)
	if err != nil {
		return nil, 0, err
	}
	latest := map[string]notify.Message{}
	for _, m := range list {
		latest[m.To] = m
	}
	var facts []ui.Fact
	looked := 0
	for _, m := range list {
		name := t.told(v, m)
		if latest[m.To].ID != m.ID || name == "" {
			continue
		}
		facts = append(facts, ui.Fact{Term: name, Value: t.receipt(m)})
		if !m.Seen.IsZero() {
			looked++
		}
	}
	return facts, looked, nil
}

// told is whom a message went to; empty for who does not serve here any more.
func (t teller) told(v View, m notify.Message) string {
	switch {
	case m.Channel == notify.Webhook:
		return t.text("report.receipt.webhook")
	case m.To == v.RaisedBy:
		return t.group(matter.ByRaiser)
	}
	for _, p := range v.Scene.Served {
		if p.Person == m.To {
			return t.text("report.holder", "group", t.group(p.Role.Group()), "name", t.staffName(p.Name, p.Role.Group()))
		}
	}
	return ""
}

// receipt is how far one message came.
func (t teller) receipt(m notify.Message) string {
	switch {
	case !m.Seen.IsZero():
		return t.text("report.receipt.seen", "at", words.At(t.ctx, m.Seen, t.now))
	case !m.Delivered.IsZero():
		return t.text("report.receipt.delivered", "at", words.At(t.ctx, m.Delivered, t.now))
	}
	return t.text("report.receipt.handed", "at", words.At(t.ctx, m.Created, t.now))
}

// detailLive sends the changing part again after each change.
func (w Web) detailLive(rw http.ResponseWriter, r *http.Request) error {
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	return web.Stream(rw, r, w.Hub, []string{matter.Topic(id)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.detailOf(ctx, a, id)
		return detailPart(p), err
	})
}

// actPage is the page on which an act is confirmed in words.
type actPage struct {
	Words  ui.Words
	Verb   matter.Verb
	View   View
	Title  string // of the report
	Act    Act
	Fault  *fault.Error
	Staff  bool
	Before ui.Photo
	After  ui.Photo
	Pair   bool
}

// ask shows the page of an act.
func (w Web) ask(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		a, err := people.ActorOf(r.Context())
		if err != nil {
			return err
		}
		v, err := w.Pictured(r.Context(), a, r.PathValue("id"))
		if err != nil {
			return err
		}
		if err := w.Refused(v.View, verb); err != nil {
			return err
		}
		return w.showAct(rw, r, a, v, Act{ID: v.ID, Verb: verb, Version: v.Version, Key: store.NewID()}, nil)
	}
}

func (w Web) showAct(rw http.ResponseWriter, r *http.Request, a people.Actor, v View, x Act, f *fault.Error) error {
	t := w.teller(r.Context(), a)
	p := actPage{Words: ui.Read(r.Context()), Verb: x.Verb, View: v, Title: t.title(v.Category, v.Detail.Spot), Act: x, Fault: f, Staff: v.Staff()}
	p.Before, p.After, p.Pair = t.pair(v)
	status := http.StatusOK
	if f != nil {
		status = f.Code.Status()
	}
	return w.show(rw, r, status, a, inner{title: t.text("report.ask." + string(x.Verb)), back: Path(v.ID), at: "reports"}, actBody(p))
}

// act carries out a verb.
func (w Web) act(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		a, err := people.ActorOf(ctx)
		if err != nil {
			return err
		}
		done, err := web.ParseUpload(rw, r)
		defer done()
		if err != nil {
			return err
		}
		x := actOf(r, verb)
		if x.Photos, err = w.Studio.Take(ctx, picture.Files(r, "photo"), MaxPhotos); err == nil {
			if _, err = w.Do(ctx, a, x); err == nil {
				ui.Saved(rw, r, web.LocalPath(backOf(r, x.ID)))
				return nil
			}
		}
		return w.refusedAct(rw, r, a, x, err)
	}
}

// backOf is where the act was begun, else the report.
func backOf(r *http.Request, id string) string {
	if b := r.FormValue("back"); b != "" {
		return b
	}
	return Path(id)
}

func actOf(r *http.Request, verb matter.Verb) Act {
	x := Act{ID: r.PathValue("id"), Verb: verb, Key: r.FormValue("key"), Words: r.FormValue("words"), Inside: r.FormValue("inside") != ""}
	x.Version, _ = strconv.Atoi(r.FormValue("version")) // none: the latest will do
	x.Rating, _ = strconv.Atoi(r.FormValue("rating"))
	return x
}

// refusedAct shows the act's page again with all that was typed. When the
// report moved meanwhile, that is said, and the page then speaks of its latest
// state.
func (w Web) refusedAct(rw http.ResponseWriter, r *http.Request, a people.Actor, x Act, err error) error {
	if !fault.Is(err, fault.Invalid) || !asksFirst(x.Verb) {
		return err
	}
	v, lost := w.Pictured(r.Context(), a, x.ID)
	if lost != nil {
		return lost
	}
	return w.showAct(rw, r, a, v, x, fault.As(err))
}

func wide(b ui.Btn) ui.Btn {
	b.Wide = true
	return b
}

func takesPhotos(v matter.Verb) bool {
	return v == matter.Finish || v == matter.Note || v == matter.Reopen
}

// optionalWords says that nothing need be written, where that is so.
func optionalWords(p actPage) string {
	if p.Verb == matter.Decline || p.Verb == matter.Reopen || p.Verb == matter.Note {
		return ""
	}
	return p.Words.Optional
}

// ratings asks how content the reporter is, from 5 down to 1.
func ratings(ctx context.Context, p actPage) ui.Group {
	g := ui.Group{Name: "rating", Legend: words.T(ctx, "report.rating"), Optional: p.Words.Optional, Error: ui.ErrorOf(ctx, p.Fault, "rating")}
	for n := 5; n >= 1; n-- {
		v := strconv.Itoa(n)
		g.Choices = append(g.Choices, ui.Choice{Value: v, Text: words.T(ctx, "report.rating"+v), Checked: p.Act.Rating == n})
	}
	return g
}
