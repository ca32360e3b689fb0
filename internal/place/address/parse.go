package address

import (
	"strings"
	"unicode"

	"github.com/linli/linli/internal/platform/text"
)

// longest is how many signs of a text are looked at; no address is longer,
// and a pasted page must not cost more than one.
const longest = 120

// Parse reads an address as somebody typed it, in any of the forms of the
// package comment, and returns its parts in canonical form and the text behind
// it that is no part of an address (6号402室门口堆物 leaves 门口堆物). City,
// district and subdistrict before the road are dropped. What is neither road,
// lane, door nor room is taken for the compound's name.
//
// Parse never fails: text that is no address becomes a name or is left over.
func Parse(s string) (a Address, leftover string) {
	runes := []rune(plain(s))
	cut := min(len(runes), longest)
	sc := scanner{runes: runes[:cut]}
	sc.skipDistrict()
	a.Road = sc.road()
	sc.gap()
	a.Lane = sc.lane()
	sc.gap()
	a.Name = sc.name()
	sc.gap()
	sc.tail(&a)
	sc.gap()
	return a, strings.TrimSpace(string(runes[sc.at:]))
}

// plain brings the signs of an address to one form: half-width, capital
// letters, one kind of dash, 号 for #, single spaces; Han stays as it is.
func plain(s string) string { return signs.Replace(strings.ToUpper(text.Fold(s))) }

var signs = strings.NewReplacer("#号", "号", "#", "号", "/", "-", "_", "-", "|", "")

// scanner walks over a plain address. Its methods return what they read and
// step behind it, or return nothing and stay.
type scanner struct {
	runes []rune
	at    int
}

func (s *scanner) done() bool { return s.at >= len(s.runes) }

func (s *scanner) peek(ahead int) rune {
	if s.at+ahead >= len(s.runes) {
		return 0
	}
	return s.runes[s.at+ahead]
}

// take steps over the first of words that stands here and returns it.
func (s *scanner) take(words ...string) string {
	for _, word := range words {
		if strings.HasPrefix(string(s.runes[s.at:min(s.at+4, len(s.runes))]), word) {
			s.at += len([]rune(word))
			return word
		}
	}
	return ""
}

// gap steps over what may stand between two parts.
func (s *scanner) gap() {
	for !s.done() && strings.ContainsRune(" ,-", s.peek(0)) {
		s.at++
	}
}

// number reads ASCII digits or Chinese numerals and returns ASCII digits.
func (s *scanner) number() string {
	from := s.at
	for ascii(s.peek(0)) {
		s.at++
	}
	if s.at > from {
		return string(s.runes[from:s.at])
	}
	for !s.done() && isNumeral(s.peek(0)) {
		s.at++
	}
	number := arabic(s.runes[from:s.at])
	if number == "" {
		s.at = from
	}
	return number
}

func ascii(r rune) bool  { return r >= '0' && r <= '9' }
func letter(r rune) bool { return r >= 'A' && r <= 'Z' }

// trimZeros drops leading zeros; a last digit stays, also before a letter (0A).
func trimZeros(number string) string {
	for len(number) > 1 && number[0] == '0' && ascii(rune(number[1])) {
		number = number[1:]
	}
	return number
}

// skipDistrict steps over 上海市, 静安区, 曹家渡街道 and 万航居民区, as long as
// something follows.
func (s *scanner) skipDistrict() {
	for _, suffix := range []string{"市", "区", "街道", "镇", "居民区"} {
		for n := 2; n <= 5; n++ {
			end := s.at + n + len([]rune(suffix))
			if end >= len(s.runes) {
				break
			}
			part := string(s.runes[s.at:end])
			if strings.HasSuffix(part, suffix) && district(part, suffix) {
				s.at = end
				s.gap()
				break
			}
		}
	}
}

// district tells 静安区 from 高荣小区 and from a road that passes 徐镇.
func district(part, suffix string) bool {
	for _, r := range strings.TrimSuffix(part, suffix) {
		if !unicode.Is(unicode.Han, r) || isNumeral(r) || strings.ContainsRune("路弄号楼室街巷苑园村", r) {
			return false
		}
	}
	if suffix != "区" {
		return true
	}
	for _, other := range []string{"小区", "社区", "园区", "街区", "居民区", "东区", "西区", "南区", "北区", "中区"} {
		if strings.HasSuffix(part, other) {
			return false
		}
	}
	return true
}

// road reads up to the first 路, 街, 道 or 巷 that a number, a gap or the end
// follows.
func (s *scanner) road() string {
	for i := s.at; i < len(s.runes); i++ {
		r := s.runes[i]
		if !unicode.Is(unicode.Han, r) || strings.ContainsRune("弄号楼层室", r) {
			return ""
		}
		if i > s.at && strings.ContainsRune("路街道巷", r) && roadEnds(s.runes, i+1) {
			road := string(s.runes[s.at : i+1])
			s.at = i + 1
			return road
		}
	}
	return ""
}

func roadEnds(runes []rune, at int) bool {
	next := scanner{runes: runes, at: at}
	if next.done() || next.peek(0) == ' ' || ascii(next.peek(0)) {
		return true
	}
	return next.number() != "" && next.take("弄", "号") != ""
}

// lane reads 225弄 and 225弄2支弄.
func (s *scanner) lane() string {
	from := s.at
	number := s.number()
	if number == "" || s.take("弄") == "" {
		s.at = from
		return ""
	}
	lane := trimZeros(number) + "弄"
	after := s.at
	if branch := s.number(); branch != "" && s.take("支弄") != "" {
		return lane + trimZeros(branch) + "支弄"
	}
	s.at = after
	return lane
}

// name reads what stands before the first door, floor or room.
func (s *scanner) name() string {
	from := s.at
	for i := from; i < len(s.runes); i++ {
		if s.tailBegins(i, i == from || s.runes[i-1] == ' ') {
			return s.nameUntil(from, i)
		}
		if !nameRune(s.runes[i]) {
			return s.nameUntil(from, i)
		}
	}
	return s.nameUntil(from, len(s.runes))
}

func (s *scanner) nameUntil(from, to int) string {
	s.at = to
	return strings.TrimRight(string(s.runes[from:to]), " -,")
}

func nameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) ||
		unicode.Is(unicode.Han, r) || strings.ContainsRune("·() -&'", r)
}

// tailBegins reports whether a door, floor or room begins at i. In the middle
// of a name only what cannot be part of one counts.
func (s *scanner) tailBegins(i int, fresh bool) bool {
	var a Address
	t := scanner{runes: s.runes, at: i}
	if !fresh && inWord(s.runes[i-1], s.runes[i]) {
		return false
	}
	t.tail(&a)
	if a.Door+a.Unit == "" && a.Floor == 0 && isNumeral(s.runes[i]) && !t.done() {
		return false // 三三三苑 is a name, not room 333
	}
	if fresh || a.Door != "" || a.Unit != "" {
		return t.at > i
	}
	if a.Floor != 0 {
		return true
	}
	return ascii(s.runes[i]) && len(a.Room) >= 3 && t.done()
}

// inWord reports whether no part can begin between two runes, because both
// belong to one number or one Latin word.
func inWord(before, r rune) bool {
	if letter(before) {
		return letter(r) || ascii(r)
	}
	return ascii(before) && ascii(r)
}
