package notify

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the outbox's tables.
func Room() store.Room {
	return store.Room{Name: "notify", Migrations: store.Folder(files, "migrations")}
}

// Words are the room's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Channel is a way to reach somebody.
type Channel string

// The channels.
const (
	App     Channel = "app"     // 在线消息
	Webhook Channel = "webhook" // a program of the operator's
)

// Message is one thing one person was told on one channel, and its receipt.
// A zero time means: not yet.
type Message struct {
	Tenant    store.Tenant
	ID        string
	To        string // person id, or webhook id
	Channel   Channel
	Matter    string
	Seq       int
	Key       string            // words key
	Args      map[string]string // for the words
	Link      string            // path of the page it is about
	Created   time.Time
	Handed    time.Time
	Delivered time.Time
	Seen      time.Time
	Attempts  int
	Trouble   string
}

// Telling says something to several people.
type Telling struct {
	Tenant store.Tenant
	Matter string
	Seq    int // entry of the timeline it is about
	To     []string
	Key    string
	Args   map[string]string
	Link   string
	Event  Event // for webhooks
}

// Service tells.
type Service struct {
	store *store.Store
	hub   *live.Hub
	seal  Sealer
	hooks HookOptions
	wake  func()
	log   *slog.Logger
}

// Sealer encrypts the secrets of webhooks.
type Sealer interface {
	Seal(tenant store.Tenant, person, field, plain string) (string, error)
	Open(tenant store.Tenant, person, field, sealed string) (string, error)
}

// NewService makes the service. wake is called after a commit that left something to
// send; nil is fine.
func NewService(s *store.Store, hub *live.Hub, seal Sealer, hooks HookOptions, wake func(), log *slog.Logger) *Service {
	if wake == nil {
		wake = func() {}
	}
	return &Service{store: s, hub: hub, seal: seal, hooks: hooks, wake: wake, log: log}
}

// Topic is the live topic of one person's messages.
func Topic(person string) string { return "inbox/" + person }

// Tell writes the outbox. Persons named twice are told once.
func (s *Service) Tell(ctx context.Context, tx *store.Tx, t Telling) error {
	q := New(tx)
	for _, person := range t.To {
		if err := s.put(ctx, q, tx.Now(), t, person, App, tx.Now()); err != nil {
			return err
		}
	}
	hooks, err := q.Webhooks(ctx, t.Tenant)
	if err != nil {
		return fmt.Errorf("tell: webhooks: %w", err)
	}
	for _, h := range hooks {
		if err := s.queueHook(ctx, tx, t, h.ID); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() {
		for _, person := range t.To {
			s.hub.Publish(Topic(person))
		}
		if len(hooks) > 0 {
			s.wake()
		}
	})
	return nil
}

func (s *Service) put(ctx context.Context, q *Queries, now time.Time, t Telling, to string, ch Channel, handed time.Time) error {
	_, err := s.insert(ctx, q, now, t, to, ch, handed)
	return err
}

// insert writes one row and returns its id, empty if it was there already.
func (s *Service) insert(ctx context.Context, q *Queries, now time.Time, t Telling, to string, ch Channel, handed time.Time) (string, error) {
	args, err := json.Marshal(t.Args)
	if err != nil {
		return "", fmt.Errorf("tell: %w", err)
	}
	id := store.NewID()
	n, err := q.InsertMessage(ctx, InsertMessageParams{
		TenantID: t.Tenant, ID: id, ToID: to, Channel: string(ch), MatterID: t.Matter, Seq: int64(t.Seq), Key: t.Key,
		Args: string(args), Link: t.Link, CreatedAt: store.Ms(now), HandedAt: store.Ms(handed),
	})
	if err != nil {
		return "", fmt.Errorf("tell: %w", err)
	}
	if n == 0 {
		return "", nil
	}
	return id, nil
}

// Inbox is a person's messages, newest first, older than the id before (empty:
// the newest).
func (s *Service) Inbox(ctx context.Context, tenant store.Tenant, person, before string, limit int) ([]Message, error) {
	if before == "" {
		before = "~" // sorts after every id
	}
	rows, err := New(s.store.Reader()).Inbox(ctx, InboxParams{TenantID: tenant, ToID: person, ID: before, Limit: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	return messagesOf(rows)
}

// Unseen counts what a person has not looked at.
func (s *Service) Unseen(ctx context.Context, tenant store.Tenant, person string) (int, error) {
	n, err := New(s.store.Reader()).CountUnseen(ctx, tenant, person)
	if err != nil {
		return 0, fmt.Errorf("unseen: %w", err)
	}
	return int(n), nil
}

// Seen records that a person looked at a matter: all its messages to them are
// seen now. It writes only if there was something unseen.
func (s *Service) Seen(ctx context.Context, tenant store.Tenant, person, matter string) error {
	if n, err := s.Unseen(ctx, tenant, person); err != nil || n == 0 {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).MarkMatterSeen(ctx, MarkMatterSeenParams{TenantID: tenant, ToID: person, MatterID: matter, SeenAt: store.Ms(tx.Now())})
		if n > 0 {
			tx.AfterCommit(func() { s.hub.Publish(Topic(person)) })
		}
		return err
	})
}

// Delivered records that a person's inbox was shown to them.
func (s *Service) Delivered(ctx context.Context, tenant store.Tenant, person string) error {
	if n, err := s.Unseen(ctx, tenant, person); err != nil || n == 0 {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := New(tx).MarkDelivered(ctx, tenant, person, store.Ms(tx.Now()))
		return err
	})
}

// Receipts is who was told about a matter, when and how.
func (s *Service) Receipts(ctx context.Context, tenant store.Tenant, matter string) ([]Message, error) {
	rows, err := New(s.store.Reader()).Receipts(ctx, tenant, matter)
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	return messagesOf(rows)
}

func messagesOf(rows []NotifyMessage) ([]Message, error) {
	ms := make([]Message, len(rows))
	var errs []error
	for i, r := range rows {
		ms[i] = Message{
			Tenant: r.TenantID, ID: r.ID, To: r.ToID, Channel: Channel(r.Channel), Matter: r.MatterID, Seq: int(r.Seq),
			Key: r.Key, Link: r.Link, Created: store.Time(r.CreatedAt), Handed: store.Time(r.HandedAt),
			Delivered: store.Time(r.DeliveredAt), Seen: store.Time(r.SeenAt), Attempts: int(r.Attempts), Trouble: r.Trouble,
		}
		errs = append(errs, json.Unmarshal([]byte(r.Args), &ms[i].Args))
	}
	return ms, errors.Join(errs...)
}

// HookKind is the job that calls webhooks.
const HookKind = "notify.webhook"

// Jobs are the kinds of job of this room.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{{Name: HookKind, Call: s.callHook, Tries: 20, Timeout: 10 * time.Second}}
}
