package browser

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Shot writes a picture of the whole page to LINLI_SHOTS/name.png, if set. The
// window grows to the page for it, so that what is fixed to the bottom stands
// there.
func (p *Page) Shot(t testing.TB, name string) {
	t.Helper()
	dir := os.Getenv("LINLI_SHOTS")
	if dir == "" {
		return
	}
	var height int64
	p.Eval("document.documentElement.scrollHeight", &height)
	width, usual := p.size.pixels()
	within(p, "stretch the window", chromedp.EmulateViewport(width, max(height, usual)))
	png := within(p, "take a picture", picture)
	p.Viewport(p.size)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatalf("make the folder for pictures: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatalf("keep a picture: %v", err)
	}
}

// picture is the whole page as a PNG that is packed fast, not small: what packing
// it small costs, the stories that take hundreds notice.
func picture(ctx context.Context, t *chromedp.Target) ([]byte, error) {
	yes := true
	r, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{FromSurface: &yes, CaptureBeyondViewport: &yes, OptimizeForSpeed: &yes})
	if err != nil {
		return nil, err
	}
	return r.Data, nil
}

// stuck keeps a picture of the page on which a step waited in vain.
func (p *Page) stuck() {
	dir := os.Getenv("LINLI_SHOTS")
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	png, err := chromedp.Run(ctx, picture)
	if dir == "" || err != nil {
		return
	}
	name := strings.Map(func(r rune) rune {
		if r < '0' || r > 'z' {
			return '-'
		}
		return r
	}, p.t.Name())
	if err := os.WriteFile(filepath.Join(dir, "stuck-"+name+".png"), png, 0o600); err != nil {
		p.t.Logf("keep a picture: %v", err)
	}
}

// Violation is a rule of axe that the page breaks, with where.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML, FailureSummary string
		Target               []any
	}
}

// String is the violation as a person reads it.
func (v Violation) String() string {
	var b strings.Builder
	b.WriteString(v.ID + " (" + v.Impact + "): " + v.Help)
	for _, n := range v.Nodes {
		b.WriteString("\n  " + clip(n.HTML) + "\n    " + strings.ReplaceAll(n.FailureSummary, "\n", "\n    "))
	}
	return b.String()
}

// Violations asks axe for breaches of WCAG 2.0, 2.1 and 2.2, levels A and AA.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	var there bool // since the last look at this page
	if p.Eval("!!window.axe", &there); !there {
		within(p, "load axe", eval("(()=>{"+p.axe+"\n})(),null"))
	}
	var out []Violation
	p.Eval(`axe.run(document,{runOnly:{type:"tag",values:["wcag2a","wcag2aa","wcag21aa","wcag22aa"]},resultTypes:["violations"]}).then(r=>r.violations)`, &out)
	return out
}

// Axe fails the test on any violation.
func (p *Page) Axe(t testing.TB) {
	t.Helper()
	for _, v := range p.Violations() {
		t.Errorf("axe at %s: %s", p.url, v)
	}
}

// Fits fails if the page scrolls sideways, and names what sticks out.
func (p *Page) Fits(t testing.TB) {
	t.Helper()
	var out []string
	p.Eval(`(()=>{const w=document.documentElement.clientWidth;
		if(document.documentElement.scrollWidth<=w)return [];
		return [...document.querySelectorAll("body *")].filter(e=>e.getBoundingClientRect().right>w+1&&!e.closest(".hero,.sr")).slice(0,5).map(e=>e.outerHTML.slice(0,90))})()`, &out)
	if len(out) > 0 {
		t.Errorf("%s scrolls sideways because of:\n  %s", p.url, strings.Join(out, "\n  "))
	}
}
