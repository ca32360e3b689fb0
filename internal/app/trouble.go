package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
)

// detectorsNamed is how many detectors a message about a gateway names.
const detectorsNamed = 5

// tellTrouble tells those who look after a device that something is wrong with
// it: for a detector, silence and what nobody understands are fault alarms. A
// gateway's silence is one message that lists its detectors. What was told a
// short while ago is not told again.
func (a *App) tellTrouble(ctx context.Context, tx *store.Tx, e device.Event) error {
	if e.Muted {
		return nil
	}
	behind, err := a.detectorsBehind(ctx, e.Unit)
	if err != nil {
		return err
	}
	at, err := a.troublePlaces(ctx, e.Unit, behind)
	if err != nil {
		return err
	}
	key, args := "app.device."+string(e.Trouble), map[string]string{"spot": e.Unit.Spot}
	if args["place"], err = a.troubleAt(ctx, e.Unit); err != nil {
		return err
	}
	if e.Trouble == device.Silent && len(behind) > 0 {
		key = "app.device.gateway"
		args["n"] = strconv.Itoa(len(behind))
		if args["list"], err = a.named(ctx, behind); err != nil {
			return err
		}
	}
	to, err := a.carers(ctx, e, at)
	if err != nil {
		return err
	}
	for tenant, persons := range to {
		// Two troubles of one message are two things told.
		seq := int(store.Ms(tx.Now()))*len(device.Troubles()) + slices.Index(device.Troubles(), e.Trouble)
		telling := notify.Telling{
			Tenant: tenant, Matter: "device/" + e.Unit.ID, Seq: seq, To: persons, Key: key, Args: args,
			Link: "/devices/" + e.Unit.ID, Event: notify.Event{Kind: "device", Verb: string(e.Trouble), Place: args["place"]},
		}
		if err := a.Notify.Tell(ctx, tx, telling); err != nil {
			return err
		}
		if !e.Grave() || tenant != e.Unit.Tenant {
			continue
		}
		if err := a.tellOutside(ctx, tx, e, telling); err != nil {
			return err
		}
	}
	return nil
}

// tellOutside tells the same persons by push and their groups by robot: a
// detector that guards lives and does not do its work is an alarm itself. Lock
// screens and groups hear the building, not the door.
func (a *App) tellOutside(ctx context.Context, tx *store.Tx, e device.Event, t notify.Telling) error {
	short, err := a.troubleNear(ctx, e.Unit)
	if err != nil {
		return err
	}
	kind := "app.device.what." + string(e.Trouble)
	if t.Key == "app.device.gateway" {
		kind = "app.device.what.gateway"
	}
	number := e.Unit.Key[max(0, len(e.Unit.Key)-numberLength):]
	t.Outside = map[notify.Channel][]string{notify.Push: t.To, notify.Robot: t.To}
	t.To, t.Key = nil, "app.device.outside"
	t.Args = map[string]string{"kind_key": kind, "place": short, "short": short, "number": number}
	return a.Notify.Tell(ctx, tx, t)
}

// numberLength is how much of a device's key is enough to know it by.
const numberLength = 6

// troubleNear is the building or compound that a device hangs in, or, as long
// as nobody has said, the neighbourhood.
func (a *App) troubleNear(ctx context.Context, u device.Unit) (string, error) {
	id, err := a.standsAt(ctx, u)
	if err != nil {
		return "", err
	}
	t, chain, err := a.Places.Stands(ctx, u.Tenant, id)
	if err != nil {
		return "", err
	}
	for i := len(chain) - 1; i >= 0; i-- {
		if k := chain[i].Kind; k == place.Building || k == place.Compound {
			return place.LabelOf(t, chain[:i+1]).Door, nil
		}
	}
	return t.Name, nil
}

// detectorsBehind are the devices that a gateway speaks for.
func (a *App) detectorsBehind(ctx context.Context, u device.Unit) ([]device.Unit, error) {
	if u.Power != device.Gateway {
		return nil, nil
	}
	return a.Devices.Behind(ctx, u.Tenant, u.Key)
}

// troubleAt is where a device hangs, or what its bridge calls it.
func (a *App) troubleAt(ctx context.Context, u device.Unit) (string, error) {
	if u.Place == "" {
		if u.Name != "" {
			return u.Name, nil
		}
		return u.Key, nil
	}
	label, err := a.Places.Label(ctx, u.Tenant, u.Place)
	return label.Door, err
}

// named are the first of some devices by where they hang.
func (a *App) named(ctx context.Context, units []device.Unit) (string, error) {
	var names []string
	for _, u := range units[:min(len(units), detectorsNamed)] {
		at, err := a.troubleAt(ctx, u)
		if err != nil {
			return "", err
		}
		names = append(names, at)
	}
	if len(units) > detectorsNamed {
		names = append(names, "…")
	}
	return strings.Join(names, " · "), nil
}

// troublePlaces are the places whose staff look after a device: where it
// hangs, or where those hang that it speaks for, or, as long as nobody has
// said, every compound of the neighbourhood.
func (a *App) troublePlaces(ctx context.Context, u device.Unit, behind []device.Unit) ([]place.Node, error) {
	ids := map[string]bool{}
	for _, x := range append(slices.Clone(behind), u) {
		if x.Place != "" {
			ids[x.Place] = true
		}
	}
	var list []place.Node
	for id := range ids {
		n, err := a.Places.ByID(ctx, u.Tenant, id)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	if len(list) > 0 {
		return list, nil
	}
	t, err := a.Places.Tenant(ctx, u.Tenant)
	if err != nil {
		return nil, err
	}
	if list, err = a.Places.Subtree(ctx, u.Tenant, t.Root, place.Compound); err != nil || len(list) > 0 {
		return list, err
	}
	root, err := a.Places.ByID(ctx, u.Tenant, t.Root)
	return []place.Node{root}, err
}

// carers are the persons to tell, by their tenant: who looks after devices at
// the places, and for words that nobody understands those who install codecs.
func (a *App) carers(ctx context.Context, e device.Event, at []place.Node) (map[store.Tenant][]string, error) {
	groups := e.Audience()
	if e.Trouble == device.NotUnderstood {
		groups = append(groups, people.Administrators)
	}
	to := map[store.Tenant][]string{}
	for _, n := range at {
		served, err := a.Register.PostsAt(ctx, e.Unit.Tenant, n.Path)
		if err != nil {
			return nil, err
		}
		for _, p := range served {
			g := p.Role.Group()
			here := p.Tenant == e.Unit.Tenant && g != people.Volunteers || g == people.Administrators
			if here && slices.Contains(groups, g) && !slices.Contains(to[p.Tenant], p.Person) {
				to[p.Tenant] = append(to[p.Tenant], p.Person)
			}
		}
	}
	return to, nil
}
