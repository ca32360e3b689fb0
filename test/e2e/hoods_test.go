package e2e_test

import (
	"context"
	"testing"

	"github.com/linli/linli/demo"
	"github.com/linli/linli/test/e2e/browser"
)

// TestS30_TheSubdistrictsDeskAndTheDevicesTellTheTruth: an officer sees who is on
// duty in each neighbourhood and what is open, the curve with its axes, and the
// devices with what guards lives first.
func TestS30_TheSubdistrictsDeskAndTheDevicesTellTheTruth(t *testing.T) {
	b, s := browser.New(t), newSample(t)
	p := b.Page(t)
	s.inChinese(p)
	s.as(p, "subdistrict")
	p.Viewport(browser.Desk)
	p.Open(s.url + "/alarms")
	p.WaitText(".hoods", "还没有人值班")
	p.Ready()
	looked(t, p, "hoods-quiet", browser.Desk, browser.Phone)
	if err := demo.Smoke(context.Background(), s.App); err != nil {
		t.Fatal(err)
	}
	p.Viewport(browser.Desk)
	p.WaitText(".hoods", "报警 1")
	p.Wait("the axis of the curve", "document.querySelectorAll('.gauges .chart text').length>3")
	looked(t, p, "hoods-alarm", browser.Desk, browser.Phone)
	p.Viewport(browser.Desk)
	s.as(p, "property")
	p.Open(s.url + "/devices")
	p.Ready()
	p.WaitText(".list", "烟雾")
	looked(t, p, "devices-kinds", browser.Desk, browser.Phone)
	p.NoMistakes(t)
}
