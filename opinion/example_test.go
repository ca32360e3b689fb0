package opinion_test

import (
	"fmt"
	"strings"

	"github.com/linli/linli/opinion"
)

// The playground: fourteen households answer six statements, some not all.
// Families with children and light sleepers disagree about noise and hours;
// both want benches and a fence.
func Example() {
	statements := []opinion.ID{"ball games", "lights until ten", "benches", "fence", "quiet after eight", "dogs welcome"}
	answers := []string{
		"++++--", "+++ --", "++++-o", "+ ++--", "++++--", "o+++--", "+++o--", "++++ -",
		"--+++o", "--+++-", " -+++-", "--++++", "-o+++-", "--+ +-",
	}
	votes := map[rune]opinion.Vote{'+': opinion.Agree, 'o': opinion.Pass, '-': opinion.Disagree}
	playground := opinion.New(opinion.Options{MinVotes: 5})
	for household, row := range answers {
		for s, sign := range row {
			vote, answered := votes[sign]
			if !answered {
				continue
			}
			ballot := opinion.Ballot{Participant: opinion.ID(fmt.Sprint(101 + household)), Statement: statements[s], Vote: vote}
			if _, err := playground.Cast(ballot); err != nil {
				fmt.Println(err)
				return
			}
		}
	}

	drawn := playground.Draw(nil)
	compared, err := playground.Compare(drawn.Members())
	if err != nil {
		fmt.Println(err)
		return
	}
	for g, group := range compared.Groups {
		var told []string
		for _, r := range group.Representative {
			told = append(told, fmt.Sprintf("%s %s (%d of %d)", r.Stance, r.Statement, r.Successes, r.Trials))
		}
		fmt.Printf("group %d, %d households: %s\n", g, len(group.Members), strings.Join(told, ", "))
	}
	for _, c := range compared.Consensus {
		fmt.Printf("%-17s %.2f\n", c.Statement, c.Agree)
	}
	// Output:
	// group 0, 8 households: agree lights until ten (7 of 7), agree ball games (7 of 8), disagree quiet after eight (7 of 7)
	// group 1, 6 households: agree quiet after eight (6 of 6), disagree ball games (5 of 5), disagree lights until ten (5 of 6)
	// ball games        0.11
	// benches           0.79
	// dogs welcome      0.03
	// fence             0.67
	// lights until ten  0.11
	// quiet after eight 0.10
}

// Five neighbours are too few for a map; the counts stand alone.
func ExampleMap_declined() {
	c := opinion.New(opinion.Options{})
	for _, name := range []opinion.ID{"赵", "钱", "孙", "李", "周"} {
		for _, statement := range []opinion.ID{"benches", "fence", "lights"} {
			if _, err := c.Cast(opinion.Ballot{Participant: name, Statement: statement, Vote: opinion.Agree}); err != nil {
				fmt.Println(err)
			}
		}
	}
	m := c.Draw(nil)
	fmt.Printf("%s: %d of %d\n", m.Declined.Reason, m.Declined.Have, m.Declined.Need)
	for _, n := range m.Counts {
		fmt.Println(n.Statement, n.Agree, "of", n.Seen)
	}
	// Output:
	// too few people with enough votes: 5 of 10
	// benches 5 of 5
	// fence 5 of 5
	// lights 5 of 5
}

// One building against another: the groups may be given.
func ExampleConversation_Compare() {
	c := opinion.New(opinion.Options{})
	lift := map[opinion.ID]opinion.Vote{"1-101": -1, "1-201": -1, "1-601": 1, "2-101": 1, "2-601": 1}
	for home, vote := range lift {
		if _, err := c.Cast(opinion.Ballot{Participant: home, Statement: "a lift", Vote: vote}); err != nil {
			fmt.Println(err)
		}
	}
	result, err := c.Compare([][]opinion.ID{{"1-101", "1-201", "1-601"}, {"2-101", "2-601"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f = 2/5 · 3/4\n", result.Consensus[0].Agree)
	// Output:
	// 0.300 = 2/5 · 3/4
}
