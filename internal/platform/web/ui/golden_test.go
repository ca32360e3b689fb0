package ui_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/platform/web/ui"
	"github.com/linli/linli/internal/platform/web/ui/gallery"
	"github.com/linli/linli/internal/platform/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// hashes change with every touch of a static file and say nothing of the page.
var hashes = regexp.MustCompile(`\?v=[0-9a-f]{12}`)

func render(t *testing.T, name string, p ui.Page) string {
	t.Helper()
	var b strings.Builder
	if err := gallery.Page(name, p).Render(t.Context(), &b); err != nil {
		t.Fatalf("render %s: %v", name, err)
	}
	return b.String()
}

func texts(t *testing.T, lang words.Lang) ui.Words {
	t.Helper()
	c, err := gallery.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return gallery.Words(c, lang)
}

// TestPagesMatchTheirGoldenFiles holds the HTML of every sample page; run with
// -update after a wanted change and read the difference.
func TestPagesMatchTheirGoldenFiles(t *testing.T) {
	for _, lang := range words.Langs() {
		for _, name := range gallery.Names() {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				page := ui.Page{Words: texts(t, lang), Lang: lang.Tag()}
				got := strings.ReplaceAll(hashes.ReplaceAllString(render(t, name, page), "?v=HASH"), "><", ">\n<") + "\n"
				golden(t, filepath.Join("testdata", name+"."+string(lang)+".golden.html"), got)
			})
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read the golden file: %v", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestPagesKeepThePolicy: no style attribute, no inline script or handler.
func TestPagesKeepThePolicy(t *testing.T) {
	for _, name := range gallery.Names() {
		html := render(t, name, ui.Page{Words: texts(t, words.Chinese), Look: ui.Look{Theme: "dark", Elder: true}})
		for _, bad := range []string{` style="`, "<style", " onclick=", " onload=", "javascript:", "http://", "https://"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
		if n := strings.Count(html, "<h1"); n != 1 {
			t.Errorf("%s has %d first headings, want 1", name, n)
		}
		if n := strings.Count(html, "btn primary"); n > 2 {
			t.Errorf("%s has %d primary buttons", name, n)
		}
	}
}

// TestIconsExist looks for each icon a sample page uses in the sprite.
func TestIconsExist(t *testing.T) {
	sprite, err := os.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	use := regexp.MustCompile(`icons\.svg[^"#]*#([a-z0-9-]+)`)
	for _, name := range gallery.Names() {
		for _, m := range use.FindAllStringSubmatch(render(t, name, ui.Page{}), -1) {
			if !strings.Contains(string(sprite), `<symbol id="`+m[1]+`"`) {
				t.Errorf("%s uses the icon %q, which is not in the sprite", name, m[1])
			}
		}
	}
}

// TestWordsAreWhole: both languages hold every text the shells ask for, and
// none besides.
func TestWordsAreWhole(t *testing.T) {
	c, err := gallery.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	ui.WordsFrom(func(key string) string { asked[key] = true; return key })
	for _, lang := range words.Langs() {
		for key := range asked {
			if !c.Has(lang, key) || c.T(lang, key) == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		if have := len(c.Keys(lang)); have != len(asked) {
			t.Errorf("%s holds %d texts, %d are asked for", lang, have, len(asked))
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	const evil = `<script>alert(1)</script>`
	var b strings.Builder
	if err := ui.Rich("<b>"+evil+"</b>"+evil).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script") || !strings.HasPrefix(b.String(), "<b>&lt;script") {
		t.Errorf("rich text renders %s", b.String())
	}
}
