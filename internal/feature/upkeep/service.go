package upkeep

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/linli/linli/internal/device"
	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
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

// Deps is what the room stands on.
type Deps struct {
	Store    *store.Store
	Spine    *matter.Spine
	Places   *place.Service
	Register *people.Register
	Notify   *notify.Service
	Devices  *device.Service
	Hub      *live.Hub
}

// Service is the room's verbs.
type Service struct{ Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d} }

// Path is the page of a ticket.
func Path(id string) string { return "/upkeep/" + id }

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
		at, err := s.Devices.StandsAt(ctx, e.Unit)
		if err != nil {
			return err
		}
		n := need{unit: e.Unit, cause: causeOf(e.Unit, e.Trouble), place: at, byItself: true, muted: e.Muted, again: e.Again, grave: e.Grave(), groups: e.Audience()}
		_, err = s.ask(ctx, tx, n)
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
// It waits for a person, unless the device itself will say that it is over. Property and committee are told.
func (s *Service) OnAlarm(ctx context.Context, tx *store.Tx, c Concern) error {
	u, err := s.unit(ctx, Ticket{Matter: matter.Matter{Tenant: c.Tenant, Place: c.Place}, Device: c.Device})
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
	u, err := s.Devices.ByID(ctx, t.Tenant, t.Device)
	if fault.Is(err, fault.NotFound) {
		return device.Unit{Tenant: t.Tenant, ID: t.Device, Place: t.Place, Spot: t.Spot, LifeSafety: true}, nil
	}
	return u, err
}

// ask opens a ticket, or extends the one that is open for the device and cause.
func (s *Service) ask(ctx context.Context, tx *store.Tx, n need) (Ticket, error) {
	sc, err := s.sceneOf(ctx, n.unit, n.place)
	if err != nil {
		return Ticket{}, err
	}
	sc.grave = n.grave
	t, err := s.openOf(ctx, tx, n.unit, n.cause)
	if fault.Is(err, fault.NotFound) {
		if closed, err := s.closedBefore(ctx, tx, n); err != nil || closed {
			return Ticket{}, err
		}
		return s.raise(ctx, tx, n, sc)
	}
	if err != nil {
		return t, err
	}
	return s.extend(ctx, tx, t, n, sc)
}

// closedBefore reports whether a grave trouble that lasts has had its ticket,
// which a person closed: whether it is done is looked at a day later, and who
// declined it said why.
func (s *Service) closedBefore(ctx context.Context, tx *store.Tx, n need) (bool, error) {
	if !n.again || !n.grave {
		return false, nil
	}
	rows, err := New(tx).TicketsOf(ctx, n.unit.Tenant, n.unit.ID, lastTickets)
	if err != nil {
		return false, fmt.Errorf("tickets: %w", err)
	}
	return slices.ContainsFunc(rows, func(r UpkeepTicket) bool { return r.Cause == string(n.cause) }), nil
}

// lastTickets is how many of a device's tickets are looked through.
const lastTickets = 50

func (s *Service) openOf(ctx context.Context, tx *store.Tx, u device.Unit, c Cause) (Ticket, error) {
	r, err := New(tx).OpenTicket(ctx, u.Tenant, u.ID, string(c))
	if err != nil {
		return Ticket{}, fmt.Errorf("open ticket: %w", store.NoRows(err))
	}
	m, err := s.Spine.InTx(ctx, tx, u.Tenant, r.MatterID)
	return ticketOf(m, r), err
}

func (s *Service) raise(ctx context.Context, tx *store.Tx, n need, sc scene) (Ticket, error) {
	key, args := "upkeep.did.raise", map[string]string{"cause": string(n.cause)}
	if n.after != "" {
		key, args["number"] = "upkeep.did.still", n.after
	}
	m, _, err := s.Spine.Raise(ctx, tx, matter.Raising{
		Tenant: n.unit.Tenant, Kind: KindName, Place: n.place, As: matter.ByClock, Holder: matter.Holder{Group: sc.holder()},
		Due: tx.Now().Add(n.cause.within(n.unit)), Visibility: matter.Staff, Entry: matter.Entry{Key: key, Args: args, Audience: matter.Staff},
	})
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{Matter: m, Device: n.unit.ID, Cause: n.cause, Spot: n.unit.Spot, ByItself: n.byItself, Times: 1}
	rows, err := New(tx).InsertTicket(ctx, InsertTicketParams{t.Tenant, t.ID, t.Device, string(t.Cause), t.Spot, flag(t.ByItself)})
	if err != nil || rows == 0 {
		return t, fault.Wrap(err, fault.Conflict, "fault.changed") // another node opened one this instant: asked again, it extends
	}
	if err := s.askAt(ctx, tx, t); err != nil {
		return t, err
	}
	return t, s.tell(ctx, tx, t, sc, sc.key(n.cause), n.groups...)
}

// extend notes that the trouble is there, again or still. One that comes and
// goes adds no line for each time.
func (s *Service) extend(ctx context.Context, tx *store.Tx, t Ticket, n need, sc scene) (Ticket, error) {
	t.ByItself, t.Well = t.ByItself && n.byItself, time.Time{}
	if err := job.Cancel(ctx, tx, t.Tenant, WellKind, t.ID); err != nil {
		return t, err
	}
	if n.muted || n.again && n.grave && t.Phase == matter.Taken { // somebody sees to it
		return t, s.keep(ctx, tx, t)
	}
	if n.again && !n.grave { // a trouble that has time is late when it is told again
		t, climbed, err := s.chased(ctx, tx, t, n.unit)
		if err != nil {
			return t, err
		}
		return t, errors.Join(s.tell(ctx, tx, t, sc, sc.key(n.cause), n.groups...), s.tellOffice(ctx, tx, t, sc, climbed))
	}
	key := "upkeep.did.lasts"
	if !n.again {
		key = "upkeep.did.again"
		t.Times++
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: t.Tenant, ID: t.ID, Verb: Again, As: matter.ByClock, Holder: t.Holder, Due: t.Due,
		Entry: matter.Entry{Key: key, Args: map[string]string{"cause": string(t.Cause)}, Audience: matter.Staff},
	})
	if err != nil {
		return t, err
	}
	t.Matter = m
	if err := s.keep(ctx, tx, t); err != nil {
		return t, err
	}
	return t, s.tell(ctx, tx, t, sc, sc.key(n.cause), n.groups...)
}

// keep writes what the ticket knows beyond its head.
func (s *Service) keep(ctx context.Context, tx *store.Tx, t Ticket) error {
	err := New(tx).SaveTicket(ctx, SaveTicketParams{
		TenantID: t.Tenant, MatterID: t.ID, Open: flag(!t.Phase.Closed()), ByItself: flag(t.ByItself), WellAt: store.Ms(t.Well),
		Times: int64(t.Times), Remedy: string(t.Remedy), Level: int64(t.Level),
	})
	if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	tx.AfterCommit(func() { s.Hub.Publish(matter.Topic(t.ID), matter.ListTopic(t.Tenant)) }) // that it is well is no entry
	return nil
}

func (s *Service) inTx(ctx context.Context, tx *store.Tx, tenant store.Tenant, id string) (Ticket, error) {
	r, err := New(tx).TicketByID(ctx, tenant, id)
	if err != nil {
		return Ticket{}, fmt.Errorf("ticket: %w", store.NoRows(err))
	}
	m, err := s.Spine.InTx(ctx, tx, tenant, id)
	return ticketOf(m, r), err
}

// among reports whether one of those who serve is of a group.
func among(served []people.Served, g people.Group) bool {
	return slices.ContainsFunc(served, func(p people.Served) bool { return p.Role.Group() == g })
}
