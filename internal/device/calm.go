package device

import (
	"context"
	"time"

	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/device/makes"
	"github.com/linli/linli/internal/platform/store"
)

const (
	calmFor   = 10 * time.Second // what is known of a product is believed this long
	calmKnown = 1024             // products
)

// calmKey is what the doors have to know a product by, to tell telemetry from
// calls for help.
type calmKey struct {
	tenant  store.Tenant
	format  decode.Format
	product string
	owner   string // of JSON: the device of the credential, whose product it is
}

type calm struct {
	decode.Model
	known bool
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
	got, _ := s.calms.get(s.store.Now(), key, func() (c calm, _ error) { // an error is not known, for as long
		c.Model, c.known = s.productModel(ctx, key)
		return c, nil
	})
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
