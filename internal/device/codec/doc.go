// Package codec runs the script with which the maker of a LoRaWAN device turns
// its bytes into fields.
//
// A detector sends a handful of bytes; only its maker knows what they mean and
// says so in JavaScript, in the form the LoRa Alliance fixed (TS013, Payload
// Codec API): a function decodeUplink that takes {bytes, fPort, recvTime} and
// returns {data} or {errors}. Scripts written for ChirpStack v3 (Decode) and The
// Things Network v2 (Decoder) run as they are, and so do those that export their
// functions as a module. What a script logs is dropped, and so are its warnings.
//
//	bytes ─▶ new machine, 16 MiB, 50 ms, no host functions ─▶ data as JSON
//	              └─▶ stopped, refused or broken: an error, and nothing is left
//
// The 50 ms are of a processor, not of the clock on the wall: while the machine
// is busy with other things a script waits, and is not stopped for it until five
// seconds are over. Where the system does not say what a thread has used, only
// the five seconds count.
//
// A script is foreign code. It sees no file, no network and no function of
// linli, and every call has a machine of its own, so that nothing one call
// leaves behind reaches the next. Which scripts run is for the operator to say;
// this package only keeps them harmless. docs/codecs.md says which of the public
// ones run, and how to try a folder of others.
package codec
