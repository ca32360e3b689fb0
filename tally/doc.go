// Package tally counts the votes of those who own a building together, the way
// the law counts them: twice, by floor area and by heads 双过半 / 双四分之三.
//
// A roof leaks, a lift is worn out, a manager is to be dismissed. The owners
// decide, and afterwards somebody always asks: how many were we, who counted,
// was my sheet among them? This package answers with whole numbers only. It
// reads no clock and no file, draws no lots, and uses the standard library
// alone, so that anybody can run it over the same papers and must find the same
// result.
//
// # The count
//
// A vote goes through these hands; each step can be asked for by itself:
//
//	units, owners, areas ──NewRoll──▶ Roll ─┐
//	                        ▲               ├─NewRunning─▶ Running ──Results──▶ Result
//	rule of law (Rule) ─────┘     questions ┘    ▲  ▲
//	                                (Sheet)      │  └─ Cast: a later sheet replaces
//	a box of Ballots ──Count──▶ Result           │     the earlier one of that voter
//	                                             └──── OpenLog … Append: the same,
//	                                                   and written down for everybody
//
// For one question let A and H be the area and the heads of the whole roll, pa
// and ph those who took part, ya and yh those who said yes. Under article 278
// of the Civil Code, with areas in 0.01 m²:
//
//	quorum            3·pa ≥ 2·A    and  3·ph ≥ 2·H     two thirds, the number included
//	ordinary items    2·ya > pa     and  2·yh > ph      more than half, the number excluded
//	special items     4·ya ≥ 3·pa   and  4·yh ≥ 3·ph    three quarters, the number included
//
// The base of the majority is those who took part, not everybody. Items 1 to 5
// and 9 are ordinary, 6 (raising the fund), 7 (rebuilding) and 8 (changing the
// use of common parts) are special. "以上" includes the number, "过半数" does not
// (art. 1259). The products are formed in 128 bits ([Fraction.Holds]); a roll
// whose areas do not add up within 64 bits is refused. Nothing is ever rounded.
//
// None of these numbers is in the counting: they are the data of a [Rule]
// with its source and its days of validity ([CivilCode], [ParseRules],
// [RuleOn]), and every [Result] names the rule it was judged by.
//
// # Who is one head
//
// One exclusive unit is one head; a buyer of several is one; all the units the
// developer has not sold or not handed over are one together (SPC
// interpretation art. 9). Area is never merged: everybody brings all their
// square metres (art. 8 says which figure is the area). Co-owners are one head
// and cast one ballot together, under [JointID]; the same co-owners of two flats
// are one buyer, a couple and one of them alone are two. A question that
// concerns only those who share a part, one roof or one lift, is put to the
// roll of that building or stair alone ([Scope]; Shanghai rules art. 69).
// Whether parking spaces that are units of their own vote is a setting of the
// rule.
//
// # What an answer does
//
//	             takes part   for yes
//	yes              ●           ●
//	no               ●
//	abstain          ●                    weighs against: it is in the base
//	invalid        setting                the law is silent; off by default
//	blank                                 the sheet came back, this question open
//	no sheet       never                  silence is not consent
//
// An owner may send an agent with a written mandate that states an opinion on
// each item (Shanghai rules art. 18). The [Ballot] must say exactly that: a
// ballot that differs, or answers where the mandate states nothing, or rests on
// a blank mandate, is refused as a whole.
//
// Some covenants let the silent follow the majority. That is doubtful since the
// Civil Code, so it is off; a rule that turns it on must name the clause
// ([Silent]). The silent then join the side that leads by area and by heads
// alike, and even so they never make up the quorum.
//
// # What is missing
//
// While a vote is open the building lead asks: how many doors still? [Missing]
// gives the gap in area, the gap in heads, and the smallest number of homes,
// among those that have not taken part, whose yes closes both. If s is what
// newcomers who all agree bring, quorum and majority become
//
//	3·(pa+s) ≥ 2·A      and      4·(ya+s) ≥ 3·(pa+s)  ⇔  s ≥ 3·pa − 4·ya
//
// and likewise for heads, where every home brings one. Both conditions only get
// easier with more area and more homes; among all sets of k homes the k largest
// bring the most area and all bring k heads. So the first k for which the k
// largest suffice is the smallest possible, exactly. The roll is sorted by area
// once, O(n log n); each question then costs O(n). Finding the smallest set is
// easy only because a home is always one head; with heads of several sizes it
// would be a knapsack problem.
//
// # A log anybody can check
//
// [Log] writes each ballot down in a Merkle tree (RFC 6962, the hashes of RFC
// 9162). Entry 0 holds the rule, the questions and the roll; each further entry
// one ballot. Names are replaced by masks that nobody can guess without the
// voter's salt.
//
//	                   head = size 5, root        published, kept by anybody
//	                 ┌────────┴────────┐
//	            ┌────┴────┐            │          node = SHA-256(01 ‖ left ‖ right)
//	         ┌──┴──┐   ┌──┴──┐         │
//	        [0]   [1] [2]   [3]       [4]         leaf = SHA-256(00 ‖ line)
//	      opening  ballots in the order they came
//
//	collecting ──Append──▶ collecting ──Export──▶ published ──Verify──▶ audited
//	              │                                                        │
//	              └──▶ Receipt 83-5172-9406-3385-2207-41 ────────Holds─────┘
//
// [Verify] recounts from the export and believes none of it. What it finds:
//
//   - a ballot dropped, changed, doubled, stuffed in or moved, against the head
//     of the export itself;
//   - a log rewritten with a fitting head, against any head kept earlier, or
//     [VerifyConsistency] against the two heads alone;
//   - a ballot that was never written or no longer says the same, against the
//     voter's receipt ([Audit.Holds]) or an inclusion proof ([VerifyInclusion]).
//
// A [Receipt] is short enough to be read aloud; its comment says with what odds
// it can be wrong. What the log cannot show: that a ballot written down for
// somebody who never voted was not theirs. Such voters find an answer under
// their own mask ([Audit.Standing]) and object. And a mask hides a name, not an
// area: where a flat's area is the only one of its kind, anyone who knows the
// building knows the voter. Owners' votes are open votes in law; publish the
// export to those who are entitled to inspect it.
//
// # What it does not do
//
// It does not decide who owns what, whether notice was given in time, or
// whether a signature is genuine; it does not sign heads or keep them; it keeps
// no secret ballot. It refuses what is unlawful and says where and why
// ([Error]); it never repairs.
//
// # Sources
//
//   - Civil Code of the People's Republic of China (2021) arts 278, 1259.
//   - Supreme People's Court, interpretation on disputes over divided ownership
//     of buildings (as amended 29 December 2020) arts 2, 8, 9.
//   - Shanghai rules on residential property management (30 December 2020)
//     arts 18 (mandates), 69 (parts shared by some).
//   - RFC 6962 (2013) §2.1 and RFC 9162 (2021) §2.1: Merkle trees and proofs.
//   - ISO 7064, MOD 97-10: check digits.
package tally
