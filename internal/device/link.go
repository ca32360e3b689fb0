package device

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Link is a broker of somebody else that we listen to as a client. What it
// brings comes in under a credential of ours.
type Link struct {
	Tenant     store.Tenant
	ID         string
	Server     string // mqtt://host:port or mqtts://host:port
	Username   string
	Filter     string // topics to subscribe to
	Credential string // name of our credential
	Since      time.Time
	Up         time.Time // connected since; zero: not connected
	Trouble    string    // words key of why it is not; empty: not tried yet
	sealed     string
}

// LinkTo is what a link shall be to.
type LinkTo struct {
	Server, Username, Password string
	Granting                   // Topic is the base topic at their broker
}

// LinkField is what the password of a link is sealed as.
const LinkField = "device.link"

// linkHeld is how long one node has a link before another may take it.
const linkHeld = 30 * time.Second

// LinkServer reads the address of a broker as staff write it. Anything but
// mqtt:// or mqtts:// with a host is an invalid fault.
func LinkServer(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	bad := fault.New(fault.Invalid, "device.server_bad")
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, bad
	}
	port, known := map[string]string{"mqtt": "1883", "mqtts": "8883"}[u.Scheme]
	if !known {
		return nil, bad
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), port)
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// AddLink makes us a client of a broker; its host must be among the allowed
// ones, so that nothing leaves the house unasked. The password is sealed. Asks
// device.credential.
func (s *Service) AddLink(ctx context.Context, a people.Actor, tenant store.Tenant, seal *people.Sealer, allowed []string, to LinkTo) (Link, error) {
	server, err := LinkServer(to.Server)
	if err != nil {
		return Link{}, err
	}
	if !allows(allowed, server) {
		return Link{}, fault.New(fault.Invalid, "device.server_not_allowed", "host", server.Host)
	}
	if to.Topic == "" {
		return Link{}, fault.New(fault.Invalid, "device.topic_missing")
	}
	c, _, err := s.Issue(ctx, a, tenant, to.Granting) // nobody gets its password
	if err != nil {
		return Link{}, err
	}
	l := Link{Tenant: tenant, ID: store.NewID(), Server: server.String(), Username: to.Username, Filter: to.Topic + "/#", Credential: c.Username}
	if l.sealed, err = seal.Seal(tenant, l.ID, LinkField, to.Password); err != nil {
		return Link{}, fmt.Errorf("link: %w", err)
	}
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		l.Since = tx.Now()
		return New(tx).InsertLink(ctx, InsertLinkParams{
			TenantID: tenant, ID: l.ID, Server: l.Server, Username: l.Username, Sealed: l.sealed, Filter: l.Filter, Credential: l.Credential, Since: store.Ms(l.Since),
		})
	})
	return l, err
}

// allows: hosts are host:port, or a host with any port.
func allows(hosts []string, u *url.URL) bool {
	for _, h := range hosts {
		if strings.EqualFold(h, u.Host) || strings.EqualFold(h, u.Hostname()) {
			return true
		}
	}
	return false
}

// Links are the links of a tenant that have not ended.
func (s *Service) Links(ctx context.Context, tenant store.Tenant) ([]Link, error) {
	rows, err := s.read().Links(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	list := make([]Link, len(rows))
	for i, r := range rows {
		list[i] = Link{
			Tenant: r.TenantID, ID: r.ID, Server: r.Server, Username: r.Username, Filter: r.Filter, Credential: r.Credential,
			Since: store.Time(r.Since), Up: store.Time(r.UpAt), Trouble: r.Trouble, sealed: r.Sealed,
		}
	}
	return list, nil
}

// Password is the link's password, for whoever connects.
func (l Link) Password(seal *people.Sealer) (string, error) {
	return seal.Open(l.Tenant, l.ID, LinkField, l.sealed)
}

// EndLink ends a link and its credential, whose name is returned. Asks
// device.credential.
func (s *Service) EndLink(ctx context.Context, a people.Actor, tenant store.Tenant, id string) (credential string, err error) {
	if err := s.may(ctx, a, "device.credential", Unit{Tenant: tenant}); err != nil {
		return "", err
	}
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		q := New(tx)
		if credential, err = q.EndLink(ctx, tenant, id, store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("end link: %w", store.NoRows(err))
		}
		r, err := q.CredentialNamed(ctx, tenant, credential)
		if err != nil {
			return fmt.Errorf("end link: %w", store.NoRows(err))
		}
		if _, err := q.EndCredential(ctx, tenant, r.ID, store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("end link: %w", err)
		}
		a.Tenant = tenant
		return people.Audit(ctx, tx, a, "device.credential", "link", id, "ended")
	})
	return credential, err
}

// HoldLink reports whether this node has the link for the next half minute:
// two clients with one id would throw each other out.
func (s *Service) HoldLink(ctx context.Context, l Link, node string) (held bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).HoldLink(ctx, HoldLinkParams{TenantID: l.Tenant, ID: l.ID, Holder: node, HeldUntil: store.Ms(tx.Now().Add(linkHeld)), HeldUntil_2: store.Ms(tx.Now())})
		held = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("hold link: %w", err)
	}
	return held, nil
}

// LinkState keeps whether a link is connected, or why not.
func (s *Service) LinkState(ctx context.Context, l Link, up bool, trouble string) error {
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		at := int64(0)
		if up {
			at = store.Ms(tx.Now())
		}
		return New(tx).SaveLink(ctx, SaveLinkParams{TenantID: l.Tenant, ID: l.ID, UpAt: at, Trouble: trouble})
	})
}
