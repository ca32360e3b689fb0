package alarm

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli/linli/internal/matter"
	"github.com/linli/linli/internal/notify"
	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/place"
	"github.com/linli/linli/internal/platform/fault"
	"github.com/linli/linli/internal/platform/store"
)

// The household (住户) is whoever lives where it calls: they are told in the
// first second, see on their own page that people are called and who comes, and
// may say "I am cooking" (是我在做饭). That is a hush as in hush.go: what the
// detector's own button does on site stands on the desk and in the record, for
// ten minutes at most. It holds nothing back here: the first wave, the timers,
// the desks' sound and the people on their way stay as they are.
//
// The household says it once for an incident, of smoke or heat only, while
// nothing else in the home alarms; they may end it early. A second detector ends
// it, see breakHush. Nobody but those who live there now sees the page, and no
// drill is shown on it.

// householdParty names the household in the record.
const householdParty = "household"

// HouseholdPath is the page of an incident for those who live where it calls.
func HouseholdPath(id string) string { return householdPages + id }

const householdPages = "/home/alarm/"

// Household is an incident as those see it who live where it calls.
type Household struct {
	View
	Others bool // something else in the home alarms too
	Said   matter.Entry
	May    bool // they may say that they are cooking
}

// livesAt reports whether a person belongs to the household of a place now.
func (s *Service) livesAt(ctx context.Context, a people.Actor, home string) (bool, error) {
	if a.Dwelling != home || home == "" {
		return false, nil
	}
	members, err := s.Register.MembersAt(ctx, a.Tenant, home)
	return slices.Contains(members, a.Person), err
}

// HouseholdView is an incident for somebody who lives where it calls; to others,
// and of a drill, it is not found. After its closing it is a gone fault.
func (s *Service) HouseholdView(ctx context.Context, a people.Actor, id string) (Household, error) {
	i, err := s.find(ctx, people.Actor{Tenant: a.Tenant}, id)
	if err != nil {
		return Household{}, err
	}
	home, err := s.livesAt(ctx, a, i.Place)
	switch {
	case err != nil:
		return Household{}, err
	case !home || i.Drill:
		return Household{}, notFound()
	case i.Phase.Closed():
		return Household{}, fault.New(fault.Gone, "alarm.home_closed")
	}
	h := Household{View: View{Incident: i, viewer: a, roles: []people.Group{byHousehold}}}
	if h.scene, err = s.sceneAt(ctx, i.Tenant, i.Place); err != nil {
		return Household{}, err
	}
	h.Door, h.Full = h.scene.door, h.scene.full
	if h.Responders, err = s.responders(ctx, i.Tenant, i.ID); err != nil {
		return Household{}, err
	}
	return h, s.addSaid(ctx, s.Store.Reader(), &h)
}

// addSaid adds what the household has said and what else alarms there.
func (s *Service) addSaid(ctx context.Context, db store.DB, h *Household) error {
	open, err := New(db).OpenAt(ctx, h.Tenant, h.Place)
	if err != nil {
		return fmt.Errorf("open at home: %w", err)
	}
	h.Others = slices.ContainsFunc(open, func(id string) bool { return id != h.ID })
	h.Timeline, err = s.Spine.Timeline(ctx, h.Tenant, h.ID)
	for _, e := range h.Timeline {
		if e.Group == byHousehold && e.Key == didCook {
			h.Said = e
		}
	}
	_, can := h.as(h.Phase, Hush)
	h.May = can && !h.Others && h.Said.Key == "" && h.mayHush(s.Store.Now())
	return err
}

// The lines of the record, and the household's message.
const (
	didCook    = "alarm.did.cooking"
	didNotCook = "alarm.did.cooking_over"
	toldAtHome = "alarm.told.home"
)

// Cook notes that somebody of the household says they are cooking, or, with on
// unset, that they are not any more. What stands already changes nothing; what
// cannot be said now is a conflict.
func (s *Service) Cook(ctx context.Context, a people.Actor, id string, on bool) error {
	h, err := s.HouseholdView(ctx, a, id)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if h.Incident, err = s.inTx(ctx, tx, h.Tenant, id); err != nil {
			return err
		}
		if err := s.addSaid(ctx, tx, &h); err != nil {
			return err
		}
		return s.cook(ctx, tx, h, on)
	})
}

func (s *Service) cook(ctx context.Context, tx *store.Tx, h Household, on bool) error {
	i, key := h.Incident, didCook
	switch hushed := i.HushUntil.After(tx.Now()); {
	case i.Phase.Closed():
		return fault.New(fault.Gone, "alarm.home_closed")
	case hushed == on:
		return nil
	case on && !h.May:
		return fault.New(fault.Conflict, "alarm.home_no_hush")
	case on:
		i.HushUntil = tx.Now().Add(HushMost)
	default:
		key = didNotCook
		i.HushUntil = tx.Now()
	}
	m, _, err := s.Spine.Move(ctx, tx, matter.Moving{
		Tenant: i.Tenant, ID: i.ID, Verb: Hush, By: h.viewer.Person, As: byHousehold, Holder: i.Holder, Due: i.Due,
		Entry: matter.Entry{Key: key, Audience: matter.Staff},
	})
	if err != nil {
		return err
	}
	i.Matter = m
	return s.keep(ctx, tx, i)
}

// OpenAtHome are the incidents that call at the actor's own home, the three
// most urgent.
func (s *Service) OpenAtHome(ctx context.Context, a people.Actor) ([]Incident, error) {
	ids, err := New(s.Store.Reader()).OpenAt(ctx, a.Tenant, a.Dwelling)
	if err != nil {
		return nil, fmt.Errorf("open at home: %w", err)
	}
	if len(ids) == 0 { // as at nearly every visit: who lives there is not asked
		return nil, nil
	}
	if home, err := s.livesAt(ctx, a, a.Dwelling); err != nil || !home {
		return nil, err
	}
	out := make([]Incident, len(ids))
	for n, id := range ids {
		if out[n], err = s.find(ctx, people.Actor{Tenant: a.Tenant}, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tellHousehold tells those who live where it calls and are not called anyway
// that people are, on their page and phone.
func (s *Service) tellHousehold(ctx context.Context, tx *store.Tx, i Incident, sc scene, wave map[string]string) error {
	if i.Drill || sc.node.Kind != place.Dwelling {
		return nil
	}
	members, err := s.Register.MembersAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	to := slices.DeleteFunc(members, func(person string) bool { return wave[person] != "" })
	if len(to) == 0 {
		return nil
	}
	return s.tellAt(ctx, tx, i, sc, telling{to: to, key: toldAtHome, link: HouseholdPath(i.ID), ways: []notify.Channel{notify.Push}})
}

// overAtHome has the open pages of the household look again.
func (s *Service) overAtHome(ctx context.Context, tx *store.Tx, i Incident) error {
	members, err := s.Register.MembersAt(ctx, i.Tenant, i.Place)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() {
		for _, person := range members {
			s.Hub.Publish(notify.Topic(person))
		}
	})
	return nil
}
