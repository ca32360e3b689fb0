package opinion_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/opinion"
)

func TestCounts(t *testing.T) {
	c := talk(t, opinion.Options{}, sheet("+-o", "+ o", "- +"))
	want := []opinion.Count{
		{Statement: "1", Agree: 2, Disagree: 1, Seen: 3},
		{Statement: "2", Disagree: 1, Seen: 1},
		{Statement: "3", Agree: 1, Pass: 2, Seen: 3},
	}
	if diff := cmp.Diff(want, c.Counts()); diff != "" {
		t.Error(diff)
	}
	if c.Votes() != 7 {
		t.Errorf("%d votes, want 7", c.Votes())
	}
}

func TestLastVoteCounts(t *testing.T) {
	c := opinion.New(opinion.Options{})
	steps := []struct {
		vote     opinion.Vote
		replaced bool
		want     opinion.Count
	}{
		{opinion.Agree, false, opinion.Count{Statement: "s", Agree: 1, Seen: 1}},
		{opinion.Agree, true, opinion.Count{Statement: "s", Agree: 1, Seen: 1}},
		{opinion.Disagree, true, opinion.Count{Statement: "s", Disagree: 1, Seen: 1}},
		{opinion.Pass, true, opinion.Count{Statement: "s", Pass: 1, Seen: 1}},
	}
	for _, step := range steps {
		if replaced := cast(t, c, opinion.Ballot{Participant: "p", Statement: "s", Vote: step.vote}); replaced != step.replaced {
			t.Errorf("%s: replaced %v", step.vote, replaced)
		}
		if diff := cmp.Diff([]opinion.Count{step.want}, c.Counts()); diff != "" || c.Votes() != 1 {
			t.Error(step.vote, c.Votes(), diff)
		}
	}
}

func TestWithdraw(t *testing.T) {
	c := talk(t, opinion.Options{}, sheet("+-", "+ "))
	cases := []struct {
		who, what opinion.ID
		found     bool
		left      int
	}{
		{"z", "1", false, 3}, {"a", "9", false, 3}, {"b", "2", false, 3}, {"a", "2", true, 2}, {"a", "2", false, 2},
	}
	for _, tc := range cases {
		if found := c.Withdraw(tc.who, tc.what); found != tc.found || c.Votes() != tc.left {
			t.Errorf("%s on %s: found %v, %d votes left", tc.who, tc.what, found, c.Votes())
		}
	}
	if diff := cmp.Diff([]opinion.Count{{Statement: "1", Agree: 2, Seen: 2}}, c.Counts()); diff != "" {
		t.Error(diff)
	}
}

func TestCastRefuses(t *testing.T) {
	long := opinion.ID(strings.Repeat("x", opinion.MaxID+1))
	cases := []struct {
		name          string
		ballot        opinion.Ballot
		field, reason string
	}{
		{"nobody", opinion.Ballot{Statement: "s"}, "participant", "is empty"},
		{"nothing", opinion.Ballot{Participant: "p"}, "statement", "is empty"},
		{"a long name", opinion.Ballot{Participant: long, Statement: "s"}, "participant", "is longer than 128 bytes"},
		{"broken text", opinion.Ballot{Participant: "p", Statement: "\xff"}, "statement", "is not UTF-8"},
		{"an unknown vote", opinion.Ballot{Participant: "p", Statement: "s", Vote: 2}, "vote", "2 is not -1, 0 or 1"},
		{"another unknown vote", opinion.Ballot{Participant: "p", Statement: "s", Vote: -2}, "vote", "-2 is not -1, 0 or 1"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := opinion.New(opinion.Options{})
			_, err := c.Cast(tc.ballot)
			var fault *opinion.Fault
			if !errors.As(err, &fault) || fault.Field != tc.field || fault.Reason != tc.reason {
				t.Errorf("error %v, want %s: %s", err, tc.field, tc.reason)
			}
			if c.Votes() != 0 || len(c.Counts()) != 0 {
				t.Error("a refused vote left a trace")
			}
		})
	}
}

// Numbers come in numeric order, before texts.
func TestOrderOfIDs(t *testing.T) {
	c := opinion.New(opinion.Options{})
	for _, s := range []opinion.ID{"b", "10", "9", "a", "007", "0", "-1"} {
		cast(t, c, opinion.Ballot{Participant: "p", Statement: s})
	}
	var got []opinion.ID
	for _, n := range c.Counts() {
		got = append(got, n.Statement)
	}
	if diff := cmp.Diff([]opinion.ID{"0", "9", "10", "-1", "007", "a", "b"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestVoteText(t *testing.T) {
	for vote, want := range map[opinion.Vote]string{
		opinion.Agree: "agree", opinion.Pass: "pass", opinion.Disagree: "disagree", 5: "vote 5",
	} {
		if got := vote.String(); got != want {
			t.Errorf("%d is %q, want %q", int8(vote), got, want)
		}
	}
}
