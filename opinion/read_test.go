package opinion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/opinion"
)

func TestReadBallots(t *testing.T) {
	cases := []struct {
		name, text string
		want       opinion.Sheet
	}{
		{"plain names", `[{"participant":"李","statement":"bench","vote":1},{"participant":"王","statement":"bench","vote":-1}]`,
			opinion.Sheet{Ballots: []opinion.Ballot{{Participant: "李", Statement: "bench", Vote: opinion.Agree}, {Participant: "王", Statement: "bench", Vote: opinion.Disagree}}}},
		{"a Polis export", ` [ {"pid":3,"tid":0,"vote":0,"weight_x_32767":0,"modified":"1700000000000","conversation_id":"x"} ] `,
			opinion.Sheet{Ballots: []opinion.Ballot{{Participant: "3", Statement: "0"}}, NumberedParticipants: true, NumberedStatements: true}},
		{"words", `[{"participant":1,"statement":"a","vote":"disagree"},{"participant":2,"statement":"a","vote":"agree"},{"participant":-3,"statement":"a","vote":"pass"}]`,
			opinion.Sheet{NumberedParticipants: true, Ballots: []opinion.Ballot{
				{Participant: "1", Statement: "a", Vote: opinion.Disagree}, {Participant: "2", Statement: "a", Vote: opinion.Agree}, {Participant: "-3", Statement: "a"}}}},
		{"mixed ids", `[{"participant":7,"statement":1,"vote":1},{"participant":"7","statement":2,"vote":1}]`,
			opinion.Sheet{NumberedStatements: true, Ballots: []opinion.Ballot{{Participant: "7", Statement: "1", Vote: 1}, {Participant: "7", Statement: "2", Vote: 1}}}},
		{"nothing", `[]`, opinion.Sheet{}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, err := opinion.ReadBallots([]byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A bad entry is named with its place, its field and the reason; the good ones
// before and after it are read.
func TestReadBallotsNamesBadEntries(t *testing.T) {
	cases := []struct{ name, entry, want string }{
		{"a number", `7`, "entry 1: is not an object"},
		{"null", `null`, "entry 1: is not an object"},
		{"no participant", `{"statement":1,"vote":1}`, "entry 1: participant: is missing"},
		{"no statement", `{"participant":1,"vote":1}`, "entry 1: statement: is missing"},
		{"no vote", `{"pid":1,"tid":1}`, "entry 1: vote: is missing"},
		{"two participants", `{"pid":1,"participant":2,"tid":1,"vote":1}`, "entry 1: participant: is given twice, also as pid"},
		{"an unknown vote", `{"pid":1,"tid":1,"vote":2}`, "entry 1: vote: 2 is not -1, 0 or 1"},
		{"half a vote", `{"pid":1,"tid":1,"vote":0.5}`, "entry 1: vote: 0.5 is not -1, 0 or 1"},
		{"no vote at all", `{"pid":1,"tid":1,"vote":null}`, "entry 1: vote: null is not -1, 0 or 1"},
		{"a list as a vote", `{"pid":1,"tid":1,"vote":[1]}`, "entry 1: vote: [1] is not -1, 0 or 1"},
		{"a long vote", `{"pid":1,"tid":1,"vote":"` + strings.Repeat("啊", 50) + `"}`, `entry 1: vote: "` + strings.Repeat("啊", 13) + `… is not -1, 0 or 1`},
		{"half a person", `{"pid":1.5,"tid":1,"vote":1}`, "entry 1: pid: is neither a string nor an integer"},
		{"an exponent", `{"pid":1e3,"tid":1,"vote":1}`, "entry 1: pid: is neither a string nor an integer"},
		{"half a character", `{"participant":"\ud800","tid":1,"vote":2}`, "entry 1: vote: 2 is not -1, 0 or 1"},
		{"minus nought", `{"pid":-0,"tid":1,"vote":1}`, "entry 1: pid: is neither a string nor an integer"},
		{"an object as a statement", `{"pid":1,"tid":{},"vote":1}`, "entry 1: tid: is neither a string nor an integer"},
		{"a huge number", `{"pid":1,"tid":9223372036854775808,"vote":1}`, "entry 1: tid: has more than 18 digits"},
		{"a huge text", `{"participant":"` + strings.Repeat("9", 129) + `","tid":1,"vote":1}`, "entry 1: participant: is longer than 128 bytes"},
		{"an empty text", `{"participant":"","tid":1,"vote":1}`, "entry 1: participant: is empty"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			good := `{"pid":5,"tid":6,"vote":1}`
			got, err := opinion.ReadBallots([]byte("[" + good + "," + tc.entry + "," + good + "]"))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Faults) != 1 || got.Faults[0].Error() != tc.want {
				t.Errorf("faults %v, want %s", got.Faults, tc.want)
			}
			if len(got.Ballots) != 2 {
				t.Errorf("%d good ballots, want 2", len(got.Ballots))
			}
		})
	}
}

func TestReadBallotsRefusesOtherFiles(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"nothing", "", "the file is not a JSON list"},
		{"an object", `{"votes":[]}`, "the file is not a JSON list"},
		{"broken UTF-8", "[\"\xff\"]", "the file is not UTF-8"},
		{"an open list", `[{"pid":1,"tid":1,"vote":1}`, "the list does not end"},
		{"broken JSON", `[{"pid":1,"tid":1,"vote":1},{"pid"]`, "entry 1: "},
		{"more than a list", `[] []`, "something follows the list"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := opinion.ReadBallots([]byte(tc.text)); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
}

func TestReadGroups(t *testing.T) {
	cases := []struct {
		name, text string
		want       [][]opinion.ID
		err        string
	}{
		{"numbers and texts", `{"groups":[[1,"b"],["3"]]}`, [][]opinion.ID{{"1", "b"}, {"3"}}, ""},
		{"an empty group is left to the comparison", `{"groups":[[]]}`, [][]opinion.ID{nil}, ""},
		{"a person who is no id", `{"groups":[[1],[2,null]]}`, nil, "groups[1][1]: is neither a string nor an integer"},
		{"a list", `[[1]]`, nil, "groups: json: cannot unmarshal"},
		{"broken UTF-8", "{\"groups\":[[\"\xff\"]]}", nil, "the file is not UTF-8"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, err := opinion.ReadGroups([]byte(tc.text))
			if (err != nil) != (tc.err != "") || (err != nil && !strings.HasPrefix(err.Error(), tc.err)) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever the bytes: no panic, and every ballot read can be cast.
func FuzzReadBallots(f *testing.F) {
	f.Add([]byte(`[{"pid":3,"tid":0,"vote":0},{"participant":"b","statement":"x","vote":-1}]`))
	f.Add([]byte(`[{"pid":null,"tid":1e9,"vote":[]},7,null,"",{}]`))
	f.Add([]byte(`[{"participant":"\ud800","statement":" ","vote":"pass"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := opinion.ReadBallots(data)
		if err != nil {
			return
		}
		c := talk(t, small(), got.Ballots)
		m := c.Draw(nil)
		if m.Votes > len(got.Ballots) {
			t.Errorf("%d votes of %d ballots", m.Votes, len(got.Ballots))
		}
		for _, fault := range got.Faults {
			if fault.Entry < 0 || fault.Reason == "" {
				t.Errorf("fault %+v does not name its entry and reason", fault)
			}
		}
	})
}

// Whatever the bytes: no panic, and a comparison or a refusal.
func FuzzReadGroups(f *testing.F) {
	f.Add([]byte(`{"groups":[["a","b"],["c"]]}`))
	f.Add([]byte(`{"groups":[[1,1],[null],[]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		groups, err := opinion.ReadGroups(data)
		if err != nil {
			return
		}
		result, err := talk(t, small(), sheet("+-", "-+", "oo")).Compare(groups)
		if (result == nil) == (err == nil) {
			t.Errorf("result %v and error %v", result, err)
		}
	})
}
