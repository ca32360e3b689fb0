package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/linli/linli/tally"
)

// tallyObject is a JSON object in the order it was written.
type tallyObject []tallyField

type tallyField struct {
	key string
	raw json.RawMessage
}

// readTallyObject reads an object and refuses a key that stands there twice, which
// encoding/json would let the last one win.
func readTallyObject(raw json.RawMessage, at string) (tallyObject, error) {
	where := strings.TrimPrefix(at+".", ".")
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, tallyFault(tally.FaultForm, cmp.Or(at, "vote"), "not an object")
	}
	var o tallyObject
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return o, tallyFault(tally.FaultForm, cmp.Or(at, "vote"), err.Error())
		}
		var f tallyField
		f.key = key.(string)
		if err := d.Decode(&f.raw); err != nil {
			return o, tallyFault(tally.FaultForm, where+f.key, err.Error())
		}
		if seen[f.key] {
			return o, tallyFault(tally.FaultTwice, where+f.key, "")
		}
		seen[f.key] = true
		o = append(o, f)
	}
	return o, nil
}

func (o tallyObject) field(key string) (tallyField, bool) {
	i := slices.IndexFunc(o, func(f tallyField) bool { return f.key == key })
	if i < 0 {
		return tallyField{}, false
	}
	return o[i], true
}

// read reads a field that must be there.
func (o tallyObject) read(key string, into any, at string) error {
	f, ok := o.field(key)
	if !ok || string(f.raw) == "null" {
		return tallyFault(tally.FaultMissing, at+key, "")
	}
	if err := json.Unmarshal(f.raw, into); err != nil {
		return tallyFault(tally.FaultForm, at+key, string(f.raw))
	}
	return nil
}

// longestQuote is as much of a bad value as an error repeats.
const longestQuote = 60

// tallyFault builds an error in the engine's form.
func tallyFault(fault tally.Fault, field, value string) error {
	if len(value) > longestQuote {
		value = value[:longestQuote] + "…"
	}
	return &tally.Error{Fault: fault, Field: field, Value: value}
}

// relocate gives an engine's error the place in the input it stands for.
func relocate(err error, field string) error {
	var e *tally.Error
	if !errors.As(err, &e) {
		return err
	}
	return tallyFault(e.Fault, field, e.Value)
}
