package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestBareWordsSpoilTheirCaseOnly has words that are no JSON beside good cases.
func TestBareWordsSpoilTheirCaseOnly(t *testing.T) {
	for _, word := range []string{"NaN", "-Infinity", "+1", "01", "1.", ".5", "0x10", "1e", "nil"} {
		in := `{"instances":[{"id":"bad","rent_fen":1,"values_fen":[[` + word + `]]},{"id":"said \"NaN\"","rent_fen":1,"values_fen":[[7]]}]}`
		code, out, errs := solve(t, in, "divide")
		if code == 0 || !strings.Contains(out, `"case":"bad","field":"values_fen[0][0]"`) || !strings.Contains(out, `"id":"said \"NaN\"","welfare_fen":7`) {
			t.Errorf("divide %s: %d %s %s", word, code, out, errs)
		}
		code, out, errs = solve(t, `[{"type":"by_area","total_fen":`+word+`,"areas":[1]},{"type":"by_area","total_fen":3,"areas":[1]}]`, "cost")
		if code == 0 || !strings.Contains(out, `"case":"0","field":"total_fen"`) || !strings.Contains(out, `"shares_fen":[3]`) {
			t.Errorf("cost %s: %d %s %s", word, code, out, errs)
		}
		vote := func(area string) string {
			return `{"item":5,"units":[{"unit":"u","owner":"a","area":` + area + `}],"ballots":{"a":"yes"}}`
		}
		code, out, errs = solve(t, "["+vote(word)+","+vote("5")+"]", "tally")
		if code == 0 || !strings.Contains(out, `"field": "units[0].area"`) || !strings.Contains(out, `"total_area": 5`) {
			t.Errorf("tally %s: %d %s %s", word, code, out, errs)
		}
	}
}

func FuzzQuoteWords(f *testing.F) {
	for _, seed := range []string{`[NaN, "a\"NaN", 1e5]`, `{"a`, `[1e+5, "\`, "[\x80]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := quoteWords([]byte(text))
		if json.Valid([]byte(text)) && string(out) != text {
			t.Errorf("JSON was changed: %q", out)
		}
		if string(quoteWords(out)) != string(out) {
			t.Errorf("done twice it differs: %q", out)
		}
	})
}
