package open311

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What the public reads of a report are the words of a neighbour in a hurry:
// with a phone number, a plate, a name, a door. However they are spaced and in
// whatever width they are typed, they are found in a folded copy that keeps
// where each sign came from, and taken out of the original.

// shroud stands for what is hidden.
const shroud = "•••"

// folded is a text made comparable: half-width, capitals, digits as 0 to 9,
// without what stands between letters and digits.
type folded struct {
	text string
	from []int // byte of text → rune of the original
}

// sign is a letter or digit and where it came from.
type sign struct {
	r  rune
	at int
}

// fold keeps letters and digits only; with marks also @ and full stops, for
// mail.
func fold(original []rune, marks bool) folded {
	var signs []sign
	for i, r := range original {
		if unicode.Is(unicode.So, r) && r != '○' || unicode.IsMark(r) || r == 'ー' || r == 'ｰ' {
			continue // no letter, though some count as one or fold to one: ℀, ㎡
		}
		for _, x := range norm.NFKC.String(string(r)) {
			switch {
			case marks && (x == '。' || x == '｡'):
				signs = append(signs, sign{'.', i})
			case marks && strings.ContainsRune("@.-_+%", x):
				signs = append(signs, sign{x, i})
			case unicode.IsDigit(x):
				signs = append(signs, sign{digitOf(x), i})
			case unicode.IsLetter(x), x == '○', x == '〇':
				signs = append(signs, sign{unicode.ToUpper(x), i})
			}
		}
	}
	numerals(signs)
	return joined(signs)
}

func joined(signs []sign) folded {
	var f folded
	var b []byte
	for _, s := range signs {
		b = utf8.AppendRune(b, s.r)
		for len(f.from) < len(b) {
			f.from = append(f.from, s.at)
		}
	}
	f.text = string(b)
	return f
}

// numerals reads 一三八 as 138 where at least three stand together, as some
// write a number to get it past a filter; 三天 and 十二 are words.
func numerals(signs []sign) {
	for i := 0; i < len(signs); {
		end := i
		for end < len(signs) && hanDigit(signs[end].r) >= 0 {
			end++
		}
		for j := i; end-i >= 3 && j < end; j++ {
			signs[j].r = '0' + rune(hanDigit(signs[j].r))
		}
		i = max(end, i+1)
	}
}

// hanDigit is the value of a numeral, -1 of anything else.
func hanDigit(r rune) int {
	switch r {
	case '零', '○':
		return 0
	case '幺':
		return 1
	}
	return slices.Index([]rune("〇一二三四五六七八九"), r)
}

// digitOf is a digit of any script as 0 to 9: in Unicode the digits of a script
// follow each other, ten at a time.
func digitOf(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// numbers finds, in a folded text, phone and identity numbers and landlines,
// number plates that are no ordinary ones, and names of accounts.
var numbers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(strings.Join([]string{
		`[0-9]{7,}X?`,
		`WJ\p{Han}?[0-9A-Z]{4,7}警?`,    // 武警, old and new
		`[0-9]{6}[使领]`, `[使领][0-9]{6}`, // embassies and consulates
		`[A-Z]{1,2}[0-9]{5,}[A-Z]?`,               // a plate without its province
		`(?:微信号?|VX|WX|V信|QQ号?)[是为]?[0-9A-Z]{5,}`, // an account
	}, "|"))
})

// plates finds what may be a plate: 沪A12345, 沪AD12345, 沪A1234学; and without
// a province what may be one behind another word, 车号AD1234F.
var plates = sync.OnceValue(func() *regexp.Regexp {
	const provinces, kinds = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼台军空海", "学警挂港澳领使试超临"
	return regexp.MustCompile(`[` + provinces + `][A-Z](?:[0-9A-Z]{4}[` + kinds + `]|[0-9A-Z]{5,6})|[A-Z][0-9A-Z]{5,6}|[A-Z][0-9A-Z]{4}[` + kinds + `]`)
})

var mail = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[0-9A-Z._+%-]+@[0-9A-Z.-]*[0-9A-Z]`)
})

// hide takes out of a text what leads to a person.
func hide(s string, known *neighbours) string {
	original := []rune(s)
	out := make([]bool, len(original))
	plain, withMarks := fold(original, false), fold(original, true)
	plain.mark(out, original, numbers().FindAllStringIndex(plain.text, -1))
	plain.mark(out, original, slices.DeleteFunc(plates().FindAllStringIndex(plain.text, -1), func(at []int) bool { return !likely(plain.text[at[0]:at[1]]) }))
	withMarks.mark(out, original, mail().FindAllStringIndex(withMarks.text, -1))
	known.mark(out, original, plain)
	return blackened(original, out)
}

// likely tells a plate from a word with a figure in it, such as 用CCTV13台: at
// least three of its signs are digits.
func likely(found string) bool {
	n := 0
	for _, r := range found {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n >= 3
}

// mark notes what was found, from its first sign to its last with everything
// between.
func (f folded) mark(out []bool, original []rune, found [][]int) {
	for _, at := range found {
		first := f.from[at[0]]
		for first > 0 && strings.ContainsRune("+＋(（", original[first-1]) {
			first--
		}
		for i := first; i <= f.from[at[1]-1]; i++ {
			out[i] = true
		}
	}
}

// blackened writes the text with each hidden stretch as one shroud.
func blackened(original []rune, out []bool) string {
	var b strings.Builder
	for i, r := range original {
		switch {
		case !out[i]:
			b.WriteRune(r)
		case i == 0 || !out[i-1]:
			b.WriteString(shroud)
		}
	}
	return b.String()
}
