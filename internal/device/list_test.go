package device_test

import (
	"slices"
	"testing"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
)

// furnished has a detector in 6-1202 that smokes, one in 8-101 with a low
// battery, one that nobody claimed, and a bridge off the line with one behind.
func (s *scene) furnished() device.Credential {
	s.t.Helper()
	s.says(online("a"), said("a", decode.Smoke, decode.On))
	s.says(online("b"), said("b", decode.Smoke, decode.Off), said("b", decode.BatteryLow, decode.On))
	s.says(online("c"), said("c", decode.Smoke, decode.Off))
	s.bind("a", "6-1202")
	s.bind("b", "8-101")
	bridge := s.bridge()
	s.receives(s.topic(bridge, "d", `{"smoke":false}`))
	s.bind("zigbee:"+bridge.Device+"/d", "6-402")
	s.receives(s.topic(bridge, "bridge/state", `{"state":"offline"}`))
	return bridge
}

// keys are what an actor sees of a view.
func (s *scene) keys(a people.Actor, f device.Filter) []string {
	s.t.Helper()
	list, _, err := s.Listed(s.ctx, a, s.xw, f)
	if err != nil {
		s.t.Fatal(err)
	}
	var keys []string
	for _, u := range list {
		keys = append(keys, u.Key)
	}
	return keys
}

func TestListShowsWhatOneMayRead(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.furnished()
		d := "zigbee:" + bridge.Device + "/d"
		stranger := s.staff(people.PropertyStaff, "b8")
		stranger.Tenant = "elsewhere"
		resident := people.Actor{Tenant: s.xw, Person: "r", Household: "nobody"}
		for name, tt := range map[string]struct {
			actor people.Actor
			want  []string
		}{
			"everything":                  {s.admin(), []string{d, "c", "b", "a", bridge.Device}},
			"of building 8":               {s.staff(people.PropertyStaff, "b8"), []string{"c", "b", bridge.Device}},
			"of another neighbourhood":    {stranger, nil},
			"a resident without a device": {resident, nil},
		} {
			if got := s.keys(tt.actor, device.Filter{}); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", name, got, tt.want)
			}
		}
	})
}

func TestViewsAndTheirCounts(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.furnished()
		d := "zigbee:" + bridge.Device + "/d"
		want := map[device.Show][]string{
			device.Everything: {d, "c", "b", "a", bridge.Device}, device.Unclaimed: {"c"}, device.Alarming: {"a"}, device.Quiet: {bridge.Device},
			device.LowBattery: {"b"}, device.Amiss: {"b", bridge.Device}, device.Untested: {d, "b", "a"}, device.ToReplace: nil, device.Gateways: {bridge.Device}, device.Older: nil,
		}
		counts, qos0, err := s.Counted(s.ctx, s.admin(), s.xw)
		if err != nil || qos0 != 0 {
			t.Fatal(qos0, err)
		}
		for _, show := range device.Shows() {
			if got := s.keys(s.admin(), device.Filter{Show: show}); !slices.Equal(got, want[show]) || counts[show] != len(want[show]) {
				t.Errorf("%q: %v, counted %d, want %v", show, got, counts[show], want[show])
			}
		}
		if got := s.keys(s.admin(), device.Filter{Under: s.node["b6"].Path}); !slices.Equal(got, []string{d, "a"}) {
			t.Errorf("below building 6: %v", got)
		}
		for _, q := range []string{"%", "_", "' OR 1=1 --"} {
			if got := s.keys(s.admin(), device.Filter{Query: q}); got != nil {
				t.Errorf("%q finds %v", q, got)
			}
		}
		if got := s.keys(s.admin(), device.Filter{Query: "厨房"}); len(got) != 3 {
			t.Errorf("by spot: %v", got)
		}
	})
}

func TestListIsPaged(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.furnished()
		all := s.keys(s.admin(), device.Filter{})
		var got []string
		for after := ""; ; {
			list, more, err := s.Listed(s.ctx, s.admin(), s.xw, device.Filter{After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range list {
				got, after = append(got, u.Key), u.ID
			}
			if !more {
				break
			}
		}
		if !slices.Equal(got, all) {
			t.Errorf("%v, want %v", got, all)
		}
	})
}

func TestOutageListsWhatIsNotHeard(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		bridge := s.furnished()
		got, err := s.Outages(s.ctx, s.admin(), s.xw)
		if err != nil || len(got) != 1 || got[0].Gateway.Key != bridge.Device || len(got[0].Behind) != 1 || got[0].Behind[0].Name != "d" {
			t.Fatalf("%+v %v", got, err)
		}
		if got, err := s.Outages(s.ctx, s.staff(people.PropertyStaff, "b8"), s.xw); err != nil || len(got) != 0 {
			t.Errorf("building 8 sees %+v %v", got, err)
		}
		s.receives(s.topic(bridge, "d", `{"smoke":false,"battery":3}`))
		if got, err := s.Outages(s.ctx, s.admin(), s.xw); err != nil || len(got) != 0 {
			t.Errorf("back: %+v %v", got, err)
		}
	})
}

func TestDeviceIsNotTakenFromWhereOneDoesNotServe(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.furnished()
		_, err := s.Bind(s.ctx, s.staff(people.PropertyStaff, "b8"), s.xw, s.unit("a").ID, device.Binding{Place: s.node["8-101"].ID})
		wants(t, err, fault.Forbidden)
		if _, err := s.Bind(s.ctx, s.staff(people.PropertyStaff, "b8"), s.xw, s.unit("c").ID, device.Binding{Place: s.node["8-101"].ID}); err != nil {
			t.Errorf("one that nobody claimed: %v", err)
		}
	})
}

// A broker of somebody else is followed by one node at a time; its password is
// sealed, and only named hosts are followed.
func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		seal, err := people.OpenSealer(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		to := device.LinkTo{Server: " mqtts://Broker.example ", Username: "linli", Password: "geheim", Granting: device.Granting{Format: decode.Zigbee, Topic: "z2m"}}
		add := func(a people.Actor, hosts []string, to device.LinkTo) (device.Link, error) {
			return s.AddLink(s.ctx, a, s.xw, seal, hosts, to)
		}
		_, err = add(s.admin(), nil, to)
		wants(t, err, fault.Invalid)
		_, err = add(s.admin(), []string{"broker.example:1"}, to)
		wants(t, err, fault.Invalid)
		_, err = add(s.staff(people.PropertyManager, "guihua"), []string{"broker.example"}, to)
		wants(t, err, fault.Forbidden)
		for _, server := range []string{"", "http://broker.example", "mqtt://", "mqtt://u:p@broker.example", "mqtt://broker.example/x", "broker.example"} {
			bad := to
			bad.Server = server
			_, err = add(s.admin(), []string{"broker.example"}, bad)
			wants(t, err, fault.Invalid)
		}
		l, err := add(s.admin(), []string{"broker.example:8883"}, to)
		if err != nil || l.Server != "mqtts://broker.example:8883" || l.Filter != "z2m/#" {
			t.Fatalf("%+v %v", l, err)
		}
		list, err := s.Links(s.ctx, s.xw)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		if p, err := list[0].Password(seal); err != nil || p != "geheim" {
			t.Errorf("%q %v", p, err)
		}
		s.holds(l, "one", true)
		s.holds(l, "two", false)
		s.clock.Advance(29 * time.Second)
		s.holds(l, "one", true)
		s.clock.Advance(29 * time.Second)
		s.holds(l, "two", false)
		s.clock.Advance(2 * time.Second)
		s.holds(l, "two", true)
		s.holds(l, "one", false)
		name, err := s.EndLink(s.ctx, s.admin(), s.xw, l.ID)
		if err != nil || name != l.Credential {
			t.Fatal(name, err)
		}
		if c, err := s.Named(s.ctx, s.xw, name); err != nil || c.Ended.IsZero() {
			t.Errorf("%+v %v", c, err)
		}
		s.holds(l, "two", false)
		_, err = s.EndLink(s.ctx, s.admin(), s.xw, l.ID)
		wants(t, err, fault.NotFound)
	})
}

func (s *scene) holds(l device.Link, node string, want bool) {
	s.t.Helper()
	if got, err := s.HoldLink(s.ctx, l, node); err != nil || got != want {
		s.t.Errorf("node %s holds the link: %t, %v", node, got, err)
	}
}

// S33: what the tile counts as silent is what the list shows as such, and what
// the coverage does not count as live: overdue or never heard.
func TestS33_TilesListAndCoverageTellTheSame(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(online("a"), said("a", decode.Smoke, decode.Off))
		s.bind("a", "6-1202")
		s.clock.Advance(26 * time.Hour) // no job has looked yet
		s.says(online("b"), said("b", decode.Smoke, decode.Off))
		counts, _, err := s.Counted(s.ctx, s.admin(), s.xw)
		if err != nil {
			t.Fatal(err)
		}
		quiet := s.keys(s.admin(), device.Filter{Show: device.Quiet})
		list, _, err := s.Listed(s.ctx, s.admin(), s.xw, device.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		var dead []string
		for _, u := range list {
			if !u.Alive(s.clock.Now()) {
				dead = append(dead, u.Key)
			}
		}
		if !slices.Equal(quiet, dead) || counts[device.Quiet] != len(dead) || !slices.Equal(dead, []string{"a"}) {
			t.Errorf("the tile says %d, the view %v, the rows %v", counts[device.Quiet], quiet, dead)
		}
		cover, err := s.Coverage(s.ctx, s.xw, []string{s.node["6-1202"].ID})
		if err != nil || len(cover) != 1 || cover[0].Live != 0 {
			t.Errorf("the coverage says %+v, %v", cover, err)
		}
	})
}

// S33: what guards lives comes first, however many bays there are, page by page;
// and each kind can be asked for.
func TestS33_DetectorsStandBeforeBays(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.says(online("smoke"), said("smoke", decode.Smoke, decode.Off))
		for _, bay := range []string{"bay1", "bay2", "bay3"} {
			s.says(online(bay), said(bay, decode.Parking, decode.On))
		}
		if got := s.keys(s.admin(), device.Filter{}); !slices.Equal(got, []string{"smoke", "bay3", "bay2", "bay1"}) {
			t.Errorf("the list is %v", got)
		}
		first, more, err := s.Listed(s.ctx, s.admin(), s.xw, device.Filter{Limit: 1})
		if err != nil || !more {
			t.Fatal(more, err)
		}
		if got := s.keys(s.admin(), device.Filter{After: first[0].ID}); !slices.Equal(got, []string{"bay3", "bay2", "bay1"}) {
			t.Errorf("the next page is %v", got)
		}
		if got := s.keys(s.admin(), device.Filter{Kind: decode.Smoke}); !slices.Equal(got, []string{"smoke"}) {
			t.Errorf("smoke detectors are %v", got)
		}
		kinds, err := s.ByKind(s.ctx, s.admin(), s.xw)
		if want := []device.KindCount{{Kind: decode.Smoke, N: 1}, {Kind: decode.Parking, N: 3}}; err != nil || !slices.Equal(kinds, want) {
			t.Errorf("kinds %v, %v, want %v", kinds, err, want)
		}
		if kinds, err := s.ByKind(s.ctx, people.Actor{Tenant: "elsewhere"}, s.xw); err != nil || len(kinds) != 0 {
			t.Errorf("another neighbourhood counts %v, %v", kinds, err)
		}
	})
}
