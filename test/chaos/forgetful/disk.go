package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
)

// disk is a file system in memory that knows, for each file and folder, what
// would survive a power cut.
type disk struct {
	mu   sync.Mutex
	root *node
	next uint64 // number of the next file
	dice *rand.Rand
	torn bool // a cut may let any of the writes since the last fsync survive

	failSync bool  // fsync answers EIO, and what it should have kept is never kept
	room     int64 // bytes that may still be written; negative: no bound
}

// node is a file or a folder: as programs see it, and as the disk keeps it.
type node struct {
	number uint64
	folder bool
	mode   uint32

	now, kept map[string]*node // of a folder

	data, safe []byte   // of a file
	unsure     []change // written since the last fsync, in order
}

// change is one write, or a new length.
type change struct {
	at   int64
	data []byte
	size int64 // with no data: the new length
}

func newDisk(seed uint64, torn bool) *disk {
	d := &disk{dice: rand.New(rand.NewPCG(seed, 1)), torn: torn, room: -1}
	d.root = d.make(true, 0o700)
	return d
}

func (d *disk) make(folder bool, mode uint32) *node {
	d.next++
	n := &node{number: d.next, folder: folder, mode: mode & 0o7777}
	if folder {
		n.now, n.kept = map[string]*node{}, map[string]*node{}
	}
	return n
}

// apply does a change to a file's bytes.
func (c change) apply(b []byte) []byte {
	if c.data == nil {
		if c.size <= int64(len(b)) {
			return b[:c.size]
		}
		return append(b, make([]byte, c.size-int64(len(b)))...)
	}
	if end := c.at + int64(len(c.data)); end > int64(len(b)) {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[c.at:], c.data)
	return b
}

// write changes a file, if there is room.
func (d *disk) write(n *node, c change) syscall.Errno {
	if d.room >= 0 {
		if int64(len(c.data)) > d.room {
			return syscall.ENOSPC
		}
		d.room -= int64(len(c.data))
	}
	c.data = slices.Clone(c.data)
	n.data = c.apply(n.data)
	n.unsure = append(n.unsure, c)
	return 0
}

// sync makes a file's bytes, or a folder's names, survive. When it fails the
// changes stay visible and are never kept, as Linux does it: the pages are
// marked clean although they did not reach the disk.
func (d *disk) sync(n *node) syscall.Errno {
	if d.failSync {
		n.unsure = nil
		return syscall.EIO
	}
	if n.folder {
		n.kept = maps.Clone(n.now)
		return 0
	}
	for _, c := range n.unsure {
		n.safe = c.apply(n.safe)
	}
	n.unsure = nil
	return 0
}

// cut forgets what was not synced and returns how many writes and names that
// were.
func (d *disk) cut() int {
	lost := 0
	seen := map[uint64]bool{}
	var forget func(n *node)
	forget = func(n *node) {
		if seen[n.number] {
			return
		}
		seen[n.number] = true
		if n.folder {
			for name, child := range n.now {
				if n.kept[name] != child {
					lost++
				}
			}
			n.now = maps.Clone(n.kept)
			for _, name := range slices.Sorted(maps.Keys(n.now)) {
				forget(n.now[name])
			}
			return
		}
		for _, c := range n.unsure {
			if d.torn && d.dice.IntN(2) == 0 {
				n.safe = c.apply(n.safe)
			} else {
				lost++
			}
		}
		n.data, n.unsure = slices.Clone(n.safe), nil
	}
	forget(d.root)
	d.failSync, d.room = false, -1
	return lost
}
