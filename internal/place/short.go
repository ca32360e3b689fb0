package place

import (
	"strings"

	"github.com/linli/linli/internal/platform/text"
)

// plain are the letters that cannot be taken for a digit or for each other
// when read from paper or over the phone: no I and no O.
const plain = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// ShortName makes the two or three capital letters that lead a neighbourhood's
// household codes from the pinyin of its name: 万航居民区 gives WH. Letters
// easily misread are passed over, and so is what taken reports.
func ShortName(name string, taken func(string) bool) string {
	base := name
	for _, suffix := range []string{"居民区", "居委会", "社区", "街道", "镇"} {
		base = strings.TrimSuffix(base, suffix)
	}
	full, initials := text.Pinyin(base)
	for _, short := range candidates(clear(initials), clear(full)) {
		if !taken(short) {
			return short
		}
	}
	return free(taken)
}

// clear keeps the letters of plain.
func clear(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(plain, r) {
			return r
		}
		return -1
	}, strings.ToUpper(s))
}

// candidates are the initials, the first initial with a later letter, and
// both with a further letter.
func candidates(initials, full string) []string {
	var out []string
	if n := len(initials); n >= 2 {
		out = append(out, initials[:min(n, 3)])
	}
	if len(full) < 2 {
		return out
	}
	lead := full[:1]
	for i := 1; i < len(full); i++ {
		out = append(out, lead+full[i:i+1])
	}
	for i := range plain {
		out = append(out, full[:2]+plain[i:i+1])
	}
	return out
}

// free is the first free pair or triple in alphabetical order.
func free(taken func(string) bool) string {
	for _, a := range plain {
		for _, b := range plain {
			if short := string(a) + string(b); !taken(short) {
				return short
			}
		}
	}
	for _, a := range plain {
		for _, b := range plain {
			for _, c := range plain {
				if short := string(a) + string(b) + string(c); !taken(short) {
					return short
				}
			}
		}
	}
	return ""
}
