package fair_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/fair"
)

// divide solves a market, and fails the test unless the answer is proven.
func divide(t testing.TB, m fair.Market) *fair.Division {
	t.Helper()
	d, err := fair.Divide(m)
	if err != nil {
		t.Fatalf("divide: %v", err)
	}
	if err := fair.Check(m, d); err != nil {
		t.Fatalf("check: %v", err)
	}
	return d
}

// readData reads a file of cases.
func readData(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestDivideData(t *testing.T) {
	var data struct {
		Instances []struct {
			fair.Market
			ID     string `json:"id"`
			N      int64  `json:"n"`
			Expect struct {
				Welfare   int64   `json:"welfare_fen"`
				Num       int64   `json:"maximin_num"`
				Den       int64   `json:"maximin_den"`
				Utilities []int64 `json:"sorted_utilities_times_n"`
			} `json:"expect"`
		} `json:"instances"`
	}
	readData(t, "rent-small.json", &data)
	if len(data.Instances) != 60 {
		t.Fatalf("%d instances", len(data.Instances))
	}
	for _, in := range data.Instances {
		t.Run(in.ID, func(t *testing.T) {
			d := divide(t, in.Market)
			if d.Welfare != in.Expect.Welfare || d.MaximinNum.Int64() != in.Expect.Num || d.MaximinDen != in.Expect.Den {
				t.Errorf("welfare %d, maximin %s/%d; want %+v", d.Welfare, d.MaximinNum, d.MaximinDen, in.Expect)
			}
			utilities := []int64{}
			for i, j := range d.Assignment {
				u := new(big.Int).Sub(big.NewInt(in.Values[i][j]*d.PricesDen), d.PricesNum[j])
				utilities = append(utilities, u.Int64()*in.N/d.PricesDen)
			}
			slices.Sort(utilities)
			if diff := cmp.Diff(in.Expect.Utilities, utilities); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDivideWorked(t *testing.T) {
	tests := []struct {
		name   string
		market fair.Market
		prices []int64
		places []int
		common int64
	}{
		{"published three by three", fair.Market{
			Cost: 1000, Values: [][]int64{{500, 100, 150}, {250, 250, 250}, {100, 400, 250}},
		}, []int64{450, 350, 200}, []int{0, 2, 1}, 0},
		{"identity", fair.Market{
			Cost: 3, Values: [][]int64{{3, 0, 0}, {0, 3, 0}, {0, 0, 3}},
		}, []int64{1, 1, 1}, []int{0, 1, 2}, 0},
		{"odd fen go to the common account", fair.Market{
			Cost: 100, Values: [][]int64{{10}, {10}, {10}}, Capacities: []int{3},
		}, []int64{34}, []int{0, 0, 0}, 2},
		{"who goes without is paid", fair.Market{
			Cost: 0, Values: [][]int64{{60}, {100}},
		}, []int64{50}, []int{fair.Nowhere, 0}, 0},
		{"no place pinned at nothing", fair.Market{
			Cost: 80, Values: [][]int64{{60}, {100}}, Policy: fair.Pin,
		}, []int64{80}, []int{fair.Nowhere, 0}, 0},
		{"a reserved place at the class price", fair.Market{
			Cost: 90, Values: [][]int64{{50, 0}, {50, 0}, {0, 0}}, Capacities: []int{2, 1},
			Reserved: []fair.Pair{{Person: 2, Place: 0}},
		}, []int64{47, -3}, []int{0, 1, 0}, 1},
		{"more places than people", fair.Market{
			Cost: 30, Values: [][]int64{{10, 20, 50}, {10, 20, 60}},
		}, []int64{-15, -5, 35}, []int{1, 2}, 0},
		{"a place only one may use", fair.Market{
			Cost: 10, Values: [][]int64{{100, 0}, {100, 0}}, Forbidden: []fair.Pair{{Person: 0, Place: 0}},
		}, []int64{55, -45}, []int{1, 0}, 0},
		{"a budget lowers a price", fair.Market{
			Cost: 1000, Values: [][]int64{{500, 100, 150}, {250, 250, 250}, {100, 400, 250}},
			Budgets: []fair.Budget{{Person: 0, Fen: 430}},
		}, []int64{430, 360, 210}, []int{0, 2, 1}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := divide(t, tt.market)
			if diff := cmp.Diff(tt.prices, d.PricesFen); diff != "" {
				t.Errorf("prices: %s", diff)
			}
			if diff := cmp.Diff(tt.places, d.Assignment); diff != "" {
				t.Errorf("places: %s", diff)
			}
			if d.CommonFen != tt.common {
				t.Errorf("common fen %d, want %d", d.CommonFen, tt.common)
			}
		})
	}
}

func TestDivideExplains(t *testing.T) {
	d := divide(t, fair.Market{Cost: 1000, Values: [][]int64{{500, 100, 150}, {250, 250, 250}, {100, 400, 250}}})
	want := []fair.Explanation{
		{Place: 0, PriceFen: 450, ValueFen: 500, UtilityFen: 50, Best: &fair.Alternative{Place: 2, WorseFen: 100}},
		{Place: 2, PriceFen: 200, ValueFen: 250, UtilityFen: 50, Best: &fair.Alternative{Place: 1, WorseFen: 150}},
		{Place: 1, PriceFen: 350, ValueFen: 400, UtilityFen: 50, Best: &fair.Alternative{Place: 2, WorseFen: 0}},
	}
	if diff := cmp.Diff(want, d.People); diff != "" {
		t.Error(diff)
	}
}

func TestDivideConflicts(t *testing.T) {
	square := [][]int64{{500, 100, 150}, {250, 250, 250}, {100, 400, 250}}
	tests := []struct {
		name   string
		market fair.Market
		people []int
		places []int
	}{
		{"two must have the same place", fair.Market{
			Values: [][]int64{{1, 2}, {1, 2}}, Forbidden: []fair.Pair{{0, 0}, {1, 0}, {0, 0}},
		}, nil, []int{0}},
		{"three for two places", fair.Market{
			Values: square, Forbidden: []fair.Pair{{0, 2}, {1, 2}, {2, 0}, {2, 2}}, Capacities: []int{1, 1, 5},
		}, nil, []int{2}},
		{"crowded", fair.Market{
			Values:    [][]int64{{1, 2, 3}, {1, 2, 3}, {3, 2, 1}},
			Forbidden: []fair.Pair{{0, 1}, {0, 2}, {1, 1}, {1, 2}},
		}, []int{0, 1}, []int{0}},
		{"budgets too small together", fair.Market{
			Cost: 1000, Values: square, Budgets: []fair.Budget{{0, 300}, {1, 200}, {2, 300}},
		}, []int{0, 1, 2}, []int{0, 1, 2}},
		{"pinned prices cannot fall so far", fair.Market{
			Cost: 10, Values: [][]int64{{60}, {100}}, Policy: fair.Pin,
		}, nil, nil},
		{"pinned prices cannot rise so far", fair.Market{
			Cost: 101, Values: [][]int64{{60}, {100}}, Policy: fair.Pin,
		}, nil, nil},
		{"a budget under the pinned price", fair.Market{
			Cost: 80, Values: [][]int64{{60}, {100}}, Policy: fair.Pin, Budgets: []fair.Budget{{1, 50}},
		}, []int{1}, []int{0}},
		{"a reserved place over its holder's budget", fair.Market{
			Cost: 100, Values: [][]int64{{10, 50}, {10, 50}}, Reserved: []fair.Pair{{0, 1}}, Budgets: []fair.Budget{{0, 40}, {1, 20}},
		}, []int{0}, []int{1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fair.Divide(tt.market)
			var conflict *fair.ConflictError
			if !errors.As(err, &conflict) {
				t.Fatalf("error %v", err)
			}
			if !slices.Equal(conflict.People, tt.people) || !slices.Equal(conflict.Places, tt.places) {
				t.Errorf("%v; want people %v, places %v", conflict, tt.people, tt.places)
			}
		})
	}
}

func TestDivideRefuses(t *testing.T) {
	one := [][]int64{{1}}
	wide := func(n int, v int64) [][]int64 {
		rows := make([][]int64, n)
		for i := range rows {
			rows[i] = make([]int64, n)
			for j := range rows[i] {
				rows[i][j] = v * int64((i+j)%n%2) // columns differ
			}
			rows[i][i] = v - int64(i)
		}
		return rows
	}
	tests := []struct {
		field  string
		market fair.Market
	}{
		{"values_fen", fair.Market{}},
		{"values_fen[0]", fair.Market{Values: [][]int64{{}}}},
		{"values_fen[1]", fair.Market{Values: [][]int64{{1, 2}, {1}}}},
		{"values_fen[0][0]", fair.Market{Values: [][]int64{{fair.MaxFen + 1}}}},
		{"values_fen[0][0]", fair.Market{Values: [][]int64{{-fair.MaxFen - 1}}}},
		{"values_fen", fair.Market{Values: wide(1200, fair.MaxFen)}},
		{"rent_fen", fair.Market{Cost: fair.MaxCost + 1, Values: one}},
		{"capacities", fair.Market{Values: one, Capacities: []int{1, 1}}},
		{"capacities", fair.Market{Values: one, Capacities: []int{0}}},
		{"capacities[0]", fair.Market{Values: one, Capacities: []int{-1}}},
		{"capacities[0]", fair.Market{Values: one, Capacities: []int{1 << 40}}},
		{"forbidden[0].person", fair.Market{Values: one, Forbidden: []fair.Pair{{1, 0}}}},
		{"forbidden[0].place", fair.Market{Values: one, Forbidden: []fair.Pair{{0, -1}}}},
		{"reserved[0].person", fair.Market{Values: one, Reserved: []fair.Pair{{-1, 0}}}},
		{"reserved[0]", fair.Market{Values: one, Reserved: []fair.Pair{{0, 0}}, Forbidden: []fair.Pair{{0, 0}}}},
		{"reserved[1]", fair.Market{Values: [][]int64{{1, 1}}, Reserved: []fair.Pair{{0, 0}, {0, 1}}}},
		{"reserved[1]", fair.Market{Values: [][]int64{{1}, {1}}, Reserved: []fair.Pair{{0, 0}, {1, 0}}}},
		{"reserved", fair.Market{Values: one, Reserved: []fair.Pair{{0, 0}}}},
		{"budgets[0].person", fair.Market{Values: one, Budgets: []fair.Budget{{1, 0}}}},
		{"budgets[1]", fair.Market{Values: one, Budgets: []fair.Budget{{0, 0}, {0, 1}}}},
		{"budgets[0]", fair.Market{Values: one, Budgets: []fair.Budget{{0, fair.MaxFen + 1}}}},
		{"policy", fair.Market{Values: one, Policy: "perhaps"}},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			_, err := fair.Divide(tt.market)
			var input *fair.InputError
			if !errors.As(err, &input) || input.Field != tt.field || input.Error() == "" {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestDivideLarge has the largest amounts there are: they work.
func TestDivideLarge(t *testing.T) {
	for _, cost := range []int64{fair.MaxFen, fair.MaxCost, -fair.MaxCost} {
		divideLarge(t, cost)
	}
}

func divideLarge(t *testing.T, cost int64) {
	t.Helper()
	m := fair.Market{Cost: cost, Values: make([][]int64, 200)}
	for i := range m.Values {
		m.Values[i] = make([]int64, 200)
		for j := range m.Values[i] {
			m.Values[i][j] = (fair.MaxFen - int64(i*j*7)) * int64(1-2*((i^j)&1))
		}
	}
	d := divide(t, m)
	if d.CommonFen < 0 || d.CommonFen >= 200 {
		t.Errorf("common fen %d", d.CommonFen)
	}
}

// TestDivideOneForAll: everybody else has so small a budget that one person
// would have to pay more than 64 bits can add exactly.
func TestDivideOneForAll(t *testing.T) {
	const crowd = 2400
	m := fair.Market{Capacities: []int{crowd, 1}, Forbidden: []fair.Pair{{Person: crowd, Place: 0}}}
	for i := range crowd + 1 {
		m.Values = append(m.Values, []int64{0, 0})
		if i < crowd {
			m.Budgets = append(m.Budgets, fair.Budget{Person: i, Fen: -fair.MaxFen})
		}
	}
	_, err := fair.Divide(m)
	var input *fair.InputError
	if !errors.As(err, &input) || input.Field != "rent_fen" {
		t.Errorf("error %v", err)
	}
}

// TestDivideCrowd has classes large enough for swaps to be remembered, and
// people who may not use some of them.
func TestDivideCrowd(t *testing.T) {
	m := fair.Market{Cost: 77_777, Capacities: []int{20, 15, 30, 10}}
	for i := range 80 {
		row := make([]int64, 4)
		for j := range row {
			row[j] = int64((i*i*37+j*101+i*j*13)%997) * 3
		}
		m.Values = append(m.Values, row)
		if i%3 == 0 {
			m.Forbidden = append(m.Forbidden, fair.Pair{Person: i, Place: i % 4})
		}
	}
	d := divide(t, m)
	if d.Without == nil {
		t.Error("five people should go without")
	}
}

func TestConflictNamesEverybody(t *testing.T) {
	err := &fair.ConflictError{Reason: "budgets", People: []int{1, 2}, Places: []int{0}}
	if got := err.Error(); got != "budgets (people [1 2], places [0])" {
		t.Error(got)
	}
}
