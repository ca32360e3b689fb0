// Package matter is the spine of the house: whatever somebody owes somebody an
// answer for is a matter (事项).
//
//	raised ─take▶ taken ─start▶ doing ─finish▶ done ─confirm▶ confirmed
//	   │            ▲                           │
//	   │            └────────── reopened ◀──────┘   exits: merged, withdrawn, declined
//
// A matter has a head (who acts next, by when, in which phase) and a timeline
// that is only ever appended to: each entry carries the hash of the one before,
// so a changed, dropped or inserted entry is found by [Spine.Verify]. What a
// feature knows beyond that is in the feature's own table, keyed by the
// matter's id.
//
// Each kind of matter declares its moves as a table: from which phase, which
// verb, to which phase, who may. The spine refuses everything else. A move
// names the next holder and the instant it is due: there is no status without
// a name and a time.
//
// Every write may carry a key; the same key again gives the first result and
// writes nothing.
package matter
