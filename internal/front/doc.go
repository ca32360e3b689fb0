// Package front is the first pages (首页): where somebody lands who opens linli,
// and what every room needs on the way in.
//
//	resident         ──▶ home: what waits for them, shortcuts, their own matters
//	property         ──▶ today: figures, what waits, the work of the day
//	committee, office ─▶ the desks that rooms give them
//	everybody        ──▶ messages; a place or a person to choose; the code on a wall
//
// It knows no feature. What a home page or the work of the day shows, rooms
// hand in as parts of a page: to-dos, lists, figures. What waits in several
// rooms is in one list, in the order in which the program names the rooms.
//
// The code on a wall holds an address and nothing else: a person who scans it is led
// to a form for that place. Who lives behind which door is nobody's to search:
// the places to choose end at the building.
package front
