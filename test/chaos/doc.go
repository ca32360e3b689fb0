// Package chaos takes the house away under those who use it, and asks
// afterwards whether what was acknowledged is there.
//
//	residents ──report──▶ linli ──303──▶ ledger                    SIGKILL at a random count,
//	devices ──MQTT, push, fire line──▶ linli ──PUBACK, 200──▶ ledger    or the power goes
//	                                                               start again on the same folder
//	acknowledged ⊆ stored, each once; every alarm reached three parties, nobody twice;
//	overdue timers fire; the chain and the database are sound; ready within five seconds
//
// The power goes on a disk of our own that forgets what was not fsynced
// (forgetful, docs/adr/0027-a-disk-that-forgets.md). It can also fail at fsync
// or be full: then nothing is acknowledged, reading goes on, and the same
// house takes everything again when the disk is well.
//
// An ordinary run kills three times. Every run prints its seed, which repeats
// its choices; a long one kills and cuts twenty times, and for as many minutes
// as are asked for:
//
//	go test -tags chaos ./test/chaos -chaos.seed=7 -chaos.minutes=10
package chaos
