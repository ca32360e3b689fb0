package e2e_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/e2e/browser"
)

// volunteer is the link that signs a volunteer of building 6 in.
func (s *sample) volunteer(t *testing.T) string {
	t.Helper()
	ctx, tenant := context.Background(), s.cast["committee"].Tenant
	flat, err := s.Places.ByRef(ctx, tenant, "guihua-6-402")
	if err != nil {
		t.Fatal(err)
	}
	served, err := s.Register.PostsAt(ctx, tenant, flat.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range served {
		if p.Role.Group() != people.Volunteers {
			continue
		}
		link, err := s.Door.DemoLink(ctx, p.Tenant, p.Person)
		if err != nil {
			t.Fatal(err)
		}
		return link
	}
	t.Fatal("nobody is a volunteer at building 6")
	return ""
}

// inChinese lets a tab read Chinese.
func (s *sample) inChinese(p *browser.Page) {
	p.Open(s.url + "/healthz")
	p.Eval("document.cookie='lang=zh;path=/'", nil)
}

// looked looks at the page as it stands, by everybody's eyes.
func looked(t *testing.T, p *browser.Page, name string, sizes ...browser.Size) {
	t.Helper()
	for _, look := range []struct{ name, theme, mode string }{{"light", "light", "standard"}, {"dark", "dark", "standard"}, {"elder", "light", "elder"}} {
		p.Theme(look.theme)
		p.Eval("document.documentElement.dataset.mode='"+look.mode+"'", nil)
		for _, size := range sizes {
			p.Viewport(size)
			p.Fits(t)
			p.Axe(t)
			p.Shot(t, name+"-"+[]string{"phone", "desk", "small"}[size]+"-"+look.name)
		}
	}
	p.Theme("light")
	p.Eval("document.documentElement.dataset.mode='standard'", nil)
}

// TestS30_SmokeToSomebodyAtTheDoor: the guard's desk, a committee member on
// another page and the volunteer's phone, from smoke to closing.
func TestS30_SmokeToSomebodyAtTheDoor(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard, committee, volunteer := b.Page(t), b.Page(t), b.Page(t)
	for _, p := range []*browser.Page{guard, committee, volunteer} {
		s.inChinese(p)
	}
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Ready()
	looked(t, guard, "alarm-none", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	guard.Click("text=开始值班")
	guard.WaitText(".duty", "起")
	guard.Wait("a desk that can sound", "document.documentElement.dataset.sound==='on'")
	s.as(committee, "committee")
	committee.Viewport(browser.Desk)
	committee.Open(s.url + "/board")
	committee.Ready()
	volunteer.Open(s.url + s.volunteer(t))

	// the desk lies behind another tab
	guard.Eval("Object.defineProperty(document,'hidden',{get:()=>true,configurable:true}),document.dispatchEvent(new Event('visibilitychange'))", nil)
	guard.Wait("the link", "document.documentElement.dataset.link==='up'")
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	guard.WaitText("[data-alarm]", "烟雾报警")
	guard.Wait("the focus on the banner", "document.activeElement.matches('[data-alarm]')")
	guard.Wait("the alarm read out", "document.querySelector('[data-said]').textContent.includes('请马上去看')")
	guard.Wait("the sound", "+document.documentElement.dataset.rung>0")
	guard.Wait("the clock", "document.querySelector('[data-elapsed]').textContent>'00:00'")
	committee.WaitText(".over [data-alarm]", "烟雾报警")
	committee.Wait("the focus on the banner", "document.activeElement.matches('.over [data-alarm]')")
	committee.Wait("one open alarm in the rail", "document.querySelector('.side a[href=\"/alarms\"] .r.hot').textContent==='1'")
	committee.Axe(t)
	committee.Shot(t, "alarm-banner-desk")

	volunteer.Open(s.url + "/inbox")
	volunteer.Click(".list a[href^='/alarm/']")
	volunteer.WaitText(".red", "拨打 119")
	volunteer.Ready()
	looked(t, volunteer, "alarm-phone-told", browser.Phone, browser.Small)
	volunteer.Click("text=我去")
	volunteer.WaitText(".l2", "在路上")
	guard.WaitText(".l2", "在路上")
	looked(t, guard, "alarm-desk", browser.Desk, browser.Phone, browser.Small)
	guard.Viewport(browser.Desk)
	volunteer.Click("text=我到门口了")
	guard.WaitText(".l3", "已到门口")
	looked(t, volunteer, "alarm-phone-door", browser.Phone)
	volunteer.Click("text=报现场情况")
	volunteer.Ready()
	volunteer.Axe(t)
	pick(volunteer, onPhone(t, "pot.jpg", stairwell(t, 1)))
	volunteer.Axe(t)
	volunteer.Shot(t, "alarm-phone-outcome")
	volunteer.Type("textarea", "锅烧干了，已关火")
	volunteer.Click("main button[type=submit]")
	guard.WaitText(".log", "锅烧干了，已关火")

	guard.Wait("the photograph", "document.querySelector('.log img')?.naturalWidth>0")
	guard.Shot(t, "alarm-desk-outcome")
	guard.Click("text=关闭报警")
	guard.WaitText("legend", "什么原因")
	guard.Ready()
	looked(t, guard, "alarm-close", browser.Phone)
	guard.Click("text=忘关灶火")
	guard.Click("main button[type=submit]")
	guard.WaitText(".red", "谢谢每一位赶来的人")
	volunteer.WaitText("main", "报警已关闭")
	committee.Wait("no banner any more", "!document.querySelector('.over [data-alarm]')")

	for _, p := range []*browser.Page{guard, committee, volunteer} {
		p.NoMistakes(t)
	}
}

// TestS30_ALostLinkSaysSo: the desk does not look quiet when it is deaf.
func TestS30_ALostLinkSaysSo(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard := b.Page(t)
	s.inChinese(guard)
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Ready()
	guard.Wait("the link", "document.documentElement.dataset.link==='up'")
	guard.Offline(true)
	guard.WaitText("[data-lost]", "和服务器断了")
	guard.Eval("(now=>{Date.now=()=>now()+26000})(Date.now)", nil)
	guard.WaitText("[data-lost]", "断线超过 25 秒")
	guard.Axe(t)
	guard.Shot(t, "alarm-lost")
	guard.Offline(false)
	guard.Wait("the link again", "document.querySelector('[data-lost]').hidden")
}
