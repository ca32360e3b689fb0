package address

import (
	"strconv"
	"strings"
)

const digits = "〇一二三四五六七八九"

// digitOf returns the value of a Chinese digit, -1 for any other rune.
func digitOf(r rune) int {
	switch r {
	case '零', '○':
		return 0
	case '两':
		return 2
	}
	if at := strings.IndexRune(digits, r); at >= 0 {
		return at / len("〇")
	}
	return -1
}

// unitOf returns 10, 100 or 1000 for the signs of tens, 0 for any other.
func unitOf(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return 0
}

func isNumeral(r rune) bool {
	return digitOf(r) >= 0 || unitOf(r) > 0 || r == '廿' || r == '卅'
}

// arabic returns a run of Chinese numerals in ASCII digits, by place (四〇二)
// or by tens (四百零二, 廿三). A run that is no number gives "".
func arabic(run []rune) string {
	if len(run) == 0 || len(run) > 12 {
		return ""
	}
	var places strings.Builder
	for _, r := range run {
		d := digitOf(r)
		if d < 0 {
			return byTens(run)
		}
		places.WriteString(strconv.Itoa(d))
	}
	return places.String()
}

func byTens(run []rune) string {
	sum, digit, ceiling := 0, -1, 10000
	for _, r := range run {
		if r == '廿' || r == '卅' {
			if digit > 0 || ceiling <= 10 {
				return ""
			}
			sum, digit, ceiling = sum+20, -1, 10
			if r == '卅' {
				sum += 10
			}
			continue
		}
		if d := digitOf(r); d >= 0 {
			if digit > 0 {
				return ""
			}
			digit = d
			continue
		}
		unit := unitOf(r)
		if unit == 0 || unit >= ceiling || digit == 0 && sum == 0 {
			return ""
		}
		if digit < 1 {
			digit = 1
		}
		sum, digit, ceiling = sum+digit*unit, -1, unit
	}
	return strconv.Itoa(sum + max(digit, 0))
}

// chinese writes 0 to 99 by tens (十二), larger numbers by place.
func chinese(n int) string {
	signs := []rune(digits)
	switch {
	case n < 10:
		return string(signs[max(n, 0)])
	case n < 100:
		s := "十"
		if n >= 20 {
			s = string(signs[n/10]) + s
		}
		if n%10 > 0 {
			s += string(signs[n%10])
		}
		return s
	}
	var b strings.Builder
	for _, r := range strconv.Itoa(n) {
		b.WriteRune(signs[r-'0'])
	}
	return b.String()
}
