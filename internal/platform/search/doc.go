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
// index. What is found are ids of one tenant and room; the caller reads the rows
// and asks for the rights.
//
// Every text carries the time of what it belongs to, and marks by which a search
// can be narrowed. [Index.Walk] hands out what was found from the newest on, as
// much as is asked for, so that the first page of a word that a third of all
// texts hold costs what it costs among few (docs/adr/0045-words-newest-first.md):
//
//	SQLite      a row's number begins with its time, and FTS5 reads rows by their numbers
//	PostgreSQL  a stretch of time at a time, by tokens for the slices of time it covers
//
// A single character is looked up as the beginning of all pairs, and still costs
// in proportion to what there is.
package search
