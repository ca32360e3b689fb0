package upkeep

import (
	"cmp"
	"context"
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/casework"
	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the tickets' tables.
func Room() store.Room {
	return store.Room{Name: "upkeep", Migrations: store.Folder(files, "migrations")}
}

// Words are the room's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Service is the room's verbs.
type Service struct {
	casework.Room[Detail]
	devices *device.Service
}

// StillKind looks whether a device is well whose ticket was closed.
const StillKind = "upkeep.still"

// PhotosMost is how many pictures an act on a ticket may bring.
const PhotosMost = 3

// NewService makes the service.
func NewService(h casework.House, devices *device.Service) *Service {
	s := &Service{devices: devices}
	s.Room = casework.Room[Detail]{
		House: h, Kind: Kind(), Table: tickets(), Read: "upkeep.read", Work: "upkeep.work", Step: step, Check: check, Clock: clock, Around: s.around, Rootly: true, Photos: PhotosMost,
		DueBefore: []string{"upkeep.late", "upkeep.well"}, MoreJobs: []job.Kind{{Name: StillKind, Do: s.still, Tries: 1000}},
	}
	return s
}

// need is what a device needs now.
type need struct {
	unit     device.Unit
	cause    Cause
	place    string // id
	byItself bool
	muted    bool // people were told a short while ago
	again    bool // nothing new: it is asked for again
	grave    bool // an alarm itself: told by the channels for danger too
	groups   []people.Group
	after    string // number of the ticket that was closed while the trouble was still there
}

// OnDevice hears a device's event in its transaction: a trouble opens a ticket
// or extends the open one, its end starts the time after which it closes.
func (s *Service) OnDevice(ctx context.Context, tx *store.Tx, e device.Event) error {
	switch e.What {
	case device.Troubled:
		at, err := s.devices.StandsAt(ctx, e.Unit)
		if err != nil {
			return err
		}
		_, err = s.ask(ctx, tx, need{
			unit: e.Unit, cause: causeOf(e.Unit, e.Trouble), place: at, byItself: true, muted: e.Muted, again: e.Again, grave: e.Grave(), groups: e.Audience(),
		})
		return err
	case device.Recovered:
		return s.well(ctx, tx, e.Unit, causeOf(e.Unit, e.Trouble))
	case device.Clear:
		if len(e.Unit.Lasting()) == 0 {
			return s.well(ctx, tx, e.Unit, StillAlarms)
		}
	}
	return nil
}

// Concern is what an alarm's closing says about the device that raised it.
type Concern struct {
	Tenant   store.Tenant
	Device   string // id
	Place    string // id
	Incident string // id of the alarm's matter
	Cause    Cause  // FalseAlarms, StillAlarms or Lift
}

// OnAlarm opens a ticket, or extends the open one, and links the incident to it.
// It waits for a person, unless the device itself will say that it is over.
// Property and committee are told.
func (s *Service) OnAlarm(ctx context.Context, tx *store.Tx, c Concern) error {
	u, err := s.unit(ctx, Ticket{Matter: matter.Matter{Tenant: c.Tenant, Place: c.Place}, Detail: Detail{Device: c.Device}})
	if err != nil {
		return err
	}
	t, err := s.ask(ctx, tx, need{unit: u, cause: c.Cause, place: c.Place, byItself: c.Cause == StillAlarms, groups: hands()})
	if err != nil {
		return err
	}
	return s.Spine.Join(ctx, tx, c.Tenant, c.Incident, matter.LeadsTo, t.ID)
}

// unit is a ticket's device; of one that is not on the register, what the
// ticket knows.
func (s *Service) unit(ctx context.Context, t Ticket) (device.Unit, error) {
	u, err := s.devices.ByID(ctx, t.Tenant, t.Detail.Device)
	if fault.Is(err, fault.NotFound) {
		return device.Unit{Tenant: t.Tenant, ID: t.Detail.Device, Place: t.Place, Spot: t.Detail.Spot, LifeSafety: true}, nil
	}
	return u, err
}

// ask opens a ticket, or extends the one that is open for the device and cause.
func (s *Service) ask(ctx context.Context, tx *store.Tx, n need) (Ticket, error) {
	t, err := s.Table.OpenFor(ctx, tx, n.unit.Tenant, subject(n.unit.ID, n.cause))
	switch {
	case err == nil:
		return s.extend(ctx, tx, t, n)
	case !fault.Is(err, fault.NotFound):
		return t, err
	}
	if closed, err := s.closedBefore(ctx, tx, n); err != nil || closed {
		return t, err
	}
	t = Ticket{
		Matter: matter.Matter{Tenant: n.unit.Tenant, Place: n.place},
		Detail: Detail{Device: n.unit.ID, Cause: n.cause, Spot: n.unit.Spot, ByItself: n.byItself, Times: 1},
	}
	sc, err := s.around(ctx, tx, &t)
	if err != nil {
		return t, err
	}
	t.Holder.Group = sc.Holder(people.Property)
	entry := matter.Entry{Key: "upkeep.did.raise", Args: map[string]string{"cause": string(n.cause)}, Audience: matter.Staff}
	if n.after != "" {
		entry.Key, entry.Args["number"] = "upkeep.did.still", n.after
	}
	t, _, err = s.Open(ctx, tx, casework.Opening[Detail]{
		Detail: t.Detail, Scene: &sc, Tell: []casework.Told{n.told(t)},
		Raising: matter.Raising{
			Tenant: t.Tenant, Place: n.place, As: matter.ByClock, Holder: t.Holder, Due: tx.Now().Add(n.cause.within(n.unit)), Visibility: matter.Staff,
			Subject: subject(n.unit.ID, n.cause), Entry: entry,
		},
	})
	return t, err
}

// lastTickets is how many of a device's tickets are looked through.
const lastTickets = 50

// closedBefore reports whether a grave trouble that lasts has had its ticket,
// which a person closed: whether it is done is looked at a day later, and who
// declined it said why.
func (s *Service) closedBefore(ctx context.Context, tx *store.Tx, n need) (bool, error) {
	if !n.again || !n.grave {
		return false, nil
	}
	list, err := s.Table.Newest(ctx, tx, n.unit.Tenant, "device_id", n.unit.ID, lastTickets)
	return slices.ContainsFunc(list, func(t Ticket) bool { return t.Detail.Cause == n.cause }), err
}

// extend notes that the trouble is there, again or still. One that comes and
// goes adds no line for each time; one that has time is late when it is told
// again.
func (s *Service) extend(ctx context.Context, tx *store.Tx, t Ticket, n need) (Ticket, error) {
	t.Detail.ByItself, t.Detail.Well = t.Detail.ByItself && n.byItself, time.Time{}
	if err := s.Keep(ctx, tx, t); err != nil {
		return t, err
	}
	if n.muted || n.again && n.grave && t.Phase == matter.Taken { // somebody sees to it
		return t, nil
	}
	verb := Again
	if n.again && !n.grave {
		verb = matter.Chase
	}
	return s.ActIn(ctx, tx, t.Tenant, casework.Act{ID: t.ID, Verb: verb, As: matter.ByClock, With: n})
}

// well notes that the device reports no trouble any more.
func (s *Service) well(ctx context.Context, tx *store.Tx, u device.Unit, c Cause) error {
	t, err := s.Table.OpenFor(ctx, tx, u.Tenant, subject(u.ID, c))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t.Detail.Well = tx.Now()
	return s.Keep(ctx, tx, t)
}

// still looks a day later whether what was reported done is done: a device that
// has the trouble yet gets a new ticket, linked to the old one.
func (s *Service) still(ctx context.Context, tx *store.Tx, j job.Job) error {
	t, err := s.Table.ByID(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	u, err := s.unit(ctx, t)
	if err != nil || !t.Detail.Cause.lasts(u) {
		return err
	}
	if _, err := s.Table.OpenFor(ctx, tx, t.Tenant, subject(u.ID, t.Detail.Cause)); !fault.Is(err, fault.NotFound) {
		return err
	}
	at, err := s.devices.StandsAt(ctx, u)
	if err != nil {
		return err
	}
	next, err := s.ask(ctx, tx, need{unit: u, cause: t.Detail.Cause, place: at, byItself: true, groups: hands(), after: t.Number})
	if err != nil {
		return err
	}
	return s.Spine.Join(ctx, tx, t.Tenant, t.ID, matter.LeadsTo, next.ID)
}

// check asks what was done of who says that it is done.
func check(x casework.Act, f *fault.Error) {
	if x.Verb == matter.Finish && !slices.Contains(Remedies(), Remedy(x.Form["remedy"])) {
		f.WithField("remedy", "upkeep.remedy_missing")
	}
}

// step is what becomes of a ticket.
func step(t casework.Turn[Detail], n *casework.Next[Detail]) error {
	switch t.Act.Verb {
	case matter.Finish:
		n.Detail.Remedy = Remedy(t.Act.Form["remedy"])
		n.Args["remedy"] = string(n.Detail.Remedy)
		if t.Detail.Cause != FalseAlarms { // a device cannot tell of these
			n.Later = []casework.Later{{Kind: StillKind, At: t.Now.Add(StillAfter)}}
		}
	case Again:
		again := t.Act.With.(need)
		n.Key, n.Args["cause"], n.Tell = "upkeep.did.lasts", string(t.Detail.Cause), []casework.Told{again.told(t.Case)}
		if !again.again {
			n.Key, n.Detail.Times = "upkeep.did.again", t.Detail.Times+1
		}
	case matter.Chase:
		n.Due = t.Now.Add(t.Detail.Cause.within(t.Detail.world.unit))
		for i := range n.Tell {
			n.Tell[i].Args = args(t.Case)
		}
		if again, ok := t.Act.With.(need); ok {
			n.Tell[0] = again.told(t.Case)
		}
	case Mended:
		if t.Detail.Cause == StillAlarms && t.Detail.Cause.lasts(t.Detail.world.unit) { // an alarm that is there again is no event of upkeep's
			n.Detail.Well, n.Stay = time.Time{}, true
			return nil
		}
		n.Args["since"] = strconv.FormatInt(store.Ms(t.Detail.Well), 10)
		n.Tell = []casework.Told{{Key: "mended", Persons: []string{t.Holder.Person}, Args: args(t.Case)}}
	}
	return nil
}

// args are what messages about a ticket say of it.
func args(t Ticket) map[string]string {
	d := t.Detail
	return map[string]string{"spot": d.Spot, "cause_key": "upkeep.cause." + string(d.Cause), "n": strconv.Itoa(d.world.behind), "list": d.world.list}
}

// told is the one message there is about a trouble: to those it concerns, always
// to the one who holds the ticket, and of what nobody understands to those who
// install codecs. A gateway's silence names what is not heard.
func (n need) told(t Ticket) casework.Told {
	what := string(n.cause)
	if n.cause == Silent && t.Detail.world.behind > 0 {
		what = "gateway"
	}
	x := casework.Told{Key: what, Groups: []people.Group{t.Holder.Group}, Args: args(t)}
	for _, g := range n.groups {
		if slices.Contains(hands(), g) || g == people.Administrators {
			x.Groups = append(x.Groups, g)
		}
	}
	if n.cause == NotUnderstood {
		x.Groups = append(x.Groups, people.Administrators)
	}
	if n.grave {
		x.Outside = "upkeep.what." + what
	}
	return x
}

// detectorsNamed is how many detectors a message about a gateway names.
const detectorsNamed = 5

// around looks at a ticket's device: what hangs on it, where, and who looks after
// it. That is who serves where it hangs and where those hang that it speaks for;
// as long as nobody has said where, it is everybody of the neighbourhood.
func (s *Service) around(ctx context.Context, _ store.DB, t *Ticket) (sc casework.Scene, err error) {
	w := &t.Detail.world
	if w.unit, err = s.unit(ctx, *t); err != nil {
		return sc, err
	}
	units := []device.Unit{w.unit}
	if w.unit.Power == device.Gateway {
		behind, err := s.devices.Behind(ctx, t.Tenant, w.unit.Key)
		if err != nil {
			return sc, err
		}
		w.behind, units = len(behind), append(units, behind...)
		if w.list, err = s.named(ctx, behind); err != nil {
			return sc, err
		}
	}
	places, err := s.placesOf(ctx, t.Tenant, units)
	if err != nil {
		return sc, err
	}
	if sc, err = s.SceneAt(ctx, t.Tenant, t.Place, places...); err != nil {
		return sc, err
	}
	sc.Door, err = s.doorOf(ctx, w.unit)
	return sc, err
}

func (s *Service) placesOf(ctx context.Context, tenant store.Tenant, units []device.Unit) ([]string, error) {
	var ids []string
	for _, u := range units {
		if u.Place != "" && !slices.Contains(ids, u.Place) {
			ids = append(ids, u.Place)
		}
	}
	if len(ids) > 0 {
		return ids, nil
	}
	t, err := s.Places.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	compounds, err := s.Places.Subtree(ctx, tenant, t.Root, place.Compound)
	for _, c := range compounds {
		ids = append(ids, c.ID)
	}
	return ids, err
}

// doorOf is where a device hangs, or what its bridge calls it.
func (s *Service) doorOf(ctx context.Context, u device.Unit) (string, error) {
	if u.Place == "" {
		return cmp.Or(u.Name, u.Key), nil
	}
	label, err := s.Places.Label(ctx, u.Tenant, u.Place)
	return label.Door, err
}

// named are the first of some devices by where they hang.
func (s *Service) named(ctx context.Context, units []device.Unit) (string, error) {
	var names []string
	for _, u := range units[:min(len(units), detectorsNamed)] {
		at, err := s.doorOf(ctx, u)
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

// OfDevice are the newest tickets of a device that the actor may see, at most
// five.
func (s *Service) OfDevice(ctx context.Context, a people.Actor, id string) ([]View, error) {
	list, err := s.Table.Newest(ctx, s.Store.Reader(), a.Tenant, "device_id", id, 5)
	if err != nil {
		return nil, err
	}
	return s.SeenOf(ctx, a, list)
}
