package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Order of a list.
type Order string

// The orders.
const (
	Newest Order = "newest" // by when it was raised, newest first
	Urgent Order = "urgent" // open ones by when they are due, earliest first
)

// Filter says which reports. Empty fields say nothing.
type Filter struct {
	Neighbourhood store.Tenant   // for the subdistrict's officers
	Mine          bool           // raised by the actor
	Open          bool           // not closed
	Phases        []matter.Phase // any of these
	Category      string
	Building      string
	Late          bool   // the next act is overdue
	Query         string // words, also Chinese ones of two characters
	Since, Until  time.Time
	Order         Order
}

// Cursor is where a page ends: hand it in to get the next one.
type Cursor struct {
	At int64
	ID string
}

// String is the cursor as it stands in a link.
func (c Cursor) String() string {
	if c.ID == "" {
		return ""
	}
	return fmt.Sprintf("%d.%s", c.At, c.ID)
}

// ParseCursor reads a cursor from a link; anything else is the first page.
func ParseCursor(s string) Cursor {
	var c Cursor
	at, id, ok := strings.Cut(s, ".")
	if !ok || len(id) > 64 {
		return Cursor{}
	}
	if _, err := fmt.Sscanf(at, "%d", &c.At); err != nil {
		return Cursor{}
	}
	c.ID = id
	return c
}

// Row is a report in a list.
type Row struct {
	Report
	Category Category
	Door     string // place down to the building
	Thumb    string // hash of its first picture, small
}

// Page is one page of a list.
type Page struct {
	Rows []Row
	Next Cursor // zero: this was the last
}

// List is a page of the reports that the actor may see, at most limit of them.
func (s *Service) List(ctx context.Context, a people.Actor, f Filter, after Cursor, limit int) (Page, error) {
	q, err := s.scoped(a, f)
	if err != nil {
		return Page{}, err
	}
	var p Page
	if f.Query != "" && f.Order != Urgent {
		p.Rows, err = s.found(ctx, a, f, after, limit+1)
	} else {
		s.where(&q, a, f)
		q.page(f.Order, after, limit+1)
		p.Rows, err = s.rows(ctx, q)
	}
	if err != nil {
		return Page{}, fmt.Errorf("list reports: %w", err)
	}
	if len(p.Rows) > limit {
		p.Rows = p.Rows[:limit]
		p.Next = cursorOf(f.Order, p.Rows[limit-1])
	}
	return p, s.dress(ctx, p.Rows)
}

func (s *Service) rows(ctx context.Context, q query) ([]Row, error) {
	rows, err := s.Store.Reader().QueryContext(ctx, q.sql(), q.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var h listRow
		if err := h.scan(rows.Scan); err != nil {
			return nil, err
		}
		out = append(out, h.row())
	}
	return out, rows.Err()
}

func cursorOf(o Order, r Row) Cursor {
	if o == Urgent {
		return Cursor{store.Ms(r.Due), r.ID}
	}
	return Cursor{store.Ms(r.RaisedAt), r.ID}
}

// dress adds what a list shows beside the rows.
func (s *Service) dress(ctx context.Context, rows []Row) error {
	doors := map[string]string{}
	for i := range rows {
		r := &rows[i]
		cat, _, err := s.Categories.ByCode(ctx, r.Detail.Category)
		if err != nil {
			return err
		}
		at := r.PublicPlace()
		if _, known := doors[at]; !known {
			label, err := s.Places.Label(ctx, r.Tenant, at)
			if err != nil {
				return err
			}
			doors[at] = label.Door
		}
		r.Category, r.Door = cat, doors[at]
	}
	return nil
}

// query is a SELECT in the making.
type query struct {
	tenant  store.Tenant
	ids     []string // of these reports only
	lateral bool     // on PostgreSQL
	conds   []string
	args    []any
	order   string
	limit   int
}

func (q *query) arg(v any) string {
	if s, ok := v.(string); ok {
		v = store.Clean(s)
	}
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

func (q *query) and(format string, values ...any) {
	marks := make([]any, len(values))
	for i, v := range values {
		marks[i] = q.arg(v)
	}
	q.conds = append(q.conds, fmt.Sprintf(format, marks...))
}

func (q *query) where() string { return strings.Join(q.conds, " AND ") }

const listColumns = `h.id, h.number, h.place_id, h.raised_by, h.phase, h.holder_group, h.holder_person, h.due_at, h.visibility, h.version,
 h.raised_at, h.changed_at, d.tenant_id, d.category, d.compound_id, d.building_id, d.spot, d.words, d.anonymous, d.source, d.happened_at,
 d.level, d.accept_by, d.mend_by, d.taken_at, d.finished_at, d.closed_at, d.rating,
 COALESCE((SELECT p.thumb FROM picture_taken p WHERE p.tenant_id = d.tenant_id AND p.matter_id = d.matter_id ORDER BY p.seq, p.place LIMIT 1), '')`

func (q *query) sql() string { return q.with("") }

// with is the SELECT with further columns.
func (q *query) with(columns string) string {
	from := "report_detail d JOIN matter_head h ON h.tenant_id = d.tenant_id AND h.id = d.matter_id"
	named := ""
	if len(q.ids) > 0 {
		named, from = q.oneByOne()
	}
	return named + "SELECT " + listColumns + columns + " FROM " + from + " WHERE " +
		strings.Join(q.conds, " AND ") + " ORDER BY " + q.order + " LIMIT " + q.arg(q.limit)
}

// oneByOne looks up the reports that are named by their keys, in whatever shape
// the tables are. SQLite keeps to the order of a CROSS JOIN and else goes through
// all of a compound; PostgreSQL keeps to a LATERAL that has an OFFSET, and else,
// before it has counted a table, through all of it for each: 38 s were seen.
func (q *query) oneByOne() (named, from string) {
	named = "WITH named (id) AS (VALUES (" + strings.Join(numbered(len(q.ids)), "), (") + ")) "
	if q.lateral {
		return named, `named CROSS JOIN LATERAL (SELECT * FROM report_detail WHERE tenant_id = ` + q.arg(q.tenant) + ` AND matter_id = named.id OFFSET 0) d
 CROSS JOIN LATERAL (SELECT * FROM matter_head WHERE tenant_id = d.tenant_id AND id = d.matter_id OFFSET 0) h`
	}
	q.conds = append(q.conds, "d.matter_id = named.id")
	return named, "named CROSS JOIN report_detail d JOIN matter_head h ON h.tenant_id = d.tenant_id AND h.id = d.matter_id"
}

// numbered are the first n marks of arguments.
func numbered(n int) []string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return marks
}

// scoped keeps to what the actor may see: all of the neighbourhood for its
// committee, the compounds they serve for property staff, the own compound
// for residents, and always what they raised.
func (s *Service) scoped(a people.Actor, f Filter) (query, error) { return s.among(a, f, nil) }

// among is scoped, and keeps to reports if any are named.
func (s *Service) among(a people.Actor, f Filter, ids []string) (query, error) {
	q := query{tenant: a.Tenant, ids: ids, lateral: s.Store.Dialect() == store.Postgres}
	if a.In(people.Subdistrict) && f.Neighbourhood != "" {
		q.tenant = f.Neighbourhood
	}
	for _, id := range ids {
		q.arg(id)
	}
	q.and("d.tenant_id = %s", q.tenant)
	if f.Mine {
		q.and("h.raised_by = %s", a.Person)
		return q, nil
	}
	if a.In(people.Subdistrict, people.Committee) {
		return q, nil
	}
	if paths := served(a); len(paths) > 0 {
		q.within(paths)
		return q, nil
	}
	home := splitPath(a.Path)
	if len(home) < 2 {
		return q, fault.New(fault.Forbidden, "fault.forbidden")
	}
	q.and("d.compound_id = %s AND (h.visibility <> 'parties' OR h.raised_by = %s)", home[1], a.Person)
	return q, nil
}

// within keeps to places of staff: one whole compound by its index, several
// places by looking at each row on the way, which keeps the order of the list's
// index. An OR that could use indexes of its own would sort everything it
// finds: measured at 100,000 reports 224 ms a page instead of 3.
func (q *query) within(paths []string) {
	var compounds, buildings []string
	for _, p := range paths {
		switch ids := splitPath(p); len(ids) {
		case 0:
		case 1:
			return // the whole neighbourhood
		case 2:
			compounds = append(compounds, ids[1])
		default:
			buildings = append(buildings, ids[len(ids)-1])
		}
	}
	slices.Sort(compounds)
	compounds = slices.Compact(compounds)
	if len(compounds) == 1 && len(buildings) == 0 {
		q.and("d.compound_id = %s", compounds[0])
		return
	}
	var alts []string
	for _, id := range compounds {
		alts = append(alts, "d.compound_id = "+q.arg(id))
	}
	for _, id := range buildings {
		alts = append(alts, "d.building_id = "+q.arg(id))
	}
	q.conds = append(q.conds, "CASE WHEN "+strings.Join(alts, " OR ")+" THEN 1 ELSE 0 END = 1")
}

// served are the paths of the places a property post is at.
func served(a people.Actor) []string {
	var paths []string
	for _, p := range a.Posts {
		if p.Role.Group() == people.Property {
			paths = append(paths, p.Path)
		}
	}
	return paths
}

func (s *Service) where(q *query, a people.Actor, f Filter) {
	if f.Open || f.Order == Urgent || f.Late {
		q.and("d.open = %s", 1)
	}
	if len(f.Phases) > 0 {
		marks := make([]string, len(f.Phases))
		for i, p := range f.Phases {
			marks[i] = q.arg(string(p))
		}
		q.conds = append(q.conds, "h.phase IN ("+strings.Join(marks, ", ")+")")
	}
	if f.Category != "" {
		q.and("d.category = %s", f.Category)
	}
	if f.Building != "" {
		q.and("d.building_id = %s", f.Building)
	}
	if f.Late {
		q.and("d.due_at > 0 AND d.due_at < %s", store.Ms(s.Store.Now()))
	}
	if !f.Since.IsZero() {
		q.and("d.raised_at >= %s", store.Ms(f.Since))
	}
	if !f.Until.IsZero() {
		q.and("d.raised_at < %s", store.Ms(f.Until))
	}
	if f.Query != "" && len(q.ids) == 0 {
		sub, args := s.Index.Find(q.tenant, KindName, f.Query, len(q.args)+1)
		q.args = append(q.args, args...)
		q.conds = append(q.conds, "d.matter_id IN ("+sub+")")
	}
}

// page keeps to what comes after the cursor, in the order of an index.
func (q *query) page(o Order, after Cursor, limit int) {
	q.limit = limit
	if o == Urgent {
		q.order = "d.due_at, d.matter_id"
		if after.ID != "" {
			q.and("(d.due_at, d.matter_id) > (%s, %s)", after.At, after.ID)
		}
		return
	}
	q.order = "d.raised_at DESC, d.matter_id DESC"
	if after.ID != "" {
		q.and("(d.raised_at, d.matter_id) < (%s, %s)", after.At, after.ID)
	}
}

// listRow is what one row of a list is read into.
type listRow struct {
	d                                                                    ReportDetail
	id, number, place, raisedBy, phase, group, person, visibility, thumb string
	due, version, raised, changed                                        int64
}

// scan reads the columns of a list, and further ones behind them.
func (h *listRow) scan(scan func(...any) error, more ...any) error {
	d := &h.d
	return scan(append([]any{&h.id, &h.number, &h.place, &h.raisedBy, &h.phase, &h.group, &h.person, &h.due, &h.visibility, &h.version,
		&h.raised, &h.changed, &d.TenantID, &d.Category, &d.CompoundID, &d.BuildingID, &d.Spot, &d.Words, &d.Anonymous, &d.Source,
		&d.HappenedAt, &d.Level, &d.AcceptBy, &d.MendBy, &d.TakenAt, &d.FinishedAt, &d.ClosedAt, &d.Rating, &h.thumb}, more...)...)
}

func (h *listRow) row() Row {
	return Row{Thumb: h.thumb, Report: Report{
		Detail: detailOf(h.d),
		Matter: matter.Matter{
			Tenant: h.d.TenantID, ID: h.id, Number: h.number, Kind: KindName, Place: h.place, RaisedBy: h.raisedBy,
			Phase: matter.Phase(h.phase), Holder: matter.Holder{Group: people.Group(h.group), Person: h.person}, Due: store.Time(h.due),
			Visibility: matter.Audience(h.visibility), Version: int(h.version), RaisedAt: store.Time(h.raised), ChangedAt: store.Time(h.changed),
		},
	}}
}
