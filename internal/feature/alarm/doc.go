// Package alarm is 报警: smoke to somebody at the door.
//
// A detector in the flat of an old man who lives alone sees smoke. In the
// transaction that notes it, a matter is raised and the property staff on duty,
// the residents' committee, the volunteers of the stair and his family are
// told; after the commit their open pages show it. Somebody says "I go", is
// at the door, says what it was; the record holds every second of it.
//
//	raised ──go──▶ acknowledged ──at the door──▶ on scene ──outcome──▶ cleared ──close──▶ closed with a cause
//	   │ at once: page, phone push, chat group
//	   │ 10 s no receipt of delivery: those get a message    20 s: still none, a call
//	   │ 60 s nobody answers: told again, all of them, and rung
//	   │ 120 s: the subdistrict's officers      180 s: every screen says call 119, with the address
//	   │ nobody can be called, or all said that they cannot: the officers at once
//	   └ acknowledged: who has not answered is told again each minute; nobody at the
//	     door for 5 min: all of it again
//
// A fire signal is never held, grouped, muted or kept back by quiet hours. One
// incident is open for one device and kind: the same signal again extends it,
// a second device opens its own and is linked. A detector that sees no more
// smoke changes nothing: only a person on site closes an incident, with a
// cause. A signal that comes late or again after a gap is still raised, and
// says that it is late. A detector that goes on saying so after its incident was
// closed is heard again: what it measures again 10 minutes after closing, what its
// bridge repeats from memory 30 minutes after it; the new incident says that it is
// again. After 10 minutes somebody is asked to look at the device itself
// (still.go). A lift that holds people (S56) is called like smoke.
// What differs from kind to kind is in one table (kind.go): whom it calls
// first, which number is shown, what it may have been.
//
// The family answers by their account or by the link in their message, which
// needs none; what their word does to the timers is in family.go.
//
// The timers are rows: they survive kill -9 and fire at once if they are
// overdue; rounds that were missed while the program was down are one round.
// Numbers: reference/devices.md §7; the classes of 10, 20 and 60
// seconds are those of the Chinese standard for 119 lines.
//
// Property or committee may tell everybody in the building (通知全楼), once: a
// second press confirms, and the message names the building, what it is and what
// to do, never the flat or a person. Its closing tells them that it is over,
// unless another danger is open there. A drill tells nobody (building.go).
// Each neighbour's open page turns red and asks whether they are safe; the desk
// counts them by flat, and a call for help rings there (headcount.go).
//
// A responder may say in how many minutes; the desk counts down to it. Nothing else
// is known of where they are, and nothing is guessed. What the detector measures
// is there with its age and the way to it (gauge.go).
//
// Three screens show it. The desk (报警台) has the banner with two clocks, who
// is coming lane by lane, 119 with the address to read out, the flat lit on the
// building's front and the record. The responder's phone is red from edge to
// edge. Every other page of staff carries a banner that takes the focus once.
// The script rings, carries the clocks on and says when the link is lost; all
// acts are forms and work without it. A drill (演练) is shown under a blue plate
// everywhere, offers no 119 and closes itself within fifteen minutes.
//
// An alarm at a living-alone home is never public. Who responds sees the
// person's sheet while the incident is open, and each look is recorded.
package alarm
