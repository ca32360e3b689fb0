package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/e2e/browser"
)

// kitchen lets the detector in the kitchen of 6-402 say something of itself, as
// its bridge does.
func (s *sample) kitchen(t *testing.T, body string) {
	t.Helper()
	_, err := s.Inbox.Append(context.Background(), inbox.Message{
		Tenant: s.cast["committee"].Tenant, Source: "mqtt", Device: s.Bridge, Topic: "zigbee2mqtt/kitchen-6-402", Body: []byte(body), Urgent: true,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// atUpkeep opens the page of tickets at a desk and stays there: what is written
// into the window is gone if the page is loaded again.
func (s *sample) atUpkeep(p *browser.Page) {
	s.inChinese(p)
	s.as(p, "property")
	p.Viewport(browser.Desk)
	p.Open(s.url + "/upkeep")
	p.Ready()
	p.Listening()
	p.Eval("window.stayed=true", nil)
}

// TestS33_ATroubleIsATicketOnTheOpenPage: the property's open page shows what a
// detector says of itself without being asked again; the committee, without
// scripts, takes it and says what was done, which the property sees too.
func TestS33_ATroubleIsATicketOnTheOpenPage(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	property, committee := b.Page(t), b.Page(t)
	s.atUpkeep(property)
	property.Wait("no ticket of 6-402", "!document.querySelector('main').innerText.includes('6 号 402')")
	s.kitchen(t, `{"smoke":false,"battery":9}`)
	const row = "#cases a"
	property.WaitText(row, "电量低 厨房")
	property.Wait("the same page", "window.stayed&&[...document.querySelectorAll('"+row+"')].some(e=>/402[^]*电量低[^]*待处理/.test(e.innerText))")
	looked(t, property, "upkeep-list", browser.Desk, browser.Phone, browser.Small)
	property.Open(s.url + "/upkeep/print")
	looked(t, property, "upkeep-print", browser.Desk, browser.Phone)
	property.Open(s.url + "/upkeep")
	property.Viewport(browser.Desk)
	property.Click(row + "[href='" + upkeep.Kind().Path(s.ticket(t, kitchen)) + "']")
	property.WaitText("main", "请在一周内换电池")
	property.Ready()
	property.Listening()
	property.Type("textarea", "打给楼上问一问")
	looked(t, property, "upkeep-ticket", browser.Desk, browser.Phone, browser.Small)
	property.Viewport(browser.Desk)
	property.Eval("window.stayed=true", nil)

	s.inChinese(committee)
	committee.NoJS()
	s.as(committee, "committee")
	committee.Open(s.url + "/upkeep")
	committee.Click(row + "[href='" + upkeep.Kind().Path(s.ticket(t, kitchen)) + "']")
	committee.Click("text=我来办")
	committee.WaitText("main", "有人在办")
	property.WaitText("main", "有人在办")
	property.Wait("what was typed", "window.stayed&&document.querySelector('textarea').value==='打给楼上问一问'")
	committee.Click("text=办好了")
	committee.WaitText("main", "请选做了什么")
	committee.Fits(t)
	committee.Shot(t, "upkeep-missing")
	committee.Click("text=换了电池")
	committee.Type("textarea", "两节五号")
	committee.Click("text=办好了")
	committee.WaitText("main", "办好了：换了电池")
	committee.WaitText("main", "两节五号")
	property.WaitText("main", "办好了：换了电池")
	property.Wait("nothing to press any more, on the same page", "window.stayed&&!document.querySelector('main form[action$=finish]')")
	looked(t, property, "upkeep-done", browser.Phone)
	property.NoMistakes(t)
}

// TestS33_ASilentSensorOnTheOpenPage: a sensor that is silent for a day stands
// on the property's open page; heard again it is called well, and an hour later
// it is gone from there and among the closed ones.
func TestS33_ASilentSensorOnTheOpenPage(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	property := b.Page(t)
	s.atUpkeep(property)
	const silent = 25*time.Hour + time.Minute
	s.later(t, silent) // all sensors of the register spoke as the house was opened
	id := s.ticket(t, "smk-004")
	mine := "document.querySelector('#cases a[href=\"" + upkeep.Kind().Path(id) + "\"]')"
	property.Wait("the sensor that fell silent", mine+"&&/204[^]*没声音 厨房[^]*待处理/.test("+mine+".innerText)")
	s.heard(t, "smk-004")
	property.Wait("that it is well", mine+".innerText.includes('设备已正常')&&"+mine+".innerText.includes('自动结单')")
	s.later(t, silent+upkeep.WellFor+time.Minute)
	property.Wait("a page without it", "window.stayed&&!"+mine)
	s.as(property, "property") // the day ended the session
	property.Open(s.url + "/upkeep")
	property.Click("text=已结")
	property.Wait("it among the closed ones", mine+".innerText.includes('已办结')")
	property.Click("#cases a[href='" + upkeep.Kind().Path(id) + "']")
	property.WaitText("main", "没有人来结")
	property.NoMistakes(t)
}

// kitchen is the detector in the kitchen of 6-402 on the register.
const kitchen = "zigbee:0x00158d0006402402"

// heard lets a device say that it is there, and nothing else.
func (s *sample) heard(t *testing.T, key string) {
	t.Helper()
	err := s.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := s.Devices.Seen(ctx, tx, s.cast["committee"].Tenant, decode.Observation{Device: key, Kind: decode.Online, Value: decode.On})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ticket is the newest of a device.
func (s *sample) ticket(t *testing.T, key string) string {
	t.Helper()
	ctx, guard := context.Background(), s.actor(t, "property")
	u, err := s.Devices.ByKey(ctx, guard.Tenant, key)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Upkeep.OfDevice(ctx, guard, u.ID)
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	return list[0].ID
}
