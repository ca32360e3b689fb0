package notify

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
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
	Via       string // host of the gateway that was given the number; empty: none was
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
	// First says that none of them was told of this entry before, as it was made
	// in this transaction and others were told: then nobody looks.
	First bool
	// Outside are those to be reached at once by the channels for danger, each
	// where it is set up; every group's robot if Robot is named. Args then hold
	// kind_key (what it is), place (the door), short (the building), number
	// and, in a drill, drill; late, in minutes, if it comes late.
	Outside map[Channel][]string
}

// Service tells.
type Service struct {
	store *store.Store
	hub   *live.Hub
	seal  Sealer
	opts  Options
	wake  func()
	log   *slog.Logger
	lanes map[Channel]*lane

	circles circles
	ways    *store.Memo[store.Tenant, wayList]
	hooks   *store.Memo[store.Tenant, []NotifyWebhook]
	pushing *store.Memo[store.Tenant, []string]

	start, halt sync.Once
	quit        chan struct{}
	working     sync.WaitGroup
}

// Sealer encrypts the secrets of webhooks, gateways, robots and browsers.
type Sealer interface {
	Seal(tenant store.Tenant, person, field, plain string) (string, error)
	Open(tenant store.Tenant, person, field, sealed string) (string, error)
}

// NewService makes the service. wake is called after a commit that left something to
// send; nil is fine.
func NewService(s *store.Store, hub *live.Hub, seal Sealer, o Options, wake func(), log *slog.Logger) *Service {
	if wake == nil {
		wake = func() {}
	}
	n := &Service{store: s, hub: hub, seal: seal, opts: o, wake: wake, log: log, lanes: map[Channel]*lane{}, quit: make(chan struct{})}
	n.ways = store.NewMemo[store.Tenant, wayList](s, keptMost, "notify_way")
	n.hooks = store.NewMemo[store.Tenant, []NotifyWebhook](s, keptMost, "notify_webhook")
	n.pushing = store.NewMemo[store.Tenant, []string](s, keptMost, "notify_push")
	for _, ch := range Urgent() {
		n.lanes[ch] = newLane(o.Client)
	}
	return n
}

const keptMost = 1000 // neighbourhoods whose ways are kept

func (s *Service) hooksOf(ctx context.Context, tenant store.Tenant) ([]NotifyWebhook, error) {
	return s.hooks.Get(tenant, func() ([]NotifyWebhook, error) { return New(s.store.Reader()).Webhooks(ctx, tenant) })
}

// Topic is the live topic of one person's messages.
func Topic(person string) string { return "inbox/" + person }

// Tell writes the outbox. Persons named twice are told once.
func (s *Service) Tell(ctx context.Context, tx *store.Tx, t Telling) error {
	if err := s.tellApp(ctx, tx, t); err != nil {
		return err
	}
	hooks, err := s.hooksOf(ctx, t.Tenant)
	if err != nil {
		return fmt.Errorf("tell: webhooks: %w", err)
	}
	for _, h := range hooks {
		if err := s.queueHook(ctx, tx, t, h.ID); err != nil {
			return err
		}
	}
	if err := s.queueOutside(ctx, tx, t); err != nil {
		return err
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

// insertColumns are the columns insert fills.
const insertColumns = "tenant_id, id, to_id, channel, matter_id, seq, key, args, link, created_at, handed_at"

// insert writes one row for each receiver in one statement; who has the
// message already is passed over. ids, if given, receives the new rows' ids.
func insert(ctx context.Context, tx *store.Tx, t Telling, ch Channel, handed time.Time, to []string, ids *[]string) error {
	if len(to) == 0 {
		return nil
	}
	body, err := json.Marshal(t.Args)
	if err != nil {
		return fmt.Errorf("tell: %w", err)
	}
	var sql strings.Builder
	sql.WriteString("INSERT INTO notify_message (" + insertColumns + ") VALUES ")
	args := []any{t.Tenant, string(ch), t.Matter, int64(t.Seq), t.Key, string(body), t.Link, store.Ms(tx.Now()), store.Ms(handed)}
	for i, person := range to {
		if i > 0 {
			sql.WriteByte(',')
		}
		args = append(args, store.NewID(), person)
		fmt.Fprintf(&sql, "($1,$%d,$%d,$2,$3,$4,$5,$6,$7,$8,$9)", len(args)-1, len(args))
	}
	sql.WriteString(" ON CONFLICT (tenant_id, matter_id, seq, to_id, channel) DO NOTHING")
	if ids == nil { // what is written and not read back costs half
		if _, err := tx.ExecContext(ctx, sql.String(), args...); err != nil {
			return fmt.Errorf("tell: %w", err)
		}
		return nil
	}
	if *ids, err = readIDs(ctx, tx, sql.String()+" RETURNING id", args); err != nil {
		return fmt.Errorf("tell: %w", err)
	}
	return nil
}

func readIDs(ctx context.Context, tx *store.Tx, query string, args []any) ([]string, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// nameGateways puts the host of the gateway in the place of its id.
func (s *Service) nameGateways(ctx context.Context, tenant store.Tenant, list []Message) error {
	if !slices.ContainsFunc(list, func(m Message) bool { return m.Via != "" }) {
		return nil
	}
	tenants := []store.Tenant{tenant}
	if s.opts.Office != nil && s.opts.Office() != tenant {
		tenants = append(tenants, s.opts.Office())
	}
	hosts := map[string]string{}
	for _, t := range tenants {
		ways, err := New(s.store.Reader()).WaysEver(ctx, t)
		if err != nil {
			return fmt.Errorf("ways: %w", err)
		}
		for _, w := range ways {
			hosts[w.ID] = w.Host
		}
	}
	for i := range list {
		list[i].Via = hosts[list[i].Via]
	}
	return nil
}

func messagesOf(rows []NotifyMessage) ([]Message, error) {
	ms := make([]Message, len(rows))
	var errs []error
	for i, r := range rows {
		ms[i] = Message{
			Tenant: r.TenantID, ID: r.ID, To: r.ToID, Channel: Channel(r.Channel), Matter: r.MatterID, Seq: int(r.Seq),
			Key: r.Key, Link: r.Link, Created: store.Time(r.CreatedAt), Handed: store.Time(r.HandedAt),
			Delivered: store.Time(r.DeliveredAt), Seen: store.Time(r.SeenAt), Attempts: int(r.Attempts), Trouble: r.Trouble, Via: r.Via,
		}
		errs = append(errs, json.Unmarshal([]byte(r.Args), &ms[i].Args))
	}
	return ms, errors.Join(errs...)
}

// HookKind is the job that calls webhooks.
const HookKind = "notify.webhook"

// Jobs are the kinds of job of this room.
func (s *Service) Jobs() []job.Kind {
	kinds := []job.Kind{{Name: HookKind, Call: s.callHook, Tries: 20, Timeout: 10 * time.Second, Span: true}}
	for _, ch := range Urgent() {
		kinds = append(kinds, job.Kind{Name: order{Channel: ch}.kind(), Call: s.netJob, Tries: 20, Timeout: 2 * ch.timeout(), Span: true})
	}
	return kinds
}
