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
	neighbour.Click("main a[href$='/told']")
	neighbour.WaitText("main", "不要乘电梯，不要回去拿东西")
	neighbour.Ready()
	looked(t, neighbour, "alarm-told", browser.Phone)
	neighbour.NoMistakes(t)
	guard.NoMistakes(t)
}
