package tally_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/linli/linli/tally"
	"pgregory.net/rapid"
)

// drawReceipt draws any receipt.
func drawReceipt(t *rapid.T) tally.Receipt {
	return tally.Receipt{
		Entry: rapid.Uint64Range(1, 9_999_999_999).Draw(t, "entry"),
		Code:  rapid.Uint64Range(0, 9_999_999_999_999_999).Draw(t, "code"),
	}
}

func TestReceiptReadAloud(t *testing.T) {
	r := tally.Receipt{Entry: 83, Code: 5172940633852207}
	text := r.String()
	if !strings.HasPrefix(text, "83-5172-9406-3385-2207-") || len(text) != 25 {
		t.Fatalf("got %s", text)
	}
	groups := strings.Split(text, "-")
	for name, said := range map[string]string{
		"as printed":       text,
		"in one":           strings.Join(groups, ""),
		"with spaces":      strings.Join(groups, " "),
		"with dots":        strings.Join(groups, " · "),
		"ideographic gaps": strings.Join(groups, "\u3000"),
		"full width": strings.Map(func(c rune) rune {
			if c == '-' {
				return '－'
			}
			return c - '0' + '０'
		}, text),
	} {
		if got, err := tally.ParseReceipt(said); err != nil || got != r {
			t.Errorf("%s %q: got %+v, %v", name, said, got, err)
		}
	}
}

func TestReceiptThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReceipt(t)
		if got := must(tally.ParseReceipt(r.String())); got != r {
			t.Fatalf("%s came back as %+v", r, got)
		}
	})
}

func TestReceiptCatchesSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(strings.ReplaceAll(drawReceipt(t).String(), "-", ""))
		for i, d := range digits {
			for wrong := byte('0'); wrong <= '9'; wrong++ {
				if wrong == d {
					continue
				}
				digits[i] = wrong
				if r, err := tally.ParseReceipt(string(digits)); err == nil {
					t.Fatalf("digit %d wrong and not seen: %s", i, r)
				}
			}
			digits[i] = d
			if i == 0 || digits[i-1] == d {
				continue
			}
			digits[i-1], digits[i] = digits[i], digits[i-1]
			if r, err := tally.ParseReceipt(string(digits)); err == nil {
				t.Fatalf("digits %d and %d swapped and not seen: %s", i-1, i, r)
			}
			digits[i-1], digits[i] = digits[i], digits[i-1]
		}
	})
}

func TestReceiptRefused(t *testing.T) {
	for text, fault := range map[string]tally.Fault{
		"":                          tally.FaultForm,
		"83":                        tally.FaultForm,
		"83-5172-9406-3385-22x7-41": tally.FaultForm,
		"5172-9406-3385-2207-41":    tally.FaultForm, // no entry
		"03-5172-9406-3385-2207-41": tally.FaultForm, // leading zero
		"99999999999999999999999-5172-9406-3385-2207-41": tally.FaultForm,
		"10000000000-5172-9406-3385-2207-41":             tally.FaultForm,
		"83-5172-9406-3385-2207-00":                      tally.FaultDigits,
		"83-5172-9406-3385-2207-99":                      tally.FaultDigits,
	} {
		if _, err := tally.ParseReceipt(text); !errors.Is(err, fault) {
			t.Errorf("%q: got %v, want %v", text, err, fault)
		}
	}
}
