// Package arch holds the rules of the house as tests.
//
// Each rule walks the tree as it is, so a new room is covered on the day it is
// made. A rule is a function from the tree to its breaches:
//
//	files on disk ──load──▶ tree ──rule──▶ breaches (none, or the test fails)
//	bad samples   ──load──▶ tree ──rule──▶ the breach it was made for
//
// The second line proves that each rule can bite. What a rule lets pass by
// name is beside it, with the reason. The tables are not read from files
// but from the catalogues of both databases, after the rooms made them.
package arch
