package device

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

const (
	stationBytes = 6
	topicLimit   = 200 // bytes
	clientLimit  = 100 // bytes
	peersLimit   = 16  // networks
)

// checkGrant says what is wrong with a granting and writes it the one way.
func (s *Service) checkGrant(ctx context.Context, g *Granting) error {
	if strings.ContainsAny(g.Topic, "#+\x00") || strings.Trim(g.Topic, "/") != g.Topic || len(g.Topic) > topicLimit {
		return fault.New(fault.Invalid, "device.topic_bad")
	}
	if !slices.Contains(decode.Formats(), g.Format) || len(g.ClientID) > clientLimit {
		return fault.New(fault.Invalid, "fault.bad_form")
	}
	if g.Format == decode.GB26875 {
		return s.checkStation(ctx, g)
	}
	g.Station, g.Peers = "", ""
	return nil
}

// checkStation: a fire line has no password, so a station's address belongs to
// one neighbourhood only, and to the networks it calls from.
func (s *Service) checkStation(ctx context.Context, g *Granting) error {
	b, err := hex.DecodeString(strings.ToLower(strings.TrimSpace(g.Station)))
	if err != nil || len(b) != stationBytes {
		return fault.New(fault.Invalid, "device.station_bad")
	}
	nets, err := networks(g.Peers)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "device.peers_bad")
	}
	g.Station, g.Peers = hex.EncodeToString(b), joined(nets)
	slices.Reverse(b)
	g.Device, g.Topic, g.ClientID = "gb26875:"+hex.EncodeToString(b), "", ""
	held, err := s.stations(ctx, g.Station)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return fault.New(fault.Conflict, "device.station_taken")
	}
	return nil
}

// networks reads addresses and networks, by spaces or commas.
func networks(s string) ([]string, error) {
	var out []string
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\r' || r == '\t' }) {
		p, err := netip.ParsePrefix(word)
		if a, plain := netip.ParseAddr(word); plain == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("network: %w", err)
		}
		out = append(out, p.Masked().String())
	}
	if len(out) > peersLimit {
		return nil, fmt.Errorf("%d networks", len(out))
	}
	return out, nil
}

// From reports whether the station may call from an address.
func (c Credential) From(a netip.Addr) bool {
	a = a.Unmap()
	if c.Peers == "" {
		return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()
	}
	for word := range strings.FieldsSeq(c.Peers) {
		if p, err := netip.ParsePrefix(word); err == nil && p.Contains(a) {
			return true
		}
	}
	return false
}

// Station is the credential of the fire station with this address, if it calls
// from where it may. Unknown, ended and from elsewhere cannot be told apart:
// an unsigned fault.
func (s *Service) Station(ctx context.Context, address string, from netip.Addr) (Credential, error) {
	held, err := s.stations(ctx, strings.ToLower(address))
	if err != nil {
		return Credential{}, err
	}
	if len(held) != 1 || !held[0].From(from) {
		return Credential{}, fault.New(fault.Unsigned, "fault.unsigned")
	}
	return held[0], nil
}

// stations are the credentials of an address in all neighbourhoods: the frame
// does not say which it belongs to.
func (s *Service) stations(ctx context.Context, address string) ([]Credential, error) {
	tenants, err := s.places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var list []Credential
	for _, t := range tenants {
		r, err := s.read().CredentialByStation(ctx, t.ID, address)
		if err == nil {
			list = append(list, credentialOf(r))
			continue
		}
		if err = store.NoRows(err); !missing(err) {
			return nil, fmt.Errorf("station: %w", err)
		}
	}
	return list, nil
}
