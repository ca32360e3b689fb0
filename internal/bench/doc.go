// Package bench measures what linli promises, for people who run it and want to
// know what their machine carries.
//
//	limits of the machine ──▶ an empty house is furnished ──▶ linli as a process of its own ──▶ one line a metric
//	fdatasync, bare inserts,   sample subdistrict, sessions,   over loopback HTTP, as a            value, p50, p99, limit,
//	empty echo, JPEG           past reports in bulk            phone or a program would            ratio, goal, load, commit
//
// Machines are shared, so nothing is judged by absolute speed where a ratio
// will do: each figure is shown beside the limit, or the peer, measured in the
// same run. The parts, as promised by the project:
//
//	a1  an alarm from its publishing until everybody is called, one at a time
//	a2  two thousand of them in ten seconds beside telemetry and page loads
//	a4  the same alarms while one channel hangs
//	a5  a2 with the program held to one core and the load on the others
//	a6  how many alarms a second are carried when three thousand come at once
//	b   durable events over MQTT and HTTP push, against a bare line
//	d1  a report with two photographs of 300 KB each
//	d2  a report as JSON, 16 and 64 senders, against PocketBase
//	d3  the newest thirty reports of a large past, against those of a small one;
//	    the same for words that are searched
//	f   from start to ready, memory at rest, size of the program
//	g   the first page on a phone: bytes, and time to its largest part
//	m   memory while a hundred phones send six photographs of 7 MB each, sixty
//	    programs 15.9 MB of JSON, and thirty strangers a form of 40 MB; fifteen
//	    seconds later; and how long others wait for a page meanwhile
//
// With an earlier build at hand ([Options.Beside]) each part is run by both
// programs in turn, each with its own bench and a house of its own making, for
// several rounds; what is shown is the round in the middle, beside the other's.
//
// What cannot be measured, because a tool is not there, is said in a line of
// its own and never counted as reached.
//
// It is no room of the house: it sits beside cmd, may know app, and writes
// the tables of several rooms when it invents a past (docs/adr/0015-bench.md).
package bench
