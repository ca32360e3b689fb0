// Package casework is what every room with cases shares: a room says what is its
// own (facts, its form, its cards, what becomes of a case), and this package
// carries the rest.
//
//	page ─▶ Act ─▶ view: may they see it, as what may they act
//	            ─▶ what the move needs (words, a photograph, a second look)
//	            ─▶ one transaction: the room's step ─▶ move, save, deadline, tell
//	clock ─────▶ the same, by the kind's ladder or the room's own hour
//
// A room's step is pure: from what the case was, what is asked and the time
// it makes what the case becomes, who owes the next act by when, and who is told.
// It reads and writes nothing.
//
// Rights come from the access table: one of its rows says where a case is listed
// and read, another where somebody may act on it.
//
// A list, its live half, its export as CSV or XLSX and its print-out hold the same
// cases: they are one query, made from one scope and one filter.
package casework
