package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/linli/linli/internal/platform/store"
)

// Undelivered counts the webhook messages of a tenant made since then that
// were tried and not taken.
func Undelivered(ctx context.Context, db store.DB, tenant store.Tenant, since time.Time) (int, error) {
	n, err := New(db).CountUndelivered(ctx, tenant, store.Ms(since))
	if err != nil {
		return 0, fmt.Errorf("count undelivered: %w", err)
	}
	return int(n), nil
}
