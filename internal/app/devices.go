package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/inbox/push"
	"github.com/linli/linli/internal/platform/store"
)

// openDevices joins the door for devices, their register and who listens:
//
//	MQTT, HTTP push ─▶ inbox ─▶ device ─▶ alarm, or those who look after devices
func (a *App) openDevices(context.Context) (err error) {
	a.Devices = device.NewService(a.Store, a.Places, a.deviceSays)
	a.Inbox = inbox.NewBox(inbox.Options{Store: a.Store, Tenants: a.tend.list, Log: a.Log})
	a.Inbox.Handle(a.decode, nil)
	a.mqtt, err = mqtt.New(mqtt.Options{Inbox: a.Inbox, Keeper: keeper{a}, Log: a.Log})
	return err
}

// keeper lets devices in by the credentials of the register.
type keeper struct{ app *App }

// Verify is the credential of a name and password.
func (k keeper) Verify(ctx context.Context, username, password string) (inbox.Credential, error) {
	c, err := k.app.Devices.Verify(ctx, username, password, "")
	return passOf(c), err
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
// detector goes before all others.
func passOf(c device.Credential) inbox.Credential {
	pass := inbox.Credential{Tenant: c.Tenant, Device: c.Username, LifeSafety: true}
	if c.Topic != "" {
		pass.Prefixes = []string{c.Topic}
	}
	return pass
}

// pushRoutes are the doors for platforms that speak HTTP.
func (a *App) pushDoor() *push.Door { return &push.Door{Inbox: a.Inbox, Keeper: keeper{a}} }

// decode says what a message in the inbox means and what follows from it.
func (a *App) decode(ctx context.Context, m inbox.Message) (inbox.Effect, error) {
	c, err := a.Devices.Named(ctx, m.Device)
	if err != nil {
		return nil, fmt.Errorf("credential of a message: %w", err)
	}
	d, err := a.Devices.Decode(ctx, m.Tenant, device.Message{Frame: c.Frame(m.Topic, m.Body), QoS0: m.Unsure})
	if err != nil {
		return nil, err
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
	case (e.What == device.Alarm || e.What == device.Clear) && slices.Contains(alarm.Kinds(), kind):
		place := e.Unit.Place
		if place == "" { // nobody has said where it hangs: the neighbourhood answers
			t, err := a.Places.Tenant(ctx, e.Unit.Tenant)
			if err != nil {
				return err
			}
			place = t.Root
		}
		return a.Alarms.OnSignal(ctx, tx, alarm.Signal{
			Tenant: e.Unit.Tenant, Device: e.Unit.ID, Kind: kind, On: e.What == device.Alarm, Place: place, DeviceTime: e.DeviceTime, ReceivedAt: e.At,
		})
	case e.What == device.Troubled:
		return a.tellTrouble(ctx, tx, e)
	}
	return nil
}

// tellTrouble tells those who look after a device that something is wrong with
// it: for a detector, silence is a fault alarm.
func (a *App) tellTrouble(ctx context.Context, tx *store.Tx, e device.Event) error {
	place := e.Unit.Place
	if place == "" || e.Kind == decode.Unclear && !e.Unit.LifeSafety {
		return nil
	}
	label, err := a.Places.Label(ctx, e.Unit.Tenant, place)
	if err != nil {
		return err
	}
	node, err := a.Places.ByID(ctx, e.Unit.Tenant, place)
	if err != nil {
		return err
	}
	served, err := a.Register.PostsAt(ctx, e.Unit.Tenant, node.Path)
	if err != nil {
		return err
	}
	var to []string
	for _, p := range served {
		if p.Tenant == e.Unit.Tenant && slices.Contains(e.Audience(), p.Role.Group()) && p.Role.Group() != people.Volunteers {
			to = append(to, p.Person)
		}
	}
	return a.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: e.Unit.Tenant, Matter: "device/" + e.Unit.ID, Seq: int(store.Ms(tx.Now())), To: to, Key: "app.device." + string(e.Trouble),
		Args: map[string]string{"place": label.Door, "spot": e.Unit.Spot}, Link: "/alarms",
		Event: notify.Event{Kind: "device", Verb: string(e.Trouble), Place: label.Door},
	})
}
