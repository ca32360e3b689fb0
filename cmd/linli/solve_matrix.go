package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/linli/linli/fair"
)

// decodeMatrix reads rows of whole numbers. The text is known to be JSON; a
// matrix of a million cells is read cell by cell here because that is several
// times faster than reflection and lets the error name row and column.
func decodeMatrix(field string, raw json.RawMessage) ([][]int64, error) {
	if !present(raw) {
		return nil, missing(field)
	}
	m := matrix{text: raw}
	if !m.open() {
		return nil, &fair.InputError{Field: field, Reason: "is not a list of rows"}
	}
	rows := [][]int64{}
	for m.more() {
		if !m.open() {
			return nil, &fair.InputError{Field: fmt.Sprintf("%s[%d]", field, len(rows)), Reason: "is not a list"}
		}
		row := make([]int64, 0, m.width)
		for m.more() {
			cell := m.cell()
			n, err := strconv.ParseInt(string(cell), 10, 64)
			if err != nil {
				return nil, &fair.InputError{
					Field:  fmt.Sprintf("%s[%d][%d]", field, len(rows), len(row)),
					Reason: fmt.Sprintf("%.40s is not a whole number of 64 bits", cell),
				}
			}
			row = append(row, n)
		}
		m.width = len(row)
		rows = append(rows, row)
	}
	return rows, nil
}

// matrix walks over the text of nested lists.
type matrix struct {
	text  []byte
	width int
}

// skip drops white space and the given byte once, and reports whether it was
// there.
func (m *matrix) skip(b byte) bool {
	m.text = bytes.TrimLeft(m.text, " \t\r\n")
	if len(m.text) > 0 && m.text[0] == b {
		m.text = m.text[1:]
		return true
	}
	return false
}

// open enters a list.
func (m *matrix) open() bool { return m.skip('[') }

// more reports whether the list goes on; at its end it leaves the list.
func (m *matrix) more() bool {
	m.skip(',')
	return !m.skip(']') && len(m.text) > 0
}

// cell takes the next value up to the next comma or bracket.
func (m *matrix) cell() []byte {
	m.text = bytes.TrimLeft(m.text, " \t\r\n")
	end := max(1, bytes.IndexAny(m.text, ",] \t\r\n"))
	cell := m.text[:end]
	m.text = m.text[end:]
	return cell
}
