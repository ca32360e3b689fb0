package app_test

import (
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
)

// A detector whose test looks like smoke is tested within a window opened from
// its page: it is marked on the monthly list, and nobody else is called.
func TestDetectorTestedInAWindowCountsForTheMonth(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, c, "z2m/hall", `{"smoke":false}`)
	u := w.bind(t, "zigbee:"+c.Device+"/hall", "guihua-6-302")
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get("/devices/" + u.ID)
	guard.has(status, body, 200, "15 分钟内按测试键算测试")
	status, _ = guard.post("/alarms/trial", "device", u.ID, "minutes", "15")
	guard.has(status, "", 303)
	w.sends(t, c, "z2m/hall", `{"smoke":true}`)
	w.passes(t, 0)
	if u = w.unit(t, u.Key); u.Tested.IsZero() {
		t.Error("it is not marked as tested")
	}
	status, body = guard.get("/alarms")
	guard.has(status, body, 200, "测试窗口：静安桂花园 6号 302", `class="plate drill">演练<`)
	status, body = w.visit(t, "xiwu", "s012").get("/alarms")
	guard.has(status, body, 200, "测试窗口", "现在没有报警")
}
