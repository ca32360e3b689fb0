package fair

import (
	"math"
	"slices"
)

// barred marks a cell of the table that can never be used.
const barred = math.MinInt64

// table is the market as the solver sees it: only the people who take part
// (those without a reserved place), and places of equal value to everybody
// drawn together into one class. When people outnumber places one more class,
// the last, stands for having none.
type table struct {
	market  *Market
	people  []int     // person in the market by row
	row     []int     // row by person, -1 for a reserved one
	values  [][]int64 // by row and class; barred where forbidden
	cap     []int     // places left after the reservations, by class
	payers  []int     // reserved places by class
	members [][]int   // places by class; the class for Nowhere has none
	class   []int     // class by place
	without int       // the class for Nowhere, or -1
}

// newTable draws the table up and refuses what cannot be computed exactly or
// has no price.
func newTable(m *Market) (*table, error) {
	t := &table{market: m, without: -1}
	t.seatReserved()
	if len(t.people) == 0 {
		return nil, invalid("reserved", "everybody has a reserved place, so no market is left to price them")
	}
	forbidden := t.forbiddenRows()
	t.classify(forbidden)
	if t.room() == 0 {
		return nil, invalid("capacities", "no place is left for the market")
	}
	if short := len(t.people) - t.room(); short > 0 {
		t.without = len(t.members)
		t.members, t.cap, t.payers = append(t.members, nil), append(t.cap, short), append(t.payers, 0)
	}
	t.fill(forbidden)
	if err := t.checkUse(); err != nil {
		return nil, err
	}
	return t, checkRoom(len(m.Values), min(len(t.cap), len(t.people))+1, t.largest(), t.spread())
}

// seatReserved splits the people into those with a reserved place and the
// rows of the table.
func (t *table) seatReserved() {
	t.row = make([]int, len(t.market.Values))
	for _, p := range t.market.Reserved {
		t.row[p.Person] = -1
	}
	for i := range t.row {
		if t.row[i] == 0 {
			t.row[i] = len(t.people)
			t.people = append(t.people, i)
		}
	}
}

// forbiddenRows returns, for each row, the places its person may not use, in
// ascending order.
func (t *table) forbiddenRows() [][]int {
	rows := make([][]int, len(t.people))
	for _, p := range t.market.Forbidden {
		if r := t.row[p.Person]; r >= 0 {
			rows[r] = append(rows[r], p.Place)
		}
	}
	for r := range rows {
		slices.Sort(rows[r])
		rows[r] = slices.Compact(rows[r])
	}
	return rows
}

// classify draws together the places that everybody values alike. Columns are
// compared by a fingerprint first and cell by cell where that agrees.
func (t *table) classify(forbidden [][]int) {
	places := len(t.market.Values[0])
	print := t.fingerprints(forbidden)
	barredBy := make([][]int, places)
	for r, list := range forbidden {
		for _, j := range list {
			barredBy[j] = append(barredBy[j], r)
		}
	}
	t.class = make([]int, places)
	seen := map[uint64][]int{}
	for j := range places {
		c := t.findTwin(j, seen[print[j]], barredBy)
		if c < 0 {
			c = len(t.members)
			t.members = append(t.members, nil)
			t.cap, t.payers = append(t.cap, 0), append(t.payers, 0)
			seen[print[j]] = append(seen[print[j]], c)
		}
		t.class[j] = c
		t.members[c] = append(t.members[c], j)
		t.cap[c] += t.market.capacity(j)
	}
	for _, p := range t.market.Reserved {
		t.cap[t.class[p.Place]]--
		t.payers[t.class[p.Place]]++
	}
}

// fingerprints mixes each column into 64 bits (the FNV-1a step, on words).
func (t *table) fingerprints(forbidden [][]int) []uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	prints := make([]uint64, len(t.market.Values[0]))
	for j := range prints {
		prints[j] = offset
	}
	inParallel(len(prints), len(prints)*len(t.people), func(from, to int) {
		some := prints[from:to]
		for r, i := range t.people {
			for j, v := range t.market.Values[i][from:to] {
				h := (some[j] ^ uint64(v)) * prime
				some[j] = h ^ h>>29
			}
			for _, j := range forbidden[r] {
				if j >= from && j < to {
					prints[j] = (prints[j] + uint64(r) + 1) * prime
				}
			}
		}
	})
	return prints
}

// findTwin looks among classes for one whose first place equals place j for
// everybody who takes part.
func (t *table) findTwin(j int, classes []int, barredBy [][]int) int {
	for _, c := range classes {
		first := t.members[c][0]
		if !slices.Equal(barredBy[first], barredBy[j]) {
			continue
		}
		if !slices.ContainsFunc(t.people, func(i int) bool {
			return t.market.Values[i][first] != t.market.Values[i][j]
		}) {
			return c
		}
	}
	return -1
}

// room counts the places left for the market.
func (t *table) room() int {
	total := 0
	for _, c := range t.cap {
		total += c
	}
	return total
}

// fill copies the values class by class; rows that need no change are shared
// with the market.
func (t *table) fill(forbidden [][]int) {
	t.values = make([][]int64, len(t.people))
	same := t.without < 0 && len(t.members) == len(t.class)
	for r, i := range t.people {
		if same && len(forbidden[r]) == 0 {
			t.values[r] = t.market.Values[i]
			continue
		}
		row := make([]int64, len(t.cap))
		for c, members := range t.members {
			if len(members) > 0 {
				row[c] = t.market.Values[i][members[0]]
			}
		}
		for _, j := range forbidden[r] {
			row[t.class[j]] = barred
		}
		t.values[r] = row
	}
}

// checkUse refuses a place nobody in the market may use: no price can be
// found for it.
func (t *table) checkUse() error {
	if len(t.market.Forbidden) == 0 {
		return nil
	}
	usable := make([]bool, len(t.cap))
	for _, row := range t.values {
		for c, v := range row {
			if v != barred {
				usable[c] = true
			}
		}
	}
	if c := slices.Index(usable, false); c >= 0 {
		return &ConflictError{Reason: "nobody in the market may use the place, so it has no price: leave it out", Places: t.members[c]}
	}
	return nil
}

// largest returns the largest magnitude of any value or budget.
func (t *table) largest() int64 {
	top := mostOf(t.market.Values, func(row []int64) int64 {
		top := int64(0)
		for _, v := range row {
			top = max(top, v, -v)
		}
		return top
	})
	for _, b := range t.market.Budgets {
		top = max(top, b.Fen, -b.Fen)
	}
	return top
}

// spread returns the widest gap between two values of one person.
func (t *table) spread() int64 { return mostOf(t.values, gap) }

// mostOf returns the largest of what is measured on each row, 0 at least.
func mostOf(rows [][]int64, measure func(row []int64) int64) int64 {
	found := make([]int64, len(rows))
	inParallel(len(rows), len(rows)*len(rows[0]), func(from, to int) {
		for x := from; x < to; x++ {
			found[x] = measure(rows[x])
		}
	})
	return max(0, slices.Max(found))
}

// gap returns how far the usable values of a row lie apart.
func gap(row []int64) int64 {
	low, high := int64(math.MaxInt64), int64(math.MinInt64)
	for _, v := range row {
		if v != barred {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		return 0
	}
	return high - low
}

// placesOf returns the places a set of classes stands for, ascending.
func (t *table) placesOf(classes []int) []int {
	var places []int
	for _, c := range classes {
		if c == t.without {
			places = append(places, Nowhere)
		}
		places = append(places, t.members[c]...)
	}
	slices.Sort(places)
	return places
}

// personsOf returns the people behind a set of rows, ascending.
func (t *table) personsOf(rows []int) []int {
	persons := make([]int, len(rows))
	for x, r := range rows {
		persons[x] = t.people[r]
	}
	slices.Sort(persons)
	return persons
}
