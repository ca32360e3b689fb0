package people

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/linli/linli/internal/platform/store"
)

// The key files under keys/ in the data folder. Without them sealed fields
// cannot be read and every code and session ends, so a backup holds them.
const (
	fieldKeys = "fields.json" // tink keyset, AES-256-GCM
	digestKey = "digest.key"  // 32 bytes, hexadecimal
)

// Sealer keeps personal fields unreadable in the database and makes keyed
// digests of codes and tokens. It may be used from many goroutines.
type Sealer struct {
	fields tink.AEAD
	digest []byte
}

// OpenSealer reads the keys in dir/keys and makes them on the first start,
// readable by the owner only. Several nodes share the same files.
func OpenSealer(dir string) (*Sealer, error) {
	dir = filepath.Join(dir, "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	handle, err := openKeyset(filepath.Join(dir, fieldKeys))
	if err != nil {
		return nil, err
	}
	fields, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	digest, err := openDigestKey(filepath.Join(dir, digestKey))
	if err != nil {
		return nil, err
	}
	return &Sealer{fields, digest}, nil
}

// RotateKeys adds a new key for sealing to dir/keys; older keys still open
// what they sealed. It takes effect at the next start.
func RotateKeys(dir string) error {
	path := filepath.Join(dir, "keys", fieldKeys)
	handle, err := openKeyset(path)
	if err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if handle, err = m.Handle(); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	b, err := keysetBytes(handle)
	if err != nil {
		return err
	}
	return placeKey(path, b, os.Rename)
}

// Seal encrypts one field of one person. What was sealed for one person or
// field opens for no other. The empty string stays empty.
func (s *Sealer) Seal(tenant store.Tenant, person, field, plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	b, err := s.fields.Encrypt([]byte(plain), boundTo(tenant, person, field))
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", field, err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Open is the inverse of Seal. It fails if the text was changed or belongs to
// another tenant, person or field.
func (s *Sealer) Open(tenant store.Tenant, person, field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", field, err)
	}
	plain, err := s.fields.Decrypt(b, boundTo(tenant, person, field))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", field, err)
	}
	return string(plain), nil
}

// Digest is the HMAC-SHA256 of s under the house's own key, in hexadecimal.
// The purpose keeps digests of different things apart.
func (s *Sealer) Digest(purpose, text string) string {
	m := hmac.New(sha256.New, s.digest)
	fmt.Fprintf(m, "%d:%s%s", len(purpose), purpose, text)
	return hex.EncodeToString(m.Sum(nil))
}

func boundTo(tenant store.Tenant, person, field string) []byte {
	return []byte(string(tenant) + "|" + person + "|" + field)
}

func openKeyset(path string) (*keyset.Handle, error) {
	b, err := readOrMakeKey(path, func() ([]byte, error) {
		handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, err
		}
		return keysetBytes(handle)
	})
	if err != nil {
		return nil, err
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(b)))
	if err != nil {
		return nil, fmt.Errorf("keys: %s: %w", filepath.Base(path), err)
	}
	return handle, nil
}

func keysetBytes(handle *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return b.Bytes(), nil
}

func openDigestKey(path string) ([]byte, error) {
	b, err := readOrMakeKey(path, func() ([]byte, error) {
		key := make([]byte, sha256.Size)
		_, err := rand.Read(key)
		return []byte(hex.EncodeToString(key) + "\n"), err
	})
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(b)))
	if err != nil || len(key) != sha256.Size {
		return nil, fmt.Errorf("keys: %s is no key of %d bytes", filepath.Base(path), sha256.Size)
	}
	return key, nil
}

// readOrMakeKey reads a key file; a missing one is made whole or not at all.
func readOrMakeKey(path string, fresh func() ([]byte, error)) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		b, err := fresh()
		if err != nil {
			return nil, fmt.Errorf("keys: %w", err)
		}
		if err := placeKey(path, b, os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("keys: %s can be read by others; chmod 600 it", filepath.Base(path))
	}
	return os.ReadFile(path)
}

// placeKey writes beside the file, syncs, and puts it in place: with os.Link
// only where there is none yet, with os.Rename in any case.
func placeKey(path string, b []byte, put func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := put(f.Name(), path); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
