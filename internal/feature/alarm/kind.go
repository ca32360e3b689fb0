package alarm

import "slices"

// nature is what differs from one kind of alarm to the next: whom it calls
// first, which number is to be called, what may be found and what it may have
// been. Everything that asks for the kind asks here.
type nature struct {
	icon      string
	dial      string   // the emergency number shown first; empty: none, the property's plumber comes
	first     []string // parties called at once, the others if nobody answers for a minute; nil: all at once
	endangers bool     // everybody in the building has to know
	hushes    bool     // cooking sets it off: its detector may be muted on site
	found     string   // words of what is found on site: fire, leak, person, water, held
	causes    []Cause  // what it may have been, as the form lists them
}

// causes that every kind may have.
func always(c ...Cause) []Cause { return append(c, TestCause, DeviceFault, Unknown) }

// nature is the table, one line a kind. Heat is treated like smoke. 119 are the
// fire brigade, who also free people from lifts; 120 is the ambulance.
func (k SignalKind) nature() nature {
	switch k {
	case Gas:
		return nature{icon: "siren", dial: "119", endangers: true, found: "leak", causes: always(GasLeak, StoveLeftOn, Fire, Spray)}
	case CO:
		return nature{icon: "siren", dial: "119", endangers: true, found: "leak", causes: always(Burner, GasLeak, StoveLeftOn, Fire)}
	case SOS:
		return nature{icon: "siren", dial: "120", found: "person", causes: always(Fell, Ill, HelpGiven, ByMistake)}
	case WaterLeak:
		return nature{icon: "droplets", first: []string{"property"}, found: "water", causes: always(BurstPipe, TapLeftOn, Appliance, FromAbove, Splash)}
	case Entrapment:
		return nature{icon: "arrow-down-up", dial: "119", found: "held", causes: always(Released, GotOut, ByMistake)}
	}
	return nature{icon: "flame", dial: "119", endangers: true, hushes: true, found: "fire", causes: always(Fire, StoveLeftOn, Cooking, Steam, Dust, Insects)}
}

// Causes are what an alarm of this kind may have been.
func (k SignalKind) Causes() []Cause { return k.nature().causes }

// atOnce are those of the first wave who are called at once; all of them where
// those who come first are not there.
func (k SignalKind) atOnce(wave map[string]string) map[string]string {
	first := k.nature().first
	out := map[string]string{}
	for person, party := range wave {
		if first == nil || slices.Contains(first, party) {
			out[person] = party
		}
	}
	if len(out) == 0 {
		return wave
	}
	return out
}

// call is the step at which every screen says which number to call, for this
// kind: where there is none, everybody is called again instead.
func (k SignalKind) call(step Step) Step {
	switch {
	case step != Step119:
		return step
	case k.nature().dial == "":
		return StepRepeat
	case k.nature().dial == "120":
		return Step120
	}
	return step
}

// toFamily is what the family is told at once.
func (k SignalKind) toFamily() string {
	if k == SOS {
		return "alarm.told.family_sos"
	}
	return "alarm.told.family"
}

// fromFamily is what the others are told when the family on site says that it
// is as bad as it looks.
func (k SignalKind) fromFamily() string {
	if k.nature().found == "fire" {
		return "alarm.told.family_fire"
	}
	return "alarm.told.family_danger"
}

// dial is the emergency number of an incident; empty: none.
func (i Incident) dial() string { return i.Signal.nature().dial }
