// Command forgetful is a disk that forgets what was not fsynced, for tests
// that cut the power.
//
//	forgetful -seed 7 [-torn] DIR     mounts an empty disk on DIR; needs /dev/fuse
//
// It obeys one word a line on standard input and answers each with one line:
//
//	cut     the power goes: unmounts, forgets, mounts again; answers how many writes and names were lost
//	eio     fsync fails from now on
//	full    no room for another byte
//	heal    neither any more
//
// It lives in memory and ends, unmounted, when standard input does. It is a
// program of its own: a process that both serves a file system and uses it can
// wait for itself (docs/adr/0027-a-disk-that-forgets.md).
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"

	"github.com/hanwen/go-fuse/v2/fuse"
)

func main() {
	seed := flag.Uint64("seed", 1, "of what survives, with -torn")
	torn := flag.Bool("torn", false, "a cut lets some of the writes since the last fsync survive")
	flag.Parse()
	if err := run(flag.Arg(0), newDisk(*seed, *torn)); err != nil {
		fmt.Fprintln(os.Stderr, "forgetful:", err)
		os.Exit(1)
	}
}

func run(dir string, d *disk) error {
	server, err := mounted(d, dir)
	if err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	defer func() { _ = server.Unmount() }()
	fmt.Println("ready")
	for words := bufio.NewScanner(os.Stdin); words.Scan(); {
		said := 0
		if words.Text() == "cut" {
			if server, said, err = cut(server, dir, d); err != nil {
				return err
			}
		} else if !obey(d, words.Text()) {
			return fmt.Errorf("what is %q", words.Text())
		}
		fmt.Println("ok", said)
	}
	return nil
}

func cut(server *fuse.Server, dir string, d *disk) (*fuse.Server, int, error) {
	if err := server.Unmount(); err != nil {
		return server, 0, fmt.Errorf("unmount, is a program still there? %w", err)
	}
	d.mu.Lock()
	lost := d.cut()
	d.mu.Unlock()
	again, err := mounted(d, dir)
	if err != nil {
		return server, 0, fmt.Errorf("mount again: %w", err)
	}
	return again, lost, nil
}

func obey(d *disk, word string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch word {
	case "eio":
		d.failSync = true
	case "full":
		d.room = 0
	case "heal":
		d.failSync, d.room = false, -1
	default:
		return false
	}
	return true
}
