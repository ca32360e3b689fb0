package device_test

import (
	"context"
	"net/netip"
	"testing"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const panel = "00000000000a"

func (s *scene) station(peers string) (device.Credential, error) {
	c, _, err := s.Issue(s.ctx, s.admin(), s.xw, device.Granting{Format: decode.GB26875, Station: panel, Peers: peers, Topic: "x", ClientID: "x"})
	return c, err
}

// A fire line has no password: the address counts together with the network.
func TestStationComesFromItsNetworkOnly(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c, err := s.station("10.1.0.0/16, 203.0.113.7 2001:db8::/32")
		if err != nil || c.Topic != "" || c.ClientID != "" {
			t.Fatalf("%+v %v", c, err)
		}
		if u := s.unit("gb26875:0a0000000000"); u.Power != device.Gateway {
			t.Errorf("%+v", u)
		}
		for from, may := range map[string]bool{
			"10.1.2.3": true, "::ffff:10.1.2.3": true, "203.0.113.7": true, "2001:db8::1": true,
			"10.2.0.1": false, "203.0.113.8": false, "127.0.0.1": false, "192.168.1.1": false,
		} {
			got, err := s.Station(s.ctx, panel, netip.MustParseAddr(from))
			if may != (err == nil) || may && got.ID != c.ID {
				t.Errorf("%s: %v", from, err)
			}
			if !may {
				wants(t, err, fault.Unsigned)
			}
		}
		_, err = s.Station(s.ctx, "00000000000b", netip.MustParseAddr("10.1.2.3"))
		wants(t, err, fault.Unsigned)
		_, err = s.Station(s.ctx, panel, netip.Addr{})
		wants(t, err, fault.Unsigned)
	})
}

func TestStationWithoutNetworksMayCallFromPrivateOnes(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		c, err := s.station("")
		if err != nil {
			t.Fatal(err)
		}
		for from, may := range map[string]bool{"127.0.0.1": true, "10.0.0.1": true, "192.168.9.9": true, "fd00::1": true, "203.0.113.7": false, "2001:db8::1": false} {
			if _, err := s.Station(s.ctx, panel, netip.MustParseAddr(from)); may != (err == nil) {
				t.Errorf("%s: %v", from, err)
			}
		}
		if err := s.End(s.ctx, s.admin(), s.xw, c.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.Station(s.ctx, panel, netip.MustParseAddr("10.0.0.1"))
		wants(t, err, fault.Unsigned)
		if _, err := s.station(""); err != nil {
			t.Errorf("given again after its end: %v", err)
		}
	})
}

// The frame does not name a neighbourhood, so no two may have one address.
func TestStationBelongsToOneNeighbourhood(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		if _, err := s.station(""); err != nil {
			t.Fatal(err)
		}
		var other place.Tenant
		s.update(func(ctx context.Context, tx *store.Tx) (err error) {
			other, _, err = s.places.PutTenant(ctx, tx, place.Tenant{Kind: place.Neighbourhood, Ref: "yeqing", Name: "叶庆", Short: "YQ"})
			return err
		})
		root, err := s.places.ByID(s.ctx, other.ID, other.Root)
		if err != nil {
			t.Fatal(err)
		}
		admin := people.Actor{Tenant: other.ID, Person: "a", Posts: []people.Held{{Role: people.Administrator, Place: root.ID, Path: root.Path}}}
		_, _, err = s.Issue(s.ctx, admin, other.ID, device.Granting{Format: decode.GB26875, Station: "00 00"})
		wants(t, err, fault.Invalid)
		_, _, err = s.Issue(s.ctx, admin, other.ID, device.Granting{Format: decode.GB26875, Station: panel, Peers: "10.0.0.0/99"})
		wants(t, err, fault.Invalid)
		_, _, err = s.Issue(s.ctx, admin, other.ID, device.Granting{Format: decode.GB26875, Station: panel})
		wants(t, err, fault.Conflict)
	})
}
