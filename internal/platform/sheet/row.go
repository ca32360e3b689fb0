package sheet

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/text"
)

// Row is one line of a register. Its methods take the Spec's name of a
// column, return the zero value for a blank cell or a missing optional column,
// and collect a problem for a cell that cannot be understood.
type Row struct {
	Line     int // 1-based, as Excel or an editor shows it
	layout   *layout
	cells    []cell
	problems []Problem
}

// Problems returns what is wrong with the row, as far as it has been read.
func (r *Row) Problems() []Problem { return r.problems }

// Fail adds a problem the caller has found, so that it stands among the
// others; args in pairs. The same problem of the same column counts once.
func (r *Row) Fail(column string, code Code, args ...string) {
	shown, ok := r.layout.headers[column]
	if !ok {
		shown = column
	}
	if slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Column == shown && p.Code == code }) {
		return
	}
	said := pairs(args)
	if _, quoted := said["value"]; quoted && r.layout.spec.Private {
		said["value"] = hidden
	}
	r.problems = append(r.problems, Problem{File: r.layout.file, Sheet: r.layout.sheet, Line: r.Line, Column: shown, Code: code, Args: said})
}

// At is where the row stands, as a problem of another row names it: 12, or
// 2号楼 12 in a file of several sheets.
func (r *Row) At() string {
	if r.layout.sheet == "" {
		return strconv.Itoa(r.Line)
	}
	return r.layout.sheet + " " + strconv.Itoa(r.Line)
}

// Sheet is the sheet of a file of several; empty otherwise.
func (r *Row) Sheet() string { return r.layout.sheet }

// hidden stands for what nobody may read.
const hidden = "…"

// check finds what is wrong with a row whatever its cells mean.
func (r *Row) check() {
	for i := r.layout.width; i < len(r.cells); i++ {
		if tidy(r.cells[i].text) != "" {
			r.Fail("", ExtraCells, "value", short(r.cells[i].text))
		}
	}
	for _, c := range r.layout.spec.Columns {
		stored := r.cell(c.Name)
		value := stored.text
		switch {
		case stored.uncounted:
			r.Fail(c.Name, FormulaBlank)
		case value == "" && c.Filled:
			r.Fail(c.Name, Blank)
		case stored.rounded, roundedNumber(value):
			r.Fail(c.Name, PrecisionLost, "value", short(value))
		case formulaError(value):
			r.Fail(c.Name, FormulaError, "value", short(value))
		}
	}
}

// spoilt reports whether check has refused the value, so that nobody is told
// twice.
func spoilt(value string) bool { return roundedNumber(value) || formulaError(value) }

func formulaError(s string) bool {
	switch s {
	case "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!":
		return true
	}
	return strings.HasPrefix(s, "####") && strings.Trim(s, "#") == ""
}

// cell returns the tidied cell.
func (r *Row) cell(column string) cell {
	at, ok := r.layout.at[column]
	if !ok || at >= len(r.cells) {
		if !slices.ContainsFunc(r.layout.spec.Columns, func(c Column) bool { return c.Name == column }) {
			r.Fail(column, UnknownName)
		}
		return cell{}
	}
	c := r.cells[at]
	c.text = tidy(c.text)
	return c
}

// value returns the cell with every full-width sign made half-width, and
// whether there is anything in it to understand.
func (r *Row) value(column string) (string, bool) {
	c := r.cell(column)
	return halfWidth(c.text), c.text != "" && !c.rounded && !spoilt(c.text)
}

// Has reports whether anything stands in the column.
func (r *Row) Has(column string) bool { return r.cell(column).text != "" }

// Text returns what a person wrote: full-width digits and letters made
// half-width, Chinese punctuation kept, no spaces at the ends.
func (r *Row) Text(column string) string {
	return strings.Map(func(c rune) rune {
		if half := text.HalfWidth(c); isAlnum(half) {
			return half
		}
		return c
	}, r.cell(column).text)
}

// Name returns a person's name, without the blanks that align it (章　芒).
func (r *Row) Name(column string) string { return text.Name(r.Text(column)) }

// Code returns a label that is no sentence: an id, a room, a phone or plate
// number, a share such as 1/2. Every full-width sign becomes half-width. A
// cell that Excel has turned into a date is a problem.
func (r *Row) Code(column string) string {
	value, ok := r.value(column)
	if !ok {
		return ""
	}
	if r.cell(column).dated || shownAsDay(value) {
		r.Fail(column, BecameDate, "value", short(value))
		return ""
	}
	return value
}

// Int returns a whole number; 1,200 and 3.0 are whole numbers too.
func (r *Row) Int(column string) int64 { return r.scaled(column, 0, "") }

// Area returns an area in units of 0.01 m², so 46.46 gives 4646. ㎡ and 平方米
// behind it are understood. More than two decimals, negative areas and one cell
// for several lines are problems.
func (r *Row) Area(column string) int64 {
	if over := r.cell(column).merged; over != "" {
		r.Fail(column, MergedAmount, "lines", over)
		return 0
	}
	area := r.scaled(column, 2, "areaUnits")
	if area < 0 {
		r.Fail(column, OutOfRange, "value", short(r.cell(column).text))
		return 0
	}
	return area
}

// Fen returns an amount written in yuan in fen, so 1,200.50 gives 120050. ¥
// before and 元 behind it are understood. More than two decimals are a
// problem. A column that holds fen already is read with Int.
func (r *Row) Fen(column string) int64 { return r.scaled(column, 2, "moneyUnits") }

func (r *Row) scaled(column string, decimals int, units string) int64 {
	value, ok := r.value(column)
	if !ok {
		return 0
	}
	n, code := scaled(withoutUnit(value, units), decimals)
	switch code {
	case "":
		return n
	case TooPrecise:
		r.Fail(column, code, "value", short(value), "max", string(rune('0'+decimals)))
	default:
		r.Fail(column, code, "value", short(value))
	}
	return 0
}

// Date returns a day as midnight UTC, the zero Time for a blank cell. It reads
// 2023-04-08, 2023/4/8, 2023.4.8, 2023年4月8日, 20230408, Excel's serial
// numbers (1900 system) and any of them with a time behind it, which is
// dropped.
func (r *Row) Date(column string) time.Time {
	value, ok := r.value(column)
	if !ok {
		return time.Time{}
	}
	day, _, ok := splitDay(value)
	if !ok {
		r.Fail(column, BadDate, "value", short(value))
		return time.Time{}
	}
	return day
}

// Time returns an instant: a day as Date reads it with 09:30 or 09:30:15
// behind it, in Shanghai's time (UTC+8) unless Z or an offset follows. Without
// a time it is midnight in Shanghai.
func (r *Row) Time(column string) time.Time {
	value, ok := r.value(column)
	if !ok {
		return time.Time{}
	}
	day, clock, ok := splitDay(value)
	if !ok {
		r.Fail(column, BadDate, "value", short(value))
		return time.Time{}
	}
	at, ok := atClock(day, clock)
	if !ok {
		r.Fail(column, BadTime, "value", short(value))
		return time.Time{}
	}
	return at
}

// Bool returns whether the cell says yes: 1, 是, 有, 对, 真, √, yes, true. No
// is 0, 否, 无, 没有, 错, 假, ×, no, false, and a blank cell.
func (r *Row) Bool(column string) bool {
	value, ok := r.value(column)
	if !ok {
		return false
	}
	switch strings.ToLower(value) {
	case "1", "是", "有", "对", "真", "√", "✓", "✔", "y", "yes", "true", "t":
		return true
	case "0", "否", "无", "没有", "错", "假", "×", "✗", "✘", "x", "n", "no", "false", "f", "-":
		return false
	}
	r.Fail(column, BadBool, "value", short(value))
	return false
}

// Enum returns what the cell means according to words, which maps every
// accepted word to its meaning (业主 and owner both to owner). Case and width
// do not matter.
func (r *Row) Enum(column string, words map[string]string) string {
	value, ok := r.value(column)
	if !ok {
		return ""
	}
	for _, word := range slices.Sorted(maps.Keys(words)) {
		if text.Fold(word) == text.Fold(value) {
			return words[word]
		}
	}
	r.Fail(column, BadChoice, "value", short(value), "choices", strings.Join(slices.Sorted(maps.Keys(words)), ", "))
	return ""
}
