// Package store keeps what was acknowledged.
//
// It opens SQLite (one file in the data folder) or PostgreSQL, brings the
// tables of every room up to date, and gives the rooms two verbs:
//
//	Update  a transaction that may write; returns only after COMMIT is on disk
//	Reader  a handle that only reads and never waits for a writer
//
// On SQLite all writers pass through one goroutine that groups all that are
// waiting into one transaction, each inside its own savepoint, so that one
// fsync serves them all and one writer's failure undoes only its own work:
//
//	callers ──▶ queue ──▶ BEGIN; [SAVEPOINT fn RELEASE]…; COMMIT (fsync) ──▶ every caller answered
//
// A writer that goes [Ahead], as an alarm does, is the next to run, and a group of
// others is cut short for them; after two of them one of the others has a turn.
// On PostgreSQL each Update is its own transaction;
// the server groups commits.
//
// What is read often and seldom written may be kept in a [Memo] until one of its
// tables is written.
//
// A transaction carries the clock: [Tx.Now] is one instant for all that it
// writes, handed in by the opener of the store, so that tests and the sample
// subdistrict choose the time.
//
// PostgreSQL may be away, or hang with its connections open. Each answer to a
// statement is waited for five seconds, a connection eight, a whole read ten; then
// the error is busy, which includes a commit of which nobody knows whether it
// happened: who repeats it brings the key it came under. A broken connection
// counts for all that were laid before it, and of several hosts the one that
// answered last is asked first (docs/adr/0049-while-the-database-is-away.md).
//
// If the disk is full or an fsync fails, Update returns a fault of code busy
// and nothing of that group is kept; reads go on, and the next Update tries
// again.
package store
