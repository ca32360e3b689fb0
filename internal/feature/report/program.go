package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/store"
)

// programBy begins what stands as the person who raised a report that a program
// handed in.
const programBy = "open311:"

// ByProgram is whose a report is that a program handed in with the key of this
// id.
func ByProgram(key string) string { return programBy + key }

// isProgram tells a program's id in a matter from a person's.
func isProgram(id string) bool { return strings.HasPrefix(id, programBy) }

// Handed is a report that a program hands in.
type Handed struct {
	Tenant store.Tenant
	By     string // from [ByProgram]
	Wide   bool   // the place may also lie above compounds
	Draft  Draft
	// Also writes what else belongs to the new report, in its transaction;
	// nil: nothing.
	Also func(context.Context, *store.Tx, Report) error
}

// HandIn takes in what a program hands in, as Create does for a person. The
// caller has seen the program's key.
func (s *Service) HandIn(ctx context.Context, h Handed) (r Report, repeated bool, err error) {
	return s.createFrom(ctx, sender{
		tenant: h.Tenant, wide: h.Wide, also: h.Also, author: func(scene) (string, people.Group, error) { return h.By, people.Residents, nil },
	}, h.Draft)
}

// Published says which of the reports that anybody may read.
type Published struct {
	IDs         []string // these; then nothing else counts
	Categories  []string // any of these; none: all
	Since, Till time.Time
	Open        *bool  // nil: both
	Owner       string // from [ByProgram]: also what concerns people, if this program raised it
	Most        int
}

// PublicRow is a report with the small form of the first picture it was raised
// with; empty if it has none.
type PublicRow struct {
	Row
	Picture string
}

// IsPublic reports whether anybody may know of the report.
func (r Report) IsPublic() bool {
	return r.Visibility == matter.Everybody || r.Visibility == matter.Compound
}

const pictureColumn = `, COALESCE((SELECT f.thumb FROM picture_taken f WHERE f.tenant_id = d.tenant_id AND f.matter_id = d.matter_id AND f.seq = 1 ORDER BY f.place LIMIT 1), '')`

// Public are the reports of a neighbourhood that anybody may know of, newest
// first. What of them may be shown is for the caller to see to.
func (s *Service) Public(ctx context.Context, tenant store.Tenant, p Published) ([]PublicRow, error) {
	var q query
	q.and("d.tenant_id = %s", tenant)
	if p.Owner == "" {
		q.and("h.visibility IN (%s, %s)", string(matter.Everybody), string(matter.Compound))
	} else {
		q.and("(h.visibility IN (%s, %s) OR h.raised_by = %s)", string(matter.Everybody), string(matter.Compound), p.Owner)
	}
	p.where(&q)
	q.page(Newest, Cursor{}, p.Most)
	rows, err := s.Store.Reader().QueryContext(ctx, q.with(pictureColumn), q.args...)
	if err != nil {
		return nil, fmt.Errorf("public reports: %w", err)
	}
	defer rows.Close()
	var out []PublicRow
	for rows.Next() {
		var h listRow
		var picture string
		if err := h.scan(rows.Scan, &picture); err != nil {
			return nil, fmt.Errorf("public reports: %w", err)
		}
		out = append(out, PublicRow{h.row(), picture})
	}
	return out, rows.Err()
}

func (p Published) where(q *query) {
	if len(p.IDs) > 0 {
		q.in("d.matter_id", p.IDs)
		return
	}
	if len(p.Categories) > 0 {
		q.in("d.category", p.Categories)
	}
	if p.Open != nil {
		q.and("d.open = %s", flag(*p.Open))
	}
	if !p.Since.IsZero() {
		q.and("d.raised_at >= %s AND d.raised_at <= %s", store.Ms(p.Since), store.Ms(p.Till))
	}
}

// in keeps to rows whose column is one of the values.
func (q *query) in(column string, values []string) {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = q.arg(v)
	}
	q.conds = append(q.conds, column+" IN ("+strings.Join(marks, ", ")+")")
}
