package search

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/text"
)

// Sought says what to look for.
type Sought struct {
	Tenant store.Tenant
	Room   string
	Query  string
	Marks  [][]string // of each of these at least one; none: no matter which
	Since  time.Time  // at or after; zero: ever
	Until  time.Time  // before; zero: ever
}

// Hit is an id whose words hold the query.
type Hit struct {
	ID string
	At int64 // milliseconds, see [store.Ms]
}

// Walk goes through what was found from the newest to the oldest, and of what
// happened at the same instant from the last id to the first. Each id comes
// once. Getting a few costs the same however many there are.
type Walk struct {
	index  Index
	db     store.DB
	tenant store.Tenant
	room   string
	query  string // as the database reads it
	since  int64  // how far it goes
	until  int64  // all from here on has been handed out
	width  int64  // of the next stretch of time; PostgreSQL only
	done   bool
}

// Walk begins to look. A query without any letter, digit or Han finds nothing.
func (x Index) Walk(db store.DB, s Sought) *Walk {
	terms := text.Query(s.Query)
	w := &Walk{index: x, db: db, tenant: s.Tenant, room: s.Room, since: store.Ms(s.Since), until: int64(1) << 42, done: len(terms) == 0}
	if !s.Until.IsZero() {
		w.until = store.Ms(s.Until)
	}
	if w.done {
		return w
	}
	w.query = match(terms, s.Tenant, s.Room, s.Marks)
	if x.dialect == store.Postgres {
		w.query = allOf(terms, s.Tenant, s.Room, s.Marks)
	}
	return w
}

// Next is the next hits, about as many as are asked for: fewer or more where the
// database finds so many at once. No hits: this was all.
func (w *Walk) Next(ctx context.Context, about int) (hits []Hit, err error) {
	for len(hits) == 0 && !w.done {
		if w.index.dialect == store.Postgres {
			hits, err = w.stretch(ctx, about)
		} else {
			hits, err = w.rows(ctx, about)
		}
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		w.done = w.done || w.until <= w.since
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.ID, a.ID)) })
	return slices.Compact(hits), nil
}

// rows reads from SQLite as many rows as are asked for, and the rest of the
// millisecond that it has come to.
func (w *Walk) rows(ctx context.Context, about int) (hits []Hit, err error) {
	rows, err := w.db.QueryContext(ctx, "SELECT id, rowid FROM search_doc WHERE search_doc MATCH $1 AND rowid >= $2 AND rowid < $3 ORDER BY rowid DESC",
		w.query, max(w.since, firstAt)<<countBits, w.until<<countBits)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.ID, &h.At); err != nil {
			return nil, err
		}
		h.At >>= countBits
		if len(hits) >= about && h.At != w.until {
			return hits, nil
		}
		hits, w.until = append(hits, h), h.At
	}
	w.done = true
	return hits, rows.Err()
}

// match is what SQLite looks for: the words first, which are fewer than the
// tenant's texts.
func match(terms []text.Term, tenant store.Tenant, room string, marks [][]string) string {
	where := `"` + scope(tenant, room) + `"`
	for _, any := range marks {
		where += ` AND ("` + strings.Join(any, `" OR "`) + `")`
	}
	return "body : (" + text.FTS5(terms) + ") AND scope : (" + where + ")"
}

// The times that PostgreSQL finds texts by: each carries a token for the slice
// of time it lies in, for slices of 70 minutes, 19 hours, 12 days and 200 days,
// as its index knows no order. A stretch of time is looked through by the
// slices that cover it.
const (
	finest, coarsest, finer = 22, 34, 4 // bits of milliseconds
	mostSlices              = 32
)

func slicesOf(at int64) func(func(string) bool) {
	return func(yield func(string) bool) {
		for bits := finest; bits <= coarsest && yield(slice(bits, at>>bits)); bits += finer {
		}
	}
}

func slice(bits int, n int64) string { return fmt.Sprintf("/%d/%x", bits, n) }

// allOf is what PostgreSQL looks for.
func allOf(terms []text.Term, tenant store.Tenant, room string, marks [][]string) string {
	all := text.TSQuery(append(terms, text.Term{Token: "/" + scope(tenant, room)}))
	for _, any := range marks {
		all += " & " + anyOf(slashed(any))
	}
	return all
}

func anyOf(tokens []string) string { return "('" + strings.Join(tokens, "' | '") + "')" }

// covering narrows a query to the slices that a stretch of time lies in, where
// they are few.
func covering(from, until int64) string {
	for bits := finest; bits <= coarsest; bits += finer {
		first, last := from>>bits, (until-1)>>bits
		if last-first >= mostSlices {
			continue
		}
		var tokens []string
		for n := first; n <= last; n++ {
			tokens = append(tokens, slice(bits, n))
		}
		return " & " + anyOf(tokens)
	}
	return ""
}

// Of the first stretch of time, and of how much wider than the one before the
// next may be.
const (
	firstTexts = 512
	widest     = 16
)

// stretch looks through the next stretch of time in PostgreSQL. The first holds
// some hundred texts of the room; each further one is as wide as it takes to
// find what is missing, should the words be spread evenly.
func (w *Walk) stretch(ctx context.Context, about int) ([]Hit, error) {
	if w.width == 0 {
		if err := w.measure(ctx); err != nil {
			return nil, err
		}
	}
	if w.until <= w.since {
		return nil, nil
	}
	from := max(w.since, w.until-w.width)
	rows, err := w.db.QueryContext(ctx, "SELECT id, at FROM search_doc WHERE body @@ CAST($1 AS tsquery)", w.query+covering(from, w.until))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var hits []Hit
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.ID, &h.At); err != nil {
			return nil, err
		}
		if h.At >= from && h.At < w.until {
			hits = append(hits, h)
		}
	}
	w.until = from
	w.width *= int64(min(max(2, 2*about/max(1, len(hits))), widest))
	return hits, rows.Err()
}

// measure finds out how long ago the oldest text is, and how long it took until
// there were some hundred.
func (w *Walk) measure(ctx context.Context) error {
	const texts = "SELECT at FROM search_doc WHERE tenant_id = $1 AND room = $2 AND at >= $3 AND at < $4 "
	var newest, oldest, first sql.NullInt64
	err := w.db.QueryRowContext(ctx, "SELECT ("+texts+"ORDER BY at DESC LIMIT 1), ("+texts+"ORDER BY at LIMIT 1), ("+texts+"ORDER BY at DESC LIMIT 1 OFFSET $5)",
		w.tenant, w.room, w.since, w.until, firstTexts).Scan(&newest, &oldest, &first)
	if err != nil {
		return err
	}
	if !first.Valid {
		first = oldest
	}
	w.until, w.since = min(w.until, newest.Int64+1), max(w.since, oldest.Int64)
	w.width = max(1, w.until-first.Int64)
	return nil
}
