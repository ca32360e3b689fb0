package sheet

import "strings"

// A quotation mark at the start of a cell opens it until the next one, over
// line ends too. A mark that somebody typed ("大块头"王) therefore swallows the
// rows below it, or joins two of them, and the people there would count as
// gone. This file finds such marks before anything is read.

// maxBare is how many marks are named at once.
const maxBare = 20

// heldQuotes keeps marks within their lines: a cell that begins with a pair of
// them and goes on is quoted whole where the line has the table's columns, and
// any other mark that opens a cell and does not close it is a problem. After
// each the reading goes on with the next line, so that all are named.
func heldQuotes(s string, comma byte, skipped int) (string, []Problem) {
	var problems []Problem
	var kept strings.Builder
	columns, copied := 0, 0
	for at, line := 0, 1+skipped; at < len(s) && len(problems) < maxBare; {
		end, lines, code := record(s[at:], comma, &columns)
		if code != "" {
			end, lines = endOfLine(s[at:]), 1
			if whole, ok := requoted(s[at:at+end], comma, columns); ok && code == BareQuote {
				kept.WriteString(s[copied:at] + whole)
				copied = at + end
			} else {
				problems = append(problems, *problem(line, code))
			}
		}
		at, line = at+end, line+lines
	}
	return kept.String() + s[copied:], problems
}

// requoted is a line with each cell that holds a mark quoted; false where the
// marks are no pairs, or the line has not the table's columns.
func requoted(line string, comma byte, columns int) (string, bool) {
	cells := strings.Split(strings.TrimRight(line, "\r\n"), string(comma))
	if len(cells) != columns {
		return "", false
	}
	for i, c := range cells {
		if strings.Count(c, `"`)%2 != 0 {
			return "", false
		}
		if strings.Contains(c, `"`) && quoted(c) != len(c) {
			cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
	}
	return strings.Join(cells, string(comma)) + "\n", true
}

// record reads one record: where it ends and over how many lines it runs.
// columns is how many cells the first record with more than one has.
func record(s string, comma byte, columns *int) (end, lines int, code Code) {
	at, fields := 0, 1
	for at < len(s) {
		if s[at] == '"' {
			n := quoted(s[at:])
			switch {
			case n < 0:
				return 0, 0, UnclosedQuote
			case at+n < len(s) && s[at+n] != comma && s[at+n] != '\n' && s[at+n] != '\r':
				return 0, 0, BareQuote
			case swallows(s, at, at+n, comma, *columns):
				return 0, 0, BareQuote
			}
			lines += strings.Count(s[at:at+n], "\n")
			at += n
		}
		n := strings.IndexAny(s[at:], string(comma)+"\n")
		if n < 0 {
			return len(s), lines + 1, ""
		}
		at += n + 1
		if s[at-1] == '\n' {
			break
		}
		fields++
	}
	if *columns == 0 && fields > 1 {
		*columns = fields
	}
	return at, lines + 1, ""
}

// quoted is the length of the quoted cell s begins with, -1 if it never ends.
func quoted(s string) int {
	for at := 1; at < len(s); at++ {
		if s[at] != '"' {
			continue
		}
		if at+1 < len(s) && s[at+1] == '"' {
			at++
			continue
		}
		return at + 1
	}
	return -1
}

// swallows reports whether a quoted cell over several lines is made of rows:
// both the line on which it opens and the one on which it closes have, without
// the marks, as many cells as the table.
func swallows(s string, from, to int, comma byte, columns int) bool {
	if columns < 2 || !strings.Contains(s[from:to], "\n") {
		return false
	}
	open := strings.LastIndexByte(s[:from], '\n') + 1
	shut := strings.LastIndexByte(s[:to], '\n') + 1
	whole := func(at int) bool {
		return strings.Count(s[at:at+endOfLine(s[at:])], string(comma))+1 >= columns
	}
	return whole(open) && whole(shut)
}

// endOfLine is the length of the line s begins with, its end included.
func endOfLine(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		return n + 1
	}
	return len(s)
}
