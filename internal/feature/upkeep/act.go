package upkeep

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/job"
	"github.com/linli/linli/internal/platform/store"
)

// wordsMost is how many characters somebody may say of a ticket.
const wordsMost = 500

// Act is what somebody does about a ticket.
type Act struct {
	ID     string
	Verb   matter.Verb // Take, Finish, Decline or Note
	Key    string      // idempotency key
	Remedy Remedy      // with Finish
	Words  string      // with Decline and Note they have to be there
}

func (x Act) check() error {
	f := fault.New(fault.Invalid, "upkeep.invalid")
	if x.Verb == matter.Finish && !slices.Contains(Remedies(), x.Remedy) {
		f.WithField("remedy", "upkeep.remedy_missing")
	}
	if x.Words == "" && x.Verb == matter.Decline {
		f.WithField("words", "upkeep.reason_missing")
	}
	if x.Words == "" && x.Verb == matter.Note {
		f.WithField("words", "upkeep.note_empty")
	}
	if len([]rune(x.Words)) > wordsMost {
		f.WithField("words", "upkeep.words_long", "max", wordsMost)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Do carries out an act of those who look after the place. The same key again
// changes nothing.
func (s *Service) Do(ctx context.Context, a people.Actor, x Act) error {
	v, err := s.View(ctx, a, x.ID)
	if err != nil {
		return err
	}
	x.Words = strings.TrimSpace(x.Words)
	if err := x.check(); err != nil {
		return err
	}
	if v.As == "" {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return s.do(ctx, tx, a, x, v) })
}

func (s *Service) do(ctx context.Context, tx *store.Tx, a people.Actor, x Act, v View) error {
	t, err := s.inTx(ctx, tx, v.Tenant, x.ID)
	if err != nil {
		return err
	}
	mv := matter.Moving{
		Tenant: t.Tenant, ID: t.ID, Verb: x.Verb, By: a.Person, As: v.As, Holder: t.Holder, Due: t.Due,
		Entry: matter.Entry{Key: "upkeep.did." + string(x.Verb), Args: map[string]string{"words": x.Words}, Audience: matter.Staff},
	}
	if x.Key != "" {
		mv.Key = KindName + "/" + a.Person + "/" + x.Key
	}
	switch x.Verb {
	case matter.Take:
		mv.Holder = matter.Holder{Group: v.As, Person: a.Person}
	case matter.Finish:
		t.Remedy, mv.Entry.Args["remedy"] = x.Remedy, string(x.Remedy)
		mv.Holder, mv.Due = matter.Holder{}, time.Time{}
	case matter.Decline:
		mv.Holder, mv.Due = matter.Holder{}, time.Time{}
	}
	m, repeated, err := s.Spine.Move(ctx, tx, mv)
	if err != nil || repeated {
		return err
	}
	t.Matter = m
	return errors.Join(s.keep(ctx, tx, t), s.askAt(ctx, tx, t), s.lookAgain(ctx, tx, t, x.Verb))
}

// lookAgain promises to look whether what was reported done is done, where the
// device itself can tell.
func (s *Service) lookAgain(ctx context.Context, tx *store.Tx, t Ticket, verb matter.Verb) error {
	if t.Cause == FalseAlarms || verb != matter.Finish {
		return nil
	}
	return job.Add(ctx, tx, t.Tenant, StillKind, t.ID, tx.Now().Add(StillAfter), struct{}{})
}
