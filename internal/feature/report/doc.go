// Package report is 随手拍: a photograph of something wrong, and its mending.
//
// A resident photographs clutter, taps place and kind, and sends it. The party
// responsible there takes it, mends it, proves it with a photograph; the
// resident confirms or reopens. Every status says who acts next and by when.
//
//	raised ──take──▶ taken ──start──▶ doing ──finish──▶ done ──confirm──▶ confirmed
//	  │  ▲             │ └────────finish────────────────▲ │ └──silence for 7 days──▲
//	  │  └─reopened ◀──┼────────────reopen (reason)───────┘            reopen ◀────┘
//	  └─▶ declined (reason), withdrawn
//
// Each kind of trouble (42 of them, as data) names its handler, the time to
// accept it and the time to mend it. When one of these passes, the clock tells
// the next level, and the line says so: property → residents' committee →
// subdistrict. The handler stays the one who owes the work.
//
// A report is a case (package casework): this room says what a report knows, what
// becomes of it at each move, and how its pages look.
//
// Who is told: everybody who holds a post at the building or a place above it,
// and nobody else; of what concerns people, property and committee only. Who may
// read it is in the access table: the reporter, property and committee that
// serve the place, the subdistrict, and, unless it concerns people, who lives in
// the compound and who helps there. An anonymous reporter's name is shown to the
// residents' committee only.
//
// Photographs are re-encoded on arrival, so that neither position nor camera
// nor anything hidden behind the picture is kept.
//
// Programs report through Open311 (package open311 below) and through our own
// JSON interface ([API], signed in as a person).
//
// Deadlines follow reference/practice.md §3 as rows of the category table; the
// operator changes them there. This room does not decide what the law says a
// landlord must do, and does not replace 119, 110 or 12345.
package report
