package decode

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// Makers of LoRaWAN devices name their fields as they like: leak_status, flood,
// WaterLeak_1, smokeAlarm, alarmFire. What calls for help is known by the words a
// name is made of, so that a danger is heard though nobody wrote a mapping, and
// beside whatever the mapping knows.

// namedDepth is how deep an object is looked through.
const namedDepth = 4

// dangers finds what calls for help in decoded fields by their names and words,
// one observation for each kind, On before Off, and the paths it read. A path
// that known holds is somebody else's.
func dangers(data object, known func(path string) bool) (list []Observation, used map[string]bool) {
	used = map[string]bool{}
	for _, f := range named(nil, data, "", "", 0) {
		kind, value, ok := f.danger()
		if !ok || known(f.path) {
			continue
		}
		used[f.path] = true
		if value == "" {
			list = append(list, unclear(leaves(object{f.path: f.value}, func(string) bool { return false })))
			continue
		}
		i := slices.IndexFunc(list, func(o Observation) bool { return o.Kind == kind })
		switch {
		case i < 0:
			list = append(list, Observation{Kind: kind, Value: value})
		case value == On:
			list[i].Value = On
		}
	}
	return list, used
}

// leaf is a scalar with what it is called.
type leaf struct {
	path, name string
	value      any
}

// named are the scalars of an object. One called value is called as what it is
// the value of.
func named(list []leaf, o object, path, above string, depth int) []leaf {
	for _, k := range sortedKeys(o) {
		name, at := k, strings.TrimPrefix(path+"."+k, ".")
		if k == "value" && above != "" {
			name = above
		}
		switch v := o[k].(type) {
		case object:
			if depth < namedDepth {
				list = named(list, v, at, k, depth+1)
			}
		case bool, string, json.Number:
			list = append(list, leaf{at, name, v})
		}
	}
	return list
}

// danger is what the leaf says of a danger, if it speaks of one; an empty value
// means that nobody knows.
func (l leaf) danger() (kind Kind, value string, ok bool) {
	words := wordsOf(l.name)
	if slices.ContainsFunc(words, isAside) {
		return "", "", false
	}
	kind, state := dangerOf(words)
	word, isText := l.value.(string)
	_, isNumber := l.value.(json.Number)
	if kind == "" && (!isText || len(word) > wordLimit) {
		return "", "", false
	}
	said := strings.ToLower(strings.Join(wordsOf(text(l.value)), " "))
	switch {
	case kind != "" && isNumber && !state:
		return "", "", false // a level, or a meter
	case kind != "" && isNumber && text(l.value) != "0" && text(l.value) != "1":
		return kind, "", true
	case kind != "" && isQuiet(said):
		return kind, Off, true
	case kind != "" && (isLoud(said) || dangerWord(said) != ""):
		return kind, On, true
	case kind != "" && state:
		return kind, "", true
	case dangerWord(said) != "":
		return dangerWord(said), On, true
	}
	return "", "", false
}

// dangerOf is the danger that a name speaks of, and whether a bare figure under
// it can be a state.
func dangerOf(words []string) (kind Kind, state bool) {
	has := func(list ...string) bool {
		for _, w := range words {
			if slices.Contains(list, w) {
				return true
			}
		}
		return false
	}
	says := has("alarm", "alert", "leak", "leakage", "status", "state", "detected", "detection", "event")
	switch {
	case has("smoke", "fire"):
		return Smoke, true
	case has("gas", "lpg", "methane"):
		return Gas, says
	case has("co", "monoxide"):
		return CO, says
	case has("leak", "leaks", "leaking", "leakage", "flood", "flooded", "flooding"):
		return WaterLeak, true
	case has("sos", "panic", "emergency"):
		return SOS, true
	case has("overheat", "overheating"), has("heat") && has("alarm", "alert", "detected"), slices.Equal(words, []string{"high", "temp", "alarm"}):
		return Heat, true
	case slices.Equal(words, []string{"water"}), slices.Equal(words, []string{"water", "status"}):
		return WaterLeak, has("status")
	}
	return "", false
}

// isAside tells words of names that speak of something beside the danger itself: how
// often, how long, from which value on, whether it is looked for.
func isAside(w string) bool {
	switch w {
	case "count", "counter", "counts", "cnt", "times", "time", "timer", "duration", "delay", "interval", "period", "last", "since", "threshold",
		"limit", "max", "min", "config", "configuration", "setting", "settings", "enable", "enabled", "enabling", "disable", "disabled", "activation",
		"deactivation", "level", "concentration", "density", "location", "version", "type", "mode", "index", "id", "unit", "name", "resistance", "current",
		"voltage", "volume", "flow", "chamber", "error", "fault", "test", "hush", "silence", "silenced", "battery", "sensor", "calibration", "size",
		"wire", "cable", "led", "tamper", "temperature", "valve":
		return true
	}
	return false
}

func isQuiet(w string) bool {
	switch w {
	case "false", "off", "0", "no", "n", "none", "normal", "ok", "okay", "idle", "clear", "cleared", "dry", "safe", "inactive", "quiet", "standby",
		"not detected", "undetected", "no alarm", "noalarm", "no leak", "noleak", "no leakage", "no water", "no smoke", "no fire", "no gas", "no flood",
		"not triggered", "no alert", "closed", "online", "working", "good", "":
		return true
	}
	return false
}

func isLoud(w string) bool {
	switch w {
	case "true", "on", "1", "yes", "y", "alarm", "alarming", "alert", "detected", "triggered", "active", "activated", "danger", "wet", "water",
		"pressed", "gas", "co":
		return true
	}
	return false
}

// dangerWord is what a value means whatever its field is called.
func dangerWord(said string) Kind {
	switch said {
	case "leak", "leaking", "leaked", "leakage", "water leak", "water leakage", "flood", "flooded", "flooding", "leak detected":
		return WaterLeak
	case "smoke", "fire", "smoke alarm", "fire alarm", "smoke detected":
		return Smoke
	case "gas alarm", "gas leak":
		return Gas
	case "co alarm":
		return CO
	case "sos", "panic", "emergency":
		return SOS
	}
	return ""
}

// wordsOf splits a name as programmers and as people write it: leak_status,
// WaterLeak_1, smokeAlarm, COAlarm, waterleak. Figures at the end fall away, but
// not from co2.
func wordsOf(name string) []string {
	var list []string
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		for _, w := range humps(part) {
			if w = strings.ToLower(w); !strings.HasPrefix(w, "co") || len(w) > 3 {
				w = orWhole(strings.TrimRight(w, "0123456789"), w)
			}
			list = append(list, parted(w)...)
		}
	}
	if len(list) > 1 { // WaterLeak_1
		list = slices.DeleteFunc(list, func(w string) bool { return strings.Trim(w, "0123456789") == "" })
	}
	return list
}

func orWhole(s, whole string) string {
	if s == "" {
		return whole
	}
	return s
}

// humps splits smokeAlarm and COAlarm.
func humps(s string) []string {
	var list []string
	runes, from := []rune(s), 0
	for i := 1; i < len(runes); i++ {
		up, before := unicode.IsUpper(runes[i]), unicode.IsUpper(runes[i-1])
		if up && (!before || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			list, from = append(list, string(runes[from:i])), i
		}
	}
	return append(list, string(runes[from:]))
}

// parted splits waterleak and smokealarm.
func parted(w string) []string {
	for _, first := range []string{"water", "smoke", "fire", "gas", "leakage", "leak", "flood", "sos", "heat", "co"} {
		rest, ok := strings.CutPrefix(w, first)
		if ok && slices.Contains([]string{"leak", "leakage", "alarm", "alert", "status", "state", "detected", "detection"}, rest) {
			return []string{first, rest}
		}
	}
	return []string{w}
}
