// Package inbox is the one door for devices: what a detector, a gate or a
// platform sends is on disk before the sender hears that it arrived.
//
// Whatever the way in — MQTT, an HTTP push, a fire line over TCP — a message
// takes the same steps, in this order:
//
//	raw bytes ──▶ row committed ──▶ sender acknowledged
//	                    └────────▶ decoded, in a second transaction ──▶ decoded_at
//	                                    └─ not understood ──▶ trouble, kept and shown
//
// An acknowledgement therefore means: it is on disk. If the commit fails, the
// sender is told so, or hears nothing, and sends again.
//
// Decoding reads the row, never the wire, so it happens after a crash as well,
// and again on demand ([Box.Replay]) when a codec has been mended. What cannot
// be decoded is kept with the reason; nothing is dropped.
//
// # Who waits for whom
//
// Each neighbourhood has two lanes, one for devices that guard a life and one
// for everything else. The door decides: what may speak for a detector is
// urgent, and so is whatever is not known; the house teaches the MQTT listener
// which topics carry telemetry only.
//
//	neighbourhood A  urgent ▶▶▶          ordinary ▶▶▶▶▶▶▶▶▶ (full: the sender waits)
//	neighbourhood B  urgent ▶            ordinary ▶
//
// A lane commits its messages in the order they came, many in one transaction.
// Few ordinary lanes commit at the same time, in turn; urgent lanes do not
// wait for them. A flood from one neighbourhood therefore fills its own lane
// and nobody else's.
//
// # Bytes
//
// Columns are TEXT and BIGINT throughout the house. A body that is text is
// kept as it is, so that staff can read it; any other body is kept in base64
// and marked so. What comes out equals what went in, byte for byte.
//
// # What it does not do
//
// It knows no device and no alarm: who may send is asked of a gatekeeper that
// each door declares, what a message means is the decoder's business. A sender
// may repeat a message that was stored but whose acknowledgement got lost;
// both rows are kept, unless the sender names a key for it.
package inbox
