package decode

import (
	_ "embed" // the names in Chinese are a file
	"slices"
	"strings"
	"unicode"
)

// words are the words of a name or a value in lower case: smoke_alarm_1 and
// SmokeAlarm are smoke, alarm. Numbers are none: they count inputs.
func words(s string) []string {
	var list []string
	start, runes := 0, []rune(s)
	cut := func(end int) {
		if w := strings.ToLower(string(runes[start:end])); strings.Trim(w, "0123456789") != "" {
			list = append(list, w)
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			cut(i)
			start = i
		}
	}
	cut(len(runes))
	return list
}

// set is a set of words.
type set map[string]bool

func setOf(list string) set {
	s := set{}
	for w := range strings.FieldsSeq(list) {
		s[w] = true
	}
	return s
}

// has reports whether one of the words is in the set, with or without the
// number behind it: alarm1.
func (s set) has(list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return s[w] || s[strings.TrimRight(w, "0123456789")] && w != "co2" })
}

// What makers call a danger, and what may stand beside it in a name without
// making it something else: smoke_alarm_1 is smoke, smoke_alarm_silenced and
// gas_valve_state are not, and a leakage_current is the electrician's.
var (
	dangerWords = map[string]Kind{
		"smoke": Smoke, "fire": Smoke, "gas": Gas, "methane": Gas, "lpg": Gas, "co": CO, "monoxide": CO, "heat": Heat,
		"sos": SOS, "panic": SOS, "emergency": SOS, "fall": SOS, "falling": SOS,
		"leak": WaterLeak, "leakage": WaterLeak, "leaking": WaterLeak, "flood": WaterLeak, "flooding": WaterLeak, "leakdetected": WaterLeak,
	}
	besideWords = setOf("alarm alarms alarmed alert state status sensor detected detect detection detector active zone zones wire channel input both " +
		"condition carbon combustible natural water is flag l ch ep")
	alarmWords = setOf("alarm alarms alarmed alarming alert")
	plainWords = setOf("alarm alarms alarmed alarming alert state status active zone triggered is l ch ep") // of an alarm that names no danger
)

// dangerIn is the danger that the words of a field's name, or of a value, say;
// empty if they say none, or something about it.
func dangerIn(list []string) Kind {
	var kind Kind
	for _, w := range list {
		bare := strings.TrimRight(w, "0123456789")
		k := dangerWords[w]
		if k == "" && bare != "co" {
			k = dangerWords[bare]
		}
		switch {
		case k != "" && kind != "" && k != kind:
			return ""
		case k != "":
			kind = k
		case !besideWords[w] && !besideWords[bare]:
			return ""
		}
	}
	if kind == "" && slices.Contains(list, "water") && waterSeen.has(list) {
		return WaterLeak
	}
	return kind
}

var waterSeen = setOf("alarm alert sensor detected detect detection detector")

// plainAlarm reports whether a field's name says that there is an alarm and
// not which: alarm, alarm_1, alarm_state.
func plainAlarm(list []string) bool {
	return alarmWords.has(list) && !slices.ContainsFunc(list, func(w string) bool { return !plainWords.has([]string{w}) })
}

// What a word means as the value of an alarm.
var (
	offWords = setOf("false no not none normal off clear cleared ok okay dry idle safe inactive standby cancel canceled cancelled stop stopped " +
		"release released disarm disarmed quiet detecting prealarm pre muted silenced healthy good well closed disabled disable ready")
	onWords = setOf("true yes on alarm alarms alarmed alarming alert active triggered trigger detected danger critical fire smoke gas leak leakage leaking wet flood " +
		"sos panic emergency help fall falling high abnormal warning")
	idleWords = setOf("unknown unavailable undefined null na")
)

// verdict is what a value of an alarm's field means: On, Off, empty for no news,
// or Unclear.
func verdict(v any) string {
	said := text(v)
	list := words(said)
	switch {
	case said == "1":
		return On
	case said == "" || said == "0":
		return Off
	case offWords.has(list):
		return Off
	case onWords.has(list):
		return On
	case idleWords.has(list):
		return ""
	}
	return string(Unclear)
}

// calls is the danger that the value of an action names: a button that is held
// for help, a keypad's panic key.
func calls(v any) bool {
	list := words(text(v))
	return pressWords.has(list) && !offWords.has(list)
}

var pressWords = setOf("sos panic emergency help")

// let go of: the button says that it is no longer pressed.
var restWords = setOf("off release released idle none")

// guarded is the danger that a device's model, description or name says it
// guards against, and whether they say what it is at all: an alarm of a door
// contact is a door.
func guarded(s string) (kind Kind, known bool) {
	list := words(s)
	senses := sensorWords.has(list)
	for _, k := range []struct {
		kind Kind
		ok   bool
	}{
		{Smoke, smokeWords.has(list) || slices.Contains(list, "fire") && senses},
		{Gas, gasWords.has(list) && senses && !meterWords.has(list)},
		{CO, slices.Contains(list, "monoxide") || slices.Contains(list, "co") && senses},
		{Heat, slices.Contains(list, "heat") && senses && !meterWords.has(list)},
		{SOS, callWords.has(list) || slices.Contains(list, "emergency") && buttonWords.has(list) || slices.Contains(list, "fall") && senses},
		{WaterLeak, leakWords.has(list) && !electricWords.has(list) || slices.Contains(list, "water") && waterGuards.has(list) && !meterWords.has(list)},
	} {
		if k.ok {
			return k.kind, true
		}
	}
	for _, l := range hanNames {
		if slices.ContainsFunc(l.words, func(w string) bool { return strings.Contains(s, w) }) {
			return l.kind, true
		}
	}
	return "", otherWords.has(list)
}

// hanName are words of names in Chinese, which has no gaps between words, and the
// danger that they say; empty for what is no detector.
type hanName struct {
	kind  Kind
	words []string
}

//go:embed names.txt
var namesFile string

// hanNames are read in the order of the file: what comes first counts.
var hanNames = readNames(namesFile)

func readNames(file string) (list []hanName) {
	for line := range strings.Lines(file) {
		if kind, said, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && line[0] != '#' {
			list = append(list, hanName{Kind(kind), strings.Fields(said)})
		}
	}
	return list
}

var (
	sensorWords   = setOf("alarm alarms sensor sensors detector detectors detection")
	smokeWords    = setOf("smoke smokealarm smokedetector")
	gasWords      = setOf("gas lpg methane")
	leakWords     = setOf("leak leaks leakage flood flooding waterleak")
	callWords     = setOf("sos panic")
	buttonWords   = setOf("button call switch pull")
	waterGuards   = setOf("alarm alarms detector detectors")
	meterWords    = setOf("meter meters metering counter valve valves heater heating energy flow level quality irrigation watering soil softener pump")
	electricWords = setOf("energy current electric electrical rcbo breaker din clamp transformer")
	otherWords    = setOf("door doors window windows contact opening open close garage motion pir presence occupancy human body radar vibration glass siren sirens sound flash " +
		"light lamp bulb lock handle meter metering energy power electricity socket outlet plug switch relay valve thermostat trv temperature humidity thermometer weather rain soil plant air co2 " +
		"solar stove guard hob cooker station zlinky box interface module keypad remote knob button dimmer curtain blind shade cover usb watering irrigation charger ev fan heater breaker rcbo gateway router repeater bed cube")
)

// Guarded is the danger that the name people gave a device says it guards
// against; empty if it says none.
func Guarded(name string) Kind {
	kind, _ := guarded(name)
	return kind
}
