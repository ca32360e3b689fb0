package e2e_test

import (
	"context"
	"strings"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/test/e2e/browser"
)

// TestS30_TheBannerOpensTheDeskOnADeskAndThePhonePageOnAPhone: whoever presses
// the banner sees the page that fits their window, and one who came to the
// phone's page by a message finds the desk from there.
func TestS30_TheBannerOpensTheDeskOnADeskAndThePhonePageOnAPhone(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	p := b.Page(t)
	s.inChinese(p)
	s.as(p, "committee")
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	for _, look := range []struct {
		size       browser.Size
		link, path string
		shows      string
	}{
		{browser.Desk, "atdesk", "/alarms?open=", ".ag .lanes"},
		{browser.Phone, "atphone", "/alarm/", ".respond .red"},
		{browser.Small, "atphone", "/alarm/", ".respond .red"},
	} {
		p.Viewport(look.size)
		p.Open(s.url + "/board")
		p.Wait("one red line", "[...document.querySelectorAll('.over .alarmbar')].filter(e=>e.checkVisibility()).length===1")
		p.Wait("the focus on it", "document.activeElement.matches('.over .alarmbar."+look.link+"')||document.activeElement===document.body")
		p.Axe(t)
		p.Click(".over .alarmbar." + look.link)
		p.WaitText(look.shows, "我去")
		if got := strings.TrimPrefix(p.URL(), s.url); !strings.HasPrefix(got, look.path) {
			t.Errorf("it opens %s, want %s…", got, look.path)
		}
	}
	p.Viewport(browser.Desk)
	p.Wait("the way to the desk", "document.querySelector('main .btn.atdesk').checkVisibility()")
	p.Axe(t)
	p.Click("text=在报警台打开")
	p.WaitText(".ag .lanes", "我去")
	p.NoMistakes(t)
}
