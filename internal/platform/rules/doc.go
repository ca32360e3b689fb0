// Package rules is the law as data: every number, period and choice that a law,
// a city's paper or linli itself sets, each with its source, its article and
// the days on which it is in force (规则). No such number is in the code.
//
//	thresholds.csv ─┐
//	                ├─▶ Book ── At(topic, parameter, scope, day) ─▶ Row ── Fraction, Span, Money … or a fault
//	rules_override ─┘              the narrowest scope goes first
//
// The file comes with linli. A row in it is never changed: a new text of the law
// ends the old row and adds one, so a decision keeps [Row.ID] and can always say
// under what it was taken. How a value is written:
//
//	>=2/3, >1/2   a share, with and without equality      3..5   from, to
//	30%           a share                                 a|b    a list
//	--06-30       each year on that day                   15     a number of what the unit says
//
// The scope is a region, then a condition after a semicolon: "Shanghai/Hongkou;
// added lifts". A question asked with a region hears the narrowest region that
// has an answer, then the country, then linli's own default; asked with a
// condition, rows of that condition go before rows without. Within one scope a
// statute goes before a notice, a notice before the rest, and the newer text
// before the older one.
//
// The office may override a row, with a reason and a source, from a day on. An
// entry is never edited: a later one goes before it, also one that says that the
// file is right again. A row whose own days begin after the override's goes
// before the override, so that a new law is not hidden by an old correction.
//
// The marks: V was read in an official text, S in one secondary source, P is
// linli's own proposal. What rows say in both languages is in texts.csv.
//
// Who may override is asked by the page (package rulebook); working days are
// counted by the caller, who has the calendar.
package rules
