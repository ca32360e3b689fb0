package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli/linli/internal/platform/store"
)

// Unordered are the ids, up to so many, of a room's texts that an earlier linli
// put in, which did not keep them in order of time: [Index.Walk] does not find
// them until [Index.Order] has put them in anew.
func (x Index) Unordered(ctx context.Context, db store.DB, tenant store.Tenant, room string, most int) (ids []string, err error) {
	docs, err := x.unordered(ctx, db, tenant, room, most)
	for _, d := range docs {
		ids = append(ids, d.doc.id)
	}
	return ids, err
}

// Order puts up to so many unordered texts in anew. about says of an id when
// what it names happened, and its marks.
func (x Index) Order(ctx context.Context, tx *store.Tx, tenant store.Tenant, room string, most int, about func(id string) Entry) error {
	docs, err := x.unordered(ctx, tx, tenant, room, most)
	if err != nil {
		return err
	}
	for _, d := range docs {
		old := "DELETE FROM search_doc WHERE rowid = $1"
		args := []any{d.number}
		if x.dialect == store.Postgres {
			old, args = "DELETE FROM search_doc WHERE tenant_id = $1 AND room = $2 AND id = $3 AND seq = $4", []any{tenant, room, d.doc.id, d.number}
		}
		if _, err := tx.ExecContext(ctx, old, args...); err != nil {
			return fmt.Errorf("order index: %w", err)
		}
		e := about(d.doc.id)
		d.doc.at, d.doc.marks = store.Ms(e.At), e.Marks
		if err := x.put(ctx, tx, d.doc); err != nil {
			return err
		}
	}
	return nil
}

// numbered is a text with its row's number.
type numbered struct {
	doc    doc
	number int64
}

func (x Index) unordered(ctx context.Context, db store.DB, tenant store.Tenant, room string, most int) (docs []numbered, err error) {
	query, args := "SELECT rowid, id, body FROM search_doc WHERE search_doc MATCH $1 AND rowid < $2 LIMIT $3", []any{`scope : "` + scope(tenant, room) + `"`, firstAt << countBits, most}
	if x.dialect == store.Postgres {
		query, args = "SELECT seq, id, array_to_string(tsvector_to_array(body), ' ') FROM search_doc WHERE tenant_id = $1 AND room = $2 AND at = 0 LIMIT $3", []any{tenant, room, most}
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("unordered texts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		n := numbered{doc: doc{tenant: tenant, room: room}}
		var body string
		if err := rows.Scan(&n.number, &n.doc.id, &body); err != nil {
			return nil, fmt.Errorf("unordered texts: %w", err)
		}
		n.doc.tokens = without(strings.Fields(body), scope(tenant, room))
		docs = append(docs, n)
	}
	return docs, rows.Err()
}
