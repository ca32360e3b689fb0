package sheet

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The limits of a file.
const (
	MaxBytes    = 64 << 20  // as it lies on disk
	MaxUnpacked = 256 << 20 // an XLSX unzipped
	MaxRows     = 200_000
	MaxColumns  = 200
	MaxCells    = 4_000_000
)

// Spec says what a register holds.
type Spec struct {
	Columns []Column
	Sheet   string // the sheet of an XLSX to read; empty for all that have the header
	Private bool   // no problem repeats what stands in a cell: line and column say enough
}

// Column is one column of a register. Headers are compared without regard to
// case, width, spaces, underscores and what stands in brackets behind them.
type Column struct {
	Name     string   // as the program and the English header call it
	Aliases  []string // other headers, such as the Chinese one
	Required bool     // the file must have the column
	Filled   bool     // and no cell of it may be blank
	Area     bool     // an area: ㎡ and 平方米 are no part of its header, and a header that speaks of one and is not known is refused
}

// Table is what was read.
type Table struct {
	File  string // as given to Read
	Sheet string // of an XLSX, the first sheet read
	Rows  []*Row // those with anything in them, in the order of the file
	// Partial says that the file holds rows that were not read, on a sheet
	// without header or one that is hidden: who is not listed may be there.
	Partial bool
}

// Problems returns what reading the rows has found so far, in their order.
// What Read has returned is not repeated.
func (t Table) Problems() []Problem {
	var out []Problem
	for _, row := range t.Rows {
		out = append(out, row.problems...)
	}
	return out
}

// Read reads a register. The name is only for the problems; what kind of file
// it is, its bytes say. Problems with the file as a whole come back at once
// and without rows; problems with single cells wait in the rows.
func Read(name string, r io.Reader, spec Spec) (Table, []Problem) {
	table := Table{File: name}
	grids, failed := readGrids(r, spec.Sheet)
	problems := failed
	if len(failed) == 0 {
		problems = table.read(grids, spec)
	}
	for i := range problems {
		problems[i].File = name
	}
	if Failed(problems) {
		table.Rows = nil
	}
	Sort(problems)
	return table, problems
}

// read takes the rows of all sheets that have the header. Where none has it,
// the one that names most columns says what is missing.
func (t *Table) read(grids []*grid, spec Spec) []Problem {
	layouts := make([]*layout, len(grids))
	whole, best := 0, 0
	for i, g := range grids {
		layouts[i] = readHeader(g, spec)
		layouts[i].file = t.File
		if len(grids) > 1 {
			layouts[i].name(g.sheet)
		}
		if layouts[i].whole && !g.hidden {
			whole++
		}
		if len(layouts[i].at) > len(layouts[best].at) || grids[best].hidden && !g.hidden {
			best = i
		}
	}
	if whole == 0 {
		t.Sheet = grids[best].sheet
		return layouts[best].problems
	}
	var problems []Problem
	for i, g := range grids {
		if layouts[i].whole && !g.hidden {
			if t.Sheet == "" {
				t.Sheet = g.sheet
			}
			rows, notes := layouts[i].rows(g)
			t.Rows = append(t.Rows, rows...)
			problems = append(append(problems, layouts[i].problems...), notes...)
			continue
		}
		code := layouts[i].unread(g)
		if code != "" {
			problems = append(problems, Problem{Sheet: g.sheet, Code: code, Note: true})
		}
		t.Partial = t.Partial || code == HiddenSheet || code == HeadlessSheet
	}
	return problems
}

// unread says why a sheet is not read; "" for a hidden one without the table.
func (l *layout) unread(g *grid) Code {
	switch {
	case g.hidden && l.whole:
		return HiddenSheet
	case g.hidden:
		return ""
	case l.holdsRows(g):
		return HeadlessSheet
	}
	return PassedSheet
}

// holdsRows reports whether a sheet without the header may hold rows of the
// table all the same: a line has as many cells as a row must have.
func (l *layout) holdsRows(g *grid) bool {
	need := 0
	for _, c := range l.spec.Columns {
		if c.Required {
			need++
		}
	}
	for _, x := range g.lines {
		filled := 0
		for _, c := range x.cells {
			if tidy(c.text) != "" {
				filled++
			}
		}
		if filled >= max(need, 2) {
			return true
		}
	}
	return false
}

// grid is a file as cells, before anybody knows what they mean.
type grid struct {
	sheet  string
	hidden bool
	lines  []line // those with anything in them
	cells  int    // with those of the sheets before
	before int    // lines of the sheets before
}

type line struct {
	number int
	cells  []cell
	hidden bool
}

type cell struct {
	text      string
	dated     bool   // shown as a date by Excel; text is then 2023-04-08 or 2023-04-08 09:30:00
	uncounted bool   // a formula whose value nobody has worked out
	rounded   bool   // a number of more digits than are kept
	merged    string // the lines over which the cell is merged: 2–3
}

func (c cell) blank() bool { return !c.uncounted && tidy(c.text) == "" }

// add keeps a line that has anything in it, within the limits.
func (g *grid) add(number int, cells []cell) *Problem {
	for len(cells) > 0 && cells[len(cells)-1].blank() {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if len(cells) > MaxColumns {
		return problem(number, TooManyColumns, "max", strconv.Itoa(MaxColumns))
	}
	g.cells += len(cells)
	if g.before+len(g.lines) > MaxRows || g.cells > MaxCells {
		return problem(number, TooManyRows, "max", strconv.Itoa(MaxRows))
	}
	g.lines = append(g.lines, line{number: number, cells: cells})
	return nil
}

func readGrids(r io.Reader, sheet string) ([]*grid, []Problem) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if len(data) > MaxBytes {
		return nil, []Problem{*problem(0, TooLarge, "max", strconv.Itoa(MaxBytes))}
	}
	if err != nil {
		return nil, []Problem{*problem(0, Unreadable)}
	}
	grids, failed := readKind(data, sheet)
	if len(failed) == 0 && !slices.ContainsFunc(grids, func(g *grid) bool { return !g.hidden && len(g.lines) > 0 }) {
		failed = []Problem{*problem(0, Empty)}
	}
	return grids, failed
}

func readKind(data []byte, sheet string) ([]*grid, []Problem) {
	text := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], "\xef\xbb\xbf \r\n\t")))
	var grids []*grid
	var failed *Problem
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		grids, failed = readXLSX(data, sheet)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		failed = problem(0, OldExcel)
	case strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<table"), strings.HasPrefix(text, "<!doctype html"):
		failed = problem(0, WebPage)
	default:
		return readCSV(data)
	}
	if failed != nil {
		return nil, []Problem{*failed}
	}
	return grids, nil
}
