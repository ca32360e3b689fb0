// Package operations is what an operator does to an installation beside running
// it: prove that it is whole, put it into a safe and take it out again, and be
// told in plain words what is wrong with it.
//
//	Verify   the database's own checks, every matter's chain of hashes, the
//	         audit trail, every photograph the reports name
//	Backup   snapshot ─▶ photographs ─▶ archive ─▶ restored once, verified ─▶ in place
//	Restore  archive ─▶ checked beside the folder ─▶ verified ─▶ in place in one step
//	Doctor   disk, rights, clock, keys, tasks, webhooks, backups, accounts, posts
//
// All but Restore work while `linli serve` runs on the same folder: they take
// no lock and look at one instant of the database. A backup taken on SQLite
// may be restored to PostgreSQL and the other way round, since an archive
// always holds a SQLite file.
//
// Sentences for people are in words/; what Verify and Doctor find names
// matters by number, photographs by hash and tables, never a person.
package operations
