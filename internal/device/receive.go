package device

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/makes"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Message is one message of the inbox with what its door knows of it.
type Message struct {
	decode.Frame
	QoS0  bool      // it came by MQTT with nobody confirming
	Owner string    // key of the device whose credential it came under
	Again time.Time // of a message that is read once more: when it was received
	At    time.Time // when it was on disk; zero: now
}

// Decoded is what a message means, before the register has taken it in.
type Decoded struct {
	Devices   []Spoken
	Announced []decode.Announcement
	Bridge    string   // key of the bridge that announced
	Groups    []string // that it named; nil: it named none
	QoS0      bool
	Broken    error // decode.ErrUnreadable; Devices then names the sender, if it is known
}

// Spoken is one device's part of a message.
type Spoken struct {
	Draft Unit // what a device not yet known begins with
	Said  []decode.Observation
}

func missing(err error) bool { return fault.Is(err, fault.NotFound) }

// Decode says what a message means. It runs makers' scripts, so it belongs
// outside of any transaction. A message that cannot be read is no error: it is
// Broken, and Take makes it the sender's trouble.
func (s *Service) Decode(ctx context.Context, tenant store.Tenant, m Message) (Decoded, error) {
	d := Decoded{QoS0: m.QoS0}
	product, err := s.own(ctx, tenant, &m)
	if err != nil {
		return d, err
	}
	letters, err := decode.Open(m.Frame)
	if err == nil {
		err = s.whole(ctx, tenant, letters)
	}
	if err != nil && !errors.Is(err, decode.ErrUnreadable) {
		return d, err
	}
	if err != nil {
		return s.broken(ctx, tenant, m, d, err)
	}
	for _, l := range letters {
		if m.Format == decode.JSON && l.Key != m.Owner {
			l.Product, l.Bridge = product, m.Owner
		}
		u, err := s.draft(ctx, tenant, m.Frame, l.Who)
		if err != nil {
			return d, err
		}
		if group, err := s.isGroup(ctx, u); group || err != nil {
			return d, err
		}
		l.Key = u.Key
		model, err := s.model(ctx, tenant, m.Format, u)
		if err != nil {
			return d, err
		}
		if l.Announced != nil {
			d.Announced, d.Bridge = append(d.Announced, l.Announced...), u.Key
		}
		if l.Groups != nil {
			d.Groups, d.Bridge = l.Groups, u.Key
		}
		said := l.Read(model)
		s.rests.judge(model.Script, said, s.store.Now())
		if err := s.weigh(ctx, tenant, m.Owner, model.LifeSafety || model.Guards != "", &u, said); err != nil {
			return d, err
		}
		d.Devices = append(d.Devices, Spoken{u, m.stored(u.heeded(said))})
	}
	return d, nil
}

// broken is a message that cannot be read: it is its sender's, as far as that is
// known.
func (s *Service) broken(ctx context.Context, tenant store.Tenant, m Message, d Decoded, why error) (Decoded, error) {
	d.Broken = why
	who, known := decode.Sender(m.Frame)
	if !known && m.Owner != "" {
		who, known = decode.Who{Key: m.Owner}, true
	}
	if !known {
		return d, nil
	}
	u, err := s.draft(ctx, tenant, m.Frame, who)
	if err != nil {
		return d, err
	}
	said := unread(u.Key, d.Broken.Error())
	err = s.weigh(ctx, tenant, m.Owner, false, &u, said)
	d.Devices = []Spoken{{u, said}}
	return d, err
}

// whole finds out whether a topic that may name a field names a device with a
// slash in its name: then its message is no object and cannot be read.
func (s *Service) whole(ctx context.Context, tenant store.Tenant, letters []decode.Letter) error {
	for _, l := range letters {
		if l.Whole.Key == "" {
			continue
		}
		r, err := known(ctx, s.read(), Unit{Tenant: tenant, Key: l.Whole.Key, Name: l.Whole.Name, Bridge: l.Whole.Bridge})
		if err != nil {
			return err
		}
		if r.ID != "" {
			return fmt.Errorf("%w: no object", decode.ErrUnreadable)
		}
	}
	return nil
}

// stored notes when the message came: telemetry may be read after an alarm that
// came later. What is read once more speaks of that time too, and says nothing
// about whether its device lives now.
func (m Message) stored(list []decode.Observation) []decode.Observation {
	for i := range list {
		list[i].ReceivedAt = m.At
	}
	if m.Again.IsZero() {
		return list
	}
	for i := range list {
		list[i].Stored, list[i].Replay = true, true
		if list[i].DeviceTime.IsZero() {
			list[i].DeviceTime = m.Again
		}
	}
	return list
}

// NotUnderstood is why a message, or a part of it, has no known meaning; nil if
// all of it has.
func (d Decoded) NotUnderstood() error {
	if d.Broken != nil {
		return d.Broken
	}
	for _, x := range d.Devices {
		for _, o := range x.Said {
			if o.Kind == decode.Unclear {
				return fmt.Errorf("%s: %s", x.Draft.Key, strings.Join(slices.Sorted(maps.Values(o.Extra)), ", "))
			}
		}
	}
	return nil
}

// Stopped reports whether a script was stopped at it, or not run as it had been:
// read again, the message may say something.
func (d Decoded) Stopped() bool {
	return slices.ContainsFunc(d.Devices, func(x Spoken) bool {
		return slices.ContainsFunc(x.Said, func(o decode.Observation) bool { return o.Stopped })
	})
}

// Missed notes a message of a device that could not even be looked at, as when
// its decoder broke down; it counts at once, whatever it was.
func (s *Service) Missed(ctx context.Context, tx *store.Tx, tenant store.Tenant, key, why string) error {
	_, _, err := s.seen(ctx, tx, Unit{Tenant: tenant, Key: key, Power: Gateway, vital: true}, unread(key, why))
	return err
}

// unread is what a message says that could not be read at all.
func unread(key, why string) []decode.Observation {
	return []decode.Observation{{Device: key, Kind: decode.Unclear, Value: decode.On, Extra: map[string]string{"why": why}}}
}

// Alive notes that a bridge keeps its connection, with nothing to say. It does
// not bring back one that said goodbye.
func (s *Service) Alive(ctx context.Context, tenant store.Tenant, key string) error {
	r, err := s.read().UnitByKey(ctx, tenant, key)
	if err != nil {
		return fmt.Errorf("bridge: %w", store.NoRows(err))
	}
	u, err := unitOf(r)
	if err != nil || u.Power != Gateway || u.Has(Silent) || u.LastSeen.IsZero() {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := s.hearBridge(ctx, tx, Spoken{Unit{Tenant: tenant, Bridge: key}, []decode.Observation{{Kind: decode.Online, Value: decode.On}}})
		return err
	})
}

// draft is the known device that a letter speaks of, or what a new one begins
// with.
func (s *Service) draft(ctx context.Context, tenant store.Tenant, f decode.Frame, who decode.Who) (Unit, error) {
	u := Unit{Tenant: tenant, Key: who.Key, Name: who.Name, Bridge: who.Bridge, Product: who.Product, Power: powerOf(f, who)}
	r, err := known(ctx, s.read(), u)
	if err != nil {
		return u, err
	}
	if r.ID != "" {
		return modelOf(r), nil
	}
	u.resemble(f.Format)
	return u, nil
}

// powerOf guesses what a device lives on until its make says so.
func powerOf(f decode.Frame, who decode.Who) Power {
	switch {
	case f.Format == decode.Zigbee && who.Bridge == "":
		return Gateway
	case f.Format == decode.GB26875 && who.Bridge == "":
		return Gateway
	case f.Format == decode.GB26875, f.Format == decode.Lift:
		return Mains
	}
	return Battery
}

// resemble takes over what is known of the product's make.
func (u *Unit) resemble(f decode.Format) {
	m, ok := makes.ByProduct(f, u.Product)
	if !ok {
		return
	}
	u.Make, u.Kinds, u.LifeSafety, u.Heartbeat = m.ID, m.Kinds, isDanger(m.Kinds), m.Period()
	if u.Power = Mains; m.Battery {
		u.Power = Battery
	}
}

// model is what is needed to read a device's messages: what the operator
// installed for its product, or else its make.
func (s *Service) model(ctx context.Context, tenant store.Tenant, f decode.Format, u Unit) (decode.Model, error) {
	now, model := s.store.Now(), decode.Model{LifeSafety: u.LifeSafety, Guards: u.guardedBy()}
	own, err := s.codecs.get(now, codecKey{tenant, f, u.Product}, func() (installed, error) { return s.installedFor(ctx, tenant, f, u.Product) })
	if err != nil {
		return model, err
	}
	if model.Fields, err = s.fieldsOf(now, u); err != nil {
		return model, err
	}
	if own.known {
		model.Script, model.Mapping, model.Rests = own.script, own.mapping, s.rests.now(own.script, now)
		// What is installed for no product in particular may read anything.
		model.LifeSafety = model.LifeSafety || u.Product != "" && own.mapping != nil && own.mapping.Guards()
		return model, nil
	}
	m, ok := makes.ByProduct(f, u.Product)
	if !ok {
		m, _ = makes.ByID(u.Make)
	}
	model.Mapping, model.LifeSafety = m.Mapping, model.LifeSafety || isDanger(m.Kinds)
	return model, nil
}

// fieldsOf is what a Zigbee device says it reports. Devices of one model say the
// same, and it is read once for all of them.
func (s *Service) fieldsOf(now time.Time, u Unit) ([]decode.Field, error) {
	if u.fields == "" || u.fields == noFields {
		return nil, nil
	}
	return s.fields.get(now, u.fields, func() (list []decode.Field, err error) {
		if err = json.Unmarshal([]byte(u.fields), &list); err != nil {
			err = fmt.Errorf("fields of device %s: %w", u.ID, err)
		}
		return decode.Sorted(list), err
	})
}

// guardedBy is the danger that a device guards against: what it was bound
// against, or else what its register, its make or what it said so far says, the
// name people gave it, or what they wrote of where it hangs: 厨房烟感.
func (u *Unit) guardedBy() decode.Kind {
	if u.Guards != "" {
		return u.Guards
	}
	for _, k := range decode.Kinds() {
		if k.Alarms() && slices.Contains(u.Kinds, k) {
			return k
		}
	}
	if k := decode.Guarded(u.Name); k != "" {
		return k
	}
	return decode.Guarded(u.Spot)
}

// heeded is what a device said without what stands aside, unless lives may hang
// on it.
func (u *Unit) heeded(said []decode.Observation) []decode.Observation {
	if u.LifeSafety || u.vital {
		return said
	}
	return slices.DeleteFunc(said, func(o decode.Observation) bool { return o.Aside })
}

// weigh notes whether lives may hang on a device that said something nobody
// understands, though nobody has called it a detector yet: it says alarm, its
// product or its name tells of a danger, its credential is a detector's, or it hangs with an elder who lives
// alone. If that cannot be found out, they may.
func (s *Service) weigh(ctx context.Context, tenant store.Tenant, owner string, product bool, u *Unit, said []decode.Observation) error {
	if u.LifeSafety || !slices.ContainsFunc(said, func(o decode.Observation) bool { return o.Kind == decode.Unclear }) {
		return nil
	}
	if u.vital = product || slices.ContainsFunc(said, func(o decode.Observation) bool { return o.Danger }); u.vital {
		return nil
	}
	if owner != "" && owner != u.Key {
		r, err := s.read().UnitByKey(ctx, tenant, owner)
		if err = store.NoRows(err); err != nil && !missing(err) {
			return fmt.Errorf("device %s: %w", owner, err)
		}
		if u.vital = r.LifeSafety == 1; u.vital {
			return nil
		}
	}
	if s.elders == nil || u.Place == "" {
		return nil
	}
	homes, err := s.homes.get(s.store.Now(), tenant, func() ([]string, error) { return s.elders(ctx, tenant) })
	u.vital = err != nil || slices.Contains(homes, u.Place)
	return nil
}

// Take takes in what a message means, in the transaction of its news.
func (s *Service) Take(ctx context.Context, tx *store.Tx, tenant store.Tenant, d Decoded) ([]Event, error) {
	var all []Event
	for _, x := range d.Devices {
		u, events, err := s.seen(ctx, tx, x.Draft, x.Said)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
		events, err = s.confirmed(ctx, tx, u, !d.QoS0)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
		if events, err = s.hearBridge(ctx, tx, x); err != nil {
			return nil, err
		}
		all = append(all, events...)
	}
	if d.Groups != nil {
		if err := s.keepGroups(ctx, tx, tenant, d.Bridge, d.Groups); err != nil {
			return nil, err
		}
	}
	events, err := s.announce(ctx, tx, tenant, d.Bridge, d.Announced)
	return append(all, events...), err
}

// hearBridge notes that a bridge lives when something behind it speaks, at
// most once in half of what it may be silent.
func (s *Service) hearBridge(ctx context.Context, tx *store.Tx, x Spoken) ([]Event, error) {
	online := len(x.Said) > 0 && x.Said[0].Kind == decode.Online && x.Said[0].IsOn()
	if x.Draft.Bridge == "" || !online {
		return nil, nil
	}
	bridge := Unit{Tenant: x.Draft.Tenant, Key: x.Draft.Bridge, Power: Gateway}
	r, err := New(tx).QuietOf(ctx, bridge.Tenant, bridge.Key)
	if err = store.NoRows(err); err != nil && !missing(err) {
		return nil, fmt.Errorf("bridge: %w", err)
	}
	half := tx.Now().Add(bridge.Allowance() / 2)
	if err == nil && r.Silent == 0 && r.QuietAt > store.Ms(half) {
		return nil, nil
	}
	_, events, err := s.seen(ctx, tx, bridge, []decode.Observation{{Device: bridge.Key, Kind: decode.Online, Value: decode.On}})
	return events, err
}

// confirmed notes whether a detector that guards lives sends so that its
// alarms are confirmed. It is locked.
func (s *Service) confirmed(ctx context.Context, tx *store.Tx, u Unit, confirmed bool) ([]Event, error) {
	if confirmed == !u.Has(Unconfirmed) || !u.LifeSafety {
		return nil, nil
	}
	return s.flagged(ctx, tx, u, Unconfirmed, !confirmed, Event{})
}

// flagged sets or clears a trouble of a locked device outside of a message.
func (s *Service) flagged(ctx context.Context, tx *store.Tx, u Unit, x Trouble, on bool, e Event) ([]Event, error) {
	t := taking{u: &u, now: tx.Now()}
	t.trouble(x, on, decode.Observation{})
	if e.What != "" {
		t.add(e)
	}
	for i := range t.events {
		t.events[i].Unit = u
	}
	if err := s.keep(ctx, tx, &u, nil, nil); err != nil {
		return nil, err
	}
	return t.events, s.tell(ctx, tx, t.events)
}

// announce takes in what a bridge says of its devices: names, makes and what
// they report.
func (s *Service) announce(ctx context.Context, tx *store.Tx, tenant store.Tenant, bridge string, list []decode.Announcement) ([]Event, error) {
	var all []Event
	for _, a := range list {
		events, err := s.announceOne(ctx, tx, tenant, bridge, a)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
	}
	return all, nil
}

// announceOne takes in one device. One that spoke before it was announced is
// found by its name and gets its lasting key.
func (s *Service) announceOne(ctx context.Context, tx *store.Tx, tenant store.Tenant, bridge string, a decode.Announcement) ([]Event, error) {
	q := New(tx)
	draft := Unit{Tenant: tenant, Key: a.Key, Power: Battery}
	r, err := q.UnitByName(ctx, tenant, bridge, a.Name)
	if err = store.NoRows(err); err != nil && !missing(err) {
		return nil, fmt.Errorf("device %s: %w", a.Key, err)
	}
	if err == nil && r.Fields == noFields && strings.HasSuffix(r.Key, "/"+a.Name) {
		draft.Key = r.Key
	}
	u, events, err := s.lock(ctx, tx, draft)
	if err != nil {
		return nil, err
	}
	before := u.modelParams()
	if err := u.describe(a, bridge); err != nil {
		return nil, err
	}
	after := u.modelParams()
	if before == after {
		return nil, nil
	}
	if err := q.ForgetName(ctx, tenant, bridge, a.Name); err != nil {
		return nil, fmt.Errorf("device %s: %w", u.ID, err)
	}
	if err := q.SaveModel(ctx, after); err != nil {
		return nil, fmt.Errorf("device %s: %w", u.ID, err)
	}
	for i := range events {
		events[i].Unit = u
	}
	return events, s.tell(ctx, tx, events)
}

// noFields is the list of fields of a device that was never announced.
const noFields = "null"

// describe takes over what a bridge says of the device.
func (u *Unit) describe(a decode.Announcement, bridge string) error {
	fields, err := json.Marshal(a.Fields)
	if err != nil {
		return fmt.Errorf("fields of device %s: %w", a.Key, err)
	}
	u.Key, u.Name, u.Bridge, u.Product, u.fields = a.Key, a.Name, bridge, a.Product, string(fields)
	if u.Make == "" || u.Make == a.Vendor+" "+a.Product {
		u.Make = a.Vendor + " " + a.Product
	}
	for _, k := range a.Kinds() {
		if !slices.Contains(u.Kinds, k) {
			u.Kinds = append(u.Kinds, k)
		}
	}
	u.LifeSafety = u.LifeSafety || isDanger(u.Kinds)
	if u.Power = Mains; a.Battery {
		u.Power = Battery
	}
	return nil
}
