package main

import (
	"bytes"
	"encoding/json"
)

// quoteWords puts quotation marks around bare words that are no JSON, such as
// NaN, Infinity, 1.e5 or 0x10, so that only the case they stand in is refused,
// with its field, and not the whole batch.
func quoteWords(text []byte) []byte {
	if json.Valid(text) {
		return text
	}
	out := make([]byte, 0, len(text)+16)
	for at := 0; at < len(text); {
		switch b := text[at]; {
		case b == '"':
			end := endOfText(text, at)
			out = append(out, text[at:end]...)
			at = end
		case partOfWord(b):
			end := at
			for end < len(text) && partOfWord(text[end]) {
				end++
			}
			out = appendWord(out, text[at:end])
			at = end
		default:
			out = append(out, b)
			at++
		}
	}
	return out
}

// partOfWord reports whether a byte belongs to a word or a number.
func partOfWord(b byte) bool {
	return !bytes.ContainsRune([]byte("{}[],:\" \t\r\n"), rune(b)) && b < 0x80
}

// appendWord appends a word, in quotation marks where JSON does not know it.
func appendWord(to, word []byte) []byte {
	if json.Valid(word) {
		return append(to, word...)
	}
	quoted, err := json.Marshal(string(word))
	if err != nil {
		return append(to, word...)
	}
	return append(to, quoted...)
}

// endOfText returns where the text in quotation marks that begins at an offset
// ends.
func endOfText(text []byte, at int) int {
	for x := at + 1; x < len(text); x++ {
		switch text[x] {
		case '\\':
			x++
		case '"':
			return x + 1
		}
	}
	return len(text)
}
