package address

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// neighbour is a spelling, or a spelling less one rune, by its hash. Two
// spellings one mistake apart have a neighbour in common.
type neighbour struct {
	hash uint64
	form int32
}

// Shorter spellings have too many neighbours to be a help, longer ones are
// sentences.
const (
	nearShortest = 3
	nearLongest  = 40
)

func addNeighbours(list []neighbour, s string, form int32) []neighbour {
	for _, hash := range deletions(s) {
		list = append(list, neighbour{hash, form})
	}
	return list
}

// deletions returns the hash of s and of s less each of its runes, nil where
// guessing would not help.
func deletions(s string) []uint64 {
	runes := []rune(s)
	if len(runes) < nearShortest || len(runes) > nearLongest {
		return nil
	}
	out := []uint64{hashWithout(runes, -1)}
	for i := range runes {
		out = append(out, hashWithout(runes, i))
	}
	return out
}

// hashWithout is FNV-1a over the runes but the one at skip.
func hashWithout(runes []rune, skip int) uint64 {
	hash := uint64(14695981039346656037)
	for i, r := range runes {
		if i != skip {
			hash = (hash ^ uint64(r)) * 1099511628211
		}
	}
	return hash
}

func sortNeighbours(list []neighbour) {
	slices.SortFunc(list, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.form, b.form))
	})
}

// neighbours returns the forms that may be one mistake away from s, each
// once, in order, at most most of them.
func neighbours(list []neighbour, s string, most int) []int32 {
	var out []int32
	for _, hash := range deletions(s) {
		from, _ := slices.BinarySearchFunc(list, hash, func(n neighbour, h uint64) int { return cmp.Compare(n.hash, h) })
		for ; from < len(list) && list[from].hash == hash && len(out) < most; from++ {
			out = append(out, list[from].form)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// oneMistake reports whether a becomes b by changing, adding or leaving out
// one rune or by swapping two adjacent ones. Equal texts are no mistake.
func oneMistake(a, b string) bool {
	for a != "" && b != "" {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			restA, restB := a[na:], b[nb:]
			return restA == restB || a == restB || restA == b || swapped(ra, rb, restA, restB)
		}
		a, b = a[na:], b[nb:]
	}
	return utf8.RuneCountInString(a)+utf8.RuneCountInString(b) == 1
}

func swapped(ra, rb rune, restA, restB string) bool {
	nextA, na := utf8.DecodeRuneInString(restA)
	nextB, nb := utf8.DecodeRuneInString(restB)
	return ra == nextB && rb == nextA && restA[na:] == restB[nb:]
}
