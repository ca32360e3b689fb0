package e2e_test

import (
	"testing"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/test/e2e/browser"
)

// TestS30_TheGuardTellsTheWholeBuilding in the browser: the second press
// confirms, and the neighbour reads what to do.
func TestS30_TheGuardTellsTheWholeBuilding(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard, neighbour := b.Page(t), b.Page(t)
	for who, p := range map[string]*browser.Page{"property": guard, "resident": neighbour} {
		s.inChinese(p)
		s.as(p, who)
	}
	s.signal(t, "guihua-6-402", alarm.Signal{Device: "smoke-402", Kind: alarm.Smoke})
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Ready()
	guard.Click("text=通知全楼")
	guard.WaitText("main", "不说哪一户，不说是谁")
	guard.Ready()
	looked(t, guard, "alarm-building", browser.Desk, browser.Phone)
	guard.Click("text=确认，通知全楼")
	guard.WaitText("main", "已通知全楼")

	neighbour.Viewport(browser.Phone)
	neighbour.Open(s.url + "/inbox")
	neighbour.Ready()
	neighbour.WaitText("body", "我平安") // whatever page is open turns red at once
	var told string
	neighbour.Eval("document.querySelector(\"main a[href$='/told']\").href", &told)
	neighbour.Open(told)
	neighbour.WaitText("main", "不要乘电梯，不要回去拿东西")
	neighbour.Ready()
	looked(t, neighbour, "alarm-told", browser.Phone)
	neighbour.NoMistakes(t)
	guard.NoMistakes(t)
}

// TestS30_NeighboursPagesTurnRedAndTheDeskCounts: the open pages of two
// neighbours turn red while they look at them; one says that they are safe,
// one without scripts calls for help, which rings at a desk that has answered;
// the end turns the pages back.
func TestS30_NeighboursPagesTurnRedAndTheDeskCounts(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard, home, bare := b.Page(t), b.Page(t), b.Page(t)
	for _, p := range []*browser.Page{guard, home, bare} {
		s.inChinese(p)
	}
	s.as(guard, "property")
	home.Viewport(browser.Phone)
	s.as(home, "resident")
	home.Open(s.url + "/")
	home.Listening()
	other := b.Page(t)
	s.inChinese(other)
	s.as(other, "resident")
	other.Viewport(browser.Phone)
	other.Open(s.url + "/reports")
	other.Listening()
	bare.Viewport(browser.Phone)
	bare.Open(s.url + s.link(t, "r0353"))

	s.signal(t, "guihua-6-302", alarm.Signal{Device: "smoke-302", Kind: alarm.Smoke})
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Click("text=我去")
	guard.WaitText(".lanes", "在路上")
	guard.Listening()
	guard.Click("text=通知全楼")
	guard.Click("text=确认，通知全楼")
	guard.WaitText("main", "平安 0 户 · 要帮忙 0 户")
	guard.Listening()

	for name, p := range map[string]*browser.Page{"home": home, "reports": other} {
		p.WaitText(".takeover", "请马上从楼梯下楼")
		p.Wait("nothing but red", "getComputedStyle(document.body).backgroundColor==='rgb(168, 35, 26)'&&!document.querySelector('.tabs').checkVisibility()")
		p.Wait("both answers in reach", "[...document.querySelectorAll('.takeover .saying .btn')].length===2&&[...document.querySelectorAll('.takeover .saying .btn')].every(b=>b.getBoundingClientRect().bottom<=innerHeight)")
		looked(t, p, "told-red-"+name, browser.Phone, browser.Small)
		p.Viewport(browser.Phone)
	}
	inEnglish(t, home, "told-red-en")
	home.Click("text=我平安")
	home.WaitText("main", "您平安")
	home.Ready()
	looked(t, home, "told-safe", browser.Phone)
	home.Open(s.url + "/")
	home.WaitText("main .alarmbar.slim", "您平安")
	home.Ready()
	looked(t, home, "told-home-safe", browser.Phone)
	guard.WaitText("#headcount", "平安 1 户")

	bare.NoJS()
	bare.Open(s.url + "/me")
	bare.WaitText(".takeover", "我要帮忙")
	bare.Click("text=我要帮忙")
	bare.WaitText("main", "您家要帮忙")
	bare.Shot(t, "told-help-bare")
	guard.WaitText("#headcount .loud", "402")
	guard.Wait("the desk ringing", "document.querySelector('.alarmbar.pulse').matches('[data-ring]')")
	guard.Listening()
	looked(t, guard, "headcount-desk", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	guard.Click("text=我派人去")
	guard.WaitText("#headcount", "去了")
	bare.Reload()
	bare.WaitText("main", "有人去您家帮忙了")

	s.ended(t, alarm.Cooking)
	home.Wait("the page turned back", "!document.querySelector('.alarmbar')&&!document.querySelector('.takeover')")
	for _, p := range []*browser.Page{guard, home, other} {
		p.NoMistakes(t)
	}
}
