package fair

import "math/big"

// Division is the answer to a Market. Everything in it can be checked from the
// market and the certificate with Check.
type Division struct {
	// Welfare is the sum of the values of what everybody got, in fen.
	Welfare int64 `json:"welfare_fen"`
	// MaximinNum/MaximinDen is the exact utility in fen of the worst-off
	// person of the market (with Pin: of those who have a place).
	MaximinNum *big.Int `json:"maximin_num"`
	MaximinDen int64    `json:"maximin_den"`
	// Assignment[i] is the place of person i, or Nowhere.
	Assignment []int `json:"assignment"`
	// PricesNum[j]/PricesDen is the exact price in fen of one item of
	// place j; negative is compensation.
	PricesNum []*big.Int `json:"prices_num"`
	PricesDen int64      `json:"prices_den"`
	// PricesFen are the prices to be paid: the exact ones rounded up to
	// whole fen, which is the worst-off's utility rounded down. Envy-freeness
	// survives it.
	PricesFen []int64 `json:"prices_fen"`
	// Without is the price of having no place; nil when nobody goes without.
	Without *Price `json:"without,omitempty"`
	// CommonFen is what the rounding collects over the cost. It is less
	// than one fen for each person and goes to the common account the
	// community names.
	CommonFen int64 `json:"common_fen"`
	// People explains the division to each person.
	People []Explanation `json:"people"`
	// Certificate is the proof.
	Certificate Certificate `json:"certificate"`
}

// Price is one exact price over PricesDen and what is paid.
type Price struct {
	Num *big.Int `json:"num"`
	Fen int64    `json:"fen"`
}

// Explanation tells one person what they have and why nothing else is better
// for them. All amounts are whole fen at the prices to be paid.
type Explanation struct {
	Place      int   `json:"place"`
	PriceFen   int64 `json:"price_fen"`
	ValueFen   int64 `json:"value_fen"`
	UtilityFen int64 `json:"utility_fen"`
	// Reserved places were given before the market.
	Reserved bool `json:"reserved,omitempty"`
	// Best is the best of all other places open to the person, the first
	// of several equally good ones; nil where there is none.
	Best *Alternative `json:"best_alternative,omitempty"`
}

// Alternative is a place somebody did not get and how much worse it would be
// for them at its price.
type Alternative struct {
	Place    int   `json:"place"`
	WorseFen int64 `json:"worse_by_fen"`
}

// Divide seats the people so that the sum of values is greatest and finds,
// among all prices that sum to the cost and leave nobody envious, those under
// which the worst-off person is best off.
//
// Where several assignments are equally good the utilities are the same under
// all of them as long as the same places are used; with fewer people than
// places the choice of places among equals is the solver's. The same market
// always has the same answer, on any number of processors.
//
// Errors: *InputError when the market cannot be read or passes 64 bits,
// *ConflictError when forbidden pairs, budgets or pinned prices leave no
// solution.
func Divide(m Market) (*Division, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	t, err := newTable(&m)
	if err != nil {
		return nil, err
	}
	s, err := seatAll(t)
	if err != nil {
		return nil, err
	}
	s.fitBudgets()
	l, err := newLadder(s)
	if err != nil {
		return nil, err
	}
	z, err := l.solve()
	if err != nil {
		return nil, err
	}
	return newDraft(l, z).division(), nil
}
