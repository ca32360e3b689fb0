package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const courtyard = "../../fair/testdata/courtyard.pb"

func TestProjects(t *testing.T) {
	tests := []struct{ rule, utility, want string }{
		{"greedy", "cost", `"selected":["lamp","slide","wall","bench","rack"],"cost":555050`},
		{"greedy", "cardinality", `"selected":["lamp","slide","wall","bench","rack"],"cost":555050`},
		{"mes", "cost", `"selected":["lamp","wall","bench"],"cost":245050`},
		{"mes", "cardinality", `"selected":["wall","lamp","bench"],"cost":245050`},
		{"mes+greedy", "cost", `"selected":["lamp","wall","bench","slide","rack"],"cost":555050`},
		{"mes+add1", "cost", `"selected":["lamp","slide","wall","bench","rack"],"cost":555050`},
		{"mes+add1+greedy", "cardinality", `"cost":555050`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+" "+tt.utility, func(t *testing.T) {
			code, out, errs := solve(t, "", "projects", "--rule", tt.rule, "--utility", tt.utility, courtyard)
			if code != 0 || !strings.Contains(out, tt.want) {
				t.Errorf("%d %s %s", code, out, errs)
			}
		})
	}
}

func TestProjectsShares(t *testing.T) {
	text, err := os.ReadFile(courtyard)
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := solve(t, string(text), "projects", "--shares", "-")
	var got projectsResult
	if err := json.Unmarshal([]byte(out), &got); code != 0 || err != nil {
		t.Fatal(code, errs, err)
	}
	sum := int64(0)
	for _, v := range got.Voters {
		for _, p := range v.Paid {
			sum += p.Fen
		}
	}
	if len(got.Voters) != 10 || sum != got.Cost {
		t.Errorf("%d voters paid %d of %d", len(got.Voters), sum, got.Cost)
	}
}

func TestProjectsRefuses(t *testing.T) {
	code, out, _ := solve(t, "META\nkey;value\nbudget;x\n", "projects", "-")
	if code != 1 || !strings.Contains(out, `"field":"line 3"`) {
		t.Errorf("%d %s", code, out)
	}
	if code, _, errs := solve(t, "", "projects", "no such file"); code != 1 || errs == "" {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := solve(t, "", "projects", "--rule", "mood", courtyard); code != 2 || errs == "" {
		t.Errorf("%d %s", code, errs)
	}
}
