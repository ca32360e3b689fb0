package opinion

import (
	"cmp"
	"math"
	"slices"
)

// Comparison says what sets groups apart and what joins them.
type Comparison struct {
	Groups    []Standing
	Consensus []Consensus // in the order of the statements' ids
}

// Standing is what one group thinks.
type Standing struct {
	Members        []ID             // in the order of the ids
	Silent         int              // members without any vote
	Answers        []Answer         // every statement, in the order of the ids
	Representative []Representative // at most five, agrees before disagrees
}

// Answer is a group's answer to one statement: its own counts, and both sides
// measured.
type Answer struct {
	Count
	ForAgree, ForDisagree Measure
}

// Measure is one side of a group's answer. With s successes (agrees, or
// disagrees) of n votes in the group and s', n' in all other groups together:
type Measure struct {
	Probability     float64 // (s+1)/(n+2)
	ProbabilityTest float64 // z of s against one half: 2·√(n+1)·((s+1)/(n+1) − ½)
	Repness         float64 // Probability divided by (s'+1)/(n'+2)
	RepnessTest     float64 // z of the two proportions, each count one larger
}

// Representative 代表性意见 is a statement that tells a group from the others.
type Representative struct {
	Statement ID
	Stance    Vote // Agree or Disagree: what the group says to it
	Successes int  // members who say so
	Trials    int  // members who answered
	Measure
	BestAgree bool // put first because it is what the group agrees on most
}

// Consensus 共识 is how far all groups together agree to, or disagree with, a
// statement: the product over the groups of (s+1)/(n+2), 0 … 1. A large group
// cannot outvote a small one.
type Consensus struct {
	Statement ID
	Agree     float64
	Disagree  float64
}

// Significant is the z above which a difference counts, ninety per cent one
// sided, as in Polis.
const Significant = 1.2816

// mostShown is how many representative statements a group has at most, as in Polis.
const mostShown = 5

// Compare computes exactly, for the given groups, what each says and what all
// say. People in no group are left out. The groups may be those of a map or any
// others, buildings for instance; members without votes are counted as silent.
// Asked again with the same groups it takes up the counts that each vote since
// kept right, whatever the number of votes.
//
// It refuses, with a [*Fault] naming the place, a group without members, a
// participant in two groups or twice in one, and an unusable id.
func (c *Conversation) Compare(groups [][]ID) (*Comparison, error) {
	c.settle()
	if c.grouped == nil || !c.grouped.same(groups) {
		kept, err := c.regroup(groups)
		if err != nil {
			return nil, err
		}
		c.grouped = kept
	}
	counts := c.grouped.counted(c)
	total := make([]Count, len(c.counts))
	for _, of := range counts {
		for s, n := range of {
			total[s] = plus(total[s], n, 1)
		}
	}
	result := &Comparison{Consensus: consensus(c.counts, counts)}
	for g, members := range groups {
		st := Standing{Members: slices.Clone(members), Answers: make([]Answer, len(c.counts))}
		slices.SortFunc(st.Members, compareIDs)
		for _, id := range members {
			if p, known := c.byPerson[id]; !known || len(c.people[p].row) == 0 {
				st.Silent++
			}
		}
		for s, n := range counts[g] {
			st.Answers[s] = answer(n, plus(total[s], n, -1))
		}
		st.Representative = representative(st.Answers)
		result.Groups = append(result.Groups, st)
	}
	return result, nil
}

// plus adds or (sign −1) subtracts counts, keeping the statement of the second.
func plus(a, b Count, sign int) Count {
	return Count{
		Statement: b.Statement,
		Agree:     a.Agree + sign*b.Agree,
		Disagree:  a.Disagree + sign*b.Disagree,
		Pass:      a.Pass + sign*b.Pass,
		Seen:      a.Seen + sign*b.Seen,
	}
}

// answer measures a group's votes on a statement against those of the others.
func answer(in, out Count) Answer {
	return Answer{
		Count:       in,
		ForAgree:    measure(in.Agree, in.Seen, out.Agree, out.Seen),
		ForDisagree: measure(in.Disagree, in.Seen, out.Disagree, out.Seen),
	}
}

// measure applies the four formulas of [Measure].
func measure(s, n, otherS, otherN int) Measure {
	p := smoothed(s, n)
	return Measure{
		Probability:     p,
		ProbabilityTest: 2 * math.Sqrt(float64(n+1)) * (float64(s+1)/float64(n+1) - 0.5),
		Repness:         p / smoothed(otherS, otherN),
		RepnessTest:     twoProportions(s+1, n+1, otherS+1, otherN+1),
	}
}

// smoothed is Laplace's rule of succession: the probability after s successes
// of n when nothing was known before.
func smoothed(s, n int) float64 { return float64(s+1) / float64(n+2) }

// twoProportions is the z of two proportions with a common estimate, 0 when
// everybody succeeded.
func twoProportions(s1, n1, s2, n2 int) float64 {
	if s1+s2 == n1+n2 {
		return 0
	}
	common := float64(s1+s2) / float64(n1+n2)
	spread := common * (1 - common) * (1/float64(n1) + 1/float64(n2))
	return (float64(s1)/float64(n1) - float64(s2)/float64(n2)) / math.Sqrt(spread)
}

// consensus multiplies the groups' probabilities.
func consensus(all []Count, groups [][]Count) []Consensus {
	result := make([]Consensus, len(all))
	for s, n := range all {
		product := Consensus{n.Statement, 1, 1}
		for _, of := range groups {
			product.Agree *= smoothed(of[s].Agree, of[s].Seen)
			product.Disagree *= smoothed(of[s].Disagree, of[s].Seen)
		}
		result[s] = product
	}
	return result
}

// score orders representative statements: the product of the four measures.
func (r Representative) score() float64 {
	return r.Repness * r.RepnessTest * r.Probability * r.ProbabilityTest
}

// side returns the agreeing or disagreeing side of an answer.
func (a Answer) side(stance Vote) Representative {
	if stance == Agree {
		return Representative{Statement: a.Statement, Stance: Agree, Successes: a.Agree, Trials: a.Seen, Measure: a.ForAgree}
	}
	return Representative{Statement: a.Statement, Stance: Disagree, Successes: a.Disagree, Trials: a.Seen, Measure: a.ForDisagree}
}

// telling returns the side on which the group differs more from the others.
func (a Answer) telling() Representative {
	if a.ForAgree.RepnessTest > a.ForDisagree.RepnessTest {
		return a.side(Agree)
	}
	return a.side(Disagree)
}

// representative chooses the statements that tell a group from the others: the
// best one it agrees with, then those significant in both tests by score; the
// single most telling one when there is none of either kind.
func representative(answers []Answer) []Representative {
	var list []Representative
	head, hasAgree := bestAgree(answers)
	if hasAgree {
		list = append(list, head)
	}
	var passed []Representative
	for _, a := range answers {
		r := a.telling()
		if r.RepnessTest > Significant && r.ProbabilityTest > Significant && !(hasAgree && r.Statement == head.Statement) {
			passed = append(passed, r)
		}
	}
	slices.SortStableFunc(passed, func(a, b Representative) int { return cmp.Compare(b.score(), a.score()) })
	list = append(list, passed...)
	if len(list) == 0 {
		return mostTelling(answers)
	}
	list = list[:min(mostShown, len(list))]
	slices.SortStableFunc(list, func(a, b Representative) int { return cmp.Compare(b.Stance, a.Stance) })
	return list
}

// bestAgree returns the statement the group stands behind: among those it
// agrees with more than the others do, the best score; failing these, among
// those it significantly agrees with, the likeliest.
func bestAgree(answers []Answer) (best Representative, found bool) {
	rank := func(r Representative) (tier int, value float64) {
		switch {
		case r.Repness > 1 && (r.ProbabilityTest > Significant || r.Probability > 0.5):
			return 2, r.score()
		case r.ProbabilityTest > Significant:
			return 1, r.Probability * r.ProbabilityTest
		}
		return 0, 0
	}
	bestTier, bestValue := 0, 0.0
	for _, a := range answers {
		if a.Agree+a.Disagree == 0 {
			continue
		}
		r := a.side(Agree)
		tier, value := rank(r)
		if tier > bestTier || (tier == bestTier && tier > 0 && value > bestValue) {
			best, bestTier, bestValue, found = r, tier, value, true
		}
	}
	best.BestAgree = found
	return best, found
}

// mostTelling returns the one statement and side, voiced by somebody in the
// group, with the greatest difference; nothing for a group that only passed.
func mostTelling(answers []Answer) []Representative {
	var best []Representative
	for _, a := range answers {
		for _, stance := range []Vote{Agree, Disagree} {
			r := a.side(stance)
			if r.Successes > 0 && (best == nil || r.RepnessTest > best[0].RepnessTest) {
				best = []Representative{r}
			}
		}
	}
	return best
}
