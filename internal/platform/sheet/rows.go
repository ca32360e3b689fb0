package sheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/linli/linli/internal/platform/text"
)

// rows turns the lines below the header into rows, and says which lines were
// passed over: those with nothing in the table's columns, such as numbers
// filled in ahead, sums and signatures, and the header on each page again.
func (l *layout) rows(g *grid) ([]*Row, []Problem) {
	var out []*Row
	passed := map[Code][]int{}
	for _, x := range g.lines[l.line+1:] {
		row := &Row{Line: x.number, layout: l, cells: x.cells}
		switch {
		case l.repeats(row):
			continue
		case l.empty(row):
			passed[EmptyRows] = append(passed[EmptyRows], x.number)
			continue
		case l.closing(row):
			passed[ClosingRows] = append(passed[ClosingRows], x.number)
			continue
		case x.hidden:
			passed[HiddenRows] = append(passed[HiddenRows], x.number)
		}
		row.check()
		out = append(out, row)
	}
	var notes []Problem
	for _, code := range []Code{EmptyRows, ClosingRows, HiddenRows} {
		if lines := passed[code]; len(lines) > 0 {
			notes = append(notes, Problem{Sheet: l.sheet, Line: lines[0], Code: code, Note: true,
				Args: pairs([]string{"lines", stretches(lines), "n", strconv.Itoa(len(lines))})})
		}
	}
	return slices.Clip(out), notes
}

// repeats reports whether a row is the header again, as printed on each page.
func (l *layout) repeats(r *Row) bool {
	for name, i := range l.at {
		if i >= len(r.cells) || tidy(r.cells[i].text) != l.headers[name] {
			return false
		}
	}
	return len(l.at) > 0
}

// empty reports whether nothing stands in any column of the table.
func (l *layout) empty(r *Row) bool {
	for _, i := range l.at {
		if i < len(r.cells) && !r.cells[i].blank() {
			return false
		}
	}
	return !slices.ContainsFunc(r.cells[min(len(r.cells), l.width):], func(c cell) bool { return !c.blank() })
}

// closing reports whether a row is a sum, a signature or a remark below the
// table: its first cell says so, and at most one of the cells that must be
// filled is.
func (l *layout) closing(r *Row) bool {
	first := ""
	for _, c := range r.cells {
		if first = tidy(c.text); first != "" {
			break
		}
	}
	word := strings.Join(strings.FieldsFunc(text.Fold(first), text.Blank), "")
	if !slices.ContainsFunc(closingWords(), func(w string) bool { return strings.HasPrefix(word, w) }) {
		return false
	}
	filled, must := 0, 0
	for _, c := range l.spec.Columns {
		if !c.Filled {
			continue
		}
		must++
		if i := l.at[c.Name]; i < len(r.cells) && !r.cells[i].blank() {
			filled++
		}
	}
	return must > 1 && filled <= 1 || must > 2 && filled < must-1 && strings.ContainsAny(word, ":")
}

func closingWords() []string {
	return []string{"合计", "总计", "小计", "共计", "总数", "本页", "制表", "填表", "审核", "经办", "负责人", "签名", "签字", "盖章", "日期:", "备注:", "说明:", "注:", "total", "sum"}
}

// stretches writes lines as 6–21, 25.
func stretches(lines []int) string {
	var out []string
	for i := 0; i < len(lines); {
		j := i
		for j+1 < len(lines) && lines[j+1] == lines[j]+1 {
			j++
		}
		s := strconv.Itoa(lines[i])
		if j > i {
			s += "–" + strconv.Itoa(lines[j])
		}
		out = append(out, s)
		i = j + 1
	}
	return short(strings.Join(out, ", "))
}
