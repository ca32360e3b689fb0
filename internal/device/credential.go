package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Credential is who may send: one device, one bridge, or the push of one
// cloud.
type Credential struct {
	Tenant   store.Tenant
	ID       string
	Username string // begins with the tenant's short name
	Format   decode.Format
	Topic    string // it may publish to this topic and below; empty: no MQTT
	ClientID string // MQTT client id it must use; empty: any
	Pins     bool   // the first lasting client id that comes under it becomes its own
	Device   string // key of the device it belongs to
	Station  string // address of a fire station, twelve hexadecimal digits; empty: none
	Peers    string // networks that the station may call from, by spaces; empty: private ones
	Since    time.Time
	Ended    time.Time
}

// Allows reports whether the credential may publish to a topic.
func (c Credential) Allows(topic string) bool {
	return c.Topic != "" && (topic == c.Topic || strings.HasPrefix(topic, c.Topic+"/"))
}

// Frame is a message from the credential's holder.
func (c Credential) Frame(topic string, body []byte) decode.Frame {
	f := decode.Frame{Format: c.Format, Topic: topic, Base: c.Topic, Body: body}
	if c.Format == decode.Zigbee || c.Format == decode.JSON {
		f.Device = c.Device
	}
	return f
}

// Granting is what a credential shall be for.
type Granting struct {
	Format   decode.Format
	Topic    string // of a zigbee2mqtt bridge: its base topic
	ClientID string // empty: the first lasting one that comes; AnyClient: whichever
	Device   string // key of a known device; empty makes one of its own
	Product  string // of that new device, for JSON: which codec reads it
	Station  string // address of a fire station, as written on it
	Peers    string // networks it may call from: 10.1.0.0/16 192.168.1.20
}

// AnyClient stands for a client id where any may come, as for a bridge of
// several programs.
const AnyClient = "*"

// Issue makes a credential and returns its password, which is shown once. A
// bridge appears as a gateway with its own key. Asks device.credential.
func (s *Service) Issue(ctx context.Context, a people.Actor, tenant store.Tenant, g Granting) (Credential, string, error) {
	t, err := s.places.Tenant(ctx, tenant)
	if err != nil {
		return Credential{}, "", err
	}
	if err := s.may(ctx, a, "device.credential", Unit{Tenant: tenant}); err != nil {
		return Credential{}, "", err
	}
	if err := s.checkGrant(ctx, &g); err != nil {
		return Credential{}, "", err
	}
	c := Credential{
		Tenant: tenant, ID: store.NewID(), Username: strings.ToLower(t.Short) + "-" + secret(5), Format: g.Format,
		Topic: g.Topic, ClientID: g.ClientID, Device: g.Device, Station: g.Station, Peers: g.Peers,
	}
	if c.Pins = c.ClientID == "" && c.Topic != ""; c.ClientID == AnyClient {
		c.ClientID = ""
	}
	if c.Device == "" {
		c.Device = string(g.Format) + ":" + c.Username
	}
	password := secret(20)
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.issue(ctx, tx, a, &c, g.Product, password) })
	return c, password, err
}

func (s *Service) issue(ctx context.Context, tx *store.Tx, a people.Actor, c *Credential, product, password string) error {
	c.Since = tx.Now()
	power := Gateway
	if c.Format == decode.JSON { // mostly a device by itself
		power = Battery
	}
	if _, _, err := s.lock(ctx, tx, Unit{Tenant: c.Tenant, Key: c.Device, Name: c.Topic, Product: product, Power: power}); err != nil {
		return err
	}
	err := New(tx).InsertCredential(ctx, InsertCredentialParams{
		TenantID: c.Tenant, ID: c.ID, Username: c.Username, Digest: digest(password), Format: string(c.Format), Topic: c.Topic,
		ClientID: c.ClientID, UnitKey: c.Device, Since: store.Ms(c.Since), Station: c.Station, Peers: c.Peers, Pins: flag(c.Pins),
	})
	if err != nil {
		return fmt.Errorf("new credential: %w", err)
	}
	a.Tenant = c.Tenant
	return people.Audit(ctx, tx, a, "device.credential", "credential", c.ID)
}

// secret is random signs, five bits each from n bytes; easy to copy by hand.
func secret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

// digest of a password that the program made: 160 random bits need no slow
// hash, and a thousand devices that come back at once could not wait for one.
func digest(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}

// Verify is the credential of a name and password. Wrong, ended and unknown
// cannot be told apart: an unsigned fault. Whether the client id is the one
// the credential names is for the door to ask.
func (s *Service) Verify(ctx context.Context, username, password string) (Credential, error) {
	r, err := s.running(ctx, username)
	if err != nil {
		return Credential{}, err
	}
	if subtle.ConstantTimeCompare([]byte(r.Digest), []byte(digest(password))) != 1 {
		return Credential{}, refused()
	}
	return credentialOf(r), nil
}

// Certified is the credential of a name that its holder has proven by a
// certificate. Ended and unknown cannot be told apart: an unsigned fault.
func (s *Service) Certified(ctx context.Context, username string) (Credential, error) {
	r, err := s.running(ctx, username)
	if err != nil {
		return Credential{}, err
	}
	return credentialOf(r), nil
}

func refused() error { return fault.New(fault.Unsigned, "fault.unsigned") }

// running is the row of a credential that has not ended.
func (s *Service) running(ctx context.Context, username string) (DeviceCredential, error) {
	short, _, _ := strings.Cut(username, "-")
	t, err := s.places.TenantByShort(ctx, short)
	if missing(err) {
		return DeviceCredential{}, refused()
	}
	if err != nil {
		return DeviceCredential{}, err
	}
	r, err := s.read().CredentialByName(ctx, t.ID, username)
	if missing(store.NoRows(err)) {
		return DeviceCredential{}, refused()
	}
	if err != nil {
		return DeviceCredential{}, fmt.Errorf("credential: %w", err)
	}
	return r, nil
}

func credentialOf(r DeviceCredential) Credential {
	return Credential{
		Tenant: r.TenantID, ID: r.ID, Username: r.Username, Format: decode.Format(r.Format), Topic: r.Topic, ClientID: r.ClientID,
		Pins: r.Pins == 1, Device: r.UnitKey, Station: r.Station, Peers: r.Peers, Since: store.Time(r.Since), Ended: store.Time(r.EndedAt),
	}
}

// Credentials are all credentials of a tenant, ended ones included. Asks
// device.credential.
func (s *Service) Credentials(ctx context.Context, a people.Actor, tenant store.Tenant) ([]Credential, error) {
	if err := s.may(ctx, a, "device.credential", Unit{Tenant: tenant}); err != nil {
		return nil, err
	}
	rows, err := s.read().Credentials(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	list := make([]Credential, len(rows))
	for i, r := range rows {
		list[i] = credentialOf(r)
	}
	return list, nil
}

// End ends a credential for good; the door must end its open connections.
// Asks device.credential.
func (s *Service) End(ctx context.Context, a people.Actor, tenant store.Tenant, id string) error {
	if err := s.may(ctx, a, "device.credential", Unit{Tenant: tenant}); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).EndCredential(ctx, tenant, id, store.Ms(tx.Now()))
		if err != nil {
			return fmt.Errorf("end credential: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		a.Tenant = tenant
		return people.Audit(ctx, tx, a, "device.credential", "credential", id, "ended")
	})
}

// Pin makes a client id a credential's own, if it has none and takes the first
// that comes, and returns the one it has; empty: any.
func (s *Service) Pin(ctx context.Context, tenant store.Tenant, username, clientID string) (own string, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := New(tx).PinCredential(ctx, tenant, username, clientID); err != nil {
			return fmt.Errorf("pin credential: %w", err)
		}
		r, err := New(tx).CredentialByName(ctx, tenant, username)
		own = r.ClientID
		return store.NoRows(err)
	})
	return own, err
}

// Unpin takes the client id away that a credential took, so that the next that
// comes becomes its own, and returns its name; the door must forget it. Asks
// device.credential.
func (s *Service) Unpin(ctx context.Context, a people.Actor, tenant store.Tenant, id string) (username string, err error) {
	if err := s.may(ctx, a, "device.credential", Unit{Tenant: tenant}); err != nil {
		return "", err
	}
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if username, err = New(tx).UnpinCredential(ctx, tenant, id); err != nil {
			return store.NoRows(err)
		}
		a.Tenant = tenant
		return people.Audit(ctx, tx, a, "device.credential", "credential", id, "unpinned")
	})
	return username, err
}

// Named is the credential with this name, ended or not: what its holder left in
// the inbox was acknowledged and is read all the same.
func (s *Service) Named(ctx context.Context, tenant store.Tenant, username string) (Credential, error) {
	r, err := s.read().CredentialNamed(ctx, tenant, username)
	if err != nil {
		return Credential{}, store.NoRows(err)
	}
	return credentialOf(r), nil
}

const (
	readAsFor   = time.Minute // what it is made of stays
	readAsKnown = 1024
)

type nameKey struct {
	tenant store.Tenant
	name   string
}

// ReadAs is how messages left under a credential's name are read: of it only
// format, topic and device are as they are now, which never change. A name that
// is not known is a not_found fault.
func (s *Service) ReadAs(ctx context.Context, tenant store.Tenant, username string) (Credential, error) {
	return s.names.get(s.store.Now(), nameKey{tenant, username}, func() (Credential, error) { return s.Named(ctx, tenant, username) })
}
