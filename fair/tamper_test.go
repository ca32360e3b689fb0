package fair_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

// TestAnyChangeIsRefused draws a market with all its extensions and one change
// to its answer: the answer stands, the changed one does not.
func TestAnyChangeIsRefused(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := anyMarket(rt, 5)
		d, err := fair.Divide(m)
		if err != nil {
			return // refused markets have no answer to change
		}
		text, err := json.Marshal(d)
		if err != nil {
			rt.Fatal(err)
		}
		var changes [][]byte
		tamper(t, text, func(_ string, changed []byte) { changes = append(changes, changed) })
		changed := rapid.SampledFrom(changes).Draw(rt, "changed")
		var other fair.Division
		if json.Unmarshal(changed, &other) != nil {
			return // not even the shape of a division
		}
		if again, err := json.Marshal(other); err != nil || string(again) == string(text) {
			return // what is absent counts as nothing, and it was nothing
		}
		if fair.Check(m, &other) == nil {
			rt.Fatalf("accepted %s instead of %s", changed, text)
		}
	})
}

// TestAnswersAreNotExchanged: the answer to one market is none to another.
func TestAnswersAreNotExchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyMarket(t, 4), anyMarket(t, 4)
		first, errA := json.Marshal(a)
		second, errB := json.Marshal(b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		d, err := fair.Divide(a)
		if err != nil || string(first) == string(second) {
			return // nothing to exchange
		}
		if fair.Check(b, d) == nil {
			t.Fatalf("the answer to %s passes for one to %s", first, second)
		}
	})
}

// TestCheckTakesWhatWasRead: an answer that went through text and back is the
// same.
func TestCheckTakesWhatWasRead(t *testing.T) {
	for name, m := range proven() {
		text, err := json.Marshal(divide(t, m))
		if err != nil {
			t.Fatal(err)
		}
		var d fair.Division
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatal(err)
		}
		if err := fair.Check(m, &d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
