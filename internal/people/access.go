package people

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/linli/linli/internal/platform/fault"
)

//go:embed access/*.csv
var accessFiles embed.FS

// Level is how far somebody sees a field or may do an action, from nothing to
// everything.
type Level int

// The levels, in rising order.
const (
	No     Level = iota // not at all, not even that it is there
	Masked              // as 陆** or 169****0001
	Logged              // whole, and each reading is written to the audit trail
	Yes                 // whole
)

// String is the level's name.
func (l Level) String() string {
	if l < No || l > Yes {
		return "unknown"
	}
	return [...]string{"no", "masked", "logged", "yes"}[l]
}

// The rules a cell of the table is written in; several are joined by "+" and
// the furthest that holds counts.
const (
	ruleNo     = "no"
	ruleYes    = "yes"    // everywhere in the tenant
	ruleOwn    = "own"    // about oneself or one's household
	ruleServed = "served" // where a post of the group covers the place
	ruleLogged = "logged" // as served, and the reading is recorded
	ruleMasked = "masked" // masked, everywhere in the tenant
	ruleHome   = "home"   // what the neighbours may read, in the compound one lives in
	ruleShared = "shared" // what the neighbours may read, where a post of the group covers the place
)

// Subject is what a field or action is about. What is unknown stays empty and
// then counts as not one's own and not served.
type Subject struct {
	Person    string // id of the person it belongs to
	Household string // id of the household it belongs to
	Path      string // path of the place it lies at
	Shared    bool   // its neighbours may read it
}

// Cell names one row of the access table.
type Cell struct {
	Resource, Field string
}

// Access is the role × resource × field matrix: the files of access, one for each
// room, compiled in. What is not in it is refused.
type Access struct{}

// accessTable reads the table once; it never changes while the program runs.
var accessTable = sync.OnceValue(func() map[Cell]map[Group][]string {
	table, err := readAccess(accessFiles)
	if err != nil {
		panic(err) // compiled in; a test reads it
	}
	return table
})

// readAccess reads the rows of every room into one table.
func readAccess(files fs.FS) (map[Cell]map[Group][]string, error) {
	names, err := fs.Glob(files, "access/*.csv")
	if err != nil {
		return nil, fmt.Errorf("access table: %w", err)
	}
	table := map[Cell]map[Group][]string{}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err == nil {
			err = readRows(table, b)
		}
		if err != nil {
			return nil, fmt.Errorf("access table: %s: %w", name, err)
		}
	}
	return table, nil
}

func readRows(table map[Cell]map[Group][]string, b []byte) error {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		cell := Cell{row[0], row[1]}
		if table[cell] != nil {
			return fmt.Errorf("%s.%s is there twice", row[0], row[1])
		}
		table[cell] = map[Group][]string{}
		for i, group := range rows[0][2:] {
			table[cell][Group(group)] = strings.Split(row[i+2], "+")
		}
	}
	return nil
}

// Cells are all rows of the table with the rules of each group, for the page
// that shows the table and for its test. They are the caller's to keep.
func (Access) Cells() (map[Cell]map[Group][]string, error) { return readAccess(accessFiles) }

// Knows reports whether the table has a row for an access such as
// "report.create".
func (Access) Knows(access string) bool {
	resource, field, _ := strings.Cut(access, ".")
	return accessTable()[Cell{resource, field}] != nil
}

// Allow says whether any of the actor's groups may use a route at all. What
// the route then touches is asked of [Access.See]. An unknown access is
// refused.
func (Access) Allow(a Actor, access string) error {
	resource, field, _ := strings.Cut(access, ".")
	row := accessTable()[Cell{resource, field}]
	for _, g := range a.Groups() {
		if rules := row[g]; len(rules) > 0 && rules[0] != ruleNo {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "fault.forbidden")
}

// See is how far the actor sees a field, or may do an action, of a subject.
// The best of the actor's groups counts; an unknown row gives No.
func (Access) See(a Actor, resource, field string, s Subject) Level {
	row, best := accessTable()[Cell{resource, field}], No
	for _, g := range a.Groups() {
		for _, rule := range row[g] {
			best = max(best, a.under(rule, g, s))
		}
	}
	return best
}

// May is See for actions: a forbidden fault unless the level is at least
// Logged.
func (x Access) May(a Actor, access string, s Subject) error {
	resource, field, _ := strings.Cut(access, ".")
	if x.See(a, resource, field, s) < Logged {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

// under is the level one rule gives the actor in one group.
func (a Actor) under(rule string, g Group, s Subject) Level {
	switch rule {
	case ruleYes:
		return Yes
	case ruleMasked:
		return Masked
	case ruleOwn:
		if a.owns(s) {
			return Yes
		}
	case ruleServed:
		if s.Path != "" && a.Serves(g, s.Path) {
			return Yes
		}
	case ruleLogged:
		if s.Path != "" && a.Serves(g, s.Path) {
			return Logged
		}
	case ruleHome:
		if home := a.compound(); s.Shared && home != "" && strings.HasPrefix(s.Path, home) {
			return Yes
		}
	case ruleShared:
		if s.Shared && s.Path != "" && a.Serves(g, s.Path) {
			return Yes
		}
	}
	return No
}

func (a Actor) owns(s Subject) bool {
	return s.Person != "" && s.Person == a.Person || s.Household != "" && s.Household == a.Household
}

// MaskName leaves the family name: 陆** for 陆小满. A compound family name keeps
// its first character only; the number of stars says nothing.
func MaskName(name string) string { return keep(name, 1, 0, "**") }

// MaskPhone leaves the first three and last four digits: 169****0001. A number
// too short for that is hidden whole.
func MaskPhone(phone string) string {
	if len([]rune(phone)) < 11 {
		return keep(phone, 0, 0, "****")
	}
	return keep(phone, 3, 4, "****")
}

// MaskPlate leaves province, first letter and last character: 沪Z···1.
func MaskPlate(plate string) string {
	if len([]rune(plate)) < 7 {
		return keep(plate, 0, 0, "···")
	}
	return keep(plate, 2, 1, "···")
}

// keep hides all but the first and last runes; the empty string stays empty.
func keep(s string, first, last int, veil string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return string(r[:first]) + veil + string(r[len(r)-last:])
}
