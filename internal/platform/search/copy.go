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
	query := "SELECT scope, '', id, rowid, body FROM search_doc ORDER BY rowid"
	if kind == store.Postgres {
		query = "SELECT tenant_id, room, id, at, array_to_string(tsvector_to_array(body), ' ') FROM search_doc ORDER BY seq"
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
		var in, body string
		var d doc
		if err := rows.Scan(&in, &d.room, &d.id, &d.at, &body); err != nil {
			return fmt.Errorf("copy index: %w", err)
		}
		if kind == store.SQLite {
			d.readSQLite(in, body, byScope)
		} else {
			d.readPostgres(in, body)
		}
		if !slices.Contains(tenants, d.tenant) {
			continue
		}
		if err := (Index{into}).put(ctx, to, d); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readSQLite takes the tenant, the room and the marks from the row's scope, and
// the time from its number.
func (d *doc) readSQLite(in, body string, byScope map[string]store.Tenant) {
	d.at >>= countBits
	tokens := strings.Fields(in)
	end := strings.IndexByte(tokens[0], 'z') + 1
	d.tenant, d.room, d.marks, d.tokens = byScope[tokens[0][:end]], tokens[0][end:], tokens[1:], strings.Fields(body)
}

// readPostgres takes the marks from among the tokens.
func (d *doc) readPostgres(tenant, body string) {
	d.tenant = store.Tenant(tenant)
	for _, token := range strings.Fields(body) {
		mark, beside := strings.CutPrefix(token, "/")
		switch {
		case !beside:
			d.tokens = append(d.tokens, token)
		case mark != scope(d.tenant, d.room) && !strings.Contains(mark, "/"):
			d.marks = append(d.marks, mark)
		}
	}
}

func without(tokens []string, drop string) []string {
	return slices.DeleteFunc(tokens, func(t string) bool { return t == drop })
}
