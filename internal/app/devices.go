package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/desk"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/inbox/push"
	"github.com/linli/linli/internal/platform/store"
)

// openDevices joins the door for devices, their register and who listens:
//
//	MQTT, HTTP push ─▶ inbox ─▶ device ─▶ alarm, or upkeep
func (a *App) openDevices(context.Context) (err error) {
	a.Devices = device.NewService(a.Store, a.Places, a.deviceSays)
	a.Devices.WatchOver(a.Care.Homes)
	a.Upkeep = upkeep.NewService(a.house(), a.Devices)
	a.Inbox = inbox.NewBox(inbox.Options{Store: a.Store, Tenants: a.tend.list, Log: a.Log})
	a.Inbox.Handle(a.decode, a.notUnderstood)
	a.push = push.New(a.Inbox, keeper{a}, a.Store.Now)
	a.fire = fireline.New(fireline.Options{Inbox: a.Inbox, Keeper: keeper{a}, Log: a.Log})
	a.mqtt, err = mqtt.New(mqtt.Options{Inbox: a.Inbox, Keeper: keeper{a}, Log: a.Log})
	return err
}

// house is what rooms with cases stand on.
func (a *App) house() casework.House {
	return casework.House{Store: a.Store, Spine: a.Spine, Places: a.Places, Register: a.Register, Notify: a.Notify, Hub: a.Hub}
}

// ListenMQTT opens the door for devices that speak MQTT, with TLS if a
// configuration is given, and returns the address it got. Call it after Start.
func (a *App) ListenMQTT(address string, secure ...*tls.Config) (string, error) {
	addr, err := a.mqtt.Listen(address, first(secure))
	if err != nil {
		return "", err
	}
	return addr.String(), nil
}

// ListenFire opens the door for fire stations (GB/T 26875.3), as ListenMQTT.
func (a *App) ListenFire(address string, secure ...*tls.Config) (string, error) {
	addr, err := a.fire.Listen(address, first(secure))
	if err != nil {
		return "", err
	}
	return addr.String(), nil
}

func first(secure []*tls.Config) *tls.Config {
	if len(secure) == 0 {
		return nil
	}
	return secure[0]
}

// devicePages are the pages of devices.
func (a *App) devicePages(f frame, pages *people.Pages, tickets upkeep.Web) *desk.Pages {
	return &desk.Pages{
		Devices: a.Devices, Places: a.Places, Inbox: a.Inbox, Frame: f, Now: a.Store.Now, Desk: pages.Desk, Homes: a.Care.Homes,
		Forget: a.forgetCredential, Noticed: a.mqtt.Noticed, Linked: a.linksChanged, Brokers: a.Brokers, Seal: a.Sealer, Tickets: tickets.OfUnit, Series: liftSeries, Trial: "/alarms/trial",
	}
}

// alarmed gives alarms what the register of devices knows.
type alarmed struct{ app *App }

// At is where a device hangs, or its bridge.
func (l alarmed) At(ctx context.Context, tenant store.Tenant, id string) (string, error) {
	u, err := l.app.Devices.ByID(ctx, tenant, id)
	if err != nil {
		return "", err
	}
	return l.app.Devices.StandsAt(ctx, u)
}

// Says reports whether a device says that a kind is on.
func (l alarmed) Says(ctx context.Context, tenant store.Tenant, id string, kind alarm.SignalKind) (bool, error) {
	u, err := l.app.Devices.ByID(ctx, tenant, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return slices.Contains(u.Lasting(), decode.Kind(kind)), err
}

// Tested marks a device as tested by a person.
func (l alarmed) Tested(ctx context.Context, tenant store.Tenant, id, person string) error {
	a, err := l.app.Door.ActorFor(ctx, tenant, person)
	if err != nil {
		return err
	}
	return l.app.Devices.MarkTested(ctx, a, tenant, id)
}

// Lift is where the box of a lift hangs, or its bridge, and what it is called.
func (l alarmed) Lift(ctx context.Context, tenant store.Tenant, id string) (at, name string, err error) {
	u, err := l.app.Devices.ByID(ctx, tenant, id)
	if err != nil {
		return "", "", err
	}
	if !isLift(u) {
		return "", "", fault.New(fault.NotFound, "fault.not_found")
	}
	at, err = l.app.Devices.StandsAt(ctx, u)
	return at, cmp.Or(u.Spot, u.Name), err
}

// Gauges are what a device measures.
func (l alarmed) Gauges(ctx context.Context, tenant store.Tenant, id string, since time.Time) ([]alarm.Gauge, error) {
	list, err := l.app.Devices.Gauges(ctx, tenant, id, since)
	if err != nil {
		return nil, err
	}
	out := make([]alarm.Gauge, len(list))
	for i, g := range list {
		out[i] = alarm.Gauge{Kind: string(g.Kind), Value: g.Value, Unit: g.Unit, At: g.At, AlarmAt: g.AlarmAt}
		for _, p := range g.Points {
			out[i].Points = append(out[i].Points, alarm.Point(p))
		}
	}
	return out, nil
}

// liftSeries is the page of a lift's entrapments; empty for any other device.
func liftSeries(u device.Unit) string {
	if !isLift(u) {
		return ""
	}
	return alarm.LiftPath(u.ID)
}

func isLift(u device.Unit) bool {
	return slices.Contains(u.Kinds, decode.Entrapment) || slices.Contains(u.Kinds, decode.Elevator)
}

// forgetCredential ends the connections of a credential that has ended.
func (a *App) forgetCredential(username string) {
	a.mqtt.Forget(username)
	a.fire.Forget(username)
	a.push.Forget(username)
}

// keeper lets devices in by the credentials of the register.
type keeper struct{ app *App }

// Verify is the credential of a name and password.
func (k keeper) Verify(ctx context.Context, username, password string) (inbox.Credential, error) {
	c, err := k.app.Devices.Verify(ctx, username, password)
	return k.app.passOf(c), err
}

// Certified is the credential of a name proven by a certificate.
func (k keeper) Certified(ctx context.Context, name string) (inbox.Credential, error) {
	c, err := k.app.Devices.Certified(ctx, name)
	return k.app.passOf(c), err
}

// Pin makes a client id a credential's own.
func (k keeper) Pin(ctx context.Context, c inbox.Credential, clientID string) (string, error) {
	return k.app.Devices.Pin(ctx, c.Tenant, c.Device, clientID)
}

// ByStation is the credential of a fire station that calls from where it may.
func (k keeper) ByStation(ctx context.Context, address string, from netip.Addr) (inbox.Credential, error) {
	c, err := k.app.Devices.Station(ctx, address, from)
	return k.app.passOf(c), err
}

// ByToken is the credential of a push: its name and password with a dot
// between.
func (k keeper) ByToken(ctx context.Context, token string) (inbox.Credential, error) {
	username, password, ok := strings.Cut(token, ".")
	if !ok {
		return inbox.Credential{}, fault.New(fault.Unsigned, "fault.unsigned")
	}
	return k.Verify(ctx, username, password)
}

// passOf is a credential as the inbox knows it. Whoever may speak for a
// detector goes before all others, unless what it says is plainly telemetry.
func (a *App) passOf(c device.Credential) inbox.Credential {
	pass := inbox.Credential{Tenant: c.Tenant, Device: c.Username, LifeSafety: true, ClientID: c.ClientID, Pins: c.Pins}
	if c.Topic != "" {
		pass.Prefixes = []string{c.Topic}
	}
	pass.Calm = func(topic string, body []byte) bool { return a.Devices.Calm(c, topic, body) }
	return pass
}

// decode says what a message in the inbox means and what follows from it.
func (a *App) decode(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
	if m.Note == inbox.Cleared {
		return nil, nil
	}
	c, err := a.Devices.ReadAs(ctx, m.Tenant, m.Device)
	if fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("%w: no such credential: %w", inbox.ErrNotUnderstood, err)
	}
	if err != nil {
		return nil, fmt.Errorf("credential of a message: %w", err)
	}
	d, err := a.Devices.Decode(ctx, m.Tenant, frameOf(c, m))
	if err != nil {
		return nil, err
	}
	if why := d.NotUnderstood(); why != nil {
		return nil, &unclear{d, why}
	}
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := a.Devices.Take(ctx, tx, m.Tenant, d)
		return err
	}, nil
}

// deviceSays hands a device's event to whoever must act on it.
func (a *App) deviceSays(ctx context.Context, tx *store.Tx, e device.Event) error {
	kind := alarm.SignalKind(e.Kind)
	switch {
	case e.What == device.Measured:
		a.Alarms.Measured(tx, e.Unit.Tenant)
		return nil
	case (e.What == device.Alarm || e.What == device.Clear || e.What == device.Still) && slices.Contains(alarm.Kinds(), kind):
		place, err := a.Devices.StandsAt(ctx, e.Unit)
		if err != nil {
			return err
		}
		err = a.Alarms.OnSignal(ctx, tx, alarm.Signal{
			Tenant: e.Unit.Tenant, Device: e.Unit.ID, Kind: kind, On: e.What != device.Clear, Place: place,
			DeviceTime: e.Happened, ReceivedAt: e.Received, Late: e.Late, Still: e.What == device.Still, Cached: e.Cached,
		})
		if err != nil || e.What != device.Clear {
			return err
		}
	}
	return a.Upkeep.OnDevice(ctx, tx, e)
}
