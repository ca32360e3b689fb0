package address

import (
	"strings"
)

// sortWidth holds every number a door or a room bears; longer ones still
// sort, as text.
const sortWidth = 8

// SortKey returns a string whose byte order is the order in which people list
// labels and rooms: 2号 before 10号, 103 before 1001, 底层客堂 before 二层前楼
// before 三层阁, basements first. It may be stored in a column that is
// compared byte by byte (SQLite's default; COLLATE "C" in PostgreSQL).
func SortKey(label string) string {
	runes := []rune(plain(label))
	var b strings.Builder
	for i := 0; i < len(runes); {
		if number, next := floorNumber(runes, i); next > i {
			b.WriteString(number)
			i = next
			continue
		}
		s := scanner{runes: runes, at: i}
		if number := s.number(); number != "" {
			b.WriteString(padded(number))
			i = s.at
			continue
		}
		b.WriteRune(runes[i])
		i++
	}
	return b.String()
}

func padded(number string) string {
	number = trimZeros(number)
	if len(number) < sortWidth {
		return strings.Repeat("0", sortWidth-len(number)) + number
	}
	return number
}

// floorNumber reads the floors that bear no plain number: 底层 is 1, 地下 sorts
// before every floor and B1 before 1.
func floorNumber(runes []rune, at int) (string, int) {
	rest := string(runes[at:min(at+2, len(runes))])
	switch {
	case rest == "底层" || rest == "底楼":
		return padded("1"), at + 1
	case rest == "地下":
		return "-", at + 2
	}
	return "", at
}
