package alarm

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/live"
	"github.com/linli/linli/internal/platform/store"
)

//go:embed migrations/*.sql words/*.toml
var files embed.FS

// Room is the alarm's tables.
func Room() store.Room {
	return store.Room{Name: "alarm", Migrations: store.Folder(files, "migrations")}
}

// Words are the alarm's sentences.
func Words() fs.FS { return store.Folder(files, "words") }

// Deps is what the alarm stands on.
type Deps struct {
	Store    *store.Store
	Spine    *matter.Spine
	Places   *place.Service
	Register *people.Register
	Door     *people.Door
	Notify   *notify.Service
	Hub      *live.Hub
	Studio   picture.Studio
	Office   store.Tenant // the subdistrict office
	Homes    Homes        // who lives alone where something calls; nil: no register
	Seal     Digester     // makes the links of the family
	Hands    Hands        // who sees to the devices
	Devices  Devices      // the register of devices; nil: none
	Log      *slog.Logger // nil: nothing is logged
}

// Service is the alarm's verbs.
type Service struct {
	Deps
	born  time.Time // no desk was heard before
	waves *waves
	duty  *store.Memo[store.Tenant, []AlarmDuty]
	tests *store.Memo[store.Tenant, []AlarmTrial]
}

// NewService makes the service.
func NewService(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d, born: d.Store.Now(), waves: &waves{},
		duty:  store.NewMemo[store.Tenant, []AlarmDuty](d.Store, keptMost, "alarm_duty"),
		tests: store.NewMemo[store.Tenant, []AlarmTrial](d.Store, keptMost, "alarm_trial"),
	}
}

const keptMost = 1000 // neighbourhoods whose duty and test windows are kept

// Topic is the live topic of all incidents of a tenant: every desk listens.
func Topic(tenant store.Tenant) string { return "alarms/" + string(tenant) }

// Path is the page of an incident.
func Path(id string) string { return "/alarm/" + id }

// scene is where it is and who serves there.
type scene struct {
	node     place.Node
	compound string
	building string
	door     string // as on the door-plate, with the flat: for responders only
	full     string // as one says it to 119
	short    string // compound and building: for groups and programs outside
	served   []people.Served
}

// sceneAt is where a place is and who serves there.
func (s *Service) sceneAt(ctx context.Context, tenant store.Tenant, id string) (scene, error) {
	sc, err := s.whereIs(ctx, tenant, id)
	if err == nil {
		sc.served, err = s.servedAt(ctx, tenant, sc.node)
	}
	return sc, err
}

// whereIs is where a place is, without who serves there.
func (s *Service) whereIs(ctx context.Context, tenant store.Tenant, id string) (scene, error) {
	t, chain, err := s.Places.Stands(ctx, tenant, id)
	if err != nil {
		return scene{}, err
	}
	label := place.LabelOf(t, chain)
	sc := scene{node: chain[len(chain)-1], door: label.Door, full: label.Full}
	for i, n := range chain {
		if n.Kind == place.Compound || n.Kind == place.Building || sc.short == "" {
			sc.short = place.LabelOf(t, chain[:i+1]).Door
		}
		switch n.Kind {
		case place.Compound:
			sc.compound = n.ID
		case place.Building:
			sc.building = n.ID
		}
	}
	return sc, nil
}

// servedAt is who serves a place. Where nobody has said yet in which compound
// a detector hangs, whoever serves any of them is called: too many rather than
// nobody.
func (s *Service) servedAt(ctx context.Context, tenant store.Tenant, n place.Node) ([]people.Served, error) {
	served, err := s.Register.PostsAt(ctx, tenant, n.Path)
	if err != nil || n.Kind != place.Neighbourhood {
		return served, err
	}
	compounds, err := s.Places.Subtree(ctx, tenant, n.ID, place.Compound)
	if err != nil {
		return nil, err
	}
	for _, c := range compounds {
		more, err := s.Register.PostsAt(ctx, tenant, c.Path)
		if err != nil {
			return nil, err
		}
		served = append(served, more...)
	}
	return served, nil
}

// onSignal takes up a signal.
func (s *Service) onSignal(ctx context.Context, tx *store.Tx, sig Signal, t *trying) error {
	if sig.Still {
		last, again, err := s.unheard(ctx, tx, sig)
		if err != nil || !again {
			return err
		}
		sig.after = last.MatterID
	}
	if t.bare {
		known, err := s.bareOf(ctx, tx, sig, t)
		if err != nil {
			return err
		}
		return s.raise(ctx, tx, known, t)
	}
	q := New(tx)
	open, err := q.OpenOf(ctx, sig.Tenant, sig.Device, string(sig.Kind))
	switch {
	case err == nil:
		return s.extend(ctx, tx, sig, open, t)
	case !fault.Is(store.NoRows(err), fault.NotFound):
		return fmt.Errorf("open incident: %w", err)
	case !sig.On:
		return nil // it ended before we knew that it began
	}
	return s.raise(ctx, tx, sig, t)
}

// extend notes on the open incident that the device says it again, or no more.
// Neither closes it.
func (s *Service) extend(ctx context.Context, tx *store.Tx, sig Signal, id string, t *trying) error {
	i, err := s.inTx(ctx, tx, sig.Tenant, id)
	if err != nil {
		return err
	}
	if sig.On {
		over, err := s.outlived(ctx, tx, i)
		if err != nil {
			return err
		}
		if over || sig.Sure && i.Trial != "" {
			sig.Sure = sig.Sure || i.unseen()
			return errors.Join(s.lapse(ctx, tx, i, "alarm.did.trial_over"), s.raise(ctx, tx, sig, t))
		}
	}
	key := "alarm.did.signal"
	if sig.On {
		i.Signals++
		i.Cleared = time.Time{}
	} else {
		key, i.Cleared = "alarm.did.clear", tx.Now()
	}
	return s.clock(ctx, tx, i, Repeated, key, nil)
}

func (s *Service) raise(ctx context.Context, tx *store.Tx, sig Signal, t *trying) error {
	if sig.ReceivedAt.IsZero() || sig.ReceivedAt.After(tx.Now()) {
		sig.ReceivedAt = tx.Now()
	}
	trial, err := s.trialFor(ctx, tx, sig, t)
	if err != nil {
		return err
	}
	sc, err := s.sceneAt(ctx, sig.Tenant, sig.Place)
	if err != nil {
		return err
	}
	m, _, err := s.Spine.Raise(ctx, tx, matter.Raising{
		Tenant: sig.Tenant, Kind: KindName, Place: sig.Place, By: "device:" + sig.Device, As: matter.ByClock,
		Holder: matter.Holder{Group: people.Property}, Due: sig.ReceivedAt.Add(Repeat), Since: sig.ReceivedAt, Visibility: matter.Staff,
		Entry: matter.Entry{Key: raisedAs(sig.Tenant, sc, trial, sig.Kind), Args: map[string]string{"kind": string(sig.Kind)}, Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	q := New(tx)
	if n, err := q.ClaimOpen(ctx, ClaimOpenParams{m.Tenant, sig.Device, string(sig.Kind), m.ID}); err != nil || n == 0 {
		return fault.Wrap(err, fault.Conflict, "fault.changed") // another node raised it this instant: decoded again, it extends
	}
	i := Incident{
		Matter: m, Device: sig.Device, Signal: sig.Kind, Compound: sc.compound, Building: sc.building,
		Drill: sig.Drill || trial.ID != "", Trial: trial.ID, Late: late(sig, tx.Now()), Signals: 1,
	}
	err = s.without(ctx, tx, i, t, MissedAgain, func(ctx context.Context, tx *store.Tx) (err error) {
		if i.Again = sig.after; i.Again == "" {
			i.Again, err = s.justBefore(ctx, New(tx), i, tx.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	wave, err := s.waveFor(ctx, tx, i, sc, trial, t)
	if err != nil {
		return err
	}
	called, err := s.putWave(ctx, tx, i.Tenant, wave)
	if err != nil {
		return err
	}
	err = q.InsertIncident(ctx, InsertIncidentParams{
		TenantID: i.Tenant, MatterID: i.ID, DeviceID: i.Device, Kind: string(i.Signal), CompoundID: i.Compound, BuildingID: i.Building,
		Drill: flag(i.Drill), Late: i.Late.Milliseconds(), Again: i.Again, RaisedAt: store.Ms(i.RaisedAt), Urgency: i.urgency(), TrialID: i.Trial,
		PlaceID: i.Place, WaveID: called, CalledAt: store.Ms(tx.Now()),
	})
	if err != nil {
		return fmt.Errorf("incident: %w", err)
	}
	if err := s.callFirst(ctx, tx, i, sc, wave, trial, t); err != nil || sig.after == "" {
		return err
	}
	return s.noteStill(ctx, tx, i)
}

// waveFor is whom an incident calls at once, by party: those who serve the place
// and the family, or in a test window those who test.
func (s *Service) waveFor(ctx context.Context, tx *store.Tx, i Incident, sc scene, trial Trial, t *trying) (map[string]string, error) {
	var duty []AlarmDuty
	err := s.without(ctx, tx, i, t, MissedDuty, func(ctx context.Context, tx *store.Tx) (err error) {
		duty, err = s.duty.Get(i.Tenant, func() ([]AlarmDuty, error) { return New(s.Store.Reader()).OnDuty(ctx, i.Tenant) })
		return err
	})
	if err != nil {
		return nil, err
	}
	wave := i.Signal.atOnce(firstWave(i.Tenant, sc, duty))
	if trial.ID != "" {
		wave = testers(i.Tenant, sc, duty, trial)
	}
	return wave, s.without(ctx, tx, i, t, MissedFamily, func(ctx context.Context, tx *store.Tx) error { return s.addFamily(ctx, tx, i, wave) })
}

// late is how long after it happened an alarm is raised, if that is ten minutes
// or more, or if the message is known to be old: then it is never 0, even if
// nobody knows how old. A device's clock more than a day off is wrong, unless
// the message was kept.
func late(sig Signal, now time.Time) time.Duration {
	since := sig.ReceivedAt
	off := sig.ReceivedAt.Sub(sig.DeviceTime)
	if !sig.DeviceTime.IsZero() && off > 0 && (sig.Late || off <= 24*time.Hour) {
		since = sig.DeviceTime
	}
	switch d := now.Sub(since); {
	case d >= LateAfter:
		return d
	case sig.Late:
		return max(d, time.Second)
	}
	return 0
}

// justBefore is the incident of the same device and kind that was raised less
// than ten minutes ago and is closed.
func (s *Service) justBefore(ctx context.Context, q *Queries, i Incident, now time.Time) (string, error) {
	last, err := q.LastOf(ctx, i.Tenant, i.Device, string(i.Signal))
	if fault.Is(store.NoRows(err), fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("last incident: %w", err)
	}
	if now.Sub(store.Time(last.ClosedAt)) <= Again {
		return last.MatterID, nil
	}
	return "", nil
}

// callFirst calls everybody of the first wave, starts the timers and links the
// incident to the first of those that are open in the building: who looks at
// that one sees them all, and a building on fire has not each linked to each.
func (s *Service) callFirst(ctx context.Context, tx *store.Tx, i Incident, sc scene, wave map[string]string, trial Trial, t *trying) error {
	ways := []notify.Channel{notify.Push, notify.Robot}
	if trial.ID != "" {
		ways = ways[:1]
		if err := s.noteTested(ctx, tx, i, trial); err != nil {
			return err
		}
	}
	if err := addFamilyRows(ctx, tx, i, wave); err != nil {
		return err
	}
	err := s.without(ctx, tx, i, t, MissedTelling, func(ctx context.Context, tx *store.Tx) error {
		return s.tellAll(ctx, tx, i, sc, wave, "alarm.told.raise", ways...)
	})
	if err != nil {
		return err
	}
	err = s.without(ctx, tx, i, t, MissedHousehold, func(ctx context.Context, tx *store.Tx) error { return s.tellHousehold(ctx, tx, i, sc, wave) })
	if err != nil {
		return err
	}
	if err := s.startClock(ctx, tx, i, wave); err != nil {
		return err
	}
	err = s.without(ctx, tx, i, t, MissedNeighbour, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(s.linkNearby(ctx, tx, i), s.breakHush(ctx, tx, i))
	})
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Hub.Publish(Topic(i.Tenant)) })
	return s.noteMissed(ctx, tx, i, t)
}

// startClock starts the timers; where the first wave is nobody but family, the
// subdistrict is called at once.
func (s *Service) startClock(ctx context.Context, tx *store.Tx, i Incident, wave map[string]string) error {
	for _, party := range wave {
		if party != familyParty {
			return s.setTimer(ctx, tx, i)
		}
	}
	i, err := s.officeAtOnce(ctx, tx, i, nobodyHere)
	if err != nil {
		return err
	}
	return s.keep(ctx, tx, i)
}

// linkNearby links an incident to the first of those that are open in the
// building.
func (s *Service) linkNearby(ctx context.Context, tx *store.Tx, i Incident) error {
	near, err := New(tx).NearbyOpen(ctx, NearbyOpenParams{i.Tenant, i.Building, store.Ms(tx.Now().Add(-Again)), i.ID})
	if err != nil {
		return fmt.Errorf("nearby: %w", err)
	}
	for _, other := range near {
		if err := s.Spine.Join(ctx, tx, i.Tenant, i.ID, matter.CausedBy, other); err != nil {
			return err
		}
	}
	return nil
}

// telling is one thing said about an incident to some people: on their pages,
// and by further ways.
type telling struct {
	to   []string
	key  string
	link string
	ways []notify.Channel
	seq  int // round; 0: the latest entry of the record
}

// fresh reports whether nobody can have been told of the latest entry: it is the
// first, whose tellings share no reader.
func (t telling) fresh(i Incident) bool { return t.seq == 0 && i.Version == 1 }

func (s *Service) tellAt(ctx context.Context, tx *store.Tx, i Incident, sc scene, t telling) error {
	outside := map[notify.Channel][]string{}
	for _, way := range t.ways {
		outside[way] = t.to
	}
	return s.Notify.Tell(ctx, tx, notify.Telling{
		Tenant: i.Tenant, Matter: i.ID, Seq: cmp.Or(t.seq, i.Version), To: t.to, Key: t.key, Args: told(i, sc), Link: t.link, Outside: outside, First: t.fresh(i),
		Event: notify.Event{Kind: KindName, Verb: t.key[len("alarm.told."):], Number: i.Number, Phase: string(i.Phase), Place: sc.short},
	})
}

// told are the words of a message: where, and what it is. A drill is called a
// drill, never by what it plays.
func told(i Incident, sc scene) map[string]string {
	args := map[string]string{"place": sc.door, "short": sc.short, "number": i.Number, "kind_key": "alarm.kind." + string(i.Signal)}
	if i.Late > 0 {
		args["late"] = i.minutesLate()
	}
	if i.Drill {
		args["kind_key"], args["drill"] = "alarm.kind.drill", "1"
	}
	return args
}

// setTimer promises the next step, or takes the promise back.
func (s *Service) setTimer(ctx context.Context, tx *store.Tx, i Incident) error {
	_, at := i.nextBy(tx.Now())
	if at.IsZero() {
		return job.Cancel(ctx, tx, i.Tenant, TimerKind, i.ID)
	}
	return job.Add(ctx, tx, i.Tenant, TimerKind, i.ID, at, struct{}{})
}

func (s *Service) inTx(ctx context.Context, tx *store.Tx, tenant store.Tenant, id string) (Incident, error) {
	m, err := s.Spine.InTx(ctx, tx, tenant, id)
	if err != nil {
		return Incident{}, err
	}
	row, err := New(tx).IncidentByID(ctx, tenant, id)
	if err != nil {
		return Incident{}, store.NoRows(err)
	}
	return incidentOf(m, row), nil
}

// keep writes what changed of an incident.
func (s *Service) keep(ctx context.Context, tx *store.Tx, i Incident) error {
	err := New(tx).UpdateIncident(ctx, UpdateIncidentParams{
		TenantID: i.Tenant, MatterID: i.ID, Open: flag(!i.Phase.Closed()), Level: int64(i.Level), Signals: int64(i.Signals),
		AckedAt: store.Ms(i.AckedAt), DoorAt: store.Ms(i.DoorAt), ClearedAt: store.Ms(i.Cleared), ClosedAt: store.Ms(i.ClosedAt),
		Fire: flag(i.IsFire), Cause: string(i.Cause), Urgency: i.urgency(), Alone: flag(i.Alone), HushUntil: store.Ms(i.HushUntil),
	})
	if err != nil {
		return fmt.Errorf("incident: %w", err)
	}
	tx.AfterCommit(func() { s.Hub.Publish(Topic(i.Tenant)) })
	return s.setTimer(ctx, tx, i)
}

// clock is a move that no person made.
func (s *Service) clock(ctx context.Context, tx *store.Tx, i Incident, verb matter.Verb, key string, args map[string]string) error {
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: verb, As: matter.ByClock, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: key, Args: args, Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	i.Matter = m
	return s.keep(ctx, tx, i)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
