package fair_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

func TestCostData(t *testing.T) {
	var cases []struct {
		Type    string           `json:"type"`
		Total   int64            `json:"total_fen"`
		Areas   []int64          `json:"areas"`
		Floors  json.RawMessage  `json:"floors"` // a number in the airport cases
		Weights map[string]int64 `json:"coefficients_tenths"`
		Costs   []int64          `json:"costs_fen"`
		Fen     []int64          `json:"expect_fen"`
		Exact   [][2]int64       `json:"expect"`
		Rounded []int64          `json:"expect_fen_largest_remainder"`
	}
	readData(t, "cost.json", &cases)
	if len(cases) != 22 {
		t.Fatalf("%d cases", len(cases))
	}
	for x, c := range cases {
		t.Run(strconv.Itoa(x)+" "+c.Type, func(t *testing.T) {
			switch c.Type {
			case "by_area":
				got, err := fair.ByArea(c.Total, c.Areas)
				same(t, c.Fen, got, err)
			case "floor_coefficient_times_area":
				table := fair.FloorWeights{}
				for name, w := range c.Weights {
					floor, err := strconv.Atoi(name)
					if err != nil {
						t.Fatal(err)
					}
					table[floor] = w
				}
				var floors []int
				if err := json.Unmarshal(c.Floors, &floors); err != nil {
					t.Fatal(err)
				}
				got, err := fair.ByFloor(c.Total, table, floors, c.Areas)
				same(t, c.Fen, got, err)
			case "airport_shapley":
				exact, fen, err := fair.Airport(c.Costs)
				same(t, c.Rounded, fen, err)
				for i, x := range exact {
					if x.Cmp(big.NewRat(c.Exact[i][0], c.Exact[i][1])) != 0 {
						t.Errorf("flat %d: %s, want %v", i, x, c.Exact[i])
					}
				}
			default:
				t.Error("a type without a test")
			}
		})
	}
}

func same(t *testing.T, want, got []int64, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestByAreaIsFair: the shares sum, nobody is a fen or more from the exact
// share, and a larger home never pays less.
func TestByAreaIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, fair.MaxFen).Draw(t, "total")
		areas := rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 40).Draw(t, "areas")
		shares, err := fair.ByArea(total, areas)
		if err != nil {
			t.Fatal(err)
		}
		sum, area := int64(0), int64(0)
		for i := range areas {
			sum, area = sum+shares[i], area+areas[i]
		}
		if sum != total {
			t.Fatalf("shares sum to %d, not %d", sum, total)
		}
		for i := range areas {
			off := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(areas[i])), big.NewInt(area))
			off.Sub(off, new(big.Rat).SetInt64(shares[i]))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("home %d is %s off", i, off)
			}
			for k := range areas {
				if areas[i] > areas[k] && shares[i] < shares[k] {
					t.Fatalf("home %d pays less than the smaller home %d", i, k)
				}
			}
		}
	})
}

// TestAirportIsShapley averages over every order in which people may come.
func TestAirportIsShapley(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needs := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 5).Draw(t, "needs")
		want, orders := make([]*big.Rat, len(needs)), int64(0)
		for i := range want {
			want[i] = new(big.Rat)
		}
		permutations(len(needs), func(order []int) {
			built := int64(0)
			orders++
			for _, i := range order {
				if needs[i] > built {
					want[i].Add(want[i], new(big.Rat).SetInt64(needs[i]-built))
					built = needs[i]
				}
			}
		})
		exact, fen, err := fair.Airport(needs)
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for i := range needs {
			if want[i].Quo(want[i], new(big.Rat).SetInt64(orders)).Cmp(exact[i]) != 0 {
				t.Fatalf("flat %d: %s, want %s", i, exact[i], want[i])
			}
			sum += fen[i]
		}
		if sum != slices.Max(needs) {
			t.Fatalf("shares sum to %d", sum)
		}
	})
}

func permutations(n int, visit func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var place func(k int)
	place = func(k int) {
		if k == n {
			visit(order)
		}
		for x := k; x < n; x++ {
			order[k], order[x] = order[x], order[k]
			place(k + 1)
			order[k], order[x] = order[x], order[k]
		}
	}
	place(0)
}

func TestCostRefuses(t *testing.T) {
	table := fair.FloorWeights{3: 7, 5: 9, 8: -1}
	floor := func(total int64, floors []int, areas ...int64) error {
		_, err := fair.ByFloor(total, table, floors, areas)
		return err
	}
	area := func(total int64, areas ...int64) error {
		_, err := fair.ByArea(total, areas)
		return err
	}
	airport := func(needs ...int64) error {
		_, _, err := fair.Airport(needs)
		return err
	}
	tests := []struct {
		name, field string
		err         error
	}{
		{"no area", "areas[1]", area(1, 5, 0)},
		{"nobody", "areas", area(1)},
		{"a negative total", "total_fen", area(-1, 5)},
		{"too large a total", "total_fen", area(fair.MaxFen+1, 5)},
		{"areas past 64 bits", "areas", area(1, 1<<61, 1<<61, 1<<61, 1<<61, 1<<61, 1<<61, 1<<61, 1<<61)},
		{"floors and areas", "floors", floor(1, []int{3}, 1, 2)},
		{"an area of zero", "areas[0]", floor(1, []int{3}, 0)},
		{"a floor in a gap", "weights", floor(1, []int{4}, 1)},
		{"a floor above", "weights", floor(1, []int{9}, 1)},
		{"a negative weight", "weights", floor(1, []int{8}, 1)},
		{"nobody pays", "areas", floor(1, []int{1, 2}, 1, 1)},
		{"weight times area", "areas[0]", floor(1, []int{5}, 1<<62)},
		{"no needs", "costs_fen", airport()},
		{"a negative need", "costs_fen[1]", airport(1, -1)},
		{"too large a need", "costs_fen[0]", airport(fair.MaxFen + 1)},
	}
	for _, tt := range tests {
		var input *fair.InputError
		if !errors.As(tt.err, &input) || input.Field != tt.field {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	if _, err := (fair.FloorWeights{}).Weight(1); err == nil {
		t.Error("an empty table weighs")
	}
}

// TestLowFloorsPayNothing: floors under the lowest listed have no share.
func TestLowFloorsPayNothing(t *testing.T) {
	got, err := fair.ByFloor(300, fair.FloorWeights{3: 1, 4: 2}, []int{1, 2, 3, 4}, []int64{9000, 9000, 9000, 9000})
	same(t, []int64{0, 0, 100, 200}, got, err)
}

func TestScale(t *testing.T) {
	exact, _, err := fair.Airport([]int64{0, 100, 300})
	if err != nil {
		t.Fatal(err)
	}
	got, err := fair.Scale(exact, 100)
	same(t, []int64{0, 17, 83}, got, err)
	got, err = fair.Scale(exact, 0)
	same(t, []int64{0, 0, 0}, got, err)
	for name, bad := range map[string][]*big.Rat{"negative": {big.NewRat(-1, 2)}, "nothing": {new(big.Rat)}} {
		if _, err := fair.Scale(bad, 5); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := fair.Scale(exact, -5); err == nil {
		t.Error("a negative total was accepted")
	}
}

func TestSettle(t *testing.T) {
	tests := []struct {
		name      string
		subsidies []fair.Subsidy
		fund      int64
		want      fair.Bill
	}{
		{"nothing", nil, 0, fair.Bill{Subsidies: []int64{}, Residents: 100_001}},
		{"a part, rounded down", []fair.Subsidy{{BasisPoints: 4000}}, 0, fair.Bill{Subsidies: []int64{40_000}, Residents: 60_001}},
		{"an amount", []fair.Subsidy{{Fixed: 280}}, 0, fair.Bill{Subsidies: []int64{280}, Residents: 99_721}},
		{"a part with a cap", []fair.Subsidy{{BasisPoints: 4000, Cap: 28_000}}, 0, fair.Bill{Subsidies: []int64{28_000}, Residents: 72_001}},
		{"two parts of the total", []fair.Subsidy{{BasisPoints: 5000}, {BasisPoints: 5000}}, 0, fair.Bill{Subsidies: []int64{50_000, 50_000}, Residents: 1}},
		{"a part of the rest", []fair.Subsidy{{Fixed: 50_001}, {BasisPoints: 5000, OfRest: true}}, 0, fair.Bill{Subsidies: []int64{50_001, 25_000}, Residents: 25_000}},
		{"never more than there is", []fair.Subsidy{{BasisPoints: 9000}, {Fixed: 90_000}}, 7, fair.Bill{Subsidies: []int64{90_000, 10_001}}},
		{"the fund before collection", []fair.Subsidy{{Fixed: 1}}, 60_000, fair.Bill{Subsidies: []int64{1}, Fund: 60_000, Residents: 40_000}},
		{"a large fund", nil, fair.MaxFen, fair.Bill{Subsidies: []int64{}, Fund: 100_001}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Total = 100_001
			got, err := fair.Settle(100_001, tt.subsidies, tt.fund)
			if diff := cmp.Diff(&tt.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestSettleSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, fair.MaxFen)
		subsidy := rapid.Custom(func(t *rapid.T) fair.Subsidy {
			return fair.Subsidy{
				BasisPoints: rapid.Int64Range(0, 10_000).Draw(t, "part"), Fixed: amount.Draw(t, "fixed"),
				Cap: amount.Draw(t, "cap"), OfRest: rapid.Bool().Draw(t, "of rest"),
			}
		})
		total := amount.Draw(t, "total")
		bill, err := fair.Settle(total, rapid.SliceOfN(subsidy, 0, 4).Draw(t, "subsidies"), amount.Draw(t, "fund"))
		if err != nil {
			t.Fatal(err)
		}
		sum := bill.Fund + bill.Residents
		for _, s := range bill.Subsidies {
			sum += s
		}
		if sum != total || bill.Residents < 0 {
			t.Fatalf("%+v", bill)
		}
	})
}

func TestSettleRefuses(t *testing.T) {
	settle := func(total, fund int64, s ...fair.Subsidy) error {
		_, err := fair.Settle(total, s, fund)
		return err
	}
	for field, err := range map[string]error{
		"total_fen":                 settle(-1, 0),
		"fund_fen":                  settle(1, -1),
		"subsidies[0].basis_points": settle(1, 1, fair.Subsidy{BasisPoints: 10_001}),
		"subsidies[0].fixed_fen":    settle(1, 1, fair.Subsidy{Fixed: -1}),
		"subsidies[0].cap_fen":      settle(1, 1, fair.Subsidy{Cap: -1}),
	} {
		var input *fair.InputError
		if !errors.As(err, &input) || input.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestFundFirst(t *testing.T) {
	got, err := fair.FundFirst([]int64{100, 50, 0}, []int64{30, 80, 5})
	want := []fair.Collection{{30, 70, 0}, {50, 0, 30}, {0, 0, 5}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for name, bad := range map[string][2][]int64{
		"lengths": {{1}, {}}, "a negative share": {{-1}, {1}}, "a negative balance": {{1}, {-1}},
	} {
		if _, err := fair.FundFirst(bad[0], bad[1]); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
