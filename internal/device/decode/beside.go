package decode

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// beside is what a message says in fields that neither its mapping names nor any
// list calls harmless; false if there are none. Whoever wrote the mapping did not
// know them, and the first that they have to say may be the danger: so they are
// unclear whatever their value is. They stand aside, that is they count where
// lives may hang on the device, unless one says that there is an alarm: that
// counts on any. What heard names was understood without the mapping.
func (m *Mapping) beside(data any, envelope func(path string) bool, heard map[string]bool) (Observation, bool) {
	o := Observation{Kind: Unclear, Value: On, Aside: true, Extra: map[string]string{}}
	known := func(path string) bool {
		return m.used(path) || heard[path] || envelope != nil && envelope(path)
	}
	eachValue(data, "", "", 0, known, func(path, name string, v any) {
		if v == nil || text(v) == "undefined" || harmlessBeside(name) {
			return
		}
		if alarmNamed(name) && verdict(v) == On {
			o.Danger, o.Aside = true, false
		}
		if b, err := json.Marshal(v); err == nil && len(o.Extra) < extraFields {
			o.Extra[path] = string(b[:min(len(b), extraLength)])
		}
	})
	return o, len(o.Extra) > 0
}

// eachValue visits the values of a message that hold no others, each with its
// path and its name. One called value is called as what it is the value of. Below
// what skip names it does not look.
func eachValue(v any, path, name string, depth int, skip func(path string) bool, visit func(path, name string, v any)) {
	o, isObject := v.(object)
	list, isList := v.([]any)
	switch {
	case path != "" && skip(path):
	case isObject && depth < extraDepth:
		for _, k := range sortedKeys(o) {
			called := k
			if k == "value" && name != "" {
				called = name
			}
			eachValue(o[k], strings.TrimPrefix(path+"."+k, "."), called, depth+1, skip, visit)
		}
	case isList && depth < extraDepth:
		for i, x := range list {
			eachValue(x, path+"["+strconv.Itoa(i)+"]", name, depth+1, skip, visit)
		}
	default:
		visit(path, name, v)
	}
}

// harmlessBeside reports whether a field's name is on a list of those that call
// nobody. The state of a Zigbee plug is; any other device's may be an alarm.
func harmlessBeside(name string) bool {
	return isHarmless(strings.ToLower(name), words(name)) && !strings.EqualFold(name, "state") || slices.Contains(linkNames, plainName(name))
}

// alarmNamed reports whether a field's name says that it is an alarm or a danger.
func alarmNamed(name string) bool {
	list := words(name)
	return plainAlarm(list) || dangerIn(list) != ""
}
