package fair

import "math/bits"

// touches notes for each slot who likes it exactly as well as their own: one
// bit a person. Different stretches of 64 people may be noted at once.
type touches [][]uint64

func newTouches(slots, people int) touches {
	t := make(touches, slots)
	for j := range t {
		t[j] = make([]uint64, (people+63)/64)
	}
	return t
}

func (t touches) add(slot, person int) { t[slot][person/64] |= 1 << (person % 64) }

func (t touches) has(slot, person int) bool { return t[slot][person/64]>>(person%64)&1 == 1 }

// next returns the first person from start on who likes the slot and is among
// those asked about (nil for all), -1 where there is nobody.
func (t touches) next(slot, start int, among []uint64) int {
	for w := start / 64; w < len(t[slot]); w++ {
		word := t[slot][w]
		if among != nil {
			word &= among[w]
		}
		if w == start/64 {
			word = word >> (start % 64) << (start % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}
