// Package app puts the rooms of the house together: it opens the store, hands
// each room what it needs, lists the doors and the jobs, and starts and stops
// the whole in order. It holds no rule of any room.
//
//	New: store ─▶ places ─▶ people ─▶ matter ─▶ notify ─▶ features ─▶ doors
//	Start: jobs, then the listener     Stop: the listener, open streams, jobs, store
package app
