package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// solve runs linli with arguments on an input.
func solve(t testing.TB, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"solve"}, args...), streams{strings.NewReader(in), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../fair/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDivideAndCheck(t *testing.T) {
	in := fixture(t, "rent-small.json")
	code, out, errs := solve(t, in, "divide")
	if code != 0 || errs != "" {
		t.Fatalf("%d, %s", code, errs)
	}
	var want struct {
		Instances []struct {
			ID     string
			Expect struct {
				Welfare int64 `json:"welfare_fen"`
				Num     int64 `json:"maximin_num"`
				Den     int64 `json:"maximin_den"`
			}
		}
	}
	var got struct {
		Results []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(in), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for x, w := range want.Instances {
		r := got.Results[x]
		summary := strings.Join([]string{string(r["id"]), string(r["welfare_fen"]), string(r["maximin_num"]), string(r["maximin_den"])}, " ")
		expect, err := json.Marshal([]any{w.ID, w.Expect.Welfare, w.Expect.Num, w.Expect.Den})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(strings.Trim(string(expect), "[]"), ",", " "), summary); diff != "" {
			t.Error(diff)
		}
		for _, field := range []string{"assignment", "prices_num", "prices_den", "prices_fen", "certificate"} {
			if len(r[field]) == 0 {
				t.Errorf("%s has no %s", w.ID, field)
			}
		}
	}
	code, verdicts, _ := solve(t, in+"\n"+out, "check")
	if code != 0 || strings.Count(verdicts, `"ok":true`) != 60 || strings.Contains(verdicts, `"ok":false`) {
		t.Errorf("%d, %s", code, verdicts)
	}
}

// TestDivideBadInput: each bad instance has an error naming case and field,
// and the good one between them is solved.
func TestDivideBadInput(t *testing.T) {
	const good = `{"id":"good","n":2,"rent_fen":10,"values_fen":[[5,6],[7,3]]}`
	tests := []struct{ name, instance, field, reason string }{
		{"text for a number", `{"id":"bad","n":1,"rent_fen":1,"values_fen":[["x"]]}`, "values_fen[0][0]", "whole number"},
		{"a fraction", `{"id":"bad","rent_fen":1,"values_fen":[[1,2],[3,1.5]]}`, "values_fen[1][1]", "whole number"},
		{"past 64 bits", `{"id":"bad","rent_fen":1,"values_fen":[[99999999999999999999]]}`, "values_fen[0][0]", "whole number"},
		{"past the limit", `{"id":"bad","rent_fen":1,"values_fen":[[1000000000000001]]}`, "values_fen[0][0]", "limit"},
		{"a cell that is a list", `{"id":"bad","rent_fen":1,"values_fen":[[[1]]]}`, "values_fen[0][0]", "whole number"},
		{"null in a cell", `{"id":"bad","rent_fen":1,"values_fen":[[null]]}`, "values_fen[0][0]", "whole number"},
		{"ragged", `{"id":"bad","rent_fen":1,"values_fen":[[1,2],[3]]}`, "values_fen[1]", "2"},
		{"no rows", `{"id":"bad","rent_fen":1,"values_fen":[]}`, "values_fen", "nobody"},
		{"rows that are numbers", `{"id":"bad","rent_fen":1,"values_fen":[1,2]}`, "values_fen[0]", "list"},
		{"no matrix", `{"id":"bad","rent_fen":1,"values_fen":7}`, "values_fen", "list"},
		{"no values", `{"id":"bad","rent_fen":1}`, "values_fen", "missing"},
		{"no cost", `{"id":"bad","values_fen":[[1]]}`, "rent_fen", "missing"},
		{"a cost in words", `{"id":"bad","rent_fen":"ten","values_fen":[[1]]}`, "rent_fen", "string"},
		{"n is not the rows", `{"id":"bad","n":3,"rent_fen":1,"values_fen":[[1]]}`, "n", "1 rows"},
		{"n in words", `{"id":"bad","n":"one","rent_fen":1,"values_fen":[[1]]}`, "n", "string"},
		{"negative capacity", `{"id":"bad","rent_fen":1,"values_fen":[[1]],"capacities":[-1]}`, "capacities[0]", "-1"},
		{"a budget in words", `{"id":"bad","rent_fen":1,"values_fen":[[1]],"budgets":[{"person":0,"fen":"all"}]}`, "budgets.fen", "string"},
		{"a policy of no kind", `{"id":"bad","rent_fen":1,"values_fen":[[1]],"policy":"none"}`, "policy", "neither"},
		{"no object", `7`, "instances[0]", "object"},
		{"no solution", `{"id":"bad","rent_fen":9,"values_fen":[[1]],"budgets":[{"person":0,"fen":3}]}`, "", "at most 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, _ := solve(t, `{"instances":[`+tt.instance+`,`+good+`]}`, "divide")
			var got struct {
				Results []struct {
					ID      string
					Welfare int64 `json:"welfare_fen"`
					Error   *caseError
				}
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err, out)
			}
			if code != 1 || len(got.Results) != 2 || got.Results[1].Welfare != 13 || got.Results[1].Error != nil {
				t.Fatalf("%d %s", code, out)
			}
			e := got.Results[0].Error
			if e == nil || e.Field != tt.field || !strings.Contains(e.Reason, tt.reason) || e.Case != got.Results[0].ID {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestDivideNeedsABatch(t *testing.T) {
	for _, in := range []string{"", "{", "{}", `{"instances":7}`, `{"instances":[]}0`} {
		if code, _, errs := solve(t, in, "divide"); code != 1 || errs == "" {
			t.Errorf("%q: %d %q", in, code, errs)
		}
	}
}

// TestDivideExtensions passes capacities, reservations, forbidden pairs,
// budgets and the policy through.
func TestDivideExtensions(t *testing.T) {
	in := `{"instances":[{"id":7,"rent_fen":90,"values_fen":[[50,0,9],[30,0,9],[0,0,9],[20,30,9]],
		"capacities":[1,2,2],"reserved":[{"person":2,"place":2}],"forbidden":[{"person":3,"place":0}],
		"budgets":[{"person":1,"fen":900}],"policy":"compensate"}]}`
	code, out, errs := solve(t, in, "divide")
	if code != 0 || !strings.Contains(out, `"id":"7"`) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if code, verdict, _ := solve(t, in+out, "check"); code != 0 {
		t.Error(verdict)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	const instances = `{"instances":[{"id":"a","rent_fen":10,"values_fen":[[5,6],[7,3]]}]}`
	code, good, _ := solve(t, instances, "divide")
	if code != 0 {
		t.Fatal(good)
	}
	tests := []struct{ name, instances, results, reason string }{
		{"another price", instances, strings.Replace(good, `"prices_fen":[6`, `"prices_fen":[7`, 1), "prices_fen"},
		{"another id", instances, strings.Replace(good, `"id":"a"`, `"id":"b"`, 1), "id: no instance"},
		{"a field gone", instances, strings.Replace(good, `"common_fen":1,`, ``, 1), "common_fen: is missing"},
		{"a field of a person gone", instances, strings.Replace(good, `"people":[{"place":1,`, `"people":[{`, 1), "people[0].place: is missing"},
		{"a field of the proof gone", instances, strings.Replace(good, `"dual_people"`, `"dual"`, 1), "certificate.dual_people: is missing"},
		{"a field of a link gone", instances, strings.Replace(good, `"kind":"level","person":1,`, `"kind":"level",`, 1), "certificate.chains[0].person: is missing"},
		{"a text for a number", instances, strings.Replace(good, `"common_fen":1`, `"common_fen":"1"`, 1), "result"},
		{"an error", instances, `{"results":[{"id":"a","error":{"reason":"no"}}]}`, "it is an error"},
		{"two results", instances, good + good, "there are 2"},
		{"no result", instances, `{"results":[]}`, "there are 0"},
		{"a bad instance", `{"instances":[{"id":"a"}]}`, good, "missing"},
		{"two instances", instances + instances, good, "two instances"},
		{"another market", strings.Replace(instances, `7,3`, `7,2`, 1), good, "certificate.margins_fen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.results == good && tt.instances == instances {
				t.Fatal("nothing was changed")
			}
			code, out, _ := solve(t, tt.instances+tt.results, "check")
			if code != 1 || !strings.Contains(out, tt.reason) {
				t.Errorf("%d %s", code, out)
			}
		})
	}
	for _, in := range []string{"{", `{"instances":[]}`, `{"results":[]}`, "", `7`} {
		if code, _, errs := solve(t, in, "check"); code != 1 || errs == "" {
			t.Errorf("%q: %d", in, code)
		}
	}
}

// FuzzReadInstances reads anything without falling over, and solves nothing
// that it cannot prove.
func FuzzReadInstances(f *testing.F) {
	f.Add(`{"instances":[{"id":"a","n":2,"rent_fen":10,"values_fen":[[5,6],[7,3]]}]}`)
	f.Add(`{"instances":[{"rent_fen":10,"values_fen":[[5],[7],[1]],"capacities":[2],"policy":"pin","budgets":[{"person":0,"fen":4}]},7]}`)
	f.Fuzz(func(t *testing.T, in string) {
		code, out, _ := solve(t, in, "divide")
		if code != 0 || strings.Count(in, `"id"`) > 0 {
			return // ids may clash, which check refuses
		}
		if code, verdict, _ := solve(t, in+out, "check"); code != 0 {
			t.Fatal(verdict)
		}
	})
}

// FuzzCheck hands anything to the checker: it may refuse, not fall over.
func FuzzCheck(f *testing.F) {
	const instances = `{"instances":[{"id":"a","rent_fen":10,"values_fen":[[5,6],[7,3],[1,1]],"policy":"pin","budgets":[{"person":0,"fen":9}]}]}`
	_, results, _ := solve(f, instances, "divide")
	f.Add(instances + results)
	f.Fuzz(func(t *testing.T, in string) {
		code, out, errs := solve(t, in, "check")
		if code == 0 && strings.Contains(out, `"ok":false`) || code != 0 && errs == "" {
			t.Fatalf("%d %q %q", code, out, errs)
		}
	})
}
