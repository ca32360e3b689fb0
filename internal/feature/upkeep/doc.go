// Package upkeep is 检修: a device that needs somebody's hand is a matter.
//
// A detector with an empty battery, a gateway off the line, a lift that held
// people: somebody owes an answer, so it has a number, a name, a time and a
// record. One ticket (检修单) is open for one device and cause. The same trouble
// again adds a line to it and never opens a second.
//
//	device has a trouble ──▶ raised ──take──▶ taken ──finish, with what was done──▶ confirmed
//	alarm asks for a hand ─┘    │                │
//	                            ├── decline, with the reason ──▶ declined
//	                            └── the device is well for an hour ──▶ confirmed, by itself
//
// The property holds it; where no property serves the place, the committee.
// What is told is what was told of a device's trouble before there were tickets,
// to the same people: the ticket is never quieter than the message was. A ticket
// that is late is told to the committee too, and again each day (a low battery,
// a replacement and the like: each week).
//
// A device that says it is well again does not close its ticket at once: one
// that comes and goes is not mended. After an hour without trouble the ticket
// closes by itself and says that nobody closed it. A ticket raised by people's
// experience (false alarms, a lift that held somebody) waits for a person. One of a
// detector that still said alarm after people had closed it (关警后还在报警) ends
// like a trouble, an hour after the detector says that it is over.
// "Done" is not believed blindly either: if the device still has the trouble a
// day later, a new ticket says so.
//
// Nobody but the property, the committee and the administrators of the place
// sees any of it: which home has a detector is nobody else's business.
//
// It knows no device's rules (package device decides what is a trouble and when
// it is told) and calls no alarm.
package upkeep
