// Package opinion finds out who agrees with whom, and on what everybody agrees.
//
// A neighbourhood talks about its playground. Anybody may put a statement:
// "benches for grandparents", "no ball games after eight". Everybody answers as
// many as they like with agree, disagree or pass (同意, 不同意, 不确定). Nobody
// replies to anybody, so nobody can be shouted down. What comes out is not one
// majority but a map: groups of people who answer alike, the statements that
// tell each group from the others, and the statements that all groups share,
// with which a meeting best begins.
//
// The method is that of Polis: C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C.
// Megill, "Polis: Scaling Deliberation by Mapping High Dimensional Opinion
// Spaces", Recerca 26(2), 2021, doi 10.6035/recerca.5516, and the method notes
// of The Computational Democracy Project. Where this package differs it says so.
//
//	votes ──► counts ──────────────────────► too few? plain counts, no map
//	  │
//	  └─► sums over pairs of statements
//	          └─► two axes ─► places ─► groups ─► what sets them apart
//	                                      ▲         what joins them
//	                          given groups ┘
//
// # The table with gaps
//
// The votes form a table, a row for each participant, a column for each
// statement, with agree = +1, pass = 0, disagree = −1 and many gaps: most people
// answer only some statements. A gap is not a pass. Each column is shifted by
// the mean of the votes it has, and a gap is then taken as 0, the mean: it says
// nothing in either direction.
//
// # Two axes
//
// The principal components of that table are the two directions in which people
// differ most: the leading eigenvectors of the scatter matrix S, whose entry for
// the statements j and k is
//
//	S[j,k] = Σ (vote on j − mean of j) · (vote on k − mean of k)
//
// over the people who answered both. Multiplied out, S needs only the means and,
// for each pair, three whole numbers: how many people answered both, the sum of
// their votes on one, and the sum of the products of their votes. These the
// package keeps. They make two promises easy to hold: the order of the votes
// cannot matter, since whole numbers add up the same in any order; and a vote
// more changes only the pairs it forms with the same person's votes. Rebuilt,
// they are counted sixty-four people at a time with bit operations.
//
// The eigenvectors are found by a conjugate-gradient form of the power iteration
// (Knyazev 2001) that starts from the previous map where there is one, up to 32
// statements by Jacobi's rotations. An axis has no natural sign; without a
// previous map the largest loading is made positive.
//
// # Places
//
// A participant is at the sum of (vote − mean) · loading over their own
// votes, for each axis. Somebody with few votes has few terms and would fall
// near the middle for no other reason; the factor
//
//	√(number of statements / number of the participant's votes)
//
// undoes it, as in Polis. Everybody is placed, but only those with at least 7
// votes, or one on every statement if there are fewer than 7, belong to a group
// ([Options.MinVotes]).
//
// # Groups
//
// People are divided by k-means in the plane, for each k from 2 to 5 and at most
// 2 + people/12, and the k with the greatest mean silhouette (Rousseeuw 1987) is
// taken. The first centres are not drawn by chance: each k starts from the
// centres of k − 1 and the one place that helps most (Likas, Vlassis, Verbeek
// 2003). With more than 1,024 different places first centres and silhouettes,
// not the groups themselves, are computed on a grid of 32 by 32 cells.
//
// Groups have no names, only numbers. The largest is 0; of equally large ones
// the one that agrees more to the first statement in which they differ. So the
// names of people have no influence: relabelled, they stay together. With a
// previous map groups keep their numbers, and neither their number nor their
// borders change unless the new division is clearly better: the inertia lower by
// more than 2 %, the silhouette higher by more than 0.02.
//
// Two groups are always found, even where people hardly differ: any cloud can be
// cut in pieces. [Map.Silhouette] serves to compare divisions of the same people
// and proves nothing alone; people of one mind, a fifth of their answers by
// chance, still give 0.3 to 0.6, and few people the higher values. Whether a
// group is real shows in its representative statements and their tests.
//
// # What sets a group apart
//
// In the group, s of n people who answered a statement agreed (or: disagreed);
// in all other groups together s' of n'. Then
//
//	probability        p = (s+1)/(n+2)
//	its test           2·√(n+1)·((s+1)/(n+1) − 1/2)
//	representativeness p / ((s'+1)/(n'+2))
//	its test           (a − b) / √(c·(1−c)·(1/(n+1) + 1/(n'+1)))
//	                   with a = (s+1)/(n+1), b = (s'+1)/(n'+1),
//	                   c = (s+s'+2)/(n+n'+2); 0 if c = 1
//
// The added ones keep small groups from sounding certain: one agree of one vote
// is 2/3, not 1. A statement represents a group if both tests pass 1.2816
// ([Significant]) for the side on which the group differs more; ranked by the
// product of all four, five at most, the best agree first, agrees before
// disagrees. A group for which none passes shows its most telling answer.
//
// # What joins them
//
// The group-informed consensus of a statement is the product over the groups of
// (agrees+1)/(votes+2). One group that disagrees pulls it down however small it
// is: a majority of numbers is not enough, all groups must agree. The same
// product over disagrees shows what all reject.
//
// [Conversation.Compare] computes both exactly for any given groups, buildings
// for instance, also where no map is drawn.
//
// # When no map is drawn
//
// With fewer than 3 statements or fewer than 10 people with enough votes a map
// would show single persons, not groups; and with more than [MaxStatements] it
// would not be read. Then [Map.Declined] says what there is and what it would
// take, and the plain counts stand alone. The sizes are [Options].
//
// # One more vote
//
// [Conversation.Cast] costs the participant's own votes. After it the counts,
// the comparison of the same groups and [Conversation.Locate], where the voter
// now is on the map last drawn, are at hand without touching anybody else's
// votes. [Conversation.Draw] with that map then takes a few steps from where it
// was; with nil it is a function of the votes alone, equal to the last bit to
// one computed from the bare list.
//
// # What it does not do
//
// It counts nothing in law: that is package tally. It keeps no clock, reads and
// writes nothing, and draws nothing by chance. It does not hide people: who may
// see places and members is the caller's to decide.
package opinion
