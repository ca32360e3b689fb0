package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/search"
	"github.com/linli/linli/internal/platform/store"
)

// The orders of a list.
const (
	Newest = matter.Newest
	Urgent = matter.Urgent
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
	Order         matter.Order
}

// Row is a report in a list.
type Row struct {
	Report
	Category Category
	Door     string // place down to the building
}

// Page is one page of a list.
type Page struct {
	Rows []Row
	Next string // for the page that follows; empty: this was the last
}

// List is a page of the reports that the actor may see, at most limit of them.
func (s *Service) List(ctx context.Context, a people.Actor, f Filter, after string, limit int) (Page, error) {
	p, err := s.Cases(ctx, a, f, after, limit)
	if err != nil {
		return Page{}, err
	}
	rows, err := s.dress(ctx, p.Cases)
	return Page{rows, p.Next}, err
}

// Cases is List of the bare cases.
func (s *Service) Cases(ctx context.Context, a people.Actor, f Filter, after string, limit int) (matter.Page[Detail], error) {
	q := s.asked(a, f)
	q.After, q.Limit = after, limit
	if f.Query == "" {
		return s.Room.List(ctx, a, q)
	}
	q = s.Asked(a, q)
	if q.Order == Newest {
		return s.Table.Found(ctx, s.Store, s.Index.Walk(s.Store.Reader(), sought(q, f)), q)
	}
	found, args := s.Index.Find(tenantOf(q), KindName, f.Query, 1)
	q.Where = append(q.Where, matter.Cond{SQL: "d.matter_id IN (" + strings.Replace(found, "$1", "?", 1) + ")", Args: args})
	return s.Room.List(ctx, a, q)
}

// asked is a filter as lists of cases read it, but for its words.
func (s *Service) asked(a people.Actor, f Filter) matter.Query {
	q := matter.Query{Tenant: f.Neighbourhood, Show: matter.ShowAll, Order: f.Order, Phases: f.Phases, Since: f.Since, Until: f.Until}
	if q.Order != Urgent {
		q.Order = Newest
	}
	if f.Open || q.Order == Urgent {
		q.Show = matter.ShowOpen
	}
	if f.Late {
		q.Show = matter.ShowLate
	}
	if f.Mine {
		q.Mine = a.Person
	}
	for column, value := range map[string]string{"d.category": f.Category, "d.building_id": f.Building} {
		if value != "" {
			q.Where = append(q.Where, matter.Cond{SQL: column + " = ?", Args: []any{value}})
		}
	}
	return q
}

// tenantOf is the neighbourhood a query is about.
func tenantOf(q matter.Query) store.Tenant {
	if q.Scope.Office && q.Tenant != "" {
		return q.Tenant
	}
	return q.Scope.Tenant
}

// dress adds what a list shows beside the cases.
func (s *Service) dress(ctx context.Context, list []Report) ([]Row, error) {
	doors, rows := map[string]string{}, make([]Row, len(list))
	for i, r := range list {
		cat, _, err := s.Categories.ByCode(ctx, r.Detail.Category)
		if err != nil {
			return nil, err
		}
		at := PublicPlace(r)
		if _, known := doors[at]; !known {
			label, err := s.Places.Label(ctx, r.Tenant, at)
			if err != nil {
				return nil, err
			}
			doors[at] = label.Door
		}
		rows[i] = Row{r, cat, doors[at]}
	}
	return rows, nil
}

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
func sought(q matter.Query, f Filter) search.Sought {
	x := search.Sought{Tenant: tenantOf(q), Room: KindName, Query: f.Query, Since: f.Since, Until: f.Until}
	if past := q.Past(); !past.IsZero() && (x.Until.IsZero() || past.Before(x.Until)) {
		x.Until = past
	}
	for kind, value := range map[string]string{markCategory: f.Category, markBuilding: f.Building, markRaisedBy: q.Mine} {
		if value != "" {
			x.Marks = append(x.Marks, []string{search.Mark(kind, value)})
		}
	}
	if in := compoundsOf(q.Scope); len(in) > 0 {
		x.Marks = append(x.Marks, in)
	}
	return x
}

// compoundsOf are marks beyond which a scope holds nothing: of compounds, and of
// who raised it; none if there is no such bound.
func compoundsOf(scope people.Scope) []string {
	if scope.Whole {
		return nil
	}
	marks := []string{search.Mark(markRaisedBy, scope.Person)}
	for _, p := range append(scope.Paths, scope.Shared...) {
		ids := strings.FieldsFunc(p, func(r rune) bool { return r == '/' })
		if len(ids) < 2 {
			return nil
		}
		marks = append(marks, search.Mark(markCompound, ids[1]))
	}
	return marks
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

// Public are the reports of a neighbourhood that anybody may know of, newest
// first. What of them may be shown is for the caller to see to.
func (s *Service) Public(ctx context.Context, tenant store.Tenant, p Published) ([]Row, error) {
	q := matter.Query{Scope: people.Scope{Tenant: tenant, Shared: []string{"/"}, Person: p.Owner}, Show: matter.ShowAll, Order: Newest, Limit: p.Most}
	if len(p.IDs) > 0 {
		q.Where = []matter.Cond{matter.In("h.id", p.IDs)}
	} else {
		if len(p.Categories) > 0 {
			q.Where = []matter.Cond{matter.In("d.category", p.Categories)}
		}
		if p.Open != nil {
			q.Show = map[bool]matter.Show{true: matter.ShowOpen, false: matter.ShowClosed}[*p.Open]
		}
		if q.Since = p.Since; !p.Till.IsZero() {
			q.Until = p.Till.Add(time.Millisecond)
		}
	}
	page, err := s.Table.List(ctx, s.Store.Reader(), s.Store.Now(), q)
	if err != nil {
		return nil, fmt.Errorf("public reports: %w", err)
	}
	rows := make([]Row, len(page.Cases))
	for i, c := range page.Cases {
		rows[i].Report = c
	}
	return rows, nil
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
		r, err := s.Table.ByID(ctx, s.Store.Reader(), tenant, id)
		if err != nil {
			return err
		}
		about[id] = Indexed(r, "")
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.Index.Order(ctx, tx, tenant, KindName, len(ids), func(id string) search.Entry { return about[id] })
	})
}
