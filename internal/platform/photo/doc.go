// Package photo is the door for photographs. Whatever a phone, a browser or a
// stranger sends, only pixels come through: a JPEG of at most 1600 pixels and a
// small one of at most 400, the right way up, with nothing else in them. Where
// it was taken, when, by whose phone, what the camera wrote beside it, what was
// hidden behind it: all of that stays outside, because the picture is always
// decoded and re-encoded.
//
//	a free place ── bytes ── what are they? ── header: how large? ── memory ── decode ── shrink, turn ── encode ──▶ Photo
//	      │                    │                     │                 │          │
//	    busy         not_a_photo, heic      too_many_pixels,         busy      broken
//	                     too_large              too_small
//
// JPEG, PNG, WebP and the first picture of a GIF are taken. The type is told by
// the content, never by a name or by what the sender claims. A JPEG that lacks only
// its end mark is taken, and up to 70 million pixels where memory allows: 64 million
// with colours at a quarter of the size take 96 MB. HEIC and AVIF are
// recognised and refused with a code of their own, because the person can do
// something about it: set the camera to JPEG, or send a screenshot. SVG, HTML,
// PDF and archives are no photographs.
//
// # What a hostile file can cost
//
// At most Options.MaxBytes are read. Width and height are read from the header
// and checked before any pixel is decoded, and so is the memory the decoding
// will take; a JPEG in thousands of scans, each a pass over the whole picture,
// is refused. No more than Options.Decodes pictures are read and decoded at once,
// and never more than Options.Memory says; the others wait unread, for a bounded
// time, and stop waiting when their request ends.
//
// # What it does not do
//
// It does not paint over faces or number plates. Colour profiles are thrown away
// and not applied, so the colours of a wide-gamut phone are a little paler.
// It keeps nothing: see package blob.
package photo
