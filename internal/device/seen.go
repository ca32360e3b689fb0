package device

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// Service keeps the devices. It may be used from many goroutines.
type Service struct {
	store     *store.Store
	places    *place.Service
	listeners []Listener
	rests     *rests
	calms     *recent[calmKey, calm]
	codecs    *recent[codecKey, installed]
	fields    *recent[string, []decode.Field] // by their text
	names     *recent[nameKey, Credential]
	elders    func(context.Context, store.Tenant) ([]string, error)
	homes     *recent[store.Tenant, []string] // of those elders
	groups    *recent[groupKey, []string]     // by name
}

// NewService opens the room on a store that has its tables. The listeners are
// told of every event, in their order.
func NewService(s *store.Store, places *place.Service, listeners ...Listener) *Service {
	return &Service{
		store: s, places: places, listeners: listeners, rests: &rests{of: map[string]rest{}},
		calms: newRecent[calmKey, calm](calmFor, calmKnown), codecs: newRecent[codecKey, installed](codecLasts, codecsKnown),
		fields: newRecent[string, []decode.Field](fieldsLast, fieldsKnown), names: newRecent[nameKey, Credential](readAsFor, readAsKnown),
		homes: newRecent[store.Tenant, []string](calmFor, calmKnown), groups: newRecent[groupKey, []string](calmFor, calmKnown),
	}
}

// Hear has these told of every event too, after those that were there. Call it
// before messages are taken in.
func (s *Service) Hear(listeners ...Listener) { s.listeners = append(s.listeners, listeners...) }

// WatchOver names the homes, by place id, of elders who live alone: a device
// there that nobody understands is a trouble at once. Call it before messages
// are decoded.
func (s *Service) WatchOver(homes func(ctx context.Context, tenant store.Tenant) ([]string, error)) {
	s.elders = homes
}

func (s *Service) read() *Queries { return New(s.store.Reader()) }

// Seen takes in what devices said, in the transaction of its news, and returns
// the changes, which the listeners have heard. An unknown device appears as
// unclaimed. Observations of one device come together, as Read gives them.
func (s *Service) Seen(ctx context.Context, tx *store.Tx, tenant store.Tenant, list ...decode.Observation) ([]Event, error) {
	var all []Event
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Device == list[0].Device {
			n++
		}
		_, events, err := s.seen(ctx, tx, Unit{Tenant: tenant, Key: list[0].Device, Power: Battery}, list[:n])
		if err != nil {
			return nil, err
		}
		all, list = append(all, events...), list[n:]
	}
	return all, nil
}

// seen takes in one device's observations; the draft is what a new device
// begins with. The device is returned as it is then.
func (s *Service) seen(ctx context.Context, tx *store.Tx, draft Unit, list []decode.Observation) (Unit, []Event, error) {
	u, events, err := s.lock(ctx, tx, draft)
	if err != nil {
		return u, nil, err
	}
	u.vital = draft.vital
	changes := u.take(list, tx.Now())
	if err := s.keep(ctx, tx, &u, changes, list); err != nil {
		return u, nil, err
	}
	for i := range events {
		events[i].Unit = u
	}
	events = append(events, changes...)
	return u, events, s.tell(ctx, tx, events)
}

// lock reads a device and keeps others from changing it until the transaction
// ends. A new one is made, with the event that it appeared.
func (s *Service) lock(ctx context.Context, tx *store.Tx, draft Unit) (Unit, []Event, error) {
	if draft.ID != "" { // it was read from the database, mostly a moment ago
		u, err := s.locked(ctx, tx, draft.Tenant, draft.Key)
		if !missing(err) {
			return u, nil, err
		}
	}
	before, err := known(ctx, New(tx), draft)
	if err != nil {
		return Unit{}, nil, err
	}
	appeared, key := false, before.Key
	if before.ID == "" {
		key = draft.Key
		if appeared, err = s.appear(ctx, tx, draft); err != nil {
			return Unit{}, nil, err
		}
	}
	u, err := s.locked(ctx, tx, draft.Tenant, key)
	if err != nil || !appeared {
		return u, nil, err
	}
	return u, []Event{{What: Appeared, Unit: u, At: tx.Now()}}, s.watchFrom(ctx, tx, u.Tenant)
}

// locked is the device with a key, which others cannot change until the
// transaction ends; not_found if none has it.
func (s *Service) locked(ctx context.Context, tx *store.Tx, tenant store.Tenant, key string) (Unit, error) {
	r, err := New(tx).LockUnit(ctx, tenant, key)
	if err != nil {
		return Unit{}, fmt.Errorf("device %s: %w", key, store.NoRows(err))
	}
	return unitOf(r)
}

// known is the row under which a device is known: by its own key, or, for one
// known only by the name its bridge gave it, the one with the lasting key. No
// id: it is not known.
func known(ctx context.Context, q *Queries, draft Unit) (DeviceUnit, error) {
	r, err := q.UnitByKey(ctx, draft.Tenant, draft.Key)
	if missing(store.NoRows(err)) && draft.Name != "" && draft.Bridge != "" {
		r, err = q.UnitByName(ctx, draft.Tenant, draft.Bridge, draft.Name)
	}
	if err = store.NoRows(err); err != nil && !missing(err) {
		return DeviceUnit{}, fmt.Errorf("device %s: %w", draft.Key, err)
	}
	return r, nil
}

// appear makes a row for a device that has none; false if somebody was first.
func (s *Service) appear(ctx context.Context, tx *store.Tx, draft Unit) (bool, error) {
	p := draft.modelParams()
	n, err := New(tx).InsertUnit(ctx, InsertUnitParams{
		TenantID: p.TenantID, ID: store.NewID(), Key: p.Key, Name: p.Name, Make: p.Make, Product: p.Product, Kinds: p.Kinds,
		LifeSafety: p.LifeSafety, Power: p.Power, Bridge: p.Bridge, HeartbeatS: p.HeartbeatS, Fields: p.Fields, Since: store.Ms(tx.Now()),
	})
	if err != nil {
		return false, fmt.Errorf("new device %s: %w", draft.Key, err)
	}
	return n == 1, nil
}

// readingsKept is how many changes of a device are kept.
const readingsKept = 200

// keep writes the device and, where something changed, what it said.
func (s *Service) keep(ctx context.Context, tx *store.Tx, u *Unit, changes []Event, list []decode.Observation) error {
	for _, e := range changes {
		if e.Kind == "" || e.What == Still {
			continue
		}
		u.seq++
		err := New(tx).PutReading(ctx, PutReadingParams{
			TenantID: u.Tenant, UnitID: u.ID, Slot: u.seq % readingsKept, Seq: u.seq, At: store.Ms(tx.Now()), Kind: string(e.Kind),
			Value: e.Value, Unit: unitIn(list, e.Kind), Test: flag(e.What == TestRun), Late: flag(e.Late),
		})
		if err != nil {
			return fmt.Errorf("reading of device %s: %w", u.ID, err)
		}
	}
	if err := u.plot(ctx, New(tx)); err != nil {
		return err
	}
	p, err := u.seenParams()
	if err != nil {
		return fmt.Errorf("device %s: %w", u.ID, err)
	}
	was := u.kept
	was.LastSeen, was.State, u.kept = p.LastSeen, p.State, p
	if was == p { // the rule: it lives, and says what it said before. No index holds that.
		err = New(tx).SaveHeard(ctx, SaveHeardParams{p.TenantID, p.ID, p.LastSeen, p.State})
	} else {
		err = New(tx).SaveSeen(ctx, p)
	}
	if err != nil {
		return fmt.Errorf("device %s: %w", u.ID, err)
	}
	return nil
}

func unitIn(list []decode.Observation, k decode.Kind) string {
	for _, o := range list {
		if o.Kind == k {
			return o.Unit
		}
	}
	return ""
}

func (s *Service) tell(ctx context.Context, tx *store.Tx, events []Event) error {
	for _, e := range events {
		if e.Grave() {
			if err := promiseNag(ctx, tx, e.Unit); err != nil {
				return err
			}
		}
		for _, l := range s.listeners {
			if err := l(ctx, tx, e); err != nil {
				return fmt.Errorf("tell of %s %s: %w", e.What, e.Unit.ID, err)
			}
		}
	}
	return nil
}

// Reading is one change of a device.
type Reading struct {
	At    time.Time
	Kind  decode.Kind
	Value string
	Unit  string
	Test  bool
	Late  bool
}

// Readings are the last changes of a device, newest first, at most 200.
func (s *Service) Readings(ctx context.Context, tenant store.Tenant, unit string) ([]Reading, error) {
	rows, err := s.read().Readings(ctx, tenant, unit, readingsKept)
	if err != nil {
		return nil, fmt.Errorf("readings: %w", err)
	}
	list := make([]Reading, len(rows))
	for i, r := range rows {
		list[i] = Reading{store.Time(r.At), decode.Kind(r.Kind), r.Value, r.Unit, r.Test == 1, r.Late == 1}
	}
	return list, nil
}

// watchFrom sees to it that the tenant's devices are looked after from the
// next full minute on.
func (s *Service) watchFrom(ctx context.Context, tx *store.Tx, tenant store.Tenant) error {
	return job.Add(ctx, tx, tenant, watchJob, "", tx.Now().Truncate(watchEvery).Add(watchEvery), nil)
}
