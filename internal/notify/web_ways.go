package notify

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/push"
	"github.com/linli/linli/internal/notify/robot"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// waysPage is where the channels for danger are set up and tried.
type waysPage struct {
	Desk    people.Desk
	Choices []ui.Segment
	Ways    []wayLine
	Hosts   []string
	Pushes  []string
	Public  string // address people reach the house by; empty when the operator did not say
	Kind    string // typed and refused, or sms
	Gateway gateway.Config
	Robot   robot.Config
	Form    string // which form was refused: gateway, robot, or a way's id
	Fault   *fault.Error
	Token   string // of the gateway just set up, shown this once
	Address string // where its receipts go
	Tried   *Tried
	TriedBy string
}

// wayLine is a way as the page shows it.
type wayLine struct {
	Way
	Name  string
	Since string
	Icon  string
}

func (p *Pages) ways(w http.ResponseWriter, r *http.Request) error {
	return p.showWays(w, r, http.StatusOK, waysPage{})
}

func (p *Pages) showWays(w http.ResponseWriter, r *http.Request, status int, v waysPage) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	list, err := p.Ways(ctx, d.Tenant.ID)
	if err != nil {
		return err
	}
	v.Desk, v.Hosts, v.Pushes, v.Public = d, p.opts.Hosts, p.opts.PushHosts, p.opts.Public
	if v.Kind == "" {
		v.Kind = string(SMS)
	}
	for _, t := range d.Choices {
		v.Choices = append(v.Choices, ui.Segment{Href: templ.URL("/admin/channels?n=" + string(t.ID)), Text: t.Name, Current: t.ID == d.Tenant.ID})
	}
	for _, x := range list {
		v.Ways = append(v.Ways, wayLine{x, words.T(ctx, "notify.kind."+x.Kind), words.At(ctx, x.Since, p.store.Now()), iconOf(x.Kind)})
	}
	head := ui.Head{Plate: d.Tenant.Name, Title: words.T(ctx, "notify.ways"), Sub: words.T(ctx, "notify.ways_sub")}
	return web.Render(w, r, status, waysView(p.Frame.Desk(r, "channels", head), v))
}

func iconOf(kind string) string {
	switch Channel(kind) {
	case SMS:
		return "message-square-text"
	case Voice:
		return "phone"
	}
	return "messages-square"
}

// wayDesk reads a form and finds out where the administrator works.
func (p *Pages) wayDesk(w http.ResponseWriter, r *http.Request) (people.Desk, error) {
	if err := web.ParseForm(w, r); err != nil {
		return people.Desk{}, err
	}
	return p.Desk(r)
}

func (p *Pages) setGateway(w http.ResponseWriter, r *http.Request) error {
	d, err := p.wayDesk(w, r)
	if err != nil {
		return err
	}
	f := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	c := gateway.Config{
		URL: f("url"), Body: f("body"), Header: f("header"), Secret: f("secret"), OKField: f("ok_field"), OKValue: f("ok_value"),
		IDField: f("id_field"), StateField: f("state_field"), StateValue: f("state_value"),
	}
	id, token, err := p.SetGateway(r.Context(), d.Actor, Channel(f("kind")), c)
	if fault.Is(err, fault.Invalid) {
		return p.showWays(w, r, http.StatusUnprocessableEntity, waysPage{Kind: f("kind"), Gateway: c, Form: "gateway", Fault: fault.As(err)})
	}
	if err != nil {
		return err
	}
	return p.showWays(w, r, http.StatusOK, waysPage{Token: token, Address: p.opts.Public + "/notify/receipt/" + string(d.Tenant.ID) + "/" + id})
}

func (p *Pages) addRobot(w http.ResponseWriter, r *http.Request) error {
	d, err := p.wayDesk(w, r)
	if err != nil {
		return err
	}
	c := robot.Config{Make: robot.Make(r.PostFormValue("make")), URL: strings.TrimSpace(r.PostFormValue("url")), Secret: strings.TrimSpace(r.PostFormValue("secret"))}
	err = p.AddRobot(r.Context(), d.Actor, c)
	if fault.Is(err, fault.Invalid) {
		return p.showWays(w, r, http.StatusUnprocessableEntity, waysPage{Robot: c, Form: "robot", Fault: fault.As(err)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, d.To("/admin/channels"), http.StatusSeeOther)
	return nil
}

// tryWay sends a test and shows what came of it.
func (p *Pages) tryWay(w http.ResponseWriter, r *http.Request) error {
	d, err := p.wayDesk(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	tried, err := p.Try(r.Context(), d.Actor, id, r.PostFormValue("phone"))
	if fault.Is(err, fault.Invalid) {
		return p.showWays(w, r, http.StatusUnprocessableEntity, waysPage{Form: id, Fault: fault.As(err)})
	}
	if err != nil {
		return err
	}
	return p.showWays(w, r, http.StatusOK, waysPage{Tried: &tried, TriedBy: id})
}

func (p *Pages) endWay(w http.ResponseWriter, r *http.Request) error {
	d, err := p.wayDesk(w, r)
	if err != nil {
		return err
	}
	if err := p.EndWay(r.Context(), d.Actor, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, d.To("/admin/channels"), http.StatusSeeOther)
	return nil
}

const receiptMost = 256 << 10

// receipt takes a gateway's receipts in. It shows its secret as a bearer or as
// the password of basic authentication: an address would be logged on the way.
func (p *Pages) receipt(w http.ResponseWriter, r *http.Request) error {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, token, _ = r.BasicAuth()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, receiptMost))
	if err != nil {
		return fault.Wrap(err, fault.TooLarge, "fault.too_large")
	}
	if err := p.Receipt(r.Context(), store.Tenant(r.PathValue("tenant")), r.PathValue("way"), token, body, r.Header.Get("Content-Type")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// shown is said by a phone's service worker that showed a note.
func (p *Pages) shown(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	if err := p.PushReceipt(r.Context(), r.PostFormValue("receipt")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// subscribe takes the browser in that the actor wants to be woken on.
func (p *Pages) subscribe(w http.ResponseWriter, r *http.Request) error {
	return p.waking(w, r, func(ctx context.Context, a people.Actor) error {
		return p.Subscribe(ctx, a, push.Subscription{Endpoint: r.PostFormValue("endpoint"), P256dh: r.PostFormValue("p256dh"), Auth: r.PostFormValue("auth")})
	})
}

func (p *Pages) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	return p.waking(w, r, func(ctx context.Context, a people.Actor) error {
		return p.Unsubscribe(ctx, a, r.PostFormValue("endpoint"))
	})
}

func (p *Pages) waking(w http.ResponseWriter, r *http.Request, do func(context.Context, people.Actor) error) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	a, err := people.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := do(r.Context(), a); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// refused is the sentence at a field of the form that was refused.
func (v waysPage) refused(ctx context.Context, form, field string) string {
	if v.Form != form || v.Fault == nil {
		return ""
	}
	for _, f := range v.Fault.Fields {
		if f.Name == field {
			return words.T(ctx, f.Key, f.Args...)
		}
	}
	return ""
}

// kinds are the channels of a gateway to choose from.
func (v waysPage) kinds(ctx context.Context) ui.Group {
	g := ui.Group{Name: "kind", Legend: words.T(ctx, "notify.way_for"), Required: true, Error: v.refused(ctx, "gateway", "kind")}
	for _, ch := range []Channel{SMS, Voice} {
		g.Choices = append(g.Choices, ui.Choice{Value: string(ch), Text: words.T(ctx, "notify.kind."+string(ch)), Icon: iconOf(string(ch)), Checked: v.Kind == string(ch)})
	}
	return g
}

func (v waysPage) makes(ctx context.Context) ui.Group {
	g := ui.Group{Name: "make", Legend: words.T(ctx, "notify.robot_make"), Required: true, Error: v.refused(ctx, "robot", "make")}
	for _, m := range robot.Makes() {
		g.Choices = append(g.Choices, ui.Choice{Value: string(m), Text: words.T(ctx, "notify.kind."+string(m)), Checked: v.Robot.Make == m})
	}
	return g
}

// outcome says how a test went.
func (v waysPage) outcome(ctx context.Context) string {
	if v.Tried.Trouble != "" {
		return words.T(ctx, "notify.try_failed", "why", v.Tried.Trouble)
	}
	return words.T(ctx, "notify.try_taken", "ms", v.Tried.Took.Milliseconds())
}

// field is one control of the gateway's form.
func (v waysPage) field(ctx context.Context, name, value string, required bool) ui.Control {
	c := ui.Control{ID: "gateway-" + name, Name: name, Label: words.T(ctx, "notify.way_field."+name), Value: value, Required: required, Error: v.refused(ctx, "gateway", name)}
	if !required {
		c.Optional = words.T(ctx, "notify.optional")
	}
	return c
}
