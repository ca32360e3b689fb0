package report

import (
	"context"
	"fmt"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
)

// What a search may be narrowed to inside the index. These never change.
const (
	markCompound = "compound"
	markBuilding = "building"
	markCategory = "category"
	markRaisedBy = "by"
)

// Indexed is a text of a report for the index. Every text of a report stands
// there by when it was raised, as it does in the list.
func Indexed(r Report, words string) search.Entry {
	return search.Entry{
		Tenant: r.Tenant, Room: KindName, ID: r.ID, At: r.RaisedAt, Words: words, Marks: []string{
			search.Mark(markCompound, r.Detail.Compound), search.Mark(markBuilding, r.Detail.Building),
			search.Mark(markCategory, r.Detail.Category), search.Mark(markRaisedBy, r.RaisedBy),
		},
	}
}

// sought is a filter as the index reads it. It may let pass what the actor may
// not see, and what the filter says of things that change.
func sought(q query, a people.Actor, f Filter, after Cursor) search.Sought {
	x := search.Sought{Tenant: q.tenant, Room: KindName, Query: f.Query, Since: f.Since, Until: f.Until}
	if past := store.Time(after.At + 1); after.ID != "" && (x.Until.IsZero() || past.Before(x.Until)) {
		x.Until = past
	}
	for kind, value := range map[string]string{markCategory: f.Category, markBuilding: f.Building} {
		if value != "" {
			x.Marks = append(x.Marks, []string{search.Mark(kind, value)})
		}
	}
	if f.Mine {
		x.Marks = append(x.Marks, []string{search.Mark(markRaisedBy, a.Person)})
		return x
	}
	if in := compoundsOf(a); len(in) > 0 {
		x.Marks = append(x.Marks, in)
	}
	return x
}

// compoundsOf are marks of the compounds beyond which the actor sees nothing but
// what they raised themselves; none if there is no such bound.
func compoundsOf(a people.Actor) []string {
	if a.In(people.Subdistrict, people.Committee) {
		return nil
	}
	paths := served(a)
	if len(paths) == 0 {
		paths = []string{a.Path}
	}
	var marks []string
	for _, p := range paths {
		ids := splitPath(p)
		if len(ids) == 1 {
			return nil
		}
		if len(ids) > 1 {
			marks = append(marks, search.Mark(markCompound, ids[1]))
		}
	}
	return marks
}

// Of how many hits the rows are read at a time: a page and some, or many where a
// filter leaves most of them out.
const (
	hitsFirst = 48
	hitsMore  = 240
)

// found are the first rows after the cursor whose words hold the query: the
// index says which, newest first, and the rows are read until there are enough.
func (s *Service) found(ctx context.Context, a people.Actor, f Filter, after Cursor, limit int) ([]Row, error) {
	scope, err := s.scoped(a, f)
	if err != nil {
		return nil, err
	}
	walk := s.Index.Walk(s.Store.Reader(), sought(scope, a, f, after))
	var out []Row
	for read, about := 0, hitsFirst; ; {
		hits, err := walk.Next(ctx, about)
		if err != nil || len(hits) == 0 {
			return out, err
		}
		for len(hits) > 0 {
			n := min(about, len(hits))
			rows, err := s.named(ctx, a, f, after, hits[:n], limit-len(out))
			if err != nil {
				return nil, err
			}
			if out = append(out, rows...); len(out) >= limit {
				return out, nil
			}
			hits, read = hits[n:], read+n
			about = hitsFor(limit-len(out), read, len(out))
		}
	}
}

// hitsFor is of how many hits the rows are read next, if so many rows are
// missing and of so many hits so many were shown.
func hitsFor(missing, read, shown int) int {
	if missing*read <= hitsFirst*shown {
		return hitsFirst
	}
	return hitsMore
}

// named are those of the hits that the actor may see and the filter lets pass.
func (s *Service) named(ctx context.Context, a people.Actor, f Filter, after Cursor, hits []search.Hit, limit int) ([]Row, error) {
	ids := make([]string, 0, hitsMore)
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	// As few shapes of the statement as can be: it is prepared once for each.
	for len(ids) != hitsFirst && len(ids) != hitsMore {
		ids = append(ids, "")
	}
	q, err := s.among(a, f, ids)
	if err != nil {
		return nil, err
	}
	s.where(&q, a, f)
	q.page(f.Order, after, limit)
	return s.rows(ctx, q)
}

// orderAtOnce is how many texts of the index are put in order in one transaction.
const orderAtOnce = 500

// OrderIndex puts what an earlier linli put into the index in order of time. It
// returns how many texts that were; most times none.
func (s *Service) OrderIndex(ctx context.Context) (n int, err error) {
	all, err := s.Places.Tenants(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range all {
		for {
			ids, err := s.Index.Unordered(ctx, s.Store.Reader(), t.ID, KindName, orderAtOnce)
			if err != nil {
				return n, err
			}
			if len(ids) == 0 {
				break
			}
			if err := s.orderTexts(ctx, t.ID, ids); err != nil {
				return n, fmt.Errorf("order the index of reports: %w", err)
			}
			n += len(ids)
		}
	}
	return n, nil
}

func (s *Service) orderTexts(ctx context.Context, tenant store.Tenant, ids []string) error {
	about := map[string]search.Entry{}
	for _, id := range ids {
		if _, known := about[id]; known {
			continue
		}
		m, err := s.Spine.ByID(ctx, tenant, id)
		if err != nil {
			return err
		}
		d, err := New(s.Store.Reader()).DetailByID(ctx, tenant, id)
		if err != nil {
			return store.NoRows(err)
		}
		about[id] = Indexed(Report{m, detailOf(d)}, "")
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.Index.Order(ctx, tx, tenant, KindName, len(ids), func(id string) search.Entry { return about[id] })
	})
}
