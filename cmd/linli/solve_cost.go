package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/linli/linli/fair"
)

// solveCostCmd is `linli solve cost`.
type solveCostCmd struct{}

// Help explains the form on the command line.
func (solveCostCmd) Epilogue() string {
	return `Reads a JSON list of cases from standard input, each one of
  {"type": "by_area", "total_fen", "areas"}
  {"type": "floor_coefficient_times_area", "total_fen", "areas", "floors", "coefficients_tenths": {"3": 7, ...}}
  {"type": "airport_shapley", "costs_fen"}
and writes a list of {"shares_fen"}, for the last with "exact": [[numerator, denominator]]. Areas are whole numbers of 0.01 m²; floors under the lowest listed pay nothing.
A case may also have "subsidies": [{"basis_points", "fixed_fen", "cap_fen", "of_rest"}] and "fund_fen", which come off the total first and are answered under "bill".
A case that cannot be shared gives {"error": {case, field, reason}} in its place; the others still run.`
}

// Run shares the cost of every case in the list on standard input. A bad case
// gets an error entry; the rest is solved, and the command fails at the end.
func (solveCostCmd) Run(std streams) error {
	var batch []json.RawMessage
	if err := readDocument(std.in, &batch); err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	out, failed := make([]costResult, len(batch)), false
	for x, raw := range batch {
		result, err := shareCost(raw)
		if err != nil {
			result = costResult{Error: explainCase(strconv.Itoa(x), err)}
			failed = true
		}
		out[x] = result
	}
	if err := writeJSON(std.out, out); err != nil {
		return fmt.Errorf("write shares: %w", err)
	}
	if failed {
		return errCasesFailed
	}
	return nil
}

// costResult is one answer: shares or an error, never both.
type costResult struct {
	Shares []int64       `json:"shares_fen,omitempty"`
	Exact  [][2]*big.Int `json:"exact,omitempty"`
	Bill   *fair.Bill    `json:"bill,omitempty"`
	Error  *caseError    `json:"error,omitempty"`
}

// costCase is one case of the list. Subsidies and the fund come off the total
// before it is shared.
type costCase struct {
	Type      json.RawMessage `json:"type"`
	Total     json.RawMessage `json:"total_fen"`
	Areas     json.RawMessage `json:"areas"`
	Floors    json.RawMessage `json:"floors"`
	Weights   json.RawMessage `json:"coefficients_tenths"`
	Costs     json.RawMessage `json:"costs_fen"`
	Subsidies json.RawMessage `json:"subsidies"`
	Fund      json.RawMessage `json:"fund_fen"`
}

func shareCost(raw json.RawMessage) (costResult, error) {
	var c costCase
	if err := json.Unmarshal(raw, &c); err != nil {
		return costResult{}, &fair.InputError{Field: "case", Reason: "is not an object"}
	}
	var kind string
	if err := decodeField("type", c.Type, &kind); err != nil {
		return costResult{}, err
	}
	switch kind {
	case "by_area", "floor_coefficient_times_area":
		return c.proportional(kind)
	case "airport_shapley":
		return c.airport()
	}
	return costResult{}, &fair.InputError{Field: "type", Reason: fmt.Sprintf("%q is none of by_area, floor_coefficient_times_area, airport_shapley", kind)}
}

// proportional shares by area, weighted by floor where the type says so.
func (c *costCase) proportional(kind string) (costResult, error) {
	var total int64
	if err := decodeField("total_fen", c.Total, &total); err != nil {
		return costResult{}, err
	}
	bill, err := c.bill(total)
	if err != nil {
		return costResult{}, err
	}
	if bill != nil {
		total = bill.Residents
	}
	var areas []int64
	if err := decodeField("areas", c.Areas, &areas); err != nil {
		return costResult{}, err
	}
	if kind == "by_area" {
		shares, err := fair.ByArea(total, areas)
		return costResult{Shares: shares, Bill: bill}, err
	}
	var floors []int
	if err := decodeField("floors", c.Floors, &floors); err != nil {
		return costResult{}, err
	}
	table, err := c.table()
	if err != nil {
		return costResult{}, err
	}
	shares, err := fair.ByFloor(total, table, floors, areas)
	return costResult{Shares: shares, Bill: bill}, err
}

// table reads the weights of the floors; JSON has them under texts.
func (c *costCase) table() (fair.FloorWeights, error) {
	var named map[string]int64
	if err := decodeField("coefficients_tenths", c.Weights, &named); err != nil {
		return nil, err
	}
	table := fair.FloorWeights{}
	for name, w := range named {
		floor, err := strconv.Atoi(name)
		if err != nil {
			return nil, &fair.InputError{Field: "coefficients_tenths", Reason: fmt.Sprintf("%q is no floor", name)}
		}
		table[floor] = w
	}
	return table, nil
}

// bill takes subsidies and fund off the total; nil where there are none.
func (c *costCase) bill(total int64) (*fair.Bill, error) {
	if !present(c.Subsidies) && !present(c.Fund) {
		return nil, nil
	}
	var subsidies []fair.Subsidy
	if present(c.Subsidies) {
		if err := decodeField("subsidies", c.Subsidies, &subsidies); err != nil {
			return nil, err
		}
	}
	var fund int64
	if present(c.Fund) {
		if err := decodeField("fund_fen", c.Fund, &fund); err != nil {
			return nil, err
		}
	}
	return fair.Settle(total, subsidies, fund)
}

// airport shares by the Shapley value. Subsidies and fund lower every share in
// proportion.
func (c *costCase) airport() (costResult, error) {
	var costs []int64
	if err := decodeField("costs_fen", c.Costs, &costs); err != nil {
		return costResult{}, err
	}
	exact, shares, err := fair.Airport(costs)
	if err != nil {
		return costResult{}, err
	}
	result := costResult{Shares: shares, Exact: make([][2]*big.Int, len(exact))}
	for i, x := range exact {
		result.Exact[i] = [2]*big.Int{x.Num(), x.Denom()}
	}
	if result.Bill, err = c.bill(slices.Max(costs)); err != nil || result.Bill == nil {
		return result, err
	}
	result.Shares, err = fair.Scale(exact, result.Bill.Residents)
	return result, err
}
