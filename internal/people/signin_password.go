package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // the list of weak passwords is compiled in
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/linli/linli/internal/platform/fault"
)

// argon2id with 19 MiB, two passes and one lane. Source: OWASP Password
// Storage Cheat Sheet, "Argon2id".
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashLen    = 32
	saltLen    = 16
	hashMax    = 2 // at the same time: bounds memory to 38 MiB
)

const (
	passwordMin = 10  // characters
	passwordMax = 200 // so that hashing stays short
)

//go:embed weak.txt
var weakWords string

// hash makes the PHC string of a password. It waits for its turn.
func (d *Door) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	key, err := d.argon(ctx, password, salt)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes, enc(salt), enc(key)), nil
}

// argon is the one place where hashing is done, a few at a time.
func (d *Door) argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case d.hashing <- struct{}{}:
		defer func() { <-d.hashing }()
	case <-ctx.Done():
		return nil, fault.Wrap(ctx.Err(), fault.Busy, "fault.busy")
	}
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, hashPasses, hashMemory, hashLanes, hashLen), nil
}

// checkPassword compares in constant time. Without a hash it works as long and
// says no.
func (d *Door) checkPassword(ctx context.Context, hash, password string) (bool, error) {
	if len(password) > 4*passwordMax {
		password = "" // no account has it: as wrong as any other
	}
	salt, want := make([]byte, saltLen), make([]byte, hashLen)
	if hash != "" {
		parts := strings.Split(hash, "$")
		if len(parts) != 6 || parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", hashMemory, hashPasses, hashLanes) {
			return false, fmt.Errorf("password hash of another kind")
		}
		var errs [2]error
		salt, errs[0] = base64.RawStdEncoding.DecodeString(parts[4])
		want, errs[1] = base64.RawStdEncoding.DecodeString(parts[5])
		if errs[0] != nil || errs[1] != nil {
			return false, fmt.Errorf("password hash is broken")
		}
	}
	got, err := d.argon(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && hash != "", nil
}

// checkChoice says what is wrong with a chosen login and password, as wrong
// fields of one fault.
func checkChoice(login, password string) error {
	f := fault.New(fault.Invalid, "signin.choice")
	if key := loginTrouble(login); key != "" {
		f = f.WithField("login", key)
	}
	if key := passwordTrouble(login, password); key != "" {
		f = f.WithField("password", key, "n", passwordMin)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// loginTrouble wants 2 to 32 letters, digits, dots, dashes.
func loginTrouble(login string) string {
	bad := strings.ContainsFunc(login, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@", r)
	})
	if n := utf8.RuneCountInString(login); bad || n < 2 || n > 32 {
		return "signin.login_shape"
	}
	return ""
}

// passwordTrouble refuses what is short, holds the login, or is what people
// try first: digits only, few different signs, a common word with digits.
func passwordTrouble(login, password string) string {
	p := strings.ToLower(norm.NFKC.String(password))
	switch n := utf8.RuneCountInString(p); {
	case n < passwordMin:
		return "signin.password_short"
	case n > passwordMax:
		return "signin.password_long"
	case p == login || utf8.RuneCountInString(login) >= 4 && strings.Contains(p, login):
		return "signin.password_login"
	case weak(p):
		return "signin.password_weak"
	}
	return ""
}

func weak(p string) bool {
	stem := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	signs := slices.Compact(slices.Sorted(slices.Values([]rune(p))))
	return stem == "" || len(signs) < 5 || slices.Contains(strings.Fields(weakWords), stem)
}
