package intake

import (
	"context"
	"net/netip"
	"strings"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
)

// Keeper lets devices in by the credentials of the register.
type Keeper struct{ Devices *device.Service }

// Verify is the credential of a name and password.
func (k Keeper) Verify(ctx context.Context, username, password string) (inbox.Credential, error) {
	c, err := k.Devices.Verify(ctx, username, password)
	return k.Pass(c), err
}

// Certified is the credential of a name proven by a certificate.
func (k Keeper) Certified(ctx context.Context, name string) (inbox.Credential, error) {
	c, err := k.Devices.Certified(ctx, name)
	return k.Pass(c), err
}

// Pin makes a client id a credential's own.
func (k Keeper) Pin(ctx context.Context, c inbox.Credential, clientID string) (string, error) {
	return k.Devices.Pin(ctx, c.Tenant, c.Device, clientID)
}

// ByStation is the credential of a fire station that calls from where it may.
func (k Keeper) ByStation(ctx context.Context, address string, from netip.Addr) (inbox.Credential, error) {
	c, err := k.Devices.Station(ctx, address, from)
	return k.Pass(c), err
}

// ByToken is the credential of a push: its name and password with a dot
// between.
func (k Keeper) ByToken(ctx context.Context, token string) (inbox.Credential, error) {
	username, password, ok := strings.Cut(token, ".")
	if !ok {
		return inbox.Credential{}, fault.New(fault.Unsigned, "fault.unsigned")
	}
	return k.Verify(ctx, username, password)
}

// Pass is a credential as the inbox knows it. Whoever may speak for a
// detector goes before all others, unless what it says is plainly telemetry.
func (k Keeper) Pass(c device.Credential) inbox.Credential {
	pass := inbox.Credential{Tenant: c.Tenant, Device: c.Username, LifeSafety: true, ClientID: c.ClientID, Pins: c.Pins}
	if c.Topic != "" {
		pass.Prefixes = []string{c.Topic}
	}
	pass.Calm = func(topic string, body []byte) bool { return k.Devices.Calm(c, topic, body) }
	return pass
}
