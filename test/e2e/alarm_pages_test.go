package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/test/e2e/browser"
)

// signal lets a device at a place of the register report something.
func (s *sample) signal(t *testing.T, at string, sig alarm.Signal) {
	t.Helper()
	ctx := context.Background()
	sig.Tenant, sig.On = s.cast["committee"].Tenant, true
	node, err := s.Places.ByRef(ctx, sig.Tenant, at)
	if err != nil {
		t.Fatal(err)
	}
	sig.Place = node.ID
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		sig.ReceivedAt = tx.Now()
		if sig.Kind == alarm.Smoke {
			sig.DeviceTime = tx.Now().Add(-42 * time.Minute)
		}
		return s.Alarms.OnSignal(ctx, tx, sig)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestS56_PropertyReportsAnEntrapmentAndSeesTheRate: by hand, in the browser;
// with it a test window and a late alarm that is hushed on site.
func TestS56_PropertyReportsAnEntrapmentAndSeesTheRate(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	guard := b.Page(t)
	s.inChinese(guard)
	s.as(guard, "property")
	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms/lifts")
	guard.Ready()
	guard.Eval("document.querySelector('[name=place]').selectedIndex=1", nil)
	guard.Type("textarea", "12 楼，两个人，能通话")
	guard.Click("text=登记并马上叫人")
	guard.WaitText(".alarmbar.pulse", "电梯困人")
	guard.WaitText(".log", "12 楼，两个人，能通话")
	guard.Open(s.url + "/alarms/lifts")
	guard.WaitText("main", "近 12 个月 1 次，平均每月 0.08 次")
	guard.Ready()
	looked(t, guard, "alarm-lifts", browser.Desk, browser.Phone)

	guard.Viewport(browser.Desk)
	guard.Open(s.url + "/alarms/drill?q=6%E5%8F%B7302")
	guard.Ready()
	looked(t, guard, "alarm-trial", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	guard.Click("text=开测试窗口，等我按测试键")
	guard.WaitText("main", "只通知您和值班")
	s.signal(t, "guihua-6-402", alarm.Signal{Device: "late-402", Kind: alarm.Smoke})
	guard.WaitText("[data-alarm]", "迟到的报警（晚 42 分钟）")
	guard.Click(".alarmbar.slim")
	guard.WaitText(".alarmbar.pulse", "烟雾报警")
	var here string
	guard.Eval("location.href", &here)
	guard.Click("text=我到门口了")
	guard.Click("text=炒菜，现场静音 10 分钟")
	guard.WaitText("main", "再看一眼")
	guard.Ready()
	looked(t, guard, "alarm-hush", browser.Desk, browser.Phone)
	guard.Viewport(browser.Desk)
	guard.Click("text=又看过了，只是炒菜油烟，没有明火")
	guard.Click("button[type=submit].primary")
	guard.WaitText(".respond", "现场静音到")
	guard.Open(here)
	guard.WaitText(".alarmbar.pulse", "现场静音到")
	for _, lang := range []string{"zh", "en"} {
		guard.Eval("document.cookie='lang="+lang+";path=/'", nil)
		guard.Open(here)
		guard.Ready()
		looked(t, guard, "alarm-late-"+lang, browser.Desk, browser.Phone)
		guard.Viewport(browser.Desk)
	}
	guard.NoMistakes(t)
}
