package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/linli/linli/fair"
)

// errCasesFailed ends a batch in which some cases have an error entry instead
// of a result; the others were solved all the same.
var errCasesFailed = errors.New("some cases could not be solved: see their error entries")

// caseError is what stands in place of a result: which field of which case is
// wrong, and why. Without a solution it names who and what is in the way.
type caseError struct {
	Case   string `json:"case"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
	People []int  `json:"people,omitempty"`
	Places []int  `json:"places,omitempty"`
}

// explainCase turns an engine's or decoder's error into an entry of the batch.
func explainCase(name string, err error) *caseError {
	var input *fair.InputError
	var conflict *fair.ConflictError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &input):
		return &caseError{Case: name, Field: input.Field, Reason: input.Reason}
	case errors.As(err, &conflict):
		return &caseError{Case: name, Reason: conflict.Reason, People: conflict.People, Places: conflict.Places}
	case errors.As(err, &kind):
		return &caseError{Case: name, Field: strings.TrimPrefix(kind.Field, "."), Reason: fmt.Sprintf("%s is not a whole number or not what belongs there", kind.Value)}
	}
	return &caseError{Case: name, Reason: err.Error()}
}

// missing is the error of a field that must be there.
func missing(field string) error {
	return &fair.InputError{Field: field, Reason: "is missing"}
}

// present reports whether a field was given, and not as null.
func present(raw json.RawMessage) bool {
	return len(raw) > 0 && !bytes.Equal(raw, []byte("null"))
}

// decodeField reads one field of a case and names it in the error.
func decodeField(field string, raw json.RawMessage, into any) error {
	if !present(raw) {
		return missing(field)
	}
	err := json.Unmarshal(raw, into)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return &fair.InputError{Field: fieldPath(field, kind.Field), Reason: fmt.Sprintf("holds a %s where a whole number in range belongs", kind.Value)}
	}
	return err
}

// fieldPath joins a field and what lies inside it.
func fieldPath(field, inner string) string {
	if inner == "" {
		return field
	}
	return field + "." + inner
}

// writeJSON writes one JSON document on one line.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// readDocument reads one JSON document and refuses anything after it.
func readDocument(r io.Reader, into any) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(quoteWords(text)))
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something follows after the document")
	}
	return nil
}
