package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/store"
	"github.com/linli/linli/internal/platform/words"
)

// Tally counts the open reports that the actor may see.
func (s *Service) Tally(ctx context.Context, a people.Actor, f Filter) (matter.Tally, error) {
	f.Open = true
	return s.Room.Tally(ctx, a, s.asked(a, f))
}

// Settled counts the reports that the actor may see which were closed after
// mending and not reopened, since an instant (zero: ever). It is the public
// counter 已处理, and the list with the filter Phases confirmed shows them.
func (s *Service) Settled(ctx context.Context, a people.Actor, f Filter, since time.Time) (int, error) {
	t, err := s.Room.Tally(ctx, a, settled(matter.Query{Tenant: f.Neighbourhood, Mine: s.asked(a, f).Mine}, since))
	return t.Count(), err
}

func settled(q matter.Query, since time.Time) matter.Query {
	q.Show, q.Phases = matter.ShowClosed, []matter.Phase{matter.Confirmed}
	if !since.IsZero() {
		q.Where = append(q.Where, matter.Cond{SQL: "d.closed_at >= ?", Args: []any{store.Ms(since)}})
	}
	return q
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

// Overview is how every neighbourhood does that the actor may look over. Who may
// not see it gets a forbidden fault.
func (s *Service) Overview(ctx context.Context, a people.Actor) ([]Standing, error) {
	if err := (people.Access{}).Allow(a, "overview.read"); err != nil {
		return nil, err
	}
	tenants, err := s.Places.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var all []Standing
	for _, t := range tenants {
		if t.Kind != place.Neighbourhood || t.ID != a.Tenant && t.Parent != a.Tenant {
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
	now, out := s.Store.Now(), Standing{Neighbourhood: t}
	count := func(q matter.Query) (matter.Tally, error) {
		q.Scope = people.Scope{Tenant: t.ID, Whole: true}
		return s.Table.Tally(ctx, s.Store.Reader(), now, q)
	}
	open, err := count(matter.Query{})
	if err != nil {
		return out, err
	}
	closed, err := count(settled(matter.Query{}, monthStart(now)))
	if err != nil {
		return out, err
	}
	lifted, err := count(matter.Query{Where: []matter.Cond{{SQL: "h.level = ?", Args: []any{matter.ToOffice}}}})
	if err != nil {
		return out, err
	}
	spans, err := New(s.Store.Reader()).AcceptSpans(ctx, t.ID, store.Ms(now.Add(-acceptWindow)))
	if err != nil {
		return out, fmt.Errorf("accept times: %w", err)
	}
	out.Open, out.Late, out.Closed, out.Accept, out.Lifted = open.Count(), open.Late, closed.Count(), median(spans), lifted.Count()
	return out, nil
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
