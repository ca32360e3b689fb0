package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The goals of g.
const (
	bytesGoal = 50_000
	paintGoal = 1200 // ms
)

// firstPages are what a resident opens first.
func firstPages() []struct{ name, path string } {
	return []struct{ name, path string }{{"home", "/"}, {"report", "/report/new"}}
}

// firstPage measures g: what the first page costs a phone that was never here.
func (r *run) firstPage(ctx context.Context) error {
	return r.visit(ctx, 0, func(h house, p *process) error {
		c := newClient(p.base, 1)
		for _, page := range firstPages() {
			n, files, err := weigh(ctx, c, page.path, h.homes[0].cookie)
			if err != nil {
				return err
			}
			m := Metric{Name: "g.bytes." + page.name, Value: float64(n) / 1000, Unit: "KB", N: files, Note: "packed, with all its own files"}
			r.emit(m.judged("<= 50 KB", n <= bytesGoal))
		}
		return r.paint(ctx, h, p)
	})
}

// weigh is the bytes of a page's body and of every file it names, packed as a
// browser asks for them, and how many there are.
func weigh(ctx context.Context, c client, path, cookie string) (n, files int, err error) {
	plain, err := c.send(ctx, request{method: http.MethodGet, path: path, cookie: cookie, want: http.StatusOK})
	if err != nil {
		return 0, 0, err
	}
	for _, at := range append([]string{path}, named(plain)...) {
		body, err := c.send(ctx, request{method: http.MethodGet, path: at, cookie: cookie, gzip: true, want: http.StatusOK})
		if err != nil {
			return 0, 0, err
		}
		n, files = n+len(body), files+1
	}
	return n, files, nil
}

// named are the files of this site that a page loads by itself: styles,
// scripts, pictures and icons, each once.
func named(page []byte) []string {
	re := regexp.MustCompile(`<(?:link|script|img|use|source)\b[^>]*?\s(?:href|src)="(/[^"#]*)`)
	var out []string
	for _, m := range re.FindAllSubmatch(page, -1) {
		at := html.UnescapeString(string(m[1]))
		if !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// painted is what the browser says of one page.
type painted struct {
	Page  string  `json:"page"`
	LCP   float64 `json:"lcp"`   // ms
	Bytes float64 `json:"bytes"` // over the wire, with headers
}

// paint lets a browser on a slow line open the pages. The browser's driver is
// a program of its own beside the peers, so that linli does not carry it.
func (r *run) paint(ctx context.Context, h house, p *process) error {
	const goal = "<= 1.2 s on slow 4G"
	skip := func(why string) error {
		r.emit(missed("g.lcp", "ms", goal, why))
		return nil
	}
	if r.Peers == "" {
		return skip("no --peers: the browser's driver is built from there")
	}
	driver := filepath.Join(r.Temp, "paint")
	if out, err := build(ctx, filepath.Join(r.Peers, "paint"), driver); err != nil {
		return skip(fmt.Sprintf("%v: %.300s", err, out))
	}
	for _, page := range firstPages() {
		out, err := exec.CommandContext(ctx, driver, "-base", p.base, "-path", page.path, "-cookie", h.homes[0].cookie).Output()
		if err != nil {
			return skip(strings.TrimSpace(string(out)))
		}
		var x painted
		if err := json.Unmarshal(out, &x); err != nil {
			return err
		}
		m := Metric{Name: "g.lcp." + page.name, Value: x.LCP, Unit: "ms", N: 1, Note: fmt.Sprintf("%.1f KB over the wire", x.Bytes/1000)}
		r.emit(m.judged(goal, x.LCP <= paintGoal))
	}
	return nil
}

// build builds the program in a folder and returns what the compiler said.
func build(ctx context.Context, dir, to string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, ".")
	cmd.Dir = dir
	return cmd.CombinedOutput()
}
