// Package decode reads what devices send.
//
// A smoke detector speaks through a Zigbee bridge, the cloud of a telephone
// company, a LoRaWAN server or a fire panel; each wraps the same news in
// another envelope. Here all of it becomes one flat list of observations. It is
// pure: bytes and a model in, observations or an error out; no clock, no
// database, no network.
//
//	Frame ── Open ──▶ Letters, each names its device ── Read(Model) ──▶ Observations
//	  └── not to be read at all: an error; the raw message stays in the inbox
//
// Two steps, because who speaks is known before what it means: the register is
// asked for the device's model in between.
//
// # The envelopes
//
//	zigbee2mqtt  state, availability and what devices say of themselves; one topic
//	             for all fields of a device or one for each
//	ctwing       China Telecom's push: parsed profile or bytes in base64
//	onenet       China Mobile's push
//	tts          The Things Stack uplinks
//	chirpstack   ChirpStack v4 events
//	gb26875      GB/T 26875.3-2011 frames of fire panels
//	elevator     lifts, in linli's own shape: no public code of GB/T 24476 is known
//	json         anything else, with a mapping that staff write
//
// # What it promises
//
// Everything that arrives says that its device is alive: the first observation
// of a letter is Online and carries the fields nobody asked for. A value that
// has no known meaning is said to be [Unclear], never guessed and never
// dropped. A field is known by its name's words (smoke_alarm_1, gas_sensor_state),
// or is on the list of those that call nobody (a voltage, a setting), or is
// Unclear aside: that counts where lives may hang on the device. An alarm that
// names no danger is the one that the model guards against. testdata/danger holds
// what all models of zigbee2mqtt say against this. What a maker's script or server decoded speaks by its names: a field
// whose words say leak, smoke or gas is that danger, whatever mapping reads the
// fields beside it. Any other field that a mapping neither names nor ignores, and
// whose name is not harmless, is Unclear aside from its first message on, whatever
// its value is: who wrote the mapping did not know it. A danger is a yes or no; a number (a gas meter) is none. A
// frame with test set marks everything in it as a test; what somebody simulated at
// a server is one too, and says nothing of its device. Zero, false and empty are
// values; null and absent are not.
package decode
