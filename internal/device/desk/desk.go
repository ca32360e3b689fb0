package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/codec"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// Pages are the pages of devices.
type Pages struct {
	Devices *device.Service
	Places  *place.Service
	Inbox   *inbox.Box
	Frame   ui.Frame
	Now     func() time.Time
	// Desk finds out where the actor works, see [people.Pages.Desk].
	Desk func(*http.Request) (people.Desk, error)
	// Homes are the dwellings that ought to have a detector: those of elders
	// who live alone.
	Homes func(context.Context, store.Tenant) ([]string, error)
	// Forget ends the open connections of a credential that has ended.
	Forget func(username string)
	// Noticed is what the MQTT door last did not take of a credential.
	Noticed func(tenant store.Tenant, username string) (mqtt.Notice, bool)
	// Linked says that a broker to follow was added or taken away.
	Linked  func()
	Brokers []string // hosts of brokers that may be followed
	Seal    *people.Sealer
	// Tickets are the newest tickets of a device that the actor may see.
	Tickets func(ctx context.Context, d people.Desk, unit string) ([]ui.Item, error)
	// Series is the page of what a device counted over months; empty: none.
	Series func(device.Unit) string
	Trial  string // where a test window is opened for a device; empty: nowhere
}

// Routes are the doors of the pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /devices", Access: "device.list", Do: p.list},
		{Pattern: "GET /devices/{id}", Access: "device.read", Do: p.unit},
		{Pattern: "POST /devices/{id}/bind", Access: "device.edit", Do: p.bind},
		{Pattern: "POST /devices/{id}/unbind", Access: "device.edit", Do: p.unbind},
		{Pattern: "POST /devices/{id}/tested", Access: "device.test", Do: p.tested},
		{Pattern: "GET /devices/{id}/messages", Access: "device.messages", Do: p.messages},
		{Pattern: "POST /devices/{id}/messages/{message}/replay", Access: "device.codec", Do: p.replayOne},
		{Pattern: "GET /devices/tests", Access: "device.list", Do: p.tests},
		{Pattern: "GET /devices/coverage", Access: "device.list", Do: p.coverage},
		{Pattern: "GET /devices/doors", Access: "device.credential", Do: p.doors},
		{Pattern: "POST /devices/doors", Access: "device.credential", Do: p.grant},
		{Pattern: "POST /devices/doors/{id}/end", Access: "device.credential", Do: p.end},
		{Pattern: "POST /devices/doors/{id}/unpin", Access: "device.credential", Do: p.unpin},
		{Pattern: "GET /devices/codecs", Access: "device.codec", Do: p.codecs},
		{Pattern: "POST /devices/codecs", Access: "device.codec", Do: p.codec, Most: 3 * codec.ScriptLimit},
		{Pattern: "POST /devices/codecs/remove", Access: "device.codec", Do: p.remove},
		{Pattern: "POST /devices/codecs/replay", Access: "device.codec", Do: p.replay},
	}
}

// say is a sentence of the room.
func say(ctx context.Context, key string, args ...any) string {
	return words.T(ctx, "device."+key, args...)
}

// views are the pages a person may go to, for the switch at their top.
func views(ctx context.Context, d people.Desk, at string) []ui.Segment {
	var list []ui.Segment
	for _, v := range []struct{ at, path, access, text string }{
		{"list", "/devices", "device.list", say(ctx, "view.list")},
		{"tests", "/devices/tests", "device.list", say(ctx, "view.tests")},
		{"coverage", "/devices/coverage", "device.list", say(ctx, "view.coverage")},
		{"doors", "/devices/doors", "device.credential", say(ctx, "view.doors")},
		{"codecs", "/devices/codecs", "device.codec", say(ctx, "view.codecs")},
	} {
		if (people.Access{}).Allow(d.Actor, v.access) == nil {
			list = append(list, ui.Segment{Href: templ.SafeURL(d.To(v.path)), Text: v.text, Current: v.at == at})
		}
	}
	return list
}

// top is what every page of the desk begins with.
type top struct {
	Desk    people.Desk
	Where   []ui.Segment // neighbourhoods to choose from
	Views   []ui.Segment
	Done    string // what was done
	Problem []ui.FormError
}

func topOf(ctx context.Context, d people.Desk, at, path string) top {
	t := top{Desk: d, Views: views(ctx, d, at)}
	if len(d.Choices) < 2 {
		return t
	}
	for _, c := range d.Choices {
		t.Where = append(t.Where, ui.Segment{Href: templ.URL(path + "?n=" + string(c.ID)), Text: c.Name, Current: c.ID == d.Tenant.ID})
	}
	return t
}

func (p *Pages) shell(r *http.Request, d people.Desk, title, sub string) ui.DeskShell {
	return p.Frame.Desk(r, "devices", ui.Head{Plate: d.Tenant.Name, Title: title, Sub: sub})
}

// problem is a fault that a person can mend as the summary above a form; any
// other error is returned.
func problem(ctx context.Context, err error, field string) ([]ui.FormError, error) {
	f := fault.As(err)
	switch f.Code {
	case fault.Invalid, fault.Conflict:
		return []ui.FormError{{ID: field, Text: words.T(ctx, f.Key, f.Args...)}}, nil
	}
	return nil, err
}

// unitFor is the device of a request, if the actor may use the access there;
// one that they may not even read is not found.
func (p *Pages) unitFor(r *http.Request, access string) (people.Desk, device.Unit, error) {
	d, err := p.Desk(r)
	if err != nil {
		return d, device.Unit{}, err
	}
	u, err := p.Devices.ByID(r.Context(), d.Tenant.ID, r.PathValue("id"))
	if err != nil {
		return d, u, err
	}
	if p.Devices.May(r.Context(), d.Actor, "device.read", u) != nil {
		return d, device.Unit{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return d, u, p.Devices.May(r.Context(), d.Actor, access, u)
}

// door is a place as on its door-plate; empty for none.
func (p *Pages) door(ctx context.Context, tenant store.Tenant, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	label, err := p.Places.Label(ctx, tenant, id)
	return label.Door, err
}
