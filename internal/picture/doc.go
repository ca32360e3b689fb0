// Package picture is the photographs that come with cases: what a resident saw,
// what a guard found at the door, the proof that something was mended. Every
// room takes, keeps and shows them through here.
//
//	form, API ── Files, Bytes ──▶ Studio.Take: cleaned, on disk ──▶ Keep: a row with its entry
//	                                    │                                  │
//	                       the field says which is no photograph           │
//	page ◀── Picture.On: address, alternative text ◀── Of, Named ◀─────────┘
//	browser ── Studio.Route: may they see the case? ──▶ the file
//
// A picture is cleaned by package photo, within one budget of memory for the
// whole program, and kept by package blob: the same bytes sent twice are one
// file. Who took it and when is said by the entry of the timeline it came with.
//
// # Who may see one
//
// Who may see the case, and of it the entry that the picture came with: the room
// says which pictures those are. To everybody else, in another neighbourhood
// too, any address is not found, whether or not there is such a file.
//
// A photograph that belongs to a person instead of a case, as the paper an elder
// signed, is cleaned here too ([Studio.Cleaned]) and then sealed by its room, so
// that it goes with that person's data. It never lies in the folder of files.
//
// # What it does not do
//
// Cases are never deleted, and neither are their pictures.
package picture
