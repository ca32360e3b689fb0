package device_test

import (
	"slices"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

// What a device sent is picked out of what came under its own credential, its
// bridge's or, where it speaks through a cloud, any cloud's; also from before
// its bridge said what it is called.
func TestEarHearsADevicesOwnMessages(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		key := func(g device.Granting) device.Credential {
			c, _, err := s.Issue(s.ctx, s.admin(), s.xw, g)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		bridge, cloud, lift := key(device.Granting{Format: decode.Zigbee, Topic: "z2m"}), key(device.Granting{Format: decode.CTWing}), key(device.Granting{Format: decode.Lift})
		s.receives(device.Message{Frame: bridge.Frame("z2m/bridge/devices", []byte(`[{"ieee_address":"0x01","friendly_name":"hall","type":"EndDevice","definition":{"vendor":"v","model":"m","exposes":[]}}]`))})
		s.receives(device.Message{Frame: lift.Frame("", []byte(`{"device":"elev-4","event":"heartbeat"}`))})
		hall := s.byName("hall").Key
		for _, x := range []struct {
			name, unit, topic, body string
			from                    device.Credential
			mine, broken            bool
		}{
			{"by the name its bridge gives it", hall, "z2m/hall", `{"smoke":true}`, bridge, true, false},
			{"another's", hall, "z2m/kitchen", `{"smoke":true}`, bridge, false, false},
			{"unreadable", hall, "z2m/hall", `{`, bridge, true, true},
			{"the bridge's", hall, "z2m/bridge/state", `{"state":"online"}`, bridge, false, false},
			{"the bridge's own", bridge.Device, "z2m/bridge/state", `{"state":"online"}`, bridge, true, false},
			{"through a cloud", "elevator:elev-4", "", `{"device":"elev-4","event":"fault"}`, lift, true, false},
			{"another lift's", "elevator:elev-4", "", `{"device":"elev-5","event":"fault"}`, lift, false, false},
			{"not the cloud's", "elevator:elev-4", "", `\x00`, cloud, false, true},
		} {
			ear, err := s.Listen(s.ctx, s.admin(), s.unit(x.unit))
			if err != nil || !slices.ContainsFunc(ear.Sources, func(c device.Credential) bool { return c.Username == x.from.Username }) {
				t.Fatalf("%s: %+v %v", x.name, ear, err)
			}
			h, mine := ear.Hear(x.from, x.topic, []byte(x.body))
			if mine != x.mine || (h.Broken != nil) != x.broken || h.Mixed {
				t.Errorf("%s: mine %v, %+v", x.name, mine, h)
			}
			if understood := h.NotUnderstood() == nil && len(h.Said) > 0; mine && understood == x.broken {
				t.Errorf("%s: read as %+v", x.name, h.Said)
			}
		}
	})
}

// Who does not manage the device listens to nothing.
func TestEarIsForWhoManagesTheDevice(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(online("json:box"))
		resident := people.Actor{Tenant: s.xw, Person: "r", Household: "h"}
		_, err := s.Listen(s.ctx, resident, s.unit("json:box"))
		wants(t, err, fault.Forbidden)
		var looks int
		err = s.store.Reader().QueryRowContext(s.ctx, "SELECT COUNT(*) FROM people_audit WHERE tenant_id = $1", s.xw).Scan(&looks)
		if err != nil || looks != 0 {
			t.Errorf("%d looks recorded, %v", looks, err)
		}
	})
}

// byName is a device by what its bridge calls it.
func (s *scene) byName(name string) device.Unit {
	s.t.Helper()
	list, err := s.List(s.ctx, s.xw, "", 100)
	at := slices.IndexFunc(list, func(u device.Unit) bool { return u.Name == name })
	if err != nil || at < 0 {
		s.t.Fatalf("no device called %s: %v", name, err)
	}
	return list[at]
}
