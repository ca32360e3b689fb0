// Package care is 关爱: the elders who live alone, and who looks in on them.
//
// # The register (独居老人登记)
//
// The residents' committee enters an elder: on which lawful ground, whom to
// call, where the spare key is, what a helper must know, which volunteer is
// paired with them and how often somebody visits. The ground and the grade are
// rows of the rules (package rules); each entry keeps the id it is based on.
//
// All of it is one sealed text. The row beside it names no person, no home and
// no phone: it is found by digests under the house's own key. Only the named
// carers open it: the responsible workers of the committee and the paired
// volunteers; and those who respond to an alarm at that home, while the alarm is
// open and no drill. Each look is written into the audit trail in the
// transaction that precedes it, and opened again within half an hour, or kept
// up to date on an open page, it is the same look; the elder, the family and the
// carers see who looked and when. To everybody else on the committee the list is masked.
//
// Consent is withdrawn as easily as it was given (PIPL art. 15): one press by
// the elder or the family, or by the committee for them. In that transaction the
// sheet, the paper, the carers and all notes are gone and no visit is owed; that
// it was withdrawn, when and by which side remains.
//
// # Visits (探望)
//
// A promised visit is a matter with a name and an hour: by 18:00 of its day. One
// lies ahead for each elder at any time; its place is the building, never the
// flat.
//
//	raised ──visited──▶ confirmed, and the next one is raised
//	  │ nobody answered ─▶ taken: the committee is told at once and finds out ─settle▶ confirmed
//	  │ could not go ─▶ the next paired volunteer, or the committee if there is none
//	  │ its time passed ─▶ the committee is told, and again each day; the next one
//	  │                    is raised on its own day, and once that is made or missed
//	  │                    too this one is closed: declined, on record as missed
//	  └ consent withdrawn ─▶ withdrawn
//
// The volunteers of an elder take turns; who is away is passed over, and what
// they had promised is handed to the next. Notes are sealed and read by carers
// only. The timers are jobs: rows that survive kill -9.
//
// It does not keep medical records, and it judges nobody.
package care
