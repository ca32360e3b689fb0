// Package codec runs the script with which the maker of a LoRaWAN device turns
// its bytes into fields.
//
// A detector sends a handful of bytes; only its maker knows what they mean and
// says so in JavaScript, in the form the LoRa Alliance fixed (TS013, Payload
// Codec API): a function decodeUplink that takes {bytes, fPort, recvTime} and
// returns {data} or {errors}.
//
//	bytes ─▶ new machine, 16 MiB, 50 ms, no host functions ─▶ data as JSON
//	              └─▶ stopped, refused or broken: an error, and nothing is left
//
// A script is foreign code. It sees no file, no network and no function of
// linli, and every call has a machine of its own, so that nothing one call
// leaves behind reaches the next. Which scripts run is for the operator to say;
// this package only keeps them harmless.
package codec
