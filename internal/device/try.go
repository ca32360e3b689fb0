package device

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli/linli/internal/device/codec"
	"github.com/linli/linli/internal/device/decode"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Trial is what one stored message would mean with a codec.
type Trial struct {
	Device string // key
	Said   []decode.Observation
	Broken error // the message cannot be opened at all
}

// Understood reports whether nothing of the message stayed without a meaning.
func (t Trial) Understood() bool {
	return t.Broken == nil && Decoded{Devices: []Spoken{{Said: t.Said}}}.NotUnderstood() == nil
}

// Try reads one message of a product as it would be read with the codec, and
// changes nothing. A message of another product gives no trial.
func (c Codec) Try(f decode.Frame) []Trial {
	if f.Format == decode.JSON {
		f.Mapping = c.Mapping
	}
	letters, err := decode.Open(f)
	if err != nil {
		return []Trial{{Broken: err}}
	}
	var list []Trial
	for _, l := range letters {
		if f.Format == decode.JSON || l.Product == c.Product {
			list = append(list, Trial{Device: l.Key, Said: l.Read(decode.Model{Script: []byte(c.Script), Mapping: c.Mapping, LifeSafety: c.Product != "" && c.Mapping != nil && c.Mapping.Guards()})})
		}
	}
	return list
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
