package tally

import "strconv"

// Fault says in one short English phrase why something was refused. A caller
// asks with errors.Is(err, tally.FaultTwice) and says it in the reader's own
// language; it never matches the text.
type Fault string

// Faults of rolls, rules, sheets and ballots.
const (
	FaultMissing        Fault = "is missing"
	FaultForm           Fault = "cannot be read"
	FaultTwice          Fault = "stands there twice"
	FaultNotPositive    Fault = "must be more than zero"
	FaultOverflow       Fault = "the sum does not fit into 64 bits"
	FaultEmptyRoll      Fault = "no home is entitled to vote"
	FaultNobody         Fault = "names nobody on the roll"
	FaultAlone          Fault = "is one of several co-owners, who cast one ballot together"
	FaultUnknown        Fault = "is not known"
	FaultAnswers        Fault = "needs one answer for each question of the sheet"
	FaultAgent          Fault = "must be somebody other than the voter"
	FaultMandateBlank   Fault = "the mandate states no opinion"
	FaultMandateDiffers Fault = "differs from the opinion the mandate states"
	FaultFraction       Fault = "must be a fraction above zero and at most one"
	FaultClause         Fault = "needs the covenant clause it rests on"
	FaultPeriod         Fault = "ends before it begins"
	FaultNoRule         Fault = "no rule was in force"
	FaultSecret         Fault = "must be at least 16 bytes"
)

// Faults of a log and of what is shown from it.
const (
	FaultDropped Fault = "an entry was dropped"
	FaultAdded   Fault = "an entry was added"
	FaultChanged Fault = "an entry was changed"
	FaultDoubled Fault = "repeats a ballot that already stands"
	FaultResult  Fault = "differs from the recount"
	FaultProof   Fault = "does not lead to the published head"
	FaultReceipt Fault = "the receipt does not match the entry"
	FaultDigits  Fault = "the check digits do not agree: misheard or mistyped"
	FaultRange   Fault = "lies outside the log"
)

// Error returns the phrase itself.
func (f Fault) Error() string { return string(f) }

// Error is the only error this package returns: what is wrong (Fault), where
// (Field, a path such as units[3].area) and the value found there, if it has
// one. Values are ids and numbers as they were handed in.
type Error struct {
	Fault Fault
	Field string
	Value string
}

// Error writes the path, the reason and the value on one line.
func (e *Error) Error() string {
	s := "tally: " + e.Field + ": " + string(e.Fault)
	if e.Value != "" {
		s += " (" + e.Value + ")"
	}
	return s
}

// Unwrap gives the fault to errors.Is.
func (e *Error) Unwrap() error { return e.Fault }

// refuse builds an Error; value may be empty.
func refuse(fault Fault, field, value string) error {
	return &Error{Fault: fault, Field: field, Value: value}
}

// at writes "list[i]" or "list[i].part".
func at(list string, i int, part string) string {
	s := list + "[" + strconv.Itoa(i) + "]"
	if part != "" {
		s += "." + part
	}
	return s
}
