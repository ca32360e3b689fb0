// Package backup is the file a subdistrict puts into its safe: everything an
// installation holds, in one archive that any computer can open.
//
//	linli.db        the database as it stood at one instant, as a SQLite file,
//	                also where the installation runs on PostgreSQL
//	keys/…          without which sealed fields cannot be read; secret
//	photos/ab/cdef… every photograph the database names
//	manifest.json   when, by which program, how many rows of each table, and
//	                the length and SHA-256 of each of the above
//
// It is a ZIP with the photographs stored as they are, since they are
// compressed already. Anyone who holds it can read everything in it: it is made
// with mode 0600, and belongs on an encrypted disk.
//
// An archive from elsewhere is foreign bytes. [Open] refuses one whose list
// and content do not agree in names and lengths, whose names are not exactly
// of the form above, or that holds anything but plain files; Extract writes no
// more than was announced and checks every SHA-256 before it says yes.
//
// Nothing here knows the tables; see internal/app/operations for what is backed up
// and how it is proved.
package backup
