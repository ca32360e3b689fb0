// Package mqtt is the door for devices that speak MQTT 3.1, 3.1.1 or 5: Zigbee and
// LoRaWAN bridges, another broker's bridge, and whatever connects by itself.
//
//	PUBLISH ──▶ may it? ──▶ inbox (COMMIT) ──▶ PUBACK, in the order of the PUBLISHes
//	                             └─ failed ──▶ MQTT 5: reason code; 3.1.1: the connection is closed
//
// The broker is embedded (mochi-mqtt), but it never acknowledges by itself:
// its publish hook would acknowledge a message although the hook failed. The
// hook hands the message to the inbox and tells the library to answer nothing;
// the acknowledgement is written here after the commit. A sender that hears
// nothing, or loses its connection, sends again.
//
// # Who may
//
// Nobody without a name that the [Gatekeeper] knows, and its password or, at a
// listener that verifies them, a certificate with that common name. A client
// id counts only together with its credential, so nobody can take over another
// credential's session and silence its detector. A credential publishes and
// subscribes below its own prefixes.
//
// Another broker that bridges (Mosquitto's connection) comes in with its ordinary
// settings: the mark it puts on the protocol's version is taken off, and whether it
// is connected, which it says under $SYS, is acknowledged and not kept. What it
// passes on from outside its prefix is acknowledged and not kept either, as it
// would come again for ever; the door's page says so, as it does of a client that
// was refused though its password was right.
//
// # QoS
//
// QoS 1 is what devices should use: at least once. QoS 2 is remembered on disk
// until it is released, so a repetition is not stored twice even if the
// program was killed in between. QoS 0 is stored and marked as unsure: its
// sender would never learn of a loss, which for a life-safety device is worth
// a warning.
//
// # Strangers
//
// A connection that has not said who it is holds one of few seats. One that stays
// silent gives way, the oldest first, at the address that holds the most; none
// holds more than half. A client that does not take what is written to it is let
// go, whatever it sends meanwhile.
//
// # Last wills
//
// A last will is stored like any other message, with or without a payload. One with
// a delay (MQTT 5) waits for it, for an hour at most, and is not said if the client
// comes back to its session meanwhile; when the door closes it is stored at once.
// A client that replaces its own connection is let in once the old one has ended, so
// that the old one's will does not come behind the new one's first word.
//
// # What it does not do
//
// It delivers to subscribers at QoS 0: devices bring messages here, they do not
// talk to each other. There are no topic aliases, no shared subscriptions and no
// AUTH; a topic under $SYS is refused. What MQTT 5 has pass unaltered passes to who
// is there; what is retained keeps its payload and expiry only. The page of doors
// says this to those who connect devices.
//
// # Retained messages
//
// The last retained message of each topic is kept in the database, in the
// transaction of its row in the inbox, and handed to the clients that subscribe to it
// later under the same credential; nothing of it is held in memory. An empty one
// takes it away. How much a credential may retain, and what happens when it is
// full, is said in package inbox.
package mqtt
