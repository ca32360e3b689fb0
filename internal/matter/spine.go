package matter

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the spine's tables.
func Room() store.Room {
	return store.Room{Name: "matter", Migrations: store.Folder(files, "migrations")}
}

// Words are the spine's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Spine keeps matters.
type Spine struct {
	store *store.Store
	hub   *live.Hub
	kinds map[string]Kind
}

// NewSpine makes a spine for these kinds of matter.
func NewSpine(s *store.Store, hub *live.Hub, kinds ...Kind) *Spine {
	sp := &Spine{store: s, hub: hub, kinds: map[string]Kind{}}
	for _, k := range kinds {
		sp.kinds[k.Name] = k
	}
	return sp
}

// Topic is the live topic of one matter.
func Topic(id string) string { return "matter/" + id }

// ListTopic is the live topic of all matters of a tenant.
func ListTopic(tenant store.Tenant) string { return "matters/" + string(tenant) }

// Raising is a new matter.
type Raising struct {
	Tenant     store.Tenant
	Kind       string
	Place      string
	By         string // person id
	As         people.Group
	Holder     Holder
	Due        time.Time
	Since      time.Time // when it began, if that was before now; zero: now
	Visibility Audience
	Subject    string // one is open at a time for each kind and subject; empty: any number
	Key        string // idempotency key; empty means none
	Entry      Entry  // the first line: key, args, photos, audience
}

// Raise opens a matter. If the key was used before, the matter it opened then
// comes back and repeated is true; nothing is written. If one of the subject is
// open, as another node may have opened it this instant, that is a conflict: who
// looks again finds it.
func (s *Spine) Raise(ctx context.Context, tx *store.Tx, r Raising) (m Matter, repeated bool, err error) {
	if _, ok := s.kinds[r.Kind]; !ok {
		return Matter{}, false, fmt.Errorf("raise: no kind %q", r.Kind)
	}
	q := New(tx)
	m = Matter{
		Tenant: r.Tenant, ID: store.NewID(), Kind: r.Kind, Place: r.Place, RaisedBy: r.By, Phase: Raised,
		Holder: r.Holder, Due: r.Due, Visibility: r.Visibility, Version: 1, RaisedAt: tx.Now(), ChangedAt: tx.Now(), Subject: r.Subject,
	}
	if !r.Since.IsZero() && r.Since.Before(m.RaisedAt) {
		m.RaisedAt = r.Since
	}
	if before, used, err := s.claimKey(ctx, tx, r.Tenant, r.Key, m.ID); err != nil || used {
		return before, used, err
	}
	if m.Number, err = numberFor(ctx, q, r.Tenant, tx.Now()); err != nil {
		return Matter{}, false, err
	}
	if m.Path, err = q.PathOf(ctx, r.Tenant, r.Place); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Matter{}, false, fmt.Errorf("raise %s: %w", r.Kind, err)
	}
	e := r.Entry
	e.Seq, e.At, e.Actor, e.Group, e.Verb = 1, tx.Now(), r.By, r.As, Raise
	e = Seal(m, e)
	m.LastHash = e.Hash
	if n, err := q.InsertHead(ctx, headRow(m)); err != nil || n == 0 {
		return Matter{}, false, fault.Wrap(err, fault.Conflict, "fault.changed")
	}
	if err := q.InsertEntry(ctx, entryRow(m, e)); err != nil {
		return Matter{}, false, fmt.Errorf("raise %s: %w", r.Kind, err)
	}
	s.publish(tx, m)
	return m, false, nil
}

// claimKey makes the key this matter's, or finds whose it is.
func (s *Spine) claimKey(ctx context.Context, tx *store.Tx, tenant store.Tenant, key, id string) (Matter, bool, error) {
	if key == "" {
		return Matter{}, false, nil
	}
	q, key := New(tx), store.Clean(key)
	n, err := q.InsertKey(ctx, InsertKeyParams{tenant, key, id, store.Ms(tx.Now())})
	if err != nil || n == 1 {
		return Matter{}, false, err
	}
	before, err := q.MatterOfKey(ctx, tenant, key)
	if err != nil {
		return Matter{}, false, store.NoRows(err)
	}
	m, err := findHead(ctx, q, tenant, before)
	return m, true, err
}

// numberFor counts within the year in Shanghai: 26-0042.
func numberFor(ctx context.Context, q *Queries, tenant store.Tenant, now time.Time) (string, error) {
	year := now.Add(8 * time.Hour).Format("06")
	n, err := q.NextNumber(ctx, tenant, year)
	if err != nil {
		return "", fmt.Errorf("next number: %w", err)
	}
	return fmt.Sprintf("%s-%04d", year, n), nil
}

// Moving is one move of a matter.
type Moving struct {
	Tenant  store.Tenant
	ID      string
	Verb    Verb
	Version int // what the mover saw; 0 means the latest will do
	By      string
	As      people.Group // what the mover acts as: a group, ByRaiser or ByClock
	Holder  Holder
	Due     time.Time
	Level   int    // how far it is escalated from here on
	Key     string // idempotency key; empty means none
	Entry   Entry
}

// Move makes a move if the kind's table allows it. Whoever calls has made sure
// that the mover really is As. A move that was made already under the same key
// returns the matter with repeated true.
func (s *Spine) Move(ctx context.Context, tx *store.Tx, mv Moving) (m Matter, repeated bool, err error) {
	q := New(tx)
	if before, used, err := s.claimKey(ctx, tx, mv.Tenant, mv.Key, mv.ID); err != nil || used {
		return before, used, err
	}
	if m, err = findHead(ctx, q, mv.Tenant, mv.ID); err != nil {
		return Matter{}, false, err
	}
	move, ok := s.kinds[m.Kind].Find(m.Phase, mv.Verb)
	if !ok || mv.Version != 0 && mv.Version != m.Version {
		return m, false, fault.New(fault.Conflict, "fault.changed")
	}
	if !slices.Contains(move.By, mv.As) {
		return m, false, fault.New(fault.Forbidden, "fault.forbidden")
	}
	m.Phase, m.Holder, m.Due, m.Level = move.To, mv.Holder, mv.Due, mv.Level
	m, err = s.append(ctx, tx, m, mv)
	return m, false, err
}

// append writes the entry and the changed head.
func (s *Spine) append(ctx context.Context, tx *store.Tx, m Matter, mv Moving) (Matter, error) {
	q, seen := New(tx), m.Version
	e := mv.Entry
	e.Seq, e.At, e.Actor, e.Group, e.Verb = m.Version+1, tx.Now(), mv.By, mv.As, mv.Verb
	e.PrevHash = m.LastHash
	e = Seal(m, e)
	m.Version, m.ChangedAt, m.LastHash = e.Seq, tx.Now(), e.Hash
	n, err := q.UpdateHead(ctx, UpdateHeadParams{
		TenantID: m.Tenant, ID: m.ID, Version: int64(seen), Phase: string(m.Phase),
		HolderGroup: string(m.Holder.Group), HolderPerson: m.Holder.Person, DueAt: store.Ms(m.Due),
		ChangedAt: store.Ms(m.ChangedAt), LastHash: m.LastHash, Open: open(m), Level: int64(m.Level),
	})
	if err != nil {
		return Matter{}, fmt.Errorf("%s: %w", mv.Verb, err)
	}
	if n == 0 {
		return m, fault.New(fault.Conflict, "fault.changed")
	}
	if err := q.InsertEntry(ctx, entryRow(m, e)); err != nil {
		return Matter{}, fmt.Errorf("%s: %w", mv.Verb, err)
	}
	s.publish(tx, m)
	return m, nil
}

func (s *Spine) publish(tx *store.Tx, m Matter) {
	tx.AfterCommit(func() { s.hub.Publish(Topic(m.ID), ListTopic(m.Tenant)) })
}

// Join links two matters; linking them again changes nothing.
func (s *Spine) Join(ctx context.Context, tx *store.Tx, tenant store.Tenant, from string, kind LinkKind, to string) error {
	q := New(tx)
	n, err := q.InsertLink(ctx, InsertLinkParams{Kind: string(kind), At: store.Ms(tx.Now()), TenantID: tenant, FromID: from, ToID: to})
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	if n > 0 {
		return nil
	}
	for _, id := range []string{from, to} { // linked before, or one is not there
		if _, err := findHead(ctx, q, tenant, id); err != nil {
			return err
		}
	}
	return nil
}

// ByID is a matter of the tenant, or not found.
func (s *Spine) ByID(ctx context.Context, tenant store.Tenant, id string) (Matter, error) {
	return findHead(ctx, New(s.store.Reader()), tenant, id)
}

// ByKey is the matter that was raised or moved under an idempotency key, or
// not found.
func (s *Spine) ByKey(ctx context.Context, tenant store.Tenant, key string) (Matter, error) {
	q := New(s.store.Reader())
	id, err := q.MatterOfKey(ctx, tenant, store.Clean(key))
	if err != nil {
		return Matter{}, store.NoRows(err)
	}
	return findHead(ctx, q, tenant, id)
}

// InTx is a matter as the transaction sees it.
func (s *Spine) InTx(ctx context.Context, tx *store.Tx, tenant store.Tenant, id string) (Matter, error) {
	return findHead(ctx, New(tx), tenant, id)
}

// ByNumber is a matter by its public number.
func (s *Spine) ByNumber(ctx context.Context, tenant store.Tenant, number string) (Matter, error) {
	row, err := New(s.store.Reader()).HeadByNumber(ctx, tenant, number)
	if err != nil {
		return Matter{}, store.NoRows(err)
	}
	return matterOf(row), nil
}

// Timeline is every entry of a matter in order. The caller shows only what the
// reader's audience may see: see [Visible].
func (s *Spine) Timeline(ctx context.Context, tenant store.Tenant, id string) ([]Entry, error) {
	rows, err := New(s.store.Reader()).Entries(ctx, tenant, id)
	if err != nil {
		return nil, fmt.Errorf("timeline: %w", err)
	}
	entries := make([]Entry, len(rows))
	for i, row := range rows {
		if entries[i], err = entryOf(row); err != nil {
			return nil, fmt.Errorf("timeline: %w", err)
		}
	}
	return entries, nil
}

// Visible are the entries for a reader who belongs to these audiences.
func Visible(entries []Entry, audiences ...Audience) []Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return !slices.Contains(audiences, e.Audience) })
}

// Links are the matters this one belongs together with, either way round.
func (s *Spine) Links(ctx context.Context, tenant store.Tenant, id string) ([]Link, error) {
	rows, err := New(s.store.Reader()).LinksOf(ctx, tenant, id)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	links := make([]Link, len(rows))
	for i, r := range rows {
		links[i] = Link{r.FromID, LinkKind(r.Kind), r.ToID, store.Time(r.At)}
	}
	return links, nil
}

// keysKept is how long an idempotency key is remembered: longer than a phone
// stays offline with a draft.
const keysKept = 90 * 24 * time.Hour

// ForgetKeys drops idempotency keys older than ninety days.
func (s *Spine) ForgetKeys(ctx context.Context, tx *store.Tx, tenant store.Tenant) error {
	return New(tx).DropKeysBefore(ctx, tenant, store.Ms(tx.Now().Add(-keysKept)))
}

func findHead(ctx context.Context, q *Queries, tenant store.Tenant, id string) (Matter, error) {
	row, err := q.HeadByID(ctx, tenant, id)
	if err != nil {
		return Matter{}, store.NoRows(err)
	}
	return matterOf(row), nil
}

func matterOf(r MatterHead) Matter {
	return Matter{
		Tenant: r.TenantID, ID: r.ID, Number: r.Number, Kind: r.Kind, Place: r.PlaceID, RaisedBy: r.RaisedBy,
		Phase: Phase(r.Phase), Holder: Holder{people.Group(r.HolderGroup), r.HolderPerson}, Due: store.Time(r.DueAt),
		Visibility: Audience(r.Visibility), Version: int(r.Version), RaisedAt: store.Time(r.RaisedAt),
		ChangedAt: store.Time(r.ChangedAt), LastHash: r.LastHash, Path: r.Path, Level: int(r.Level), Subject: r.Subject,
	}
}

func headRow(m Matter) InsertHeadParams {
	return InsertHeadParams{
		TenantID: m.Tenant, ID: m.ID, Number: m.Number, Kind: m.Kind, PlaceID: m.Place, RaisedBy: m.RaisedBy,
		Phase: string(m.Phase), HolderGroup: string(m.Holder.Group), HolderPerson: m.Holder.Person, DueAt: store.Ms(m.Due),
		Visibility: string(m.Visibility), Version: int64(m.Version), RaisedAt: store.Ms(m.RaisedAt),
		ChangedAt: store.Ms(m.ChangedAt), LastHash: m.LastHash, Path: m.Path, Open: open(m), Level: int64(m.Level), Subject: m.Subject,
	}
}

// open is 1 while somebody owes an answer.
func open(m Matter) int64 {
	if m.Phase.Closed() {
		return 0
	}
	return 1
}

// OpenFor is the open matter of a kind about a subject, or not found.
func (s *Spine) OpenFor(ctx context.Context, tx *store.Tx, tenant store.Tenant, kind, subject string) (Matter, error) {
	row, err := New(tx).OpenHead(ctx, tenant, kind, subject)
	if err != nil {
		return Matter{}, store.NoRows(err)
	}
	return matterOf(row), nil
}

// PlaceMoved follows a place that moved, with all below it: from and to are its
// paths.
func PlaceMoved(ctx context.Context, tx *store.Tx, tenant store.Tenant, from, to string) error {
	if err := New(tx).MovePaths(ctx, tenant, from, to); err != nil {
		return fmt.Errorf("matters of a place that moved: %w", err)
	}
	return nil
}

// KindOf is a kind by its name.
func (s *Spine) KindOf(name string) Kind { return s.kinds[name] }

func entryRow(m Matter, e Entry) InsertEntryParams {
	args, photos := jsonOf(e)
	return InsertEntryParams{
		TenantID: m.Tenant, MatterID: m.ID, Seq: int64(e.Seq), At: store.Ms(e.At), ActorID: e.Actor,
		ActorGroup: string(e.Group), Verb: string(e.Verb), Key: e.Key, Args: args, Photos: photos,
		Audience: string(e.Audience), PrevHash: e.PrevHash, Hash: e.Hash,
	}
}

func entryOf(r MatterEntry) (Entry, error) {
	e := Entry{
		Seq: int(r.Seq), At: store.Time(r.At), Actor: r.ActorID, Group: people.Group(r.ActorGroup), Verb: Verb(r.Verb),
		Key: r.Key, Audience: Audience(r.Audience), PrevHash: r.PrevHash, Hash: r.Hash,
	}
	return e, errors.Join(json.Unmarshal([]byte(r.Args), &e.Args), json.Unmarshal([]byte(r.Photos), &e.Photos))
}
