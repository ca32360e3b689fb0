// Package chaos takes the house away under those who use it, and asks
// afterwards whether what was acknowledged is there.
//
//	residents ──report──▶ linli ──303──▶ ledger                        SIGKILL at a random moment or
//	bridges ──MQTT 3.1.1 QoS 1, MQTT 5 QoS 1 and 2──▶ linli ──▶ ledger    a named point, or the power goes;
//	platforms, a fire line ──push, frames──▶ linli ──200, ACK──▶ ledger   start again on the same folder
//	acknowledged ⊆ stored, each once, in order, in its neighbourhood; every alarm reached three
//	parties, nobody twice; overdue timers fire; the chain and the database are sound; a backup
//	proves itself; ready within five seconds
//
// After each fault the program that was started again is looked at while it
// serves, and takes the next fault. It is the program as an operator runs it,
// so it is built without the race detector; for its last hour the house is the
// test program itself, which has the detector where the tests have.
//
// The power goes on a disk of our own that forgets what was not fsynced
// (forgetful, docs/adr/0027-a-disk-that-forgets.md). It can also fail at fsync
// or be full: then nothing is acknowledged, reading goes on, and the same
// house takes everything again when the disk is well.
//
// Whether anybody was called twice is asked outside, of the gateways, which keep
// their own ledger (test/edge): the house is killed while it calls them, and
// what it sends again must come under the key that it came under before.
//
// PostgreSQL is taken away too (test/cluster): shut down and started again under two
// nodes, while devices, pages, the API and Open311 ask; frozen, with a standby that is
// promoted; frozen while the program is asked to end. Nobody may be told anything for
// good, nothing acknowledged may be lost, and a device must be heard within ten seconds:
//
//	go test ./test/chaos -run DatabaseTakenAway -v -chaos.away=20s
//
// Every run kills twenty times and cuts twenty times, and prints its seed, which
// repeats its choices. It goes on for as many minutes as are asked for:
//
//	go test ./test/chaos -chaos.seed=7 -chaos.minutes=10
package chaos
