package sheet

import (
	"cmp"
	"slices"
)

// Problem is one thing wrong, or worth knowing, about a file.
type Problem struct {
	File   string            // as given to Read
	Sheet  string            // of an XLSX with several sheets, or of one without the table
	Line   int               // 1-based, as Excel or an editor shows it; 0 for the file as a whole
	Column string            // the header as it stands in the file, or the Spec's name where it is missing
	Code   Code              // what is wrong
	Args   map[string]string // what the words need; the keys are listed at each Code
	Note   bool              // worth knowing; the file can be taken all the same
}

// Code names a kind of problem. The catalogue holds for each one a sentence
// on what is wrong and one on what to do.
type Code string

// Of the file as a whole. None of its rows is given out after one of these.
const (
	// TooLarge: more than Args[max] bytes, packed or unpacked. Split the file.
	TooLarge Code = "too_large"
	// Unreadable: the bytes could not be read or are no table at all. Save it
	// again as XLSX or CSV.
	Unreadable Code = "unreadable"
	// OldExcel: a binary .xls, or an XLSX with a password. Save it as XLSX
	// without password.
	OldExcel Code = "old_excel"
	// WebPage: HTML that some programs call .xls. Open it in Excel and save it
	// as XLSX.
	WebPage Code = "web_page"
	// BadEncoding: at Line the bytes are neither UTF-8 nor GB18030. Save it as
	// "CSV UTF-8".
	BadEncoding Code = "bad_encoding"
	// Empty: no cell has anything in it.
	Empty Code = "empty"
	// NoSuchSheet: the sheet Args[sheet] is not among Args[sheets].
	NoSuchSheet Code = "no_such_sheet"
	// TooManyRows: more than Args[max]. Split the file.
	TooManyRows Code = "too_many_rows"
	// TooManyColumns: more than Args[max]. Delete the columns not needed.
	TooManyColumns Code = "too_many_columns"
	// MissingColumn: Column is required and no header names it; Args[headers]
	// are there. Add it or correct the header.
	MissingColumn Code = "missing_column"
	// DuplicateColumn: two headers mean Args[name]. Keep one.
	DuplicateColumn Code = "duplicate_column"
	// UnclosedQuote: a quotation mark opened at Line is never closed. Close or
	// delete it.
	UnclosedQuote Code = "unclosed_quote"
	// BareQuote: a cell on Line begins with a quotation mark that is not its
	// last sign, and would join it with others. Delete the mark.
	BareQuote Code = "bare_quote"
	// UnclearArea: Column speaks of an area but is none of Args[aliases], and
	// no other column gives it. Correct the header.
	UnclearArea Code = "unclear_area"
)

// Notes on the file.
const (
	// UnknownColumn: nothing is taken from Column.
	UnknownColumn Code = "unknown_column"
	// PassedSheet: Sheet holds text and no table.
	PassedSheet Code = "passed_sheet"
	// HeadlessSheet: Sheet holds lines as long as rows of the table, without
	// its header. They were not read. Put the header above them.
	HeadlessSheet Code = "headless_sheet"
	// HiddenSheet: Sheet is hidden and has the table's header. It was not read.
	HiddenSheet Code = "hidden_sheet"
	// EmptyRows: Args[lines] have nothing in the table's columns.
	EmptyRows Code = "empty_rows"
	// ClosingRows: Args[lines] are sums, signatures or remarks.
	ClosingRows Code = "closing_rows"
	// HiddenRows: Args[lines] are hidden, by a filter perhaps. They were read.
	HiddenRows Code = "hidden_rows"
)

// Of one line or cell. Args[value] is the cell as it stands, at most 40 runes.
const (
	// Blank: the cell must be filled in.
	Blank Code = "blank"
	// ExtraCells: the line has more cells than the header. Look for a comma
	// that should stand in quotes.
	ExtraCells Code = "extra_cells"
	// PrecisionLost: Excel has rounded a long number. Format the column as
	// text and type the number again.
	PrecisionLost Code = "precision_lost"
	// BecameDate: Excel has turned a label such as 1/2 or 3-4 into a date.
	// Format the column as text and type it again.
	BecameDate Code = "became_date"
	// FormulaError: the cell shows #REF!, #N/A and the like. Mend the formula
	// or type the value.
	FormulaError Code = "formula_error"
	// FormulaBlank: a formula without a stored value, as some programs leave
	// it. Open the file in Excel and save it.
	FormulaBlank Code = "formula_blank"
	// MergedAmount: one cell for Args[lines]. Give each line its own.
	MergedAmount Code = "merged_amount"
	// BadNumber: not a number. Write digits only.
	BadNumber Code = "bad_number"
	// TooPrecise: more decimals than Args[max]. Round it.
	TooPrecise Code = "too_precise"
	// OutOfRange: too large, or negative where that means nothing.
	OutOfRange Code = "out_of_range"
	// BadDate: not a day of the calendar. Write 2023-04-08.
	BadDate Code = "bad_date"
	// BadTime: not a time of day. Write 2023-04-08 09:30.
	BadTime Code = "bad_time"
	// BadBool: neither yes nor no. Write 1 or 0, 是 or 否.
	BadBool Code = "bad_bool"
	// BadChoice: none of Args[choices]. Write one of them.
	BadChoice Code = "bad_choice"
	// UnknownName: the program asked for a column its Spec does not list. This
	// is a fault of the program.
	UnknownName Code = "unknown_name"
)

// Codes lists every Code, for a catalogue to prove that it has words for each.
func Codes() []Code {
	return []Code{
		TooLarge, Unreadable, OldExcel, WebPage, BadEncoding, Empty, NoSuchSheet, TooManyRows, TooManyColumns,
		MissingColumn, DuplicateColumn, UnclosedQuote, BareQuote, UnclearArea, UnknownColumn, PassedSheet, HeadlessSheet,
		HiddenSheet, EmptyRows, ClosingRows, HiddenRows, Blank, ExtraCells, PrecisionLost,
		BecameDate, FormulaError, FormulaBlank, MergedAmount, BadNumber, TooPrecise, OutOfRange, BadDate, BadTime, BadBool, BadChoice, UnknownName,
	}
}

// Failed reports whether any of problems is more than a note.
func Failed(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Note })
}

// Sort puts problems in the order of the file's lines, keeping the order
// within a line.
func Sort(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Line, b.Line))
	})
}

// problem is an error about the file as a whole, args in pairs.
func problem(line int, code Code, args ...string) *Problem {
	return &Problem{Line: line, Code: code, Args: pairs(args)}
}

func pairs(args []string) map[string]string {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}
