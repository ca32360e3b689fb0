// Package fair divides what is scarce among neighbours (分配) so that each of
// them can see why it is fair to them: places, costs, and a common budget.
//
// The package computes and proves. It has no clock, reads and writes nothing
// but the text handed to it, draws no randomness but a seed handed in, and
// adds money in whole fen or exact fractions, never in floating point. What it
// cannot add exactly it refuses.
//
// # Places, and money to make up for them
//
// A roof is being mended and sixteen cars need a place for two months: eight
// near ones in the yard, which are free, and eight far ones with a neighbour
// who wants 600 yuan a month for each. Everybody would rather be near; some
// need it more. Those who are near should pay so much, and those who are far receive
// so much, that nobody would change with anybody: then it is fair, and each
// owner can check it with their own figures alone.
//
// A [Market] holds the people, the places, what each place is worth to each
// person, and what all of it costs. [Divide] finds
//
//  1. the assignment s of greatest total value W. Only such an assignment can
//     be free of envy at all: if one were worth more, somebody along the way
//     from one to the other would have to prefer the other's place;
//  2. among all prices p that sum to the cost R and leave nobody envious,
//     value(i, s(i)) − p(s(i)) ≥ value(i, j) − p(j) for every person i and
//     place j, those that make the worst-off as well off as possible.
//
// The prices have a closed form. Let u(i) be what is left to person i, and
// w(i,k) = value(i, s(k)) − value(k, s(k)); free of envy means u(i) ≥ u(k) +
// w(i,k). Let d(i) be the greatest sum of w along any path from i (at least 0,
// the empty path; no cycle is positive because W is greatest). If everybody
// has at least z, everybody has at least z + d(i), so n·z + Σd ≤ W − R; and
// u(i) = z + d(i) with
//
//	z = (W − R − Σd) / n
//
// reaches it. All is whole numbers but the one division by n.
//
// Identical places are one class, and the work is done on classes. An auction
// finds prices at which nearly everybody has what they like best, shortest
// augmenting paths seat the rest exactly, and the dual they leave turns the
// search for d into Dijkstra's method. Both look at short lists of the places
// that come into question for each person, and the whole table is asked in the
// end whether any cell of it has something better; so 10,000 cars and as many
// different places are divided in the time it takes to read their hundred
// million values some tens of times.
//
// Whole fen. Prices are rounded up, that is z down; because d is whole, nobody
// comes to envy anybody by it. What is collected over the cost, less than a
// fen for each person, is [Division].CommonFen and belongs to a common account
// the community names.
//
// More people than places. Having no place is then a place too, worth 0 to
// everybody. The community chooses what it costs: under [Compensate] it is
// priced like the rest, so that those who go without are paid; under [Pin] it
// costs exactly 0, and [Divide] says when the cost cannot then be collected
// without envy. Under Pin those without have 0 whatever happens, so the promise
// is made to those who have a place: the worst-off of them is as well off as
// can be.
//
// More places than people. The places of greatest total value are used and
// their prices sum to the cost. A place left empty has the lowest price at
// which nobody envies it; nobody pays it.
//
// Reserved places are given before the market, at the price the place has in
// it, or, where the market has none of them, at the lowest nobody envies. Their
// holders take no part: they envy nobody by definition, and are not counted
// among the worst-off.
//
// Forbidden pairs are places a person has no use for: too low a roof, the
// wrong hours, no charger. They cannot be given and are not envied.
//
// Budgets bound single prices. Which of several equally good assignments is
// taken then matters, and the one is found that leaves the budgets most room;
// so there is a solution whenever one exists for an assignment of greatest
// welfare on the places used. Where none exists the [ConflictError] names the
// people whose budgets hold the prices down and their places.
//
// Nothing here says that everybody has more than nothing: at a high cost the
// worst-off may have less than 0, and Explanation.UtilityFen shows it.
//
// # The proof
//
// Each [Division] carries a [Certificate], and [Check] verifies it by additions
// and comparisons alone, sharing no code with the solver:
//
//   - a dual, one number for each person and each place, that proves no
//     assignment is worth more;
//   - each person's own inequalities, place by place;
//   - for each place the reason why its price cannot rise: the person who has it is
//     among the worst-off, or pays all they can, or would come to envy another
//     place unless its price rose too. Followed link by link, no price can rise
//     and those of the worst-off must fall if the worst-off are to have more;
//     so the cost would not be met;
//   - a SHA-256 of market and division, so that not one field can be changed,
//     not even for another that would prove the same.
//
// What one owner needs is less: the prices and their own values, which nobody
// else has to see. [Division.Own] takes that out, and [OwnProof.Check] goes
// through it.
//
// With budgets the chains prove that the worst-off have the most under this
// assignment; that no equally good assignment does better is the solver's
// work and is not in the certificate. With fewer people than places the same
// holds for the choice of the places used.
//
// # Near pays far
//
// Half of the people near, half far, the near pay t and the far receive t
// (近补远). With D(i) what person i gains by being near, sorted downwards, m
// months and a fee F, nobody envies anybody exactly when D(h+1) ≤ 2t − mF ≤
// D(h), h being half of the people: a whole interval of payments, which
// [NearPaysFar] returns in halves of a fen. "One month's fee" lies in it for
// some lengths and values only, and Judge says for whom it does not.
//
// # A lottery
//
// When no money may pass: [Commit] to a seed, close the list, reveal the seed,
// [Draw]. Anybody replays it with [VerifyDraw] or by hand. [PickInTurn] lets
// people choose in the order drawn.
//
// # Costs
//
// [ByArea] shares by area, [ByFloor] by the floor's weight times area under a
// table the owners vote on, [Airport] by the Shapley value of who needs a thing
// how far. [Settle] takes subsidies off the top and uses the common fund before
// anything is collected; [FundFirst] settles each home's share from its own
// account. Whole fen always sum to the total, by the largest remainder.
//
// # Projects under a budget
//
// [Choose] spends a budget on projects people voted for. By the Method of
// Equal Shares each voter holds an equal share; again and again the project is
// bought that costs its voters least for what they have of it, everybody paying
// the same or all they have left. Usually money remains, and add1 raises all
// shares one yuan at a time for as long as what they buy fits the budget; what
// still remains is spent greedily on the most approved projects that fit.
// [Payments] tells each voter what their share paid for.
//
// # Sources
//
// Gal, Mash, Procaccia and Zick, Which is the fairest (rent division) of them
// all?, Journal of the ACM 64(6), 2017: maximin prices. Procaccia, Velez and
// Yu, Fair rent division on a budget, AAAI 2018. Kuhn 1955, Hopcroft and Karp
// 1973, Jonker and Volgenant 1987 and Bertsekas 1988: the assignment. Littlechild
// and Owen 1973: the airport game.
// Peters, Pierczyński and Skowron, NeurIPS 2021: equal shares.
package fair
