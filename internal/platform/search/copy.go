package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli/linli/internal/platform/store"
)

// Copy brings the index from one database into another that has none yet,
// also of the other kind. Words of tenants that are not named stay behind.
func Copy(ctx context.Context, from store.DB, kind store.Dialect, to *store.Tx, into store.Dialect, tenants []store.Tenant) error {
	query := "SELECT scope, '', id, body FROM search_doc"
	if kind == store.Postgres {
		query = "SELECT tenant_id, room, id, array_to_string(tsvector_to_array(body), ' ') FROM search_doc"
	}
	rows, err := from.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("copy index: %w", err)
	}
	defer rows.Close()
	byScope := map[string]store.Tenant{}
	for _, t := range tenants {
		byScope[scope(t, "")] = t
	}
	for rows.Next() {
		var tenant, room, id, body string
		if err := rows.Scan(&tenant, &room, &id, &body); err != nil {
			return fmt.Errorf("copy index: %w", err)
		}
		owner := store.Tenant(tenant)
		if kind == store.SQLite {
			end := strings.IndexByte(tenant, 'z') + 1
			owner, room = byScope[tenant[:end]], tenant[end:]
		}
		if !slices.Contains(tenants, owner) {
			continue
		}
		x := Index{into}
		if err := x.put(ctx, to, owner, room, id, without(strings.Fields(body), scope(owner, room))); err != nil {
			return err
		}
	}
	return rows.Err()
}

func without(tokens []string, drop string) []string {
	kept := tokens[:0]
	for _, t := range tokens {
		if t != drop {
			kept = append(kept, t)
		}
	}
	return kept
}
