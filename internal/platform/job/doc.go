// Package job does later what was promised now.
//
// A job is a row written in the same transaction as the promise, with the
// instant it is due. Deadlines, escalations, deliveries and nightly work are
// all jobs, so a promise survives kill -9, and what fell due while the program
// was down is done at its next start.
//
//	Add(tx) ──▶ row (due_at) ──▶ leased ──▶ handler in a transaction ──▶ row deleted in the same commit
//	                                  └──▶ failed: tried again later, after the last try kept as dead
//
// Two kinds of handler: [Kind.Do] runs inside one transaction together with
// the deletion of the row, so its effect happens exactly once; [Kind.Call]
// reaches outside the house, runs without a transaction and may therefore
// happen more than once.
//
// The clock may jump. What it jumps over is done at once. When it goes back, a
// job that counts a span ([Kind.Span]), and every second try, waits its whole
// span again from there: later by that at most, never by the jump.
//
// Each neighbourhood is served in turn, so one that has thousands of jobs due
// delays no other. Time is the store's clock: a test moves it and calls
// [Runner.RunDue].
package job
