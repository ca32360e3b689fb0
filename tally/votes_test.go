package tally_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/linli/linli/tally"
)

// load reads a file of testdata.
func load[T any](t *testing.T, name string) T {
	t.Helper()
	var v T
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// figures are what the sample votes state about a count.
type figures struct {
	TotalArea  tally.Area `json:"total_area"`
	TotalHeads int        `json:"total_heads"`
	PartArea   tally.Area `json:"part_area"`
	PartHeads  int        `json:"part_heads"`
	YesArea    tally.Area `json:"yes_area"`
	YesHeads   int        `json:"yes_heads"`
	Quorum     bool       `json:"quorum"`
	Passed     bool       `json:"passed"`
}

func figuresOf(r tally.Result) figures {
	return figures{
		r.Total.Area, r.Total.Heads, r.Part.Area, r.Part.Heads,
		r.Yes.Area, r.Yes.Heads, r.Quorum, r.Passed,
	}
}

func TestSampleVotes(t *testing.T) {
	type vote struct {
		Note  string
		Item  int
		Units []struct {
			Unit, Owner string
			Area        tally.Area
		}
		Ballots map[string]tally.Choice
		Expect  figures
	}
	votes := load[[]vote](t, "votes.json")
	if len(votes) != 23 {
		t.Fatalf("%d votes, want 23", len(votes))
	}
	for i, v := range votes {
		t.Run(fmt.Sprint(i, " ", v.Note), func(t *testing.T) {
			var units []tally.Unit
			for _, u := range v.Units {
				units = append(units, tally.Unit{ID: u.Unit, Owners: []string{u.Owner}, Area: u.Area})
			}
			var ballots []tally.Ballot
			for owner, choice := range v.Ballots {
				ballots = append(ballots, say(owner, choice))
			}
			got := figuresOf(count(units, sheet(v.Item), ballots...)[0])
			if diff := cmp.Diff(v.Expect, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEdgeCases(t *testing.T) {
	type pair [2]int64
	file := load[struct {
		Cases []struct {
			ID, Rule string
			Total    pair
			TookPart pair `json:"took_part"`
			Yes      pair
			No       *pair
			Abstain  pair
			Quorum   bool
			Passed   bool
		}
	}](t, "vote_edge_cases.json")
	if len(file.Cases) != 8 {
		t.Fatalf("%d cases, want 8", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			no := pair{c.TookPart[0] - c.Yes[0] - c.Abstain[0], c.TookPart[1] - c.Yes[1] - c.Abstain[1]}
			if c.No != nil && *c.No != no {
				t.Fatalf("the case does not add up: no is %v", no)
			}
			silent := pair{c.Total[0] - c.TookPart[0], c.Total[1] - c.TookPart[1]}
			var units []tally.Unit
			var ballots []tally.Ballot
			for choice, group := range map[tally.Choice]pair{tally.Yes: c.Yes, tally.No: no, tally.Abstain: c.Abstain, tally.Blank: silent} {
				for i := range group[1] {
					id := fmt.Sprint(choice, i)
					area := int64(1)
					if i == 0 {
						area = group[0] - group[1] + 1
					}
					units = append(units, tally.Unit{ID: id, Owners: []string{id}, Area: tally.Area(area)})
					ballots = append(ballots, say(id, choice))
				}
			}
			item := map[string]int{"A": 5, "B": 7}[c.Rule]
			got := figuresOf(count(units, sheet(item), ballots...)[0])
			want := figures{
				tally.Area(c.Total[0]), int(c.Total[1]), tally.Area(c.TookPart[0]), int(c.TookPart[1]),
				tally.Area(c.Yes[0]), int(c.Yes[1]), c.Quorum, c.Passed,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// yimin is a vote of the sample subdistrict: one building, co-owners, agents,
// and an owner of two flats who hands in one sheet for each.
type yimin struct {
	ID    string
	Item  int
	Units []struct {
		Unit, Building string
		Owners         []string
		Area           tally.Area
	}
	Ballots []struct {
		Unit   string
		Answer tally.Choice
		Proxy  bool
	}
	Expect struct {
		Total, Part, Yes tally.Weight
		Passed           bool
	}
}

// papers gives the roll of the vote and its ballots.
func (y yimin) papers() (*tally.Roll, []tally.Ballot) {
	var units []tally.Unit
	voter := map[string]string{}
	for _, u := range y.Units {
		units = append(units, tally.Unit{ID: u.Unit, Building: u.Building, Owners: u.Owners, Area: u.Area})
		voter[u.Unit] = tally.JointID(u.Owners...)
	}
	var ballots []tally.Ballot
	seen := map[string]bool{}
	for _, b := range y.Ballots {
		id := voter[b.Unit]
		if seen[id] {
			continue
		}
		seen[id] = true
		ballot := say(id, b.Answer)
		if b.Proxy {
			ballot.Mandate = &tally.Mandate{Agent: "agent of " + id, Answers: []tally.Choice{b.Answer}}
		}
		ballots = append(ballots, ballot)
	}
	return must(tally.NewRoll(tally.CivilCode(), units, tally.Scope{Building: units[0].Building})), ballots
}

func TestYiminRoofAndLift(t *testing.T) {
	for _, y := range load[[]yimin](t, "yimin.json") {
		t.Run(y.ID, func(t *testing.T) {
			roll, ballots := y.papers()
			got := must(tally.Count(roll, sheet(y.Item), ballots))[0]
			if got.Total != y.Expect.Total || got.Part != y.Expect.Part || got.Yes != y.Expect.Yes || got.Passed != y.Expect.Passed {
				t.Errorf("got %+v\nwant %+v", got, y.Expect)
			}
		})
	}
}
