package device_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

const announcement = `[{"ieee_address":"0x00158D0001ABCDEF","type":"EndDevice","power_source":"Battery","friendly_name":"%","definition":{"vendor":"Heiman","model":"HS1SA",
	"exposes":[{"type":"binary","name":"smoke","property":"smoke","access":1,"value_on":true,"value_off":false}]}}]`

// bridge gives a zigbee2mqtt bridge its credential.
func (s *scene) bridge() device.Credential {
	s.t.Helper()
	c, password, err := s.Issue(s.ctx, s.admin(), s.xw, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt"})
	if err != nil {
		s.t.Fatal(err)
	}
	c, err = s.Verify(s.ctx, c.Username, password)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *scene) topic(c device.Credential, topic, body string) device.Message {
	return device.Message{Frame: c.Frame("zigbee2mqtt/"+topic, []byte(body))}
}

func TestDeviceKeepsItsHomeThroughAnnouncementAndRenaming(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "6-1202", `{"smoke":false}`)) // before the bridge lists it
		before := s.unit("zigbee:" + bridge.Device + "/6-1202")
		const key = "zigbee:0x00158d0001abcdef"
		for _, name := range []string{"6-1202", "楼道/厨房"} {
			s.receives(s.topic(bridge, "bridge/devices", strings.Replace(announcement, "%", name, 1)))
			u := s.unit(key)
			if u.ID != before.ID || u.Name != name || u.Make != "Heiman HS1SA" || !u.LifeSafety || u.Bridge != bridge.Device {
				t.Errorf("%+v", u)
			}
		}
		s.heard = nil
		if got := short(s.receives(s.topic(bridge, "楼道/厨房", `{"smoke":true}`))); !slices.Equal(got, []string{"alarm smoke"}) {
			t.Error(got)
		}
		if u := s.unit(key); u.ID != before.ID || u.State[decode.Smoke].Value != decode.On {
			t.Errorf("%+v", u)
		}
		if again := s.receives(s.topic(bridge, "bridge/devices", strings.Replace(announcement, "%", "楼道/厨房", 1))); again != nil {
			t.Errorf("the same list again: %v", short(again))
		}
	})
}

func TestReplacedDetectorTakesTheNameNotTheHistory(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "bridge/devices", strings.Replace(announcement, "%", "kitchen", 1)))
		newer := strings.NewReplacer("%", "kitchen", "ABCDEF", "ABCDE0").Replace(announcement)
		s.receives(s.topic(bridge, "bridge/devices", newer))
		s.receives(s.topic(bridge, "kitchen", `{"smoke":true}`))
		if u := s.unit("zigbee:0x00158d0001abcde0"); u.State[decode.Smoke].Value != decode.On {
			t.Errorf("%+v", u)
		}
		if u := s.unit("zigbee:0x00158d0001abcdef"); u.Name != "" || len(u.State) != 0 {
			t.Errorf("the old one: %+v", u)
		}
	})
}

func TestMessageThatCannotBeReadIsTroubleOfADetector(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "a", `{"smoke":false}`))
		if got := short(s.receives(s.topic(bridge, "a", `{"smoke":tr`))); !slices.Equal(got, []string{"trouble not_understood"}) {
			t.Error(got)
		}
		d, err := s.Decode(s.ctx, s.xw, device.Message{Frame: decode.Frame{Format: decode.CTWing, Body: []byte("x")}})
		if err != nil || !errors.Is(d.Broken, decode.ErrUnreadable) || d.Devices != nil {
			t.Errorf("from nobody known: %+v %v", d, err)
		}
	})
}

func TestAlarmsWithoutConfirmationAreWarnedOf(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		send := func(name, body string, qos0 bool) []string {
			m := s.topic(bridge, name, body)
			m.QoS0 = qos0
			return short(s.receives(m))
		}
		if got := send("a", `{"smoke":false}`, true); !slices.Contains(got, "trouble qos0") {
			t.Error(got)
		}
		if got := send("a", `{"smoke":false}`, true); got != nil {
			t.Error(got)
		}
		if got := send("a", `{"smoke":false}`, false); !slices.Equal(got, []string{"recovered qos0"}) {
			t.Error(got)
		}
		if got := send("door", `{"contact":true}`, true); slices.Contains(got, "trouble qos0") {
			t.Errorf("guards no life: %v", got)
		}
	})
}

func TestProductIsReadByItsMakeOrByWhatTheOperatorInstalled(t *testing.T) {
	const body = `{"messageType":"dataReport","deviceId":"a","productId":"15000001","payload":{"serviceData":{"Alarm_Status":%}}}`
	frame := func(status string) device.Message {
		return device.Message{Frame: decode.Frame{Format: decode.CTWing, Body: []byte(strings.Replace(body, "%", status, 1))}}
	}
	each(t, func(t *testing.T, s *scene) {
		if got := short(s.receives(frame("2"))); !slices.Equal(got, []string{"appeared", "trouble not_understood"}) {
			t.Errorf("a status nobody knows: %v", got)
		}
		if u := s.unit("ctwing:a"); u.Make != "lian-smoke" || !u.LifeSafety || u.Heartbeat != 24*time.Hour {
			t.Errorf("%+v", u)
		}
		if got := short(s.receives(frame("1"))); !slices.Equal(got, []string{"alarm smoke", "recovered not_understood"}) {
			t.Error(got)
		}
		m, err := decode.ParseMapping([]byte(`{"rules":[{"path":"payload.serviceData.Alarm_Status","kind":"smoke","table":{"1":"off","2":"on"}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		installed, err := s.Install(s.ctx, s.admin(), s.xw, device.Codec{Format: decode.CTWing, Product: "15000001", Name: "LiAn", Mapping: m})
		if err != nil || len(installed.Digest) != 64 {
			t.Fatalf("%+v %v", installed, err)
		}
		if got := short(s.receives(frame("1"))); !slices.Equal(got, []string{"clear smoke"}) {
			t.Error(got)
		}
		list, err := s.Codecs(s.ctx, s.xw)
		if err != nil || len(list) != 1 || cmp.Diff(m, list[0].Mapping) != "" {
			t.Errorf("%+v %v", list, err)
		}
		if err := s.Remove(s.ctx, s.admin(), s.xw, decode.CTWing, "15000001"); err != nil {
			t.Fatal(err)
		}
		wants(t, s.Remove(s.ctx, s.admin(), s.xw, decode.CTWing, "15000001"), fault.NotFound)
	})
}

func TestHostileScriptIsADetectorsTrouble(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		for _, script := range []string{`function decodeUplink() { for (;;) {} }`, `function decodeUplink() { /^(?=(a+)+$)((a+)+)+b/.test("a".repeat(60) + "!") }`} {
			if _, err := s.Install(s.ctx, s.admin(), s.xw, device.Codec{Format: decode.ChirpStack, Product: "X", Script: script}); err != nil {
				t.Fatal(err)
			}
			m := device.Message{Frame: decode.Frame{Format: decode.ChirpStack, Topic: "a/event/up", Body: []byte(`{"deviceInfo":{"devEui":"01","deviceProfileName":"X"},"data":"AQ=="}`)}}
			for range 3 {
				s.receives(m)
			}
			if u := s.unit("lora:01"); !u.Has(device.NotUnderstood) {
				t.Errorf("%+v", u)
			}
		}
	})
}

func TestInstallIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		ok := device.Codec{Format: decode.ChirpStack, Product: "X", Script: "x"}
		_, err := s.Install(s.ctx, s.staff(people.CommitteeDirector, "guihua"), s.xw, ok)
		wants(t, err, fault.Forbidden)
		for _, c := range []device.Codec{{}, {Script: strings.Repeat("x", 1<<20)}, {Mapping: &decode.Mapping{}}} {
			_, err := s.Install(s.ctx, s.admin(), s.xw, c)
			wants(t, err, fault.Invalid)
		}
		wants(t, s.Remove(s.ctx, s.staff(people.PropertyStaff, "guihua"), s.xw, decode.CTWing, ""), fault.Forbidden)
	})
}

func TestBindingAsksWhoAndWhere(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.calm()
		id := s.unit(smk).ID
		home := device.Binding{Place: s.node["6-1202"].ID}
		_, err := s.Bind(s.ctx, s.staff(people.PropertyStaff, "b8"), s.xw, id, home)
		wants(t, err, fault.Forbidden)
		_, err = s.Bind(s.ctx, s.admin(), s.xw, "nobody", home)
		wants(t, err, fault.NotFound)
		_, err = s.Bind(s.ctx, s.admin(), s.xw, id, device.Binding{Place: "nowhere"})
		wants(t, err, fault.NotFound)
		_, err = s.Bind(s.ctx, s.admin(), s.xw, id, device.Binding{Place: home.Place, Spot: strings.Repeat("厨", 61)})
		wants(t, err, fault.Invalid)
		u, err := s.Bind(s.ctx, s.staff(people.PropertyStaff, "b6"), s.xw, id, home)
		if err != nil || u.Place != home.Place || u.Claimed.IsZero() {
			t.Fatalf("%+v %v", u, err)
		}
		under, err := s.Under(s.ctx, s.xw, s.node["b6"].Path)
		if err != nil || len(under) != 1 || under[0].Claimed.IsZero() {
			t.Errorf("%v %v", under, err)
		}
		_, err = s.Unbind(s.ctx, s.staff(people.PropertyStaff, "b8"), s.xw, id)
		wants(t, err, fault.Forbidden)
		if u, err = s.Unbind(s.ctx, s.staff(people.CommitteeDirector, "guihua"), s.xw, id); err != nil || u.Place != "" || !u.Claimed.IsZero() {
			t.Errorf("%+v %v", u, err)
		}
	})
}

func TestCredentials(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c, password, err := s.Issue(s.ctx, s.admin(), s.xw, device.Granting{Format: decode.Zigbee, Topic: "zigbee2mqtt", ClientID: "z2m"})
		if err != nil || !strings.HasPrefix(c.Username, "xw-") || len(password) < 32 {
			t.Fatalf("%+v %v", c, err)
		}
		if u := s.unit(c.Device); u.Power != device.Gateway {
			t.Errorf("%+v", u)
		}
		got, err := s.Verify(s.ctx, c.Username, password)
		if err != nil || got.ID != c.ID || got.ClientID != "z2m" || got.Tenant != s.xw {
			t.Fatalf("%+v %v", got, err)
		}
		if by, err := s.Certified(s.ctx, c.Username); err != nil || by != got {
			t.Fatalf("by certificate %+v %v", by, err)
		}
		for topic, may := range map[string]bool{"zigbee2mqtt": true, "zigbee2mqtt/a/b": true, "zigbee2mqttx/a": false, "other": false, "": false} {
			if c.Allows(topic) != may {
				t.Errorf("%q: %t", topic, !may)
			}
		}
		for _, try := range [][2]string{{c.Username, "wrong"}, {"xw-nobody", password}, {"zz-nobody", password}, {"", ""}} {
			_, err := s.Verify(s.ctx, try[0], try[1])
			wants(t, err, fault.Unsigned)
		}
		for _, name := range []string{"xw-nobody", "zz-nobody", "xw", ""} {
			_, err := s.Certified(s.ctx, name)
			wants(t, err, fault.Unsigned)
		}
		for _, topic := range []string{"#", "a/+/b", "/a", "a/", strings.Repeat("a", 201)} {
			_, _, err := s.Issue(s.ctx, s.admin(), s.xw, device.Granting{Format: decode.Zigbee, Topic: topic})
			wants(t, err, fault.Invalid)
		}
		_, _, err = s.Issue(s.ctx, s.staff(people.PropertyManager, "guihua"), s.xw, device.Granting{})
		wants(t, err, fault.Forbidden)
		wants(t, s.End(s.ctx, s.staff(people.PropertyManager, "guihua"), s.xw, c.ID), fault.Forbidden)
		if err := s.End(s.ctx, s.admin(), s.xw, c.ID); err != nil {
			t.Fatal(err)
		}
		wants(t, s.End(s.ctx, s.admin(), s.xw, c.ID), fault.NotFound)
		_, err = s.Verify(s.ctx, c.Username, password)
		wants(t, err, fault.Unsigned)
		_, err = s.Certified(s.ctx, c.Username)
		wants(t, err, fault.Unsigned)
		list, err := s.Credentials(s.ctx, s.admin(), s.xw)
		if err != nil || len(list) != 1 || list[0].Ended.IsZero() {
			t.Errorf("%+v %v", list, err)
		}
		_, err = s.Credentials(s.ctx, s.staff(people.PropertyManager, "guihua"), s.xw)
		wants(t, err, fault.Forbidden)
	})
}

// A script that is stopped three times in a row is not run for a while, so that
// alarms do not wait behind it; a new one is run at once.
func TestScriptThatDoesNotEndRests(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		install := func(script string) {
			t.Helper()
			if _, err := s.Install(s.ctx, s.admin(), s.xw, device.Codec{Format: decode.ChirpStack, Product: "X1", Script: script}); err != nil {
				t.Fatal(err)
			}
		}
		f := decode.Frame{Format: decode.ChirpStack, Body: []byte(`{"deviceInfo":{"devEui":"AA01","deviceProfileName":"X1"},"fPort":1,"data":"AQ=="}`)}
		stopped := func() bool {
			t.Helper()
			d, err := s.Decode(s.ctx, s.xw, device.Message{Frame: f})
			if err != nil || d.NotUnderstood() == nil {
				t.Fatalf("%+v %v", d, err)
			}
			if !d.Stopped() {
				t.Error("it would not be read again")
			}
			return !strings.Contains(d.NotUnderstood().Error(), "rests")
		}
		install(`function decodeUplink(i) { for (;;) {} }`)
		var ran []bool
		for range 6 {
			ran = append(ran, stopped())
		}
		if want := []bool{true, true, true, false, false, false}; !slices.Equal(ran, want) {
			t.Errorf("it ran %v", ran)
		}
		s.clock.Advance(11 * time.Second)
		if !stopped() {
			t.Error("it is not tried again")
		}
		install(`function decodeUplink(i) { return {data: {smoke: true}} }`)
		if got := short(s.receives(device.Message{Frame: f})); !slices.Contains(got, "alarm smoke") {
			t.Errorf("the new script: %v", got)
		}
	})
}
