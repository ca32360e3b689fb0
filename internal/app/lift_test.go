package app_test

import (
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
)

// S56: from the page of a lift's box one comes to how often it held people, and
// can report one there by hand; other devices have no such page.
func TestS56_LiftsPageLeadsToItsEntrapments(t *testing.T) {
	w := watch(t)
	c := w.grant(t, device.Granting{Format: decode.Lift, Topic: "lift"})
	w.sends(t, c, "lift/4", `{"device":"elev-4","event":"heartbeat"}`)
	box := w.bind(t, "elevator:elev-4", "guihua-6")
	w.sends(t, c, "lift/4", `{"device":"elev-4","event":"entrapment"}`)
	guard := w.visit(t, "xiwu", "s029")
	status, body := guard.get("/devices/" + box.ID)
	guard.has(status, body, 200, alarm.LiftPath(box.ID), "近 12 个月困人的次数")
	status, body = guard.get(alarm.LiftPath(box.ID))
	guard.has(status, body, 200, "厨房", "近 12 个月 1 次，平均每月 0.08 次", "登记并马上叫人")
	status, _ = guard.post("/alarms/lifts", "device", box.ID, "words", "12 楼")
	guard.has(status, "", 303)
	status, body = guard.get("/alarms")
	guard.has(status, body, 200, "电梯困人", "人工登记", "12 楼")

	z := w.grant(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	w.sends(t, z, "z2m/hall", `{"smoke":false}`)
	smoke := w.bind(t, "zigbee:"+z.Device+"/hall", "guihua-6-302")
	status, body = guard.get("/devices/" + smoke.ID)
	guard.has(status, body, 200)
	if status, _ := guard.post("/alarms/lifts", "device", smoke.ID); status != 404 {
		t.Errorf("people are held in a smoke detector: %d", status)
	}
}
