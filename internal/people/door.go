package people

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/linli/linli/internal/platform/store"
)

var errNoRows = sql.ErrNoRows

// DoorOptions say how people come in.
type DoorOptions struct {
	// Office is the tenant of the subdistrict office, which keeps the
	// directory of logins. It must not change.
	Office store.Tenant
	// OneClick opens the demo's sign-in links. Never set it in production.
	OneClick bool
	// Secure marks the cookie Secure also where TLS ends at a front proxy.
	Secure bool
	// Forwarded trusts the last X-Forwarded-For entry for the caller's
	// address. Set it only behind a front proxy that writes it.
	Forwarded bool
}

// Door is the way in: household codes, staff accounts, sessions, and who read
// and changed what. It may be used from many goroutines.
type Door struct {
	store    *store.Store
	seal     *Sealer
	opts     DoorOptions
	sessions *sessionCache
	hashing  chan struct{}
}

// NewDoor opens the door on a store with the room's tables.
func NewDoor(s *store.Store, seal *Sealer, o DoorOptions) *Door {
	return &Door{store: s, seal: seal, opts: o, sessions: newSessionCache(), hashing: make(chan struct{}, hashMax)}
}

func (d *Door) read() *Queries { return New(d.store.Reader()) }

// identity is one person of one tenant.
type identity struct {
	tenant store.Tenant
	person string
}

// Client is the device and address a try comes from. The address is only ever
// kept as a digest, the device only as a coarse label.
type Client struct {
	Address string
	Agent   string
	Known   string // what the browser is known by, see known.go; empty: nothing
}

// ClientOf is where a request comes from. IPv6 callers are taken by their /64,
// which is what one household or server holds.
func (d *Door) ClientOf(r *http.Request) Client {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if d.opts.Forwarded {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); last != "" {
			host = last
		}
	}
	if a, err := netip.ParseAddr(host); err == nil {
		host = network(a.Unmap())
	}
	return Client{Address: host, Agent: r.UserAgent(), Known: knownOf(r)}
}

func network(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// placeHead is a place's name, path and the letters of its tenant.
func (d *Door) placeHead(ctx context.Context, tenant store.Tenant, id string) (PlaceHeadRow, error) {
	head, err := d.read().PlaceHead(ctx, tenant, id)
	if err != nil {
		return PlaceHeadRow{}, fmt.Errorf("place: %w", store.NoRows(err))
	}
	return head, nil
}
