package fair_test

import (
	"errors"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

// nearMarket is the same plan as a market: what the far places cost has to be
// collected.
func nearMarket(p fair.NearPlan, far []int64) fair.Market {
	half := len(p.Gains) / 2
	m := fair.Market{Capacities: []int{half, half}, Cost: int64(half) * int64(p.Months) * p.Fee}
	for i, g := range p.Gains {
		m.Values = append(m.Values, []int64{far[i] + g, far[i]})
	}
	return m
}

func TestNearPaysFarData(t *testing.T) {
	var cases []struct {
		ID     string  `json:"id"`
		Months int     `json:"months"`
		Fee    int64   `json:"fee_fen"`
		Deltas []int64 `json:"delta_sorted_fen"`
		Far    []int64 `json:"far_value_fen"`
		Rent   int64   `json:"rent_fen"`
		Expect struct {
			Welfare  int64    `json:"welfare_fen"`
			Num      int64    `json:"maximin_num"`
			Den      int64    `json:"maximin_den"`
			GapNum   int64    `json:"near_minus_far_price_num"`
			GapDen   int64    `json:"near_minus_far_price_den"`
			Interval [2]int64 `json:"ef_interval"`
			Near     int64    `json:"tang_near_price"`
			FarPrice int64    `json:"tang_far_price"`
			Fair     bool     `json:"tang_plan_envy_free"`
		} `json:"expect"`
	}
	readData(t, "near-pays-far.json", &cases)
	if len(cases) != 13 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			p := fair.NearPlan{Months: c.Months, Fee: c.Fee, Gains: c.Deltas}
			v, err := fair.NearPaysFar(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := [2]int64{v.GapLow, v.GapHigh}; got != c.Expect.Interval {
				t.Errorf("interval %v, want %v", got, c.Expect.Interval)
			}
			verdict, err := v.Judge(c.Expect.Near)
			if err != nil || (verdict.Where == fair.InRange) != c.Expect.Fair || (len(verdict.Envious) == 0) != c.Expect.Fair {
				t.Errorf("one month's fee: %+v, %v; want fair %t", verdict, err, c.Expect.Fair)
			}
			m := nearMarket(p, c.Far)
			if m.Cost != c.Rent || c.Expect.FarPrice != int64(c.Months)*c.Fee-c.Expect.Near {
				t.Errorf("cost %d, want %d", m.Cost, c.Rent)
			}
			d := divide(t, m)
			if d.Welfare != c.Expect.Welfare || d.MaximinNum.Int64() != c.Expect.Num || d.MaximinDen != c.Expect.Den {
				t.Errorf("welfare %d, maximin %s/%d", d.Welfare, d.MaximinNum, d.MaximinDen)
			}
			gap := new(big.Rat).SetFrac(new(big.Int).Sub(d.PricesNum[0], d.PricesNum[1]), big.NewInt(d.PricesDen))
			if gap.Cmp(big.NewRat(c.Expect.GapNum, c.Expect.GapDen)) != 0 {
				t.Errorf("near costs %s more than far", gap)
			}
		})
	}
}

// TestNearHalfFen has ends on half a fen: the whole fen inside are fair, the
// ones outside are half a fen off.
func TestNearHalfFen(t *testing.T) {
	v, err := fair.NearPaysFar(fair.NearPlan{Months: 3, Fee: 101, Gains: []int64{-4, 90, 20, 91}})
	if err != nil {
		t.Fatal(err)
	}
	if v.LowNum != 323 || v.HighNum != 393 || v.Den != 2 {
		t.Errorf("from %d/2 to %d/2", v.LowNum, v.HighNum)
	}
	if diff := cmp.Diff([]int{1, 3}, v.Near); diff != "" {
		t.Error(diff)
	}
	for payment, want := range map[int64]fair.Proposal{
		161: {Where: fair.TooLow, OffNum: 1, Envious: []int{2}},
		162: {Where: fair.InRange, Envious: []int{}},
		196: {Where: fair.InRange, Envious: []int{}},
		197: {Where: fair.TooHigh, OffNum: 1, Envious: []int{1}},
	} {
		got, err := v.Judge(payment)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%d: %v %s", payment, err, diff)
		}
	}
}

// TestNearAgreesWithCounting judges payments against the plain definition.
func TestNearAgreesWithCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 2 * rapid.IntRange(1, 6).Draw(t, "pairs")
		p := fair.NearPlan{
			Months: rapid.IntRange(1, 4).Draw(t, "months"), Fee: rapid.Int64Range(0, 40).Draw(t, "fee"),
			Gains: rapid.SliceOfN(rapid.Int64Range(-30, 90), n, n).Draw(t, "gains"),
		}
		v, err := fair.NearPaysFar(p)
		if err != nil {
			t.Fatal(err)
		}
		payment := rapid.Int64Range(-20, 150).Draw(t, "payment")
		got, err := v.Judge(payment)
		if err != nil {
			t.Fatal(err)
		}
		near := map[int]bool{}
		for _, i := range v.Near {
			near[i] = true
		}
		fees := int64(p.Months) * p.Fee
		for i, gain := range p.Gains {
			utilityNear, utilityFar := gain-payment, payment-fees
			envies := near[i] && utilityFar > utilityNear || !near[i] && utilityNear > utilityFar
			listed := false
			for _, e := range got.Envious {
				listed = listed || e == i
			}
			if envies != listed {
				t.Fatalf("person %d: envies %t, listed %t", i, envies, listed)
			}
		}
		if (got.Where == fair.InRange) != (len(got.Envious) == 0) || (got.OffNum == 0) != (got.Where == fair.InRange) {
			t.Fatalf("%+v", got)
		}
	})
}

func TestNearRefuses(t *testing.T) {
	for field, p := range map[string]fair.NearPlan{
		"gains_fen": {Months: 1, Gains: []int64{1, 2, 3}},
		"months":    {Gains: []int64{1, 2}},
		"fee_fen":   {Months: 1 << 40, Fee: 1 << 40, Gains: []int64{1, 2}},
	} {
		var input *fair.InputError
		if _, err := fair.NearPaysFar(p); !errors.As(err, &input) || input.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := fair.NearPaysFar(fair.NearPlan{Months: 1, Gains: []int64{fair.MaxFen + 1, 0}}); err == nil {
		t.Error("an amount past the limit was accepted")
	}
	v, err := fair.NearPaysFar(fair.NearPlan{Months: 1, Fee: 5, Gains: []int64{3, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Judge(fair.MaxFen + 1); err == nil {
		t.Error("a payment past the limit was accepted")
	}
}
