// Package search finds words in what rooms have written, Chinese ones too.
//
// The full-text engines of the two databases cut Chinese badly: trigrams find
// no two-character word, and most Chinese words have two characters. So the
// text is cut into overlapping pairs before it is stored (platform/text), and
// a query asks for all of its pairs:
//
//	楼道堆物 ─▶ 楼道 道堆 堆物        query 堆物 ─▶ 堆物
//
// SQLite keeps the pairs in an FTS5 table, PostgreSQL in a tsvector with a GIN
// index. What is found are ids, newest first, of one tenant and room; the
// caller reads the rows and asks for the rights.
package search
