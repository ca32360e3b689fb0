package notify

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Pages are where an administrator says which programs are told what happens
// in a neighbourhood.
type Pages struct {
	*Service
	Frame ui.Frame
	// Desk finds out where the administrator works, see [people.Pages.Desk].
	Desk func(*http.Request) (people.Desk, error)
}

// Routes are the doors of the pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /admin/webhooks", Access: "webhook.edit", Do: p.list},
		{Pattern: "POST /admin/webhooks", Access: "webhook.edit", Do: p.add},
		{Pattern: "POST /admin/webhooks/{id}/end", Access: "webhook.edit", Do: p.end},
		{Pattern: "GET /admin/channels", Access: "webhook.edit", Do: p.ways},
		{Pattern: "POST /admin/channels/gateway", Access: "webhook.edit", Do: p.setGateway},
		{Pattern: "POST /admin/channels/robot", Access: "webhook.edit", Do: p.addRobot},
		{Pattern: "POST /admin/channels/{id}/try", Access: "webhook.edit", Do: p.tryWay},
		{Pattern: "POST /admin/channels/{id}/end", Access: "webhook.edit", Do: p.endWay},
		{Pattern: "POST /notify/receipt/{tenant}/{way}", Access: web.Public, Do: p.receipt, Most: receiptMost, Reads: true},
		{Pattern: "POST /notify/shown", Access: web.Public, Do: p.shown},
		{Pattern: "POST /notify/push", Access: "alarm.answer", Do: p.subscribe},
		{Pattern: "POST /notify/push/end", Access: "alarm.answer", Do: p.unsubscribe},
	}
}

// hooksPage is what the page shows.
type hooksPage struct {
	Desk    people.Desk
	Choices []ui.Segment
	Hooks   []hookLine
	Hosts   []string
	Address string // typed and refused
	Error   string
	Secret  string // of the one just added, shown this once
}

// hookLine is an address and how its last message went.
type hookLine struct {
	Hook
	Since string
	Last  string
	Tone  ui.Tone
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, hooksPage{})
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, v hooksPage) error {
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	hooks, err := p.Hooks(ctx, d.Tenant.ID)
	if err != nil {
		return err
	}
	v.Desk, v.Hosts = d, p.opts.Hosts
	for _, t := range d.Choices {
		v.Choices = append(v.Choices, ui.Segment{Href: templ.URL("/admin/webhooks?n=" + string(t.ID)), Text: t.Name, Current: t.ID == d.Tenant.ID})
	}
	for _, h := range hooks {
		line, err := p.line(ctx, d.Tenant.ID, h)
		if err != nil {
			return err
		}
		v.Hooks = append(v.Hooks, line)
	}
	head := ui.Head{Plate: d.Tenant.Name, Title: words.T(ctx, "notify.hooks"), Sub: words.T(ctx, "notify.hooks_sub")}
	return web.Render(w, r, status, hooksView(p.Frame.Desk(r, "webhooks", head), v))
}

// line says how the last message to an address went.
func (p *Pages) line(ctx context.Context, tenant store.Tenant, h Hook) (hookLine, error) {
	now := p.store.Now()
	line := hookLine{Hook: h, Since: words.At(ctx, h.Since, now), Last: words.T(ctx, "notify.hook_nothing")}
	last, err := New(p.store.Reader()).LastTo(ctx, tenant, h.ID, string(Webhook))
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return line, nil
	}
	if err != nil {
		return line, err
	}
	switch {
	case last.DeliveredAt != 0:
		line.Tone, line.Last = ui.OK, words.T(ctx, "notify.hook_taken", "at", words.At(ctx, store.Time(last.DeliveredAt), now))
	case last.Attempts > 0:
		line.Tone, line.Last = ui.Warn, words.T(ctx, "notify.hook_failing", "n", last.Attempts)
	default:
		line.Last = words.T(ctx, "notify.hook_waiting")
	}
	return line, nil
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	address := r.PostFormValue("url")
	_, secret, err := p.AddHook(r.Context(), d.Actor, address)
	if fault.Is(err, fault.Invalid) {
		f := fault.As(err)
		return p.show(w, r, http.StatusUnprocessableEntity, hooksPage{Address: address, Error: words.T(r.Context(), f.Key, f.Args...)})
	}
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, hooksPage{Secret: secret})
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, err := p.Desk(r)
	if err != nil {
		return err
	}
	if err := p.EndHook(r.Context(), d.Actor, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, d.To("/admin/webhooks"), http.StatusSeeOther)
	return nil
}
