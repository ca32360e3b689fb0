package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
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

// Browser is a running Chromium. Stories share one: each of their pages has
// cookies and storage of its own.
type Browser struct {
	ctx   context.Context
	tools Tools
}

// chromium is the one of a test program, with an empty profile.
type chromium struct {
	sync.Mutex
	ctx  context.Context
	stop func() error
}

var running chromium

// Main runs the tests of a package and ends the browser that they shared.
func Main(m *testing.M) {
	m.Run()
	if running.stop == nil {
		return
	}
	if err := running.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "end the browser:", err)
	}
}

// New is a browser, which is started by the first story that asks. The package
// of the test calls [Main].
func New(t testing.TB) *Browser {
	t.Helper()
	tools := Require(t)
	ctx, err := running.start(tools.Chromium)
	if err != nil {
		t.Fatalf("start %s: %v", tools.Chromium, err)
	}
	return &Browser{ctx: ctx, tools: tools}
}

// start starts it unless it runs: one that crashed costs its story, not the rest.
func (c *chromium) start(path string) (context.Context, error) {
	c.Lock()
	defer c.Unlock()
	if c.ctx != nil && c.ctx.Err() == nil {
		return c.ctx, nil
	}
	if c.stop != nil {
		if err := c.stop(); err != nil {
			return nil, err
		}
	}
	profile, err := os.MkdirTemp("", "linli-browser-")
	if err != nil {
		return nil, err
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), flags(path, profile)...)
	ctx, cancel := chromedp.NewContext(alloc)
	c.stop = func() error {
		cancel()
		end()
		return os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil {
		return nil, err
	}
	c.ctx = ctx
	return ctx, nil
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
