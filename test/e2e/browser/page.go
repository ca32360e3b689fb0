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

// saying is an XPath for the button, link or label that says words.
func saying(words string) chromedp.Search {
	q := xpathText(words)
	return chromedp.Search(fmt.Sprintf(`//*[self::a or self::button or self::label or self::summary][contains(normalize-space(.), %s)]`, q))
}

// xpathText quotes words for XPath, which knows no escapes.
func xpathText(words string) string {
	if !strings.Contains(words, `"`) {
		return `"` + words + `"`
	}
	return `concat("` + strings.ReplaceAll(words, `"`, `", '"', "`) + `")`
}

// Click presses what sel finds, when it is visible.
func (p *Page) Click(sel string) {
	p.t.Helper()
	if words, ok := strings.CutPrefix(sel, "text="); ok {
		within(p, "click "+sel, chromedp.Click(saying(words), chromedp.NodeVisible))
		return
	}
	within(p, "click "+sel, chromedp.Click(chromedp.CSS(sel), chromedp.NodeVisible))
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
		ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithTargetID(id))
		if _, err := chromedp.Run(ctx, cut(off)); err != nil {
			p.t.Fatalf("cut the network of a service worker: %v", err)
		}
		p.t.Cleanup(cancel) // the emulation lasts as long as we stay attached
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
