package fair

import (
	"fmt"
	"math"
	"math/big"
)

// Nowhere stands, in an assignment, for a person without a place.
const Nowhere = -1

// MaxFen is the largest amount of one value, budget or shared total, positive
// or negative: 10^15 fen, ten trillion yuan. Larger ones are refused.
const MaxFen = 1_000_000_000_000_000

// MaxCost is the largest cost of a market as a whole, positive or negative:
// 2^60 fen, a little over a thousand times MaxFen.
const MaxCost = 1 << 60

// safe is the largest magnitude any number inside the solver may reach; a
// market whose sums could pass it is refused before the work begins.
const safe = int64(1) << 61

// Policy says what happens when there are more people than places. The
// community must choose: the two are different promises.
type Policy string

const (
	// Compensate prices "no place" like a place: whoever goes without is
	// paid by those who have one. The zero Policy means the same.
	Compensate Policy = "compensate"
	// Pin fixes the price of "no place" at 0: whoever goes without pays
	// and receives nothing. The cost may then be impossible to collect
	// without envy; Divide says so.
	Pin Policy = "pin"
)

// Pair is one person and one place, as indices from 0.
type Pair struct {
	Person int `json:"person"`
	Place  int `json:"place"`
}

// Budget is the most one person can pay, in fen.
type Budget struct {
	Person int   `json:"person"`
	Fen    int64 `json:"fen"`
}

// Market is one division to be made (分配): people, places, what each place
// is worth to each person for the whole period, and what all of it costs.
type Market struct {
	// Cost is what has to be collected in total, in fen; it may be
	// negative when there is money to hand out.
	Cost int64 `json:"rent_fen"`
	// Values[i][j] is what place j is worth to person i, in fen.
	Values [][]int64 `json:"values_fen"`
	// Capacities[j] is how many identical items place j stands for; nil
	// means one each. 0 is allowed.
	Capacities []int `json:"capacities,omitempty"`
	// Forbidden pairs can never be: the person has no use for the place at
	// all (too low a roof, the wrong hours, no charger) and so cannot envy
	// it either.
	Forbidden []Pair `json:"forbidden,omitempty"`
	// Reserved places are given first, outside the market, at the price
	// the place has inside it.
	Reserved []Pair `json:"reserved,omitempty"`
	// Budgets are upper bounds of what single people pay.
	Budgets []Budget `json:"budgets,omitempty"`
	// Policy decides what happens when people outnumber places.
	Policy Policy `json:"policy,omitempty"`
}

// capacity returns how many items place j stands for.
func (m *Market) capacity(j int) int {
	if m.Capacities == nil {
		return 1
	}
	return m.Capacities[j]
}

// Validate reports the first thing that makes the market impossible to read:
// a ragged matrix, an index out of range, an amount past MaxFen, a negative
// capacity, a person named twice. It returns an *InputError or nil.
func (m *Market) Validate() error {
	for _, check := range []func() error{m.checkMatrix, m.checkCapacities, m.checkPairs, m.checkBudgets} {
		if err := check(); err != nil {
			return err
		}
	}
	switch m.Policy {
	case "", Compensate, Pin:
		return nil
	}
	return invalid("policy", "%q is neither %q nor %q", m.Policy, Compensate, Pin)
}

// checkMatrix wants at least one person and one place, equal rows, and
// amounts in range.
func (m *Market) checkMatrix() error {
	if m.Cost > MaxCost || m.Cost < -MaxCost {
		return invalid("rent_fen", "%d is past the limit of %d", m.Cost, int64(MaxCost))
	}
	if len(m.Values) == 0 {
		return invalid("values_fen", "there is nobody")
	}
	if len(m.Values[0]) == 0 {
		return invalid("values_fen[0]", "there is no place")
	}
	for i, row := range m.Values {
		if len(row) != len(m.Values[0]) {
			return invalid(fmt.Sprintf("values_fen[%d]", i), "has %d places, the first row has %d", len(row), len(m.Values[0]))
		}
		for j, v := range row {
			if tooLarge(v) {
				return invalid(fmt.Sprintf("values_fen[%d][%d]", i, j), "%d is past the limit of %d", v, int64(MaxFen))
			}
		}
	}
	return nil
}

// checkCapacities wants one capacity for each place, none negative, and a
// total that can be counted.
func (m *Market) checkCapacities() error {
	if m.Capacities == nil {
		return nil
	}
	if len(m.Capacities) != len(m.Values[0]) {
		return invalid("capacities", "%d given for %d places", len(m.Capacities), len(m.Values[0]))
	}
	for j, c := range m.Capacities {
		if c < 0 || c > math.MaxInt32 {
			return invalid(fmt.Sprintf("capacities[%d]", j), "%d is not between 0 and %d", c, math.MaxInt32)
		}
	}
	return nil
}

// checkPairs wants forbidden and reserved pairs inside the matrix, nobody
// reserved twice or into a forbidden place, no place reserved beyond its
// capacity.
func (m *Market) checkPairs() error {
	forbidden := map[Pair]bool{}
	for x, p := range m.Forbidden {
		if err := m.inside(fmt.Sprintf("forbidden[%d]", x), p.Person, p.Place); err != nil {
			return err
		}
		forbidden[p] = true
	}
	held, used := map[int]bool{}, map[int]int{}
	for x, p := range m.Reserved {
		field := fmt.Sprintf("reserved[%d]", x)
		if err := m.inside(field, p.Person, p.Place); err != nil {
			return err
		}
		used[p.Place]++
		switch {
		case held[p.Person]:
			return invalid(field, "person %d has a reserved place already", p.Person)
		case forbidden[p]:
			return invalid(field, "person %d may not use place %d", p.Person, p.Place)
		case used[p.Place] > m.capacity(p.Place):
			return invalid(field, "place %d is reserved more often than the %d times it exists", p.Place, m.capacity(p.Place))
		}
		held[p.Person] = true
	}
	return nil
}

// checkBudgets wants each budget to belong to one person of the matrix.
func (m *Market) checkBudgets() error {
	seen := map[int]bool{}
	for x, b := range m.Budgets {
		field := fmt.Sprintf("budgets[%d]", x)
		if err := m.inside(field, b.Person, 0); err != nil {
			return err
		}
		if seen[b.Person] {
			return invalid(field, "person %d has a budget already", b.Person)
		}
		if tooLarge(b.Fen) {
			return invalid(field, "%d is past the limit of %d", b.Fen, int64(MaxFen))
		}
		seen[b.Person] = true
	}
	return nil
}

// inside refuses a person or a place the matrix does not have.
func (m *Market) inside(field string, person, place int) error {
	if person < 0 || person >= len(m.Values) {
		return invalid(field+".person", "there is no person %d", person)
	}
	if place < 0 || place >= len(m.Values[0]) {
		return invalid(field+".place", "there is no place %d", place)
	}
	return nil
}

// tooLarge reports whether an amount is past MaxFen on either side.
func tooLarge(fen int64) bool { return fen > MaxFen || fen < -MaxFen }

// checkRoom refuses a market whose sums could leave 64 bits. Prices differ by
// at most one row's spread for each step of a tight path, and a path meets a
// place at most once, so 4·(largest value + places·spread) bounds every number
// the solver meets; the welfare is bounded by people times the largest value.
func checkRoom(people, places int, largest, spread int64) error {
	bound := new(big.Int).Mul(big.NewInt(int64(places)), big.NewInt(spread))
	bound.Add(bound, big.NewInt(largest))
	bound.Lsh(bound, 2)
	total := new(big.Int).Mul(big.NewInt(int64(people)), big.NewInt(largest))
	if limit := big.NewInt(2 * (safe - 1)); bound.Cmp(limit) > 0 || total.Cmp(limit) > 0 {
		return invalid("values_fen", "%d people and %d different places with values up to %d fen pass what 64 bits can add exactly", people, places, largest)
	}
	return nil
}
