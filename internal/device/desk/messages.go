package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

const (
	messagesShown = 20
	messagesSeen  = 400 // of each credential, to find a device's among them
)

// messagesPage is what a device sent, as it came.
type messagesPage struct {
	top
	Unit   device.Unit
	Lines  []messageLine
	Paging ui.Paging
}

func (v messagesPage) unitLink() templ.SafeURL {
	return templ.SafeURL(v.Desk.To("/devices/" + url.PathEscape(v.Unit.ID)))
}

// messageLine is one message.
type messageLine struct {
	id             string
	At, From, Body string
	Said           []string
	Why            string // why it was not understood
	Tone           ui.Tone
	Tag            string
	Again          templ.SafeURL // has it read again; empty: the reader may not, or there is no need
}

// messages shows what a device sent, newest first.
func (p *Pages) messages(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, u, err := p.unitFor(r, "device.messages")
	if err != nil {
		return err
	}
	ear, err := p.Devices.Listen(ctx, d.Actor, u)
	if err != nil {
		return err
	}
	v := messagesPage{top: topOf(ctx, d, "", "/devices"), Unit: u}
	if r.FormValue("again") != "" {
		v.Done = say(ctx, "replayed", "n", 1)
	}
	next, err := p.heard(ctx, d, u, ear, r.FormValue("before"), &v)
	if err != nil {
		return err
	}
	here := "/devices/" + url.PathEscape(u.ID) + "/messages"
	v.Paging = ui.Paging{Label: say(ctx, "pages"), OlderText: say(ctx, "message.older"), NewerText: say(ctx, "newest")}
	if next != "" {
		v.Paging.Older = templ.SafeURL(d.To(here, "before", next))
	}
	if r.FormValue("before") != "" {
		v.Paging.Newer = templ.SafeURL(d.To(here))
	}
	door, err := p.door(ctx, d.Tenant.ID, u.Place)
	if err != nil {
		return err
	}
	head := ui.Head{Plate: orElse(door, say(ctx, "nowhere")), Title: say(ctx, "messages"), Sub: strings.TrimSpace(kinds(ctx, u) + " " + u.Spot)}
	return web.Render(w, r, http.StatusOK, messagesView(p.Frame.Desk(r, "devices", head), v))
}

// heard finds a page of the device's messages among those of its sources, and
// where the next page begins; empty: there is none. The sources are read to the
// same depth, so that the order holds.
func (p *Pages) heard(ctx context.Context, d people.Desk, u device.Unit, ear *device.Ear, before string, v *messagesPage) (next string, err error) {
	by, all := map[string]device.Credential{}, []inbox.Message{}
	for _, c := range ear.Sources {
		by[c.Username] = c
		list, err := p.Inbox.Recent(ctx, u.Tenant, c.Username, inbox.Page{Before: before, Limit: messagesSeen})
		if err != nil {
			return "", err
		}
		if len(list) == messagesSeen {
			next = max(next, list[len(list)-1].ID)
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b inbox.Message) int { return strings.Compare(b.ID, a.ID) })
	whole := (people.Access{}).May(d.Actor, "device.messages", people.Subject{Path: d.Root.Path}) == nil
	again := p.Devices.May(ctx, d.Actor, "device.codec", device.Unit{Tenant: u.Tenant}) == nil
	for _, m := range all {
		if m.ID < next {
			break
		}
		h, mine := ear.Hear(by[m.Device], m.Topic, m.Body)
		if !mine {
			continue
		}
		if len(v.Lines) == messagesShown {
			return v.Lines[len(v.Lines)-1].id, nil
		}
		v.Lines = append(v.Lines, p.messageLine(ctx, d, u, m, h, whole, again))
	}
	return next, nil
}

// messageLine is a message in the reader's words. What speaks of other devices
// too is shown whole to who manages all of the neighbourhood's.
func (p *Pages) messageLine(ctx context.Context, d people.Desk, u device.Unit, m inbox.Message, h device.Heard, whole, again bool) messageLine {
	l := messageLine{id: m.ID, At: words.Day(ctx, m.ReceivedAt, p.Now()) + " " + words.Seconds(m.ReceivedAt), From: strings.TrimSpace(m.Source + " " + m.Topic), Body: shown(m.Body), Tone: ui.OK, Tag: say(ctx, "codec.understood")}
	if h.Mixed && !whole {
		l.Body = say(ctx, "message.mixed")
	}
	l.Said, _ = spoken(ctx, device.Trial{Said: h.Said})
	switch {
	case m.DecodedAt.IsZero():
		l.Tone, l.Tag = ui.Info, say(ctx, "message.waits")
	case m.Trouble != "":
		l.Tone, l.Tag, l.Why = ui.Warn, say(ctx, "codec.not_understood"), m.Trouble
	}
	if m.Trouble != "" && again {
		l.Again = templ.SafeURL("/devices/" + url.PathEscape(u.ID) + "/messages/" + url.PathEscape(m.ID) + "/replay")
	}
	return l
}

// replayOne has one message that nobody understood read again.
func (p *Pages) replayOne(w http.ResponseWriter, r *http.Request) error {
	if err := web.ParseForm(w, r); err != nil {
		return err
	}
	d, u, err := p.unitFor(r, "device.codec")
	if err != nil {
		return err
	}
	if _, err := p.Inbox.Replay(r.Context(), inbox.Filter{Tenant: d.Tenant.ID, Message: r.PathValue("message")}); err != nil {
		return err
	}
	http.Redirect(w, r, d.To("/devices/"+url.PathEscape(u.ID)+"/messages", "again", "1"), http.StatusSeeOther)
	return nil
}
