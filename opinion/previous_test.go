package opinion_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/opinion"
)

// One vote at a time, forty-eight times: groups keep their number and nobody who did
// not vote is moved, though the smaller camp grows to be the larger one.
func TestGroupsAreStable(t *testing.T) {
	rows := []string{}
	for range 8 {
		rows = append(rows, "++++----")
	}
	for range 6 {
		rows = append(rows, "----++++")
	}
	c := talk(t, opinion.Options{}, sheet(rows...))
	m := c.Draw(nil)
	first := groupOf(m)
	if first["a"] != 0 || first["n"] != 1 {
		t.Fatal("the larger camp is not group 0")
	}
	for p := range 6 {
		for s := range 8 {
			vote := opinion.Agree
			if s < 4 {
				vote = opinion.Disagree
			}
			cast(t, c, opinion.Ballot{Participant: personID(p), Statement: statementID(s + 1), Vote: vote})
			m = c.Draw(m)
			now := groupOf(m)
			for who, group := range first {
				if now[who] != group {
					t.Fatalf("after %d votes of the newcomer %d, %s went from group %d to %d", s+1, p, who, group, now[who])
				}
			}
		}
	}
	if len(m.Groups) != 2 || len(m.Groups[1].Members) != 12 {
		t.Errorf("groups of %v, want 8 and 12", m.Members())
	}
	if got := groupOf(c.Draw(nil)); got["a"] != 1 {
		t.Error("a map without a previous one is numbered by size")
	}
}

// The axes keep their direction from map to map, also when an added statement
// or a changed majority would turn them.
func TestAxesDoNotFlip(t *testing.T) {
	for _, statements := range []int{12, 60} {
		list := camps(60, statements, 2, 0.1, 4)
		c := talk(t, opinion.Options{}, list)
		m := c.Draw(nil)
		for p := range 60 {
			for s := range statements / 4 {
				cast(t, c, opinion.Ballot{Participant: personID(p), Statement: statementID(s), Vote: opinion.Pass})
			}
			cast(t, c, opinion.Ballot{Participant: personID(p), Statement: "new", Vote: opinion.Agree})
			next := c.Draw(m)
			along := 0.0
			for i, place := range next.Places {
				along += place.X * m.Places[i].X
			}
			if along <= 0 {
				t.Fatalf("%d statements: the first axis flipped", statements)
			}
			m = next
		}
	}
}

// A clearly better division takes over, and a new group gets a free number.
func TestGroupsFollowTheVotes(t *testing.T) {
	list := camps(60, 12, 2, 0, 8)
	c := talk(t, opinion.Options{}, list)
	m := c.Draw(nil)
	if len(m.Groups) != 2 {
		t.Fatalf("%d groups of two camps", len(m.Groups))
	}
	old := groupOf(m)
	for _, b := range camps(90, 12, 3, 0, 21) {
		cast(t, c, b)
	}
	next := c.Draw(m)
	if len(next.Groups) != 3 {
		t.Fatalf("%d groups of three camps", len(next.Groups))
	}
	if again := c.Draw(next); !cmp.Equal(groupOf(again), groupOf(next)) {
		t.Error("the same votes gave other groups")
	}
	for p := range 60 { // back to two camps: the third group dissolves
		for s := range 12 {
			c.Withdraw(personID(p+30), statementID(s))
		}
	}
	for _, b := range list {
		cast(t, c, b)
	}
	back := c.Draw(next)
	if !sameGroups(back, m) {
		t.Errorf("groups %v, want those of %v", groupOf(back), old)
	}
}

// A map of a conversation in which nobody of the previous groups is left starts
// anew.
func TestPreviousMapOfOthers(t *testing.T) {
	others := talk(t, opinion.Options{}, sheet("+++", "+++", "+++", "+++", "+++", "---", "---", "---", "---", "---")).Draw(nil)
	c := talk(t, opinion.Options{}, camps(40, 10, 2, 0, 6))
	if diff := cmp.Diff(c.Draw(nil).Members(), c.Draw(others).Members()); diff != "" {
		t.Error(diff)
	}
	declined := opinion.New(opinion.Options{}).Draw(nil)
	if diff := cmp.Diff(c.Draw(nil), c.Draw(declined)); diff != "" {
		t.Error(diff)
	}
}

func TestLocate(t *testing.T) {
	list := camps(40, 40, 2, 0.2, 6)
	c := talk(t, opinion.Options{}, list)
	m := c.Draw(nil)
	for _, want := range m.Places {
		got, found := c.Locate(m, want.Participant)
		if !found || got.Group != want.Group || got.Votes != want.Votes {
			t.Errorf("%s: %+v, want %+v", want.Participant, got, want)
		}
		near(t, "x", got.X, want.X, 1e-12)
		near(t, "y", got.Y, want.Y, 1e-12)
	}
	for s := range 6 {
		cast(t, c, opinion.Ballot{Participant: "late", Statement: statementID(s), Vote: list[s].Vote})
	}
	cast(t, c, opinion.Ballot{Participant: "late", Statement: "new", Vote: opinion.Agree})
	if got, found := c.Locate(m, "late"); !found || got.Group != -1 || got.Votes != 6 {
		t.Errorf("six votes on the map: %+v, want no group", got)
	}
	cast(t, c, opinion.Ballot{Participant: "late", Statement: statementID(6), Vote: opinion.Agree})
	if got, found := c.Locate(m, "late"); !found || got.Group < 0 {
		t.Errorf("seven votes on the map: %+v, want a group", got)
	}
	cast(t, c, opinion.Ballot{Participant: "aside", Statement: "new", Vote: opinion.Agree})
	for _, who := range []opinion.ID{"nobody", "aside"} {
		if got, found := c.Locate(m, who); found {
			t.Errorf("%s without votes on the map is at %+v", who, got)
		}
	}
	if _, found := c.Locate(opinion.New(opinion.Options{}).Draw(nil), "late"); found {
		t.Error("found on a map that was declined")
	}
}
