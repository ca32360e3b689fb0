package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// solveTally runs `linli solve tally` on the text.
func solveTally(text string) (code int, out, complaint string) {
	var stdout, stderr bytes.Buffer
	code = run([]string{"solve", "tally"}, streams{strings.NewReader(text), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// tallyLine is any line of the answer.
type tallyLine struct {
	tallyAnswer
	Error *tallyRefusal
}

func tallyLines(t *testing.T, out string) []tallyLine {
	t.Helper()
	var lines []tallyLine
	if err := json.Unmarshal([]byte(out), &lines); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return lines
}

func TestSolveTallySampleVotes(t *testing.T) {
	data, err := os.ReadFile("../../tally/testdata/votes.json")
	if err != nil {
		t.Fatal(err)
	}
	var votes []struct{ Expect tallyAnswer }
	if err := json.Unmarshal(data, &votes); err != nil {
		t.Fatal(err)
	}
	code, out, complaint := solveTally(string(data))
	if code != 0 || complaint != "" {
		t.Fatalf("exit %d: %s", code, complaint)
	}
	lines := tallyLines(t, out)
	if len(lines) != 23 || len(votes) != 23 {
		t.Fatalf("%d answers to %d votes", len(lines), len(votes))
	}
	for i, v := range votes {
		if lines[i].Error != nil || lines[i].tallyAnswer != v.Expect {
			t.Errorf("vote %d: got %+v, want %+v", i, lines[i], v.Expect)
		}
	}
}

func TestSolveTallyWritesTheNamedFields(t *testing.T) {
	code, out, _ := solveTally(`[{"item":5,"units":[{"unit":"1","owner":"b+a","area":7},{"unit":"2","owner":"c","area":1}],"ballots":{"a+b":"yes"}}]`)
	want := `[{"total_area":8,"total_heads":2,"part_area":7,"part_heads":1,"yes_area":7,"yes_heads":1,"quorum":false,"passed":false}]`
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(out)); err != nil {
		t.Fatal(err)
	}
	if code != 0 || compact.String() != want {
		t.Errorf("exit %d: %s\nwant %s", code, compact.String(), want)
	}
}

const goodTallyVote = `{"item":5,"units":[{"unit":"1","owner":"a","area":7}],"ballots":{"a":"yes"}}`

func TestSolveTallyBadInput(t *testing.T) {
	vote := func(units, ballots string) string {
		return `{"item":5,"units":[` + units + `],"ballots":{` + ballots + `}}`
	}
	one := `{"unit":"1","owner":"a","area":7}`
	for name, c := range map[string]struct{ vote, field, reason string }{
		"area zero":         {vote(`{"unit":"1","owner":"a","area":0}`, ``), "units[0].area", "must be more than zero (0)"},
		"area negative":     {vote(one+`,{"unit":"2","owner":"a","area":-3}`, ``), "units[1].area", "must be more than zero (-3)"},
		"area with a point": {vote(`{"unit":"1","owner":"a","area":7.5}`, ``), "units[0].area", "cannot be read (7.5)"},
		"area as text":      {vote(`{"unit":"1","owner":"a","area":"7"}`, ``), "units[0].area", `cannot be read ("7")`},
		"area too large":    {vote(`{"unit":"1","owner":"a","area":9223372036854775808}`, ``), "units[0].area", "cannot be read (9223372036854775808)"},
		"area endless": {vote(`{"unit":"1","owner":"a","area":`+strings.Repeat("9", 99)+`}`, ``), "units[0].area",
			"cannot be read (" + strings.Repeat("9", 60) + "…)"},
		"area missing":   {vote(`{"unit":"1","owner":"a"}`, ``), "units[0].area", "is missing"},
		"area null":      {vote(`{"unit":"1","owner":"a","area":null}`, ``), "units[0].area", "is missing"},
		"area twice":     {vote(`{"unit":"1","owner":"a","area":7,"area":8}`, ``), "units[0].area", "stands there twice"},
		"sum overflows":  {vote(one+`,{"unit":"2","owner":"b","area":9223372036854775807}`, ``), "units[1].area", "the sum does not fit into 64 bits (9223372036854775807)"},
		"unit twice":     {vote(one+`,`+one, ``), "units[1].unit", "stands there twice (1)"},
		"unit unnamed":   {vote(`{"unit":"","owner":"a","area":7}`, ``), "units[0].unit", "is missing"},
		"no owner":       {vote(`{"unit":"1","owner":"","area":7}`, ``), "units[0].owner", "is missing"},
		"co-owner twice": {vote(`{"unit":"1","owner":"a+a","area":7}`, ``), "units[0].owner", "stands there twice (a)"},
		"not a unit":     {vote(`7`, ``), "units[0]", "cannot be read (not an object)"},
		"nobody":         {vote(``, ``), "units", "no home is entitled to vote"},
		"owner twice":    {vote(one, `"a":"yes","a":"no"`), "ballots.a", "stands there twice"},
		"co-owners twice": {vote(`{"unit":"1","owner":"a+b","area":7}`, `"a+b":"yes","b+a":"no"`),
			"ballots.b+a", "stands there twice"},
		"one co-owner":        {vote(`{"unit":"1","owner":"a+b","area":7}`, `"a":"yes"`), "ballots.a", "is one of several co-owners, who cast one ballot together (a)"},
		"for nobody":          {vote(one, `"ghost":"yes"`), "ballots.ghost", "names nobody on the roll (ghost)"},
		"unknown answer":      {vote(one, `"a":"maybe"`), "ballots.a", `is not known ("maybe")`},
		"answer no text":      {vote(one, `"a":true`), "ballots.a", "cannot be read (true)"},
		"answer null":         {vote(one, `"a":null`), "ballots.a", "is missing"},
		"no ballots":          {`{"item":5,"units":[` + one + `]}`, "ballots", "is missing"},
		"ballots as list":     {`{"item":5,"units":[` + one + `],"ballots":[]}`, "ballots", "cannot be read (not an object)"},
		"no units":            {`{"item":5,"ballots":{}}`, "units", "is missing"},
		"units no list":       {`{"item":5,"units":{},"ballots":{}}`, "units", "cannot be read ({})"},
		"no item":             {`{"units":[` + one + `],"ballots":{}}`, "item", "is missing"},
		"item as text":        {`{"item":"5","units":[` + one + `],"ballots":{}}`, "item", `cannot be read ("5")`},
		"item ten":            {`{"item":10,"units":[` + one + `],"ballots":{}}`, "item", "is not known (10)"},
		"a field twice":       {`{"item":5,"item":6,"units":[` + one + `],"ballots":{}}`, "item", "stands there twice"},
		"not a vote":          {`"x"`, "vote", "cannot be read (not an object)"},
		"null is not a vote":  {`null`, "vote", "cannot be read (not an object)"},
		"a list is no vote":   {`[]`, "vote", "cannot be read (not an object)"},
		"a number is no vote": {`5`, "vote", "cannot be read (not an object)"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := solveTally("[" + goodTallyVote + "," + c.vote + "," + goodTallyVote + "]")
			if code != 1 || !strings.Contains(complaint, "1 of 3 votes refused") {
				t.Errorf("exit %d: %s", code, complaint)
			}
			lines := tallyLines(t, out)
			if len(lines) != 3 || !lines[0].Passed || !lines[2].Passed {
				t.Fatalf("the others did not run: %s", out)
			}
			want := tallyRefusal{Case: 1, Field: c.field, Reason: c.reason}
			if e := lines[1].Error; e == nil || *e != want {
				t.Errorf("got %+v, want %+v", e, want)
			}
		})
	}
}

func TestSolveTallyNamesTheVote(t *testing.T) {
	for vote, name := range map[string]string{
		`{"id":"roof","note":"the roof","item":0}`: "roof",
		`{"note":"the roof","item":0}`:             "the roof",
		`{"id":7,"note":"the roof","item":0}`:      "the roof",
		`{"item":0}`:                               "",
	} {
		_, out, _ := solveTally("[" + vote + "]")
		if e := tallyLines(t, out)[0].Error; e == nil || e.Name != name {
			t.Errorf("%s: got %+v", vote, e)
		}
	}
}

func TestSolveTallyInputIsNoList(t *testing.T) {
	for _, text := range []string{"", "{", "null", "{}", `[` + goodTallyVote, "[] []"} {
		if code, out, complaint := solveTally(text); code != 1 || out != "" || !strings.Contains(complaint, "no JSON list of votes") {
			t.Errorf("%q: exit %d: %s%s", text, code, out, complaint)
		}
	}
	if code, out, _ := solveTally("[]"); code != 0 || strings.TrimSpace(out) != "[]" {
		t.Errorf("no votes: exit %d: %s", code, out)
	}
}

// tallyBrokenPipe refuses every write.
type tallyBrokenPipe struct{}

func (tallyBrokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestSolveTallyStreamsFail(t *testing.T) {
	var stderr bytes.Buffer
	std := streams{iotest.ErrReader(errors.New("unplugged")), &bytes.Buffer{}, &stderr}
	if code := run([]string{"solve", "tally"}, std); code != 1 || !strings.Contains(stderr.String(), "unplugged") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
	stderr.Reset()
	std = streams{strings.NewReader("[]"), tallyBrokenPipe{}, &stderr}
	if code := run([]string{"solve", "tally"}, std); code != 1 || !strings.Contains(stderr.String(), "broken pipe") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
}

func FuzzSolveTally(f *testing.F) {
	f.Add("[" + goodTallyVote + "]")
	f.Add(`[{"item":5,"units":[{"unit":"1","owner":"a+b","area":-7}],"ballots":{"a":"no"}}, 7]`)
	f.Add(`[{"item":5,"units":[{"5nit":"1","owner":"a+b","ar a":-7}],"ballots":{"a":"no"}},e7]`)
	f.Fuzz(func(t *testing.T, text string) {
		var votes []json.RawMessage
		// A bare word spoils its own case, not the list it stands in.
		isList := json.Unmarshal(quoteWords([]byte(text)), &votes) == nil && votes != nil
		code, out, _ := solveTally(text)
		if !isList {
			if code != 1 || out != "" {
				t.Fatalf("%q: exit %d: %s", text, code, out)
			}
			return
		}
		lines := tallyLines(t, out)
		refused := false
		for _, l := range lines {
			refused = refused || l.Error != nil
		}
		if len(lines) != len(votes) || refused != (code == 1) {
			t.Fatalf("%q: exit %d: %s", text, code, out)
		}
	})
}
