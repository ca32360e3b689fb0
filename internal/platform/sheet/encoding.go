package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode turns the bytes of a CSV file into UTF-8 without its mark.
func decode(data []byte) (string, *Problem) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		s, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", problem(1, BadEncoding)
		}
		return string(s), nil
	}
	rest := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(rest) {
		return string(rest), nil
	}
	bad := invalidAt(rest)
	if len(rest) < len(data) || mostlyUTF8(rest) {
		return "", problem(lineOf(rest, bad), BadEncoding)
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(rest)
	if err != nil || bytes.ContainsRune(s, utf8.RuneError) {
		return "", problem(lineOf(rest, bad), BadEncoding)
	}
	return strings.TrimPrefix(string(s), "\ufeff"), nil
}

// invalidAt returns where the first byte stands that is not UTF-8.
func invalidAt(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(data)
}

// mostlyUTF8 tells a damaged UTF-8 file from a GBK one. Read as UTF-8, nearly
// every character of Chinese text in GBK is broken (its pairs of bytes fit
// UTF-8 by chance only), while a damaged file has few broken places.
func mostlyUTF8(data []byte) bool {
	whole, broken := 0, 0
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size >= 3:
			whole++
		}
		at += size
	}
	return whole > 4*broken
}
