package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Plan is what to simulate. The same plan sends the same messages.
type Plan struct {
	Detectors int           // how many there are
	Storm     int           // how many of them see smoke
	Span      time.Duration // how long it lasts
	Rate      int           // telemetry messages a second
	Seed      uint64
}

// message is one publication and when it goes out.
type message struct {
	at       time.Duration // since the start
	detector int
	body     string
	smoke    bool // the detector sees smoke
	kind     Trick
}

// Trick is what goes wrong on the air.
type Trick string

// The tricks.
const (
	Plain      Trick = "plain"
	Duplicate  Trick = "duplicate"  // sent twice, as after a lost acknowledgement
	Swapped    Trick = "swapped"    // clear and smoke in the wrong order
	Replayed   Trick = "replayed"   // kept while there was no radio, and late
	FallSilent Trick = "fallsilent" // says that it smokes and nothing more
)

// lateBy is how late a replayed message says it is.
const lateBy = 15 * time.Minute

// script is every message of a plan, in the order they go out: telemetry at an
// even pace, and smoke at random instants, a quarter of it with a trick.
func (p Plan) script(started time.Time) []message {
	dice := rand.New(rand.NewPCG(p.Seed, 1)) //nolint:gosec // the same seed sends the same: nothing here is secret
	silent := map[int]time.Duration{}
	var storm []message
	for n := range p.Storm {
		at := time.Duration(dice.Int64N(int64(p.Span)))
		trick := Plain
		if dice.IntN(4) == 0 {
			trick = []Trick{Duplicate, Swapped, Replayed, FallSilent}[dice.IntN(4)]
		}
		if trick == FallSilent {
			silent[n] = at
		}
		storm = append(storm, smoke(n, at, trick, started)...)
	}
	var out []message
	for n := range int(p.Span.Seconds() * float64(p.Rate)) {
		at := time.Duration(n) * time.Second / time.Duration(p.Rate)
		detector := dice.IntN(p.Detectors)
		// A detector that takes part in the storm leaves its smoke to it.
		if since, quiet := silent[detector]; quiet && at >= since || detector < p.Storm {
			continue
		}
		out = append(out, message{at: at, detector: detector, body: calm(dice), kind: Plain})
	}
	return merged(out, storm)
}

func calm(dice *rand.Rand) string {
	return fmt.Sprintf(`{"battery":%d,"battery_low":false,"linkquality":%d,"smoke":false,"tamper":false,"test":false}`, 50+dice.IntN(50), dice.IntN(255))
}

// smoke is what one detector of the storm sends.
func smoke(n int, at time.Duration, trick Trick, started time.Time) []message {
	seen := message{at: at, detector: n, body: `{"battery":90,"smoke":true}`, smoke: true, kind: trick}
	clear := message{at: at, detector: n, body: `{"battery":90,"smoke":false}`, kind: trick}
	switch trick {
	case Duplicate:
		return []message{seen, seen}
	case Swapped:
		return []message{clear, seen}
	case Replayed:
		seen.body = fmt.Sprintf(`{"battery":90,"smoke":true,"last_seen":%d}`, started.Add(at-lateBy).UnixMilli())
		return []message{seen}
	case FallSilent:
		return []message{seen}
	}
	clear.at += time.Second
	return []message{seen, clear}
}
