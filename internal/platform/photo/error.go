package photo

import "fmt"

// Code says what is wrong with a photograph. The page has a sentence for each;
// the codes stay as they are.
type Code string

const (
	// NotAPhoto: nothing, or something that is no photograph.
	NotAPhoto Code = "not_a_photo"
	// TooLarge: more bytes than Options.MaxBytes.
	TooLarge Code = "too_large"
	// TooManyPixels: more than Options.MaxPixels, or decoding would take more
	// than Options.MaxMemory.
	TooManyPixels Code = "too_many_pixels"
	// TooSmall: an edge shorter than Options.MinEdge.
	TooSmall Code = "too_small"
	// HEIC: a photograph as HEIC, HEIF or AVIF. The person can take or save it
	// as JPEG.
	HEIC Code = "heic"
	// Broken: it begins like a photograph and cannot be decoded, for example
	// because the end is missing.
	Broken Code = "broken"
)

// Error is what is wrong with a photograph. Its text is for the log and holds
// nothing from the file but figures.
type Error struct {
	Code  Code
	Cause error
}

// Error is the text for the log.
func (e *Error) Error() string { return fmt.Sprintf("photo refused, %s: %v", e.Code, e.Cause) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

func refuse(c Code, format string, args ...any) *Error {
	return &Error{c, fmt.Errorf(format, args...)}
}
