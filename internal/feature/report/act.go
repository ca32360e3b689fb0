package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/picture"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// Act is what somebody does to a report.
type Act struct {
	ID      string
	Verb    matter.Verb
	Version int    // what they saw; 0: the latest will do
	Key     string // idempotency key
	Words   string // note, or the reason for declining or reopening
	Inside  bool   // a note for staff only
	Rating  int    // with confirm: 1 to 5, 0: none
	Photos  []picture.Picture
}

// check is what can be said of an act without asking anybody.
func (x Act) check() error {
	f := fault.New(fault.Invalid, "report.invalid")
	words := strings.TrimSpace(x.Words)
	switch x.Verb {
	case matter.Finish:
		if len(x.Photos) == 0 {
			f.WithField("photo", "report.after_photo_missing")
		}
	case matter.Decline, matter.Reopen:
		if words == "" {
			f.WithField("words", "report.reason_missing")
		}
	case matter.Note:
		if words == "" && len(x.Photos) == 0 {
			f.WithField("words", "report.note_empty")
		}
	}
	if n := len([]rune(x.Words)); n > MaxWords {
		f.WithField("words", "report.words_long", "max", MaxWords, "n", n)
	}
	if len(x.Photos) > MaxPhotos {
		f.WithField("photo", "photo.many", "max", MaxPhotos)
	}
	if x.Rating < 0 || x.Rating > 5 {
		f.WithField("rating", "report.rating_range")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Do carries out an act. Doing the same again under the same key changes
// nothing and returns the report as it is.
func (s *Service) Do(ctx context.Context, a people.Actor, x Act) (Report, error) {
	x.ID, x.Words, x.Key = store.Clean(x.ID), store.Clean(x.Words), store.Clean(x.Key)
	if err := x.check(); err != nil {
		return Report{}, err
	}
	v, err := s.Glance(ctx, a, x.ID)
	if err != nil {
		return Report{}, err
	}
	as, ok := v.as(x.Verb)
	if !ok {
		return v.Report, s.unlessDone(ctx, a, x, v)
	}
	var r Report
	err = s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err = s.act(ctx, tx, a, as, x, v)
		return err
	})
	return r, err
}

// unlessDone refuses an act, unless it is the very same press that was
// answered already.
func (s *Service) unlessDone(ctx context.Context, a people.Actor, x Act, v View) error {
	if x.Key != "" {
		m, err := s.Spine.ByKey(ctx, v.Tenant, scopedKey(a.Person, x.Key))
		if err == nil && m.ID == v.ID {
			return nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return refusal(v, x.Verb)
}

// refusal tells "not any more" from "not you".
func refusal(v View, verb matter.Verb) error {
	if _, now := Kind().Find(v.Phase, verb); now {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return fault.New(fault.Conflict, "fault.changed")
}

func (s *Service) act(ctx context.Context, tx *store.Tx, a people.Actor, as people.Group, x Act, v View) (Report, error) {
	m, err := s.Spine.InTx(ctx, tx, v.Tenant, x.ID)
	if err != nil {
		return Report{}, err
	}
	r, err := s.inTx(ctx, tx, m)
	if err != nil {
		return Report{}, err
	}
	if x.Verb == matter.Reopen && r.Phase == matter.Confirmed && tx.Now().After(r.Detail.ClosedAt.Add(reopenWithin)) {
		return r, fault.New(fault.Conflict, "report.reopen_too_late", "days", int(reopenWithin.Hours()/24))
	}
	r.step(x, a.Person, as, v.Category, v.scene.holderFor(v.Category), tx.Now())
	args := map[string]string{"words": strings.TrimSpace(x.Words)}
	if x.Rating > 0 {
		args["rating"] = fmt.Sprint(x.Rating)
	}
	moved, repeated, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: r.Tenant, ID: r.ID, Verb: x.Verb, Version: x.Version, By: a.Person, As: as, Holder: r.Holder, Due: r.Due,
		Key:   scopedKey(a.Person, x.Key),
		Entry: matter.Entry{Key: "report.did." + string(x.Verb), Args: args, Photos: picture.Hashes(x.Photos), Audience: x.audience(r)},
	})
	if err != nil || repeated {
		r.Matter = moved
		return r, err
	}
	r.Matter = moved
	return r, s.recordAct(ctx, tx, r, x, v)
}

// audience of the entry: as wide as the report, but for staff's own notes.
func (x Act) audience(r Report) matter.Audience {
	switch {
	case x.Verb == matter.Note && x.Inside:
		return matter.Staff
	case x.Verb == matter.Note:
		return matter.Parties
	}
	return r.Visibility
}

func (s *Service) recordAct(ctx context.Context, tx *store.Tx, r Report, x Act, v View) error {
	if err := New(tx).UpdateDetail(ctx, changedRow(r)); err != nil {
		return fmt.Errorf("report detail: %w", err)
	}
	if err := picture.Keep(ctx, tx, r.Tenant, r.ID, r.Version, x.Photos); err != nil {
		return err
	}
	if words := strings.TrimSpace(x.Words); words != "" && !x.Inside {
		s.Index.Add(tx, Indexed(r, words))
	}
	if err := s.setDeadline(ctx, tx, r); err != nil {
		return err
	}
	return s.tell(ctx, tx, r, v.Category, v.scene, toldAbout(r, x, v), "report.told."+string(x.Verb))
}

// toldAbout is who hears of an act: the other side of it.
func toldAbout(r Report, x Act, v View) []string {
	if x.Verb == matter.Note && x.Inside {
		return v.scene.persons(v.viewer.Person, r.Holder.Group)
	}
	if v.viewer.Person == r.RaisedBy {
		return v.scene.persons(v.viewer.Person, v.scene.holderFor(v.Category))
	}
	return []string{r.RaisedBy}
}

// step moves the report's own facts: who owes the next act and by when.
func (r *Report) step(x Act, person string, as people.Group, c Category, owed people.Group, now timestamp) {
	switch x.Verb {
	case matter.Take:
		r.Holder, r.Due, r.Detail.TakenAt = matter.Holder{Group: as, Person: person}, r.Detail.MendBy, now
		if now.After(r.Detail.MendBy) { // taken late: the full time to mend runs from here
			r.Detail.MendBy = now.Add(c.Mend)
			r.Due = r.Detail.MendBy
		}
	case matter.Start:
		r.Holder = matter.Holder{Group: as, Person: person}
	case matter.Finish:
		r.Holder, r.Due = matter.Holder{Group: matter.ByRaiser, Person: r.RaisedBy}, now.Add(confirmWithin)
		r.Detail.FinishedAt, r.Detail.Level = now, 0
	case matter.Reopen:
		r.Holder, r.Due = matter.Holder{Group: owed}, now.Add(c.Accept)
		r.Detail.AcceptBy, r.Detail.MendBy, r.Detail.Level = now.Add(c.Accept), now.Add(c.Mend), 0
		r.Detail.ClosedAt, r.Detail.TakenAt, r.Detail.FinishedAt = timestamp{}, timestamp{}, timestamp{}
	case matter.Confirm, matter.Decline, matter.Withdraw, matter.Close:
		r.Holder, r.Due, r.Detail.ClosedAt = matter.Holder{}, timestamp{}, now
		r.Detail.Rating = max(r.Detail.Rating, x.Rating)
	}
	if move, ok := Kind().Find(r.Phase, x.Verb); ok {
		r.Phase = move.To
	}
}

// as is the group under which the viewer may make a move, if any.
func (v View) as(verb matter.Verb) (people.Group, bool) {
	move, ok := Kind().Find(v.Phase, verb)
	if !ok {
		return "", false
	}
	for _, g := range move.By {
		if slices.Contains(v.roles, g) {
			return g, true
		}
	}
	return "", false
}
