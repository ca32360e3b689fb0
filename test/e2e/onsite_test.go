package e2e_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/test/e2e/browser"
)

// atHand fails if what to press first or the telephone lies outside the window
// or under something else.
func atHand(t *testing.T, p *browser.Page, when string) {
	t.Helper()
	var away []string
	p.Eval(`[...document.querySelectorAll(".gofoot button, .gofoot a")].filter(e=>{const r=e.getBoundingClientRect();
		return r.width===0||r.top<0||r.left<0||r.bottom>innerHeight||r.right>document.documentElement.clientWidth||
			!e.contains(document.elementFromPoint(r.left+r.width/2,r.top+r.height/2))}).map(e=>e.innerText)`, &away)
	var n int
	p.Eval(`document.querySelectorAll(".gofoot button, .gofoot a[href='tel:119']").length`, &n)
	if n != 2 || len(away) > 0 {
		t.Errorf("%s: %d acts at the foot, out of reach: %q", when, n, away)
	}
}

// TestS31_ThePersonsSheetComesBeforeTheButtons: a responder reads whom to call,
// where the key is and what to know, then the buttons, two beside each other;
// "I go" and the telephone stay at the foot of the window.
func TestS31_ThePersonsSheetComesBeforeTheButtons(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	volunteer, plain := b.Page(t), b.Page(t)
	s.inChinese(volunteer)
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	url := s.url + alarm.Path(s.burning(t))
	s.as(volunteer, "volunteer")
	volunteer.Viewport(browser.Phone)
	volunteer.Open(url)
	volunteer.Ready()
	volunteer.WaitText(".person", "物业 02 号柜")
	volunteer.WaitText(".gofoot", "我去")
	volunteer.Wait("the sheet after the head and before the buttons", `(l=>l.length===5&&l.every((e,i)=>!i||l[i-1].compareDocumentPosition(e)&Node.DOCUMENT_POSITION_FOLLOWING))
		([".ttl",".person",".gofoot",".twos",".lanesl"].map(s=>document.querySelector(".onsite "+s)))`)
	volunteer.Wait("no button over the sheet", `(y=>[...document.querySelectorAll(".onsite .twos .btn")].every(e=>e.getBoundingClientRect().top>y))(document.querySelector(".person").getBoundingClientRect().bottom)`)
	volunteer.Wait("the sheet on the first screen", `document.querySelector(".person dl").getBoundingClientRect().top<document.querySelector(".gofoot").getBoundingClientRect().top`)
	volunteer.Wait("two columns", `new Set([...document.querySelectorAll(".twos .btn.xl")].map(e=>Math.round(e.getBoundingClientRect().left))).size===2`)
	atHand(t, volunteer, "opened")
	volunteer.Eval("scrollTo(0,document.documentElement.scrollHeight)", nil)
	atHand(t, volunteer, "scrolled to the end")
	looked(t, volunteer, "onsite-volunteer", browser.Phone, browser.Small)
	volunteer.Viewport(browser.Phone)
	volunteer.Click(".gofoot button")
	volunteer.WaitText(".gofoot", "我到门口了")
	volunteer.Wait("the minutes by themselves", `document.querySelectorAll(".twos .away .btn").length===4`)
	atHand(t, volunteer, "on the way")

	plain.NoJS()
	plain.Mode("elder")
	s.speak(plain, "en")
	s.as(plain, "property")
	plain.Viewport(browser.Small)
	plain.Open(url)
	plain.WaitText(".gofoot", "119")
	plain.Fits(t)
	atHand(t, plain, "in English, large, without scripts")
	plain.Shot(t, "onsite-plain-small")
	plain.Click(".gofoot button")
	plain.WaitText(".mine", "Recorded at")
	for _, p := range []*browser.Page{volunteer, plain} {
		p.NoMistakes(t)
	}
}
