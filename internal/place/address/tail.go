package address

import (
	"strconv"
	"strings"
	"unicode"
)

// tail reads door, unit, floor and room, each of which may be missing.
func (s *scanner) tail(a *Address) {
	if s.dashed(a) {
		return
	}
	a.Door = s.door()
	s.inner()
	a.Unit = s.unit()
	s.inner()
	a.Floor, a.Room = s.floorAndRoom()
}

// inner steps over a gap only when a further part follows it.
func (s *scanner) inner() {
	from := s.at
	s.gap()
	probe := *s
	if probe.unit() == "" {
		if floor, room := probe.floorAndRoom(); floor == 0 && room == "" {
			s.at = from
		}
	}
}

// dashed reads 6-402 (door, room) and 6-1-402 (door, unit, room); behind a
// road without lane three numbers are lane, door and room.
func (s *scanner) dashed(a *Address) bool {
	from := s.at
	parts := []string{s.mark()}
	for len(parts) < 3 && parts[0] != "" && s.peek(0) == '-' {
		s.at++
		part := s.mark()
		if part == "" {
			break
		}
		parts = append(parts, part)
	}
	if len(parts) < 2 || strings.ContainsRune("-弄号幢栋座层楼单", s.peek(0)) && !s.done() {
		s.at = from
		return false
	}
	s.take("室", "房")
	a.Room = parts[len(parts)-1]
	a.Door = trimMark(parts[0]) + "号"
	if len(parts) == 3 && a.Road != "" && a.Lane == "" && a.Name == "" {
		a.Lane, a.Door = trimMark(parts[0])+"弄", trimMark(parts[1])+"号"
	} else if len(parts) == 3 {
		a.Unit = trimMark(parts[1]) + "单元"
	}
	return true
}

// mark reads a number with perhaps one letter before or behind it.
func (s *scanner) mark() string {
	from := s.at
	head := ""
	if letter(s.peek(0)) {
		head = string(s.peek(0))
		s.at++
	}
	number := s.number()
	if number == "" {
		s.at = from
		return ""
	}
	if head == "" && letter(s.peek(0)) && !letter(s.peek(1)) {
		number += string(s.peek(0))
		s.at++
	}
	return head + number
}

func trimMark(mark string) string {
	if letter(rune(mark[0])) {
		return mark
	}
	return trimZeros(mark)
}

// door reads 3号, 3号楼, 3甲号, 3-5号, A座, 2幢 and 2幢5号.
func (s *scanner) door() string {
	block := s.label("幢", "栋", "座")
	door := s.label("号楼", "号")
	if door == "" {
		return block
	}
	// 3号门 is the door, 3号门口 is before it.
	if s.peek(0) == '门' && !strings.ContainsRune("口前外内卫洞牌厅", s.peek(1)) {
		s.at++
	}
	return block + strings.TrimSuffix(door, "楼")
}

// label reads a number or a single letter with one of suffixes behind it.
func (s *scanner) label(suffixes ...string) string {
	from := s.at
	mark := s.mark()
	switch {
	case mark != "":
		mark = trimMark(mark)
		if to := s.upTo(); to != "" {
			mark += to
		}
		mark += s.take("甲", "乙", "丙", "丁")
	case letter(s.peek(0)):
		mark = string(s.peek(0))
		s.at++
	default:
		mark = s.take("甲", "乙", "丙", "丁")
	}
	suffix := s.take(suffixes...)
	if mark == "" || suffix == "" {
		s.at = from
		return ""
	}
	return mark + suffix
}

// upTo reads the second half of a label such as 3-5号.
func (s *scanner) upTo() string {
	from := s.at
	if s.peek(0) == '-' {
		s.at++
		if to := s.number(); to != "" && s.peek(0) == '号' {
			return "-" + trimZeros(to)
		}
	}
	s.at = from
	return ""
}

// unit reads 1单元.
func (s *scanner) unit() string {
	from := s.at
	number := s.number()
	if number == "" || s.take("单元") == "" {
		s.at = from
		return ""
	}
	return trimZeros(number) + "单元"
}

// floorAndRoom reads 13层, 502室, 13层1302室, 二层亭子间, 前楼. The floor of a
// named room becomes part of its name.
func (s *scanner) floorAndRoom() (floor int, room string) {
	floor = s.floor()
	if end := roomNameAt(s.runes, s.at); end > s.at {
		room = string(s.runes[s.at:end])
		s.at = end
		if floor != 0 {
			room = roomFloor(floor) + room
		}
		return floor, room
	}
	from := s.at
	s.gap()
	if room = s.roomNumber(); room == "" {
		s.at = from
	}
	return floor, room
}

// floor reads 13层, 13楼, 底层, 地下一层 and B1层; 0 when none stands here.
func (s *scanner) floor() int {
	from := s.at
	sign := 1
	if s.take("地下") != "" || letter(s.peek(0)) && s.peek(0) == 'B' && s.take("B") != "" {
		sign = -1
	}
	number := s.number()
	if number == "" && sign == 1 && s.take("底") != "" {
		number = "1"
	}
	if number == "" || len(trimZeros(number)) > 3 || s.take("层", "楼") == "" {
		s.at = from
		return 0
	}
	n, err := strconv.Atoi(number)
	if err != nil || n == 0 {
		s.at = from
		return 0
	}
	return sign * n
}

// roomNumber reads 502室, 12A, A01 and 四〇二; without 室 only at the end or
// when it has the three digits that rooms have.
func (s *scanner) roomNumber() string {
	from := s.at
	room := s.mark()
	if room == "" {
		return ""
	}
	if s.take("室", "房") != "" || s.done() {
		return room
	}
	if len(room) < 3 || strings.ContainsRune("弄号幢栋座层楼单支期-年月元", s.peek(0)) || letter(s.peek(0)) {
		s.at = from
		return ""
	}
	return room
}

// roomNameAt returns where a room's name that begins at i ends, i when none
// begins: words such as 前 or 东 and then what kind of room it is.
func roomNameAt(runes []rune, i int) int {
	at := i
	for at < len(runes) && at < i+4 && unicode.Is(unicode.Han, runes[at]) {
		s := scanner{runes: runes, at: at}
		if s.takeRoomKind() {
			return s.at
		}
		if !strings.ContainsRune("前后东西南北中左右大小内外双统", runes[at]) {
			return i
		}
		at++
	}
	return i
}

// takeRoomKind steps over the kind of a room: those of the old lanes first,
// then those that are nobody's home but are reported from.
func (s *scanner) takeRoomKind() bool {
	return s.take(
		"客堂间", "客堂", "亭子间", "前楼", "后楼", "阁楼", "阁", "厢房", "灶披间", "灶间", "统楼", "统间",
		"假三层", "过街楼", "晒台", "天井", "汽车间", "车库", "车棚",
		"活动室", "门卫室", "值班室", "传达室", "地下室", "居委会", "店铺", "商铺",
	) != ""
}
