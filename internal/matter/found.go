package matter

import (
	"context"
	"strings"

	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
)

// Of how many hits the cases are read at a time: a page and some, or many where
// a filter leaves most of them out.
const (
	hitsFirst = 48
	hitsMore  = 240
)

// Found is List of those cases that a search finds, newest first: the index says
// which, and the cases are read until there are enough. What is sought may let
// pass what the query does not hold.
func (t Table[D]) Found(ctx context.Context, s *store.Store, walk *search.Walk, q Query) (Page[D], error) {
	q.Order = Newest
	if err := new(builder).after(t.Kind, q); err != nil {
		return Page[D]{}, err
	}
	var out []Case[D]
	for read, about := 0, hitsFirst; len(out) <= q.Limit; {
		hits, err := walk.Next(ctx, about)
		if err != nil {
			return Page[D]{}, err
		}
		if len(hits) == 0 {
			break
		}
		for len(hits) > 0 && len(out) <= q.Limit {
			n := min(about, len(hits))
			list, err := t.ofHits(ctx, s, q, hits[:n], q.Limit-len(out))
			if err != nil {
				return Page[D]{}, err
			}
			out, hits, read = append(out, list...), hits[n:], read+n
			about = hitsFor(q.Limit+1-len(out), read, len(out))
		}
	}
	return t.cut(out, q), nil
}

// hitsFor is of how many hits the cases are read next, if so many cases are
// missing and of so many hits so many were shown.
func hitsFor(missing, read, shown int) int {
	if missing*read <= hitsFirst*shown {
		return hitsFirst
	}
	return hitsMore
}

// ofHits are those of the hits that the query holds, at most one more than limit.
func (t Table[D]) ofHits(ctx context.Context, s *store.Store, q Query, hits []search.Hit, limit int) ([]Case[D], error) {
	q.ids, q.Limit = make([]string, 0, hitsMore), limit
	for _, h := range hits {
		q.ids = append(q.ids, h.ID)
	}
	// As few shapes of the statement as can be: it is prepared once for each.
	for len(q.ids) != hitsFirst && len(q.ids) != hitsMore {
		q.ids = append(q.ids, "")
	}
	statement, args, err := t.byKeys(s, q)
	if err != nil {
		return nil, err
	}
	return t.query(ctx, s.Reader(), statement, args...)
}

// byKeys looks up the cases that are named by their keys, in whatever shape the
// tables are. SQLite keeps to the order of a CROSS JOIN and else goes through all
// of a compound; PostgreSQL keeps to a LATERAL that has an OFFSET, and else, before
// it has counted a table, through all of it for each: 38 s were seen.
func (t Table[D]) byKeys(s *store.Store, q Query) (string, []any, error) {
	b, err := t.where(s.Now(), q)
	if err != nil {
		return "", nil, err
	}
	b.named = "WITH named (id) AS (VALUES (" + strings.Join(marks(1, len(q.ids)), "), (") + ")) "
	tenant := q.Scope.Tenant
	if q.Scope.Office && q.Tenant != "" {
		tenant = q.Tenant
	}
	if s.Dialect() == store.Postgres {
		b.from = " FROM named CROSS JOIN LATERAL (SELECT * FROM " + t.Name + " WHERE tenant_id = " + b.arg(tenant) + ` AND matter_id = named.id OFFSET 0) d
 CROSS JOIN LATERAL (SELECT * FROM matter_head WHERE tenant_id = d.tenant_id AND id = d.matter_id OFFSET 0) h`
	} else {
		b.from = " FROM named CROSS JOIN " + t.Name + " d JOIN matter_head h ON h.tenant_id = d.tenant_id AND h.id = d.matter_id"
		b.and("d.tenant_id = ? AND d.matter_id = named.id", tenant)
	}
	return t.sorted(b, q)
}
