package blob

import (
	"errors"
	"fmt"
	"syscall"
)

// Error is what can be wrong with a file, to be asked for with errors.Is. Its
// text is for the log, not for people.
type Error string

// Error is the text for the log.
func (e Error) Error() string { return string(e) }

const (
	// ErrNotFound: no file of that hash is kept here.
	ErrNotFound Error = "no such file"
	// ErrHash: what was given is no hash.
	ErrHash Error = "not a hash"
	// ErrTooLarge: the content is longer than the caller allows.
	ErrTooLarge Error = "file too large"
	// ErrFull: the disk or the quota is full. Reading goes on.
	ErrFull Error = "disk full"
	// ErrDamaged: the content no longer has the hash it is kept under.
	ErrDamaged Error = "file damaged"
)

// doing says what was being done when err happened and marks a full disk.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%s: %w: %w", what, ErrFull, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
