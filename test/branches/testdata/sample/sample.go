// Package sample has conditions of every kind. A comment at the end of a line
// says how many branches the line has, and which its tests never take.
package sample

const limit = 3

func sort(n int, on, off bool) string {
	if n < 0 { // 2
		return "negative"
	}
	if on && (n > 10 || !off) { // 6: n > 10 is never true
		return "on"
	}
	if limit > 2 && n != 99 { // 4: limit > 2 is never false, n != 99 is never false
		n++
		n--
	}
	for range limit { // 0
		n++
	}
	for i := 0; i < limit; i++ { // 2
		n--
	}
	switch { // 0
	case n == 1: // 2: n == 1 is never true
		return "one"
	case on, off: // 4
		return "either"
	}
	switch n { // 1
	case 0: // 1
		return "none"
	case 5, 6: // 1: the case is never taken
		return "some"
	}
	switch n { // 0
	case 2: // 1
	default: // 1: the case is never taken
		return "other"
	}
	both := on || off // 4: on is never true, off is never true
	if both {         // 2: both is never true
		return "both"
	}
	return "rest"
}
