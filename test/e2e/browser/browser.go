package browser

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/linli/linli/test/need"
)

// Patience is how long a step waits for what it needs. Long, for two loaded
// cores; a step that finds it at once does not wait.
const Patience = 15 * time.Second

// Tools are the programs a story needs.
type Tools struct {
	Chromium string // path of the browser
	Axe      string // text of axe.min.js
}

// Require finds Chromium and axe. If one is missing the test ends as
// [need.Missing] says.
func Require(t testing.TB) Tools {
	t.Helper()
	tools, missing := lookForTools()
	if missing == "" {
		return tools
	}
	need.Missing(t, "browser story: "+missing)
	return Tools{}
}

func lookForTools() (Tools, string) {
	chromium := chromiumPath()
	if chromium == "" {
		return Tools{}, "no Chromium; set LINLI_CHROMIUM or put chromium on PATH"
	}
	path := os.Getenv("LINLI_AXE")
	if path == "" {
		return Tools{}, "no axe-core; set LINLI_AXE to the path of axe.min.js"
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		return Tools{}, "LINLI_AXE cannot be read: " + err.Error()
	}
	return Tools{Chromium: chromium, Axe: string(axe)}, ""
}

func chromiumPath() string {
	for _, name := range []string{os.Getenv("LINLI_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Browser is one running Chromium.
type Browser struct {
	ctx   context.Context
	tools Tools
}

// New starts a browser with an empty profile; it ends with the test.
func New(t testing.TB) *Browser {
	t.Helper()
	tools := Require(t)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), flags(tools.Chromium, t.TempDir())...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", tools.Chromium, err)
	}
	return &Browser{ctx: ctx, tools: tools}
}

func flags(path, profile string) []chromedp.ExecAllocatorOption {
	out := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless,
		chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
	}
	for _, name := range []string{
		"disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update",
		"disable-sync", "disable-dev-shm-usage", "disable-default-apps", "disable-extensions",
		"hide-scrollbars", "mute-audio", "disable-background-timer-throttling", "disable-renderer-backgrounding",
	} {
		out = append(out, chromedp.Flag(name, true))
	}
	return append(out, chromedp.Flag("lang", "zh-CN"), chromedp.Flag("force-color-profile", "srgb"))
}

// Page opens a tab with its own cookies and storage: one person of the story.
func (b *Browser) Page(t testing.TB) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, axe: b.tools.Axe, attached: map[target.ID]context.Context{}}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	p.Viewport(Phone)
	p.watch()
	return p
}
