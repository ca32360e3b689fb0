package browser

import (
	"context"

	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// Wakes lets the page's origin show notifications.
func (p *Page) Wakes(origin string) {
	p.t.Helper()
	p.call("allow notifications", func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, "Browser.grantPermissions", map[string]any{
			"origin": origin, "permissions": []string{"notifications"}, "browserContextId": chromedp.FromContext(p.ctx).BrowserContextID,
		}, nil)
	})
}

// Deliver hands what a push service brought to the origin's service worker.
func (p *Page) Deliver(origin, data string) {
	p.t.Helper()
	updates := chromedp.Events(p.ctx, serviceworker.WorkerRegistrationUpdated)
	p.call("hear of service workers", func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, "ServiceWorker.enable", map[string]any{}, nil)
	})
	for ev, err := range updates {
		if err != nil {
			p.t.Fatalf("service workers: %v", err)
		}
		for _, r := range ev.Registrations {
			if r.ScopeURL != origin+"/" || r.IsDeleted {
				continue
			}
			p.call("deliver a push", func(ctx context.Context, t *chromedp.Target) error {
				return t.Call(ctx, "ServiceWorker.deliverPushMessage", map[string]any{"origin": origin, "registrationId": r.RegistrationID, "data": data}, nil)
			})
			return
		}
	}
	p.t.Fatal("no service worker took it")
}
