package address

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Address 地址 is one place as written on a door, from the road to the room.
// Every part may be empty. Parse gives the parts in canonical form; parts
// from a register go through Normalize first.
type Address struct {
	Road  string // 长宁路
	Lane  string // 225弄, or 225弄2支弄
	Name  string // the compound's name: 静安桂花园
	Door  string // 3号 (also for 3号楼 and 3号门), A座, 2幢, 2幢5号
	Unit  string // 1单元
	Floor int    // 13 for 13层, 1 for 底层, -1 for 地下1层, 0 unknown
	Room  string // 502, 12A, 二层亭子间, 前楼; without 室
}

// Format writes the address as its readers expect it: 长宁路225弄3号502室.
// Parse reads it back to the same Address when a is in canonical form.
func (a Address) Format() string {
	rest := a.tail()
	if a.Name != "" && rest != "" && nameNeedsGap(a.Name, a.Door) {
		rest = " " + rest
	}
	rest = a.Lane + a.Name + rest
	if a.Road != "" && rest != "" && !ascii(rune(rest[0])) {
		rest = " " + rest
	}
	return a.Road + rest
}

// String is Format.
func (a Address) String() string { return a.Format() }

// tail is everything behind the compound's name.
func (a Address) tail() string {
	s := a.Door + a.Unit
	if a.Floor != 0 && (a.Room == "" || numeric(a.Room)) {
		s += floorLabel(a.Floor)
	}
	s += a.Room
	if numeric(a.Room) {
		s += "室"
	}
	return s
}

// nameNeedsGap tells where a name and what follows would be read as one.
func nameNeedsGap(name, door string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	plain := unicode.Is(unicode.Han, last) && !isNumeral(last)
	return !plain || door == "" || !ascii(rune(door[0]))
}

// Normalize brings the parts, taken from separate columns of a register, to
// canonical form: full-width signs, Chinese numerals, 号楼, the floor inside a
// named room. A part that is not understood is kept, tidied. It never moves a
// part to another field.
func (a Address) Normalize() Address {
	out := Address{
		Road:  plain(a.Road),
		Lane:  plain(a.Lane),
		Name:  plain(a.Name),
		Door:  plain(a.Door),
		Unit:  plain(a.Unit),
		Floor: a.Floor,
		Room:  plain(a.Room),
	}
	s := scanner{runes: []rune(out.Lane)}
	if lane := s.lane(); lane != "" && s.done() {
		out.Lane = lane
	}
	s = scanner{runes: []rune(out.Door)}
	if door := s.door(); door != "" && s.done() {
		out.Door = door
	}
	s = scanner{runes: []rune(out.Unit)}
	if unit := s.unit(); unit != "" && s.done() {
		out.Unit = unit
	}
	s = scanner{runes: []rune(out.Room)}
	if floor, room := s.floorAndRoom(); room != "" && s.done() {
		out.Room = room
		out.setFloor(floor)
	}
	return out
}

// setFloor takes a floor read from the room's name; a named room without one
// takes the floor known already (亭子间 on floor 2 is 二层亭子间).
func (a *Address) setFloor(read int) {
	if read != 0 {
		a.Floor = read
		return
	}
	if a.Floor != 0 && !numeric(a.Room) && roomNameAt([]rune(a.Room), 0) == len([]rune(a.Room)) {
		a.Room = roomFloor(a.Floor) + a.Room
	}
}

// Key is equal for two addresses exactly when they name the same place by
// the same parts. The floor counts only where no room is named. It is for
// comparing, not for people.
func (a Address) Key() string {
	room := a.Room
	if room == "" && a.Floor != 0 {
		room = "^" + strconv.Itoa(a.Floor)
	}
	return strings.Join([]string{a.Road, a.Lane, a.Name, a.Door, a.Unit, room}, "|")
}

// Normalize brings a whole address as typed to the form of Format. Text that
// is not understood follows after a space.
func Normalize(s string) string {
	a, left := Parse(s)
	return strings.TrimSpace(a.Format() + " " + left)
}

// numeric reports whether room is a number, perhaps with a letter before or
// behind it, and so is written with 室.
func numeric(room string) bool {
	s := scanner{runes: []rune(room)}
	return room != "" && s.roomNumber() == room && s.done()
}

func floorLabel(floor int) string {
	if floor < 0 {
		return "地下" + strconv.Itoa(-floor) + "层"
	}
	return strconv.Itoa(floor) + "层"
}

// roomFloor is the floor as it stands before a room's name: 底层, 二层.
func roomFloor(floor int) string {
	switch {
	case floor < 0:
		return "地下" + chinese(-floor) + "层"
	case floor == 1:
		return "底层"
	}
	return chinese(floor) + "层"
}
