package app_test

import (
	"context"
	"testing"

	"github.com/eclipse/paho.golang/paho"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
)

// The page of doors says what the MQTT door did not take of a client whose
// password is right, and what to write instead.
func TestS33_ThePageOfDoorsSaysWhatWasNotTaken(t *testing.T) {
	w := watch(t)
	c, password, err := w.Devices.Issue(context.Background(), w.admin, w.xiwu, device.Granting{Format: decode.Zigbee, Topic: "z2m", ClientID: "gw-1"})
	if err != nil {
		t.Fatal(err)
	}
	admin, page := w.visit(t, "caojiadu", "s003"), "/devices/doors?n="+string(w.xiwu)
	bridge, err := w.connect(t, "gw-1", c.Username, password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bridge.Publish(context.Background(), &paho.Publish{Topic: "homeassistant/x", QoS: 1, Payload: []byte("{}")}); err == nil {
		t.Error("another's topic was taken")
	}
	status, body := admin.get(page)
	admin.has(status, body, 200, "homeassistant/x", "topic # out 1 z2m/ z2m/")
	if _, err := w.connect(t, "gw-2", c.Username, password); err == nil {
		t.Error("another id was let in")
	}
	status, body = admin.get(page)
	admin.has(status, body, 200, "用了别的客户端编号")
}
