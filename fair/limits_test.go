package fair_test

import (
	"errors"
	"math/big"
	"testing"

	"github.com/linli/linli/fair"
)

// TestEveryLimitIsKeptOnBothSides has each amount just past its limit.
func TestEveryLimitIsKeptOnBothSides(t *testing.T) {
	const past = fair.MaxFen + 1
	one := [][]int64{{1}}
	divide := func(m fair.Market) error { _, err := fair.Divide(m); return err }
	choose := func(e fair.Election, r fair.Rule) error {
		_, err := fair.Choose(&e, r, fair.CostUtility)
		return err
	}
	near := func(p fair.NearPlan) error { _, err := fair.NearPaysFar(p); return err }
	settle := func(total, fund int64, s ...fair.Subsidy) error { _, err := fair.Settle(total, s, fund); return err }
	turn := func(order []int, wishes ...[]int) error {
		_, err := fair.PickInTurn(order, wishes, []int{1})
		return err
	}
	many := fair.Market{Values: make([][]int64, 1200)}
	for i := range many.Values {
		many.Values[i] = []int64{fair.MaxFen, fair.MaxFen - int64(i%2)}
	}
	many.Capacities = []int{600, 600}
	tests := []struct {
		field string
		err   error
	}{
		{"rent_fen", divide(fair.Market{Cost: -fair.MaxCost - 1, Values: one})},
		{"budgets[0]", divide(fair.Market{Values: one, Budgets: []fair.Budget{{0, -past}}})},
		{"forbidden[0].place", divide(fair.Market{Values: one, Forbidden: []fair.Pair{{0, 1}}})},
		{"forbidden[0].person", divide(fair.Market{Values: one, Forbidden: []fair.Pair{{-1, 0}}})},
		{"budget", choose(fair.Election{Budget: past}, fair.Rule{})},
		{"unit", choose(fair.Election{}, fair.Rule{Unit: past})},
		{"projects[0].cost", choose(fair.Election{Projects: []fair.Project{{Cost: past}}}, fair.Rule{})},
		{"votes[0]", choose(fair.Election{Votes: []fair.Vote{{Approved: []int{-1}}}}, fair.Rule{})},
		{"gains_fen", near(fair.NearPlan{Months: 1})},
		{"gains_fen", near(fair.NearPlan{Months: 1, Gains: []int64{-past, 0}})},
		{"fee_fen", near(fair.NearPlan{Months: 1, Fee: -1, Gains: []int64{1, 2}})},
		{"fee_fen", near(fair.NearPlan{Months: 2, Fee: fair.MaxFen, Gains: []int64{1, 2}})},
		{"total_fen", settle(past, 0)},
		{"fund_fen", settle(1, past)},
		{"subsidies[0].basis_points", settle(1, 1, fair.Subsidy{BasisPoints: -1})},
		{"subsidies[0].fixed_fen", settle(1, 1, fair.Subsidy{Fixed: past})},
		{"subsidies[0].cap_fen", settle(1, 1, fair.Subsidy{Cap: past})},
		{"wishes[0]", turn([]int{0}, []int{-1})},
		{"wishes[0]", turn([]int{0}, []int{1})},
		{"values_fen", divide(manyPeople(5000))},
	}
	for _, tt := range tests {
		var input *fair.InputError
		if !errors.As(tt.err, &input) || input.Field != tt.field {
			t.Errorf("%s: %v", tt.field, tt.err)
		}
	}
	if err := divide(many); err != nil {
		t.Errorf("1,200 people at the largest amount: %v", err)
	}
}

// manyPeople all value one class of places at the largest amount, so that the
// welfare could pass 64 bits.
func manyPeople(n int) fair.Market {
	m := fair.Market{Values: make([][]int64, n), Capacities: []int{n}}
	for i := range m.Values {
		m.Values[i] = []int64{fair.MaxFen}
	}
	return m
}

func TestScaleRefusesTooMuch(t *testing.T) {
	exact := []*big.Rat{big.NewRat(1, 2)}
	for _, total := range []int64{-1, fair.MaxFen + 1} {
		if _, err := fair.Scale(exact, total); err == nil {
			t.Errorf("%d fen were shared", total)
		}
	}
}

func TestOwnProofRefusesShortLists(t *testing.T) {
	m := proven()["square"]
	d := divide(t, m)
	for name, change := range map[string]func(*fair.OwnProof){
		"margins":     func(p *fair.OwnProof) { p.Margins = p.Margins[1:] },
		"below zero":  func(p *fair.OwnProof) { p.Place = -2 },
		"no slot":     func(p *fair.OwnProof) { *p = fair.OwnProof{Place: fair.Nowhere} },
		"other place": func(p *fair.OwnProof) { p.Place = len(p.Prices) },
	} {
		own, err := d.Own(m, 0)
		if err != nil {
			t.Fatal(err)
		}
		if change(own); own.Check() == nil {
			t.Errorf("%s could be changed", name)
		}
	}
	short := m
	short.Values = m.Values[:1]
	if _, err := d.Own(short, 1); err == nil {
		t.Error("a person the market does not have was given a proof")
	}
}
