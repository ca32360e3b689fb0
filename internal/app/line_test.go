package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/fault"
)

// A bridge that lists 300 devices at 12 KiB each keeps its line, and the smoke
// behind it comes through.
func TestLargeBridgeKeepsItsLine(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.Zigbee, Topic: "z2m"}, func(t *testing.T, l *line) {
		const devices = 300
		options := strings.Repeat(`{"name":"x","type":"enum","property":"x","access":2},`, 230)
		var list []string
		for i := range devices {
			list = append(list, fmt.Sprintf(`{"ieee_address":"0x%016x","type":"EndDevice","power_source":"Battery","friendly_name":"d%d","definition":{"vendor":"Heiman","model":"HS1SA",
				"exposes":[%s{"type":"binary","name":"smoke","property":"smoke","access":1,"value_on":true,"value_off":false}]}}`, i, i, options))
		}
		body := "[" + strings.Join(list, ",") + "]"
		if len(body) < devices*12<<10 {
			t.Fatalf("the list has %d bytes", len(body))
		}
		client, err := l.connect(t, "b", l.Username, l.password)
		if err != nil {
			t.Fatal(err)
		}
		publish(t, client, "z2m/bridge/devices", body)
		publish(t, client, "z2m/d299", `{"smoke":true}`)
		if m := l.read(); m.Topic != "z2m/d299" || m.Trouble != "" || len(l.open()) != 1 {
			t.Fatalf("%s: trouble %q, %d open", m.Topic, m.Trouble, len(l.open()))
		}
		u, err := l.Devices.ByKey(context.Background(), l.xiwu, fmt.Sprintf("zigbee:0x%016x", 299))
		if err != nil || u.State[decode.Smoke].Value != decode.On {
			t.Errorf("%+v %v", u, err)
		}
	})
}

// Telemetry of a cloud, a panel or a box gives way to alarms as a bridge's does;
// an alarm, and whatever is not known, goes ahead. What the operator installs
// for a product counts here too.
func TestTelemetryOfEveryFormatGivesWay(t *testing.T) {
	const bay = `{"messageType":"dataReport","deviceId":"b","productId":"15000002","payload":{"parking_state":%s}}`
	leak := &decode.Mapping{Rules: []decode.Rule{{Path: "state", Kind: decode.WaterLeak, Table: map[string]string{"0": decode.Off, "1": decode.On}}}}
	for name, x := range map[string]struct {
		grant      device.Granting
		calm, stir []string
	}{
		"ctwing": {device.Granting{Format: decode.CTWing}, []string{fmt.Sprintf(bay, "1"), `{"messageType":"dataReport","deviceId":"a","productId":"15000001","payload":{"serviceData":{"Alarm_Status":0}}}`},
			[]string{`{"messageType":"dataReport","deviceId":"a","productId":"15000001","payload":{"serviceData":{"Alarm_Status":1}}}`, `{"deviceId":"c","productId":"unknown","payload":{"a":0}}`, "nothing"}},
		"lift": {device.Granting{Format: decode.Lift}, []string{`{"device":"e","event":"heartbeat"}`}, []string{`{"device":"e","event":"entrapment"}`, `{"device":"e","event":"dancing"}`}},
		"json": {device.Granting{Format: decode.JSON, Topic: "box"}, []string{`{"state":0}`}, []string{`{"state":1}`, `{"state":2}`}},
	} {
		t.Run(name, func(t *testing.T) {
			eachLine(t, x.grant, func(t *testing.T, l *line) {
				if x.grant.Format == decode.JSON {
					if l.Devices.Calm(l.Credential, "box", []byte(x.calm[0])) {
						t.Error("calm before anybody said what it means")
					}
					if _, err := l.Devices.Install(context.Background(), l.administrator(), l.xiwu, device.Codec{Format: decode.JSON, Mapping: leak}); err != nil {
						t.Fatal(err)
					}
					l.clock.Advance(time.Minute)
				}
				for _, body := range x.calm {
					if !l.Devices.Calm(l.Credential, "box", []byte(body)) {
						t.Errorf("urgent: %s", body)
					}
				}
				for _, body := range x.stir {
					if l.Devices.Calm(l.Credential, "box", []byte(body)) {
						t.Errorf("calm: %s", body)
					}
				}
			})
		})
	}
}

// The first lasting client id is the credential's own until an administrator
// takes it away; another is kept out. Any may come where that was asked for.
func TestClientIDIsPinnedUntilAnAdministratorTakesItAway(t *testing.T) {
	eachLine(t, device.Granting{Format: decode.JSON, Topic: "box"}, func(t *testing.T, l *line) {
		comes := func(id string, want bool) {
			t.Helper()
			if _, err := l.connect(t, id, l.Username, l.password); (err == nil) != want {
				t.Errorf("%s comes in: %v", id, err)
			}
		}
		comes("box-1", true)
		comes("box-1", true)
		comes("box-2", false)
		if c, err := l.Devices.Named(context.Background(), l.xiwu, l.Username); err != nil || c.ClientID != "box-1" {
			t.Errorf("%+v %v", c, err)
		}
		guard := l.actor("xiwu", "s029")
		if _, err := l.Devices.Unpin(context.Background(), guard, l.xiwu, l.ID); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a guard takes it away: %v", err)
		}
		if _, err := l.Devices.Unpin(context.Background(), l.administrator(), l.xiwu, l.ID); err != nil {
			t.Fatal(err)
		}
		l.ForgetCredential(l.Username)
		comes("box-2", true)
		comes("box-1", false)
	})
	eachLine(t, device.Granting{Format: decode.Zigbee, Topic: "z2m", ClientID: device.AnyClient}, func(t *testing.T, l *line) {
		for _, id := range []string{"one", "two"} {
			if _, err := l.connect(t, id, l.Username, l.password); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}
