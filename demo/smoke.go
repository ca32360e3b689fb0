package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/inbox"
	"github.com/linli/linli/internal/platform/store"
)

// Bridge is the credential of the sample zigbee2mqtt bridge, and the address of
// the sample fire station.
type Bridge struct{ Username, Password, Station string }

// The sample bridge and the detector in the kitchen of 6-402.
const (
	baseTopic = "zigbee2mqtt"
	detector  = "kitchen-6-402"
	address   = "0x00158d0006402402"
	station   = "000000000001"
	announced = `[{"ieee_address":"` + address + `","friendly_name":"` + detector + `","type":"EndDevice","power_source":"Battery",
"definition":{"model":"JY-GZ-01AQ","vendor":"Aqara","exposes":[
{"type":"binary","name":"smoke","property":"smoke","value_on":true,"value_off":false,"access":1},
{"type":"numeric","name":"smoke_density_dbm","property":"smoke_density_dbm","unit":"dB/m","access":1},
{"type":"numeric","name":"battery","property":"battery","unit":"%","access":1}]}}]`
)

// Connect gives the sample bridge a new credential and makes its detector known,
// which hangs in the kitchen of 6-402.
func Connect(ctx context.Context, a *app.App) (Bridge, error) {
	admin, err := administrator(ctx, a)
	if err != nil {
		return Bridge{}, err
	}
	xiwu, err := find(ctx, a, "xiwu", "s029")
	if err != nil {
		return Bridge{}, err
	}
	old, err := a.Devices.Credentials(ctx, admin, xiwu.Tenant)
	if err != nil {
		return Bridge{}, err
	}
	for _, c := range old {
		if (c.Topic == baseTopic || c.Station == station) && c.Ended.IsZero() {
			if err := a.Devices.End(ctx, admin, xiwu.Tenant, c.ID); err != nil {
				return Bridge{}, err
			}
		}
	}
	c, password, err := a.Devices.Issue(ctx, admin, xiwu.Tenant, device.Granting{Format: decode.Zigbee, Topic: baseTopic, ClientID: device.AnyClient})
	if err != nil {
		return Bridge{}, fmt.Errorf("sample bridge: %w", err)
	}
	if _, _, err := a.Devices.Issue(ctx, admin, xiwu.Tenant, device.Granting{Format: decode.GB26875, Station: station}); err != nil {
		return Bridge{}, fmt.Errorf("sample station: %w", err)
	}
	a.Bridge = c.Username
	return Bridge{c.Username, password, station}, errors.Join(announce(ctx, a, c), bind(ctx, a), wake(ctx, a, xiwu.Tenant))
}

// announce makes the detector known at once, as a message of the bridge would
// as soon as it is decoded.
func announce(ctx context.Context, a *app.App, c device.Credential) error {
	d, err := a.Devices.Decode(ctx, c.Tenant, device.Message{Frame: c.Frame(baseTopic+"/bridge/devices", []byte(announced))})
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := a.Devices.Take(ctx, tx, c.Tenant, d)
		return err
	})
}

// silentSensors of the register say nothing: there is something to go and see.
const silentSensors = "smk-009 geo-017"

// wake lets the sensors of the register speak once, as they do each day.
func wake(ctx context.Context, a *app.App, tenant store.Tenant) error {
	units, err := a.Devices.List(ctx, tenant, "", 500)
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, u := range units {
			imported := strings.HasPrefix(u.Key, "smk-") || strings.HasPrefix(u.Key, "geo-")
			if !imported || strings.Contains(silentSensors, u.Key) {
				continue
			}
			said := []decode.Observation{{Device: u.Key, Kind: decode.Online, Value: decode.On}}
			for _, k := range u.Kinds {
				said = append(said, decode.Observation{Device: u.Key, Kind: k, Value: onOff(k == decode.Parking && i%3 > 0)})
			}
			if _, err := a.Devices.Seen(ctx, tx, tenant, said...); err != nil {
				return err
			}
		}
		return nil
	})
}

func onOff(on bool) string {
	if on {
		return decode.On
	}
	return decode.Off
}

func administrator(ctx context.Context, a *app.App) (people.Actor, error) {
	p, err := find(ctx, a, "caojiadu", "s003")
	if err != nil {
		return people.Actor{}, err
	}
	return a.Door.ActorFor(ctx, p.Tenant, p.ID)
}

// say lets the sample bridge send a message: as over MQTT, it is on disk when
// say returns, and decoded after.
func say(ctx context.Context, a *app.App, topic, body string) error {
	xiwu, err := find(ctx, a, "xiwu", "s029")
	if err != nil {
		return err
	}
	_, err = a.Inbox.Append(ctx, inbox.Message{
		Tenant: xiwu.Tenant, Source: "mqtt", Device: a.Bridge, Topic: baseTopic + "/" + topic, Body: []byte(body), Urgent: true,
	})
	return err
}

// Smoke lets it smoke in the kitchen of 6-402: the detector says so, and again
// that it no more does, so that the next time is one more edge.
func Smoke(ctx context.Context, a *app.App) error {
	for _, body := range []string{`{"smoke":false,"smoke_density_dbm":0,"battery":88}`, `{"smoke":true,"smoke_density_dbm":0.11,"battery":88}`} {
		if err := say(ctx, a, detector, body); err != nil {
			return err
		}
	}
	return nil
}

// bind says where the sample detector hangs.
func bind(ctx context.Context, a *app.App) error {
	admin, err := administrator(ctx, a)
	if err != nil {
		return err
	}
	xiwu, err := find(ctx, a, "xiwu", "s029")
	if err != nil {
		return err
	}
	flat, err := a.Places.ByRef(ctx, xiwu.Tenant, "guihua-6-402")
	if err != nil {
		return err
	}
	units, err := a.Devices.List(ctx, xiwu.Tenant, "", 100)
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Name == detector && u.Place == "" {
			_, err := a.Devices.Bind(ctx, admin, xiwu.Tenant, u.ID, device.Binding{Place: flat.ID, Spot: "厨房"})
			return err
		}
	}
	return nil
}
