package opinion_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/opinion"
)

// ballots draws a sparse table of votes, a cell at most once, large enough that
// most of them give a map.
func ballots(t *rapid.T) []opinion.Ballot {
	people := rapid.IntRange(1, 40).Draw(t, "people")
	statements := rapid.IntRange(1, 9).Draw(t, "statements")
	cells := rapid.SliceOfN(rapid.IntRange(-1, 2), people*statements, people*statements).Draw(t, "cells")
	var list []opinion.Ballot
	for i, v := range cells {
		if v <= 1 {
			list = append(list, opinion.Ballot{
				Participant: personID(i / statements), Statement: statementID(i % statements), Vote: opinion.Vote(v),
			})
		}
	}
	return list
}

// permuted shuffles a list.
func permuted[T any](t *rapid.T, list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return rapid.Permutation(list).Draw(t, "order")
}

// everybodyIn splits the participants of a list of ballots into two groups.
func everybodyIn(list []opinion.Ballot) [][]opinion.ID {
	groups := make([][]opinion.ID, 2)
	seen := map[opinion.ID]bool{}
	for _, b := range list {
		if !seen[b.Participant] {
			seen[b.Participant] = true
			g := len(seen) % 2
			groups[g] = append(groups[g], b.Participant)
		}
	}
	return slices.DeleteFunc(groups, func(g []opinion.ID) bool { return len(g) == 0 })
}

// small are options that draw maps of a few people.
func small() opinion.Options { return opinion.Options{MinPeople: 4, MinStatements: 2, MinVotes: 2} }

func TestOrderOfVotesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := ballots(t)
		want := talk(t, small(), list).Draw(nil)
		got := talk(t, small(), permuted(t, list)).Draw(nil)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Renaming people, which also changes the order in which they are listed, moves
// nobody and changes no group or its number.
func TestRelabellingPeopleChangesNoGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := ballots(t)
		var names, fresh []opinion.ID
		for i := range 40 {
			names, fresh = append(names, personID(i)), append(fresh, opinion.ID(fmt.Sprintf("n%d", i)))
		}
		fresh = permuted(t, fresh)
		rename := map[opinion.ID]opinion.ID{}
		for i, name := range names {
			rename[name] = fresh[i]
		}
		renamed := slices.Clone(list)
		for i := range renamed {
			renamed[i].Participant = rename[renamed[i].Participant]
		}
		before, after := talk(t, small(), list).Draw(nil), talk(t, small(), renamed).Draw(nil)
		if diff := cmp.Diff(before.Components, after.Components); diff != "" {
			t.Fatal(diff)
		}
		place := map[opinion.ID]opinion.Place{}
		for _, p := range after.Places {
			place[p.Participant] = p
		}
		for _, p := range before.Places {
			p.Participant = rename[p.Participant]
			if diff := cmp.Diff(p, place[p.Participant]); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// Every map is what its definition says, whatever the votes.
func TestAnyMapIsWhatItsDefinitionSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := ballots(t)
		m := talk(t, small(), list).Draw(nil)
		if m.Declined == nil {
			checkMap(t, m, list)
			near(t, "silhouette", m.Silhouette, silhouette(m), 1e-9)
		}
	})
}

// An agree more, new or in place of another answer, never lowers the agrees or
// the consensus of a statement, nor changes another statement.
func TestAnAgreeNeverLowersAgreement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := ballots(t)
		if len(list) == 0 {
			return
		}
		groups := everybodyIn(list)
		c := talk(t, small(), list)
		before, err := c.Compare(groups)
		if err != nil {
			t.Fatal(err)
		}
		counts := c.Counts()
		who := rapid.SampledFrom(list).Draw(t, "who").Participant
		at := rapid.IntRange(0, len(counts)-1).Draw(t, "statement")
		cast(t, c, opinion.Ballot{Participant: who, Statement: counts[at].Statement, Vote: opinion.Agree})
		after, err := c.Compare(groups)
		if err != nil {
			t.Fatal(err)
		}
		for s, n := range c.Counts() {
			old, now := before.Consensus[s].Agree, after.Consensus[s].Agree
			if n.Agree < counts[s].Agree || now < old {
				t.Fatalf("statement %s: agrees %d → %d, consensus %g → %g", n.Statement, counts[s].Agree, n.Agree, old, now)
			}
			if s != at && (n != counts[s] || now != old) {
				t.Fatalf("statement %s changed", n.Statement)
			}
		}
	})
}

// After any history of votes, changes, withdrawals, maps and comparisons all
// results equal, bit for bit, those of the remaining votes alone.
func TestIncrementalEqualsRecomputation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := talk(t, small(), ballots(t))
		var m *opinion.Map
		steps := rapid.IntRange(1, 30).Draw(t, "steps")
		kept := everybodyIn([]opinion.Ballot{{Participant: "p0"}, {Participant: "p1"}, {Participant: "p2"}})
		for range steps {
			who := personID(rapid.IntRange(0, 45).Draw(t, "who"))
			what := statementID(rapid.IntRange(-3, 12).Draw(t, "what"))
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				c.Withdraw(who, what)
			case 1:
				m = c.Draw(m)
			case 2:
				if _, err := c.Compare(kept); err != nil {
					t.Fatal(err)
				}
			default:
				cast(t, c, opinion.Ballot{Participant: who, Statement: what, Vote: opinion.Vote(rapid.IntRange(-1, 1).Draw(t, "vote"))})
			}
		}
		fresh := talk(t, small(), remaining(c))
		if diff := cmp.Diff(fresh.Counts(), c.Counts()); diff != "" {
			t.Fatal("counts:", diff)
		}
		if diff := cmp.Diff(fresh.Draw(nil), c.Draw(nil)); diff != "" {
			t.Fatal("map:", diff)
		}
		want, err := fresh.Compare(kept)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Compare(kept)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal("comparison:", diff)
		}
	})
}

// remaining lists the votes of a conversation by asking it for each person and
// statement alone.
func remaining(c *opinion.Conversation) []opinion.Ballot {
	var list []opinion.Ballot
	for _, n := range c.Counts() {
		for p := range 46 {
			got, err := c.Compare([][]opinion.ID{{personID(p)}})
			if err != nil {
				panic(err)
			}
			for _, a := range got.Groups[0].Answers {
				if a.Statement == n.Statement && a.Seen == 1 {
					list = append(list, opinion.Ballot{Participant: personID(p), Statement: a.Statement, Vote: opinion.Vote(a.Agree - a.Disagree)})
				}
			}
		}
	}
	return list
}

// A map drawn from the previous one has the same axes up to sign and the same
// groups as one drawn from nothing, where the votes determine them clearly.
func TestWarmMapEqualsColdMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements := rapid.SampledFrom([]int{10, 50}).Draw(t, "statements")
		list := camps(60, statements, 3, 0.2, rapid.Uint64().Draw(t, "seed"))
		cut := rapid.IntRange(len(list)/2, len(list)-1).Draw(t, "cut")
		c := talk(t, opinion.Options{}, list[:cut])
		m := c.Draw(nil)
		for _, b := range list[cut:] {
			cast(t, c, b)
		}
		warm, cold := c.Draw(m), talk(t, opinion.Options{}, list).Draw(nil)
		gap := min(cold.Components[0].Share-cold.Components[1].Share, cold.Components[1].Share-0.1)
		if gap < 0.02 {
			return // two axes of nearly equal weight may turn
		}
		for a, axis := range cold.Components {
			sign := math.Copysign(1, axis.Loadings[0]*warm.Components[a].Loadings[0])
			for s, v := range axis.Loadings {
				if math.Abs(v-sign*warm.Components[a].Loadings[s]) > 1e-6 {
					t.Fatalf("axis %d, statement %d: %g, from the previous map %g", a, s, v, warm.Components[a].Loadings[s])
				}
			}
		}
		if cold.Silhouette > 0.8 && len(cold.Groups) == len(warm.Groups) && !sameGroups(cold, warm) {
			t.Fatal("the groups differ")
		}
	})
}

// sameGroups reports whether two maps divide people alike, whatever the numbers.
func sameGroups(a, b *opinion.Map) bool {
	of, partner := groupOf(b), map[int]int{}
	for _, p := range a.Places {
		want, met := partner[p.Group]
		if !met {
			partner[p.Group] = of[p.Participant]
			want = of[p.Participant]
		}
		if want != of[p.Participant] {
			return false
		}
	}
	return len(a.Groups) == len(b.Groups)
}
