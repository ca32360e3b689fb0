package fair_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/linli/linli/fair"
)

// proven are markets whose certificates use every kind of link.
func proven() map[string]fair.Market {
	return map[string]fair.Market{
		"square": {Cost: 1000, Values: [][]int64{{500, 100, 150}, {250, 250, 250}, {100, 400, 250}}},
		"thirds": {Cost: 100, Values: [][]int64{{11, 7}, {10, 9}, {12, 3}}, Capacities: []int{2, 1}},
		"short":  {Cost: 5, Values: [][]int64{{60}, {100}}},
		"pinned": {Cost: 80, Values: [][]int64{{60}, {100}}, Policy: fair.Pin},
		"pinned, the worst-off at the floor": {
			Cost: 111, Values: [][]int64{{60, 0}, {61, 10}, {0, 90}}, Policy: fair.Pin,
		},
		"reserved and forbidden": {
			Cost: 90, Values: [][]int64{{50, 0, 9}, {30, 0, 9}, {0, 0, 9}, {20, 30, 9}}, Capacities: []int{1, 2, 2},
			Reserved: []fair.Pair{{Person: 2, Place: 2}}, Forbidden: []fair.Pair{{Person: 3, Place: 0}},
		},
		"budgets": {
			Cost: 1000, Values: [][]int64{{500, 100, 150}, {250, 250, 250}, {100, 400, 250}},
			Budgets: []fair.Budget{{Person: 0, Fen: 430}, {Person: 2, Fen: 900}},
		},
		"a budget outside the market": {
			Cost: 45, Values: [][]int64{{10, 50}, {10, 50}, {10, 12}}, Capacities: []int{2, 1},
			Reserved: []fair.Pair{{Person: 0, Place: 1}}, Budgets: []fair.Budget{{Person: 0, Fen: 43}},
		},
		"held by envy":         {Cost: 11, Values: [][]int64{{100, 90}, {0, 10}}},
		"pinned at the lowest": {Cost: 60, Values: [][]int64{{60}, {100}}, Policy: fair.Pin},
		"twins":                {Cost: 7, Values: [][]int64{{9, 9, 4}, {8, 8, 5}, {7, 7, 7}}},
		"room to spare":        {Cost: 30, Values: [][]int64{{10, 20, 50}, {10, 20, 60}}},
	}
}

// TestCheckRefusesEveryChange changes each single field of each result, one
// after the other, in every way a field of its kind can be changed.
func TestCheckRefusesEveryChange(t *testing.T) {
	for name, m := range proven() {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(divide(t, m))
			if err != nil {
				t.Fatal(err)
			}
			changes := 0
			tamper(t, text, func(where string, changed []byte) {
				var d fair.Division
				if json.Unmarshal(changed, &d) != nil {
					return // not even the shape of a division
				}
				if again, err := json.Marshal(d); err != nil || string(again) == string(text) {
					return // what is absent counts as nothing, and it was nothing
				}
				changes++
				if err := fair.Check(m, &d); err == nil {
					t.Errorf("%s: accepted\n%s", where, text)
				} else if strings.HasPrefix(err.Error(), "certificate.sha256") && !onlySealed(where) {
					t.Errorf("%s: only the digest noticed", where)
				}
			})
			if changes < 60 {
				t.Errorf("only %d changes tried", changes)
			}
		})
	}
}

// onlySealed names what arithmetic leaves open: another witness may prove the
// same, a person who is just as badly off, say, and the digest has no other
// guard than itself.
func onlySealed(where string) bool {
	return strings.Contains(where, ".chains") || strings.Contains(where, ".floor") || strings.Contains(where, ".sha256")
}

// tamper calls try with the text after each single change.
func tamper(t *testing.T, text []byte, try func(where string, changed []byte)) {
	t.Helper()
	var whole any
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	if err := dec.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	var walk func(where string, node any, set func(any))
	emit := func(where string) {
		changed, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		try(where, changed)
	}
	walk = func(where string, node any, set func(any)) {
		for _, other := range variants(node) {
			set(other)
			emit(where)
		}
		set(node)
		switch node := node.(type) {
		case map[string]any:
			for key, child := range node {
				delete(node, key)
				emit(where + "." + key + " gone")
				node[key] = child
				walk(where+"."+key, child, func(v any) { node[key] = v })
			}
		case []any:
			for x, child := range node {
				walk(fmt.Sprintf("%s[%d]", where, x), child, func(v any) { node[x] = v })
			}
		}
	}
	walk("", whole, func(v any) { whole = v })
}

// variants are other values of the same kind.
func variants(node any) []any {
	switch v := node.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil
		}
		return []any{n + 1, n - 1, -n - 3, n * 1000003, int64(1)<<62 + n}
	case string:
		return []any{v + "x", "level", "envy", ""}
	case bool:
		return []any{!v}
	case []any:
		list := []any{append(append([]any{}, v...), json.Number("0"))}
		if len(v) > 0 {
			list = append(list, v[:len(v)-1], v[1:], append([]any{v[0]}, v...))
		}
		return list
	}
	return nil
}

// TestCheckRefusesAnotherMarket changes each single field of the market.
func TestCheckRefusesAnotherMarket(t *testing.T) {
	for name, m := range proven() {
		t.Run(name, func(t *testing.T) {
			d := divide(t, m)
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			tamper(t, text, func(where string, changed []byte) {
				var other fair.Market
				if json.Unmarshal(changed, &other) != nil {
					return
				}
				if again, err := json.Marshal(other); err == nil && string(again) == string(text) {
					return // dropping what is empty changes nothing
				}
				if fair.Check(other, d) == nil {
					t.Errorf("%s: accepted %s", where, changed)
				}
			})
		})
	}
}

func TestCheckRefusesNothing(t *testing.T) {
	if fair.Check(fair.Market{Values: [][]int64{{1}}}, nil) == nil {
		t.Error("no result was accepted")
	}
	if fair.Check(fair.Market{}, &fair.Division{}) == nil {
		t.Error("an empty market was accepted")
	}
}

// TestCertificateUsesEveryLink makes sure that the markets above do exercise
// all of the proof.
func TestCertificateUsesEveryLink(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range proven() {
		c := divide(t, m).Certificate
		for _, l := range c.Chains {
			seen[l.Kind] = true
		}
		if len(c.Floor) > 1 {
			seen["floor"] = true
		}
	}
	for _, kind := range []string{fair.LinkLevel, fair.LinkBudget, fair.LinkPinned, fair.LinkEnvy, fair.LinkPosted, "floor"} {
		if !seen[kind] {
			t.Errorf("no certificate has %s", kind)
		}
	}
}

// TestCheckRefusesWhatFitsTogether changes several fields so that each step
// but the one meant is content.
func TestCheckRefusesWhatFitsTogether(t *testing.T) {
	tests := []struct {
		name, market, field string
		change              func(*fair.Division)
	}{
		{"a price of going without though nobody does", "square", "without", func(d *fair.Division) {
			d.Without = &fair.Price{Num: big.NewInt(0)}
			d.Certificate.DualPlaces = append(d.Certificate.DualPlaces, 0)
			d.Certificate.Chains = append(d.Certificate.Chains, fair.Link{})
		}},
		{"a pinned price that moved", "pinned", "without", func(d *fair.Division) {
			d.Without = &fair.Price{Num: big.NewInt(d.PricesDen), Fen: 1}
		}},
		{"chains in a circle", "twins", "certificate.chains", func(d *fair.Division) {
			d.Certificate.Chains[0] = fair.Link{Kind: fair.LinkEnvy, Person: 0, Place: 1}
			d.Certificate.Chains[1] = fair.Link{Kind: fair.LinkEnvy, Person: 1, Place: 0}
		}},
		{"a link of no kind", "square", "certificate.chains[0]", func(d *fair.Division) {
			d.Certificate.Chains[0] = fair.Link{}
		}},
		{"a denominator of nothing", "square", "prices_den", func(d *fair.Division) { d.PricesDen = 0 }},
		{"a price gone", "square", "prices_num[1]", func(d *fair.Division) { d.PricesNum[1] = nil }},
		{"a floor without pinned prices", "square", "certificate.floor", func(d *fair.Division) {
			d.Certificate.Floor = []fair.Link{d.Certificate.Chains[0]}
		}},
		{"a place twice", "square", "assignment", func(d *fair.Division) { d.Assignment[1] = d.Assignment[0] }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := proven()[tt.market]
			d := divide(t, m)
			tt.change(d)
			if err := fair.Check(m, d); err == nil || !strings.HasPrefix(err.Error(), tt.field+":") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestCheckReadsTheMarketItself: the checker does not rely on Divide having
// refused a market.
func TestCheckReadsTheMarketItself(t *testing.T) {
	m := proven()["reserved and forbidden"]
	d := divide(t, m)
	for name, change := range map[string]func(*fair.Market){
		"rent_fen":   func(m *fair.Market) { m.Cost = 1 << 62 },
		"values_fen": func(m *fair.Market) { m.Values = [][]int64{{1, 2, 3}, {1}, {1}, {1}} },
		"capacities": func(m *fair.Market) { m.Capacities = []int{1, -2, 2} },
		"forbidden":  func(m *fair.Market) { m.Forbidden = []fair.Pair{{Person: 9}} },
		"reserved":   func(m *fair.Market) { m.Reserved = []fair.Pair{m.Reserved[0], m.Reserved[0]} },
		"budgets":    func(m *fair.Market) { m.Budgets = []fair.Budget{{Person: -1}} },
	} {
		other := m
		change(&other)
		if err := fair.Check(other, d); err == nil || !strings.HasPrefix(err.Error(), name+":") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
