// Package budget shares out what the program may hold at once: bytes of memory,
// bytes on disk, places.
//
//	Take(n) ── free? ──▶ held ── release ──▶ free again
//	   │ no
//	   └── waits its turn, for a bounded time ──▶ busy: ask again later
//
// Those who wait are served in the order of arrival, so something large is not
// overtaken for ever by what is small. What is larger than the whole counts as
// the whole: it runs alone.
//
// Budgets that are held together are taken in one order everywhere, or two
// requests wait for each other: disk, then bodies, then pictures.
package budget
