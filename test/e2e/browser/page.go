package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Size is a window.
type Size int

// Phone (390×844) and Desk (1440×900) are the sizes the design is drawn at;
// Small (320×640) is the narrowest a page must hold, and what 200 % zoom leaves
// of a small laptop.
const (
	Phone Size = iota
	Desk
	Small
)

// pixels are width and height in CSS pixels.
func (s Size) pixels() (int64, int64) {
	switch s {
	case Desk:
		return 1440, 900
	case Small:
		return 320, 640
	}
	return 390, 844
}

// Page is a tab. Its methods fail the test they were made for.
type Page struct {
	t    testing.TB
	ctx  context.Context
	axe  string
	url  string
	size Size
	// mode is set as a cookie once an address is known.
	mode *string
	// attached are the service workers whose network was cut.
	attached map[target.ID]context.Context

	mu       sync.Mutex
	mistakes []string
}

// within runs one step with Patience and says which step failed.
func within[T any](p *Page, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// Open loads an address and waits until it is loaded.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.url = url
	p.setMode()
	within(p, "open "+url, chromedp.Navigate(url))
}

// TryOpen loads an address that may fail, and gives the error.
func (p *Page) TryOpen(url string) error {
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Navigate(url))
	return err
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.t.Helper()
	within(p, "reload", chromedp.Reload())
}

// URL is the address shown.
func (p *Page) URL() string {
	p.t.Helper()
	return within(p, "read the address", chromedp.Location())
}

// pointing is an expression for the middle of the first button, link or label
// that says words and is not covered: one that says nothing else before one
// that says more. It scrolls there.
func pointing(words string) string {
	return `(()=>{const w=` + quote(words) + `,said=e=>e.innerText.replace(/\s+/g,' ').trim(),seen=[...document.querySelectorAll('a,button,label,summary')].filter(e=>e.checkVisibility());
		const e=seen.find(e=>said(e)===w)||seen.find(e=>said(e).includes(w));
		if(!e)return null;
		e.scrollIntoView({block:'center',behavior:'instant'});
		const r=e.getClientRects()[0],x=r.left+r.width/2,y=r.top+r.height/2;
		return e.contains(document.elementFromPoint(x,y))?[x,y]:null})()`
}

// Click presses what sel finds, when it is visible.
func (p *Page) Click(sel string) {
	p.t.Helper()
	words, ok := strings.CutPrefix(sel, "text=")
	if !ok {
		within(p, "click "+sel, chromedp.Click(chromedp.CSS(sel), chromedp.NodeVisible))
		return
	}
	p.Wait(sel, pointing(words))
	var at []float64
	if p.Eval(pointing(words), &at); len(at) != 2 {
		p.t.Fatalf("%s went away", sel)
	}
	within(p, "click "+sel, chromedp.MouseClickXY(at[0], at[1]))
}

// Type writes text into a field, after what is there.
func (p *Page) Type(sel, text string) {
	p.t.Helper()
	within(p, "type into "+sel, chromedp.SendKeys(chromedp.CSS(sel), text))
}

// Clear empties a field.
func (p *Page) Clear(sel string) {
	p.t.Helper()
	p.Wait("the field "+sel, "document.querySelector("+quote(sel)+")")
	p.Eval("(e=>{e.value='';e.dispatchEvent(new Event('input',{bubbles:true}))})(document.querySelector("+quote(sel)+"))", nil)
}

// Keys presses keys on whatever has the focus.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	within(p, "press "+keys, chromedp.KeyEvent(keys))
}

// SetFiles picks files in a file field, as the gallery would.
func (p *Page) SetFiles(sel string, paths ...string) {
	p.t.Helper()
	for i, path := range paths {
		abs, err := filepath.Abs(path)
		if err != nil {
			p.t.Fatalf("pick %s: %v", path, err)
		}
		paths[i] = abs
	}
	within(p, "pick files in "+sel, chromedp.SetUploadFiles(chromedp.CSS(sel), paths))
}

// Text is what a person reads in sel.
func (p *Page) Text(sel string) string {
	p.t.Helper()
	return within(p, "read "+sel, chromedp.Text(chromedp.CSS(sel)))
}

// Eval runs a JavaScript expression, waits for its promise and decodes its
// JSON value into out, unless out is nil.
func (p *Page) Eval(expression string, out any) {
	p.t.Helper()
	b := within(p, "evaluate "+clip(expression), eval(expression))
	if out == nil {
		return
	}
	if err := json.Unmarshal(b, out); err != nil {
		p.t.Fatalf("decode %s: %v", clip(expression), err)
	}
}

// eval works under the product's policy: it is the debugger that asks, not the page.
func eval(expression string) chromedp.Action[[]byte] {
	wrapped := "(async()=>JSON.stringify((await (" + expression + "))??null))()"
	return func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		yes := true
		r, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: wrapped, AwaitPromise: &yes, ReturnByValue: &yes})
		if err != nil {
			return nil, err
		}
		if r.ExceptionDetails != nil {
			return nil, fmt.Errorf("%s", r.ExceptionDetails.Text+" "+describe(r.ExceptionDetails.Exception))
		}
		var text string
		if err := json.Unmarshal(r.Result.Value, &text); err != nil {
			return nil, err
		}
		return []byte(text), nil
	}
}

func describe(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// Wait waits until a JavaScript expression is true.
func (p *Page) Wait(what, expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		b, err := chromedp.Run(ctx, eval("!!("+expression+")"))
		if err == nil && string(b) == "true" {
			return
		}
		select {
		case <-ctx.Done():
			p.stuck()
			p.t.Fatalf("waited %v for %s (last answer %s, %v) at %s", Patience, what, b, err, p.url)
		case <-tick.C:
		}
	}
}

// WaitText waits until sel shows text.
func (p *Page) WaitText(sel, text string) {
	p.t.Helper()
	s, w := quote(sel), quote(text)
	p.Wait(fmt.Sprintf("%q in %s", text, sel), fmt.Sprintf("[...document.querySelectorAll(%s)].some(e=>e.innerText.includes(%s))", s, w))
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// Ready waits until the page's script has taken up forms and drafts.
func (p *Page) Ready() {
	p.t.Helper()
	p.Wait("the script", "document.documentElement.dataset.ready==='1'")
}

// Listening waits until the page's live part is connected to the server.
func (p *Page) Listening() {
	p.t.Helper()
	p.Wait("the live part", "[...document.querySelectorAll('[hx-swap=innerMorph]')].some(e=>e._htmx?.sse?.status===200)")
}

// Kept waits until the service worker has stored the report page.
func (p *Page) Kept() {
	p.t.Helper()
	p.Wait("the pages kept for the basement", "document.documentElement.dataset.kept==='1'")
}

// Viewport sets the window.
func (p *Page) Viewport(s Size) {
	p.t.Helper()
	p.size = s
	width, height := s.pixels()
	within(p, "size the window", chromedp.EmulateViewport(width, height))
}

// Theme says what the person's device prefers: "dark" or "light".
func (p *Page) Theme(name string) {
	p.t.Helper()
	p.call("prefer "+name, func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
}

// Mode chooses the type size: "elder" or "standard". It holds from the
// next Open or Reload.
func (p *Page) Mode(name string) {
	p.t.Helper()
	p.mode = &name
	p.setMode()
}

func (p *Page) setMode() {
	p.t.Helper()
	if p.mode == nil || p.url == "" {
		return
	}
	p.call("choose the type size", func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: "mode", Value: *p.mode, URL: p.url, Path: "/"})
		return err
	})
}

// NoJS turns the page's own scripts off, from the next Open on.
func (p *Page) NoJS() {
	p.t.Helper()
	p.call("turn scripts off", func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

func (p *Page) call(what string, f func(context.Context, *chromedp.Target) error) {
	p.t.Helper()
	within(p, what, chromedp.Func(f))
}

// Offline cuts or restores the network of the page and of its service workers.
func (p *Page) Offline(off bool) {
	p.t.Helper()
	for _, id := range p.workers() {
		if p.attached[id] == nil {
			ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithTargetID(id))
			p.t.Cleanup(cancel) // the emulation lasts as long as we stay attached
			p.attached[id] = ctx
		}
		if _, err := chromedp.Run(p.attached[id], cut(off)); err != nil {
			p.t.Fatalf("cut the network of a service worker: %v", err)
		}
	}
	within(p, "cut the network", cut(off))
}

func cut(off bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, "Network.emulateNetworkConditions", map[string]any{
			"offline": off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
		}, nil)
	})
}

func (p *Page) workers() []target.ID {
	p.t.Helper()
	all, err := chromedp.Targets(p.ctx)
	if err != nil {
		p.t.Fatalf("list the targets: %v", err)
	}
	mine := chromedp.FromContext(p.ctx).BrowserContextID
	var out []target.ID
	for _, info := range all {
		if info.Type == "service_worker" && info.BrowserContextID == mine {
			out = append(out, info.TargetID)
		}
	}
	return out
}

// watch gathers script errors and breaches of the policy.
func (p *Page) watch() {
	thrown, logged := chromedp.Events(p.ctx, runtime.ExceptionThrown), chromedp.Events(p.ctx, log.EntryAdded)
	var done sync.WaitGroup
	done.Go(func() {
		for ev, err := range thrown {
			if err != nil {
				return
			}
			p.note(ev.ExceptionDetails.Text + " " + describe(ev.ExceptionDetails.Exception))
		}
	})
	done.Go(func() {
		for ev, err := range logged {
			if err != nil {
				return
			}
			if ev.Entry.Source == log.EntrySourceSecurity || ev.Entry.Source == log.EntrySourceJavascript {
				p.note(ev.Entry.Text)
			}
		}
	})
}

func (p *Page) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mistakes = append(p.mistakes, text)
}

// NoMistakes fails if a script threw or the page broke the content policy.
func (p *Page) NoMistakes(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.mistakes {
		t.Errorf("the page's console: %s", m)
	}
}
