package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
	"github.com/linli/linli/test/e2e/browser"
)

// troubled gives the sample house what its pages of devices have to show: a
// bridge off the line, a device nobody claimed, an alarm without a receipt and
// words that nobody understands.
func (s *sample) troubled(t *testing.T) (xw store.Tenant, ids map[string]string) {
	t.Helper()
	ctx := context.Background()
	xw = s.cast["committee"].Tenant
	home, err := s.Door.ActorFor(ctx, s.Office.ID, s.cast["admin"].ID)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := s.Door.Acting(ctx, home, xw)
	if err != nil {
		t.Fatal(err)
	}
	bridge, _, err := s.Devices.Issue(ctx, admin, xw, device.Granting{Format: decode.Zigbee, Topic: "z2m"})
	if err != nil {
		t.Fatal(err)
	}
	box, _, err := s.Devices.Issue(ctx, admin, xw, device.Granting{Format: decode.JSON, Topic: "box", Product: "leak-box"})
	if err != nil {
		t.Fatal(err)
	}
	say := func(c device.Credential, topic, body string, qos0 bool) {
		d, err := s.Devices.Decode(ctx, xw, device.Message{Frame: c.Frame(topic, []byte(body)), QoS0: qos0, Owner: c.Device})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := s.Devices.Take(ctx, tx, xw, d)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"hall-a", "hall-b"} {
		say(bridge, "z2m/"+name, `{"smoke":false,"battery":9,"test":true}`, true)
	}
	say(bridge, "z2m/bridge/state", `{"state":"offline"}`, false)
	for i := range 3 {
		m := inbox.Message{Tenant: xw, Source: "mqtt", Device: box.Username, Topic: "box", Body: []byte(`{"leak":"wet","cell":` + string(rune('1'+i)) + `}`)}
		if _, err := s.Inbox.Append(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	flat, err := s.Places.ByRef(ctx, xw, "guihua-6-301")
	if err != nil {
		t.Fatal(err)
	}
	ids = map[string]string{"bridge": bridge.Device, "box": box.Device, "claimed": "zigbee:" + bridge.Device + "/hall-a", "unclaimed": "zigbee:" + bridge.Device + "/hall-b"}
	for k, key := range ids {
		u, err := s.Devices.ByKey(ctx, xw, key)
		if err != nil {
			t.Fatal(err)
		}
		ids[k] = u.ID
	}
	if _, err := s.Devices.Bind(ctx, admin, xw, ids["claimed"], device.Binding{Place: flat.ID, Spot: "过道", Installed: time.Date(2026, 5, 1, 0, 0, 0, 0, words.Shanghai())}); err != nil {
		t.Fatal(err)
	}
	tickets, err := s.Upkeep.OfDevice(ctx, admin, ids["claimed"])
	if err != nil || len(tickets) == 0 {
		t.Fatal(len(tickets), err)
	}
	ids["ticket"] = tickets[0].ID
	return xw, ids
}

// TestDevicePagesAreReadableByEverybody looks at every page of devices on a
// phone and at a desk, in light, dark, large type and English, as
// TestDoorsAreReadableByEverybody does.
func TestDevicePagesAreReadableByEverybody(t *testing.T) {
	b := browser.New(t)
	s := newSample(t)
	xw, ids := s.troubled(t)
	n := "n=" + string(xw)
	pages := map[string]*browser.Page{}
	for _, role := range []string{"property", "admin"} {
		pages[role] = b.Page(t)
		s.as(pages[role], role)
	}
	pages["property"].Open(s.url + "/devices/coverage")
	pages["property"].WaitText("#older", "2026-05-01")
	s.look(t, pages, []door{
		{"devices", "property", "/devices"}, {"devices-low", "property", "/devices?show=battery"},
		{"device", "property", "/devices/" + ids["claimed"]}, {"device-unclaimed", "property", "/devices/" + ids["unclaimed"] + "?q=6号"},
		{"device-gateway", "property", "/devices/" + ids["bridge"]}, {"device-tests", "property", "/devices/tests"}, {"device-coverage", "property", "/devices/coverage"},
		{"device-doors", "admin", "/devices/doors?" + n}, {"device-codecs", "admin", "/devices/codecs?" + n + "&format=json&product=leak-box"},
		{"tickets", "property", "/upkeep"}, {"ticket", "property", "/upkeep/" + ids["ticket"]}, {"device-messages", "admin", "/devices/" + ids["box"] + "/messages?" + n},
	})
}
