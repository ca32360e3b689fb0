package fair

import (
	"math/big"
	"slices"
)

// ledger is the Method of Equal Shares in exact fractions. Voters who have
// paid for the same things share one account.
type ledger struct {
	*Election
	voters  [][]int
	account []int      // by voter
	money   []*big.Rat // by account; account 0 is empty
	done    int        // purchases entered
	paid    []payments // by purchase
}

// payments is one purchase: what each voter who had enough paid, and what the
// others gave who had less, which was all they had.
type payments struct {
	project int
	price   *big.Rat
	rest    map[int]*big.Rat // by voter
}

// newLedger opens the accounts with the shares of one step.
func newLedger(e *Election, voters [][]int, unit, step int64) *ledger {
	share := big.NewRat(e.Budget, int64(len(e.Votes)))
	raised := new(big.Int).Mul(big.NewInt(unit), big.NewInt(step))
	share.Add(share, new(big.Rat).SetInt(raised))
	l := &ledger{Election: e, voters: voters, account: make([]int, len(e.Votes))}
	l.money = []*big.Rat{new(big.Rat), share}
	for v := range l.account {
		l.account[v] = 1
	}
	return l
}

// price is what each voter of p pays who can pay in full; nil when all
// together do not have enough.
func (l *ledger) price(p int) *big.Rat {
	count := map[int]int64{}
	for _, v := range l.voters[p] {
		count[l.account[v]]++
	}
	accounts := make([]int, 0, len(count))
	for a := range count {
		accounts = append(accounts, a)
	}
	slices.SortFunc(accounts, func(a, b int) int { return l.money[a].Cmp(l.money[b]) })
	rest, payers := new(big.Rat).SetInt64(l.Projects[p].Cost), int64(len(l.voters[p]))
	for _, a := range accounts {
		price := new(big.Rat).Quo(rest, new(big.Rat).SetInt64(payers))
		if l.money[a].Cmp(price) >= 0 {
			return price
		}
		all := new(big.Rat).SetInt64(count[a])
		rest.Sub(rest, all.Mul(all, l.money[a]))
		payers -= count[a]
	}
	return nil
}

// perUtility divides a price by what one voter has of the project.
func (l *ledger) perUtility(p int, price *big.Rat, u Utility) *big.Rat {
	if u == CardinalityUtility {
		return price
	}
	return new(big.Rat).Quo(price, new(big.Rat).SetInt64(l.Projects[p].Cost))
}

// buy enters a purchase. Whoever calls it knows that the money is there.
func (l *ledger) buy(p int) {
	price := l.price(p)
	bill := payments{project: p, price: price, rest: map[int]*big.Rat{}}
	next := map[int]int{}
	for _, v := range l.voters[p] {
		a := l.account[v]
		if l.money[a].Cmp(price) < 0 {
			bill.rest[v] = l.money[a]
			l.account[v] = 0
			continue
		}
		b, ok := next[a]
		if !ok {
			b = len(l.money)
			l.money = append(l.money, new(big.Rat).Sub(l.money[a], price))
			next[a] = b
		}
		l.account[v] = b
	}
	l.paid = append(l.paid, bill)
	l.done++
}

// Payment is what one voter's share gave for one project: exactly, and in fen
// such that the fen of all voters sum to the project's cost (largest
// remainder, the voter further up in the list where remainders are equal).
type Payment struct {
	Project int
	Exact   *big.Rat
	Fen     int64
}

// Payments tells each voter what their share paid for, in order of purchase.
// Projects that greedy added were paid by nobody's share in particular and
// are not among them. c must be the outcome of Choose on the same election.
func Payments(e *Election, c *Choice) [][]Payment {
	out := make([][]Payment, len(e.Votes))
	if c.Shared == 0 {
		return out
	}
	l := newLedger(e, e.supporters(), c.unit, c.Steps)
	for _, p := range c.Selected[:c.Shared] {
		l.buy(p)
	}
	for _, bill := range l.paid {
		voters := l.voters[bill.project]
		exact := make([]*big.Rat, len(voters))
		for x, v := range voters {
			exact[x] = bill.price
			if rest, poor := bill.rest[v]; poor {
				exact[x] = rest
			}
		}
		for x, fen := range wholeFen(exact, e.Projects[bill.project].Cost) {
			v := voters[x]
			out[v] = append(out[v], Payment{bill.project, exact[x], fen})
		}
	}
	return out
}
