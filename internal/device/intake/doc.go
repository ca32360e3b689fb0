// Package intake joins the register of devices to the doors they connect to:
// who may connect and what for, and what becomes of a message that is on disk.
//
//	MQTT, HTTP push, fire line ─▶ inbox ─▶ intake ─▶ device ─▶ who listens to events
//
// A message of which something has no known meaning counts as far as it has one,
// and is its sender's trouble: a detector is never silent because its words are
// not known.
package intake
