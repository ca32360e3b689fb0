package opinion_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linli/linli/opinion"
)

// matrix rebuilds the table of votes a map was drawn of: by participant and
// statement as the map lists them, NaN where there is no vote.
func matrix(m *opinion.Map, ballots []opinion.Ballot) [][]float64 {
	person, statement := map[opinion.ID]int{}, map[opinion.ID]int{}
	table := make([][]float64, len(m.Places))
	for i, p := range m.Places {
		person[p.Participant] = i
		table[i] = make([]float64, len(m.Counts))
		for s := range table[i] {
			table[i][s] = math.NaN()
		}
	}
	for s, n := range m.Counts {
		statement[n.Statement] = s
	}
	for _, b := range ballots {
		table[person[b.Participant]][statement[b.Statement]] = float64(b.Vote)
	}
	return table
}

// centred subtracts each statement's mean and fills the gaps with it.
func centred(table [][]float64) (x [][]float64, mean []float64) {
	mean = make([]float64, len(table[0]))
	for s := range mean {
		votes := 0.0
		for _, row := range table {
			if !math.IsNaN(row[s]) {
				mean[s] += row[s]
				votes++
			}
		}
		mean[s] /= votes
	}
	for _, row := range table {
		line := make([]float64, len(row))
		for s, v := range row {
			if !math.IsNaN(v) {
				line[s] = v - mean[s]
			}
		}
		x = append(x, line)
	}
	return x, mean
}

// checkMap checks a map against its definition, computed here the slow way.
func checkMap(t tester, m *opinion.Map, ballots []opinion.Ballot) {
	t.Helper()
	table := matrix(m, ballots)
	x, mean := centred(table)
	for s := range mean {
		near(t, "mean", m.Mean[s], mean[s], 1e-12)
	}
	checkComponents(t, m, x)
	for i, row := range table {
		checkPlace(t, m, i, row)
	}
	checkGroups(t, m)
}

// checkComponents checks that the axes are unit eigenvectors of the scatter
// matrix, orthogonal, with the shares they claim.
func checkComponents(t tester, m *opinion.Map, x [][]float64) {
	t.Helper()
	whole := 0.0
	for _, row := range x {
		for _, v := range row {
			whole += v * v
		}
	}
	product := 0.0
	for s := range m.Mean {
		product += m.Components[0].Loadings[s] * m.Components[1].Loadings[s]
	}
	near(t, "product of the axes", product, 0, 1e-9)
	for _, c := range m.Components {
		image := make([]float64, len(c.Loadings))
		length := 0.0
		for _, row := range x {
			along := 0.0
			for s, v := range row {
				along += v * c.Loadings[s]
			}
			for s, v := range row {
				image[s] += along * v
			}
		}
		for s, v := range c.Loadings {
			length += v * v
			near(t, "image of an axis", image[s]/whole, c.Share*v, 1e-9)
		}
		if c.Share > 0 {
			near(t, "length of an axis", length, 1, 1e-9)
		}
	}
	if m.Components[0].Share < m.Components[1].Share-1e-12 {
		t.Error("the second axis shows more than the first")
	}
}

// checkPlace checks the projection of one participant.
func checkPlace(t tester, m *opinion.Map, i int, row []float64) {
	t.Helper()
	x, y, votes := 0.0, 0.0, 0
	for s, v := range row {
		if !math.IsNaN(v) {
			x += (v - m.Mean[s]) * m.Components[0].Loadings[s]
			y += (v - m.Mean[s]) * m.Components[1].Loadings[s]
			votes++
		}
	}
	stretch := math.Sqrt(float64(len(row)) / float64(votes))
	near(t, "x", m.Places[i].X, x*stretch, 1e-9)
	near(t, "y", m.Places[i].Y, y*stretch, 1e-9)
	if m.Places[i].Votes != votes {
		t.Errorf("%d votes, want %d", m.Places[i].Votes, votes)
	}
}

// checkGroups checks that members and places tell the same, and that everybody
// is in the group whose centre, the mean of its members, is nearest.
func checkGroups(t tester, m *opinion.Map) {
	t.Helper()
	members := make([][]opinion.ID, len(m.Groups))
	sums := make([][2]float64, len(m.Groups))
	for _, p := range m.Places {
		if p.Group < 0 {
			continue
		}
		members[p.Group] = append(members[p.Group], p.Participant)
		sums[p.Group][0] += p.X
		sums[p.Group][1] += p.Y
		own := math.Hypot(p.X-m.Groups[p.Group].X, p.Y-m.Groups[p.Group].Y)
		for g, other := range m.Groups {
			if d := math.Hypot(p.X-other.X, p.Y-other.Y); d < own-1e-9 {
				t.Errorf("%s is nearer to group %d than to its own", p.Participant, g)
			}
		}
	}
	if diff := cmp.Diff(members, m.Members()); diff != "" {
		t.Error(diff)
	}
	for g, sum := range sums {
		near(t, "centre x", m.Groups[g].X, sum[0]/float64(len(members[g])), 1e-9)
		near(t, "centre y", m.Groups[g].Y, sum[1]/float64(len(members[g])), 1e-9)
	}
}

// silhouette computes the mean silhouette the slow way.
func silhouette(m *opinion.Map) float64 {
	total, people := 0.0, 0
	for i, p := range m.Places {
		if p.Group < 0 {
			continue
		}
		people++
		sum, size := make([]float64, len(m.Groups)), make([]float64, len(m.Groups))
		for j, q := range m.Places {
			if q.Group >= 0 && i != j {
				sum[q.Group] += math.Hypot(p.X-q.X, p.Y-q.Y)
				size[q.Group]++
			}
		}
		if size[p.Group] == 0 {
			continue
		}
		a, b := sum[p.Group]/size[p.Group], math.Inf(1)
		for g := range m.Groups {
			if g != p.Group {
				b = min(b, sum[g]/size[g])
			}
		}
		if a != b {
			total += (b - a) / max(a, b)
		}
	}
	return total / float64(people)
}

func TestMapIsWhatItsDefinitionSays(t *testing.T) {
	cases := []struct {
		people, statements, groups int
		missing                    float64
	}{
		{12, 8, 2, 0}, {40, 10, 3, 0.3}, {30, 33, 2, 0.5}, {80, 60, 4, 0.4}, {150, 40, 5, 0.2}, {20, 90, 2, 0.6}, {60, 45, 1, 0},
	}
	for _, tc := range cases {
		t.Run(fmt.Sprintf("%d people %d statements", tc.people, tc.statements), func(t *testing.T) {
			ballots := camps(tc.people, tc.statements, tc.groups, tc.missing, 5)
			m := talk(t, opinion.Options{}, ballots).Draw(nil)
			if m.Declined != nil {
				t.Fatal(m.Declined)
			}
			checkMap(t, m, ballots)
			near(t, "silhouette", m.Silhouette, silhouette(m), 1e-9)
			if clear := tc.groups > 1 && tc.groups <= 3 && tc.missing <= 0.3; clear && len(m.Groups) != tc.groups {
				t.Errorf("%d groups of %d camps", len(m.Groups), tc.groups)
			}
		})
	}
}

// Two camps that vote oppositely on four statements and alike on a fifth: by
// hand, the first axis weighs the four equally, the second shows nothing.
func TestMapByHand(t *testing.T) {
	rows := []string{"++--+", "++--+", "++--+", "++--+", "++--+", "--+++", "--+++", "--+++", "--+++", "--+++"}
	m := talk(t, opinion.Options{}, sheet(rows...)).Draw(nil)
	for s, want := range []float64{0.5, 0.5, -0.5, -0.5, 0} {
		near(t, "loading", m.Components[0].Loadings[s], want, 1e-12)
		near(t, "loading of nothing", m.Components[1].Loadings[s], 0, 0)
	}
	near(t, "share", m.Components[0].Share, 1, 1e-12)
	near(t, "share of nothing", m.Components[1].Share, 0, 0)
	near(t, "silhouette", m.Silhouette, 1, 1e-12)
	for i, p := range m.Places { // means 0, so x = 4 · ½ = 2
		want := 2.0
		if i >= 5 {
			want = -2
		}
		near(t, "x", p.X, want, 1e-12)
	}
	want := [][]opinion.ID{{"a", "b", "c", "d", "e"}, {"f", "g", "h", "i", "j"}}
	if diff := cmp.Diff(want, m.Members()); diff != "" {
		t.Error(diff)
	}
}

// The number of groups is the one with the best silhouette: allowing more never
// gives a worse one, and what was allowed alone is never better.
func TestGroupsAreChosenBySilhouette(t *testing.T) {
	for seed := range uint64(8) {
		ballots := camps(70, 12, 1+int(seed%5), 0.2, seed)
		before, groups := math.Inf(-1), 0
		for allowed := 2; allowed <= 5; allowed++ {
			m := talk(t, opinion.Options{MaxGroups: allowed}, ballots).Draw(nil)
			if m.Silhouette < before {
				t.Errorf("seed %d: silhouette %g with %d groups, %g with fewer", seed, m.Silhouette, len(m.Groups), before)
			}
			if m.Silhouette == before && len(m.Groups) != groups {
				t.Errorf("seed %d: %d groups instead of %d without need", seed, len(m.Groups), groups)
			}
			if len(m.Groups) < 2 || len(m.Groups) > allowed {
				t.Errorf("seed %d: %d groups of at most %d", seed, len(m.Groups), allowed)
			}
			before, groups = m.Silhouette, len(m.Groups)
		}
	}
}

// One camp gives a silhouette of 0.3 to 0.6: the warning in the package's comment.
func TestSilhouetteOfNoGroups(t *testing.T) {
	for _, people := range []int{50, 200, 1000} {
		for seed := range uint64(4) {
			alone := talk(t, opinion.Options{}, camps(people, 50, 1, 0.3, seed)).Draw(nil).Silhouette
			if alone < 0.3 || alone > 0.65 {
				t.Errorf("%d people, seed %d: silhouette %.2f of one camp", people, seed, alone)
			}
		}
	}
}

// Many people stand on so many spots that first centres and silhouettes are
// taken on a grid; the groups are still exact and the silhouette close.
func TestManyPeople(t *testing.T) {
	ballots := camps(3000, 40, 3, 0.3, 9)
	m := talk(t, opinion.Options{}, ballots).Draw(nil)
	checkMap(t, m, ballots)
	if len(m.Groups) != 3 {
		t.Fatalf("%d groups of 3 camps", len(m.Groups))
	}
	near(t, "silhouette", m.Silhouette, silhouette(m), 0.02)

	renamed := slices.Clone(ballots)
	for i := range renamed {
		renamed[i].Participant = mirrored(ballots[i].Participant)
	}
	other := groupOf(talk(t, opinion.Options{}, renamed).Draw(nil))
	for who, group := range groupOf(m) {
		if other[mirrored(who)] != group {
			t.Fatalf("%s changes group when everybody is renamed", who)
		}
	}
}

// mirrored renames people so that their order changes: p12 becomes 21p.
func mirrored(id opinion.ID) opinion.ID {
	letters := []byte(id)
	slices.Reverse(letters)
	return opinion.ID(letters)
}

func TestMapDeclines(t *testing.T) {
	alike := make([]string, 10)
	for i := range alike {
		alike[i] = "+-o"
	}
	wide := make([]opinion.Ballot, 0, 10*(opinion.MaxStatements+1))
	for p := range 10 {
		for s := range opinion.MaxStatements + 1 {
			wide = append(wide, opinion.Ballot{Participant: personID(p), Statement: statementID(s)})
		}
	}
	cases := []struct {
		name    string
		opts    opinion.Options
		ballots []opinion.Ballot
		want    *opinion.Decline
	}{
		{"nothing", opinion.Options{}, nil, &opinion.Decline{Reason: opinion.TooFewStatements, Have: 0, Need: 3}},
		{"two statements", opinion.Options{}, camps(30, 2, 2, 0, 1), &opinion.Decline{Reason: opinion.TooFewStatements, Have: 2, Need: 3}},
		{"nine people", opinion.Options{}, camps(9, 8, 2, 0, 1), &opinion.Decline{Reason: opinion.TooFewPeople, Have: 9, Need: 10}},
		{"ten people", opinion.Options{}, camps(10, 8, 2, 0, 1), nil},
		{"many people with few votes", opinion.Options{MinVotes: 9}, camps(40, 12, 2, 0.8, 1), &opinion.Decline{Reason: opinion.TooFewPeople, Have: 0, Need: 10}},
		{"everybody alike", opinion.Options{}, sheet(alike...), &opinion.Decline{Reason: opinion.NoDifference}},
		{"own sizes", opinion.Options{MinPeople: 4, MinStatements: 1, MinVotes: 1}, sheet("+", "+", "-", "-"), nil},
		{"too many statements", opinion.Options{}, wide, &opinion.Decline{Reason: opinion.TooManyStatements, Have: opinion.MaxStatements + 1, Need: opinion.MaxStatements}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := talk(t, tc.opts, tc.ballots)
			m := c.Draw(nil)
			if diff := cmp.Diff(tc.want, m.Declined); diff != "" {
				t.Fatal(diff)
			}
			if diff := cmp.Diff(c.Counts(), m.Counts); diff != "" || m.Votes != len(tc.ballots) {
				t.Errorf("plain counts are missing: %s", diff)
			}
			if drawn := len(m.Groups) > 0 && len(m.Places) > 0; drawn != (tc.want == nil) {
				t.Errorf("map drawn: %v", drawn)
			}
		})
	}
}

// A flood of statements ends the map, and its withdrawal brings it back.
func TestFloodOfStatements(t *testing.T) {
	c := talk(t, opinion.Options{}, camps(20, 12, 2, 0, 3))
	m := c.Draw(nil)
	for s := range opinion.MaxStatements {
		cast(t, c, opinion.Ballot{Participant: "flood", Statement: statementID(100 + s), Vote: opinion.Agree})
	}
	if got := c.Draw(m).Declined; got == nil || got.Reason != opinion.TooManyStatements {
		t.Errorf("declined %v, want %s", got, opinion.TooManyStatements)
	}
	for s := range opinion.MaxStatements {
		c.Withdraw("flood", statementID(100+s))
	}
	if diff := cmp.Diff(m, c.Draw(nil)); diff != "" {
		t.Error(diff)
	}
}

// People with few votes are placed but belong to no group.
func TestFewVotesGiveNoGroup(t *testing.T) {
	ballots := camps(20, 12, 2, 0, 3)
	for s := range 6 {
		ballots = append(ballots, opinion.Ballot{Participant: "guest", Statement: statementID(s), Vote: opinion.Agree})
	}
	c := talk(t, opinion.Options{}, ballots)
	m := c.Draw(nil)
	if got := groupOf(m)["guest"]; got != -1 {
		t.Errorf("six votes give group %d, want none", got)
	}
	cast(t, c, opinion.Ballot{Participant: "guest", Statement: statementID(6), Vote: opinion.Agree})
	if got := groupOf(c.Draw(m))["guest"]; got < 0 {
		t.Error("seven votes give no group")
	}
}

// Groups are numbered by size; equally large ones by what they voted.
func TestGroupNumbers(t *testing.T) {
	rows := []string{"---", "---", "---", "---", "---", "+++", "+++", "+++", "+++", "+++"}
	m := talk(t, opinion.Options{}, sheet(rows...)).Draw(nil)
	if got := groupOf(m)["f"]; got != 0 {
		t.Errorf("of two groups of five the agreeing one is %d, want 0", got)
	}
	rows = append(rows, "---")
	m = talk(t, opinion.Options{}, sheet(rows...)).Draw(nil)
	if got := groupOf(m)["f"]; got != 1 {
		t.Errorf("the smaller group is %d, want 1", got)
	}
}
