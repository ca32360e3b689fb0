// Package blob keeps the files of the house: the photograph of the clutter in
// the stairwell, the photograph that shows it gone, the scanned quote.
//
// A file is known by the SHA-256 of what is in it, so the same photograph sent
// twice is one file, and a file that changed on the disk can be found out
// (Store.Verify). Nothing here knows what a file is for, who may see it or how
// long it is kept; that is for the matter that points to it.
//
// # What an answer promises
//
// When Store.Put returns without an error, the file survives a power cut:
//
//	incoming/put-*.part ── write, hash ── fsync file ── rename ──▶ ab/cdef… ── fsync folder ──▶ answer
//
// A new folder is made durable in its parent before anything is put into it.
// When Put returns an error, nothing is promised and nothing half-written can
// be seen: a reader finds the whole file or none. A full disk is ErrFull; the
// files already there can still be read, and Put works again as soon as there
// is room.
//
// # The folder
//
//	DIR/incoming/put-*.part   being written, or left by a crash
//	DIR/ab/cdef…              a file, named by the rest of its 64 digits
//
// Several programs may use one folder at once, for example a server and a
// backup. What a crash left in incoming is removed at the next Open, once it
// has not been written to for LeftoverAge.
//
// Permissions are those of the program alone (0700, 0600): photographs show
// people's homes. It needs a POSIX file system, where rename replaces and a
// folder can be synced.
package blob
