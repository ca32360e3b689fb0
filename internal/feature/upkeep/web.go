package upkeep

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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

// Web is the pages of tickets.
type Web struct {
	*Service
	Frame ui.Frame
	// Desk finds out where the actor works, see [people.Pages.Desk].
	Desk func(*http.Request) (people.Desk, error)
}

// Routes are the doors of the room.
func (w Web) Routes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /upkeep", Access: "upkeep.read", Do: w.list},
		{Pattern: "GET /upkeep/live", Access: "upkeep.read", Do: w.listLive},
		{Pattern: "GET /upkeep/{id}", Access: "upkeep.read", Do: w.ticket},
		{Pattern: "GET /upkeep/{id}/live", Access: "upkeep.read", Do: w.ticketLive},
	}
	for _, verb := range []matter.Verb{matter.Take, matter.Finish, matter.Decline, matter.Note} {
		routes = append(routes, web.Route{Pattern: "POST /upkeep/{id}/" + string(verb), Access: "upkeep.work", Do: w.act(verb)})
	}
	return routes
}

// Waiting is what waits for those who see to devices: how many tickets are
// open.
func (w Web) Waiting(ctx context.Context, a people.Actor) ([]ui.Todo, error) {
	if (people.Access{}).Allow(a, "upkeep.work") != nil {
		return nil, nil
	}
	open, late, err := w.Counted(ctx, a)
	if err != nil || open == 0 {
		return nil, err
	}
	todo := ui.Todo{Href: "/upkeep", Icon: "wrench", Tone: ui.Info, Title: words.T(ctx, "upkeep.todo", "n", open), Note: words.T(ctx, "upkeep.todo_note")}
	if late > 0 {
		todo.Href, todo.Tone, todo.Note = "/upkeep?show=late", ui.Warn, words.T(ctx, "upkeep.todo_late", "n", late)
	}
	return []ui.Todo{todo}, nil
}

// OfUnit are the newest tickets of a device that the actor may see, as rows of
// its page.
func (w Web) OfUnit(ctx context.Context, d people.Desk, unit string) ([]ui.Item, error) {
	list, err := w.OfDevice(ctx, d.Actor, unit)
	if err != nil {
		return nil, err
	}
	items := make([]ui.Item, len(list))
	for i, v := range list {
		items[i] = w.item(ctx, d, v)
	}
	return items, nil
}

// item is a ticket as a row of a list.
func (w Web) item(ctx context.Context, d people.Desk, v View) ui.Item {
	now := w.Store.Now()
	it := ui.Item{
		Href: templ.SafeURL(d.To(Path(v.ID))), Plate: v.Door, Title: strings.TrimSpace(words.T(ctx, "upkeep.cause."+string(v.Cause)) + " " + v.Spot),
		Note: words.T(ctx, "upkeep.number", "number", v.Number), Tone: tone(v.Ticket, now), Tag: stage(ctx, v.Ticket, now),
	}
	switch at := v.ClosesAt(); {
	case v.Phase.Closed():
		it.When = words.At(ctx, v.ChangedAt, now)
	case !at.IsZero():
		it.When = words.T(ctx, "upkeep.closes", "at", words.At(ctx, at, now))
	default:
		it.When = words.T(ctx, "upkeep.due", "at", words.At(ctx, v.Due, now))
	}
	return it
}

func tone(t Ticket, now time.Time) ui.Tone {
	switch {
	case t.Phase == matter.Confirmed:
		return ui.OK
	case t.Phase.Closed():
		return ui.Neutral
	case !t.ClosesAt().IsZero():
		return ui.OK
	case t.Overdue(now):
		return ui.Hot
	}
	return ui.Warn
}

// stage is where a ticket stands, in one word.
func stage(ctx context.Context, t Ticket, now time.Time) string {
	switch {
	case t.Phase.Closed():
		return words.T(ctx, "upkeep.stage."+string(t.Phase))
	case !t.ClosesAt().IsZero():
		return words.T(ctx, "upkeep.stage.well")
	case t.Overdue(now):
		return words.T(ctx, "upkeep.stage.late")
	}
	return words.T(ctx, "upkeep.stage."+string(t.Phase))
}

// listPage is the tickets of somebody's places.
type listPage struct {
	Desk   people.Desk
	Words  ui.Words
	Where  []ui.Segment // neighbourhoods to choose from
	Shows  []ui.Segment
	Stats  []ui.Stat
	Items  []ui.Item
	Closed bool
	More   bool
	Paging ui.Paging
	Live   templ.SafeURL
}

func (w Web) list(rw http.ResponseWriter, r *http.Request) error {
	d, err := w.deskOf(r)
	if err != nil {
		return err
	}
	p, err := w.listOf(r.Context(), d, filterOf(r))
	if err != nil {
		return err
	}
	head := ui.Head{Plate: d.Tenant.Name, Title: words.T(r.Context(), "upkeep.title"), Sub: words.T(r.Context(), "upkeep.sub")}
	return web.Render(rw, r, http.StatusOK, page(w.Frame.Desk(r, "upkeep", head), listBody(p)))
}

// deskOf is where the actor works. Officers of the subdistrict are who they are,
// unless they ask to manage a neighbourhood.
func (w Web) deskOf(r *http.Request) (people.Desk, error) {
	d, err := w.Desk(r)
	if me, e := people.ActorOf(r.Context()); err == nil && e == nil && me.In(people.Subdistrict) && r.FormValue("n") == "" {
		d.Actor = me
		d.Tenant, err = w.Places.Tenant(r.Context(), me.Tenant)
	}
	return d, err
}

func filterOf(r *http.Request) Filter {
	f := Filter{Show: Show(r.FormValue("show")), After: r.FormValue("after")}
	if f.Show != Late && f.Show != Closed {
		f.Show = Open
	}
	return f
}

// listLive keeps the list up to date.
func (w Web) listLive(rw http.ResponseWriter, r *http.Request) error {
	d, err := w.deskOf(r)
	if err != nil {
		return err
	}
	topics := []string{matter.ListTopic(d.Actor.Tenant)}
	if d.Actor.In(people.Subdistrict) {
		tenants, err := w.Places.Tenants(r.Context())
		if err != nil {
			return err
		}
		for _, t := range tenants {
			topics = append(topics, matter.ListTopic(t.ID))
		}
	}
	f := filterOf(r)
	return web.Stream(rw, r, w.Hub, topics, func(ctx context.Context) (templ.Component, error) {
		p, err := w.listOf(ctx, d, f)
		return listPart(p), err
	})
}

func (w Web) listOf(ctx context.Context, d people.Desk, f Filter) (listPage, error) {
	p := listPage{Desk: d, Words: wordsOf(ctx), Closed: f.Show == Closed}
	open, late, err := w.Counted(ctx, d.Actor)
	if err != nil {
		return p, err
	}
	list, more, err := w.List(ctx, d.Actor, f)
	if err != nil {
		return p, err
	}
	p.More, p.Live = more, templ.SafeURL(d.To("/upkeep/live", "show", string(f.Show), "after", f.After))
	p.figures(ctx, f, open, late)
	for _, v := range list {
		p.Items = append(p.Items, w.item(ctx, d, v))
	}
	p.Paging = ui.Paging{Label: words.T(ctx, "upkeep.pages"), OlderText: words.T(ctx, "upkeep.older"), NewerText: words.T(ctx, "upkeep.newest")}
	if more && p.Closed {
		p.Paging.Older = templ.SafeURL(d.To("/upkeep", "show", string(Closed), "after", list[len(list)-1].ID))
	}
	if f.After != "" && p.Closed {
		p.Paging.Newer = templ.SafeURL(d.To("/upkeep", "show", string(Closed)))
	}
	return p, nil
}

// figures are the numbers at the top and the views.
func (p *listPage) figures(ctx context.Context, f Filter, open, late int) {
	if len(p.Desk.Choices) > 1 {
		for _, c := range p.Desk.Choices {
			p.Where = append(p.Where, ui.Segment{Href: templ.SafeURL("/upkeep?n=" + url.QueryEscape(string(c.ID))), Text: c.Name, Current: c.ID == p.Desk.Tenant.ID})
		}
	}
	view := func(show Show, text, count string) {
		var pairs []string
		if show != Open {
			pairs = []string{"show", string(show)}
		}
		p.Shows = append(p.Shows, ui.Segment{Href: templ.SafeURL(p.Desk.To("/upkeep", pairs...)), Text: text, Count: count, Current: f.Show == show})
	}
	view(Open, words.T(ctx, "upkeep.show_open"), strconv.Itoa(open))
	view(Late, words.T(ctx, "upkeep.show_late"), strconv.Itoa(late))
	view(Closed, words.T(ctx, "upkeep.show_closed"), "")
}

func wordsOf(ctx context.Context) ui.Words {
	return ui.WordsFrom(func(key string) string { return words.T(ctx, key) })
}

// ticketPage is one ticket.
type ticketPage struct {
	V      View
	Words  ui.Words
	N      string // tenant, for an administrator who works elsewhere
	Tone   ui.Tone
	Stage  string
	Facts  []ui.Fact
	Notice string // the device is well, or has its trouble still
	Device templ.SafeURL
	Took   bool // the actor has taken it
	Key    string
	Links  []ui.Btn
	Done   []ui.Choice
	Log    []ui.Entry
	Said   string
	Fault  *fault.Error
	Live   templ.SafeURL
}

// can: the actor may do it now.
func (p ticketPage) can() bool { return p.V.As != "" && !p.V.Phase.Closed() }

func (w Web) ticket(rw http.ResponseWriter, r *http.Request) error {
	return w.show(rw, r, Act{ID: r.PathValue("id")}, nil)
}

func (w Web) show(rw http.ResponseWriter, r *http.Request, x Act, f *fault.Error) error {
	ctx := r.Context()
	d, err := w.deskOf(r)
	if err != nil {
		return err
	}
	p, err := w.ticketPageOf(ctx, d, x)
	if err != nil {
		return err
	}
	me, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	if err := w.Notify.Seen(ctx, me.Tenant, me.Person, p.V.ID); err != nil {
		return err
	}
	p.Fault = f
	status := http.StatusOK
	if f != nil {
		status = f.Code.Status()
	}
	head := ui.Head{Plate: p.V.Door, Title: strings.TrimSpace(words.T(ctx, "upkeep.cause."+string(p.V.Cause)) + " " + p.V.Spot), Sub: words.T(ctx, "upkeep.number", "number", p.V.Number)}
	return web.Render(rw, r, status, page(w.Frame.Desk(r, "upkeep", head), ticketBody(p)))
}

// ticketLive keeps a ticket up to date; what somebody types stays.
func (w Web) ticketLive(rw http.ResponseWriter, r *http.Request) error {
	d, err := w.deskOf(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := w.View(r.Context(), d.Actor, id); err != nil {
		return err
	}
	return web.Stream(rw, r, w.Hub, []string{matter.Topic(id)}, func(ctx context.Context) (templ.Component, error) {
		p, err := w.ticketPageOf(ctx, d, Act{ID: id})
		return ticketPart(p), err
	})
}

func (w Web) ticketPageOf(ctx context.Context, d people.Desk, x Act) (ticketPage, error) {
	v, err := w.View(ctx, d.Actor, x.ID)
	if err != nil {
		return ticketPage{}, err
	}
	now := w.Store.Now()
	p := ticketPage{
		V: v, Words: wordsOf(ctx), Tone: tone(v.Ticket, now), Stage: stage(ctx, v.Ticket, now), Key: store.NewID(), Took: v.Holder.Person == d.Actor.Person,
		Said: x.Words, Log: w.log(ctx, v), Live: templ.SafeURL(d.To(Path(v.ID) + "/live")),
	}
	if len(d.Choices) > 1 {
		p.N = string(d.Tenant.ID)
	}
	for _, c := range Remedies() {
		p.Done = append(p.Done, ui.Choice{Value: string(c), Text: words.T(ctx, "upkeep.remedy."+string(c)), Checked: c == x.Remedy})
	}
	p.facts(ctx, now, w.nameOf(ctx, v.Tenant, v.Holder.Person))
	return p, w.about(ctx, d, &p)
}

// facts are who owes what, and by when.
func (p *ticketPage) facts(ctx context.Context, now time.Time, holder string) {
	v := p.V
	add := func(term, value string) { p.Facts = append(p.Facts, ui.Fact{Term: term, Value: value}) }
	add(words.T(ctx, "upkeep.fact.raised"), words.At(ctx, v.RaisedAt, now))
	if v.Times > 1 {
		add(words.T(ctx, "upkeep.fact.times"), strconv.Itoa(v.Times))
	}
	if !v.Phase.Closed() {
		group := words.T(ctx, "group."+string(v.Holder.Group))
		add(words.T(ctx, "upkeep.fact.holder"), strings.TrimSpace(group+" "+holder))
		add(words.T(ctx, "upkeep.fact.due"), words.At(ctx, v.Due, now))
	}
	if v.Remedy != "" {
		add(words.T(ctx, "upkeep.fact.remedy"), words.T(ctx, "upkeep.remedy."+string(v.Remedy)))
	}
	switch at := v.ClosesAt(); {
	case v.Phase.Closed() || v.Well.IsZero():
	case !at.IsZero():
		p.Notice = words.T(ctx, "upkeep.notice_closes", "since", words.At(ctx, v.Well, now), "at", words.At(ctx, at, now))
	default:
		p.Notice = words.T(ctx, "upkeep.notice_well", "since", words.At(ctx, v.Well, now))
	}
}

// about are the ways to what the ticket is about: the device, the alarm that
// led to it, the tickets before and after.
func (w Web) about(ctx context.Context, d people.Desk, p *ticketPage) error {
	u, err := w.Devices.ByID(ctx, p.V.Tenant, p.V.Device)
	switch {
	case p.V.Tenant != d.Actor.Tenant: // an officer of the subdistrict works on no register
	case err == nil && w.Devices.May(ctx, d.Actor, "device.read", u) == nil:
		p.Links = append(p.Links, ui.Btn{Text: words.T(ctx, "upkeep.to_device"), Icon: "shield-check", Href: templ.SafeURL(d.To("/devices/" + url.PathEscape(u.ID)))})
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	}
	for _, l := range p.V.Links {
		id, key := l.From, "upkeep.to_before"
		if l.From == p.V.ID {
			id, key = l.To, "upkeep.to_next"
		}
		m, err := w.Spine.ByID(ctx, p.V.Tenant, id)
		if err != nil {
			return err
		}
		b := ui.Btn{Text: words.T(ctx, key, "number", m.Number), Icon: "history", Href: templ.SafeURL(d.To(Path(id)))}
		if m.Kind != KindName {
			if (people.Access{}).Allow(d.Actor, "alarm.read") != nil {
				continue
			}
			b = ui.Btn{Text: words.T(ctx, "upkeep.to_alarm", "number", m.Number), Icon: "siren", Href: templ.SafeURL("/alarm/" + url.PathEscape(id))}
		}
		p.Links = append(p.Links, b)
	}
	return nil
}

// log is what became of a ticket so far.
func (w Web) log(ctx context.Context, v View) []ui.Entry {
	var out []ui.Entry
	for _, e := range v.Timeline {
		text := words.T(ctx, e.Key, w.entryArgs(ctx, e)...)
		if name := w.nameOf(ctx, v.Tenant, e.Actor); name != "" {
			text = words.T(ctx, "upkeep.who_did", "who", name, "what", text)
		}
		out = append(out, ui.Entry{Time: words.At(ctx, e.At, w.Store.Now()), At: e.At.UTC().Format(time.RFC3339), Text: text, Quote: e.Args["words"], State: ui.Done})
	}
	return out
}

// entryArgs are the arguments of a line in the reader's words.
func (w Web) entryArgs(ctx context.Context, e matter.Entry) []any {
	args := []any{"number", e.Args["number"]}
	if c := e.Args["cause"]; c != "" {
		args = append(args, "cause", words.T(ctx, "upkeep.cause."+c))
	}
	if m := e.Args["remedy"]; m != "" {
		args = append(args, "remedy", words.T(ctx, "upkeep.remedy."+m))
	}
	if ms, err := strconv.ParseInt(e.Args["since"], 10, 64); err == nil {
		args = append(args, "since", words.At(ctx, store.Time(ms), w.Store.Now()))
	}
	return args
}

// nameOf is a person of the neighbourhood; empty for none.
func (w Web) nameOf(ctx context.Context, tenant store.Tenant, id string) string {
	if id == "" {
		return ""
	}
	p, err := w.Register.Person(ctx, tenant, id)
	if err != nil {
		return ""
	}
	return p.Name
}

// act carries out what somebody says of a ticket.
func (w Web) act(verb matter.Verb) web.Handler {
	return func(rw http.ResponseWriter, r *http.Request) error {
		if err := web.ParseForm(rw, r); err != nil {
			return err
		}
		d, err := w.deskOf(r)
		if err != nil {
			return err
		}
		x := Act{ID: r.PathValue("id"), Verb: verb, Key: r.PostFormValue("key"), Remedy: Remedy(r.PostFormValue("remedy")), Words: r.PostFormValue("words")}
		err = w.Do(r.Context(), d.Actor, x)
		if fault.Is(err, fault.Invalid) {
			return w.show(rw, r, x, fault.As(err))
		}
		if err != nil {
			return err
		}
		http.Redirect(rw, r, d.To(Path(x.ID)), http.StatusSeeOther)
		return nil
	}
}

// errorOf is what is wrong with a field of the form.
func (p ticketPage) errorOf(ctx context.Context, field string) string {
	if p.Fault == nil {
		return ""
	}
	at := slices.IndexFunc(p.Fault.Fields, func(x fault.Field) bool { return x.Name == field })
	if at < 0 {
		return ""
	}
	return words.T(ctx, p.Fault.Fields[at].Key, p.Fault.Fields[at].Args...)
}

func (p ticketPage) errors(ctx context.Context) []ui.FormError {
	var out []ui.FormError
	if p.Fault == nil {
		return nil
	}
	for _, x := range p.Fault.Fields {
		out = append(out, ui.FormError{ID: x.Name, Text: words.T(ctx, x.Key, x.Args...)})
	}
	return out
}

// to is where a verb is sent.
func (p ticketPage) to(verb string) templ.SafeURL { return templ.SafeURL(Path(p.V.ID) + "/" + verb) }

// other is a button that sends the form by another verb.
func (p ticketPage) other(verb string) templ.Attributes {
	return templ.Attributes{"formaction": string(p.to(verb))}
}

// main is the kind of the button that closes a ticket: the first to press once
// it was taken.
func (p ticketPage) main() string {
	if p.Took {
		return "primary"
	}
	return ""
}

func (p ticketPage) back() templ.SafeURL {
	if p.N == "" {
		return "/upkeep"
	}
	return templ.SafeURL("/upkeep?n=" + url.QueryEscape(p.N))
}
