// Package pushtest is a browser and its push service for tests: it checks the
// signature of what comes in and opens it as a browser would.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/linli/linli/internal/notify/push"
)

// Browser is a phone with its push service.
type Browser struct {
	Server *httptest.Server
	Notes  chan push.Note // what was shown
	Status atomic.Int64   // what the service answers; 0: 201
	Length atomic.Int64   // bytes of the last note as it arrived

	key  *ecdh.PrivateKey
	auth []byte
	sees string // the public key it subscribed to
}

// New makes a browser that subscribed to a neighbourhood's public key.
func New(t *testing.T, public string) *Browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{Notes: make(chan push.Note, 64), key: key, auth: make([]byte, 16), sees: public}
	_, _ = rand.Read(b.auth)
	b.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s := int(b.Status.Load()); s != 0 {
			w.WriteHeader(s)
			return
		}
		n, err := b.open(r)
		if err != nil {
			t.Errorf("push service: %v", err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		b.Notes <- n
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(b.Server.Close)
	return b
}

// Sees says to which public key the browser subscribed, before anything comes.
func (b *Browser) Sees(public string) { b.sees = public }

// Host is the push service's host.
func (b *Browser) Host() string { return strings.TrimPrefix(b.Server.URL, "https://") }

// Subscription is what the browser hands to the site.
func (b *Browser) Subscription() push.Subscription {
	e := base64.RawURLEncoding.EncodeToString
	return push.Subscription{Endpoint: b.Server.URL + "/send/1", P256dh: e(b.key.PublicKey().Bytes()), Auth: e(b.auth)}
}

func (b *Browser) open(r *http.Request) (push.Note, error) {
	if err := b.signed(r); err != nil {
		return push.Note{}, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("Urgency") != "high" || len(body) < 86 {
		return push.Note{}, fmt.Errorf("%d bytes, %v: %w", len(body), r.Header, err)
	}
	b.Length.Store(int64(len(body)))
	plain, err := b.decrypt(body[:16], body[21:86], body[86:])
	if err != nil {
		return push.Note{}, err
	}
	var n push.Note
	return n, errors.Join(json.Unmarshal(plain, &n))
}

// decrypt is RFC 8291: salt, the sender's key, and one record.
func (b *Browser) decrypt(salt, sender, record []byte) ([]byte, error) {
	theirs, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(b.key.PublicKey().Bytes()) + string(sender)
	ikm, err1 := hkdf.Key(sha256.New, shared, b.auth, info, 32)
	cek, err2 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, err3 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, record, nil)
	if err != nil {
		return nil, err
	}
	return []byte(strings.TrimRight(string(plain), "\x00\x02")), nil
}

// signed checks the VAPID header (RFC 8292) against the key subscribed to.
func (b *Browser) signed(r *http.Request) error {
	t, k, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	parts := strings.Split(t, ".")
	if !ok || k != b.sees || len(parts) != 3 {
		return fmt.Errorf("authorization %q", r.Header.Get("Authorization"))
	}
	point, err1 := base64.RawURLEncoding.DecodeString(k)
	sig, err2 := base64.RawURLEncoding.DecodeString(parts[2])
	claims, err3 := base64.RawURLEncoding.DecodeString(parts[1])
	if err := errors.Join(err1, err2, err3); err != nil || len(sig) != 64 || len(point) != 65 {
		return fmt.Errorf("malformed: %w", err)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		return errors.New("signature does not fit")
	}
	if !strings.Contains(string(claims), `"aud":"`+b.Server.URL+`"`) {
		return fmt.Errorf("claims %s", claims)
	}
	return nil
}
