package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// opinionOutput is the part of the output the tests read.
type opinionOutput struct {
	Participants, Votes, Replaced int
	Statements                    []any
	Counts                        []map[string]any
	Declined                      map[string]any
	Components                    []struct{ Loadings []float64 }
	Projections                   []struct {
		Participant any
		Group       *int
	}
	GroupsGiven bool `json:"groups_given"`
	Groups      []struct {
		Members        []any
		Silent         int
		Representative []struct {
			Statement any
			For       string `json:"repful_for"`
		}
		Statements []map[string]any
	}
	Consensus []struct {
		Statement any
		Agree     float64
	} `json:"group_informed_consensus"`
	Errors []map[string]any
}

// solveOpinion runs the command with the input on standard input and returns
// its output and what it says on standard error.
func solveOpinion(t *testing.T, wantCode int, input string, args ...string) (opinionOutput, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(append([]string{"solve", "opinion"}, args...), streams{strings.NewReader(input), &out, &errs})
	if code != wantCode {
		t.Fatalf("exit code %d, want %d: %s", code, wantCode, errs.String())
	}
	var got opinionOutput
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
	}
	return got, errs.String()
}

// votesOfTwoCamps is an export of twelve people and eight statements; the first
// seven people answer the other way round from the rest.
func votesOfTwoCamps() string {
	var entries []string
	for p := range 12 {
		for s := range 8 {
			vote := 1
			if (p < 7) == (s%2 == 0) {
				vote = -1
			}
			entries = append(entries, fmt.Sprintf(`{"pid":%d,"tid":%d,"vote":%d}`, p, s, vote))
		}
	}
	return "[" + strings.Join(entries, ",") + "]"
}

// file writes a file for a test and returns its name.
func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "input.json")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSolveOpinionDrawsTheMap(t *testing.T) {
	got, _ := solveOpinion(t, 0, votesOfTwoCamps())
	if got.Participants != 12 || got.Votes != 96 || len(got.Statements) != 8 || len(got.Counts) != 8 {
		t.Errorf("%d participants, %d votes, %d statements", got.Participants, got.Votes, len(got.Statements))
	}
	if len(got.Components) != 2 || len(got.Components[0].Loadings) != 8 || len(got.Projections) != 12 {
		t.Errorf("%d components, %d projections", len(got.Components), len(got.Projections))
	}
	var sizes []int
	for _, g := range got.Groups {
		sizes = append(sizes, len(g.Members))
	}
	if diff := cmp.Diff([]int{7, 5}, sizes); diff != "" {
		t.Fatal(diff)
	}
	if r := got.Groups[0].Representative; len(r) != 5 || r[0].For != "agree" || r[0].Statement != 1.0 {
		t.Errorf("representative: %+v", r)
	}
	// Statement 0: all seven of the one group disagree, all five of the other agree.
	if diff := cmp.Diff(1.0/9*6/7, got.Consensus[0].Agree); diff != "" {
		t.Error(diff)
	}
	if got.Declined != nil || got.GroupsGiven || len(got.Errors) != 0 {
		t.Errorf("declined %v, given %v, errors %v", got.Declined, got.GroupsGiven, got.Errors)
	}
}

// Too small for a map: plain counts, and ids as they came.
func TestSolveOpinionDeclines(t *testing.T) {
	votes := `[{"participant":"李","statement":7,"vote":1},{"participant":"王","statement":7,"vote":-1},{"participant":"王","statement":7,"vote":0}]`
	got, _ := solveOpinion(t, 0, "", file(t, votes))
	want := opinionOutput{
		Participants: 2, Votes: 2, Replaced: 1, Statements: []any{7.0},
		Counts:   []map[string]any{{"statement": 7.0, "agree": 1.0, "disagree": 0.0, "pass": 1.0, "votes": 2.0}},
		Declined: map[string]any{"reason": "too few statements", "have": 1.0, "need": 3.0},
	}
	got.Components, got.Projections, got.Groups, got.Consensus, got.Errors = nil, nil, nil, nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSolveOpinionTakesGroups(t *testing.T) {
	groups := file(t, `{"groups":[[0,11],[1,2,99]]}`)
	got, _ := solveOpinion(t, 0, votesOfTwoCamps(), "--groups", groups)
	if !got.GroupsGiven || len(got.Groups) != 2 || got.Groups[1].Silent != 1 {
		t.Fatalf("groups %+v", got.Groups)
	}
	if diff := cmp.Diff([]any{0.0, 11.0}, got.Groups[0].Members); diff != "" {
		t.Error(diff)
	}
	// Statement 0: one of two agrees in the first group, none of two in the second.
	if diff := cmp.Diff(2.0/4*1/4, got.Consensus[0].Agree); diff != "" {
		t.Error(diff)
	}
	if p := got.Projections[11]; p.Group == nil || *p.Group != 0 || got.Projections[5].Group != nil {
		t.Error("the projections do not show the given groups")
	}
}

// Given groups are compared also where no map is drawn.
func TestSolveOpinionComparesFewPeople(t *testing.T) {
	votes := `[{"participant":"a","statement":"s","vote":1},{"participant":"b","statement":"s","vote":-1}]`
	got, _ := solveOpinion(t, 0, votes, "--groups", file(t, `{"groups":[["a"],["b"]]}`))
	if got.Declined == nil || len(got.Consensus) != 1 {
		t.Fatalf("declined %v, consensus %v", got.Declined, got.Consensus)
	}
	if diff := cmp.Diff(2.0/3*1/3, got.Consensus[0].Agree); diff != "" {
		t.Error(diff)
	}
}

// A bad entry is named; the others are counted all the same.
func TestSolveOpinionNamesBadEntries(t *testing.T) {
	votes := `[{"participant":"a","statement":"s","vote":1},{"participant":"b","statement":"s","vote":9},{"participant":"c","statement":"s","vote":0}]`
	got, said := solveOpinion(t, 1, votes)
	if got.Votes != 2 {
		t.Errorf("%d votes, want the two good ones", got.Votes)
	}
	if diff := cmp.Diff([]map[string]any{{"entry": 1.0, "field": "vote", "reason": "9 is not -1, 0 or 1"}}, got.Errors); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(said, "1 of 3 votes cannot be used: entry 1: vote: 9 is not -1, 0 or 1") {
		t.Errorf("said %q", said)
	}
}

func TestSolveOpinionRefuses(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "nowhere.json")
	cases := []struct {
		name, votes, groups, want string
	}{
		{"no list", `{}`, "", "-: the file is not a JSON list"},
		{"a person in two groups", votesOfTwoCamps(), `{"groups":[[1],[2,1]]}`, `groups[1][1]: participant "1" is already in groups[0]`},
		{"no groups", votesOfTwoCamps(), `{}`, "groups: holds no group"},
		{"a groups file of something else", votesOfTwoCamps(), `[]`, "groups: json: cannot unmarshal"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var args []string
			if tc.groups != "" {
				args = []string{"--groups", file(t, tc.groups)}
			}
			got, said := solveOpinion(t, 1, tc.votes, args...)
			if !strings.Contains(said, tc.want) || got.Counts != nil {
				t.Errorf("said %q, want %q and no output", said, tc.want)
			}
		})
	}
	if _, said := solveOpinion(t, 1, "", missing); !strings.Contains(said, "no such file") {
		t.Errorf("said %q of a missing file", said)
	}
	if _, said := solveOpinion(t, 1, votesOfTwoCamps(), "--groups", missing); !strings.Contains(said, "no such file") {
		t.Errorf("said %q of missing groups", said)
	}
}
