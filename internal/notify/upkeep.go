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

// Unhanded counts the messages of the channels for danger made since then that
// were tried and no gateway, robot or push service took. Persons without a
// phone are not counted.
func Unhanded(ctx context.Context, db store.DB, tenant store.Tenant, since time.Time) (int, error) {
	n, err := New(db).CountUnhanded(ctx, tenant, store.Ms(since))
	if err != nil {
		return 0, fmt.Errorf("count unhanded: %w", err)
	}
	return int(n), nil
}
