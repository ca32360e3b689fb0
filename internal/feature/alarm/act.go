package alarm

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// photosMost is how many pictures one act may bring.
const photosMost = 3

// Act is what somebody does about an incident.
type Act struct {
	ID     string
	Verb   matter.Verb // Go, Cannot, AtDoor, Outcome, Shut, Hush, matter.Note
	Key    string      // idempotency key
	Words  string
	Away   int   // with Go: one of Minutes, until they are there; 0: they do not say
	IsFire bool  // with Outcome
	Looked bool  // with Hush: looked a second time, nothing burns
	Cause  Cause // with Shut
	Photos []picture.Picture
}

func (x Act) check() error {
	f := fault.New(fault.Invalid, "alarm.invalid")
	if x.Verb == Shut && x.Cause == "" {
		f.WithField("cause", "alarm.cause_missing")
	}
	if x.Away != 0 && (x.Verb != Go || !slices.Contains(Minutes(), x.Away)) {
		f.WithField("minutes", "alarm.away_odd")
	}
	if x.Verb == Hush && !x.Looked {
		f.WithField("looked", "alarm.hush_looked")
	}
	if x.Verb == matter.Note && strings.TrimSpace(x.Words) == "" && len(x.Photos) == 0 {
		f.WithField("words", "alarm.note_empty")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Do carries out an act. The same key again changes nothing.
func (s *Service) Do(ctx context.Context, a people.Actor, x Act) (Incident, error) {
	if err := x.check(); err != nil {
		return Incident{}, err
	}
	v, err := s.View(ctx, a, x.ID)
	if err != nil {
		return Incident{}, err
	}
	if x.Verb == Evacuate {
		return s.evacuate(ctx, a, v)
	}
	return s.carryOut(ctx, a, x, v)
}

// carryOut does an act of somebody who sees the incident. What was done under
// the same key is done.
func (s *Service) carryOut(ctx context.Context, a people.Actor, x Act, v View) (i Incident, err error) {
	if x.Key != "" {
		m, err := s.Spine.ByKey(ctx, v.Tenant, x.keyOf(a))
		if err == nil && m.ID == x.ID {
			return v.Incident, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Incident{}, err
		}
	}
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		i, err = s.act(ctx, tx, a, x, v)
		return err
	})
	return i, err
}

func (x Act) keyOf(a people.Actor) string { return KindName + "/" + a.Person + "/" + x.Key }

func (s *Service) act(ctx context.Context, tx *store.Tx, a people.Actor, x Act, v View) (Incident, error) {
	i, err := s.inTx(ctx, tx, v.Tenant, x.ID)
	if err != nil {
		return Incident{}, err
	}
	if v.family() {
		if said, err := s.saidBefore(ctx, tx, a.Person, x.Verb, i); said || err != nil {
			return i, err
		}
	}
	verb, err := s.verb(ctx, tx, a, x, &i, v)
	if err != nil {
		return i, err
	}
	as, ok := v.as(i.Phase, verb)
	if !ok {
		return i, fault.New(fault.Conflict, "fault.changed")
	}
	if verb == Shut && !slices.Contains(i.Signal.Causes(), x.Cause) {
		return i, fault.New(fault.Invalid, "alarm.invalid").WithField("cause", "alarm.cause_odd")
	}
	if verb == Hush {
		if err := s.hushable(ctx, tx, i, a.Person); err != nil {
			return i, err
		}
	}
	i.step(verb, x, a.Person, as, tx.Now())
	args := map[string]string{"words": strings.TrimSpace(x.Words)}
	if x.Cause != "" {
		args["cause"] = string(x.Cause)
	}
	if x.Away != 0 {
		args["n"] = strconv.Itoa(x.Away)
	}
	key := ""
	if x.Key != "" {
		key = x.keyOf(a)
	}
	m, repeated, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: verb, By: a.Person, As: as, Holder: i.Holder, Due: i.Due, Key: key,
		Entry: matter.Entry{Key: x.entry(verb), Args: args, Photos: picture.Hashes(x.Photos), Audience: matter.Staff},
	})
	i.Matter = m
	if err != nil || repeated {
		return i, err
	}
	if err := picture.Keep(ctx, tx, i.Tenant, i.ID, i.Version, x.Photos); err != nil {
		return i, err
	}
	last := x.Verb == Cannot && i.Phase == matter.Raised && i.Trial == ""
	if last {
		if last, err = s.lastAble(ctx, tx, i, a.Person); err != nil {
			return i, err
		}
	}
	if err := s.answer(ctx, tx, a.Person, x, i, v); err != nil {
		return i, err
	}
	if last {
		if i, err = s.officeAtOnce(ctx, tx, i, allCannot); err != nil {
			return i, err
		}
	}
	if err := s.besideFamily(ctx, tx, &i, x, v); err != nil {
		return i, err
	}
	return i, s.keep(ctx, tx, i)
}

// entry is the act's line of the record.
func (x Act) entry(verb matter.Verb) string {
	if x.Away != 0 {
		verb += "_in"
	}
	return "alarm.did." + string(verb)
}

// verb is what an act comes to: saying "cannot" after "I go" takes the
// incident back if nobody else is going; the family moves nothing by either.
func (s *Service) verb(ctx context.Context, tx *store.Tx, a people.Actor, x Act, i *Incident, v View) (matter.Verb, error) {
	switch {
	case v.family() && x.Verb == Go:
		return FamilyGo, nil
	case v.family() && x.Verb == NotThere:
		return s.notThere(ctx, tx, a.Person, i)
	}
	if v.family() || x.Verb != Cannot || i.Phase != matter.Taken {
		return x.Verb, nil
	}
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return "", fmt.Errorf("responders: %w", err)
	}
	if slices.ContainsFunc(rows, func(r AlarmCalled) bool {
		return r.Answer == going && r.PersonID != a.Person && r.Audience != familyParty
	}) {
		return Cannot, nil
	}
	return BackOut, nil
}

// lastAble reports whether a person is the only one of those called who may
// still come.
func (s *Service) lastAble(ctx context.Context, tx *store.Tx, i Incident, person string) (bool, error) {
	rows, err := New(tx).Responders(ctx, i.Tenant, i.ID)
	if err != nil {
		return false, fmt.Errorf("responders: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(r AlarmCalled) bool { return !able(r) })
	return len(rows) == 1 && rows[0].PersonID == person, nil
}

// answer notes what the person said in their lane, and what follows a closing.
func (s *Service) answer(ctx context.Context, tx *store.Tx, person string, x Act, i Incident, v View) error {
	q, now := New(tx), store.Ms(tx.Now())
	audience := "subdistrict"
	for _, g := range v.roles {
		if a := audienceOf(g); a != "" {
			audience = a
			break
		}
	}
	if err := q.AddCalled(ctx, i.Tenant, i.ID, person); err != nil {
		return fmt.Errorf("responder: %w", err)
	}
	if err := q.AddResponder(ctx, AddResponderParams{i.Tenant, i.ID, person, audience, now}); err != nil {
		return fmt.Errorf("responder: %w", err)
	}
	var err error
	switch x.Verb {
	case Go:
		var due int64
		if x.Away != 0 {
			due = now + (time.Duration(x.Away) * time.Minute).Milliseconds()
		}
		_, err = q.Answer(ctx, AnswerParams{i.Tenant, i.ID, person, going, now, due})
	case Cannot:
		_, err = q.Answer(ctx, AnswerParams{i.Tenant, i.ID, person, cannot, now, 0})
	case AtDoor:
		_, err = q.AtDoor(ctx, AtDoorParams{i.Tenant, i.ID, person, now})
	case NotThere:
		_, err = q.NotAtDoor(ctx, i.Tenant, i.ID, person)
	case Shut:
		err = s.closed(ctx, tx, i)
	}
	return err
}

// How often the same cause leads to a proposal.
const (
	stoveTwice  = 2
	stoveWithin = 365 * 24 * time.Hour
	falseThrice = 3
	falseWithin = 30 * 24 * time.Hour
)

// closed frees the device for its next incident and proposes what should not
// happen again: a valve after the stove was left on twice, a technician after
// three false alarms in thirty days, service of a lift that held somebody.
// Nothing is ever muted.
func (s *Service) closed(ctx context.Context, tx *store.Tx, i Incident) error {
	q := New(tx)
	if err := q.ReleaseOpen(ctx, i.Tenant, i.Device, string(i.Signal)); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	if err := s.allClear(ctx, tx, i); err != nil {
		return err
	}
	if i.Drill {
		return nil
	}
	if err := s.lookAgain(ctx, tx, i); err != nil {
		return err
	}
	if err := s.overAtHome(ctx, tx, i); err != nil {
		return err
	}
	count := func(c Cause, within time.Duration) (int, error) {
		rows, err := q.ClosedWithCause(ctx, ClosedWithCauseParams{i.Tenant, i.Device, string(i.Signal), string(c), store.Ms(tx.Now().Add(-within))})
		return len(rows), err
	}
	if i.Cause == StoveLeftOn { // of the home, whichever of its detectors saw it
		before, err := q.HomeClosedWithCause(ctx, HomeClosedWithCauseParams{i.Tenant, store.Ms(tx.Now().Add(-stoveWithin)), string(StoveLeftOn), i.Place})
		if err != nil || len(before)+1 < stoveTwice {
			return err
		}
		return s.propose(ctx, tx, i, Valve)
	}
	if i.Signal == Entrapment && !i.Cause.False() {
		return s.propose(ctx, tx, i, LiftService)
	}
	total := 1
	for _, c := range Causes() {
		if !c.False() || !i.Cause.False() || c == ByMistake { // a button is not to blame for who presses it
			continue
		}
		n, err := count(c, falseWithin)
		if err != nil {
			return err
		}
		total += n
	}
	if i.Cause.False() && i.Cause != ByMistake && total >= falseThrice {
		return s.propose(ctx, tx, i, Technician)
	}
	return nil
}

// propose writes the proposal into the record and makes it a matter: of those
// who see to devices, or of the committee's, who is told.
func (s *Service) propose(ctx context.Context, tx *store.Tx, i Incident, what Remedy) error {
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Propose, As: matter.ByClock, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: "alarm.propose." + string(what), Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	i.Matter = m
	if what != Valve {
		return s.Hands.Ask(ctx, tx, i, what)
	}
	next, err := s.raiseFollowup(ctx, tx, i, what)
	if err != nil {
		return err
	}
	sc, err := s.sceneAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	return s.tellAt(ctx, tx, i, sc, telling{to: committeeOf(i.Tenant, sc), key: "alarm.told." + string(what), link: FollowupPath(next.ID)})
}

// step moves the incident's own facts.
func (i *Incident) step(verb matter.Verb, x Act, person string, as people.Group, now time.Time) {
	switch verb {
	case Go:
		if i.Phase == matter.Raised {
			i.AckedAt, i.Level = now, 0
			i.Holder, i.Due = matter.Holder{Group: as, Person: person}, now.Add(NobodyThere)
		}
	case BackOut:
		i.AckedAt, i.Level = time.Time{}, repeatLevel
		i.Holder, i.Due = matter.Holder{Group: people.Property}, now
	case AtDoor:
		if i.DoorAt.IsZero() {
			i.DoorAt = now
		}
		if i.AckedAt.IsZero() {
			i.AckedAt = now
		}
		if i.Phase == matter.Done { // found out already: who closes it stays
			break
		}
		if i.Holder, i.Due = (matter.Holder{Group: as, Person: person}), now.Add(NobodyThere); as == byFamily {
			i.Holder = matter.Holder{Group: people.Property}
		}
	case Hush:
		i.HushUntil = now.Add(HushMost)
	case Outcome:
		i.IsFire = x.IsFire
	case Shut:
		i.Cause, i.ClosedAt = x.Cause, now
		i.Holder, i.Due = matter.Holder{}, time.Time{}
	}
	if move, ok := Kind().Find(i.Phase, verb); ok {
		i.Phase = move.To
	}
}
