package text

import (
	"strings"
	"unicode"
)

// Fold brings spellings that a person holds for the same to one form:
// full-width signs become half-width, capitals small, Chinese punctuation its
// nearest ASCII sign, every stretch of spaces one space, and none at the
// ends. Han characters stay as they are. Folding twice changes nothing.
//
// It is for comparing and searching; what is shown keeps its own form.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if Blank(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(unicode.ToLower(punctuation(HalfWidth(r))))
	}
	return b.String()
}

// HalfWidth returns the ASCII sign that a full-width one (U+FF01 to U+FF5E)
// stands for, a plain space for the ideographic one, and any other rune
// unchanged.
func HalfWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000':
		return ' '
	}
	return r
}

// Blank reports whether r is a space for a reader: Unicode white space, the
// ideographic space, and the invisible joiners and byte order marks that
// copying from chat programs and spreadsheets leaves behind.
func Blank(r rune) bool {
	switch r {
	case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF':
		return true
	}
	return unicode.IsSpace(r)
}

// punctuation expects a half-width rune.
func punctuation(r rune) rune {
	switch r {
	case '“', '”', '„', '「', '」', '『', '』', '〝', '〞':
		return '"'
	case '‘', '’', '`', '´':
		return '\''
	case '【', '〔', '〖':
		return '['
	case '】', '〕', '〗':
		return ']'
	case '《', '〈':
		return '<'
	case '》', '〉':
		return '>'
	case '、':
		return ','
	case '。', '｡':
		return '.'
	case '‐', '‑', '‒', '–', '—', '―', '−', '─', '﹣':
		return '-'
	case '〜', '∼':
		return '~'
	case '•', '‧', '・', '･', '∙', '⋅':
		return '·'
	}
	return r
}
