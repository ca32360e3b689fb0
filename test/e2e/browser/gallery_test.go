package browser_test

import (
	"testing"

	"github.com/linli/linli/internal/platform/web/ui/gallery"
	"github.com/linli/linli/test/e2e/browser"
)

// TestGalleryIsReadableByEverybody looks at every sample page in light, dark
// and large type, on a phone and at a desk: no breach of WCAG 2.2 AA, nothing
// scrolls sideways, no script error, no breach of the content policy.
func TestGalleryIsReadableByEverybody(t *testing.T) {
	srv := (&desk{}).server(t)
	for _, look := range []struct{ name, theme, mode string }{{"light", "light", "standard"}, {"dark", "dark", "standard"}, {"elder", "light", "elder"}, {"elder-dark", "dark", "elder"}} {
		t.Run(look.name, func(t *testing.T) {
			t.Parallel()
			p := browser.New(t).Page(t)
			p.Theme(look.theme)
			p.Mode(look.mode)
			for _, name := range gallery.Names() {
				p.Viewport(browser.Small)
				p.Open(srv.URL + "/" + name)
				p.Ready()
				p.Fits(t)
				p.Viewport(browser.Phone)
				p.Fits(t)
				p.Axe(t)
				p.Shot(t, name+"-phone-"+look.name)
				p.Viewport(browser.Desk)
				p.Fits(t)
				p.Axe(t)
				p.Shot(t, name+"-desk-"+look.name)
			}
			p.NoMistakes(t)
		})
	}
}
