package fair

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// pairs of digits, 00 to 99.
const pairsOfDigits = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// appendNums appends the decimal digits of each number and a byte after each.
// It is what writing out a large proof spends its time on.
func appendNums(to []byte, nums []int64, after byte) []byte {
	const longest = len("-9223372036854775808") + 1
	to = slices.Grow(to, longest*len(nums))
	for _, n := range nums {
		if n < 0 || n >= 1e8 {
			to = append(strconv.AppendInt(to, n, 10), after)
			continue
		}
		end := len(to) + digitsOf(n)
		to = to[:end+1]
		to[end] = after
		left := uint32(n)
		for left >= 100 {
			two := left % 100 * 2
			left /= 100
			to[end-2], to[end-1] = pairsOfDigits[two], pairsOfDigits[two+1]
			end -= 2
		}
		to[end-1] = pairsOfDigits[left*2+1]
		if left >= 10 {
			to[end-2] = pairsOfDigits[left*2]
		}
	}
	return to
}

// digitsOf counts the digits of a number from 0 to 10⁸−1.
func digitsOf(n int64) int {
	count := 1
	for limit := int64(10); n >= limit; limit *= 10 {
		count++
	}
	return count
}

// AppendJSON appends the division as encoding/json writes it, and much faster
// where the proof is large: 10,000 people and as many places have a hundred
// million margins.
func (d *Division) AppendJSON(to []byte) ([]byte, error) {
	const empty = `"margins_fen":null`
	rest := *d
	rest.Certificate.Margins = nil
	text, err := json.Marshal(rest)
	if err != nil {
		return nil, fmt.Errorf("division as JSON: %w", err)
	}
	rows := d.Certificate.Margins
	if len(rows) == 0 {
		return append(to, bytes.Replace(text, []byte(empty), []byte(`"margins_fen":`+none(rows == nil)), 1)...), nil
	}
	parts := rowsAsJSON(rows)
	size := len(text)
	for _, part := range parts {
		size += len(part) + 1
	}
	to = slices.Grow(to, size)
	at := bytes.Index(text, []byte(empty)) + len(empty) - len("null")
	to = append(append(to, text[:at]...), '[')
	for x, part := range parts {
		if x > 0 {
			to = append(to, ',')
		}
		to = append(to, part...)
	}
	return append(append(to, ']'), text[at+len("null"):]...), nil
}

// none is an empty list as encoding/json writes it.
func none(absent bool) string {
	if absent {
		return "null"
	}
	return "[]"
}

// rowsAsJSON writes the rows out in stretches, on all processors.
func rowsAsJSON(rows [][]int64) [][]byte {
	parts := make([][]byte, (len(rows)+63)/64)
	inParallel(len(rows), len(rows)*len(rows[0]), func(from, to int) {
		size := len(rowAsJSON(nil, rows[from])) * 9 / 8
		for ; from < to; from += 64 {
			text := make([]byte, 0, 64*size)
			for _, row := range rows[from:min(to, from+64)] {
				text = append(rowAsJSON(text, row), ',')
			}
			parts[from/64] = text[:len(text)-1]
		}
	})
	return parts
}

func rowAsJSON(to []byte, row []int64) []byte {
	if len(row) == 0 {
		return append(to, none(row == nil)...)
	}
	to = appendNums(append(to, '['), row, ',')
	to[len(to)-1] = ']'
	return to
}
