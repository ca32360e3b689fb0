package fair

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// The lottery (摇号) is for when no money may pass. Nobody has to trust
// whoever runs it:
//
//  1. Before the list of entries is closed the organiser chooses a secret seed
//     of at least MinSeed bytes and publishes Commit(seed).
//  2. The list is closed and published.
//  3. The seed is published. Anybody checks Commit(seed) against step 1 and
//     replays Draw.
//
// The organiser cannot choose a seed to suit the list, since it was fixed
// before; and nobody can choose the list to suit the seed, since it was secret
// and the draw depends on every entry.

// MinSeed is the least number of bytes in a seed: fewer could be guessed by
// trying them all.
const MinSeed = 16

// Commit returns what to publish before the draw: SHA-256, in lower-case
// hexadecimal, of the text "linli lottery commitment", a line feed and the seed.
func Commit(seed []byte) (string, error) {
	if len(seed) < MinSeed {
		return "", invalid("seed", "has %d bytes, at least %d are needed", len(seed), MinSeed)
	}
	sum := sha256.Sum256(append([]byte("linli lottery commitment\n"), seed...))
	return hex.EncodeToString(sum[:]), nil
}

// Draw puts the entries in random order. Step by step, for whoever replays it
// by other means:
//
//  1. Sort the entries by their bytes. L is the SHA-256 of all of them, each
//     followed by a line feed.
//  2. The stream of random numbers: block k = 0, 1, 2, … is the SHA-256 of the
//     text "linli lottery draw", a line feed, L, the seed and k as 8 bytes, most
//     significant first. Each block gives four numbers of 64 bits, most
//     significant byte first.
//  3. For place = n, n−1, …, 2: take the next number x of the stream, again
//     while x ≥ the largest multiple of place not above 2^64; swap the entry at
//     the place with the one at (x mod place) + 1, counted from 1.
//
// The result is the order of drawing, first drawn first. Entries must differ
// and hold no line feed; the order in which they are handed in does not matter.
func Draw(seed []byte, entries []string) ([]string, error) {
	if _, err := Commit(seed); err != nil {
		return nil, err
	}
	order := slices.Sorted(slices.Values(entries))
	for i, e := range order {
		if i > 0 && e == order[i-1] {
			return nil, invalid("entries", "%q is there twice", e)
		}
		if strings.Contains(e, "\n") {
			return nil, invalid("entries", "%q holds a line feed", e)
		}
	}
	s := newStream(seed, order)
	for place := uint64(len(order)); place >= 2; place-- {
		x := s.below(place)
		order[place-1], order[x] = order[x], order[place-1]
	}
	return order, nil
}

// VerifyDraw replays a draw from what was published and returns nil when all
// of it fits: the commitment, the revealed seed, the entries and the order.
func VerifyDraw(commitment string, seed []byte, entries, order []string) error {
	got, err := Commit(seed)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(got), []byte(commitment)) != 1 {
		return invalid("commitment", "the seed is not the one committed to")
	}
	want, err := Draw(seed, entries)
	if err != nil {
		return err
	}
	if !slices.Equal(want, order) {
		return invalid("order", "the draw gives another")
	}
	return nil
}

// stream is the documented sequence of random numbers.
type stream struct {
	prefix []byte
	next   uint64
	block  []byte
}

func newStream(seed []byte, sorted []string) *stream {
	list := sha256.New()
	for _, e := range sorted {
		fmt.Fprintln(list, e)
	}
	return &stream{prefix: append(list.Sum([]byte("linli lottery draw\n")), seed...)}
}

// number returns the next 64 bits.
func (s *stream) number() uint64 {
	if len(s.block) == 0 {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(slices.Clone(s.prefix), s.next))
		s.block = sum[:]
		s.next++
	}
	x := binary.BigEndian.Uint64(s.block)
	s.block = s.block[8:]
	return x
}

// below returns a number under n, each equally likely: numbers past the last
// whole multiple of n are thrown away.
func (s *stream) below(n uint64) uint64 {
	excess := -n % n // 2^64 mod n
	for {
		if x := s.number(); excess == 0 || x < -excess {
			return x % n
		}
	}
}

// PickInTurn lets people choose one after the other (serial dictatorship):
// order are the people as drawn, wishes[i] the places person i would take,
// dearest first, capacities how often each place exists. Each gets the first
// wish still free; Nowhere when none is. Nobody gains by misstating wishes.
func PickInTurn(order []int, wishes [][]int, capacities []int) ([]int, error) {
	left, out := slices.Clone(capacities), make([]int, len(wishes))
	for i := range out {
		out[i] = Nowhere
	}
	seen := make([]bool, len(wishes))
	for x, i := range order {
		if i < 0 || i >= len(wishes) || seen[i] {
			return nil, invalid(fmt.Sprintf("order[%d]", x), "there is no person %d, or they had their turn", i)
		}
		seen[i] = true
		for _, j := range wishes[i] {
			if j < 0 || j >= len(left) {
				return nil, invalid(fmt.Sprintf("wishes[%d]", i), "there is no place %d", j)
			}
			if left[j] > 0 {
				left[j]--
				out[i] = j
				break
			}
		}
	}
	return out, nil
}
