package device

import (
	"context"
	"sync"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/makes"
	"github.com/linli/linli/internal/platform/store"
)

const (
	calmFor   = 10 * time.Second // what is known of a product is believed this long
	calmKnown = 1024             // products
)

// calms keeps what the doors have to know of products to tell telemetry from
// calls for help, so that they seldom read the database.
type calms struct {
	mu sync.Mutex
	of map[calmKey]calm
}

type calmKey struct {
	tenant  store.Tenant
	format  decode.Format
	product string
	owner   string // of JSON: the device of the credential, whose product it is
}

type calm struct {
	decode.Model
	known bool
	until time.Time
}

// Calm reports whether a message under a credential is plainly telemetry, so
// that it may wait behind calls for help. It errs on the side of danger: what
// it does not know, or cannot look up, is none.
func (s *Service) Calm(c Credential, topic string, body []byte) bool {
	ctx, f := store.Ahead(context.Background()), c.Frame(topic, body)
	key := calmKey{tenant: c.Tenant, format: c.Format}
	if c.Format == decode.JSON {
		key.owner = c.Device
		m, known := s.quick(ctx, key)
		f.Mapping = m.Mapping
		return known && decode.Calm(f, func(decode.Who) (decode.Model, bool) { return m, true })
	}
	return decode.Calm(f, func(who decode.Who) (decode.Model, bool) {
		key.product = who.Product
		return s.quick(ctx, key)
	})
}

// quick is how a product is read, as it was known a moment ago.
func (s *Service) quick(ctx context.Context, key calmKey) (decode.Model, bool) {
	now := s.store.Now()
	s.calms.mu.Lock()
	got, ok := s.calms.of[key]
	s.calms.mu.Unlock()
	if ok && store.Lasts(now, got.until, calmFor) {
		return got.Model, got.known
	}
	got = calm{until: now.Add(calmFor)}
	got.Model, got.known = s.productModel(ctx, key)
	s.calms.mu.Lock()
	defer s.calms.mu.Unlock()
	if len(s.calms.of) >= calmKnown {
		clear(s.calms.of)
	}
	s.calms.of[key] = got
	return got.Model, got.known
}

// productModel is how a product is read whatever its device; false if that
// cannot be said.
func (s *Service) productModel(ctx context.Context, key calmKey) (decode.Model, bool) {
	u := Unit{Tenant: key.tenant, Product: key.product}
	if key.owner != "" {
		var err error
		if u, err = s.ByKey(ctx, key.tenant, key.owner); err != nil {
			return decode.Model{}, false
		}
	}
	if _, named := makes.ByProduct(key.format, u.Product); !named {
		u.Make = "" // a device's own make is known to the decoder only
	}
	m, err := s.model(ctx, key.tenant, key.format, u)
	return m, err == nil && m.Mapping != nil
}
