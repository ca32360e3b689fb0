package front

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web"
	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/words"
)

// messagesShown is how many messages a page of the inbox holds.
const messagesShown = 30

// inbox shows what somebody was told, newest first, and notes that it came.
func (w Web) inbox(rw http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := people.ActorOf(ctx)
	if err != nil {
		return err
	}
	list, err := w.Notify.Inbox(ctx, a.Tenant, a.Person, r.URL.Query().Get("before"), messagesShown)
	if err != nil {
		return err
	}
	if err := w.Notify.Delivered(ctx, a.Tenant, a.Person); err != nil {
		return err
	}
	items := make([]ui.Item, len(list))
	for i, m := range list {
		if items[i], err = w.message(ctx, m); err != nil {
			return err
		}
	}
	var older templ.SafeURL
	if len(list) == messagesShown {
		older = templ.SafeURL("/inbox?before=" + url.QueryEscape(list[len(list)-1].ID))
	}
	title := words.T(ctx, "front.inbox")
	body := inboxBody(items, ui.Paging{Label: words.T(ctx, "front.pages"), Older: older, OlderText: words.T(ctx, "front.older")})
	if a.AtDesk() {
		return w.show(rw, r, a, inner{title: title, at: "messages"}, body)
	}
	return web.Render(rw, r, http.StatusOK, ui.PhonePage(w.Frame.Home(r, title, "messages"), body))
}

// message is one message as a row. What rooms name by a code is put into words,
// and an argument named …_key stands there by the key of its words.
func (w Web) message(ctx context.Context, m notify.Message) (ui.Item, error) {
	var args []any
	for k, v := range m.Args {
		if named := w.Named[k]; named != nil {
			var err error
			if v, err = named(ctx, v); err != nil {
				return ui.Item{}, err
			}
		}
		if name, isKey := strings.CutSuffix(k, "_key"); isKey {
			k, v = name, words.T(ctx, v)
		}
		args = append(args, k, v)
	}
	say := func(key string, args ...any) string { return words.T(ctx, key, args...) }
	it := ui.Item{Href: templ.SafeURL(web.LocalPath(m.Link)), Title: notify.Timed(m.Args, words.T(ctx, m.Key, args...), say), Note: words.At(ctx, m.Created, w.Now())}
	if m.Seen.IsZero() {
		it.Tone, it.Tag = ui.Info, words.T(ctx, "front.unread")
	}
	return it, nil
}
