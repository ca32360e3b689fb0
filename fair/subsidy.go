package fair

import (
	"fmt"
	"math/bits"
)

// Subsidy (补贴) is public money that comes off the top, before anything is
// shared. A subsidy is a part of the total, an amount, or a part with a cap.
type Subsidy struct {
	// BasisPoints is the part in hundredths of a percent: 4000 is 40 %.
	BasisPoints int64 `json:"basis_points,omitempty"`
	// Fixed is an amount in fen, paid beside the part.
	Fixed int64 `json:"fixed_fen,omitempty"`
	// Cap is the most this subsidy pays, in fen; 0 means no cap.
	Cap int64 `json:"cap_fen,omitempty"`
	// OfRest takes the part of what the subsidies before left over instead
	// of the total.
	OfRest bool `json:"of_rest,omitempty"`
}

// Bill says who pays a total: Subsidies + Fund + Residents = Total, to the fen.
type Bill struct {
	Total     int64   `json:"total_fen"`
	Subsidies []int64 `json:"subsidies_fen"` // by subsidy, in the order given
	Fund      int64   `json:"fund_fen"`      // out of the common fund
	Residents int64   `json:"residents_fen"` // left to share
}

// Settle takes the subsidies off the top in the order given, parts rounded
// down to the fen and none of them paying more than is left, then uses the
// common fund (维修资金) as far as it reaches; the rest is for the residents.
// Errors are *InputError.
func Settle(total int64, subsidies []Subsidy, fund int64) (*Bill, error) {
	if total < 0 || total > MaxFen {
		return nil, invalid("total_fen", "%d is not between 0 and %d", total, int64(MaxFen))
	}
	if fund < 0 || fund > MaxFen {
		return nil, invalid("fund_fen", "%d is not between 0 and %d", fund, int64(MaxFen))
	}
	bill := &Bill{Total: total, Subsidies: make([]int64, len(subsidies))}
	left := total
	for x, s := range subsidies {
		if err := s.check(fmt.Sprintf("subsidies[%d]", x)); err != nil {
			return nil, err
		}
		base := total
		if s.OfRest {
			base = left
		}
		bill.Subsidies[x] = min(s.of(base), left)
		left -= bill.Subsidies[x]
	}
	bill.Fund = min(fund, left)
	bill.Residents = left - bill.Fund
	return bill, nil
}

func (s Subsidy) check(field string) error {
	switch {
	case s.BasisPoints < 0 || s.BasisPoints > 10_000:
		return invalid(field+".basis_points", "%d is not between 0 and 10000", s.BasisPoints)
	case s.Fixed < 0 || s.Fixed > MaxFen:
		return invalid(field+".fixed_fen", "%d is not between 0 and %d", s.Fixed, int64(MaxFen))
	case s.Cap < 0 || s.Cap > MaxFen:
		return invalid(field+".cap_fen", "%d is not between 0 and %d", s.Cap, int64(MaxFen))
	}
	return nil
}

// of returns what the subsidy pays on a base, in fen.
func (s Subsidy) of(base int64) int64 {
	high, low := bits.Mul64(uint64(base), uint64(s.BasisPoints))
	part, _ := bits.Div64(high, low, 10_000)
	pays := int64(part) + s.Fixed
	if s.Cap > 0 {
		pays = min(pays, s.Cap)
	}
	return pays
}

// Collection is how one home settles its share: out of its own account in the
// fund first, the rest in money.
type Collection struct {
	FromAccount int64 `json:"from_account_fen"`
	Collect     int64 `json:"collect_fen"`
	Left        int64 `json:"left_fen"` // in the account afterwards
}

// FundFirst settles shares out of each home's account before anything is
// collected. Shares and balances are in fen, neither negative.
func FundFirst(shares, balances []int64) ([]Collection, error) {
	if len(shares) != len(balances) {
		return nil, invalid("balances_fen", "%d accounts for %d shares", len(balances), len(shares))
	}
	out := make([]Collection, len(shares))
	for i, share := range shares {
		if share < 0 {
			return nil, invalid(fmt.Sprintf("shares_fen[%d]", i), "%d is negative", share)
		}
		if balances[i] < 0 {
			return nil, invalid(fmt.Sprintf("balances_fen[%d]", i), "%d is negative", balances[i])
		}
		use := min(share, balances[i])
		out[i] = Collection{use, share - use, balances[i] - use}
	}
	return out, nil
}
