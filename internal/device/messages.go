package device

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// Heard is what a stored message says of one device, as it is read now.
type Heard struct {
	Said   []decode.Observation
	Broken error // the message cannot be opened
	Mixed  bool  // it speaks of other devices too
}

// NotUnderstood is why the device's part has no known meaning; nil if it has.
func (h Heard) NotUnderstood() error {
	return Decoded{Broken: h.Broken, Devices: []Spoken{{Said: h.Said}}}.NotUnderstood()
}

// Ear picks a device's messages out of those that came under the credentials
// it may have spoken by. It is for one reader and one page.
type Ear struct {
	Sources []Credential // ended ones included

	unit    Unit
	models  map[string]decode.Model // by the credential's name
	mapping map[string]*decode.Mapping
	stops   int
}

// Listen opens what a device sent, as it came, for whoever manages it: what
// nobody understands may hold anything, so that each reading is written into
// the audit trail. Asks device.messages.
func (s *Service) Listen(ctx context.Context, a people.Actor, u Unit) (*Ear, error) {
	if err := s.may(ctx, a, "device.messages", u); err != nil {
		return nil, err
	}
	err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		a.Tenant = u.Tenant
		return people.Audit(ctx, tx, a, "device.messages", "device", u.ID, "messages")
	})
	if err != nil {
		return nil, err
	}
	e := &Ear{unit: u, models: map[string]decode.Model{}, mapping: map[string]*decode.Mapping{}}
	if e.Sources, err = s.sources(ctx, u); err != nil {
		return nil, err
	}
	for _, c := range e.Sources {
		if e.models[c.Username], err = s.model(ctx, u.Tenant, c.Format, u); err != nil {
			return nil, err
		}
		m := Message{Frame: c.Frame("", nil), Owner: c.Device}
		if _, err = s.own(ctx, u.Tenant, &m); err != nil {
			return nil, err
		}
		e.mapping[c.Username] = m.Mapping
	}
	return e, nil
}

// sources are the credentials of the device and of its bridge; for one that
// speaks through a cloud, those of the clouds.
func (s *Service) sources(ctx context.Context, u Unit) ([]Credential, error) {
	rows, err := s.read().Credentials(ctx, u.Tenant)
	if err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	var own, clouds []Credential
	for _, r := range rows {
		switch c := credentialOf(r); {
		case c.Device == u.Key || u.Bridge != "" && c.Device == u.Bridge:
			own = append(own, c)
		case c.Format != decode.Zigbee && c.Format != decode.JSON:
			clouds = append(clouds, c)
		}
	}
	if len(own) > 0 {
		return own, nil
	}
	return clouds, nil
}

// stopsHeard is at how many messages of a page a script may be stopped before
// the others are shown without it.
const stopsHeard = 2

// Hear reads one message that came under a credential; false: it is not the
// device's.
func (e *Ear) Hear(c Credential, topic string, body []byte) (Heard, bool) {
	f := c.Frame(topic, body)
	f.Mapping = e.mapping[c.Username]
	letters, err := decode.Open(f)
	if err != nil {
		who, known := decode.Sender(f)
		if !known {
			who = decode.Who{Key: c.Device}
		}
		return Heard{Broken: err}, e.speaks(who)
	}
	at := slices.IndexFunc(letters, func(l decode.Letter) bool { return e.speaks(l.Who) })
	if at < 0 {
		return Heard{}, false
	}
	model := e.models[c.Username]
	model.Rests = model.Rests || e.stops >= stopsHeard
	h := Heard{}
	for _, l := range letters {
		if !e.speaks(l.Who) {
			h.Mixed = true
			continue
		}
		h.Said = append(h.Said, l.Read(model)...)
		h.Mixed = h.Mixed || len(l.Announced) > 0
	}
	if slices.ContainsFunc(h.Said, func(o decode.Observation) bool { return o.Stopped }) {
		e.stops++
	}
	return h, true
}

// speaks reports whether a sender is the device: by its key, or by the name
// that its bridge gave it.
func (e *Ear) speaks(who decode.Who) bool {
	byName := who.Name != "" && who.Name == e.unit.Name && who.Bridge != "" && who.Bridge == e.unit.Bridge
	return who.Key == e.unit.Key || byName
}
