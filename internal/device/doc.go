// Package device knows every detector, bay sensor, gateway and lift box: where
// it hangs, what it last said, and whether it still lives.
//
// A property guard must be able to trust that a detector which says nothing
// has nothing to say. So a device appears by itself with its first message and
// waits as unclaimed until staff bind it to a home; from then on its silence,
// its battery, its cover and every message nobody understands are news.
//
//	inbox ─▶ Decode (no transaction) ─▶ Take / Seen (one transaction) ─▶ Events ─▶ listeners
//	                                      │ last state of the device
//	job device.watch, each minute ────────┘ silent, battery again, replace soon
//
// # A device's life
//
//	unclaimed ── Bind ──▶ watched ── last message too long ago ──▶ silent ── any message ──▶ watched
//	                         └── Unbind ──▶ unclaimed
//
// # What makes an event
//
// A danger of several inputs is on as long as one of them is, and told when
// another joins. Changes, never messages: a bridge sends the whole state again with
// every battery report, and the same smoke is one event. That it is said once
// more is passed on as Still, marked if a bridge repeats it from memory: a fire on
// a detector that never said that the last one had ended is heard by package
// alarm, which knows when people closed that one. It raises what is measured again
// 10 minutes after closing, what is repeated from memory 30 minutes after it.
//
// An alarm that was kept while the device was offline, or took more than ten
// minutes, is still an alarm and says late. What arrives out of order changes no state. A device's
// own clock is believed within a day of ours. A test is no alarm; but a test
// that does not end is no test after 15 minutes.
//
// What a detector that guards lives measures (smoke, gas, carbon monoxide,
// temperature) is no event and calls nobody: its last value lies in the state,
// and its curve grows where the value moved. An alarm's desk shows it.
//
// Battery devices are silent after two heartbeats or 25 hours, whichever comes
// first; mains and gateways after 10 minutes, cameras after 90 seconds. What
// speaks through a silent gateway is not reported one by one.
//
// Who may send is a credential: a name, a password made by the program and
// kept as a digest, and the topic it may publish to.
//
// It holds no alarm and calls nobody: its listeners do. It imports the
// register of sensors (sensors.csv). Rules and formats: package decode; makes:
// package makes.
package device
