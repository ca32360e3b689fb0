package fair

import "fmt"

// InputError says that what was handed in cannot be worked with: it names the
// field as it is written in the JSON form and the reason.
type InputError struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

func (e *InputError) Error() string { return e.Field + ": " + e.Reason }

// ConflictError says that the input is sound but that no solution exists. It
// names the people and the places that are in each other's way, both as
// indices from 0, in ascending order; Nowhere among the places stands for
// having none.
type ConflictError struct {
	Reason string `json:"reason"`
	People []int  `json:"people,omitempty"`
	Places []int  `json:"places,omitempty"`
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s (people %v, places %v)", e.Reason, e.People, e.Places)
}

// invalid builds an InputError.
func invalid(field, format string, args ...any) error {
	return &InputError{Field: field, Reason: fmt.Sprintf(format, args...)}
}
