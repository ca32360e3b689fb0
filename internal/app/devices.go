package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device/desk"
	"github.com/linli/linli/internal/device/intake"
	"github.com/linli/linli/internal/feature/alarm"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/inbox/fireline"
	"github.com/linli/linli/internal/platform/inbox/mqtt"
	"github.com/linli/linli/internal/platform/inbox/push"
)

// openDevices joins the door for devices, their register and who listens:
//
//	MQTT, HTTP push ─▶ inbox ─▶ device ─▶ alarm, upkeep
func (a *App) openDevices(context.Context) (err error) {
	a.Devices.WatchOver(a.Care.Homes)
	a.Devices.Hear(a.Alarms.OnDevice(a.Devices.StandsAt), a.Upkeep.OnDevice)
	a.Inbox = inbox.NewBox(inbox.Options{Store: a.Store, Tenants: a.tend.list, Log: a.Log})
	reader, keeper := intake.Reader{Devices: a.Devices, Log: a.Log}, intake.Keeper{Devices: a.Devices}
	a.Inbox.Handle(reader.Decode, reader.NotUnderstood)
	a.push = push.New(a.Inbox, keeper, a.Store.Now)
	a.fire = fireline.New(fireline.Options{Inbox: a.Inbox, Keeper: keeper, Log: a.Log})
	a.mqtt, err = mqtt.New(mqtt.Options{Inbox: a.Inbox, Keeper: keeper, Log: a.Log})
	return err
}

// house is what rooms with cases stand on.
func (a *App) house() casework.House {
	return casework.House{Store: a.Store, Spine: a.Spine, Places: a.Places, Register: a.Register, Notify: a.Notify, Hub: a.Hub, Studio: a.studio}
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
func (d *doors) devicePages() *desk.Pages {
	a := d.App
	return &desk.Pages{
		Devices: a.Devices, Places: a.Places, Inbox: a.Inbox, Frame: d.frame, Now: a.Store.Now, Desk: d.people.Desk, Homes: a.Care.Homes,
		Forget: a.forgetCredential, Noticed: a.mqtt.Noticed, Linked: a.linksChanged, Brokers: a.Brokers, Seal: a.Sealer, Tickets: d.upkeep.OfUnit, Series: alarm.LiftSeries, Trial: "/alarms/trial",
	}
}

// forgetCredential ends the connections of a credential that has ended.
func (a *App) forgetCredential(username string) {
	a.mqtt.Forget(username)
	a.fire.Forget(username)
	a.push.Forget(username)
}

// keepPresent notes each minute which bridges keep their connection, until the
// house stops.
func (a *App) keepPresent(stop <-chan struct{}) {
	ticker := time.NewTicker(presentEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			a.hearPresent(context.Background())
		case <-stop:
			return
		}
	}
}

const presentEvery = time.Minute

// hearPresent notes which bridges keep their connection now.
func (a *App) hearPresent(ctx context.Context) {
	for _, p := range a.mqtt.Present(2 * presentEvery) {
		c, err := a.Devices.Named(ctx, p.Tenant, p.Device)
		if err == nil {
			err = a.Devices.Alive(ctx, p.Tenant, c.Device)
		}
		if err != nil {
			a.Log.Warn("devices: a connected bridge could not be noted", "cause", fmt.Errorf("%s: %w", p.Device, err))
		}
	}
}
