package casework

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// WordsMost is how many characters an act may say.
const WordsMost = 2000

// Act is what somebody asks to do to a case.
type Act struct {
	ID      string
	Verb    matter.Verb
	Version int               // what they saw; 0: the latest will do
	Key     string            // idempotency key; empty: none
	Words   string            // a note, or the reason
	Photos  []picture.Picture // cleaned, on disk
	Looked  bool              // they say that they looked a second time
	Form    map[string]string // the room's own fields
	With    any               // what the room hands its own step
	Past    bool              // of an earlier system's past: nobody is told, and the clock does nothing

	As people.Group // as what they act; the engine says
	By string       // person id; the engine says; empty: the clock
}

// Turn is what a room's step is given.
type Turn[D any] struct {
	matter.Case[D]
	Act   Act
	Scene Scene
	Now   time.Time
}

// Next is what a case becomes. The engine fills in what most moves do: who takes
// a case holds it, a closed case is nobody's, and all else stays as it was.
type Next[D any] struct {
	Verb     matter.Verb // as asked; a step may make it another of the kind's moves
	Detail   D
	Holder   matter.Holder
	Due      time.Time
	Level    int
	Key      string            // words of the line; empty: <room>.did.<verb>
	Args     map[string]string // for these words
	Audience matter.Audience   // of the line; empty: as the case
	Tell     []Told
	Later    []Later
	Stay     bool // no move: the detail alone is written
}

// Told is who is told what of a move.
type Told struct {
	Key     string         // words: <room>.told.<key>
	Groups  []people.Group // of those who serve the place
	Persons []string       // and these, of the case's own neighbourhood
	But     string         // but for this person
	Outside string         // words of what it is, for the channels for danger; empty: not by these
	Args    map[string]string
}

// Later is a job of the room's own about the case.
type Later struct {
	Kind string
	At   time.Time
}

// Do carries out an act. The same key again changes nothing and gives the case as
// it is.
func (r *Room[D]) Do(ctx context.Context, a people.Actor, x Act) (matter.Case[D], error) {
	x.ID, x.Key, x.Words, x.By = store.Clean(x.ID), store.Clean(x.Key), strings.TrimSpace(store.Clean(x.Words)), a.Person
	v, err := r.Glance(ctx, a, x.ID)
	if err != nil {
		return v.Case, err
	}
	if x.Key != "" {
		x.Key = r.Kind.Name + "/" + a.Person + "/" + x.Key
	}
	if err := r.check(x); err != nil {
		return v.Case, err
	}
	as, ok := v.as(r.Kind, x.Verb)
	if !ok {
		return v.Case, r.unlessDone(ctx, v, x)
	}
	x.As = as
	c := v.Case
	err = r.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err = r.ActIn(ctx, tx, v.Tenant, x)
		return err
	})
	return c, err
}

// check is what can be said of an act without asking anybody: what its move needs
// in any phase, and what the room asks of its own fields.
func (r *Room[D]) check(x Act) error {
	f := fault.New(fault.Invalid, "case.invalid")
	var need matter.Need
	for _, m := range r.Kind.Moves {
		if m.Verb == x.Verb {
			need |= m.Need
		}
	}
	if need.Has(matter.NeedWords) && x.Words == "" {
		f.WithField("words", r.Kind.Key("need."+string(x.Verb)))
	}
	if need.Has(matter.NeedPhoto) && len(x.Photos) == 0 {
		f.WithField("photo", r.Kind.Name+".need_photo."+string(x.Verb))
	}
	if need.Has(matter.NeedLook) && !x.Looked {
		f.WithField("looked", "case.need_look")
	}
	if len(x.Photos) > r.Photos {
		f.WithField("photo", "photo.many", "max", r.Photos)
	}
	if n := len([]rune(x.Words)); n > WordsMost {
		f.WithField("words", "case.words_long", "max", WordsMost, "n", n)
	}
	if r.Check != nil {
		r.Check(x, f)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// unlessDone refuses a move, unless it is the very press that was answered
// already. "Not any more" is told from "not you".
func (r *Room[D]) unlessDone(ctx context.Context, v View[D], x Act) error {
	if x.Key != "" {
		m, err := r.Spine.ByKey(ctx, v.Tenant, x.Key)
		if err == nil && m.ID == v.ID {
			return nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return r.Refused(v, x.Verb)
}

// Refused tells "not any more" from "not you"; nil: the viewer may.
func (r *Room[D]) Refused(v View[D], verb matter.Verb) error {
	if v.May(verb) {
		return nil
	}
	if _, now := r.Kind.Find(v.Phase, verb); now {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return fault.New(fault.Conflict, "fault.changed")
}

// ActIn makes a move in a transaction. Whoever calls has made sure that x.By
// really acts as x.As; the clock acts as matter.ByClock.
func (r *Room[D]) ActIn(ctx context.Context, tx *store.Tx, tenant store.Tenant, x Act) (matter.Case[D], error) {
	c, err := r.Table.ByID(ctx, tx, tenant, x.ID)
	if err != nil {
		return c, err
	}
	sc, err := r.around(ctx, tx, &c)
	if err != nil {
		return c, err
	}
	n := r.usual(c, x)
	if r.Step != nil {
		if err := r.Step(Turn[D]{c, x, sc, tx.Now()}, &n); err != nil {
			return c, err
		}
	}
	if n.Stay {
		c.Detail = n.Detail
		return c, r.Keep(ctx, tx, c)
	}
	r.close(c, &n)
	if n.Key == "" {
		n.Key = r.Kind.Key("did." + string(n.Verb))
	}
	m, repeated, err := r.Spine.Move(ctx, tx, matter.Moving{
		Tenant: tenant, ID: x.ID, Verb: n.Verb, Version: x.Version, By: x.By, As: x.As, Holder: n.Holder, Due: n.Due, Level: n.Level, Key: x.Key,
		Entry: matter.Entry{Key: n.Key, Args: n.Args, Photos: picture.Hashes(x.Photos), Audience: n.Audience},
	})
	if err != nil || repeated {
		return c, err
	}
	c = matter.Case[D]{Matter: m, Detail: n.Detail}
	if err := picture.Keep(ctx, tx, tenant, c.ID, c.Version, x.Photos); err != nil {
		return c, err
	}
	if r.Beside != nil {
		if err := r.Beside(ctx, tx, c, x); err != nil {
			return c, err
		}
	}
	if x.Past {
		return c, r.Table.Save(ctx, tx, c)
	}
	return c, errors.Join(r.keep(ctx, tx, c, n.Later), r.tell(ctx, tx, c, sc, n.Tell))
}

// usual is what most moves come to.
func (r *Room[D]) usual(c matter.Case[D], x Act) Next[D] {
	n := Next[D]{Verb: x.Verb, Detail: c.Detail, Holder: c.Holder, Due: c.Due, Level: c.Level, Args: map[string]string{}, Audience: c.Visibility}
	if x.Words != "" {
		n.Args["words"] = x.Words
	}
	if x.Verb == matter.Take {
		n.Holder = matter.Holder{Group: x.As, Person: x.By}
	}
	if x.Verb == matter.Chase {
		r.escalate(c, &n)
	}
	return n
}

// close takes holder and deadline from a case whose move closes it.
func (r *Room[D]) close(c matter.Case[D], n *Next[D]) {
	if move, ok := r.Kind.Find(c.Phase, n.Verb); ok && move.To.Closed() {
		n.Holder, n.Due = matter.Holder{}, time.Time{}
	}
}

// escalate is what a missed deadline does: the next rung of the ladder is told,
// and who holds it again.
func (r *Room[D]) escalate(c matter.Case[D], n *Next[D]) {
	level, told := r.Kind.Escalate(c.Matter)
	n.Level = level
	n.Tell = append(n.Tell, Told{Key: "late", Groups: slices.DeleteFunc(slices.Clone(r.Kind.Ladder), func(g people.Group) bool { return g == people.Subdistrict })})
	if told == people.Subdistrict {
		n.Key = r.Kind.Key("did.chase_office")
		n.Tell = append(n.Tell, Told{Key: "office", Groups: []people.Group{told}})
	}
}

// Opening is a new case of a room.
type Opening[D any] struct {
	Raising matter.Raising
	Detail  D
	Photos  []picture.Picture // cleaned, on disk
	Tell    []Told
	Later   []Later
	Scene   *Scene // where it is, if it was looked up already
	Past    bool   // as of an act
}

// Open raises a case: head, detail, deadline, and who is told.
func (r *Room[D]) Open(ctx context.Context, tx *store.Tx, o Opening[D]) (c matter.Case[D], repeated bool, err error) {
	o.Raising.Kind, o.Raising.Entry.Photos = r.Kind.Name, picture.Hashes(o.Photos)
	m, repeated, err := r.Spine.Raise(ctx, tx, o.Raising)
	if err != nil {
		return c, false, err
	}
	if repeated {
		c, err = r.Table.ByID(ctx, tx, m.Tenant, m.ID)
		return c, true, err
	}
	c = matter.Case[D]{Matter: m, Detail: o.Detail}
	if err := r.Table.Insert(ctx, tx, c); err != nil || o.Past {
		return c, false, err
	}
	if err := picture.Keep(ctx, tx, c.Tenant, c.ID, c.Version, o.Photos); err != nil {
		return c, false, err
	}
	if o.Scene == nil {
		sc, err := r.around(ctx, tx, &c)
		if err != nil {
			return c, false, err
		}
		o.Scene = &sc
	}
	return c, false, errors.Join(r.promise(ctx, tx, c, o.Later), r.tell(ctx, tx, c, *o.Scene, o.Tell))
}

// Keep writes a changed detail without a line of its own, and what the clock does
// next.
func (r *Room[D]) Keep(ctx context.Context, tx *store.Tx, c matter.Case[D]) error {
	tx.AfterCommit(func() { r.Hub.Publish(matter.Topic(c.ID), matter.ListTopic(c.Tenant)) })
	return r.keep(ctx, tx, c, nil)
}

func (r *Room[D]) keep(ctx context.Context, tx *store.Tx, c matter.Case[D], later []Later) error {
	return errors.Join(r.Table.Save(ctx, tx, c), r.promise(ctx, tx, c, later))
}

// promise notes when the clock acts next, and the room's own jobs.
func (r *Room[D]) promise(ctx context.Context, tx *store.Tx, c matter.Case[D], later []Later) error {
	for _, l := range later {
		if err := job.Add(ctx, tx, c.Tenant, l.Kind, c.ID, l.At, struct{}{}); err != nil {
			return err
		}
	}
	at, _ := r.clock(c)
	if at.IsZero() {
		return job.Cancel(ctx, tx, c.Tenant, r.dueKind(), c.ID)
	}
	return job.Add(ctx, tx, c.Tenant, r.dueKind(), c.ID, at, struct{}{})
}

// clock is when the clock acts next on a case, and by which verb; zero: never.
func (r *Room[D]) clock(c matter.Case[D]) (time.Time, matter.Verb) {
	if c.Phase.Closed() {
		return time.Time{}, ""
	}
	if r.Clock != nil {
		return r.Clock(c)
	}
	return c.Due, matter.Chase
}

func (r *Room[D]) dueKind() string { return r.Kind.Key("due") }

// dueTries is how often an overdue case is tried before it is given up: a
// deadline must not be lost to a database that is away for a night.
const dueTries = 1000

// Jobs are what the clock does to the room's cases. Earlier names of the same job
// go on under it.
func (r *Room[D]) Jobs() []job.Kind {
	list := []job.Kind{{Name: r.dueKind(), Do: r.due, Tries: dueTries}}
	for _, name := range r.DueBefore {
		list = append(list, job.Kind{Name: name, Do: r.due, Tries: dueTries})
	}
	return append(list, r.MoreJobs...)
}

// due lets the clock act, if its hour is still there.
func (r *Room[D]) due(ctx context.Context, tx *store.Tx, j job.Job) error {
	c, err := r.Table.ByID(ctx, tx, j.Tenant, j.Name)
	if err != nil {
		return err
	}
	at, verb := r.clock(c)
	switch {
	case at.IsZero():
		return nil
	case at.After(tx.Now()):
		return r.promise(ctx, tx, c, nil)
	}
	_, err = r.ActIn(ctx, tx, j.Tenant, Act{ID: c.ID, Verb: verb, As: matter.ByClock})
	return err
}
