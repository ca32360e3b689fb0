package tally_test

import (
	"fmt"

	"github.com/linli/linli/tally"
)

// roof is the roll of one stair whose roof leaks: ten flats, one bought by a
// couple, two by the same owner.
func roof() []tally.Unit {
	return []tally.Unit{
		{ID: "101", Building: "2", Owners: []string{"lu"}, Area: 8846},
		{ID: "102", Building: "2", Owners: []string{"shen"}, Area: 6492},
		{ID: "201", Building: "2", Owners: []string{"he", "an"}, Area: 8846},
		{ID: "202", Building: "2", Owners: []string{"chang"}, Area: 6492},
		{ID: "301", Building: "2", Owners: []string{"gu"}, Area: 9073},
		{ID: "302", Building: "2", Owners: []string{"gu"}, Area: 6626},
		{ID: "401", Building: "2", Owners: []string{"tang"}, Area: 9073},
		{ID: "402", Building: "2", Owners: []string{"wei"}, Area: 6626},
		{ID: "501", Building: "2", Owners: []string{"pan"}, Area: 9073},
		{ID: "502", Building: "2", Owners: []string{"xu"}, Area: 6626},
	}
}

// The roof of building 2 leaks; repairing it from the maintenance fund is item
// 5. Half way through, the building lead asks how much is missing.
func Example() {
	roll, err := tally.NewRoll(tally.CivilCode(), roof(), tally.Scope{Building: "2"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("entitled:", roll.Total().Area, roll.Total().Heads, "heads")

	running, err := tally.NewRunning(roll, tally.Sheet{
		Vote:      "roof-2",
		Questions: []tally.Question{{ID: "use the fund", Item: 5}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range []tally.Ballot{
		{Voter: "lu", Answers: []tally.Choice{tally.Yes}},
		{Voter: tally.JointID("he", "an"), Answers: []tally.Choice{tally.Yes}},
		{Voter: "shen", Answers: []tally.Choice{tally.No}},
		{Voter: "chang", Answers: []tally.Choice{tally.Abstain}},
		{Voter: "shen", Answers: []tally.Choice{tally.Yes}}, // thought again
	} {
		if err := running.Cast(b); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(running.Cast(tally.Ballot{Voter: "an", Answers: []tally.Choice{tally.No}}))

	r := running.Results()[0]
	fmt.Println("took part:", r.Part.Area, r.Part.Heads, "heads; agreed:", r.Yes.Area, r.Yes.Heads, "heads")
	fmt.Println("quorum:", r.Quorum, "passed:", r.Passed)
	fmt.Println("missing:", r.ToPass.Area, r.ToPass.Heads, "heads; at least", r.ToPass.Homes, "homes:")
	for _, v := range running.Doors("use the fund", r.ToPass.Homes) {
		fmt.Println("  knock at", v.Units, v.Area)
	}
	// Output:
	// entitled: 777.73 m² 9 heads
	// tally: voter: is one of several co-owners, who cast one ballot together (an)
	// took part: 306.76 m² 4 heads; agreed: 241.84 m² 3 heads
	// quorum: false passed: false
	// missing: 211.73 m² 2 heads; at least 2 homes:
	//   knock at [301 302] 156.99 m²
	//   knock at [401] 90.73 m²
}

// The log is published; an owner on the telephone reads out a receipt.
func ExampleVerify() {
	roll, err := tally.NewRoll(tally.CivilCode(), roof(), tally.Scope{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sheet := tally.Sheet{Vote: "roof-2", Questions: []tally.Question{{ID: "use the fund", Item: 5}}}
	log, err := tally.OpenLog(roll, sheet, []byte("a secret that only the counters know"))
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := log.Append(tally.Ballot{Voter: "lu", Answers: []tally.Choice{tally.Yes}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("receipt:", receipt)

	export := log.Export()
	audit, err := tally.Verify(export)
	if err != nil {
		fmt.Println(err)
		return
	}
	heard, err := tally.ParseReceipt(receipt.String())
	fmt.Println("holds:", audit.Holds(heard), err)
	export[len(export)/2] ^= 1
	_, err = tally.Verify(export)
	fmt.Println("after a change:", err != nil)
	// Output:
	// receipt: 1-4037-1461-6869-1441-70
	// holds: <nil> <nil>
	// after a change: true
}

// One sheet may put several questions; each has its own majority. An agent says
// what the mandate says, or the ballot is refused.
func ExampleCount() {
	roll, err := tally.NewRoll(tally.CivilCode(), roof(), tally.Scope{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sheet := tally.Sheet{Vote: "lift-2", Questions: []tally.Question{
		{ID: "use the fund", Item: 5},
		{ID: "raise the rest", Item: 6},
	}}
	ballots := []tally.Ballot{
		{Voter: "lu", Answers: []tally.Choice{tally.Yes, tally.Yes}},
		{Voter: "shen", Answers: []tally.Choice{tally.Yes, tally.No}},
		{Voter: "an+he", Answers: []tally.Choice{tally.Yes, tally.Yes}},
		{Voter: "gu", Answers: []tally.Choice{tally.Yes, tally.Yes}},
		{Voter: "tang", Answers: []tally.Choice{tally.Yes, tally.Abstain}},
		{Voter: "wei", Answers: []tally.Choice{tally.Yes, tally.Yes}, Mandate: &tally.Mandate{
			Agent: "pan", Answers: []tally.Choice{tally.Yes, tally.Yes},
		}},
	}
	results, err := tally.Count(roll, sheet, ballots)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		fmt.Println(r.Question+":", r.Yes.Heads, "of", r.Part.Heads, "heads, needs", r.NeedYes.Heads, "- passed:", r.Passed)
	}
	ballots[5].Answers = []tally.Choice{tally.Yes, tally.No}
	_, err = tally.Count(roll, sheet, ballots)
	fmt.Println(err)
	// Output:
	// use the fund: 6 of 6 heads, needs 4 - passed: true
	// raise the rest: 4 of 6 heads, needs 5 - passed: false
	// tally: ballots[5].answers[1]: differs from the opinion the mandate states (no)
}
