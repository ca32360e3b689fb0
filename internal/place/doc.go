// Package place knows where things are: the tree of a subdistrict (街道).
//
// The committee says "building 6 of 静安桂花园"; a resident who reports
// clutter taps their own stairwell; the party responsible is found by walking
// up from there. One tree answers all of it:
//
//	subdistrict 曹家渡街道                        a tenant of its own, for its office
//	 └ neighbourhood 西武居民区                   the tenant: all its data belong to it
//	    └ compound 静安桂花园 (万航渡路660弄)
//	       └ building 6号
//	          └ dwelling 302
//
// A grid may stand between neighbourhood and compound, an entrance between
// building and dwelling. Each tenant has its own tree with one root; no
// transaction crosses two trees. Names are what the door-plates say: numbers
// are labels, never 1 to n, and a room may be called 二层亭子间.
//
// A place is found again by its ref, the register's own key, so that a
// register read in a second time keeps the ids. What is no longer there is
// retired, not deleted: past matters still name it.
//
// Search forgives: 255弄 suggests 225弄 and says that it guessed, full-width
// digits match, and so do pinyin and its initials. Doors and rooms are never
// guessed.
//
// # Read view
//
// Other rooms may join the table place_node in their SQL and read these
// columns: tenant_id, id, parent_id, kind, ref, name, path, sort, retired_at.
// They write none. A path is /id/…/id/ from the root to the place itself, so
// a place lies below another exactly if its path begins with the other's.
//
// It holds no coordinates and no map, and knows nobody who lives anywhere:
// that is the room people.
package place
