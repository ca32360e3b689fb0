package device_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/linli/linli/internal/device"
)

// A bridge that is set to output: attribute sends each field on a topic of its
// own. It is that device's field, and makes no other device.
func TestS30_FieldOnATopicOfItsOwnIsItsDevices(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.plays(bridge, "zigbee-05-attribute-output.tsv", []string{"smoke", "", ""}, calls)
		for _, x := range []struct{ topic, body, want string }{
			{"kitchen/linkquality", "120", ""}, {"kitchen/last_seen", "2026-11-30T10:00:00+08:00", ""}, {"kitchen/update-state", "idle", ""},
			{"kitchen/battery", "null", ""}, {"kitchen/smoke", "false", "clear smoke"}, {"kitchen/availability", "online", ""},
			{"kitchen/test", "true", "test test"}, {"kitchen/smoke", "true", ""}, // a test is no fire
			{"kitchen/test", "false", ""}, {"kitchen/smoke", "true", "alarm smoke"},
		} {
			if got := strings.Join(short(s.receives(s.topic(bridge, x.topic, x.body))), ", "); got != x.want {
				t.Errorf("%s %s says %q, want %q", x.topic, x.body, got, x.want)
			}
		}
		b, err := os.ReadFile("testdata/zigbee/z2m-attribute-output.payload")
		if err != nil {
			t.Fatal(err)
		}
		if got := calls(s.receives(s.topic(bridge, "kitchen-6-402/smoke", string(b)))); got != "smoke" {
			t.Errorf("before the bridge announced it: %q", got)
		}
		if got := calls(s.receives(s.topic(bridge, "楼道/6-1202/烟感/smoke_state", "alarm"))); got != "smoke" {
			t.Errorf("a name with slashes: %q", got)
		}
		s.names("kitchen", "kitchen-6-402", "楼道/6-1202/烟感")
	})
}

// names holds the devices behind bridges against their names.
func (s *scene) names(want ...string) {
	s.t.Helper()
	list, err := s.List(s.ctx, s.xw, "", 100)
	if err != nil {
		s.t.Fatal(err)
	}
	var got []string
	for _, u := range list {
		if u.Bridge != "" {
			got = append(got, u.Name)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("devices %q, want %q", got, want)
	}
}

// A device whose name ends like a field keeps its broken messages.
func TestS33_BrokenMessageOfADeviceWithASlashInItsName(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		s.receives(s.topic(bridge, "stairs/kitchen", `{"smoke":false}`))
		if got := short(s.receives(s.topic(bridge, "stairs/kitchen", `smoke`))); !slices.Equal(got, []string{"trouble not_understood"}) {
			t.Error(got)
		}
		s.names("stairs/kitchen")
	})
}

// A group of lamps is no device, whether it speaks before its bridge names it or
// after; nobody is told that it is silent.
func TestS33_GroupIsNoDevice(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.bridge()
		list := recorded(t, "zigbee-06-group-is-a-device.tsv")
		s.receives(s.topic(bridge, list[2].topic, list[2].body)) // before the bridge names it
		s.names("stairs")
		for range 2 {
			for _, m := range list {
				if got := s.receives(s.topic(bridge, m.topic, m.body)); calls(got)+troubles(got) != "" || slices.ContainsFunc(got, func(e device.Event) bool { return e.What == device.Appeared }) {
					t.Errorf("%s: %v", m.topic, short(got))
				}
				s.receives(s.topic(bridge, "stairs/state", "ON"))
			}
			s.names()
		}
		s.news()
		s.passes(26 * 60 * 60 * 1e9)
		if got := slices.DeleteFunc(s.heard, func(e device.Event) bool { return e.Unit.Bridge == "" }); len(got) != 0 {
			t.Errorf("%v", short(got))
		}
		s.receives(s.topic(bridge, "bridge/groups", `[]`)) // the group is taken apart
		s.receives(s.topic(bridge, "stairs2", `{"smoke":false}`))
		s.names("stairs2")
	})
}
