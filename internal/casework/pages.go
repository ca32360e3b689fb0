package casework

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Face is what a room shows of a case beside what all rooms show. Nil parts are
// left out.
type Face[D any] struct {
	Icon   string            // of the room
	Args   map[string]string // arguments of timeline lines → where their words are; "at": an instant
	Fields []string          // of the room's form, handed on in [Act.Form]

	Title   func(v Voice, c matter.Case[D]) string // what a case is called
	State   func(v Voice, c matter.Case[D]) (ui.Tone, string)
	When    func(v Voice, c matter.Case[D]) string // under the tag of a list: until when
	Notice  func(v Voice, x View[D]) string        // above all else of a case
	Advice  func(v Voice, x View[D]) string        // what to do about it
	Facts   func(v Voice, x View[D]) []ui.Fact     // between when it was raised and who holds it
	Links   func(ctx context.Context, d people.Desk, x View[D]) ([]ui.Btn, error)
	Form    func(p Card[D]) templ.Component // what may be done, in one form
	Cards   func(p Card[D]) templ.Component // further cards above the timeline
	Columns []Column[D]                     // of exports, behind the shared ones
}

// Pages are a room's list and its cases, with their live halves.
type Pages[D any] struct {
	*Room[D]
	Face[D]
	Frame ui.Frame
	// Desk finds out where the actor works, see [people.Pages.Desk].
	Desk func(*http.Request) (people.Desk, error)
	// ExportMost is how many cases are taken along at once; 0: twenty thousand.
	ExportMost int
}

// Routes are the doors of the room.
func (p Pages[D]) Routes() []web.Route {
	at, read, work := "/"+p.Kind.Name, p.Read, p.Work
	routes := []web.Route{
		{Pattern: "GET " + at, Access: read, Do: p.at(p.list)},
		{Pattern: "GET " + at + "/live", Access: read, Do: p.at(p.listLive)},
		{Pattern: "GET " + at + "/list.csv", Access: read, Do: p.at(p.export(exportCSV))},
		{Pattern: "GET " + at + "/list.xlsx", Access: read, Do: p.at(p.export(exportXLSX))},
		{Pattern: "GET " + at + "/print", Access: read, Do: p.at(p.print)},
		{Pattern: "GET " + at + "/{id}", Access: read, Do: p.at(p.caseShown)},
		{Pattern: "GET " + at + "/{id}/live", Access: read, Do: p.at(p.caseLive)},
	}
	if p.Photos > 0 {
		routes = append(routes, p.Studio.Route(p.Kind.Name, read, p.PhotosOf))
	}
	known := map[matter.Verb]bool{}
	for _, m := range p.Kind.Moves {
		if byPerson(m) && !known[m.Verb] {
			known[m.Verb] = true
			routes = append(routes, p.posted(web.Route{Pattern: "POST " + at + "/{id}/" + string(m.Verb), Access: work, Do: p.at(p.act(m.Verb))}))
		}
	}
	return routes
}

// posted is the route of an act: where pictures may come with it, its form is
// read from disk.
func (p Pages[D]) posted(route web.Route) web.Route {
	if p.Photos == 0 {
		return route
	}
	do := route.Do
	route.Most, route.Reads = web.Upload(int64(p.Photos)), true
	route.Do = func(w http.ResponseWriter, r *http.Request) error {
		done, err := web.ParseUpload(w, r)
		defer done()
		if err != nil {
			return err
		}
		return do(w, r)
	}
	return route
}

// byPerson reports whether a move is made by people, not by the clock.
func byPerson(m matter.Move) bool {
	return len(m.By) > 1 || len(m.By) == 1 && m.By[0] != matter.ByClock
}

// Keys are the words that a room writes for what all rooms show; a test asks for
// them in both languages.
func (p Pages[D]) Keys() []string {
	keys := []string{"title", "sub", "number", "none", "none_body", "back", "todo", "todo_note", "stage." + string(matter.Raised)}
	if len(p.Kind.Ladder) > 0 {
		keys = append(keys, "stage.late", "told.late", "told.office", "did.chase_office")
	}
	for _, m := range p.Kind.Moves {
		if m.To != "" {
			keys = append(keys, "stage."+string(m.To))
		}
		if m.Need.Has(matter.NeedWords) {
			keys = append(keys, "need."+string(m.Verb))
		}
		if m.Need.Has(matter.NeedPhoto) {
			keys = append(keys, "need_photo."+string(m.Verb))
		}
		if byPerson(m) {
			keys = append(keys, "act."+string(m.Verb))
		}
		keys = append(keys, "did."+string(m.Verb))
	}
	for i := range keys {
		keys[i] = p.Kind.Key(keys[i])
	}
	return append(keys, "kind."+p.Kind.Name)
}

// Handler answers a request of somebody at a desk.
type Handler func(http.ResponseWriter, *http.Request, people.Desk) error

// at finds out where the actor works. Officers of the subdistrict are who they
// are, unless they ask to manage a neighbourhood.
func (p Pages[D]) at(do Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, err := p.Desk(r)
		if me, e := people.ActorOf(r.Context()); err == nil && e == nil && (people.Access{}).Scope(me, p.Read).Office && r.FormValue("n") == "" {
			d.Actor = me
			d.Tenant, err = p.Places.Tenant(r.Context(), me.Tenant)
		}
		if err != nil {
			return err
		}
		return do(w, r, d)
	}
}

// Waiting is what waits for those who work on the room's cases.
func (p Pages[D]) Waiting(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	name := p.Kind.Name
	if (people.Access{}).Allow(a, p.Work) != nil {
		return nil, nil
	}
	tally, err := p.Tally(ctx, a, Filter{})
	open, late := tally.Count(), tally.Late
	if err != nil || open == 0 {
		return nil, err
	}
	todo := ui.Todo{Href: templ.SafeURL("/" + name), Icon: p.Icon, Tone: ui.Info, Title: words.T(ctx, name+".todo", "n", open), Note: words.T(ctx, name+".todo_note")}
	if late > 0 {
		todo.Href, todo.Tone, todo.Note = templ.SafeURL("/"+name+"?show=late"), ui.Warn, words.T(ctx, "case.todo_late", "n", late)
	}
	return []ui.Todo{todo}, nil
}

// Item is a case as a row of a list; door is where it is.
func (p Pages[D]) Item(v Voice, d people.Desk, c matter.Case[D], door string) ui.Item {
	it := ui.Item{Href: templ.SafeURL(d.To(p.Path(c.ID))), Plate: door, Title: p.title(v, c), Note: v.T(p.Kind.Name+".number", "number", c.Number)}
	it.Tone, it.Tag = p.state(v, c)
	switch {
	case c.Phase.Closed():
		it.When = v.At(c.ChangedAt)
	case p.When != nil:
		it.When = p.When(v, c)
	}
	if it.When == "" && !c.Due.IsZero() {
		it.When = v.T("case.due", "at", v.At(c.Due))
	}
	return it
}

func (p Pages[D]) title(v Voice, c matter.Case[D]) string {
	if p.Title != nil {
		return p.Title(v, c)
	}
	return v.T(p.Kind.Name+".number", "number", c.Number)
}

func (p Pages[D]) state(v Voice, c matter.Case[D]) (ui.Tone, string) {
	if p.State != nil {
		return p.State(v, c)
	}
	return v.State(c.Matter)
}

// listPage is the cases of somebody's places.
type listPage struct {
	Name, Icon string
	Words      ui.Words
	Where      []ui.Segment // neighbourhoods to choose from
	Shows      []ui.Segment
	Items      []ui.Item
	Paging     ui.Paging
	Live       templ.SafeURL
}

func filterOf(r *http.Request) (Filter, error) {
	show, err := matter.ParseShow(r.FormValue("show"))
	return Filter{Show: show, After: r.FormValue("after")}, err
}

func (p Pages[D]) list(w http.ResponseWriter, r *http.Request, d people.Desk) error {
	f, err := filterOf(r)
	if err != nil {
		return err
	}
	page, err := p.listOf(r.Context(), d, f)
	if err != nil {
		return err
	}
	name, show := p.Kind.Name, []string{"show", string(f.Show)}
	head := ui.Head{Plate: d.Tenant.Name, Title: words.T(r.Context(), name+".title"), Sub: words.T(r.Context(), name+".sub")}
	head.Actions = ui.Actions(
		ui.Btn{Text: words.T(r.Context(), "case.print"), Kind: "quiet", Size: "sm", Href: templ.SafeURL(d.To("/"+name+"/print", show...))},
		ui.Btn{Text: words.T(r.Context(), "case.xlsx"), Kind: "quiet", Size: "sm", Href: templ.SafeURL(d.To("/"+name+"/list.xlsx", show...))},
		ui.Btn{Text: words.T(r.Context(), "case.csv"), Kind: "quiet", Size: "sm", Href: templ.SafeURL(d.To("/"+name+"/list.csv", show...))},
	)
	return web.Render(w, r, http.StatusOK, ui.DeskPage(p.Frame.Desk(r, name, head), ui.Stack(listBody(page))))
}

// listLive keeps the list up to date.
func (p Pages[D]) listLive(w http.ResponseWriter, r *http.Request, d people.Desk) error {
	topics := []string{matter.ListTopic(d.Actor.Tenant)}
	if (people.Access{}).Scope(d.Actor, p.Read).Office {
		tenants, err := p.Places.Tenants(r.Context())
		if err != nil {
			return err
		}
		for _, t := range tenants {
			topics = append(topics, matter.ListTopic(t.ID))
		}
	}
	f, err := filterOf(r)
	if err != nil {
		return err
	}
	return web.Stream(w, r, p.Hub, topics, func(ctx context.Context) (templ.Component, error) {
		page, err := p.listOf(ctx, d, f)
		return listPart(page), err
	})
}

func (p Pages[D]) listOf(ctx context.Context, d people.Desk, f Filter) (listPage, error) {
	name, v := p.Kind.Name, p.Voice(ctx, p.Args)
	page := listPage{Name: name, Icon: p.Icon, Words: ui.Read(ctx), Live: templ.SafeURL(d.To("/"+name+"/live", "show", string(f.Show), "after", f.After))}
	tally, err := p.Tally(ctx, d.Actor, Filter{})
	if err != nil {
		return page, err
	}
	list, err := p.List(ctx, d.Actor, f)
	if err != nil {
		return page, err
	}
	for _, c := range list.Cases {
		label, err := p.Places.Label(ctx, c.Tenant, c.Place)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, p.Item(v, d, c, label.Door))
	}
	page.Where = choices(d, "/"+name)
	for _, s := range []struct {
		show  matter.Show
		count string
	}{{matter.ShowOpen, strconv.Itoa(tally.Count())}, {matter.ShowLate, strconv.Itoa(tally.Late)}, {matter.ShowClosed, ""}} {
		text := words.T(ctx, "case.show_"+cmpOr(string(s.show), "open"))
		page.Shows = append(page.Shows, ui.Segment{Href: templ.SafeURL(d.To("/"+name, "show", string(s.show))), Text: text, Count: s.count, Current: f.Show == s.show})
	}
	page.Paging = ui.Paging{Label: words.T(ctx, "case.pages"), OlderText: words.T(ctx, "case.further"), NewerText: words.T(ctx, "case.first_page")}
	if list.Next != "" {
		page.Paging.Older = templ.SafeURL(d.To("/"+name, "show", string(f.Show), "after", list.Next))
	}
	if f.After != "" {
		page.Paging.Newer = templ.SafeURL(d.To("/"+name, "show", string(f.Show)))
	}
	return page, nil
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// choices are the neighbourhoods to choose from, for who manages several.
func choices(d people.Desk, path string) []ui.Segment {
	if len(d.Choices) < 2 {
		return nil
	}
	var out []ui.Segment
	for _, c := range d.Choices {
		out = append(out, ui.Segment{Href: templ.SafeURL(path + "?n=" + url.QueryEscape(string(c.ID))), Text: c.Name, Current: c.ID == d.Tenant.ID})
	}
	return out
}

// Card is one case as its page shows it.
type Card[D any] struct {
	View[D]
	Voice  Voice
	Words  ui.Words
	Tone   ui.Tone
	Stage  string
	Notice string
	Advice string
	Facts  []ui.Fact
	Links  []ui.Btn
	Log    []ui.Entry
	Took   bool // the actor holds it
	Said   Act  // what was sent and refused; else nothing
	Fault  *fault.Error
	Live   templ.SafeURL

	path, n, key string
	extra        templ.Component
	form         templ.Component
}

// Acts reports whether the actor may do anything now but take it.
func (c Card[D]) Acts() bool {
	for _, verb := range c.Can {
		if verb != matter.Take {
			return true
		}
	}
	return false
}

// To is where a verb is sent.
func (c Card[D]) To(verb matter.Verb) templ.SafeURL {
	return templ.SafeURL(c.path + "/" + string(verb))
}

// Send is a button of the form that sends it by a verb; nil if it may not now.
func (c Card[D]) Send(verb matter.Verb, icon, kind string) ui.Btn {
	return ui.Btn{Text: c.Voice.T(c.Kind + ".act." + string(verb)), Icon: icon, Kind: kind, Attrs: templ.Attributes{"formaction": string(c.To(verb))}}
}

// PhotoPicker asks for pictures, in a form whose enctype is multipart/form-data.
func (c Card[D]) PhotoPicker(label string, most int) templ.Component {
	return ui.PhotoPicker(ui.Picker{Name: "photo", Label: label, Most: most, Camera: true, Error: c.Error("photo"), Words: c.Words})
}

// Error is what is wrong with a field.
func (c Card[D]) Error(field string) string { return ui.ErrorOf(c.Voice.Ctx, c.Fault, field) }

func (c Card[D]) back() templ.SafeURL {
	if c.n == "" {
		return templ.SafeURL("/" + c.Kind)
	}
	return templ.SafeURL("/" + c.Kind + "?n=" + url.QueryEscape(c.n))
}

func (p Pages[D]) caseShown(w http.ResponseWriter, r *http.Request, d people.Desk) error {
	return p.show(w, r, d, Act{ID: r.PathValue("id")}, nil)
}

func (p Pages[D]) show(w http.ResponseWriter, r *http.Request, d people.Desk, x Act, f *fault.Error) error {
	ctx := r.Context()
	c, err := p.cardOf(ctx, d, x, f)
	if err != nil {
		return err
	}
	me, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	if err := p.Notify.Seen(ctx, me.Tenant, me.Person, c.ID); err != nil {
		return err
	}
	status := http.StatusOK
	if f != nil {
		status = f.Code.Status()
	}
	head := ui.Head{Plate: c.Scene.Door, Title: p.title(c.Voice, c.Case), Sub: words.T(ctx, p.Kind.Name+".number", "number", c.Number)}
	return web.Render(w, r, status, ui.DeskPage(p.Frame.Desk(r, p.Kind.Name, head), ui.Stack(caseBody(c))))
}

// caseLive keeps a case up to date; what somebody types stays.
func (p Pages[D]) caseLive(w http.ResponseWriter, r *http.Request, d people.Desk) error {
	id := r.PathValue("id")
	if _, err := p.Glance(r.Context(), d.Actor, id); err != nil {
		return err
	}
	return web.Stream(w, r, p.Hub, []string{matter.Topic(id)}, func(ctx context.Context) (templ.Component, error) {
		c, err := p.cardOf(ctx, d, Act{ID: id}, nil)
		return casePart(c), err
	})
}

func (p Pages[D]) cardOf(ctx context.Context, d people.Desk, x Act, f *fault.Error) (Card[D], error) {
	view, err := p.View(ctx, d.Actor, x.ID)
	if err != nil {
		return Card[D]{}, err
	}
	v := p.Voice(ctx, p.Args)
	c := Card[D]{
		View: view, Voice: v, Words: ui.Read(ctx), Took: view.Holder.Person == d.Actor.Person, Said: x, Fault: f, Log: v.Log(view.Matter, view.Timeline, view.Photos...),
		Live: templ.SafeURL(d.To(p.Path(x.ID) + "/live")), path: p.Path(x.ID), key: store.NewID(),
	}
	if len(d.Choices) > 1 {
		c.n = string(d.Tenant.ID)
	}
	c.Tone, c.Stage = p.state(v, view.Case)
	if p.Notice != nil {
		c.Notice = p.Notice(v, view)
	}
	if p.Advice != nil && c.Notice == "" && len(view.Can) > 0 {
		c.Advice = p.Advice(v, view)
	}
	c.Facts = p.facts(v, view)
	if c.Links, err = p.links(v, d, view); err != nil {
		return c, err
	}
	if p.Form != nil && c.Acts() {
		c.form = p.Form(c)
	}
	if p.Cards != nil {
		c.extra = p.Cards(c)
	}
	return c, nil
}

// links are the ways to what a case is about, and to the matters it belongs
// together with that the actor may read.
func (p Pages[D]) links(v Voice, d people.Desk, x View[D]) (out []ui.Btn, err error) {
	if p.Links != nil {
		if out, err = p.Links(v.Ctx, d, x); err != nil {
			return nil, err
		}
	}
	for _, l := range x.Links {
		id, key := l.From, "case.link_from"
		if l.From == x.ID {
			id, key = l.To, "case.link_to"
		}
		m, err := p.Spine.ByID(v.Ctx, x.Tenant, id)
		if err != nil {
			return nil, err
		}
		k := p.Spine.KindOf(m.Kind)
		if (people.Access{}).Allow(d.Actor, k.Name+".read") != nil {
			continue
		}
		what := v.T("kind."+k.Name) + " " + m.Number
		out = append(out, ui.Btn{Text: v.T(key, "what", what), Icon: "history", Href: templ.SafeURL(d.To(k.Path(id)))})
	}
	return out, nil
}

// facts are when it was raised, what the room knows, who owes what, and by when.
func (p Pages[D]) facts(v Voice, x View[D]) []ui.Fact {
	out := []ui.Fact{{Term: v.T("case.raised"), Value: v.At(x.RaisedAt)}}
	if p.Facts != nil {
		out = append(out, p.Facts(v, x)...)
	}
	if !x.Phase.Closed() {
		out = append(out, ui.Fact{Term: v.T("case.holder"), Value: v.Holder(x.Matter)}, ui.Fact{Term: v.T("case.due_by"), Value: v.At(x.Due)})
	}
	return out
}

// act carries out what somebody asks to do to a case.
func (p Pages[D]) act(verb matter.Verb) Handler {
	return func(w http.ResponseWriter, r *http.Request, d people.Desk) error {
		x := Act{
			ID: r.PathValue("id"), Verb: verb, Key: r.PostFormValue("key"), Words: r.PostFormValue("words"), Looked: r.PostFormValue("looked") != "",
			Form: map[string]string{},
		}
		for _, name := range p.Fields {
			x.Form[name] = r.PostFormValue(name)
		}
		var err error
		if x.Photos, err = p.Studio.Take(r.Context(), picture.Files(r, "photo"), p.Photos); err == nil {
			_, err = p.Do(r.Context(), d.Actor, x)
		}
		if fault.Is(err, fault.Invalid) {
			return p.show(w, r, d, x, fault.As(err))
		}
		if err != nil {
			return err
		}
		http.Redirect(w, r, d.To(p.Path(x.ID)), http.StatusSeeOther)
		return nil
	}
}
