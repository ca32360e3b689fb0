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

// Visible takes out the signs that no reader sees and that copying from address
// books, chat programs and word processors leaves inside: marks of direction,
// soft hyphens, joiners and byte order marks.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00AD', r == '\u061C', r == '\uFEFF', r >= '\u200B' && r <= '\u200F', r >= '\u202A' && r <= '\u202E', r >= '\u2060' && r <= '\u206F':
			return -1
		}
		return r
	}, s)
}

// Name is a person's name as it is compared and kept: offices pad names of two
// characters (章　芒) to the width of three, so a name in Han characters loses
// the blanks inside, any other keeps one space for each stretch.
func Name(s string) string {
	fields := strings.FieldsFunc(Visible(s), Blank)
	for _, r := range strings.Join(fields, "") {
		if !unicode.Is(unicode.Han, r) && r != '·' && r != '・' && r != '•' {
			return strings.Join(fields, " ")
		}
	}
	return strings.Join(fields, "")
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
