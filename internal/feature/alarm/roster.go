package alarm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// ShiftKind is the job that looks whether a planned shift began. It is named by
// the shift.
const ShiftKind = "alarm.shift"

const (
	missedAfter  = 5 * time.Minute // how late somebody may be for their shift
	longestShift = 24 * time.Hour
	rosterAhead  = 14 * 24 * time.Hour
)

// Planned is a shift of the roster (排班).
type Planned struct {
	ID       string
	Place    string
	Person   string
	From, To time.Time
}

// Plan puts a shift on the roster: somebody of the property at a place, from an
// instant to an instant.
func (s *Service) Plan(ctx context.Context, a people.Actor, p Planned) (string, error) {
	staff, node, err := s.deskStaff(ctx, a.Tenant, p.Place)
	if err != nil {
		return "", err
	}
	if err := (people.Access{}).May(a, "alarm.roster", people.Subject{Path: node.Path}); err != nil {
		return "", err
	}
	f := fault.New(fault.Invalid, "alarm.invalid")
	if !slices.ContainsFunc(staff, func(x people.Served) bool { return x.Person == p.Person }) {
		f.WithField("person", "alarm.roster_person")
	}
	now := s.Store.Now()
	if p.From.Before(now.Add(-longestShift)) || p.From.After(now.Add(rosterAhead)) {
		f.WithField("from", "alarm.roster_from")
	}
	if d := p.To.Sub(p.From); d <= 0 || d > longestShift {
		f.WithField("hours", "alarm.roster_hours")
	}
	if len(f.Fields) > 0 {
		return "", f
	}
	id := store.NewID()
	return id, s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := New(tx).AddShift(ctx, AddShiftParams{a.Tenant, id, p.Place, p.Person, store.Ms(p.From), store.Ms(p.To)}); err != nil {
			return fmt.Errorf("plan shift: %w", err)
		}
		return job.Add(ctx, tx, a.Tenant, ShiftKind, id, p.From.Add(missedAfter), struct{}{})
	})
}

// Unplan takes a shift off the roster.
func (s *Service) Unplan(ctx context.Context, a people.Actor, id string) error {
	row, err := New(s.Store.Reader()).ShiftByID(ctx, a.Tenant, id)
	if err != nil {
		return store.NoRows(err)
	}
	node, err := s.Places.ByID(ctx, a.Tenant, row.PlaceID)
	if err != nil {
		return err
	}
	if err := (people.Access{}).May(a, "alarm.roster", people.Subject{Path: node.Path}); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).DropShift(ctx, a.Tenant, id, store.Ms(tx.Now()))
		if err != nil || n == 0 {
			return fault.Wrap(err, fault.Conflict, "fault.changed")
		}
		return job.Cancel(ctx, tx, a.Tenant, ShiftKind, id)
	})
}

// Roster are the shifts that are not over and begin within two weeks.
func (s *Service) Roster(ctx context.Context, a people.Actor) ([]Planned, error) {
	now := s.Store.Now()
	rows, err := New(s.Store.Reader()).ShiftsBetween(ctx, a.Tenant, store.Ms(now), store.Ms(now.Add(rosterAhead)))
	if err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	out := make([]Planned, len(rows))
	for i, r := range rows {
		out[i] = Planned{r.ID, r.PlaceID, r.PersonID, store.Time(r.FromAt), store.Time(r.ToAt)}
	}
	return out, nil
}

// shiftBegan tells the property and the committee if whoever was planned is not
// on duty five minutes after their shift began.
func (s *Service) shiftBegan(ctx context.Context, tx *store.Tx, j job.Job) error {
	q := New(tx)
	row, err := q.ShiftByID(ctx, j.Tenant, j.Name)
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("shift: %w", err)
	}
	duty, err := q.DutyOf(ctx, j.Tenant, row.PersonID)
	if err != nil || slices.ContainsFunc(duty, func(d AlarmDuty) bool { return d.PlaceID == row.PlaceID }) {
		return err
	}
	return s.tellDesk(ctx, tx, AlarmDuty{TenantID: j.Tenant, PlaceID: row.PlaceID}, "alarm.told.missed")
}
