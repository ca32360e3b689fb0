package opinion_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/opinion"
)

// Two groups, three statements. Group 0 is a, b, c, d; group 1 is e, f, g.
//
//	statement 1: group 0 agrees 4 of 4; group 1 agrees 0, disagrees 3 of 3
//	statement 2: group 0 agrees 2, passes 1 of 3; group 1 agrees 2 of 2
//	statement 3: group 0 nobody; group 1 disagrees 1 of 1
func twoGroups(t tester) (*opinion.Conversation, [][]opinion.ID) {
	c := talk(t, opinion.Options{}, sheet("++ ", "++ ", "+o ", "+  ", "-+-", "-+ ", "-  "))
	return c, [][]opinion.ID{{"a", "b", "c", "d"}, {"e", "f", "g"}}
}

func TestCompareMeasuresByHand(t *testing.T) {
	c, groups := twoGroups(t)
	got, err := c.Compare(groups)
	if err != nil {
		t.Fatal(err)
	}
	// z of two proportions, worked out with every count one larger: statement
	// 1, agree, 5/5 against 1/4: common 6/9, so √(6/9·3/9·(1/5+1/4)) = √0.1.
	cases := []struct {
		name                     string
		got                      opinion.Measure
		p, pTest, repness, repZ2 float64 // repZ2: the z squared, with its sign
	}{
		{"first group agrees to 1", got.Groups[0].Answers[0].ForAgree, 5.0 / 6, math.Sqrt(5), (5.0 / 6) / (1.0 / 5), 0.75 * 0.75 / 0.1},
		{"second group agrees to 1", got.Groups[1].Answers[0].ForAgree, 1.0 / 5, -1, (1.0 / 5) / (5.0 / 6), -0.75 * 0.75 / 0.1},
		{"second group disagrees with 1", got.Groups[1].Answers[0].ForDisagree, 4.0 / 5, 2, (4.0 / 5) / (1.0 / 6), 0.8 * 0.8 / (5.0 / 9 * 4.0 / 9 * (1.0/4 + 1.0/5))},
		{"first group agrees to 2", got.Groups[0].Answers[1].ForAgree, 3.0 / 5, 1, (3.0 / 5) / (3.0 / 4), -0.25 * 0.25 / (6.0 / 7 * 1.0 / 7 * (1.0/4 + 1.0/3))},
		{"first group never saw 3", got.Groups[0].Answers[2].ForAgree, 1.0 / 2, 1, (1.0 / 2) / (1.0 / 3), 0.5 * 0.5 / (2.0 / 3 * 1.0 / 3 * (1.0 + 1.0/2))},
		{"everybody disagrees with 3", got.Groups[1].Answers[2].ForDisagree, 2.0 / 3, math.Sqrt(2), (2.0 / 3) / (1.0 / 2), 0},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			near(t, "probability", tc.got.Probability, tc.p, 1e-12)
			near(t, "its test", tc.got.ProbabilityTest, tc.pTest, 1e-12)
			near(t, "repness", tc.got.Repness, tc.repness, 1e-12)
			near(t, "its test, squared", tc.got.RepnessTest*math.Abs(tc.got.RepnessTest), tc.repZ2, 1e-12)
		})
	}
	wantCount := opinion.Count{Statement: "2", Agree: 2, Pass: 1, Seen: 3}
	if diff := cmp.Diff(wantCount, got.Groups[0].Answers[1].Count); diff != "" {
		t.Error(diff)
	}
}

func TestConsensusByHand(t *testing.T) {
	c, groups := twoGroups(t)
	got, err := c.Compare(groups)
	if err != nil {
		t.Fatal(err)
	}
	want := []opinion.Consensus{
		{Statement: "1", Agree: 5.0 / 6 * 1 / 5, Disagree: 1.0 / 6 * 4 / 5},
		{Statement: "2", Agree: 3.0 / 5 * 3 / 4, Disagree: 1.0 / 5 * 1 / 4},
		{Statement: "3", Agree: 1.0 / 2 * 1 / 3, Disagree: 1.0 / 2 * 2 / 3},
	}
	for i, w := range want {
		g := got.Consensus[i]
		if g.Statement != w.Statement {
			t.Errorf("statement %s, want %s", g.Statement, w.Statement)
		}
		near(t, "agree", g.Agree, w.Agree, 1e-15)
		near(t, "disagree", g.Disagree, w.Disagree, 1e-15)
	}
}

func TestRepresentativeStatements(t *testing.T) {
	type told struct {
		Statement opinion.ID
		Stance    opinion.Vote
		Best      bool
	}
	cases := []struct {
		name   string
		rows   []string
		groups [][]opinion.ID
		want   [][]told
	}{
		{
			"each side of a clear difference",
			[]string{"+", "+", "+", "+", "-", "-", "-"},
			[][]opinion.ID{{"a", "b", "c", "d"}, {"e", "f", "g"}},
			[][]told{{{"1", opinion.Agree, true}}, {{"1", opinion.Disagree, false}}},
		},
		{
			"agreement shared with the others when nothing is the group's own",
			[]string{"++", "++", "++", "++", "++", "+", "+"},
			[][]opinion.ID{{"a", "b", "c"}, {"d", "e", "f", "g"}},
			[][]told{{{"2", opinion.Agree, true}}, {{"1", opinion.Agree, true}}},
		},
		{
			"agrees come before disagrees, the best agree first",
			[]string{"-+++", "-+++", "-+++", "-+++", "+---", "+---", "+---", "+---"},
			[][]opinion.ID{{"a", "b", "c", "d"}, {"e", "f", "g", "h"}},
			[][]told{
				{{"2", opinion.Agree, true}, {"3", opinion.Agree, false}, {"4", opinion.Agree, false}, {"1", opinion.Disagree, false}},
				{{"1", opinion.Agree, true}, {"2", opinion.Disagree, false}, {"3", opinion.Disagree, false}, {"4", opinion.Disagree, false}},
			},
		},
		{
			"five at most",
			[]string{"+++++++", "+++++++", "+++++++", "+++++++", "-------", "-------", "-------", "-------"},
			[][]opinion.ID{{"a", "b", "c", "d"}, {"e", "f", "g", "h"}},
			[][]told{
				{{"1", opinion.Agree, true}, {"2", opinion.Agree, false}, {"3", opinion.Agree, false}, {"4", opinion.Agree, false}, {"5", opinion.Agree, false}},
				{{"1", opinion.Disagree, false}, {"2", opinion.Disagree, false}, {"3", opinion.Disagree, false}, {"4", opinion.Disagree, false}, {"5", opinion.Disagree, false}},
			},
		},
		{
			"the most telling one when none is significant",
			[]string{"o-o", "ooo", "+-o"},
			[][]opinion.ID{{"a", "b"}, {"c"}},
			[][]told{{{"2", opinion.Disagree, false}}, {{"1", opinion.Agree, true}}},
		},
		{
			"none for a group that only passed, or was silent",
			[]string{"o", "o", "+"},
			[][]opinion.ID{{"a", "b"}, {"nobody"}},
			[][]told{nil, nil},
		},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			result, err := talk(t, opinion.Options{}, sheet(tc.rows...)).Compare(tc.groups)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]told
			for _, g := range result.Groups {
				var list []told
				for _, r := range g.Representative {
					list = append(list, told{r.Statement, r.Stance, r.BestAgree})
				}
				got = append(got, list)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRepresentativeCarriesItsNumbers(t *testing.T) {
	c, groups := twoGroups(t)
	got, err := c.Compare(groups)
	if err != nil {
		t.Fatal(err)
	}
	r := got.Groups[1].Representative[len(got.Groups[1].Representative)-1]
	want := opinion.Representative{
		Statement: "1", Stance: opinion.Disagree, Successes: 3, Trials: 3,
		Measure: got.Groups[1].Answers[0].ForDisagree,
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestCompareCountsSilentMembers(t *testing.T) {
	c, _ := twoGroups(t)
	c.Withdraw("g", "1")
	got, err := c.Compare([][]opinion.ID{{"g", "zoe", "e"}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Groups[0].Silent != 2 {
		t.Errorf("%d silent, want g who took back her vote and zoe who never came", got.Groups[0].Silent)
	}
	if diff := cmp.Diff([]opinion.ID{"e", "g", "zoe"}, got.Groups[0].Members); diff != "" {
		t.Error(diff)
	}
}

func TestCompareRefuses(t *testing.T) {
	c, _ := twoGroups(t)
	cases := []struct {
		name          string
		groups        [][]opinion.ID
		field, reason string
	}{
		{"no group", nil, "groups", "holds no group"},
		{"an empty group", [][]opinion.ID{{"a"}, {}}, "groups[1]", "has no member"},
		{"a person in two groups", [][]opinion.ID{{"a", "b"}, {"e", "a"}}, "groups[1][1]", `participant "a" is already in groups[0]`},
		{"a person twice in a group", [][]opinion.ID{{"a", "a"}}, "groups[0][1]", `participant "a" is already in groups[0]`},
		{"an empty id", [][]opinion.ID{{""}}, "groups[0][0]", "is empty"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := c.Compare(tc.groups)
			var fault *opinion.Fault
			if !errors.As(err, &fault) {
				t.Fatalf("error %v is no fault", err)
			}
			if diff := cmp.Diff(&opinion.Fault{Entry: -1, Field: tc.field, Reason: tc.reason}, fault); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The counts of compared groups follow each vote: new people, new statements,
// changed and withdrawn votes.
func TestCompareFollowsVotes(t *testing.T) {
	c, groups := twoGroups(t)
	groups[1] = append(groups[1], "late")
	steps := []struct {
		name string
		do   func()
	}{
		{"first comparison", func() {}},
		{"a changed vote", func() { cast(t, c, opinion.Ballot{Participant: "a", Statement: "1", Vote: opinion.Disagree}) }},
		{"a member's first vote", func() { cast(t, c, opinion.Ballot{Participant: "late", Statement: "2", Vote: opinion.Pass}) }},
		{"a new statement", func() { cast(t, c, opinion.Ballot{Participant: "b", Statement: "9", Vote: opinion.Agree}) }},
		{"a stranger's vote", func() { cast(t, c, opinion.Ballot{Participant: "x", Statement: "9", Vote: opinion.Agree}) }},
		{"a withdrawn vote", func() { c.Withdraw("e", "2") }},
		{"a statement that sorts first", func() { cast(t, c, opinion.Ballot{Participant: "c", Statement: "0", Vote: opinion.Pass}) }},
		{"a statement nobody answers any more", func() { c.Withdraw("e", "3") }},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.do()
			got, err := c.Compare(groups)
			if err != nil {
				t.Fatal(err)
			}
			for g, st := range got.Groups {
				if st.Answers == nil {
					t.Errorf("group %d has no answers", g)
				}
			}
			other := [][]opinion.ID{groups[1], groups[0]}
			swapped, err := c.Compare(other) // forgets the kept counts
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(swapped.Groups[1], got.Groups[0]); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(swapped.Groups[0], got.Groups[1]); diff != "" {
				t.Error(diff)
			}
			if _, err := c.Compare(groups); err != nil {
				t.Fatal(err)
			}
		})
	}
}
