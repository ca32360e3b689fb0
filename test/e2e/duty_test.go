package e2e_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/push/pushtest"
	"github.com/linli/linli/internal/notify/robot"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/test/e2e/browser"
)

// colleague is the link that signs another of the property in.
func (s *sample) colleague(t *testing.T) (name, link string) {
	t.Helper()
	ctx, guard := context.Background(), s.cast["property"]
	served, err := s.Register.PostsAt(ctx, guard.Tenant, s.spot(t, "guihua-6").Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range served {
		if p.Tenant != guard.Tenant || p.Person == guard.ID || p.Role.Group() != people.Property {
			continue
		}
		if link, err = s.Door.DemoLink(ctx, p.Tenant, p.Person); err != nil {
			t.Fatal(err)
		}
		return p.Name, link
	}
	t.Fatal("the guard is alone")
	return "", ""
}

// TestS30_ShiftFromBeginningToHandOver: a guard begins the shift, the desk
// falls silent and is missed, comes back, and is handed over with a note.
func TestS30_ShiftFromBeginningToHandOver(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard, committee, next := b.Page(t), b.Page(t), b.Page(t)
	for _, p := range []*browser.Page{guard, committee, next} {
		s.inChinese(p)
		p.Viewport(browser.Desk)
	}
	s.as(committee, "committee")
	committee.Open(s.url + "/alarms/roster")
	committee.Ready()
	committee.Click("main button[type=submit]")
	committee.WaitText(".rows", "–")
	looked(t, committee, "roster", browser.Desk, browser.Phone, browser.Small)
	committee.Viewport(browser.Desk)
	committee.Open(s.url + "/alarms")
	committee.Listening()

	s.as(guard, "property")
	guard.Open(s.url + "/alarms")
	guard.Ready()
	guard.Click("text=开始值班")
	guard.WaitText(".duty", "起")
	guard.Wait("the desk's answer", "performance.getEntriesByType('resource').some(e=>e.name.endsWith('/alarms/beat'))")
	committee.WaitText(".duty", s.cast["property"].Name)

	guard.Offline(true)
	for waited := time.Duration(0); !s.deskLost(t); waited += 4 * time.Second {
		if waited > 2*time.Minute {
			t.Fatal("nobody misses the desk")
		}
		s.later(t, waited)
	}
	committee.WaitText("main", "断线")
	looked(t, committee, "desk-lost", browser.Desk, browser.Phone)
	committee.Viewport(browser.Desk)
	guard.Offline(false)
	committee.Wait("the desk is back", "!document.querySelector('main').innerText.includes('断线')")

	name, link := s.colleague(t)
	next.Open(s.url + link)
	next.Open(s.url + "/alarms")
	next.Listening()
	guard.Click("text=交班：")
	guard.WaitText("h1", "交班")
	guard.Ready()
	guard.Click("text=" + name)
	guard.Type("textarea", "6-402 的烟感要换电池")
	looked(t, guard, "handover", browser.Desk, browser.Phone, browser.Small)
	guard.Viewport(browser.Desk)
	guard.Click("text=请对方接班")
	guard.WaitText(".duty", "等 "+name+" 接班")
	next.WaitText(".offer", "6-402 的烟感要换电池")
	looked(t, next, "offered", browser.Desk, browser.Phone)
	next.Viewport(browser.Desk)
	next.Click("text=接班")
	next.Wait("the shift", "!document.querySelector('.offer')&&document.querySelector('.duty').innerText.includes('"+name+"')")
	committee.Wait("the shift", "!document.querySelector('.duty').innerText.includes('接班')")
	committee.WaitText(".duty", name)
	s.speak(next, "en")
	for _, path := range []string{"/alarms", "/alarms/roster", "/alarms/handover?place=" + s.spot(t, "guihua").ID} {
		next.Open(s.url + path)
		next.Ready()
		next.Eval("document.querySelectorAll('.chips').forEach(e=>e.remove())", nil) // names stay as they are
		english(t, next)
	}
	for _, p := range []*browser.Page{committee, next} {
		p.NoMistakes(t)
	}
}

func (s *sample) deskLost(t *testing.T) bool {
	t.Helper()
	list, err := s.Alarms.Duty(context.Background(), s.actor(t, "committee"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d on duty, %v", len(list), err)
	}
	return !list[0].Lost.IsZero()
}

// TestS30_APhoneInAPocketIsWoken: a volunteer's phone asks to be woken, the
// alarm comes through a push service, the phone shows it and says so. The
// subscribing itself is played, as it needs the maker's service.
func TestS30_APhoneInAPocketIsWoken(t *testing.T) {
	var phone *pushtest.Browser
	b, s := browser.New(t), newSample(t, func(o *app.Options) {
		phone = pushtest.New(t, "")
		o.PushHosts, o.Client = []string{phone.Host()}, phone.Server.Client()
	})
	tenant := s.cast["committee"].Tenant
	key, err := s.Notify.PushKey(context.Background(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	phone.Sees(key)
	sub, err := json.Marshal(phone.Subscription())
	if err != nil {
		t.Fatal(err)
	}
	p := b.Page(t)
	s.inChinese(p)
	p.Open(s.url + s.volunteer(t))
	p.Open(s.url + "/alarms")
	p.Wait("the button", "document.querySelector('[data-push]:not([hidden])')")
	p.Wakes(s.url)
	p.Shot(t, "push-button")
	p.Eval("(s=>{PushManager.prototype.subscribe=async()=>({endpoint:s.endpoint,toJSON:()=>({keys:s})})})("+string(sub)+")", nil)
	p.Click("text=让这部手机收报警")
	p.WaitText("[data-push]", "不让这部手机收报警")

	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	p.WaitText("[data-alarm]", "烟雾报警")
	s.Notify.Flush(context.Background())
	note, err := json.Marshal(<-phone.Notes)
	if err != nil {
		t.Fatal(err)
	}
	p.Deliver(s.url, string(note))
	p.Wait("the note", "(window.noted??=null,navigator.serviceWorker.ready.then(r=>r.getNotifications()).then(l=>window.noted=l.map(n=>n.title+n.body).join()),(window.noted||'').includes('烟雾报警'))")
	incident := s.incident(t)
	p.Wait("the receipt", "document.querySelector('[data-alarm]')")
	s.until(t, "the phone's receipt", func() bool {
		list, err := s.Notify.Receipts(context.Background(), tenant, incident)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Channel == notify.Push && !m.Delivered.IsZero() {
				return true
			}
		}
		return false
	})
	p.NoMistakes(t)
}

// incident is the one that is open.
func (s *sample) incident(t *testing.T) string {
	t.Helper()
	list, err := s.Alarms.Open(context.Background(), s.actor(t, "committee"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d open, %v", len(list), err)
	}
	return list[0].ID
}

// until asks again until it is so.
func (s *sample) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), browser.Patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited for %s", what)
		case <-tick.C:
		}
	}
}

// TestChannelsAreSetUpByAnAdministrator looks at the page in every look, and
// sets up what it offers.
func TestChannelsAreSetUpByAnAdministrator(t *testing.T) {
	b, s := browser.New(t), newSample(t, func(o *app.Options) {
		o.HookHosts = []string{"sms.example", "qyapi.weixin.qq.com"}
	})
	ctx, xw := context.Background(), s.cast["committee"].Tenant
	c := gateway.Config{URL: "https://sms.example/send", Body: `{"to":"{phone}","text":"{text}","id":"{id}"}`}
	if _, _, err := s.Notify.SetGateway(ctx, people.Actor{Tenant: s.Office.ID}, notify.SMS, c); err != nil {
		t.Fatal(err)
	}
	if err := s.Notify.AddRobot(ctx, people.Actor{Tenant: xw}, robot.Config{Make: robot.WeCom, URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K"}); err != nil {
		t.Fatal(err)
	}
	p := b.Page(t)
	s.inChinese(p)
	s.as(p, "admin")
	p.Viewport(browser.Desk)
	p.Open(s.url + "/admin/channels?n=" + string(xw))
	p.Ready()
	p.WaitText("main", "街道统一的")
	looked(t, p, "channels", browser.Desk, browser.Phone, browser.Small)
	p.Viewport(browser.Desk)
	p.Click("text=语音电话")
	p.Type("#gateway-url", "https://evil.example/")
	p.Click("text=保存网关")
	p.WaitText(".err", "不在允许的名单里")
	p.Ready()
	looked(t, p, "channels-refused", browser.Phone)
	p.Viewport(browser.Desk)
	p.Clear("#gateway-url")
	p.Type("#gateway-url", "https://sms.example/call")
	p.Click("text=保存网关")
	p.WaitText("[role=status]", "只显示这一次")
	p.Ready()
	looked(t, p, "channels-set", browser.Desk)
	s.speak(p, "en")
	p.Open(s.url + "/admin/channels?n=" + string(xw))
	p.Ready()
	english(t, p)
	p.Shot(t, "channels-en")
	p.NoMistakes(t)
}
