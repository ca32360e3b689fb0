package tally

import (
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
)

// Hash is a SHA-256 value; its text form is 64 hexadecimal digits.
type Hash [sha256.Size]byte

// String writes the hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (h *Hash) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(h) {
		return refuse(FaultForm, "hash", string(text))
	}
	copy(h[:], raw)
	return nil
}

// The prefixes that keep a leaf from ever passing for a node (RFC 6962 §2.1).
const (
	leafPrefix = 0x00
	nodePrefix = 0x01
)

// LeafHash is SHA-256(0x00 ‖ data) (RFC 6962 §2.1).
func LeafHash(data []byte) Hash {
	h := sha256.New()
	h.Write([]byte{leafPrefix})
	h.Write(data)
	return Hash(h.Sum(nil))
}

// NodeHash is SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1).
func NodeHash(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = nodePrefix
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// Head is the state of a log 树头: how many entries it has, and the hash of the
// whole tree. Whoever keeps a head can be shown later that nothing below it was
// changed.
type Head struct {
	Size uint64 `json:"size"`
	Root Hash   `json:"root"`
}

// Tree is an append-only Merkle tree. It keeps every complete subtree, twice as
// many hashes as leaves, so that an append costs O(1) hashes on average, a head
// O(log n) and a proof O(log² n) at most. The zero Tree is empty.
type Tree struct {
	levels [][]Hash // levels[k][i] covers the leaves i·2^k … (i+1)·2^k − 1
}

// Append adds a leaf hash.
func (t *Tree) Append(leaf Hash) {
	for k := 0; ; k++ {
		if k == len(t.levels) {
			t.levels = append(t.levels, nil)
		}
		t.levels[k] = append(t.levels[k], leaf)
		n := len(t.levels[k])
		if n%2 == 1 {
			return
		}
		leaf = NodeHash(t.levels[k][n-2], t.levels[k][n-1])
	}
}

// Size is the number of leaves.
func (t *Tree) Size() uint64 {
	if len(t.levels) == 0 {
		return 0
	}
	return uint64(len(t.levels[0]))
}

// Head is the head of the whole tree.
func (t *Tree) Head() Head { return Head{t.Size(), t.root(0, t.Size())} }

// HeadAt is the head the tree had when it held size leaves; more than it has is
// FaultRange.
func (t *Tree) HeadAt(size uint64) (Head, error) {
	if size > t.Size() {
		return Head{}, refuse(FaultRange, "size", "")
	}
	return Head{size, t.root(0, size)}, nil
}

// root hashes the leaves from lo up to hi; the root of none is SHA-256("").
func (t *Tree) root(lo, hi uint64) Hash {
	n := hi - lo
	if n == 0 {
		return sha256.Sum256(nil)
	}
	if n&(n-1) == 0 {
		k := bits.TrailingZeros64(n)
		return t.levels[k][lo>>k]
	}
	mid := lo + split(n)
	return NodeHash(t.root(lo, mid), t.root(mid, hi))
}

// split is the largest power of two below n (RFC 6962 §2.1).
func split(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }

// Inclusion proves that the leaf at index is in the tree: its sisters from the
// leaf up to the root (RFC 6962 §2.1.1).
func (t *Tree) Inclusion(index uint64) ([]Hash, error) {
	if index >= t.Size() {
		return nil, refuse(FaultRange, "index", "")
	}
	return t.path(index, 0, t.Size()), nil
}

func (t *Tree) path(index, lo, hi uint64) []Hash {
	if hi-lo == 1 {
		return nil
	}
	mid := lo + split(hi-lo)
	if index < mid {
		return append(t.path(index, lo, mid), t.root(mid, hi))
	}
	return append(t.path(index, mid, hi), t.root(lo, mid))
}

// Consistency proves that the tree of the first old leaves is the beginning of
// this one (RFC 6962 §2.1.2). For old = 0 and old = Size the proof is empty.
func (t *Tree) Consistency(old uint64) ([]Hash, error) {
	if old > t.Size() {
		return nil, refuse(FaultRange, "size", "")
	}
	if old == 0 {
		return nil, nil
	}
	return t.subproof(old, 0, t.Size(), true), nil
}

// subproof is SUBPROOF of RFC 6962 §2.1.2; known means that the verifier has
// the root of the old leaves of this part already.
func (t *Tree) subproof(old, lo, hi uint64, known bool) []Hash {
	if old == hi {
		if known {
			return nil
		}
		return []Hash{t.root(lo, hi)}
	}
	mid := lo + split(hi-lo)
	if old <= mid {
		return append(t.subproof(old, lo, mid, known), t.root(mid, hi))
	}
	return append(t.subproof(old, mid, hi, false), t.root(lo, mid))
}
