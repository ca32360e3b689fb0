package device

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/linli/linli/internal/device/codec"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Trial is what one stored message would mean with a codec.
type Trial struct {
	Device string // key
	Said   []decode.Observation
	// Ignored are the fields that its mapping says call nobody, by their paths.
	Ignored []string
	Broken  error // the message cannot be opened at all
}

// Understood reports whether nothing of the message stayed without a meaning.
func (t Trial) Understood() bool {
	return t.Broken == nil && Decoded{Devices: []Spoken{{Said: t.Said}}}.NotUnderstood() == nil
}

// Try reads one message of a product as it would be read with the codec, and
// changes nothing. A message of another product gives no trial. What product a
// Zigbee device is, the register knows.
func (s *Service) Try(ctx context.Context, tenant store.Tenant, c Codec, f decode.Frame) ([]Trial, error) {
	if f.Format == decode.JSON {
		f.Mapping = c.Mapping
	}
	letters, err := decode.Open(f)
	if err != nil {
		return []Trial{{Broken: err}}, nil //nolint:nilerr // it is what the trial says
	}
	var list []Trial
	for _, l := range letters {
		model := decode.Model{Script: []byte(c.Script), Mapping: c.Mapping, LifeSafety: c.Product != "" && c.Mapping != nil && c.Mapping.Guards()}
		if f.Format == decode.Zigbee {
			u, err := s.draft(ctx, tenant, f, l.Who)
			if err != nil {
				return nil, err
			}
			l.Product, l.Key = u.Product, u.Key
			if model.Fields, err = s.fieldsOf(s.store.Now(), u); err != nil {
				return nil, err
			}
		}
		if f.Format == decode.JSON || l.Product == c.Product {
			list = append(list, trial(l, model))
		}
	}
	return list, nil
}

func trial(l decode.Letter, model decode.Model) Trial {
	t := Trial{Device: l.Key, Said: l.Read(model)}
	if model.Mapping == nil || len(t.Said) == 0 {
		return t
	}
	for _, path := range slices.Sorted(maps.Keys(t.Said[0].Extra)) {
		if model.Mapping.Ignores(path) {
			t.Ignored = append(t.Ignored, path)
		}
	}
	return t
}

// ProductOf is what product a message's first sender is, as far as it or the
// register says; empty: nobody knows.
func (s *Service) ProductOf(ctx context.Context, tenant store.Tenant, f decode.Frame) (string, error) {
	letters, err := decode.Open(f)
	if err != nil || len(letters) == 0 || letters[0].Product != "" || f.Format != decode.Zigbee {
		if len(letters) == 0 {
			return "", nil //nolint:nilerr // unreadable: nobody knows
		}
		return letters[0].Product, nil
	}
	u, err := s.draft(ctx, tenant, f, letters[0].Who)
	return u.Product, err
}

// usable says why a codec would not be used, though nothing is wrong with it.
func (c Codec) usable() error {
	switch {
	case c.Format == decode.GB26875 || c.Format == decode.Lift:
		return fault.New(fault.Invalid, "device.codec_none_here")
	case c.Script != "" && (c.Format == decode.Zigbee || c.Format == decode.JSON):
		return fault.New(fault.Invalid, "device.codec_no_script")
	case c.Format == decode.Zigbee && c.Product == "":
		return fault.New(fault.Invalid, "device.codec_no_product")
	case c.Format != decode.JSON && c.Mapping != nil && c.Mapping.Device != "":
		return fault.New(fault.Invalid, "device.codec_no_device")
	}
	return nil
}

// Checked is a codec as typed by an operator, with its digest, or what is wrong
// with it: an invalid fault.
func Checked(f decode.Format, product, name, script, mapping string) (Codec, error) {
	c := Codec{Format: f, Product: product, Name: name, Script: script}
	if len(script) > codec.ScriptLimit || script == "" && mapping == "" {
		return c, fault.New(fault.Invalid, "device.codec_empty")
	}
	if mapping != "" {
		m, err := decode.ParseMapping([]byte(mapping))
		if err != nil {
			return c, fault.Wrap(err, fault.Invalid, "device.codec_bad")
		}
		c.Mapping = m
	}
	if err := c.usable(); err != nil {
		return c, err
	}
	var err error
	c.Digest, _, err = c.sum()
	return c, err
}

// sum is the SHA-256 of script and mapping, and the mapping as it is kept.
func (c Codec) sum() (sum, mapping string, err error) {
	if c.Mapping != nil {
		b, err := json.Marshal(c.Mapping)
		if err != nil {
			return "", "", fmt.Errorf("codec: %w", err)
		}
		mapping = string(b)
	}
	return digest(c.Script + "\x00" + mapping), mapping, nil
}

// own finds how a JSON message of a credential is to be opened: what the
// operator installed for the product of the credential's device.
func (s *Service) own(ctx context.Context, tenant store.Tenant, m *Message) (product string, err error) {
	if m.Format != decode.JSON || m.Owner == "" {
		return "", nil
	}
	u, err := s.ByKey(ctx, tenant, m.Owner)
	if missing(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	model, err := s.model(ctx, tenant, m.Format, u)
	m.Mapping = model.Mapping
	return u.Product, err
}
