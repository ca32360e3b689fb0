package rules

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/words"
)

// Book is the rules as one office has them: the file, and what the office
// overrode. It does not change; read it again for what was entered since, see
// [Shelf.Book].
type Book struct {
	byKey     map[string][]Row // by topic and parameter
	byID      map[string]Row
	overrides map[string][]Override // by the row's id, oldest first
}

// File is the rules as they come with linli, without any override.
func File() Book { return bare() }

// bare is the file put in order, once.
var bare = sync.OnceValue(func() Book {
	b := Book{byKey: map[string][]Row{}, byID: map[string]Row{}}
	for _, r := range file() {
		b.byID[r.ID] = r
		b.byKey[r.key()] = append(b.byKey[r.key()], r)
	}
	return b
})

// bind puts the file and an office's overrides together, the oldest first.
func bind(entries []Override) Book {
	b := bare()
	b.overrides = map[string][]Override{}
	for _, e := range entries {
		b.overrides[e.Rule] = append(b.overrides[e.Rule], e)
	}
	return b
}

// Rows are all rows of the file in their order, of all days.
func (b Book) Rows() []Row { return slices.Clone(file()) }

// At is the rule in force for a parameter, in a scope, on a day. If there is
// none it is a not_found fault.
func (b Book) At(topic, parameter string, scope Scope, day time.Time) (Row, error) {
	rows := b.byKey[topic+"."+parameter]
	best, narrowest := Row{}, -1
	for _, r := range rows {
		narrow, fits := scope.fits(r.Scope)
		if !fits || narrow <= narrowest {
			continue
		}
		if found, ok := b.first(rows, r.Scope, day); ok {
			best, narrowest = found, narrow
		}
	}
	if narrowest < 0 {
		return Row{}, fault.New(fault.NotFound, "rules.none", "rule", topic+"."+parameter, "day", writeDay(day))
	}
	return best, nil
}

// Of are the rules in force of a topic, in the order of the file: one for each
// parameter that has one.
func (b Book) Of(topic string, scope Scope, day time.Time) []Row {
	var list []Row
	seen := map[string]bool{}
	for _, r := range file() {
		if r.Topic != topic || seen[r.Parameter] {
			continue
		}
		seen[r.Parameter] = true
		if found, err := b.At(topic, r.Parameter, scope, day); err == nil {
			list = append(list, found)
		}
	}
	return list
}

// first is the row or override that goes before all others of exactly this
// scope.
func (b Book) first(rows []Row, scope Scope, day time.Time) (Row, bool) {
	var best, over Row
	for _, r := range rows {
		if r.Scope != scope {
			continue
		}
		if r.Holds(day) && (best.ID == "" || before(r, best) < 0) {
			best = r
		}
		if x, ok := b.override(r, day); ok && (over.ID == "" || x.Override.Seq > over.Override.Seq) {
			over = x
		}
	}
	if over.ID != "" && !best.From.After(over.From) {
		return over, true
	}
	return best, best.ID != ""
}

// before orders rows of one scope that are in force together.
func before(a, b Row) int {
	return cmp.Or(cmp.Compare(rank(a.Source), rank(b.Source)), b.From.Compare(a.From), cmp.Compare(a.ID, b.ID))
}

// override is what the office says instead of a row on a day.
func (b Book) override(r Row, day time.Time) (Row, bool) {
	for _, e := range slices.Backward(b.overrides[r.ID]) {
		if x := e.row(r); x.Holds(day) {
			return x, !e.Again
		}
	}
	return Row{}, false
}

// ByID is a row of the file or an override, also one that is not in force. An
// id that was never given is a not_found fault.
func (b Book) ByID(id string) (Row, error) {
	of, _, _ := strings.Cut(id, "~")
	for _, x := range append(b.Overrides(of), b.byID[of]) {
		if id != "" && x.ID == id {
			return x, nil
		}
	}
	return Row{}, fault.New(fault.NotFound, "fault.not_found")
}

// Overrides are the office's entries for a row of the file, newest first. An
// entry may say that the file is right again.
func (b Book) Overrides(id string) []Row {
	var list []Row
	for _, e := range slices.Backward(b.overrides[id]) {
		list = append(list, e.row(b.byID[id]))
	}
	return list
}

// State is how a row of the file stands on a day.
type State string

// The states.
const (
	InForce    State = "in_force"
	GivesWay   State = "gives_way"  // in force, and another source of the same scope goes before it
	Overridden State = "overridden" // the office says otherwise
	Coming     State = "coming"
	Past       State = "past"
)

// Stand is how a row of the file stands on a day, and what goes before it:
// another row, an override, or itself.
func (b Book) Stand(r Row, day time.Time) (State, Row) {
	first, some := b.first(b.byKey[r.key()], r.Scope, day)
	switch {
	case some && first.Override != nil && first.Override.Rule == r.ID:
		return Overridden, first
	case r.Holds(day) && first.ID == r.ID:
		return InForce, r
	case r.Holds(day):
		return GivesWay, first
	case r.From.After(day):
		return Coming, r
	}
	return Past, r
}

// Choice is a rule that something may name, as long as it holds.
type Choice struct {
	ID string // what is kept: the parameter, the same in each version
	Row
	Holds bool // it may be chosen today
}

// Words are how somebody may write the choice: its id and its names, whole and
// without what stands in brackets.
func (c Choice) Words() []string {
	zh := c.NameIn(words.Chinese)
	short, _, _ := strings.Cut(zh, "（")
	return []string{c.ID, zh, c.NameIn(words.English), short}
}

// Choices are the rules of a topic, one for each parameter: the version in force
// if there is one.
func (b Book) Choices(topic string, day time.Time) []Choice {
	var list []Choice
	for _, r := range b.Rows() {
		if r.Topic != topic {
			continue
		}
		state, first := b.Stand(r, day)
		x := Choice{r.Parameter, first, state == InForce || state == Overridden}
		at := slices.IndexFunc(list, func(y Choice) bool { return y.ID == x.ID })
		switch {
		case at < 0:
			list = append(list, x)
		case !list[at].Holds:
			list[at] = x
		}
	}
	return list
}
