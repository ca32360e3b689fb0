package fair

import (
	"math/big"
	"slices"
)

// NearPlan is the near-pays-far plan (近补远): as many near places, free of
// charge, as far ones that cost the same fee a month. Whoever has a near place
// pays one payment t to the common purse, whoever has a far one receives t out
// of it and pays the fee there; halves being equal, the purse comes out even
// whatever t is. The question is only which t nobody envies.
type NearPlan struct {
	Months int   `json:"months"`
	Fee    int64 `json:"fee_fen"` // of one far place for one month
	// Gains[i] is how much more a near place is worth to person i than a
	// far one, in fen for the whole period, before any payment. An even
	// number of people: half of them get near places.
	Gains []int64 `json:"gains_fen"`
}

// NearInterval is the answer to a NearPlan. The payments nobody envies are
// those from LowNum/2 to HighNum/2 fen, ends included; the ends may fall on
// half a fen, which is why they are not divided out.
type NearInterval struct {
	LowNum  int64 `json:"low_num"`
	HighNum int64 `json:"high_num"`
	Den     int64 `json:"den"` // always 2
	// GapLow and GapHigh bound by how much a near place may cost more than
	// a far one, everything counted: the gains of the first person left far
	// and of the last one seated near.
	GapLow  int64 `json:"gap_low_fen"`
	GapHigh int64 `json:"gap_high_fen"`
	// Near are the people who get near places, ascending: those with the
	// greatest gains, the lower index where gains are equal.
	Near []int `json:"near"`

	fees  int64
	gains []int64
}

// NearPaysFar finds the interval. Errors are *InputError.
func NearPaysFar(p NearPlan) (*NearInterval, error) {
	fees, err := p.check()
	if err != nil {
		return nil, err
	}
	order := make([]int, len(p.Gains))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmpFen(p.Gains[b], p.Gains[a]) })
	half := len(order) / 2
	v := &NearInterval{
		Den: 2, GapLow: p.Gains[order[half]], GapHigh: p.Gains[order[half-1]],
		Near: slices.Sorted(slices.Values(order[:half])),
		fees: fees, gains: slices.Clone(p.Gains),
	}
	v.LowNum, v.HighNum = fees+v.GapLow, fees+v.GapHigh
	return v, nil
}

// check returns what one far place costs for the whole period.
func (p *NearPlan) check() (int64, error) {
	if len(p.Gains) == 0 || len(p.Gains)%2 != 0 {
		return 0, invalid("gains_fen", "%d people cannot be halved between near and far", len(p.Gains))
	}
	for _, g := range p.Gains {
		if tooLarge(g) {
			return 0, invalid("gains_fen", "%d is past the limit of %d", g, int64(MaxFen))
		}
	}
	if p.Months < 1 {
		return 0, invalid("months", "%d is no period", p.Months)
	}
	fees := new(big.Int).Mul(big.NewInt(int64(p.Months)), big.NewInt(p.Fee))
	if p.Fee < 0 || !fees.IsInt64() || tooLarge(fees.Int64()) {
		return 0, invalid("fee_fen", "%d for %d months is not between 0 and %d", p.Fee, p.Months, int64(MaxFen))
	}
	return fees.Int64(), nil
}

// Where a proposed payment lies.
const (
	TooLow  = "too_low"  // people left far would rather have been near
	InRange = "in_range" // nobody envies anybody
	TooHigh = "too_high" // people seated near would rather have been far
)

// Proposal says how a proposed payment fares.
type Proposal struct {
	Where string `json:"where"`
	// OffNum/2 is how many fen the payment is outside the interval.
	OffNum int64 `json:"off_num"`
	// Envious are the people who would rather change sides, ascending.
	Envious []int `json:"envious"`
}

// Judge says where a payment of t fen lies. The error is an *InputError when
// t is past MaxFen.
func (v *NearInterval) Judge(t int64) (Proposal, error) {
	if tooLarge(t) {
		return Proposal{}, invalid("payment_fen", "%d is past the limit of %d", t, int64(MaxFen))
	}
	p := Proposal{Where: InRange, Envious: []int{}}
	switch {
	case 2*t < v.LowNum:
		p.Where, p.OffNum = TooLow, v.LowNum-2*t
	case 2*t > v.HighNum:
		p.Where, p.OffNum = TooHigh, 2*t-v.HighNum
	}
	gap := 2*t - v.fees
	for i, g := range v.gains {
		_, near := slices.BinarySearch(v.Near, i)
		if near && g < gap || !near && g > gap {
			p.Envious = append(p.Envious, i)
		}
	}
	return p, nil
}

// cmpFen orders two amounts.
func cmpFen(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
