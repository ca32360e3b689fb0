package rules

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/fault"
)

// Sort is how a value is to be read.
type Sort string

// The sorts, each with the method of [Row] that reads it.
const (
	Shares  Sort = "fraction" // Fraction
	Spans   Sort = "span"     // Span
	Monies  Sort = "money"    // Money
	Wholes  Sort = "whole"    // Whole
	Ranges  Sort = "range"    // Range
	Flags   Sort = "flag"     // Flag
	Dates   Sort = "date"     // Date
	Yearlys Sort = "yearly"   // Yearly
	Lists   Sort = "list"     // List
	Texts   Sort = "text"     // Value itself
)

// Bound says how a measured value is held against the rule's.
type Bound string

// The bounds.
const (
	Exactly  Bound = ""
	AtLeast  Bound = ">=" // 以上, includes the value
	MoreThan Bound = ">"  // 过, excludes it
	AtMost   Bound = "<="
	Below    Bound = "<"
)

// holds takes how the measured value compares with the rule's: -1, 0 or 1.
func (b Bound) holds(cmp int) bool {
	switch b {
	case AtLeast:
		return cmp >= 0
	case MoreThan:
		return cmp > 0
	case AtMost:
		return cmp <= 0
	case Below:
		return cmp < 0
	}
	return cmp == 0
}

// Fraction is a share: 2/3 as it is written, 30% as 30/100.
type Fraction struct {
	Bound
	Num, Den int64
}

// Met reports whether part of whole satisfies the bound, in whole numbers. Of
// nothing, nothing is met.
func (f Fraction) Met(part, whole int64) bool {
	l := new(big.Int).Mul(big.NewInt(part), big.NewInt(f.Den))
	r := new(big.Int).Mul(big.NewInt(whole), big.NewInt(f.Num))
	return whole > 0 && f.holds(l.Cmp(r))
}

// SpanUnit is what a span is counted in.
type SpanUnit string

// The units of spans. Days are calendar days.
const (
	Minutes     SpanUnit = "minutes"
	Hours       SpanUnit = "hours"
	Days        SpanUnit = "days"
	WorkingDays SpanUnit = "working days"
	Months      SpanUnit = "months"
	Years       SpanUnit = "years"
)

// Span is a length of time.
type Span struct {
	Bound
	N    int64
	Unit SpanUnit
}

// Range is from a number to a number, both included, in the unit of the row;
// money in fen.
type Range struct{ Low, High int64 }

// forms are the shapes of values, the more special first.
var forms = []struct {
	sort Sort
	re   *regexp.Regexp
}{
	{Flags, regexp.MustCompile(`^(true|false)$`)},
	{Dates, regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
	{Yearlys, regexp.MustCompile(`^--\d\d-\d\d$`)},
	{Ranges, regexp.MustCompile(`^\d{1,12}\.\.\d{1,12}$`)},
	{Shares, regexp.MustCompile(`^[<>]?=?(\d{1,9}/[1-9]\d{0,8}|\d{1,3}%|\d{1,9}\.\d{1,6})$`)},
	{Wholes, regexp.MustCompile(`^[<>]?=?\d{1,12}$`)},
	{Lists, regexp.MustCompile(`\|`)},
}

// Sort says how the row's value is read.
func (r Row) Sort() Sort {
	for _, f := range forms {
		if !f.re.MatchString(r.Value) {
			continue
		}
		if f.sort != Wholes {
			return f.sort
		}
		switch _, span := r.spanUnit(); {
		case r.money():
			return Monies
		case span:
			return Spans
		}
		return Wholes
	}
	return Texts
}

func (r Row) money() bool { return strings.HasPrefix(r.Unit, "yuan") }

// spanUnit reads the unit's first words: "calendar days before", "months at
// most". Hours a day are no span.
func (r Row) spanUnit() (SpanUnit, bool) {
	head, _, _ := strings.Cut(strings.NewReplacer(";", " ;", ",", " ;").Replace(r.Unit), ";")
	w := append(strings.Fields(head), "", "")
	unit, known := map[string]SpanUnit{
		"minutes": Minutes, "hour": Hours, "hours": Hours, "days": Days, "calendar": Days, "working": WorkingDays,
		"month": Months, "months": Months, "year": Years, "years": Years,
	}[w[0]]
	return unit, known && w[1] != "a"
}

// like reports whether code that reads one row can read the other: a text is a
// list of one.
func (r Row) like(other Row) bool {
	words := func(s Sort) bool { return s == Lists || s == Texts }
	a, b := r.Sort(), other.Sort()
	return a == b || words(a) && words(b)
}

// want is a fault unless the value is of the sort.
func (r Row) want(s Sort) error {
	if r.Sort() == s {
		return nil
	}
	return fault.New(fault.Internal, "rules.other_sort", "id", r.ID, "sort", string(s))
}

// Fraction reads >=2/3, 30% and 1.3.
func (r Row) Fraction() (Fraction, error) {
	if err := r.want(Shares); err != nil {
		return Fraction{}, err
	}
	b, s := bound(r.Value)
	f := Fraction{b, 0, 1}
	num, den, slash := strings.Cut(s, "/")
	whole, decimals, _ := strings.Cut(s, ".")
	switch {
	case slash:
		f.Num, f.Den = number(num), number(den)
	case strings.HasSuffix(s, "%"):
		f.Num, f.Den = number(strings.TrimSuffix(s, "%")), 100
	default:
		f.Num = number(whole + decimals)
		for range decimals {
			f.Den *= 10
		}
	}
	return f, nil
}

// Span reads 15 where the unit is a time.
func (r Row) Span() (Span, error) {
	if err := r.want(Spans); err != nil {
		return Span{}, err
	}
	b, s := bound(r.Value)
	unit, _ := r.spanUnit()
	return Span{b, number(s), unit}, nil
}

// Money reads yuan, as fen.
func (r Row) Money() (int64, error) {
	_, s := bound(r.Value)
	return 100 * number(s), r.want(Monies)
}

// Whole reads 5 and >=10; the bound is [Row.Bound].
func (r Row) Whole() (int64, error) {
	_, s := bound(r.Value)
	return number(s), r.want(Wholes)
}

// Range reads 3..5.
func (r Row) Range() (Range, error) {
	low, high, _ := strings.Cut(r.Value, "..")
	x := Range{number(low), number(high)}
	if r.money() {
		x.Low, x.High = 100*x.Low, 100*x.High
	}
	return x, r.want(Ranges)
}

// Flag reads true and false.
func (r Row) Flag() (bool, error) { return r.Value == "true", r.want(Flags) }

// Date reads a day.
func (r Row) Date() (time.Time, error) {
	if err := r.want(Dates); err != nil {
		return time.Time{}, err
	}
	return parseDay(r.Value)
}

// Yearly reads the day of every year.
func (r Row) Yearly() (time.Month, int, error) {
	if err := r.want(Yearlys); err != nil {
		return 0, 0, err
	}
	d, err := time.Parse("--01-02", r.Value)
	return d.Month(), d.Day(), err
}

// List reads a|b, and a text as a list of one.
func (r Row) List() ([]string, error) {
	if r.Sort() == Texts {
		return []string{r.Value}, nil
	}
	return items(r.Value), r.want(Lists)
}

func items(value string) []string {
	list := strings.Split(value, "|")
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
	}
	return list
}

// Bound is how a measured value is held against this one.
func (r Row) Bound() Bound {
	b, _ := bound(r.Value)
	return b
}

func bound(value string) (Bound, string) {
	for _, b := range []Bound{AtLeast, AtMost, MoreThan, Below} {
		if rest, ok := strings.CutPrefix(value, string(b)); ok {
			return b, rest
		}
	}
	return Exactly, value
}

// number reads digits; anything else, which no sort lets through, is 0.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
