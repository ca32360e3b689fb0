package tally_test

import (
	"errors"
	"testing"

	"github.com/linli/linli/tally"
)

func TestErrorNamesFieldAndReason(t *testing.T) {
	_, err := tally.NewRoll(tally.CivilCode(), flats(100, 0), tally.Scope{})
	if got, want := err.Error(), "tally: units[1].area: must be more than zero (0)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !errors.Is(err, tally.FaultNotPositive) || errors.Is(err, tally.FaultTwice) {
		t.Error("the fault is lost")
	}
	_, err = tally.NewRoll(tally.CivilCode(), nil, tally.Scope{})
	if got, want := err.Error(), "tally: units: "+tally.FaultEmptyRoll.Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
