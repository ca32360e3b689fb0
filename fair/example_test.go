package fair_test

import (
	"fmt"
	"math/big"
	"os"

	"github.com/linli/linli/fair"
)

// Sixteen cars share eight near places, which are free, and eight far ones
// that cost 600 yuan a month for two months. Each owner says what a near and a
// far place is worth to them for that time.
func ExampleDivide() {
	m := fair.Market{Cost: 8 * 2 * 600_00, Capacities: []int{8, 8}}
	for i := range int64(16) {
		m.Values = append(m.Values, []int64{3000_00 - 60_00*i, 1800_00})
	}
	d, err := fair.Divide(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("near: %d fen, far: %d fen\n", d.PricesFen[0], d.PricesFen[1])
	last := d.People[15]
	fmt.Printf("the last owner has place %d, pays %d fen and likes place %d less by %d fen\n",
		last.Place, last.PriceFen, last.Best.Place, last.Best.WorseFen)
	fmt.Println("the proof stands:", fair.Check(m, d) == nil)
	// Output:
	// near: 99000 fen, far: 21000 fen
	// the last owner has place 1, pays 21000 fen and likes place 0 less by 48000 fen
	// the proof stands: true
}

// The same sixteen cars with the plan near pays far: is one month's fee a fair
// payment?
func ExampleNearPaysFar() {
	p := fair.NearPlan{Months: 2, Fee: 600_00}
	for i := range int64(16) {
		p.Gains = append(p.Gains, 1200_00-60_00*i)
	}
	v, err := fair.NearPaysFar(p)
	if err != nil {
		fmt.Println(err)
		return
	}
	verdict, err := v.Judge(600_00)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("from %d/2 to %d/2 fen\n", v.LowNum, v.HighNum)
	fmt.Printf("60000 fen: %s, %d people would rather change\n", verdict.Where, len(verdict.Envious))
	// Output:
	// from 192000/2 to 198000/2 fen
	// 60000 fen: too_low, 8 people would rather change
}

// A lift of six floors: floor f needs it as far as (f−1)·1000 yuan.
func ExampleAirport() {
	exact, fen, err := fair.Airport([]int64{0, 1000_00, 2000_00, 3000_00, 4000_00, 5000_00})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range fen {
		fmt.Printf("floor %d: %s = %d fen\n", i+1, exact[i].RatString(), fen[i])
	}
	// Output:
	// floor 1: 0 = 0 fen
	// floor 2: 20000 = 20000 fen
	// floor 3: 45000 = 45000 fen
	// floor 4: 235000/3 = 78334 fen
	// floor 5: 385000/3 = 128333 fen
	// floor 6: 685000/3 = 228333 fen
}

// The same lift by a table of weights the owners voted on, after a subsidy of
// 40 % up to 280,000 yuan.
func ExampleByFloor() {
	bill, err := fair.Settle(800_000_00, []fair.Subsidy{{BasisPoints: 4000, Cap: 280_000_00}}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	table := fair.FloorWeights{3: 7, 4: 8, 5: 9, 6: 10}
	shares, err := fair.ByFloor(bill.Residents, table, []int{1, 2, 3, 4, 5, 6}, []int64{9000, 9000, 9000, 9000, 9000, 9000})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bill.Subsidies, bill.Residents, shares)
	// Output: [28000000] 52000000 [0 0 10705882 12235294 13764706 15294118]
}

func ExampleChoose() {
	file, err := os.Open("testdata/courtyard.pb")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	e, err := fair.ReadPabulib(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := fair.Choose(e, fair.Rule{Shares: true, AddOne: true, Greedy: true}, fair.CostUtility)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range c.Selected {
		fmt.Println(e.Projects[p].Name)
	}
	for _, p := range fair.Payments(e, c)[1] {
		fmt.Printf("voter 2 paid %s fen for %s\n", p.Exact.RatString(), e.Projects[p.Project].ID)
	}
	// Output:
	// Lamps on the lane
	// A slide; for the "small" ones
	// A wall to paint on
	// Benches under the camphor tree
	// Racks for bicycles
	// voter 2 paid 24000 fen for lamp
	// voter 2 paid 80050/3 fen for bench
	// voter 2 paid 30000 fen for rack
}

// Draw gives a place where no money may pass: the seed was committed to before
// the list was closed.
func ExampleDraw() {
	seed := []byte("thrown dice: 3 1 6 2 2 5 4 1 6 6 3 5")
	commitment, err := fair.Commit(seed)
	if err != nil {
		fmt.Println(err)
		return
	}
	entries := []string{"building 3", "building 1", "building 2"}
	order, err := fair.Draw(seed, entries)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(commitment[:16], order)
	fmt.Println("replayed:", fair.VerifyDraw(commitment, seed, entries, order) == nil)
	// Output:
	// f2e035e1f3dd7d83 [building 1 building 3 building 2]
	// replayed: true
}

// Prices are exact; what is paid is rounded up to the fen.
func ExampleDivision() {
	d, err := fair.Divide(fair.Market{Cost: 100, Values: [][]int64{{60}, {60}, {60}}, Capacities: []int{3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(new(big.Rat).SetFrac(d.PricesNum[0], big.NewInt(d.PricesDen)), d.PricesFen[0], "and", d.CommonFen, "to the common account")
	// Output: 100/3 34 and 2 to the common account
}
