// Package follow is the door for devices that already speak to a broker of
// somebody else: linli comes to that broker as a client.
//
//	device ──▶ their broker ──▶ PUBLISH ──▶ inbox (COMMIT) ──▶ PUBACK to the broker
//	                                          └─ failed ──▶ nothing, and the line is cut;
//	                                                        the broker sends again
//
// The session stays with the broker (a fixed client id, no clean start), so
// what arrives while linli is away, or what could not be stored, is delivered
// again. Acknowledgements keep the order of the messages.
//
// What the device was told is the broker's word: its PUBACK means that the
// broker has the message, not that it is on linli's disk. Devices that guard
// lives should come to linli's own door. A message of QoS 0 is stored and
// marked as unsure.
//
// A broker may deliver a message again whose acknowledgement got lost; both
// copies are kept, and the register sees one change.
//
// It speaks MQTT 5, or MQTT 3.1.1 with a broker that knows no other. The latter
// bounds neither how many messages the broker has under way, which it does by
// itself, nor their size: one that is too long is acknowledged and told of in
// the log, as it would come again for ever before all others.
package follow
