package open311

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Sealer keeps personal fields unreadable in the database and makes keyed
// digests; [people.Sealer] is one.
type Sealer interface {
	Seal(tenant store.Tenant, person, field, plain string) (string, error)
	Open(tenant store.Tenant, person, field, sealed string) (string, error)
	Digest(purpose, text string) string
}

// Key is the right of one outside program to report through Open311
// (接口密钥). The key itself is shown once, when it is issued.
type Key struct {
	ID      string
	Name    string // what the program is called
	Created time.Time
	Ended   time.Time // zero while it opens
}

// Keys issues and ends keys. They belong to the subdistrict office.
type Keys struct {
	store  *store.Store
	office store.Tenant
	seal   Sealer
}

// NewKeys keeps the keys of an office.
func NewKeys(s *store.Store, office store.Tenant, seal Sealer) *Keys {
	return &Keys{s, office, seal}
}

const (
	keyLead    = "o311_"
	maxKeyName = 60 // characters
)

// Issue makes a key for a program and returns it; it cannot be read again.
// Needs key.edit, and is recorded.
func (k *Keys) Issue(ctx context.Context, a people.Actor, name string) (string, Key, error) {
	if err := (people.Access{}).Allow(a, "key.edit"); err != nil {
		return "", Key{}, err
	}
	name = strings.TrimSpace(name)
	if n := len([]rune(name)); n == 0 || n > maxKeyName {
		return "", Key{}, fault.New(fault.Invalid, "case.invalid").WithField("name", "open311.key_name", "max", maxKeyName)
	}
	var plain string
	var made Key
	err := k.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if plain, made, err = k.insert(ctx, tx, name); err != nil {
			return err
		}
		return people.Audit(ctx, tx, a, "key.edit", "report_api_key", made.ID, "issued")
	})
	return plain, made, err
}

// Renew gives a program a new key and ends those it had under that name: for
// the house itself, such as the sample subdistrict's start.
func (k *Keys) Renew(ctx context.Context, name string) (string, error) {
	var plain string
	err := k.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if err := New(tx).EndAPIKeysNamed(ctx, k.office, name, store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("end keys: %w", err)
		}
		plain, _, err = k.insert(ctx, tx, name)
		return err
	})
	return plain, err
}

func (k *Keys) insert(ctx context.Context, tx *store.Tx, name string) (string, Key, error) {
	plain := keyLead + rand.Text()
	made := Key{ID: store.NewID(), Name: name, Created: tx.Now()}
	err := New(tx).InsertAPIKey(ctx, InsertAPIKeyParams{
		TenantID: k.office, ID: made.ID, Digest: k.seal.Digest("open311", plain), Name: name, CreatedAt: store.Ms(made.Created),
	})
	if err != nil {
		return "", Key{}, fmt.Errorf("issue key: %w", err)
	}
	return plain, made, nil
}

// List is every key there is or was, newest first. Needs key.edit.
func (k *Keys) List(ctx context.Context, a people.Actor) ([]Key, error) {
	if err := (people.Access{}).Allow(a, "key.edit"); err != nil {
		return nil, err
	}
	rows, err := New(k.store.Reader()).APIKeys(ctx, k.office)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys := make([]Key, len(rows))
	for i, r := range rows {
		keys[i] = apiKeyOf(r)
	}
	return keys, nil
}

// End closes a key from now on. One that is unknown or ended already is not
// found. Needs key.edit, and is recorded.
func (k *Keys) End(ctx context.Context, a people.Actor, id string) error {
	if err := (people.Access{}).Allow(a, "key.edit"); err != nil {
		return err
	}
	return k.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).EndAPIKey(ctx, k.office, id, store.Ms(tx.Now()))
		if err != nil {
			return fmt.Errorf("end key: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return people.Audit(ctx, tx, a, "key.edit", "report_api_key", id, "ended")
	})
}

// check is the key that a request carries, or a forbidden fault.
func (k *Keys) check(ctx context.Context, plain string) (Key, error) {
	if plain == "" {
		return Key{}, fault.New(fault.Forbidden, "open311.key_missing")
	}
	r, err := New(k.store.Reader()).APIKeyByDigest(ctx, k.office, k.seal.Digest("open311", plain))
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, fault.New(fault.Forbidden, "open311.key_wrong")
	}
	if err != nil {
		return Key{}, fmt.Errorf("key: %w", err)
	}
	return apiKeyOf(r), nil
}

func apiKeyOf(r ReportApiKey) Key {
	return Key{ID: r.ID, Name: r.Name, Created: store.Time(r.CreatedAt), Ended: store.Time(r.EndedAt)}
}
