package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// readCSV reads comma, semicolon or tab separated text.
func readCSV(data []byte) ([]*grid, []Problem) {
	s, failed := decode(data)
	if failed == nil && strings.ContainsRune(s, 0) {
		failed = problem(0, Unreadable)
	}
	if failed != nil {
		return nil, []Problem{*failed}
	}
	if !strings.Contains(s, "\n") {
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	comma, skipped, s := separator(s)
	s, bare := heldQuotes(s, byte(comma), skipped)
	if len(bare) > 0 {
		return nil, bare
	}
	g, failed := readRecords(s, comma, skipped)
	if failed != nil {
		return nil, []Problem{*failed}
	}
	return []*grid{g}, nil
}

func readRecords(s string, comma rune, skipped int) (*grid, *Problem) {
	r := csv.NewReader(strings.NewReader(s))
	r.Comma = comma
	r.LazyQuotes = true // ="0123" has quotes where none may be
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	g := &grid{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return g, nil
		}
		if err != nil {
			return nil, problem(0, Unreadable)
		}
		number, _ := r.FieldPos(0)
		if failed := g.add(number+skipped, csvCells(record)); failed != nil {
			return nil, failed
		}
	}
}

func csvCells(record []string) []cell {
	if len(record) > MaxColumns*8 {
		record = record[:MaxColumns*8] // enough to be refused
	}
	cells := make([]cell, len(record))
	for i, field := range record {
		cells[i].text = strings.Clone(field)
	}
	return cells
}

// separator finds out what separates the cells from the first line with
// anything in it. Excel's own first line sep=; says so and is no data; it is
// taken off, and skipped counts it.
func separator(s string) (comma rune, skipped int, rest string) {
	first, after, _ := strings.Cut(s, "\n")
	if sep, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(first)), "sep="); ok && len(sep) == 1 && strings.Contains(",;", sep) {
		return rune(sep[0]), 1, after
	}
	if strings.TrimRight(strings.ToLower(first), "\r") == "sep=\t" {
		return '\t', 1, after
	}
	header := strings.TrimLeft(s, "\r\n ")
	header, _, _ = strings.Cut(header, "\n")
	comma = ','
	most := 0
	for _, candidate := range ",;\t" {
		if n := outsideQuotes(header, candidate); n > most {
			comma, most = candidate, n
		}
	}
	return comma, 0, s
}

func outsideQuotes(s string, sought rune) int {
	n, quoted := 0, false
	for _, r := range s {
		switch {
		case r == '"':
			quoted = !quoted
		case r == sought && !quoted:
			n++
		}
	}
	return n
}

// lineOf is the 1-based line on which the byte at stands.
func lineOf(data []byte, at int) int {
	return 1 + bytes.Count(data[:at], []byte("\n"))
}
