// Package fireline is the door for fire transmission devices (用户信息传输装置)
// that report over TCP by GB/T 26875.3: the box in the fire control room that
// speaks for a building's detectors.
//
//	frame with data ──▶ inbox (COMMIT) ──▶ confirm frame, same serial
//	                         └─ failed ──▶ nothing; the device sends again
//
// A station says who it is by the source address of its frames and by where
// it calls from: the protocol has no password. The listener therefore belongs
// on a network of its own or behind a tunnel, and the [Gatekeeper] says which
// addresses it knows and from which networks each may call. The
// first frame decides for the connection; a frame under another address ends
// it.
//
// Whole frames are stored as they came. Bytes of a known station that are no
// frame are stored too, with a note, and not confirmed.
package fireline
