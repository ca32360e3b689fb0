package care

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// turn is whose turn a visit at that time is: the paired volunteer after the
// one who had the last, passing over whoever is away or is the one named in
// not; a responsible worker if no volunteer is there.
func (s *Service) turn(ctx context.Context, tx *store.Tx, r CareElder, at time.Time, not string) (matter.Holder, string, error) {
	q := New(tx)
	carers, err := q.CarersOf(ctx, r.TenantID, r.ID)
	if err != nil {
		return matter.Holder{}, "", fmt.Errorf("carers: %w", err)
	}
	last, err := q.VisitsOf(ctx, r.TenantID, r.ID, 1)
	if err != nil {
		return matter.Holder{}, "", fmt.Errorf("visits: %w", err)
	}
	var paired []string
	for _, c := range carers {
		if Duty(c.Duty) == Paired {
			paired = append(paired, c.PersonID)
		}
	}
	if len(last) > 0 {
		paired = startAfter(paired, last[0].VolunteerID)
	}
	for _, person := range paired {
		free, err := s.free(ctx, q, r, person, at)
		if err != nil {
			return matter.Holder{}, "", err
		}
		if free && person != not {
			return matter.Holder{Group: people.Volunteers, Person: person}, person, nil
		}
	}
	committee, err := s.committee(ctx, q, r)
	if err != nil || len(committee) == 0 {
		return matter.Holder{Group: people.Committee}, "", err
	}
	return matter.Holder{Group: people.Committee, Person: committee[0]}, committee[0], nil
}

// startAfter turns a list round so that it begins behind one of its own.
func startAfter(list []string, who string) []string {
	i := slices.Index(list, who) + 1
	return append(slices.Clone(list[i:]), list[:i]...)
}

// free reports whether a volunteer still serves the place and is not away.
func (s *Service) free(ctx context.Context, q *Queries, r CareElder, person string, at time.Time) (bool, error) {
	away, err := q.AwayAt(ctx, r.TenantID, person, store.Ms(at))
	if err != nil {
		return false, fmt.Errorf("away: %w", err)
	}
	if away > 0 {
		return false, nil
	}
	path, err := s.pathOf(ctx, r.TenantID, r.BuildingID)
	if err != nil {
		return false, err
	}
	served, err := s.Register.PostsAt(ctx, r.TenantID, path)
	return allServe(served, r.TenantID, []string{person}, people.Volunteers, people.BuildingLeads), err
}

// Away is a time in which a volunteer is not there.
type Away struct {
	ID          string
	From, Until time.Time
}

// mostAway is how long one absence may be.
const mostAway = 92 * 24 * time.Hour

// GoAway says that the actor is away from the morning of one day to the evening
// of another. What they had promised for that time is handed to the next.
func (s *Service) GoAway(ctx context.Context, a people.Actor, first, last time.Time) error {
	from, until := hour(first, 0), hour(last, 0).AddDate(0, 0, 1)
	now := s.Store.Now()
	if first.IsZero() || last.IsZero() || !until.After(from) || !until.After(now) || until.Sub(from) > mostAway {
		return fault.New(fault.Invalid, "care.invalid").WithField("until", "care.away_wrong")
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		q := New(tx)
		if err := q.InsertAway(ctx, InsertAwayParams{a.Tenant, store.NewID(), a.Person, store.Ms(from), store.Ms(until)}); err != nil {
			return fmt.Errorf("away: %w", err)
		}
		rows, err := q.OpenVisitsOf(ctx, a.Tenant, a.Person, store.Ms(until))
		if err != nil {
			return fmt.Errorf("open visits: %w", err)
		}
		for _, row := range rows {
			if err := s.handOver(ctx, tx, a, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// handOver passes a promised visit on, if its volunteer is away at its time.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, a people.Actor, row CareVisit) error {
	v, err := s.visitIn(ctx, tx, row)
	if err != nil || v.Phase != matter.Raised {
		return err
	}
	r, err := s.row(ctx, New(tx), a.Tenant, row.ElderID)
	if err != nil {
		return err
	}
	if free, err := s.free(ctx, New(tx), r, a.Person, v.PromisedFor); err != nil || free {
		return err
	}
	return s.step(ctx, tx, r, v, Done{ID: v.ID, Verb: CouldNot}, moving{a.Person, people.Volunteers, ""})
}

// keepTurn hands on the open visits of whoever is no carer any more.
func (s *Service) keepTurn(ctx context.Context, tx *store.Tx, r CareElder) error {
	rows, err := New(tx).OpenVisitsFor(ctx, r.TenantID, r.ID)
	if err != nil {
		return fmt.Errorf("open visits: %w", err)
	}
	for _, row := range rows {
		if err := s.keepTurnOf(ctx, tx, r, row); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) keepTurnOf(ctx context.Context, tx *store.Tx, r CareElder, row CareVisit) error {
	_, err := New(tx).CarerOf(ctx, r.TenantID, r.ID, row.VolunteerID)
	if err == nil {
		return nil
	}
	if err := store.NoRows(err); !fault.Is(err, fault.NotFound) {
		return err
	}
	v, err := s.visitIn(ctx, tx, row)
	if err != nil {
		return err
	}
	_, who, err := s.turn(ctx, tx, r, v.PromisedFor, row.VolunteerID)
	if err != nil || who == "" {
		return err
	}
	return s.step(ctx, tx, r, v, Done{ID: v.ID, Verb: matter.Assign, To: who}, moving{"", matter.ByClock, ""})
}

// Back ends an absence before its time.
func (s *Service) Back(ctx context.Context, a people.Actor, id string) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := New(tx).EndAway(ctx, a.Tenant, id, a.Person)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
}

// Turn is a visit on its carer's list.
type Turn struct {
	Visit
	Name string // masked: the page of the visit shows it whole, and is written down
	Door string // with the flat
}

// Round is what a carer has to do: overdue and today, then the week, and what
// was done in the last seven days.
type Round struct {
	Today, Week, Done []Turn
	Aways             []Away
}

// Round is the actor's round. That flats were shown is written into the audit
// trail.
func (s *Service) Round(ctx context.Context, a people.Actor) (Round, error) {
	q, now := s.read(), s.Store.Now()
	var r Round
	tonight, week := hour(now, 0).AddDate(0, 0, 1), hour(now, 0).AddDate(0, 0, 8)
	open, err := q.OpenVisitsOf(ctx, a.Tenant, a.Person, store.Ms(week))
	if err != nil {
		return r, fmt.Errorf("round: %w", err)
	}
	done, err := q.DoneVisitsBy(ctx, DoneVisitsByParams{a.Tenant, a.Person, store.Ms(now.AddDate(0, 0, -7)), visitsShown})
	if err != nil {
		return r, fmt.Errorf("round: %w", err)
	}
	for _, row := range append(open, done...) {
		t, known, err := s.turnOf(ctx, q, a, row)
		switch {
		case err != nil:
			return r, err
		case !known:
		case row.Open == 0:
			r.Done = append(r.Done, t)
		case t.PromisedFor.Before(tonight):
			r.Today = append(r.Today, t)
		default:
			r.Week = append(r.Week, t)
		}
	}
	aways, err := q.AwaysOf(ctx, a.Tenant, a.Person, store.Ms(now))
	if err != nil {
		return r, fmt.Errorf("away: %w", err)
	}
	for _, x := range aways {
		r.Aways = append(r.Aways, Away{x.ID, store.Time(x.FromAt), store.Time(x.UntilAt)})
	}
	if len(r.Today)+len(r.Week)+len(r.Done) == 0 {
		return r, nil
	}
	return r, s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return people.Audit(ctx, tx, a, "care.list", "care", "", "name")
	})
}

// turnOf is a visit as its carer's list shows it; known is false once the entry
// is withdrawn or the actor is no carer any more.
func (s *Service) turnOf(ctx context.Context, q *Queries, a people.Actor, row CareVisit) (Turn, bool, error) {
	r, err := s.row(ctx, q, a.Tenant, row.ElderID)
	if err != nil || r.WithdrawnAt != 0 {
		return Turn{}, false, err
	}
	_, err = s.carer(ctx, q, a, r)
	if fault.Is(err, fault.NotFound) {
		return Turn{}, false, nil
	}
	if err != nil {
		return Turn{}, false, err
	}
	sheet, err := s.openSheet(r)
	if err != nil {
		return Turn{}, false, err
	}
	door, err := s.doorOf(ctx, a.Tenant, sheet)
	if err != nil {
		return Turn{}, false, err
	}
	v, err := s.visitOf(ctx, row)
	return Turn{v, people.MaskName(sheet.Name), door}, true, err
}

// Going is one visit with the sheet, for a named carer; the look is written
// down.
type Going struct {
	Opened
	Visit Visit
	Can   []matter.Verb
}

// Visit opens a visit.
func (s *Service) Visit(ctx context.Context, a people.Actor, id string) (Going, error) {
	row, err := s.read().VisitByID(ctx, a.Tenant, id)
	if err != nil {
		return Going{}, store.NoRows(err)
	}
	o, err := s.Open(ctx, a, row.ElderID, ForCare)
	if err != nil {
		return Going{}, err
	}
	g := Going{Opened: o}
	if g.Visit, err = s.visitOf(ctx, row); err != nil {
		return g, err
	}
	as := people.Volunteers
	if o.Duty == Responsible {
		as = people.Committee
	}
	for _, m := range Kind().Moves {
		if slices.Contains(m.From, g.Visit.Phase) && slices.Contains(m.By, as) && !slices.Contains(g.Can, m.Verb) {
			g.Can = append(g.Can, m.Verb)
		}
	}
	return g, nil
}
