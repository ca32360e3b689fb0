package fair

import (
	"fmt"
	"math/big"
	"math/bits"
	"slices"
)

// ByArea shares a total by area (按面积分摊): everybody pays total·area/sum,
// rounded down, and the fen left over go one each to the largest remainders,
// to the lowest index where remainders are equal. total is in fen, areas in
// 0.01 m² and each above zero. The shares sum to the total.
//
// Source: the method of the largest remainder (Hamilton); that shared parts
// are paid for by floor area is, for Shanghai, in the residential property
// rules of 2020.
func ByArea(total int64, areas []int64) ([]int64, error) {
	for i, a := range areas {
		if a <= 0 {
			return nil, invalid(fmt.Sprintf("areas[%d]", i), "%d is not above zero", a)
		}
	}
	return proportion(total, "areas", areas)
}

// FloorWeights is the table (楼层系数) by which a building has agreed to weigh
// its floors; the scale is free, since only proportions count. It is an input
// the owners vote on: no city's table is official, and none is built in.
// Floors below the lowest one listed pay nothing.
type FloorWeights map[int]int64

// Weight returns the weight of a floor. A floor above the lowest listed one
// that the table leaves out is an *InputError, not a gift.
func (t FloorWeights) Weight(floor int) (int64, error) {
	if w, ok := t[floor]; ok {
		if w < 0 {
			return 0, invalid("weights", "floor %d weighs %d", floor, w)
		}
		return w, nil
	}
	lowest := floor + 1
	for listed := range t {
		lowest = min(lowest, listed)
	}
	if len(t) == 0 || lowest < floor {
		return 0, invalid("weights", "floor %d is not in the table", floor)
	}
	return 0, nil
}

// ByFloor shares a total by weight of the floor times area, rounded as ByArea
// does. Areas must be above zero; somebody has to have a weight above zero.
func ByFloor(total int64, table FloorWeights, floors []int, areas []int64) ([]int64, error) {
	if len(floors) != len(areas) {
		return nil, invalid("floors", "%d floors and %d areas", len(floors), len(areas))
	}
	parts := make([]int64, len(areas))
	for i, a := range areas {
		if a <= 0 {
			return nil, invalid(fmt.Sprintf("areas[%d]", i), "%d is not above zero", a)
		}
		w, err := table.Weight(floors[i])
		if err != nil {
			return nil, err
		}
		high, low := bits.Mul64(uint64(w), uint64(a))
		if high != 0 || low > uint64(safe) {
			return nil, invalid(fmt.Sprintf("areas[%d]", i), "%d times the weight %d passes what 64 bits can hold", a, w)
		}
		parts[i] = int64(low)
	}
	return proportion(total, "areas", parts)
}

// proportion is the largest-remainder rule over non-negative parts; products
// are taken in 128 bits.
func proportion(total int64, field string, parts []int64) ([]int64, error) {
	if total < 0 || total > MaxFen {
		return nil, invalid("total_fen", "%d is not between 0 and %d", total, int64(MaxFen))
	}
	sum := uint64(0)
	for _, p := range parts {
		if sum += uint64(p); sum > uint64(safe) {
			return nil, invalid(field, "they sum to more than %d", safe)
		}
	}
	if sum == 0 {
		return nil, invalid(field, "there is nobody to pay")
	}
	shares, rest := make([]int64, len(parts)), make([]uint64, len(parts))
	left := total
	for i, p := range parts {
		high, low := bits.Mul64(uint64(total), uint64(p))
		q, r := bits.Div64(high, low, sum) // p ≤ sum, so the quotient fits
		shares[i], rest[i] = int64(q), r
		left -= int64(q)
	}
	giveRest(shares, left, func(a, b int) int {
		switch {
		case rest[a] > rest[b]:
			return -1
		case rest[a] < rest[b]:
			return 1
		}
		return 0
	})
	return shares, nil
}

// giveRest adds one fen each to the first left people in the given order, the
// lower index first among equals.
func giveRest(shares []int64, left int64, order func(a, b int) int) {
	index := make([]int, len(shares))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, order)
	for _, i := range index[:left] {
		shares[i]++
	}
}

// Airport shares the cost of something that reaches as far as the one who
// needs it furthest — a runway, a lift, a pipe — by the Shapley value:
// needs[i] is what it would cost to build for i alone, and each increment is
// shared equally by all who need it. It returns the exact shares in fen, which
// sum to the greatest need, and the shares in whole fen, rounded down with the
// rest to the largest remainders, which sum to the same.
//
// Source: Littlechild and Owen, A simple expression for the Shapley value in a
// special case, Management Science 20 (1973).
func Airport(needs []int64) (exact []*big.Rat, fen []int64, err error) {
	if len(needs) == 0 {
		return nil, nil, invalid("costs_fen", "there is nobody to pay")
	}
	order := make([]int, len(needs))
	for i, n := range needs {
		if n < 0 || n > MaxFen {
			return nil, nil, invalid(fmt.Sprintf("costs_fen[%d]", i), "%d is not between 0 and %d", n, int64(MaxFen))
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmpFen(needs[a], needs[b]) })
	exact = make([]*big.Rat, len(needs))
	sum, built := new(big.Rat), int64(0)
	for x, i := range order {
		if needs[i] > built {
			sum = new(big.Rat).Add(sum, big.NewRat(needs[i]-built, int64(len(order)-x)))
			built = needs[i]
		}
		exact[i] = sum
	}
	return exact, wholeFen(exact, built), nil
}

// wholeFen rounds exact shares that sum to total by the largest remainder.
// Large crowds hold few different fractions, so each is looked at once.
func wholeFen(exact []*big.Rat, total int64) []int64 {
	type split struct {
		whole int64
		rest  *big.Rat
	}
	seen := map[*big.Rat]split{}
	shares, rest := make([]int64, len(exact)), make([]*big.Rat, len(exact))
	for i, x := range exact {
		s, ok := seen[x]
		if !ok {
			q, r := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
			s = split{q.Int64(), new(big.Rat).SetFrac(r, x.Denom())}
			seen[x] = s
		}
		shares[i], rest[i] = s.whole, s.rest
		total -= s.whole
	}
	giveRest(shares, total, func(a, b int) int {
		if rest[a] == rest[b] {
			return 0
		}
		return rest[b].Cmp(rest[a])
	})
	return shares
}

// Scale shares another total in the proportions of exact shares, for when
// subsidies came off the top; the rounding is that of Airport. The shares must
// be non-negative and sum to more than zero unless the total is zero.
func Scale(exact []*big.Rat, total int64) ([]int64, error) {
	sum := new(big.Rat)
	for i, x := range exact {
		if x.Sign() < 0 {
			return nil, invalid(fmt.Sprintf("exact[%d]", i), "%s is negative", x)
		}
		sum.Add(sum, x)
	}
	if total == 0 {
		return make([]int64, len(exact)), nil
	}
	if total < 0 || total > MaxFen || sum.Sign() == 0 {
		return nil, invalid("total_fen", "%d cannot be shared among these", total)
	}
	factor := new(big.Rat).Quo(new(big.Rat).SetInt64(total), sum)
	scaled := make([]*big.Rat, len(exact))
	for i, x := range exact {
		scaled[i] = new(big.Rat).Mul(x, factor)
	}
	return wholeFen(scaled, total), nil
}
