// Branches measures how many branches of a package its tests take, which the
// Go tool does not: it counts statements.
//
//	go run ./test/branches -least 95 ./fair ./tally ./opinion
//
// A branch is one outcome of one condition: each part of an if, of a for, of a
// && or ||, and of a case without a value to compare with, once true and once
// false; and each case of a switch with such a value, entered, and none of them
// entered where there is no default. A condition of constants is one like any
// other, of which one outcome is never taken.
//
// The package is compiled with every condition noted down, from a copy in a
// temporary folder that go test puts over the source (-overlay); nothing of the
// tree is touched. Branches never taken are listed.
package main
