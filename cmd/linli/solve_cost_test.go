package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCostCases(t *testing.T) {
	in := fixture(t, "cost.json")
	var want []struct {
		Fen     []int64    `json:"expect_fen"`
		Rounded []int64    `json:"expect_fen_largest_remainder"`
		Exact   [][2]int64 `json:"expect"`
	}
	var got []struct {
		Shares []int64    `json:"shares_fen"`
		Exact  [][2]int64 `json:"exact"`
	}
	if err := json.Unmarshal([]byte(in), &want); err != nil {
		t.Fatal(err)
	}
	code, out, errs := solve(t, in, "cost")
	if code != 0 {
		t.Fatal(errs)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for x, w := range want {
		if w.Fen == nil {
			w.Fen = w.Rounded
		}
		if diff := cmp.Diff(w.Fen, got[x].Shares); diff != "" {
			t.Errorf("case %d: %s", x, diff)
		}
		if diff := cmp.Diff(w.Exact, got[x].Exact); diff != "" {
			t.Errorf("case %d: %s", x, diff)
		}
	}
}

func TestCostBadInput(t *testing.T) {
	tests := []struct{ name, in, field string }{
		{"no object", `7`, "case"},
		{"no type", `{}`, "type"},
		{"another type", `{"type":"by_mood"}`, "type"},
		{"no total", `{"type":"by_area","areas":[1]}`, "total_fen"},
		{"a total in words", `{"type":"by_area","total_fen":"1","areas":[1]}`, "total_fen"},
		{"no areas", `{"type":"by_area","total_fen":1}`, "areas"},
		{"an area of zero", `{"type":"by_area","total_fen":1,"areas":[3,0]}`, "areas[1]"},
		{"no floors", `{"type":"floor_coefficient_times_area","total_fen":1,"areas":[3]}`, "floors"},
		{"no weights", `{"type":"floor_coefficient_times_area","total_fen":1,"areas":[3],"floors":[1]}`, "coefficients_tenths"},
		{"no floor", `{"type":"floor_coefficient_times_area","total_fen":1,"areas":[3],"floors":[1],"coefficients_tenths":{"up":1}}`, "coefficients_tenths"},
		{"a floor not listed", `{"type":"floor_coefficient_times_area","total_fen":1,"areas":[3],"floors":[2],"coefficients_tenths":{"1":1}}`, "weights"},
		{"no needs", `{"type":"airport_shapley"}`, "costs_fen"},
		{"a negative need", `{"type":"airport_shapley","costs_fen":[-1]}`, "costs_fen[0]"},
		{"a subsidy in words", `{"type":"by_area","total_fen":1,"areas":[3],"subsidies":["x"]}`, "subsidies"},
		{"too large a subsidy", `{"type":"airport_shapley","costs_fen":[3],"subsidies":[{"basis_points":10001}]}`, "subsidies[0].basis_points"},
		{"a fund in words", `{"type":"by_area","total_fen":1,"areas":[3],"fund_fen":"x"}`, "fund_fen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, _ := solve(t, `[`+tt.in+`,{"type":"by_area","total_fen":10,"areas":[1,1]}]`, "cost")
			var got []struct {
				Shares []int64 `json:"shares_fen"`
				Error  *caseError
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			if code != 1 || len(got) != 2 || got[0].Error == nil || got[0].Error.Field != tt.field || got[0].Error.Case != "0" {
				t.Fatalf("%d %s", code, out)
			}
			if diff := cmp.Diff([]int64{5, 5}, got[1].Shares); diff != "" {
				t.Error(diff)
			}
		})
	}
	if code, _, errs := solve(t, `{}`, "cost"); code != 1 || errs == "" {
		t.Error("an object was taken for a list")
	}
}

func TestCostAfterSubsidies(t *testing.T) {
	in := `[{"type":"by_area","total_fen":1000,"areas":[1,1],"subsidies":[{"basis_points":4000}],"fund_fen":100},
		{"type":"airport_shapley","costs_fen":[0,100,300],"fund_fen":200},
		{"type":"floor_coefficient_times_area","total_fen":300,"areas":[9,9],"floors":[3,4],"coefficients_tenths":{"3":1,"4":2},"fund_fen":0}]`
	code, out, errs := solve(t, in, "cost")
	for _, want := range []string{`"shares_fen":[250,250]`, `"residents_fen":500`, `"shares_fen":[0,17,83]`, `"exact":[[0,1],[50,1],[250,1]]`, `"shares_fen":[100,200]`} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d %s lacks %s %s", code, out, want, errs)
		}
	}
}

func FuzzCost(f *testing.F) {
	f.Add(`[{"type":"by_area","total_fen":10,"areas":[1,1]},{"type":"airport_shapley","costs_fen":[0,5]}]`)
	f.Add(`[{"type":"floor_coefficient_times_area","total_fen":3,"areas":[9,9],"floors":[3,4],"coefficients_tenths":{"3":1,"4":2}}]`)
	f.Fuzz(func(t *testing.T, in string) {
		code, out, errs := solve(t, in, "cost")
		if code == 0 && !strings.HasPrefix(out, "[") && out != "null\n" || code == 1 && errs == "" {
			t.Fatalf("%d %q %q", code, out, errs)
		}
	})
}
