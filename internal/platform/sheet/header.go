package sheet

import (
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/linli/linli/internal/platform/text"
)

// titleLines is how far down a header is looked for: above it there may be a
// title, a date and who filled it in.
const titleLines = 10

// layout says where the columns of a Spec stand in a file.
type layout struct {
	file    string
	spec    Spec
	line    int               // index of the header among the grid's lines
	at      map[string]int    // Spec name → cell
	headers map[string]string // Spec name → header as it stands
	width   int               // cells of the header
}

// headerKey is a header as it is compared: 面积（㎡） and 面积 are one, so are
// household_id and Household ID.
func headerKey(s string) string {
	s = text.Fold(s)
	if open := strings.IndexAny(s, "(["); open > 0 && strings.HasSuffix(strings.TrimRight(s, "*"), closing(s[open])) {
		s = s[:open]
	}
	return strings.Map(func(r rune) rune {
		if text.Blank(r) || strings.ContainsRune("_-*:", r) {
			return -1
		}
		return r
	}, s)
}

func closing(open byte) string {
	if open == '[' {
		return "]"
	}
	return ")"
}

// readHeader finds the header and maps it to the Spec.
func readHeader(g *grid, spec Spec) (*layout, []Problem) {
	names := map[string]string{}
	for _, c := range spec.Columns {
		for _, header := range append([]string{c.Name}, c.Aliases...) {
			names[headerKey(header)] = c.Name
		}
	}
	l := &layout{spec: spec, at: map[string]int{}, headers: map[string]string{}, line: headerLine(g, names)}
	header := g.lines[l.line]
	var problems []Problem
	var found []string
	for i, c := range header.cells {
		shown := tidy(c.text)
		if shown == "" {
			continue
		}
		l.width = i + 1
		name, known := names[headerKey(shown)]
		if !known && spec.Private { // perhaps there is no header, and this is somebody
			shown = letters(i)
		}
		found = append(found, shown)
		_, twice := l.at[name]
		switch {
		case !known:
			problems = append(problems, Problem{Line: header.number, Column: shown, Code: UnknownColumn, Note: true})
		case twice:
			problems = append(problems, Problem{Line: header.number, Column: shown, Code: DuplicateColumn, Args: pairs([]string{"name", name})})
		default:
			l.at[name], l.headers[name] = i, shown
		}
	}
	return l, append(problems, l.missing(header.number, found)...)
}

// letters is a column as Excel calls it, the first A.
func letters(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return hidden
	}
	return name
}

func (l *layout) missing(number int, found []string) []Problem {
	var problems []Problem
	for _, c := range l.spec.Columns {
		if _, ok := l.at[c.Name]; !ok && c.Required {
			problems = append(problems, Problem{
				Line: number, Column: c.Name, Code: MissingColumn,
				Args: pairs([]string{"headers", strings.Join(found, ", "), "aliases", strings.Join(c.Aliases, ", ")}),
			})
		}
	}
	return problems
}

// headerLine is the first line, of those where a header may be, that names
// most columns; the very first when none names any.
func headerLine(g *grid, names map[string]string) int {
	best, most := 0, 0
	for i, l := range g.lines[:min(len(g.lines), titleLines)] {
		known := 0
		for _, c := range l.cells {
			if _, ok := names[headerKey(c.text)]; ok {
				known++
			}
		}
		if known > most {
			best, most = i, known
		}
	}
	return best
}

// rows turns the lines below the header into rows.
func (l *layout) rows(g *grid) []*Row {
	var out []*Row
	for _, line := range g.lines[l.line+1:] {
		row := &Row{Line: line.number, layout: l, cells: line.cells}
		row.check()
		out = append(out, row)
	}
	return slices.Clip(out)
}
