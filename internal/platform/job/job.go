package job

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Room is the job room's tables.
func Room() store.Room {
	return store.Room{Name: "job", Migrations: store.Folder(migrations, "migrations")}
}

// Job is one promise that fell due.
type Job struct {
	Tenant   store.Tenant
	Kind     string
	Name     string // unique for the tenant and kind
	DueAt    time.Time
	Attempts int // how often it was tried before
	Payload  []byte
}

// Into decodes the payload.
func (j Job) Into(v any) error {
	if err := json.Unmarshal(j.Payload, v); err != nil {
		return fmt.Errorf("job %s: payload: %w", j.Kind, err)
	}
	return nil
}

// Kind is what one sort of job does. Exactly one of Do and Call is set.
type Kind struct {
	Name string
	// Do runs in the transaction that deletes the job: exactly once.
	Do func(context.Context, *store.Tx, Job) error
	// Call reaches outside the house, without a transaction: at least once.
	Call func(context.Context, Job) error
	// Tries is how often it is tried before it is kept as dead; 0 means 20.
	Tries int
	// Timeout ends one Call; 0 means 30 seconds.
	Timeout time.Duration
	// Span: it is due so long after it was promised, as an alarm's next step is,
	// not at a time of day: a clock that goes back does not prolong it.
	Span bool
}

// Add promises a job for the instant due. A job of the same tenant, kind and
// name is replaced. The payload is written as JSON.
func Add(ctx context.Context, tx *store.Tx, tenant store.Tenant, kind, name string, due time.Time, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("job %s: payload: %w", kind, err)
	}
	err = New(tx).Put(ctx, PutParams{
		TenantID: tenant, ID: store.NewID(), Kind: kind, Name: name,
		DueAt: store.Ms(due), Payload: string(body), AddedAt: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("add job %s: %w", kind, err)
	}
	return nil
}

// Cancel takes a promise back; taking back what is not there is fine.
func Cancel(ctx context.Context, tx *store.Tx, tenant store.Tenant, kind, name string) error {
	if err := New(tx).Drop(ctx, tenant, kind, name); err != nil {
		return fmt.Errorf("cancel job %s: %w", kind, err)
	}
	return nil
}

// Backlog is how a tenant's jobs stand.
type Backlog struct {
	Late int64 // due and not done
	Dead int64 // given up after the last try
}

// Backlog counts the jobs of a tenant that are late or dead.
func (r *Runner) Backlog(ctx context.Context, tenant store.Tenant) (Backlog, error) {
	q := New(r.store.Reader())
	late, err := q.CountLate(ctx, tenant, store.Ms(r.store.Now()))
	if err != nil {
		return Backlog{}, fmt.Errorf("count late jobs: %w", err)
	}
	dead, err := q.CountDead(ctx, tenant)
	if err != nil {
		return Backlog{}, fmt.Errorf("count dead jobs: %w", err)
	}
	return Backlog{late, dead}, nil
}
