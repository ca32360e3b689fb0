// Command linli 邻里 runs what the neighbourhoods of a subdistrict share.
//
// It is the only program of the house: it serves the pages, shows the sample
// subdistrict, reads registers, makes and proves backups, and solves the
// mathematics of sharing from standard input to standard output.
package main
