package e2e_test

import (
	"testing"

	"github.com/linli/linli/test/e2e/browser"
)

// hanIn are the Chinese sentences a page shows; what people wrote themselves,
// addresses and names stay as they are.
const hanIn = `[...document.querySelectorAll("main button,main h2,main legend,main .lab,main .next,.tabs a,.foot .btn,.tag")].map(e=>{
	const c=e.cloneNode(true);c.querySelectorAll(".plate").forEach(x=>x.remove());return c.textContent.trim()}).filter(s=>/\p{Script=Han}/u.test(s))`

func english(t *testing.T, p *browser.Page) {
	t.Helper()
	var han []string
	p.Eval(hanIn, &han)
	for _, s := range han {
		t.Errorf("%s says %q in an English page", p.URL(), s)
	}
}

// TestS40S41_InEnglish is the same report, told in English from the phone to
// its closing.
func TestS40S41_InEnglish(t *testing.T) {
	const words = "An old sofa blocks the stairs"
	b := browser.New(t)
	s := newSample(t)
	resident, guard := b.Page(t), b.Page(t)
	s.speak(resident, "en")
	s.as(resident, "resident")
	resident.Ready()
	english(t, resident)
	resident.Click("text=Report")
	resident.Wait("the form", "location.pathname==='/report/new'")
	resident.Ready()
	english(t, resident)
	pick(resident, onPhone(t, "a.jpg", stairwell(t, 4)))
	resident.Click("text=Corridor clutter")
	resident.Type("#words", words)
	resident.Shot(t, "en-filled")
	send(resident)
	resident.WaitText(".next", "Next")
	resident.Shot(t, "en-sent")
	english(t, resident)
	id := idOf(t, resident)

	guard.Viewport(browser.Desk)
	s.speak(guard, "en")
	s.as(guard, "property")
	guard.Open(s.url + "/today?open=" + id)
	guard.Ready()
	guard.WaitText("#pane", words)
	english(t, guard)
	guard.Shot(t, "en-today")
	s.mend(t, guard, id)
	resident.WaitText(".next", "ou")
	english(t, resident)
	resident.Open(s.url + "/report/" + id + "/confirm")
	resident.Ready()
	english(t, resident)
	resident.Click("main form button")
	resident.WaitText("main", "losed")
	resident.Shot(t, "en-closed")
	for _, p := range []*browser.Page{resident, guard} {
		p.NoMistakes(t)
	}
}

// mend takes a report and proves its mending, in whatever language.
func (s *sample) mend(t *testing.T, p *browser.Page, id string) {
	t.Helper()
	p.Click(`form[action$="/take"] button`)
	p.Wait("the page after taking", `document.querySelector('a[href$="/finish"]')`)
	p.Open(s.url + "/report/" + id + "/finish")
	p.Ready()
	pick(p, onPhone(t, "after.jpg", stairwell(t, 0)))
	p.Click("main form>.acton button")
	p.Wait("the report", "location.pathname==='/report/"+id+"'")
}
