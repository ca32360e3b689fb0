// Package fault is the one error of the house.
//
// A fault says what kind of thing went wrong (its code, which decides the
// HTTP status), which sentence a person reads (a words key with arguments),
// and, for the log only, what caused it. The sentence never carries the cause.
//
// An error of a database that is not there is busy by itself, see [Passing]: the
// rooms need not tell it from others.
//
//	rule or store ──fault──▶ service ──fault──▶ web: status + sentence + number to quote
//	                                         └▶ log: cause + the same number
package fault

import (
	"errors"
	"fmt"
)

// Code is the kind of a fault.
type Code string

// The codes. Each has one HTTP status, see [Code.Status].
const (
	Invalid   Code = "invalid"   // what was sent is wrong and can be mended by the sender
	NotFound  Code = "not_found" // no such thing, or not for this person to know of
	Forbidden Code = "forbidden" // known, but this person may not
	Unsigned  Code = "unsigned"  // nobody is signed in
	Conflict  Code = "conflict"  // somebody else was first, or the state does not allow it
	Gone      Code = "gone"      // was there, is no more
	TooMany   Code = "too_many"  // slowed down or locked
	TooLarge  Code = "too_large" // more bytes than are taken
	Busy      Code = "busy"      // cannot be written now (disk full, database away); nothing was acknowledged
	Internal  Code = "internal"  // our own mistake
)

var status = map[Code]int{
	Invalid: 422, NotFound: 404, Forbidden: 403, Unsigned: 401, Conflict: 409,
	Gone: 410, TooMany: 429, TooLarge: 413, Busy: 503, Internal: 500,
}

// Status is the HTTP status of the code.
func (c Code) Status() int {
	if s, ok := status[c]; ok {
		return s
	}
	return status[Internal]
}

// Field is one wrong field of a form: its name and the words key of what is
// wrong with it.
type Field struct {
	Name, Key string
	Args      []any
}

// Error is a fault.
type Error struct {
	Code   Code
	Key    string  // words key of the sentence a person reads
	Args   []any   // alternating names and values for the sentence
	Fields []Field // the wrong fields, if it was a form
	Cause  error   // for the log
}

// New makes a fault with a sentence. Args alternate names and values.
func New(code Code, key string, args ...any) *Error {
	return &Error{Code: code, Key: key, Args: args}
}

// Wrap makes a fault around a cause. One that is [Passing] is busy, whatever it
// was taken for: a device that cannot be looked up is not unknown for it.
func Wrap(cause error, code Code, key string, args ...any) *Error {
	if code != Busy && Passing(cause) {
		return &Error{Code: Busy, Key: "fault.away", Cause: cause}
	}
	return &Error{Code: code, Key: key, Args: args, Cause: cause}
}

// WithField adds a wrong field and returns the fault.
func (e *Error) WithField(name, key string, args ...any) *Error {
	e.Fields = append(e.Fields, Field{name, key, args})
	return e
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s %s: %v", e.Code, e.Key, e.Cause)
	}
	return fmt.Sprintf("%s %s", e.Code, e.Key)
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// As finds the fault in an error; one without is busy if it is [Passing], and
// anything else becomes an internal fault. A nil error gives nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, Internal, "fault.internal")
}

// Is reports whether the error is a fault of this code, or is passing if that is
// busy.
func Is(err error, code Code) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Code == code
	}
	return code == Busy && Passing(err)
}
