package tally_test

import (
	"encoding/json"
	"testing"

	"github.com/linli/linli/tally"
)

func TestChoiceWords(t *testing.T) {
	all := []tally.Choice{tally.Blank, tally.Yes, tally.No, tally.Abstain, tally.Invalid}
	text := string(must(json.Marshal(all)))
	if text != `["blank","yes","no","abstain","invalid"]` {
		t.Fatalf("got %s", text)
	}
	var back []tally.Choice
	if err := json.Unmarshal([]byte(text), &back); err != nil {
		t.Fatal(err)
	}
	for i, c := range all {
		if back[i] != c {
			t.Errorf("%s came back as %s", c, back[i])
		}
	}
	_, err := tally.ParseChoice("maybe")
	wantFault(t, err, tally.FaultUnknown, "choice")
	if _, err := tally.Choice(9).MarshalText(); err == nil || tally.Choice(9).String() != "choice 9" {
		t.Errorf("got %v", err)
	}
}

func TestSheetRefused(t *testing.T) {
	roll := must(tally.NewRoll(tally.CivilCode(), flats(100), tally.Scope{}))
	for _, c := range []struct {
		field string
		spoil func(*tally.Sheet)
		fault tally.Fault
	}{
		{"sheet.vote", func(s *tally.Sheet) { s.Vote = "" }, tally.FaultMissing},
		{"sheet.vote", func(s *tally.Sheet) { s.Vote = "\xff" }, tally.FaultForm},
		{"sheet.questions", func(s *tally.Sheet) { s.Questions = nil }, tally.FaultMissing},
		{"sheet.questions[0].id", func(s *tally.Sheet) { s.Questions[0].ID = "" }, tally.FaultMissing},
		{"sheet.questions[0].id", func(s *tally.Sheet) { s.Questions[0].ID = "\xff" }, tally.FaultForm},
		{"sheet.questions[1].id", func(s *tally.Sheet) { s.Questions[1].ID = "q0" }, tally.FaultTwice},
		{"sheet.questions[1].item", func(s *tally.Sheet) { s.Questions[1].Item = 10 }, tally.FaultUnknown},
		{"sheet.questions[0].item", func(s *tally.Sheet) { s.Questions[0].Item = -1 }, tally.FaultUnknown},
	} {
		field := c.field
		s := sheet(5, 6)
		c.spoil(&s)
		_, err := tally.Count(roll, s, nil)
		wantFault(t, err, c.fault, field)
		_, err = tally.NewRunning(roll, s)
		wantFault(t, err, c.fault, field)
		_, err = tally.OpenLog(roll, s, secret)
		wantFault(t, err, c.fault, field)
	}
}

// bySomebody is a ballot of o1 that an agent brings.
func bySomebody(answers, opinions []tally.Choice) tally.Ballot {
	return tally.Ballot{Voter: "o1", Answers: answers, Mandate: &tally.Mandate{Agent: "cousin", Answers: opinions}}
}

func TestBallotRefused(t *testing.T) {
	units := flats(100, 200, 300)
	units[2].Owners = []string{"x", "y"}
	roll := must(tally.NewRoll(tally.CivilCode(), units, tally.Scope{}))
	type list = []tally.Choice
	own := bySomebody(list{tally.Yes, tally.No}, list{tally.Yes, tally.No})
	own.Mandate.Agent = own.Voter
	nameless := bySomebody(list{tally.Yes, tally.No}, list{tally.Yes, tally.No})
	nameless.Mandate.Agent = ""
	for name, c := range map[string]struct {
		ballot tally.Ballot
		fault  tally.Fault
		field  string
	}{
		"for nobody":           {say("ghost", tally.Yes, tally.Yes), tally.FaultNobody, "voter"},
		"of one co-owner":      {say("y", tally.Yes, tally.Yes), tally.FaultAlone, "voter"},
		"too few answers":      {say("o1", tally.Yes), tally.FaultAnswers, "answers"},
		"too many answers":     {say("o1", tally.Yes, tally.Yes, tally.Yes), tally.FaultAnswers, "answers"},
		"no such answer":       {say("o1", tally.Yes, 7), tally.FaultUnknown, "answers[1]"},
		"agent differs":        {bySomebody(list{tally.Yes, tally.Yes}, list{tally.Yes, tally.No}), tally.FaultMandateDiffers, "answers[1]"},
		"agent abstains":       {bySomebody(list{tally.Abstain, tally.No}, list{tally.Yes, tally.No}), tally.FaultMandateDiffers, "answers[0]"},
		"agent leaves blank":   {bySomebody(list{tally.Yes, tally.Blank}, list{tally.Yes, tally.No}), tally.FaultMandateDiffers, "answers[1]"},
		"agent spoils":         {bySomebody(list{tally.Yes, tally.Invalid}, list{tally.Yes, tally.No}), tally.FaultMandateDiffers, "answers[1]"},
		"agent adds":           {bySomebody(list{tally.Yes, tally.Yes}, list{tally.Yes, tally.Blank}), tally.FaultMandateBlank, "mandate.answers[1]"},
		"blank mandate":        {bySomebody(list{tally.Blank, tally.Blank}, list{tally.Blank, tally.Blank}), tally.FaultMandateBlank, "mandate.answers"},
		"mandate too short":    {bySomebody(list{tally.Yes, tally.Yes}, list{tally.Yes}), tally.FaultAnswers, "mandate.answers"},
		"mandate spoilt":       {bySomebody(list{tally.Invalid, tally.Yes}, list{tally.Invalid, tally.Yes}), tally.FaultUnknown, "mandate.answers[0]"},
		"mandate to oneself":   {own, tally.FaultAgent, "mandate.agent"},
		"mandate to no person": {nameless, tally.FaultMissing, "mandate.agent"},
	} {
		t.Run(name, func(t *testing.T) {
			first := say("o0", tally.Yes, tally.Yes)
			_, err := tally.Count(roll, sheet(5, 6), []tally.Ballot{first, c.ballot})
			wantFault(t, err, c.fault, "ballots[1]."+c.field)
			running := must(tally.NewRunning(roll, sheet(5, 6)))
			if err := running.Cast(first); err != nil {
				t.Fatal(err)
			}
			before := running.Results()
			wantFault(t, running.Cast(c.ballot), c.fault, c.field)
			if after := running.Results(); after[0] != before[0] || after[1] != before[1] {
				t.Error("a refused ballot changed the tally")
			}
		})
	}
}

func TestMandateBinds(t *testing.T) {
	type list = []tally.Choice
	b := bySomebody(list{tally.Abstain, tally.Blank, tally.No}, list{tally.Abstain, tally.Blank, tally.No})
	res := count(flats(100, 200), sheet(5, 5, 5), b)
	for i, want := range []int{1, 0, 1} {
		if res[i].Part.Heads != want {
			t.Errorf("question %d: %d take part, want %d", i, res[i].Part.Heads, want)
		}
	}
}

func TestTwoBallotsInOneBox(t *testing.T) {
	roll := must(tally.NewRoll(tally.CivilCode(), flats(100, 200), tally.Scope{}))
	_, err := tally.Count(roll, sheet(5), []tally.Ballot{say("o1", tally.Yes), say("o0", tally.Yes), say("o1", tally.Yes)})
	wantFault(t, err, tally.FaultTwice, "ballots[2].voter")
}
