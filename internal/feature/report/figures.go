package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Tally is how many reports stand where.
type Tally struct {
	ByPhase map[matter.Phase]int // open ones only
	Late    int                  // open ones whose next act is overdue
}

// Count is the sum of some phases.
func (t Tally) Count(phases ...matter.Phase) int {
	n := 0
	for _, p := range phases {
		n += t.ByPhase[p]
	}
	return n
}

// Tally counts the open reports that the actor may see.
func (s *Service) Tally(ctx context.Context, a people.Actor, f Filter) (Tally, error) {
	q, err := s.scoped(a, f)
	if err != nil {
		return Tally{}, err
	}
	f.Open = true
	s.where(&q, a, f)
	return s.tally(ctx, q)
}

func (s *Service) tally(ctx context.Context, q query) (Tally, error) {
	late := fmt.Sprintf("SUM(CASE WHEN d.due_at > 0 AND d.due_at < %d THEN 1 ELSE 0 END)", store.Ms(s.Store.Now()))
	rows, err := s.Store.Reader().QueryContext(ctx, q.count("h.phase, COUNT(*), "+late)+" GROUP BY h.phase", q.args...)
	if err != nil {
		return Tally{}, fmt.Errorf("count reports: %w", err)
	}
	defer rows.Close()
	t := Tally{ByPhase: map[matter.Phase]int{}}
	for rows.Next() {
		var phase string
		var n, late int
		if err := rows.Scan(&phase, &n, &late); err != nil {
			return Tally{}, fmt.Errorf("count reports: %w", err)
		}
		t.ByPhase[matter.Phase(phase)] = n
		t.Late += late
	}
	return t, rows.Err()
}

func (q *query) count(columns string) string {
	return "SELECT " + columns + " FROM report_detail d JOIN matter_head h ON h.tenant_id = d.tenant_id AND h.id = d.matter_id WHERE " + q.where()
}

// Settled counts the reports that the actor may see which were closed after
// mending and not reopened, since an instant (zero: ever). It is the public
// counter 已处理, and the list with the filter Phases confirmed shows them.
func (s *Service) Settled(ctx context.Context, a people.Actor, f Filter, since time.Time) (int, error) {
	q, err := s.scoped(a, f)
	if err != nil {
		return 0, err
	}
	return s.settled(ctx, q, since)
}

func (s *Service) settled(ctx context.Context, q query, since time.Time) (int, error) {
	q.and("h.phase = %s", string(matter.Confirmed))
	q.and("d.open = 0 AND d.closed_at >= %s", store.Ms(since))
	var n int
	if err := s.Store.Reader().QueryRowContext(ctx, q.count("COUNT(*)"), q.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count settled reports: %w", err)
	}
	return n, nil
}

// Standing is how one neighbourhood does with its reports.
type Standing struct {
	Neighbourhood place.Tenant
	Open, Late    int
	Closed        int           // mended and closed this month
	Accept        time.Duration // median from raising to taking, of those raised in the last 30 days; 0: none
	Lifted        int           // late ones that reached the subdistrict and are still open
}

// acceptWindow is over how long the median of accepting is taken.
const acceptWindow = 30 * 24 * time.Hour

// Overview is how every neighbourhood of the subdistrict does; a residents'
// committee sees its own only. Who may not see it gets a forbidden fault.
func (s *Service) Overview(ctx context.Context, a people.Actor) ([]Standing, error) {
	if !a.In(people.Subdistrict, people.Administrators, people.Committee) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	office := a.In(people.Subdistrict, people.Administrators)
	tenants, err := s.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var all []Standing
	for _, t := range tenants {
		if t.Kind != place.Neighbourhood || !office && t.ID != a.Tenant {
			continue
		}
		one, err := s.standing(ctx, t)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (s *Service) standing(ctx context.Context, t place.Tenant) (Standing, error) {
	open := ofTenant(t.ID)
	open.and("d.open = %s", 1)
	tally, err := s.tally(ctx, open)
	if err != nil {
		return Standing{}, err
	}
	now := s.Store.Now()
	closed, err := s.settled(ctx, ofTenant(t.ID), monthStart(now))
	if err != nil {
		return Standing{}, err
	}
	spans, err := New(s.Store.Reader()).AcceptSpans(ctx, t.ID, store.Ms(now.Add(-acceptWindow)))
	if err != nil {
		return Standing{}, fmt.Errorf("accept times: %w", err)
	}
	lifted, err := New(s.Store.Reader()).CountLifted(ctx, t.ID, levels)
	if err != nil {
		return Standing{}, fmt.Errorf("lifted: %w", err)
	}
	n := 0
	for _, of := range tally.ByPhase {
		n += of
	}
	return Standing{Neighbourhood: t, Open: n, Late: tally.Late, Closed: closed, Accept: median(spans), Lifted: int(lifted)}, nil
}

func ofTenant(t store.Tenant) query {
	var q query
	q.and("d.tenant_id = %s", t)
	return q
}

// median of spans in milliseconds; of an even number the lower of the two.
func median(spans []int64) time.Duration {
	if len(spans) == 0 {
		return 0
	}
	slices.Sort(spans)
	return time.Duration(spans[(len(spans)-1)/2]) * time.Millisecond
}

// monthStart is the first instant of the month in Shanghai.
func monthStart(now time.Time) time.Time {
	y, m, _ := now.In(words.Shanghai()).Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, words.Shanghai())
}

// dayStart is the first instant of the day in Shanghai.
func dayStart(now time.Time) time.Time {
	y, m, d := now.In(words.Shanghai()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, words.Shanghai())
}
