package fair_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/linli/linli/fair"
)

// large are markets big enough for every part of the solver: the auction, the
// sample it begins with, the short lists and several processors.
func large() map[string]fair.Market {
	random := rand.New(rand.NewPCG(5, 6))
	all := map[string]fair.Market{}
	for _, name := range shapeNames() {
		all[name] = shape(name, 600)
	}
	all["more places"] = cars(520, 640)
	fewer := cars(700, 700)
	fewer.Capacities = nil
	for i, row := range fewer.Values {
		fewer.Values[i] = row[:560]
	}
	all["more people"] = fewer
	pinned := fewer
	pinned.Policy, pinned.Cost = fair.Pin, 55_800_000
	all["more people, pinned"] = pinned
	most := cars(300, 900)
	most.Capacities = nil
	for i, row := range most.Values {
		for j := range row {
			row[j] = int64(i+1) * int64(j+1) // all want the same hundred
		}
	}
	all["three places each"] = most
	all["too few for an auction"] = fair.Market{Values: most.Values[:120]}
	all["a thousand"] = shape("similar", 1100)
	all["two quarters"] = quarters(400)
	all["beyond the lists"] = beyondLists()
	many := cars(520, 600)
	many.Capacities = slices.Repeat([]int{1}, 600)
	many.Capacities[7], many.Capacities[8] = 0, 300
	all["room for many"] = many
	huge := cars(520, 600)
	huge.Capacities = slices.Repeat([]int{1 << 30}, 600)
	all["room without end"] = huge
	barred := cars(600, 600)
	for i := range 600 {
		for j := range 600 {
			if i != j && random.IntN(10) > 0 {
				barred.Forbidden = append(barred.Forbidden, fair.Pair{Person: i, Place: j})
			}
		}
	}
	all["mostly forbidden"] = barred
	budgets := cars(600, 600)
	for i := range 50 {
		budgets.Budgets = append(budgets.Budgets, fair.Budget{Person: i, Fen: 1200_00})
	}
	budgets.Reserved = []fair.Pair{{Person: 599, Place: 3}, {Person: 598, Place: 4}}
	all["budgets and reservations"] = budgets
	return all
}

// quarters are two halves of a town. Everybody's short list has places of their
// own half only, but those of the poorer half hold down the prices of both.
func quarters(n int) fair.Market {
	m := cars(n, n)
	for i, row := range m.Values {
		for j := range row {
			row[j] %= 10_00
			if i < n/2 == (j < n/2) {
				row[j] += 20_00
			}
			if i < n/2 {
				row[j] += 10_000_00
			}
		}
	}
	return m
}

// beyondLists has so much room that no auction is held, and people whose first
// hundred wishes are the same, so that they meet beyond them.
func beyondLists() fair.Market {
	m := cars(300, 700)
	m.Capacities = nil
	for i, row := range m.Values {
		for j := range row {
			row[j] = row[j]%100_00 + int64(700-j)*10
			if j < 90 {
				row[j] += 2000_00
			} else if j < 110 && i%2 == 0 {
				row[j] += 1000_00
			}
		}
	}
	return m
}

func TestLargeMarketsAreProven(t *testing.T) {
	for name, m := range large() {
		t.Run(name, func(t *testing.T) {
			if err := fair.Check(m, divide(t, m)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestProcessorsDoNotMatter(t *testing.T) {
	digests := func(processors int) map[string]string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		out := map[string]string{}
		for name, m := range large() {
			out[name] = divide(t, m).Certificate.Digest
		}
		return out
	}
	one, four := digests(1), digests(4)
	for name := range one {
		if one[name] != four[name] {
			t.Errorf("%s: another answer on four processors than on one", name)
		}
	}
}

// TestLargeConflictIsNamed crowds 200 of 600 people into 150 places.
func TestLargeConflictIsNamed(t *testing.T) {
	m := cars(600, 600)
	for i := 300; i < 500; i++ {
		for j := range 600 {
			if j%4 != 0 {
				m.Forbidden = append(m.Forbidden, fair.Pair{Person: i, Place: j})
			}
		}
	}
	_, err := fair.Divide(m)
	var conflict *fair.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if len(conflict.People) <= len(conflict.Places) {
		t.Errorf("%d people and %d places are no conflict", len(conflict.People), len(conflict.Places))
	}
	for _, i := range conflict.People {
		if i < 300 || i >= 500 {
			t.Errorf("person %d may use other places", i)
		}
	}
}

func TestAppendJSONIsWhatEncodingJSONWrites(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, d *fair.Division) {
		want, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("marshal: %v", err)
		}
		got, err := d.AppendJSON([]byte("before"))
		if err != nil || string(got) != "before"+string(want) {
			t.Fatalf("got  %s\nwant before%s\nerror %v", got, want, err)
		}
	}
	for _, name := range []string{"more people", "budgets and reservations"} {
		same(t, divide(t, large()[name]))
	}
	rapid.Check(t, func(t *rapid.T) {
		d, err := fair.Divide(anyMarket(t, 6))
		if err != nil {
			return // what is refused is not written
		}
		same(t, d)
		d.Certificate.Margins = rapid.SliceOf(rapid.SliceOf(rapid.Int64())).Draw(t, "margins")
		same(t, d)
		d.Certificate.Margins = append(d.Certificate.Margins, nil)
		same(t, d)
		d.Certificate.Margins = nil
		same(t, d)
	})
}
