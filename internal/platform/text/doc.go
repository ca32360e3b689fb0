// Package text prepares Chinese words for being found again.
//
// People type 楼道 on a phone, ２２５弄 on a desktop and jagh when they are in
// a hurry, and expect the same answer. This room holds the pure functions
// behind that; it stores nothing and knows no database.
//
//	what somebody wrote ── Bigrams ──▶ tokens, joined by spaces ──▶ the index
//	what somebody seeks ── Query ────▶ terms ── FTS5 / TSQuery ───▶ the index
//
// # What the index must hold
//
// A run of Han characters gives its overlapping pairs and, last, its final
// character alone: 楼道堆物 gives 楼道 道堆 堆物 物. So exactly one token begins
// at each character, and a query of one character is a prefix query (物*) on
// the same index. A run of Latin letters and digits is one word, in lower
// case; everything else separates. Words of two characters, which most
// Chinese words are, cost one lookup.
//
// A query finds every text that holds all its pairs. For two characters this
// is containment; for longer words a text that holds 楼道 and 道堆 apart from
// each other is found too, so who needs the exact phrase compares it after
// the index has narrowed the rows.
//
// # What it does not do
//
// It does not turn traditional characters into simplified ones, does not
// segment sentences into words and does not guess which of two readings is
// meant, beyond surnames and a few words a Shanghai register is full of.
package text
