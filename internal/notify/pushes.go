package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/linli/linli/internal/notify/gateway"
	"github.com/linli/linli/internal/notify/push"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// PushKey is the public key that browsers of a neighbourhood subscribe to;
// empty where the operator lets nothing be pushed.
func (s *Service) PushKey(ctx context.Context, tenant store.Tenant) (string, error) {
	if len(s.opts.PushHosts) == 0 {
		return "", nil
	}
	keys, err := s.pushKeys(ctx, tenant)
	return keys.Public, err
}

// pushKeys are the neighbourhood's keys, made at first use. Of two made at
// once the first stays.
func (s *Service) pushKeys(ctx context.Context, tenant store.Tenant) (push.Keys, error) {
	row, err := New(s.store.Reader()).PushKey(ctx, tenant)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		fresh, err := push.NewKeys()
		if err != nil {
			return push.Keys{}, err
		}
		sealed, err := s.seal.Seal(tenant, "push", "key", fresh.Private)
		if err != nil {
			return push.Keys{}, fmt.Errorf("push key: %w", err)
		}
		err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := New(tx).PutPushKey(ctx, tenant, fresh.Public, sealed); err != nil {
				return err
			}
			row, err = New(tx).PushKey(ctx, tenant)
			return err
		})
		if err != nil {
			return push.Keys{}, fmt.Errorf("push key: %w", err)
		}
	} else if err != nil {
		return push.Keys{}, fmt.Errorf("push key: %w", err)
	}
	private, err := s.seal.Open(tenant, "push", "key", row.Sealed)
	if err != nil {
		return push.Keys{}, fmt.Errorf("push key: %w", err)
	}
	return push.Keys{Private: private, Public: row.Public}, nil
}

// Subscribe lets the actor's browser be woken.
func (s *Service) Subscribe(ctx context.Context, a people.Actor, sub push.Subscription) error {
	if !push.Allowed(sub.Endpoint, s.opts.PushHosts) {
		return fault.New(fault.Invalid, "notify.push_not_allowed")
	}
	if err := sub.Check(); err != nil {
		return fault.Wrap(err, fault.Invalid, "fault.bad_form")
	}
	body, err := json.Marshal(sub)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	sealed, err := s.seal.Seal(a.Tenant, a.Person, "push", string(body))
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return New(tx).PutPush(ctx, PutPushParams{a.Tenant, a.Person, endpointSum(sub.Endpoint), sealed, store.Ms(tx.Now())})
	})
}

// Unsubscribe lets the actor's browser sleep.
func (s *Service) Unsubscribe(ctx context.Context, a people.Actor, endpoint string) error {
	return s.dropPush(ctx, a.Tenant, a.Person, endpointSum(endpoint))
}

func (s *Service) dropPush(ctx context.Context, tenant store.Tenant, person, id string) error {
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := New(tx).DropPush(ctx, tenant, person, id)
		return err
	})
}

func endpointSum(endpoint string) string {
	sum := sha256.Sum256([]byte(endpoint))
	return hex.EncodeToString(sum[:])
}

// subscribed are those of these persons with a browser that can be woken.
func (s *Service) subscribed(ctx context.Context, tenant store.Tenant, persons []string) ([]string, error) {
	if len(s.opts.PushHosts) == 0 {
		return nil, nil
	}
	have, err := s.pushing.Get(tenant, func() ([]string, error) { return New(s.store.Reader()).PushPersons(ctx, tenant) })
	if err != nil {
		return nil, fmt.Errorf("pushes: %w", err)
	}
	return slices.DeleteFunc(slices.Clone(persons), func(p string) bool { return !slices.Contains(have, p) }), nil
}

// push wakes each of a person's browsers; one that was reached is enough.
func (s *Service) push(ctx context.Context, l *lane, row NotifyMessage) error {
	subs, err := New(s.store.Reader()).PushesOf(ctx, row.TenantID, row.ToID)
	if err != nil {
		return fmt.Errorf("pushes: %w", err)
	}
	keys, err := s.pushKeys(ctx, row.TenantID)
	if err != nil {
		return err
	}
	x, err := s.sayOutside(row, "short")
	if err != nil {
		return err
	}
	note := push.Note{Title: x.what, Body: x.text, Link: row.Link, Tag: row.MatterID, Receipt: outsideID(row) + "." + receiptMAC(keys, row.ID)}
	last := fmt.Errorf("no browser: %w", errNever)
	reached := false
	for _, r := range subs {
		switch err := s.wakeOne(ctx, l, keys, r, note); {
		case err == nil:
			reached = true
		case errors.Is(err, push.ErrGone):
			if err := s.dropPush(ctx, r.TenantID, r.PersonID, r.ID); err != nil {
				return err
			}
		default:
			last = err
		}
	}
	if reached {
		return nil
	}
	return last
}

func (s *Service) wakeOne(ctx context.Context, l *lane, keys push.Keys, r NotifyPush, note push.Note) error {
	plain, err := s.seal.Open(r.TenantID, r.PersonID, "push", r.Sealed)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	var sub push.Subscription
	if err := json.Unmarshal([]byte(plain), &sub); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	if !push.Allowed(sub.Endpoint, s.opts.PushHosts) {
		return push.ErrGone
	}
	subscriber := s.opts.Public
	if !strings.HasPrefix(subscriber, "https:") {
		subscriber = "operator@linli.invalid"
	}
	return push.Send(ctx, l.client, keys, sub, subscriber, note)
}

// receiptMAC lets only the browser that could read a note say that it came.
func receiptMAC(keys push.Keys, id string) string {
	m := hmac.New(sha256.New, []byte(keys.Private))
	m.Write([]byte("receipt:" + id))
	return hex.EncodeToString(m.Sum(nil))
}

// PushReceipt notes that a browser showed a note, by the receipt that came
// sealed inside it.
func (s *Service) PushReceipt(ctx context.Context, receipt string) error {
	parts := strings.Split(receipt, ".")
	if len(parts) != 3 {
		return notFound()
	}
	tenant, id := store.Tenant(parts[0]), parts[1]
	row, err := New(s.store.Reader()).PushKey(ctx, tenant)
	if err != nil {
		return store.NoRows(err)
	}
	private, err := s.seal.Open(tenant, "push", "key", row.Sealed)
	if err != nil {
		return fmt.Errorf("push key: %w", err)
	}
	if !hmac.Equal([]byte(parts[2]), []byte(receiptMAC(push.Keys{Private: private}, id))) {
		return notFound()
	}
	return s.receive(ctx, tenant, id, Push, gateway.Receipt{Delivered: true})
}
