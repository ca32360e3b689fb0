package sheet

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// fillMerged repeats the value of cells merged downwards in each line, as a
// reader sees it; a title merged across the sheet stays one cell. Lines
// without any cell of their own stay away.
func fillMerged(refs []string, g *grid) *Problem {
	at := make(map[int]int, len(g.lines))
	for i, l := range g.lines {
		at[l.number] = i
	}
	for _, ref := range refs {
		from, to, _ := strings.Cut(ref, ":")
		left, top, err1 := excelize.CellNameToCoordinates(from)
		_, bottom, err2 := excelize.CellNameToCoordinates(to)
		first, ok := at[top]
		if err1 != nil || err2 != nil || !ok || left > len(g.lines[first].cells) {
			continue
		}
		if bottom > top {
			g.lines[first].cells[left-1].merged = strconv.Itoa(top) + "–" + strconv.Itoa(bottom)
		}
		value := g.lines[first].cells[left-1]
		for i := first + 1; i < len(g.lines) && g.lines[i].number <= bottom; i++ {
			if g.cells++; g.cells > MaxCells {
				return problem(top, TooManyRows, "max", strconv.Itoa(MaxRows))
			}
			g.lines[i].fill(left, value)
		}
	}
	return nil
}

// fill puts value in cell col (1-based) if that is blank.
func (l *line) fill(col int, value cell) {
	for len(l.cells) < col {
		l.cells = append(l.cells, cell{})
	}
	if l.cells[col-1].text == "" {
		l.cells[col-1] = value
	}
}
