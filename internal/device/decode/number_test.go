package decode_test

import (
	"testing"

	"github.com/linli/linli/internal/device/decode"
)

// A number without end or beyond all measure is no value.
func TestNumbersOfNoMeasureAreLeftOut(t *testing.T) {
	m := &decode.Mapping{Rules: []decode.Rule{{Path: "t", Kind: decode.Temperature, Unit: "°C"}}}
	for said, want := range map[string]string{`41.50`: "41.5", `"-3"`: "-3", `1e308`: "", `"NaN"`: "", `"Inf"`: "", `"warm"`: "", `true`: ""} {
		letters, err := decode.Open(decode.Frame{Format: decode.JSON, Device: "json:x", Body: []byte(`{"t":` + said + `}`)})
		if err != nil || len(letters) != 1 {
			t.Fatalf("%s: %v %v", said, letters, err)
		}
		got := ""
		for _, o := range letters[0].Read(decode.Model{Mapping: m}) {
			if o.Kind == decode.Temperature {
				got = o.Value
			}
		}
		if got != want {
			t.Errorf("%s is read as %q, want %q", said, got, want)
		}
	}
}
