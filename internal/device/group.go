package device

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/platform/store"
)

// groupKey is a bridge of a tenant.
type groupKey struct {
	tenant store.Tenant
	bridge string
}

// isGroup reports whether what speaks is a group of lamps that its bridge named,
// and no device. One that the bridge announced as a device is none.
func (s *Service) isGroup(ctx context.Context, u Unit) (bool, error) {
	if u.Bridge == "" || u.Name == "" || u.fields != "" && u.fields != noFields {
		return false, nil
	}
	names, err := s.groups.get(s.store.Now(), groupKey{u.Tenant, u.Bridge}, func() ([]string, error) {
		return s.read().Groups(ctx, u.Tenant, u.Bridge)
	})
	if err != nil {
		return false, fmt.Errorf("groups of %s: %w", u.Bridge, err)
	}
	return slices.Contains(names, u.Name), nil
}

// keepGroups takes in the groups that a bridge names. What spoke under such a
// name before was taken for a device, and ends.
func (s *Service) keepGroups(ctx context.Context, tx *store.Tx, tenant store.Tenant, bridge string, names []string) error {
	q := New(tx)
	before, err := q.Groups(ctx, tenant, bridge)
	if err != nil {
		return fmt.Errorf("groups of %s: %w", bridge, err)
	}
	slices.Sort(names)
	if names = slices.Compact(names); slices.Equal(names, before) {
		return nil
	}
	if err := q.DropGroups(ctx, tenant, bridge); err != nil {
		return fmt.Errorf("groups of %s: %w", bridge, err)
	}
	for _, name := range names {
		if err := q.PutGroup(ctx, tenant, bridge, name); err != nil {
			return fmt.Errorf("group of %s: %w", bridge, err)
		}
		if err := q.EndUnannounced(ctx, EndUnannouncedParams{TenantID: tenant, Bridge: bridge, Name: name, EndedAt: store.Ms(tx.Now())}); err != nil {
			return fmt.Errorf("group of %s: %w", bridge, err)
		}
	}
	tx.AfterCommit(s.groups.forget)
	return nil
}
