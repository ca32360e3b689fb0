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

// layout says where the columns of a Spec stand in a file or a sheet of it.
type layout struct {
	file     string
	sheet    string // where the file has several
	spec     Spec
	line     int               // index of the header's last line among the grid's lines
	at       map[string]int    // Spec name → cell
	headers  map[string]string // Spec name → header as it stands
	width    int               // cells of the header
	whole    bool              // no required column is missing
	problems []Problem
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
func readHeader(g *grid, spec Spec) *layout {
	names, areas := map[string]string{}, map[string]string{}
	for _, c := range spec.Columns {
		for _, header := range append([]string{c.Name}, c.Aliases...) {
			names[headerKey(header)] = c.Name
			if c.Area {
				areas[areaKey(header)] = c.Name
			}
		}
	}
	known := func(header string) (string, bool) {
		name, ok := names[headerKey(header)]
		if !ok && speaksOfArea(header) {
			name, ok = areas[areaKey(header)]
		}
		return name, ok
	}
	l := &layout{spec: spec, at: map[string]int{}, headers: map[string]string{}, line: headerLine(g, known)}
	if len(g.lines) == 0 {
		return l
	}
	header := g.lines[l.line]
	cells := l.secondLine(g, header.cells, known)
	var found, areaLike []string
	for i, shown := range cells {
		if shown == "" {
			continue
		}
		l.width = i + 1
		name, ok := known(shown)
		if !ok && speaksOfArea(shown) {
			areaLike = append(areaLike, shown)
		}
		if !ok && spec.Private { // perhaps there is no header, and this is somebody
			shown = letters(i)
		}
		found = append(found, shown)
		_, twice := l.at[name]
		switch {
		case !ok:
			l.note(header.number, shown, UnknownColumn)
		case twice:
			l.problems = append(l.problems, Problem{Line: header.number, Column: shown, Code: DuplicateColumn, Args: pairs([]string{"name", name})})
		default:
			l.at[name], l.headers[name] = i, shown
		}
	}
	missing := l.missing(header.number, found, areaLike)
	l.whole = !slices.ContainsFunc(missing, func(p Problem) bool { return p.Code == MissingColumn })
	l.problems = append(l.problems, missing...)
	return l
}

// name says which sheet of several it is.
func (l *layout) name(sheet string) {
	l.sheet = sheet
	for i := range l.problems {
		l.problems[i].Sheet = sheet
	}
}

func (l *layout) note(line int, column string, code Code) {
	l.problems = append(l.problems, Problem{Line: line, Column: column, Code: code, Note: true})
}

// secondLine takes a second header line into the first: under headers merged
// downwards it repeats them, under one merged across it names its parts. A part
// that is no header of its own makes the header above it another one, so that
// 建筑面积 over 套内 and 公摊 is not taken for the area.
func (l *layout) secondLine(g *grid, first []cell, known func(string) (string, bool)) []string {
	cells := make([]string, len(first))
	for i, c := range first {
		cells[i] = tidy(c.text)
	}
	if l.line+1 >= len(g.lines) {
		return cells
	}
	repeats, parts := 0, map[int]string{}
	for i, c := range g.lines[l.line+1].cells {
		part := tidy(c.text)
		switch {
		case part == "":
		case i < len(cells) && part == cells[i]:
			repeats++
		case strings.ContainsAny(halfWidth(part), "0123456789"):
			return cells
		default:
			parts[i] = part
		}
	}
	if repeats == 0 || repeats < len(parts) {
		return cells
	}
	l.line++
	for i, part := range parts {
		for len(cells) <= i {
			cells = append(cells, "")
		}
		if _, ok := known(part); !ok && cells[i] != "" {
			part = cells[i] + " " + part
		}
		cells[i] = part
	}
	return cells
}

// areaSigns are what may stand around the word for an area. What a home owns
// within its walls (套内) or shares (公摊) is another area.
func areaSigns() []string { return []string{"平方米", "平米", "㎡", "m²", "m2"} }

func speaksOfArea(header string) bool {
	key := text.Fold(header)
	return strings.Contains(key, "面积") || slices.ContainsFunc(areaSigns(), func(sign string) bool { return strings.Contains(key, sign) })
}

// areaKey is a header without signs of units, whichever way round: ㎡建筑面积,
// 建筑面积（平方米）, 面积(建筑) and 房屋建筑面积 are one.
func areaKey(header string) string {
	key := text.Fold(header)
	for _, sign := range areaSigns() {
		key = strings.ReplaceAll(key, sign, "")
	}
	for _, word := range []string{"房屋", "住宅", "住房", "产权", "登记", "每户", "本户", "单位"} {
		key = strings.ReplaceAll(key, word, "")
	}
	key = strings.Map(func(r rune) rune {
		if text.Blank(r) || strings.ContainsRune("_-*:()[]/.,", r) {
			return -1
		}
		return r
	}, key)
	switch key {
	case "", "建筑面积", "面积建筑", "建面", "建筑":
		return "面积"
	}
	return key
}

// letters is a column as Excel calls it, the first A.
func letters(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return hidden
	}
	return name
}

// missing are the required columns that no header names, and an area that
// some header speaks of without being known: left out, it would be 0.
func (l *layout) missing(number int, found, areaLike []string) []Problem {
	var problems []Problem
	for _, c := range l.spec.Columns {
		if _, ok := l.at[c.Name]; ok {
			continue
		}
		args := []string{"headers", strings.Join(found, ", "), "aliases", strings.Join(c.Aliases, ", ")}
		switch {
		case c.Required:
			problems = append(problems, Problem{Line: number, Column: c.Name, Code: MissingColumn, Args: pairs(args)})
		case c.Area && len(areaLike) > 0:
			problems = append(problems, Problem{Line: number, Column: strings.Join(areaLike, ", "), Code: UnclearArea, Args: pairs([]string{"aliases", strings.Join(c.Aliases, ", ")})})
		}
	}
	return problems
}

// headerLine is the first line, of those where a header may be, that names
// most columns; the very first when none names any.
func headerLine(g *grid, known func(string) (string, bool)) int {
	best, most := 0, 0
	for i, l := range g.lines[:min(len(g.lines), titleLines)] {
		n := 0
		for _, c := range l.cells {
			if _, ok := known(tidy(c.text)); ok {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}
