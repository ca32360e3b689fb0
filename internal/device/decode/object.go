package decode

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object; its numbers are json.Number.
type object = map[string]any

func parse(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, unreadable("JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, unreadable("JSON: more than one value")
	}
	return v, nil
}

func parseObject(b []byte) (object, error) {
	v, err := parse(b)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, unreadable("JSON: no object")
	}
	return o, nil
}

// at follows a path such as payload.list[0].state; a step is a key or an
// index in brackets.
func at(v any, path string) (any, bool) {
	for path != "" {
		step, rest := path, ""
		if i := strings.IndexAny(path[1:], ".["); i >= 0 {
			step, rest = path[:i+1], strings.TrimPrefix(path[i+1:], ".")
		}
		var ok bool
		if v, ok = enter(v, step); !ok {
			return nil, false
		}
		path = rest
	}
	return v, v != nil
}

func enter(v any, step string) (any, bool) {
	if list, ok := v.([]any); ok {
		i, err := strconv.Atoi(strings.Trim(step, "[]"))
		if err != nil || i < 0 || i >= len(list) {
			return nil, false
		}
		return list[i], true
	}
	o, ok := v.(object)
	if !ok {
		return nil, false
	}
	x, ok := o[step]
	return x, ok
}

// text is a scalar as written in a table of values: true, 2, 3.5, undefined.
// It is empty for null, lists and objects.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return number(v.String())
	}
	return ""
}

// numberMost is more than any instant in milliseconds, and than anything that is
// measured: what is longer is noise.
const numberMost = 1e15

// number writes a decimal the short way: 2.0 is 2.
func number(s string) string {
	if len(s) > 32 {
		return ""
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > numberMost {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// str is the text at a path. The clouds write the word undefined where they
// have nothing.
func str(v any, path string) string {
	x, _ := at(v, path)
	if s := text(x); s != "undefined" {
		return s
	}
	return ""
}

// instant is the time at a path: RFC 3339, or a number of seconds or
// milliseconds since 1970. It is zero for anything else.
func instant(v any, path string) time.Time {
	s := str(v, path)
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC()
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0 || n > maxMs:
		return time.Time{}
	case n < maxMs/1000:
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}

const maxMs = 32_503_680_000_000 // the year 3000 in milliseconds

const (
	extraFields = 64  // kept of one letter
	extraLength = 512 // bytes kept of one field
	extraDepth  = 8
)

// leaves are the fields of v that used does not name, by path.
func leaves(v any, used func(path string) bool) map[string]string {
	out := map[string]string{}
	gather(out, v, "", 0, used)
	if len(out) == 0 {
		return nil
	}
	return out
}

func gather(out map[string]string, v any, path string, depth int, used func(string) bool) {
	switch o, isObject := v.(object); {
	case len(out) >= extraFields || path != "" && used(path):
	case isObject && depth < extraDepth:
		for _, k := range sortedKeys(o) {
			gather(out, o[k], strings.TrimPrefix(path+"."+k, "."), depth+1, used)
		}
	case path != "":
		b, err := json.Marshal(v)
		if err == nil {
			out[path] = string(b[:min(len(b), extraLength)])
		}
	}
}

func sortedKeys(o object) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
