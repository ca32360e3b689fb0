// Package rulebook is the pages of the rules (规则库): what the law, the city
// and linli set, with source, article and days, as staff look it up.
//
//	/admin/rules         topics, what ends soon; a topic's rules; a search; coming, past, overridden
//	/admin/rules/{id}    one rule: its other versions, what the office said instead, and why
//
// The committee, the subdistrict and the administrators read it; only the
// administrators say something else for a rule, with a reason and a source, or
// say that the file is right again. Both go to the audit trail. Nothing is ever
// edited: see package rules.
//
// It changes no decision that was already taken, and it is not legal advice: the
// mark says how well each row was verified.
package rulebook
