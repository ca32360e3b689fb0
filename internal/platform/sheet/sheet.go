package sheet

import (
	"bytes"
	"io"
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
	Sheet   string // the sheet of an XLSX to read; empty for the first one with anything in it
	Private bool   // no problem repeats what stands in a cell: line and column say enough
}

// Column is one column of a register. Headers are compared without regard to
// case, width, spaces, underscores and what stands in brackets behind them.
type Column struct {
	Name     string   // as the program and the English header call it
	Aliases  []string // other headers, such as the Chinese one
	Required bool     // the file must have the column
	Filled   bool     // and no cell of it may be blank
}

// Table is what was read.
type Table struct {
	File  string // as given to Read
	Sheet string // of an XLSX, the sheet read
	Rows  []*Row // those with anything in them, in the order of the file
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
	g, failed := readGrid(r, spec.Sheet)
	if failed != nil {
		failed.File = name
		return table, []Problem{*failed}
	}
	table.Sheet = g.sheet
	layout, problems := readHeader(g, spec)
	problems = append(problems, g.notes...)
	for i := range problems {
		problems[i].File = name
	}
	if !Failed(problems) {
		layout.file = name
		table.Rows = layout.rows(g)
	}
	Sort(problems)
	return table, problems
}

// grid is a file as cells, before anybody knows what they mean.
type grid struct {
	sheet string
	notes []Problem
	lines []line // those with anything in them
	cells int
}

type line struct {
	number int
	cells  []cell
}

type cell struct {
	text  string
	dated bool // shown as a date by Excel; text is then 2023-04-08 or 2023-04-08 09:30:00
}

// add keeps a line that has anything in it, within the limits.
func (g *grid) add(number int, cells []cell) *Problem {
	for len(cells) > 0 && tidy(cells[len(cells)-1].text) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if len(cells) > MaxColumns {
		return problem(number, TooManyColumns, "max", strconv.Itoa(MaxColumns))
	}
	g.cells += len(cells)
	if len(g.lines) > MaxRows || g.cells > MaxCells {
		return problem(number, TooManyRows, "max", strconv.Itoa(MaxRows))
	}
	g.lines = append(g.lines, line{number, cells})
	return nil
}

func readGrid(r io.Reader, sheet string) (*grid, *Problem) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if len(data) > MaxBytes {
		return nil, problem(0, TooLarge, "max", strconv.Itoa(MaxBytes))
	}
	if err != nil {
		return nil, problem(0, Unreadable)
	}
	g, failed := readKind(data, sheet)
	if failed == nil && len(g.lines) == 0 {
		failed = problem(0, Empty)
	}
	return g, failed
}

func readKind(data []byte, sheet string) (*grid, *Problem) {
	text := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], "\xef\xbb\xbf \r\n\t")))
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data, sheet)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, problem(0, OldExcel)
	case strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<table"), strings.HasPrefix(text, "<!doctype html"):
		return nil, problem(0, WebPage)
	}
	return readCSV(data)
}
