// Package chaos takes the house away under those who use it, and asks
// afterwards whether what was acknowledged is there.
//
//	clients ──report──▶ linli ──303──▶ ledger        SIGKILL at a random count
//	                                                  start again on the same folder
//	retry what was not acknowledged, same key ──▶     present exactly once
//
// Every run prints its seed; `-chaos.seed` repeats its choices and
// `-chaos.kills` asks for more of them:
//
//	go test ./test/chaos -chaos.kills=100 -chaos.seed=7
package chaos
