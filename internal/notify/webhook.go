package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// Event is what a webhook is told: no name, no phone, no words of a resident.
type Event struct {
	Kind   string    `json:"kind"`   // report, …
	Verb   string    `json:"verb"`   // what happened
	Number string    `json:"number"` // public number of the matter
	Phase  string    `json:"phase"`
	Place  string    `json:"place"` // compound and building
	At     time.Time `json:"at"`
	Link   string    `json:"link"` // path of the page, behind sign-in
}

// Hook is one address that is told what happens in a neighbourhood.
type Hook struct {
	ID    string
	URL   string
	Since time.Time
}

// AddHook adds an address to the actor's tenant, notes who did, and returns the secret that signs its messages,
// which is shown this once.
func (s *Service) AddHook(ctx context.Context, a people.Actor, address string) (Hook, string, error) {
	if err := s.allowed(address); err != nil {
		return Hook{}, "", err
	}
	h, secret := Hook{ID: store.NewID(), URL: address, Since: s.store.Now()}, rand.Text()
	sealed, err := s.seal.Seal(a.Tenant, h.ID, "webhook", secret)
	if err != nil {
		return Hook{}, "", fmt.Errorf("add webhook: %w", err)
	}
	err = s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := New(tx).InsertWebhook(ctx, InsertWebhookParams{a.Tenant, h.ID, h.URL, sealed, store.Ms(h.Since)}); err != nil {
			return fmt.Errorf("add webhook: %w", err)
		}
		return people.Audit(ctx, tx, a, "webhook.edit", "webhook", h.ID, "url")
	})
	return h, secret, err
}

// EndHook stops telling an address.
func (s *Service) EndHook(ctx context.Context, a people.Actor, id string) error {
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).EndWebhook(ctx, a.Tenant, id, store.Ms(tx.Now()))
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return fmt.Errorf("end webhook: %w", err)
		}
		return people.Audit(ctx, tx, a, "webhook.edit", "webhook", id, "ended")
	})
}

// Hooks are the addresses of a neighbourhood.
func (s *Service) Hooks(ctx context.Context, tenant store.Tenant) ([]Hook, error) {
	rows, err := s.hooksOf(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	hooks := make([]Hook, len(rows))
	for i, r := range rows {
		hooks[i] = Hook{r.ID, r.Url, store.Time(r.Since)}
	}
	return hooks, nil
}

func (s *Service) queueHook(ctx context.Context, tx *store.Tx, t Telling, hook string) error {
	event := t.Event
	event.At, event.Link = tx.Now(), t.Link
	body, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("tell webhook: %w", err)
	}
	told := t
	told.Args = map[string]string{"event": string(body)}
	var ids []string
	if err := insert(ctx, tx, told, Webhook, time.Time{}, []string{hook}, &ids); err != nil || len(ids) == 0 {
		return err
	}
	return job.Add(ctx, tx, t.Tenant, HookKind, ids[0], tx.Now(), hook)
}

// callHook sends one message and records how it went.
func (s *Service) callHook(ctx context.Context, j job.Job) error {
	q := New(s.store.Reader())
	var to string
	if err := j.Into(&to); err != nil {
		return err
	}
	row, err := q.MessageByID(ctx, MessageByIDParams{TenantID: j.Tenant, ToID: to, Channel: string(Webhook), ID: j.Name})
	if err != nil {
		return store.NoRows(err)
	}
	hook, err := q.WebhookByID(ctx, j.Tenant, row.ToID)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return nil // ended since: nobody wants it any more
	}
	if err != nil {
		return err
	}
	handed := s.store.Now()
	sendErr := s.send(ctx, j.Tenant, hook, row)
	return s.record(ctx, row, handed, sendErr)
}

func (s *Service) record(ctx context.Context, row NotifyMessage, handed time.Time, sendErr error) error {
	p := MarkSentParams{TenantID: row.TenantID, ToID: row.ToID, ID: row.ID, HandedAt: store.Ms(handed)}
	if sendErr != nil {
		p.Trouble = "no 2xx answer"
	}
	err := s.store.Update(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		if sendErr == nil {
			p.DeliveredAt = store.Ms(tx.Now())
		}
		return New(tx).MarkSent(ctx, p)
	})
	if sendErr != nil {
		return sendErr
	}
	return err
}

// send posts the event. The signature is HMAC-SHA256 over "<ms>.<body>" with
// the webhook's secret, in hexadecimal.
func (s *Service) send(ctx context.Context, tenant store.Tenant, hook NotifyWebhook, row NotifyMessage) error {
	if err := s.allowed(hook.Url); err != nil {
		return err
	}
	secret, err := s.seal.Open(tenant, hook.ID, "webhook", hook.Secret)
	if err != nil {
		return fmt.Errorf("webhook secret: %w", err)
	}
	var args struct{ Event string }
	if err := json.Unmarshal([]byte(row.Args), &args); err != nil {
		return fmt.Errorf("webhook body: %w", err)
	}
	ms := strconv.FormatInt(store.Ms(s.store.Now()), 10)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.Url, bytes.NewReader([]byte(args.Event)))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Linli-Message", row.ID)
	req.Header.Set("Linli-Time", ms)
	req.Header.Set("Linli-Signature", Sign(secret, ms, []byte(args.Event)))
	res, err := s.client().Do(req)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("webhook answered %d", res.StatusCode)
	}
	return nil
}

// Sign is the signature of a webhook's message, for whoever checks it.
func Sign(secret, ms string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(ms + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Service) client() *http.Client {
	if s.opts.Client != nil {
		return s.opts.Client
	}
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
