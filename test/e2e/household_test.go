package e2e_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/test/e2e/browser"
)

// What the guard's desk shows of the household's word, and that it rings.
const (
	hushed   = "[...document.querySelectorAll('.alarmbar.pulse .late')].some(e=>e.innerText.includes('现场静音到'))"
	stillOn  = "document.querySelector('.alarmbar.pulse').matches('[data-ring]')&&+document.documentElement.dataset.ringing>0"
	noButton = "[...document.querySelectorAll('.red button')].every(b=>!b.checkVisibility()||!/做饭/.test(b.innerText))"
)

// smokeAtHome is a phone of 6-402 on its own page and the guard's desk, and
// smoke in that kitchen.
func (s *sample) smokeAtHome(t *testing.T, home, guard *browser.Page) {
	t.Helper()
	for _, p := range []*browser.Page{home, guard} {
		s.inChinese(p)
	}
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Listening()
	home.Open(s.url + s.link(t, "r0353"))
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	guard.WaitText(".alarmbar.pulse", "烟雾报警")
}

// inEnglish looks at a page in English where words are long and the page is
// narrow, and leaves it in Chinese on a phone.
func inEnglish(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	p.Eval("document.cookie='lang=en;path=/'", nil)
	p.Reload()
	p.Ready()
	looked(t, p, name, browser.Small)
	p.Eval("document.cookie='lang=zh;path=/'", nil)
	p.Viewport(browser.Phone)
	p.Reload()
	p.Ready()
}

// ended lets the guard of the story say how it ended.
func (s *sample) ended(t *testing.T, cause alarm.Cause) {
	t.Helper()
	ctx, guard := context.Background(), s.actor(t, "property")
	list, err := s.Alarms.Open(ctx, guard)
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	for _, x := range []alarm.Act{{Verb: alarm.AtDoor}, {Verb: alarm.Outcome}, {Verb: alarm.Shut, Cause: cause}} {
		x.ID = list[0].ID
		if _, err := s.Alarms.Do(ctx, guard, x); err != nil {
			t.Fatalf("%s: %v", x.Verb, err)
		}
	}
}

// TestS31_TheHouseholdSaysItIsCooking: the old man sees on his own page that it
// smokes at home and who comes, says that he cooks, reads that they come all
// the same, and takes it back; the desk shows both and rings on.
func TestS31_TheHouseholdSaysItIsCooking(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	home, guard := b.Page(t), b.Page(t)
	s.smokeAtHome(t, home, guard)
	home.WaitText("[role=alert] .banner.hot", "您家：烟雾报警，已经在叫人")
	home.Ready()
	looked(t, home, "household-home", browser.Phone, browser.Small)
	inEnglish(t, home, "household-home-en")
	home.Click(".banner.hot")
	home.WaitText(".red [role=status]", "已经在叫人，有人会上门")
	home.Listening()
	looked(t, home, "household-called", browser.Phone, browser.Small)
	inEnglish(t, home, "household-called-en")

	home.Click("text=是我在做饭")
	home.WaitText(".red [role=status]", "您家说是在做饭")
	home.WaitText(".red [role=status]", "照样有人上门")
	home.Wait("the telephone of the fire brigade", "document.querySelector('.red a[href=\"tel:119\"]').checkVisibility()")
	home.Listening()
	looked(t, home, "household-said", browser.Phone, browser.Small)
	home.Viewport(browser.Phone)
	guard.Wait("the hush on the desk", hushed)
	guard.WaitText(".log", "住户：说是在做饭")
	guard.Wait("the desk still ringing", stillOn)
	looked(t, guard, "household-desk", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	guard.Click("text=我去")
	home.WaitText(".l2", "在路上")

	home.Click("text=不是做饭，取消静音")
	home.WaitText(".red [role=status]", "不能再静音")
	home.Wait("no second time", noButton)
	guard.WaitText(".log", "住户：说不是在做饭")
	guard.Wait("no hush on the desk", "!("+hushed+")")
	home.Listening()
	looked(t, home, "household-taken-back", browser.Phone)

	s.ended(t, alarm.Cooking)
	home.WaitText("main", "您家这次报警已经结束")
	home.Axe(t)
	home.Shot(t, "household-over")
	home.Open(s.url + "/")
	home.Ready()
	home.Wait("a quiet home", "!document.querySelector('.banner.hot')")
	for _, p := range []*browser.Page{home, guard} {
		p.NoMistakes(t)
	}
}

// TestS31_GasEndsTheHouseholdsHush: a phone without scripts says it too; the
// second detector of the home ends it, on the desk in that second, and nobody
// there is asked again.
func TestS31_GasEndsTheHouseholdsHush(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	home, guard := b.Page(t), b.Page(t)
	s.smokeAtHome(t, home, guard)
	home.NoJS()
	home.Open(s.url + "/")
	home.Click(".banner.hot")
	home.WaitText(".red", "先按探测器上的静音键")
	home.Click("text=是我在做饭")
	home.WaitText(".red [role=status]", "您家说是在做饭")
	guard.Wait("the hush on the desk", hushed)

	s.signal(t, "guihua-6-402", alarm.Signal{Device: "gas-402", Kind: alarm.Gas})
	guard.WaitText(".alarmbar", "燃气报警")
	guard.WaitText(".log", "同一户的另一个探测器报警，现场静音取消")
	guard.Wait("no hush on the desk", "!("+hushed+")")
	home.Reload()
	home.WaitText(".red [role=status]", "家里不止一个报警，不能静音。请马上出门，到外面再打 119")
	home.Wait("no second time", noButton)
	home.Fits(t)
	home.Shot(t, "household-two")
	smoke := path(t, home)
	home.Open(s.url + "/")
	home.Click(".banner.hot:not([href='" + smoke + "'])")
	home.WaitText(".red .run", "不要在屋里打电话")
	home.Wait("nothing of flames", "!document.querySelector('.red').innerText.includes('有火')")
	home.Fits(t)
	home.Shot(t, "household-gas")
	guard.NoMistakes(t)
}
