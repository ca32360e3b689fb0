package e2e_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/e2e/browser"
)

// gas lets a detector in another flat of the building report gas.
func (s *sample) gas(t *testing.T) {
	t.Helper()
	ctx, tenant := context.Background(), s.cast["committee"].Tenant
	flat, err := s.Places.ByRef(ctx, tenant, "guihua-6-302")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.Alarms.OnSignal(ctx, tx, alarm.Signal{Tenant: tenant, Device: "gas-302", Kind: alarm.Gas, On: true, Place: flat.ID, ReceivedAt: tx.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestS30_SecondAlarmIsHeardAtTheDeskThatAnswered: the guard is on the way to
// one alarm when the next begins: the desk rings again, reads it out, puts the
// focus on it and shows it above; so does the phone of a volunteer.
func TestS30_SecondAlarmIsHeardAtTheDeskThatAnswered(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard, volunteer := b.Page(t), b.Page(t)
	s.inChinese(guard)
	s.inChinese(volunteer)
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms")
	guard.Ready()
	volunteer.Open(s.url + s.volunteer(t))
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	guard.WaitText("[data-alarm]", "烟雾报警")
	guard.Click("text=我去")
	guard.WaitText(".l2", "在路上")
	guard.Wait("silence", "document.documentElement.dataset.ringing===''")
	volunteer.Open(s.url + "/inbox")
	volunteer.Click(".list a[href^='/alarm/']")
	volunteer.Click("text=我去")
	volunteer.Wait("the answer", "[...document.querySelectorAll('button')].every(b=>b.innerText.trim()!=='我去')")
	volunteer.Listening()

	s.gas(t)
	for _, p := range []*browser.Page{guard, volunteer} {
		p.WaitText(".alarmbar.slim", "燃气报警")
		p.Wait("the sound again", "+document.documentElement.dataset.ringing>0")
		p.Wait("the focus on the new alarm", "document.activeElement.matches('.alarmbar.slim[data-alarm]')&&document.activeElement.checkVisibility()")
		p.Wait("the new alarm read out", "document.querySelector('[data-said]').textContent.includes('燃气报警')")
	}
	guard.Wait("the first still under the hand", "document.querySelector('.alarmbar.pulse h2').textContent.includes('烟雾报警')")
	looked(t, guard, "alarm-second-desk", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	looked(t, volunteer, "alarm-second-phone", browser.Phone, browser.Small)
	guard.Click(".alarmbar.slim")
	guard.WaitText(".alarmbar.pulse h2", "燃气报警")
	volunteer.Click(".alarmbar.slim.atphone")
	volunteer.WaitText(".red h2", "燃气报警")
	for _, p := range []*browser.Page{guard, volunteer} {
		p.NoMistakes(t)
	}
}
