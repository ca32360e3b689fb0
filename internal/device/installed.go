package device

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/linli/linli/internal/device/codec"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Codec is what the operator installed to understand one product.
type Codec struct {
	Format  decode.Format
	Product string // as its cloud or server says; empty: every product without one
	Name    string
	Script  string // TS013 JavaScript; may be empty
	Mapping *decode.Mapping
	Digest  string // SHA-256 of script and mapping, shown to whoever installs it
	By      string // person id
	Since   time.Time
}

const (
	codecLasts  = 2 * time.Second // what another node installed is known by then
	codecsKnown = 1024
	fieldsLast  = time.Hour // a text means what it means
	fieldsKnown = 256
)

type codecKey struct {
	tenant  store.Tenant
	format  decode.Format
	product string
}

// installed is a codec, ready to read with.
type installed struct {
	known   bool
	script  []byte
	mapping *decode.Mapping
}

// installedFor is what the operator installed for a product, if anything.
func (s *Service) installedFor(ctx context.Context, tenant store.Tenant, f decode.Format, product string) (installed, error) {
	r, err := s.read().CodecFor(ctx, tenant, string(f), product)
	if missing(store.NoRows(err)) {
		return installed{}, nil
	}
	if err != nil {
		return installed{}, fmt.Errorf("codec: %w", err)
	}
	own := installed{known: true, script: []byte(r.Script)}
	if r.Mapping != "" {
		own.mapping = &decode.Mapping{}
		err = json.Unmarshal([]byte(r.Mapping), own.mapping)
	}
	return own, err
}

// codecsChanged forgets how products were read.
func (s *Service) codecsChanged() {
	s.codecs.forget()
	s.calms.forget()
}

// Install makes a script, a mapping or both the way to read a product; the one
// before is replaced. Asks device.codec.
func (s *Service) Install(ctx context.Context, a people.Actor, tenant store.Tenant, c Codec) (Codec, error) {
	if err := s.may(ctx, a, "device.codec", Unit{Tenant: tenant}); err != nil {
		return Codec{}, err
	}
	if len(c.Script) > codec.ScriptLimit || c.Script == "" && c.Mapping == nil {
		return Codec{}, fault.New(fault.Invalid, "device.codec_bad")
	}
	if c.Mapping != nil {
		if err := c.Mapping.Check(); err != nil {
			return Codec{}, fault.Wrap(err, fault.Invalid, "device.codec_bad")
		}
	}
	if err := c.usable(); err != nil {
		return Codec{}, err
	}
	sum, mapping, err := c.sum()
	if err != nil {
		return Codec{}, err
	}
	c.Digest, c.By = sum, a.Person
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		c.Since = tx.Now()
		tx.AfterCommit(s.codecsChanged)
		err := New(tx).PutCodec(ctx, PutCodecParams{
			TenantID: tenant, Format: string(c.Format), Product: c.Product, Name: c.Name, Script: c.Script, Mapping: mapping,
			Digest: c.Digest, ByID: c.By, Since: store.Ms(c.Since),
		})
		if err != nil {
			return fmt.Errorf("install codec: %w", err)
		}
		a.Tenant = tenant
		return people.Audit(ctx, tx, a, "device.codec", "codec", c.Digest, string(c.Format), c.Product)
	})
	return c, err
}

// Remove takes an installed codec away. Asks device.codec.
func (s *Service) Remove(ctx context.Context, a people.Actor, tenant store.Tenant, f decode.Format, product string) error {
	if err := s.may(ctx, a, "device.codec", Unit{Tenant: tenant}); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).DropCodec(ctx, tenant, string(f), product)
		if err != nil {
			return fmt.Errorf("remove codec: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		tx.AfterCommit(s.codecsChanged)
		a.Tenant = tenant
		return people.Audit(ctx, tx, a, "device.codec", "codec", "", string(f), product)
	})
}

// Codecs are what the operator installed.
func (s *Service) Codecs(ctx context.Context, tenant store.Tenant) ([]Codec, error) {
	rows, err := s.read().Codecs(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("codecs: %w", err)
	}
	list := make([]Codec, len(rows))
	for i, r := range rows {
		list[i] = Codec{Format: decode.Format(r.Format), Product: r.Product, Name: r.Name, Script: r.Script, Digest: r.Digest, By: r.ByID, Since: store.Time(r.Since)}
		if r.Mapping == "" {
			continue
		}
		list[i].Mapping = &decode.Mapping{}
		if err := json.Unmarshal([]byte(r.Mapping), list[i].Mapping); err != nil {
			return nil, fmt.Errorf("mapping of %s: %w", r.Product, err)
		}
	}
	return list, nil
}
