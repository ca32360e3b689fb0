package sheet

import (
	"slices"
	"strconv"
	"strings"
)

// format is what a number format says of the numbers shown with it, as far as
// it changes what they mean.
type format struct {
	dated  bool
	digits string // one that pads with zeros: 0000, 0-0000; empty otherwise
}

// formatOf is the format with an id. The ids below 164 are built in; 27 to 36
// and 50 to 58 are the dates of the Chinese, Japanese and Korean programs.
// Source: ECMA-376 part 1, 18.8.30.
func formatOf(id string, codes map[string]string) format {
	if code, ok := codes[id]; ok {
		return parseFormat(code)
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return format{}
	}
	return format{dated: n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58}
}

// parseFormat reads a format's code: yyyy"年"m"月", 0"户/年", 0-0000. What
// stands in quotation marks, behind a backslash or in brackets is no letter of
// a date.
func parseFormat(code string) format {
	var letters, digits strings.Builder
	runes := []rune(code)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; r {
		case ';': // what follows is for negative numbers
			i = len(runes)
		case '"':
			end := slices.Index(runes[i+1:], '"')
			if end < 0 {
				end = len(runes) - i - 1
			}
			digits.WriteString(string(runes[i+1 : i+1+end]))
			i += end + 1
		case '[':
			if end := slices.Index(runes[i:], ']'); end > 0 {
				i += end
			}
		case '\\':
			if i++; i < len(runes) {
				digits.WriteRune(runes[i])
			}
		case '_', '*':
			i++
		default:
			letters.WriteRune(r)
			digits.WriteRune(r)
		}
	}
	shown := strings.ToLower(letters.String())
	switch {
	case shown == "general", shown == "g/通用格式":
		return format{}
	case strings.ContainsAny(shown, "0#?"):
		return format{dated: strings.Contains(shown, "ss.0"), digits: padding(shown, digits.String())}
	}
	return format{dated: strings.ContainsAny(shown, "ymdhs") || strings.Contains(shown, "aaa")}
}

// padding is the pattern that shows leading zeros, "" where there is none: one
// zero alone, decimals, thousands and percentages change no label.
func padding(letters, pattern string) string {
	if strings.Count(letters, "0") < 2 || strings.ContainsAny(letters, ".,%e?") {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("0#-/() ", r) {
			return r
		}
		return -1
	}, pattern)
}

// padded shows a whole number by a pattern: 301 by 00000 is 00301, 60301 by
// 0-0000 is 6-0301.
func padded(number, pattern string) string {
	if !onlyDigits(number) {
		return number
	}
	var out []byte // from its end
	left := len(number)
	first := strings.IndexAny(pattern, "0#")
	for i := len(pattern) - 1; i >= 0; i-- {
		place := pattern[i] == '0' || pattern[i] == '#'
		switch {
		case place && left > 0:
			left--
			out = append(out, number[left])
		case pattern[i] == '0':
			out = append(out, '0')
		case !place:
			out = append(out, pattern[i])
		}
		for i == first && left > 0 {
			left--
			out = append(out, number[left])
		}
	}
	slices.Reverse(out)
	return string(out)
}
