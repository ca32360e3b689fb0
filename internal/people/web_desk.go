package people

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
)

// deskRoutes are the doors of those who keep the registers.
func (p *Pages) deskRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /admin", Access: "people.read", Do: p.people},
		{Pattern: "GET /admin/people/{id}", Access: "people.read", Do: p.person},
		{Pattern: "POST /admin/people/{id}/show", Access: "people.read", Do: p.personShown},
		{Pattern: "GET /admin/places", Access: "place.read", Do: p.places},
		{Pattern: "GET /admin/posts", Access: "post.edit", Do: p.posts},
		{Pattern: "POST /admin/posts", Access: "post.edit", Do: p.postGiven},
		{Pattern: "GET /admin/posts/{id}/end", Access: "post.edit", Do: p.postEnd},
		{Pattern: "POST /admin/posts/{id}/end", Access: "post.edit", Do: p.postEnded},
		{Pattern: "GET /admin/codes", Access: "code.issue", Do: p.codes},
		{Pattern: "POST /admin/codes", Access: "code.issue", Do: p.codesIssued},
		{Pattern: "GET /admin/accounts", Access: "account.invite", Do: p.accounts},
		{Pattern: "POST /admin/accounts", Access: "account.invite", Do: p.accountInvited},
		{Pattern: "GET /admin/audit", Access: "audit.read", Do: p.audit},
	}
}

// Desk is as whom and where somebody keeps the registers.
type Desk struct {
	Actor   Actor // as they act in the tenant
	Tenant  place.Tenant
	Choices []place.Tenant // more than one for an administrator of the office
	Root    place.Node
}

// Desk finds out from the parameter n, the id of a tenant, where an
// administrator works. Without it that is one's own tenant, and for the
// office's administrator the first neighbourhood. A tenant one does not manage
// is a not_found fault.
func (p *Pages) Desk(r *http.Request) (Desk, error) {
	ctx := r.Context()
	home, err := ActorOf(ctx)
	if err != nil {
		return Desk{}, err
	}
	d := Desk{}
	if d.Choices, err = p.managed(ctx, home); err != nil {
		return Desk{}, err
	}
	n := store.Tenant(r.FormValue("n"))
	if n == "" && len(d.Choices) > 0 {
		n = d.Choices[min(1, len(d.Choices)-1)].ID
	}
	if d.Actor, err = p.Door.Acting(ctx, home, n); err != nil {
		return Desk{}, err
	}
	if d.Tenant, err = p.Places.Tenant(ctx, d.Actor.Tenant); err != nil {
		return Desk{}, err
	}
	d.Root, err = p.Places.ByID(ctx, d.Tenant.ID, d.Tenant.Root)
	return d, err
}

// managed are the tenants the actor manages, the own one first.
func (p *Pages) managed(ctx context.Context, a Actor) ([]place.Tenant, error) {
	all, err := p.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t place.Tenant) bool {
		_, err := p.Door.Acting(ctx, a, t.ID)
		return err != nil
	}), nil
}

// n is the parameter that keeps a desk where it is; empty at home without a
// choice.
func (d Desk) n() string {
	if len(d.Choices) < 2 {
		return ""
	}
	return string(d.Tenant.ID)
}

// To is a link that stays at the same tenant; pairs of names and values.
func (d Desk) To(path string, pairs ...string) string {
	return string(link(path, append([]string{"n", d.n()}, pairs...)...))
}

// picker are the tenants to choose from on a page.
func (d Desk) picker(path string) []ui.Segment {
	var out []ui.Segment
	for _, t := range d.Choices {
		out = append(out, ui.Segment{Href: link(path, "n", string(t.ID)), Text: t.Name, Current: t.ID == d.Tenant.ID})
	}
	return out
}

// head is the top of a desk page: where, and which page.
func (d Desk) head(title, sub string) ui.Head {
	return ui.Head{Plate: d.Tenant.Name, Title: title, Sub: sub}
}

// may is Access.May for the actor at the desk.
func (d Desk) may(access, path string) error {
	return Access{}.May(d.Actor, access, Subject{Path: path})
}

// placeAt is the place with this id, or the root for the empty id. Where the
// actor may not use the access it is a not_found fault.
func (p *Pages) placeAt(ctx context.Context, d Desk, id, access string) (place.Node, error) {
	if id == "" {
		id = d.first(access)
	}
	n, err := p.Places.ByID(ctx, d.Tenant.ID, id)
	if err != nil {
		return place.Node{}, err
	}
	if d.may(access, n.Path) != nil {
		return place.Node{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return n, nil
}

// first is the widest place of the tenant where the actor may use an access.
func (d Desk) first(access string) string {
	if d.may(access, d.Root.Path) == nil {
		return d.Root.ID
	}
	best := Held{Place: d.Root.ID, Path: strings.Repeat("/", 1<<10)}
	for _, h := range d.Actor.Posts {
		if h.Path != "" && len(h.Path) < len(best.Path) && d.may(access, h.Path) == nil {
			best = h
		}
	}
	return best.Place
}

// served are the places of the actor's posts where an access holds, for a
// choice among them.
func (d Desk) served(access string) []Held {
	var out []Held
	for _, h := range d.Actor.Posts {
		known := slices.ContainsFunc(out, func(o Held) bool { return o.Place == h.Place })
		if h.Path != "" && !known && d.may(access, h.Path) == nil {
			out = append(out, h)
		}
	}
	return out
}
