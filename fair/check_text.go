package fair

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
)

// list writes a list's length and then its elements, a line each.
func list[T any](w io.Writer, all []T) {
	lines(w, len(all))
	if nums, ok := any(all).([]int64); ok {
		digits(w, nums)
		return
	}
	for _, one := range all {
		switch v := any(one).(type) {
		case Pair:
			lines(w, v.Person, v.Place)
		case Budget:
			lines(w, v.Person, v.Fen)
		case Link:
			lines(w, v.Kind, v.Person, v.Place)
		case Explanation:
			explained(w, v)
		default:
			lines(w, v)
		}
	}
}

// digestOf returns the SHA-256 of a row written as a list.
func digestOf(row []int64) string {
	h := sha256.New()
	list(h, row)
	return fmt.Sprintf("%x", h.Sum(nil))
}

// digits is the fast way for long rows of amounts.
func digits(w io.Writer, nums []int64) {
	text := make([]byte, 0, 16*len(nums))
	for _, n := range nums {
		text = append(strconv.AppendInt(text, n, 10), '\n')
	}
	_, _ = w.Write(text) // a hash does not fail
}

// explained writes one person's explanation.
func explained(w io.Writer, e Explanation) {
	reserved := 0
	if e.Reserved {
		reserved = 1
	}
	lines(w, e.Place, e.PriceFen, e.ValueFen, e.UtilityFen, reserved)
	if e.Best == nil {
		lines(w, "none")
		return
	}
	lines(w, e.Best.Place, e.Best.WorseFen)
}

// lines writes each value on a line of its own.
func lines(w io.Writer, values ...any) {
	for _, v := range values {
		fmt.Fprintln(w, v)
	}
}
