package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Hash 指纹 names a file by what is in it: SHA-256 as 64 lower-case hexadecimal
// digits. It is safe in a URL, in SQL and as a file name once Parse has let it
// through; the verbs of Store check it again.
type Hash string

// Parse reads a hash from outside, for example from a URL. Anything but 64
// lower-case hexadecimal digits is ErrHash: upper case too, so that a file has
// one name only.
func Parse(s string) (Hash, error) {
	h := Hash(s)
	if !h.valid() {
		return "", fmt.Errorf("parse hash of %d bytes: %w", len(s), ErrHash)
	}
	return h, nil
}

// String returns the 64 digits.
func (h Hash) String() string { return string(h) }

func (h Hash) valid() bool {
	if len(h) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(h) {
		if !digit(c) {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

func hashOf(sum []byte) Hash { return Hash(hex.EncodeToString(sum)) }
