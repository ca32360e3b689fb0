package alarm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// TrialMost is how long a test window may stay open; then it closes itself.
const TrialMost = 15 * time.Minute

// The jobs of test windows.
const (
	TrialKind  = "alarm.trial"  // closes a window; named by its id
	TestedKind = "alarm.tested" // marks a device as tested; named by the device
)

// Trial is a test window (测试窗口): until it closes, what the detectors of a
// home, or one device, report is a test. It is told to whoever opened it and to
// the desk on duty there, and to nobody else.
type Trial struct {
	Tenant store.Tenant
	ID     string
	Place  string
	Device string // empty: every detector of the home
	Person string // who opened it
	Door   string
	Until  time.Time
}

func trialOf(r AlarmTrial) Trial {
	return Trial{Tenant: r.TenantID, ID: r.ID, Place: r.PlaceID, Device: r.DeviceID, Person: r.PersonID, Until: store.Time(r.UntilAt)}
}

// covers reports whether what a signal says is a test.
func (t Trial) covers(sig Signal) bool {
	if t.Device != "" {
		return t.Device == sig.Device
	}
	return t.Place == sig.Place
}

// OpenTrial opens a test window at a home, or for one device if it is named,
// for d, at most TrialMost.
func (s *Service) OpenTrial(ctx context.Context, a people.Actor, placeID, device string, d time.Duration) (Trial, error) {
	f := fault.New(fault.Invalid, "alarm.invalid")
	if device != "" {
		if s.Devices == nil {
			return Trial{}, notFound()
		}
		var err error
		if placeID, err = s.Devices.At(ctx, a.Tenant, device); err != nil {
			return Trial{}, err
		}
	}
	node, err := s.Places.ByID(ctx, a.Tenant, placeID)
	if fault.Is(err, fault.NotFound) || err == nil && device == "" && node.Kind != place.Dwelling {
		return Trial{}, f.WithField("place", "alarm.drill_place")
	}
	if err != nil {
		return Trial{}, err
	}
	if err := (people.Access{}).May(a, "alarm.trial", people.Subject{Path: node.Path}); err != nil {
		return Trial{}, err
	}
	if d <= 0 || d > TrialMost {
		return Trial{}, f.WithField("minutes", "alarm.trial_minutes")
	}
	t := Trial{Tenant: a.Tenant, ID: store.NewID(), Place: placeID, Device: device, Person: a.Person}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		t.Until = tx.Now().Add(d)
		err := New(tx).OpenTrial(ctx, OpenTrialParams{t.Tenant, t.ID, t.Place, t.Device, t.Person, store.Ms(tx.Now()), store.Ms(t.Until)})
		if err != nil {
			return fmt.Errorf("test window: %w", err)
		}
		tx.AfterCommit(func() { s.Hub.Publish(Topic(t.Tenant)) })
		return job.Add(ctx, tx, t.Tenant, TrialKind, t.ID, t.Until, struct{}{})
	})
	return t, err
}

// EndTrial closes a test window before its time.
func (s *Service) EndTrial(ctx context.Context, a people.Actor, id string) error {
	open, err := s.Trials(ctx, a)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(open, func(t Trial) bool { return t.ID == id }) {
		return notFound()
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := New(tx).EndTrial(ctx, a.Tenant, id, store.Ms(tx.Now())); err != nil {
			return fmt.Errorf("test window: %w", err)
		}
		return job.Add(ctx, tx, a.Tenant, TrialKind, id, tx.Now(), struct{}{})
	})
}

// Trials are the open test windows where the actor serves.
func (s *Service) Trials(ctx context.Context, a people.Actor) ([]Trial, error) {
	rows, err := New(s.Store.Reader()).OpenTrials(ctx, a.Tenant, store.Ms(s.Store.Now()))
	if err != nil {
		return nil, fmt.Errorf("test windows: %w", err)
	}
	var out []Trial
	for _, r := range rows {
		t := trialOf(r)
		sc, err := s.whereIs(ctx, t.Tenant, t.Place)
		if err != nil {
			return nil, err
		}
		if (people.Access{}).May(a, "alarm.trial", people.Subject{Path: sc.node.Path}) == nil {
			t.Door = sc.door
			out = append(out, t)
		}
	}
	return out, nil
}

// trialFor is the open window that covers a signal; without an id if there is
// none, or if it cannot be found out: then it is taken for what it says.
func (s *Service) trialFor(ctx context.Context, tx *store.Tx, sig Signal, t *trying) (Trial, error) {
	if t.bare || sig.Drill || sig.Sure {
		return Trial{}, nil
	}
	var found Trial
	err := s.without(ctx, tx, Incident{}, t, MissedTrial, func(ctx context.Context, tx *store.Tx) error {
		now := store.Ms(tx.Now())
		rows, err := s.tests.Get(sig.Tenant, func() ([]AlarmTrial, error) { return New(s.Store.Reader()).TrialsUntil(ctx, sig.Tenant, now) })
		for _, r := range rows {
			if x := trialOf(r); r.FromAt <= now && r.UntilAt > now && x.covers(sig) {
				found = x
			}
		}
		return err
	})
	return found, err
}

// testers are who is told of a test: whoever opened the window, and those on
// duty there.
func testers(tenant store.Tenant, sc scene, duty []AlarmDuty, t Trial) map[string]string {
	wave := map[string]string{t.Person: "property"}
	for _, p := range sc.served {
		audience := audienceOf(p.Role.Group())
		switch {
		case p.Tenant != tenant || audience == "":
		case p.Person == t.Person:
			wave[p.Person] = audience
		case slices.ContainsFunc(duty, func(d AlarmDuty) bool {
			return d.PersonID == p.Person && d.LostAt == 0 && slices.Contains(sc.node.Ancestors(), d.PlaceID)
		}):
			wave[p.Person] = audience
		}
	}
	return wave
}

// noteTested promises to mark the device as tested for the monthly list.
func (s *Service) noteTested(ctx context.Context, tx *store.Tx, i Incident, t Trial) error {
	if s.Devices == nil {
		return nil
	}
	return job.Add(ctx, tx, i.Tenant, TestedKind, i.Device, tx.Now(), t.Person)
}

// tested marks a device as tested, by whoever opened the window. One that is on
// no register has no list to stand on.
func (s *Service) tested(ctx context.Context, j job.Job) error {
	var person string
	if err := j.Into(&person); err != nil {
		return err
	}
	err := s.Devices.Tested(ctx, j.Tenant, j.Name, person)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) {
		return nil
	}
	return err
}

// trialOver ends the tests of a window that has closed. Where a detector still
// alarms and nobody was at the door, it is an alarm from now on.
func (s *Service) trialOver(ctx context.Context, tx *store.Tx, j job.Job) error {
	tx.AfterCommit(func() { s.Hub.Publish(Topic(j.Tenant)) })
	if err := New(tx).EndTrial(ctx, j.Tenant, j.Name, store.Ms(tx.Now())); err != nil { // its own end lies ahead if the clock went back
		return fmt.Errorf("test window: %w", err)
	}
	ids, err := New(tx).OpenOfTrial(ctx, j.Tenant, j.Name)
	if err != nil {
		return fmt.Errorf("tests of a window: %w", err)
	}
	for _, id := range ids {
		i, err := s.inTx(ctx, tx, j.Tenant, id)
		if err != nil {
			return err
		}
		if err := s.lapse(ctx, tx, i, "alarm.did.trial_over"); err != nil {
			return err
		}
		if !i.unseen() {
			continue
		}
		again := Signal{Tenant: i.Tenant, Device: i.Device, Kind: i.Signal, On: true, Place: i.Place, ReceivedAt: tx.Now(), Sure: true}
		if err := s.OnSignal(ctx, tx, again); err != nil {
			return err
		}
	}
	return nil
}

// lapse closes a drill or a test whose time is over.
func (s *Service) lapse(ctx context.Context, tx *store.Tx, i Incident, key string) error {
	i.Cause, i.ClosedAt = TestCause, tx.Now()
	i.Holder, i.Due = matter.Holder{}, time.Time{}
	if err := New(tx).ReleaseOpen(ctx, i.Tenant, i.Device, string(i.Signal)); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return s.clock(ctx, tx, i, Lapse, key, nil)
}

// unseen reports whether the detector of a test still alarms and nobody was at
// the door: once its window is over, no other makes it a test again.
func (i Incident) unseen() bool {
	return i.Cleared.IsZero() && (i.Phase == matter.Raised || i.Phase == matter.Taken)
}

// outlived reports whether an open incident is the test of a window that has
// closed: what its detector says now is no test.
func (s *Service) outlived(ctx context.Context, tx *store.Tx, i Incident) (bool, error) {
	if i.Trial == "" {
		return false, nil
	}
	rows, err := New(tx).OpenTrials(ctx, i.Tenant, store.Ms(tx.Now()))
	return !slices.ContainsFunc(rows, func(r AlarmTrial) bool { return r.ID == i.Trial }), err
}
