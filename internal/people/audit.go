package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// AuditEntry is one line of the audit trail (审计记录): who read or changed
// what, and when. It holds ids and field names, never what stood in them.
type AuditEntry struct {
	Seq      int64 // 1, 2, 3 … within the tenant
	At       time.Time
	Actor    string // person id; empty for the program itself
	Session  string // session id, empty if there was none
	Action   string // as in the access table, or such as session.begin
	Resource string // what kind of thing
	ID       string // its id
	Fields   []string
}

// AuditBreak says where the trail was changed afterwards.
type AuditBreak struct {
	Tenant store.Tenant
	Seq    int64  // first entry that does not fit
	Why    string // "changed", "dropped" or "inserted"
}

// Error names the tenant, the entry and what was done to it.
func (b *AuditBreak) Error() string {
	return fmt.Sprintf("audit trail of %s: entry %d was %s", b.Tenant, b.Seq, b.Why)
}

// Audit adds an entry to the trail of the actor's tenant, in the transaction
// of what it tells of. The entry carries the SHA-256 of the one before; two
// writers at once wait for each other at the head of the chain.
func Audit(ctx context.Context, tx *store.Tx, a Actor, action, resource, id string, fields ...string) error {
	return auditIn(ctx, tx, a.Tenant, a, action, resource, id, fields...)
}

// auditIn is Audit in the tenant of the thing, for office staff who act there.
func auditIn(ctx context.Context, tx *store.Tx, tenant store.Tenant, a Actor, action, resource, id string, fields ...string) error {
	q := New(tx)
	head, err := q.LockAuditHead(ctx, tenant)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	row := AddAuditParams{
		TenantID: tenant, Seq: head.Seq + 1, At: store.Ms(tx.Now()), ActorID: a.Person, SessionID: a.Session,
		Action: action, Resource: resource, ResourceID: id, Fields: strings.Join(fields, " "), PrevHash: head.Hash,
	}
	row.Hash = auditHash(row)
	if err := q.AddAudit(ctx, row); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if err := q.MoveAuditHead(ctx, tenant, row.Seq, row.Hash); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// auditHash is the SHA-256 over every column but the hash itself, each led by
// its length so that no two rows write the same bytes.
func auditHash(r AddAuditParams) string {
	h := sha256.New()
	for _, s := range []string{
		string(r.TenantID), fmt.Sprint(r.Seq), fmt.Sprint(r.At), r.ActorID, r.SessionID,
		r.Action, r.Resource, r.ResourceID, r.Fields, r.PrevHash,
	} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// auditPage is how many entries a page of the trail has at most.
const auditPage = 100

// AuditList is a page of the trail of the actor's tenant, newest first: the
// entries before the sequence number, or the newest for 0. It needs audit.read,
// and reading it is itself recorded.
func (d *Door) AuditList(ctx context.Context, a Actor, before int64) ([]AuditEntry, error) {
	if err := (Access{}).Allow(a, "audit.read"); err != nil {
		return nil, err
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	rows, err := d.read().AuditBefore(ctx, a.Tenant, before, auditPage)
	if err != nil {
		return nil, fmt.Errorf("audit list: %w", err)
	}
	entries := make([]AuditEntry, len(rows))
	for i, r := range rows {
		entries[i] = AuditEntry{r.Seq, store.Time(r.At), r.ActorID, r.SessionID, r.Action, r.Resource, r.ResourceID, strings.Fields(r.Fields)}
	}
	return entries, d.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return Audit(ctx, tx, a, "audit.read", "audit", "")
	})
}

// VerifyAudit walks the whole trail of a tenant and returns how many entries
// it has. An entry that was changed, dropped or inserted gives an
// [*AuditBreak]. Whoever can rewrite the table and its head together is not
// found out by this; keep the head of another day beside it, see AuditHead.
func VerifyAudit(ctx context.Context, db store.DB, tenant store.Tenant) (int64, error) {
	q := New(db)
	head, err := auditHead(ctx, q, tenant)
	if err != nil {
		return 0, err
	}
	var at AuditTopRow
	for at.Seq < head.Seq {
		rows, err := q.AuditFrom(ctx, tenant, at.Seq, head.Seq)
		if err != nil {
			return at.Seq, fmt.Errorf("verify audit: %w", err)
		}
		if len(rows) == 0 {
			return at.Seq, &AuditBreak{tenant, at.Seq + 1, "dropped"}
		}
		for _, r := range rows {
			if why := at.misfit(tenant, r); why != "" {
				return at.Seq, &AuditBreak{tenant, at.Seq + 1, why}
			}
			at = AuditTopRow{r.Seq, r.Hash}
		}
	}
	if at != head {
		return at.Seq, &AuditBreak{tenant, at.Seq, "changed"}
	}
	return at.Seq, nothingBeyond(ctx, q, tenant, at.Seq)
}

// misfit says why a row cannot follow; empty if it can.
func (h AuditTopRow) misfit(tenant store.Tenant, r AuditFromRow) string {
	hash := auditHash(AddAuditParams{
		TenantID: tenant, Seq: r.Seq, At: r.At, ActorID: r.ActorID, SessionID: r.SessionID, Action: r.Action,
		Resource: r.Resource, ResourceID: r.ResourceID, Fields: r.Fields, PrevHash: r.PrevHash,
	})
	switch {
	case r.Seq != h.Seq+1:
		return "dropped"
	case hash != r.Hash || r.PrevHash != h.Hash:
		return "changed"
	}
	return ""
}

func nothingBeyond(ctx context.Context, q *Queries, tenant store.Tenant, seq int64) error {
	n, err := q.AuditBeyond(ctx, tenant)
	if err != nil {
		return fmt.Errorf("verify audit: %w", err)
	}
	if n > 0 {
		return &AuditBreak{tenant, seq + 1, "inserted"}
	}
	return nil
}

// AuditHead is the number and hash of a tenant's newest entry, to be kept
// elsewhere as a witness; 0 and empty for an empty trail.
func AuditHead(ctx context.Context, db store.DB, tenant store.Tenant) (int64, string, error) {
	head, err := auditHead(ctx, New(db), tenant)
	return head.Seq, head.Hash, err
}

func auditHead(ctx context.Context, q *Queries, tenant store.Tenant) (AuditTopRow, error) {
	head, err := q.AuditTop(ctx, tenant)
	if errors.Is(err, errNoRows) {
		return AuditTopRow{}, nil
	}
	if err != nil {
		return AuditTopRow{}, fmt.Errorf("audit head: %w", err)
	}
	return head, nil
}
