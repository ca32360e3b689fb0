// Package exif finds one thing in what a camera writes about a photograph: which
// way up it was held, so that the clutter in the stairwell does not lie on its
// side when everything else the camera wrote (place, time, owner, serial number)
// is thrown away.
//
// The bytes come from strangers. Every offset is checked against the length
// before it is used, nothing is followed more than once, nothing is allocated,
// and whatever cannot be understood means: upright.
//
// Layout after Exif 2.32 (CIPA DC-008), section 4.6: byte order, 42, offset of
// the first directory; a directory is a count and entries of twelve bytes.
package exif
